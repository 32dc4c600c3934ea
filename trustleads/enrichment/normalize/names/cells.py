"""The exact path for one cell: tidy the text, drop what is no part of a name, re-case, judge.

``given`` and ``surname`` decide a cell of a first-name or last-name column. The steps are shared with
``full``, which splits a whole name.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from typing import NamedTuple

from trustleads.enrichment.normalize.names import case, cjk, words


class Kind(IntEnum):
    """What a cell holds, as far as one can tell from the cell alone."""

    BLANK = 0  # nothing, or only white space
    NAME = 1
    DOUBTFUL = 2  # a placeholder that is a real name as well: counts beside a NAME only
    JUNK = 3


class Cell(NamedTuple):
    """A cell's name in normal form (None unless it may be a name), and what it is."""

    text: str | None
    kind: Kind


BLANK = Cell(None, Kind.BLANK)
JUNK = Cell(None, Kind.JUNK)

_SIGNS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u0060\u2032\uff07", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"')
    | dict.fromkeys("\u060c\u3001\uff0c", ",")
)
_NICKNAME = re.compile(r"""\([^()]*\)|\[[^\[\]]*\]|"[^"]*"|(?<!\S)'[^'\s]+'(?!\S)""")
_DIGIT = re.compile(r"\d")
_ORDINAL = re.compile(r"\b[2-5](?:nd|rd|th)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"@|://|\bwww\.|\w\.(?:com|net|org|info|biz|io|de|fr|es|it|eu|co\.uk|example)$", re.IGNORECASE)
_TIDY = re.compile("[A-Za-z]+(?:[ -][A-Za-z]+)*")
_MARKED = re.compile(r"""[(\["'\d]""")  # what nicknames and ordinals are known by
_HYPHENS = re.compile(r"\s*-[\s-]*")
_STRAY = re.compile(r"[^A-Za-z\s'.,·-]")
_GLUED = re.compile(r"(?<=[^\W\d_]{2})\.(?=[^\W\d_]{2})")
_ABBREVIATIONS = (
    words.SHORTENED,
    words.HONORIFICS,
    words.DOTTED_HONORIFICS,
    words.DEGREES,
    words.SUFFIXES,
)  # what keeps its dot
_JOINERS = "\u200c\u200d"  # they shape letters in Persian and Indic names; elsewhere they hold emoji together
_EMOJI_STYLE = "\ufe0f"


def given(text: str) -> Cell:
    """Decide a cell of a first-name column.

    >>> given("Dr. JEAN-LUC")
    Cell(text='Jean-Luc', kind=<Kind.NAME: 1>)
    """
    return _one_part(text, surname=False)


def surname(text: str) -> Cell:
    """Decide a cell of a last-name column.

    >>> surname("VAN DER BERG, PhD")
    Cell(text='van der Berg', kind=<Kind.NAME: 1>)
    """
    return _one_part(text, surname=True)


def _one_part(text: str, *, surname: bool) -> Cell:
    text = text.strip()
    if not text:
        return BLANK
    if is_junk(text):
        return JUNK
    return decided([word for segment in segments(text) for word in segment], surname=surname)


def decided(parts: list[str], *, surname: bool) -> Cell:
    """Finish the words of one half of a name, and judge them."""
    if not parts:
        return JUNK
    parts = bare_name(parts)
    cell = _judged(case.recase(parts, surname=surname))
    if len(parts) == 1 and words.key(parts[0]) in words.HONORIFICS:  # "Herr" is a surname too, but no given name
        return cell._replace(kind=Kind.DOUBTFUL) if surname and cell.text else JUNK
    return cell


def is_junk(text: str) -> bool:
    """Tell whether a text without white space around it is no name whatever stands beside it, its length included."""
    if len(text) > words.LONGEST_CELL:
        return True
    parts = text.casefold().split()
    plain = " ".join(parts)
    if plain in words.NONSENSE or words.NONSENSE.issuperset(parts) or _ADDRESS.search(plain):
        return True
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain)
    return _DIGIT.search(plain) is not None and _DIGIT.search(_ORDINAL.sub("", plain)) is not None


def _judged(parts: list[str]) -> Cell:
    text = unicodedata.normalize("NFC", " ".join(parts))
    sure = [key for part in parts if not _is_nonsense(part, key := words.key(part))]
    if not sure or text.casefold() in words.NO_NAME_PHRASES:
        return JUNK
    return Cell(text, Kind.DOUBTFUL if words.DOUBTFUL.issuperset(sure) else Kind.NAME)


def _is_nonsense(word: str, key: str) -> bool:
    return key in words.NONSENSE or word.casefold() in words.NONSENSE or _one_letter(key)


def _one_letter(key: str) -> bool:
    return len(key) > 2 and len(set(key)) == 1 and key.upper() != key  # noqa: PLR2004 - "Oo" and "Ii" are names


def segments(text: str) -> list[list[str]]:
    """Cut a cell at its commas, and each piece into words; titles and degrees are gone.

    A piece that is nothing but titles and degrees (", PhD") is left out, unless it is all there is.
    """
    rest = cjk.without_address(tidy(text))
    pieces = [piece for segment in rest.split(",") if (piece := _tokens(segment))]
    named = [piece for piece in pieces if not all(map(_is_degree, piece))] or pieces[:1]
    return [bare_name(piece) for piece in named]


def bare_name(parts: list[str]) -> list[str]:
    """Drop titles in front and degrees behind; one word always stays."""
    return _without_suffixes(without_honorifics(parts))


def tidy(text: str) -> str:
    """Keep letters, apostrophes, hyphens, dots, commas and single spaces; drop nicknames and stray signs."""
    if _TIDY.fullmatch(text):
        return text
    if text.isascii():
        return _one_line(_STRAY.sub(" ", _without_nicknames(text.replace("`", "'"))))
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    return unicodedata.normalize("NFKC", _one_line(_letters(_without_nicknames(text))))


def _one_line(text: str) -> str:
    if "-" in text:
        text = _HYPHENS.sub("-", text)
    return " ".join(text.split())


def _without_nicknames(text: str) -> str:
    if not _MARKED.search(text):
        return text
    text = _ORDINAL.sub(" ", text)
    bare = _NICKNAME.sub(" ", text)
    return bare if any(map(str.isalpha, bare)) else text


def _letters(text: str) -> str:
    kept: list[str] = []
    for i, sign in enumerate(text):
        kept.append(sign if _belongs(sign, text, i, kept) else "" if sign == _EMOJI_STYLE else " ")
    return "".join(kept)


def _belongs(sign: str, text: str, i: int, kept: list[str]) -> bool:
    if sign.isalpha() or sign in "'.,-·・ ":
        return True
    behind = bool(kept) and (kept[-1].isalpha() or unicodedata.category(kept[-1] or " ")[0] == "M")
    if sign in _JOINERS:
        return behind and text[i + 1 : i + 2].isalpha()
    return behind and sign != _EMOJI_STYLE and unicodedata.category(sign)[0] == "M"


def _tokens(segment: str) -> list[str]:
    if "." in segment:
        segment = " ".join(token if _is_listed(token) else _GLUED.sub(". ", token) for token in segment.split())
    return [bare for word in segment.split() if (bare := word if word.isalpha() else _bare(word))]


def _is_listed(token: str) -> bool:
    key = words.key(token)
    return key in words.HONORIFICS or key in words.SUFFIXES


def _bare(word: str) -> str:
    """Strip signs from both ends; a dot stays behind initials and abbreviations, an apostrophe before ('t Hooft)."""
    word = word.lstrip("-·・.").rstrip("-·・'")
    stem = word.rstrip(".'-·・")
    if not any(map(str.isalpha, stem)):
        return ""
    return stem + "." if word.endswith(".") and _keeps_dot(stem) else stem


def _keeps_dot(stem: str) -> bool:
    key = words.key(stem)
    return len(key) <= 2 or "." in stem or any(key in listed for listed in _ABBREVIATIONS)  # noqa: PLR2004 - "J.", "St."


def without_honorifics(parts: list[str]) -> list[str]:
    """Drop titles in front; one word always stays."""
    i = 0
    while i < len(parts) - 1 and _is_honorific(parts, i):
        i += 1
    return parts[i:]


def _is_honorific(parts: list[str], i: int) -> bool:
    word, key = parts[i], words.key(parts[i])
    if key in words.HONORIFICS:
        return True
    if i and word.islower() and word.endswith(".") and key in words.DEGREES:
        return True
    return key in words.DOTTED_HONORIFICS and word.endswith(".") and not _is_initial(parts[i + 1])


def _is_initial(word: str) -> bool:
    return len(words.key(word)) == 1


def _without_suffixes(parts: list[str]) -> list[str]:
    end = len(parts)
    while end > 1 and _is_suffix(parts[end - 1]):
        end -= 1
    return parts[:end]


def _is_suffix(word: str) -> bool:
    key = words.key(word)
    if key in ("ii", "iii", "iv"):
        return not word.istitle()  # "Ii" is a surname
    return key in words.SUFFIXES or (key in words.DOTTED_SUFFIXES and "." in word[:-1])


def _is_degree(word: str) -> bool:
    """Tell whether a word between commas is a degree or a title, and no name."""
    key = words.key(word)
    if key in words.DOTTED_SUFFIXES:
        return "." in word[:-1] or not word.istitle()  # ", MA" is a degree, ", Ma" a name
    return key in words.SUFFIXES or key in words.HONORIFICS or (key in words.DOTTED_HONORIFICS and word.endswith("."))
