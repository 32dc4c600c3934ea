"""Names in Chinese, Japanese and Korean script: split only where the script itself says how.

Their family name comes first, and often nothing marks where it ends. What is sure:

* words apart ("김 민수", "山田 太郎"): the first is the family name; not for two Katakana words, which may be
  a Western name in either order;
* a middle dot ("ジョン・スミス"): a foreign name, given name first;
* Hangul in one word: one-syllable family names of the list with one or two syllables behind, and the
  two-syllable family names with two syllables behind;
* Han in one word: only when the family name is written with a character that exists in simplified
  Chinese alone, so that the name cannot be Japanese ("张伟" is split, "高橋健" is not).

Everything else goes whole into the last name.
"""

from __future__ import annotations

import re

_LETTERS = r"\u3005\u3006\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f"
_CJK = re.compile(rf"[{_LETTERS}][{_LETTERS}\s·・\ufe00-\ufe0f\U000e0100-\U000e01ef]*")
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_KATAKANA = re.compile(r"[\u30a0-\u30ff\s]+")
_DOTS = re.compile(r"\s*[·・]\s*")
_ADDRESS = re.compile(r"(?<=\S)(?:\s*(?:様|さま|さん|殿|氏|先生|女士|小姐|님|씨))+$")

_KOREAN = frozenset(
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민나진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모"
)
_KOREAN_DOUBLE = frozenset({"남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방"})
_SIMPLIFIED = frozenset("张刘陈杨赵吴孙马罗郑谢韩冯邓许苏卢贾韦阎闫谭邹陆钱汤龚贺赖庞颜钟顾龙严华阳齐聂关")
_SIMPLIFIED_DOUBLE = frozenset({"欧阳", "诸葛", "司马", "东方", "长孙", "轩辕", "闾丘"})


def is_cjk(text: str) -> bool:
    """Tell whether a tidied name is in Han, Kana or Hangul throughout."""
    return _CJK.fullmatch(text) is not None


def without_address(text: str) -> str:
    """Drop the form of address that follows a name ("山田様", "김민수님")."""
    return _ADDRESS.sub("", text)


def split(text: str) -> tuple[str | None, str | None]:
    """Give (first name, last name) of a name in these scripts; where nothing is sure, (None, the whole)."""
    parts = [part for part in _DOTS.split(text) if part]
    if len(parts) > 1:
        return " ".join(parts[:-1]), parts[-1]
    words = text.split()
    if len(words) == 2 and not _KATAKANA.fullmatch(text):  # noqa: PLR2004 - family name and given name
        return words[1], words[0]
    cut = _family_length(text)
    return (text[cut:], text[:cut]) if cut else (None, text)


def _family_length(word: str) -> int:
    """Count the characters of the family name in front; 0 where that is not sure."""
    single, double = (_KOREAN, _KOREAN_DOUBLE) if _HANGUL.fullmatch(word) else (_SIMPLIFIED, _SIMPLIFIED_DOUBLE)
    if word[:2] in double:
        return 2 if len(word) == 4 else 0  # noqa: PLR2004 - a two-syllable family name with a two-syllable given name
    return 1 if word[:1] in single and len(word) in (2, 3) else 0
