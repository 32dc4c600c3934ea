"""Upper and lower case of names: words in one case are re-cased, mixed case is what the person typed."""

from __future__ import annotations

import re

from trustleads.enrichment.normalize.names import words

_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?\.?")
_TURKISH = str.maketrans({"I": "\u0131", "İ": "i"})
_VOWELS = frozenset("aeiouy")
_PAIRS = frozenset({"aj", "ej", "oj"})  # initials with a vowel; those without one need no list


def is_single_case(text: str) -> bool:
    """Tell whether the text has cased letters, and all of them in the same case."""
    return text.isupper() or text.islower()


def recase(parts: list[str], *, surname: bool) -> list[str]:
    """Bring the words of a name into their usual case.

    Args:
        parts: Words of one cell.
        surname: Whether the first word may be a particle ("VAN DIJK"); in a given name it is not ("VAN ANH").

    Returns:
        The words: all re-cased when the whole cell was in one case, else only those in one case.
    """
    once = _recase(parts, surname=surname)
    return parts if once == parts else recase(once, surname=surname)  # "AA tj": once TJ is written so, all is capitals


def _recase(parts: list[str], *, surname: bool) -> list[str]:
    whole = is_single_case(" ".join(parts))
    last = len(parts) - 1
    return [
        word.lower()
        if i < last and (surname or i > 0) and is_single_case(word) and _is_small(parts, i, whole=whole)
        else _word(word, whole=whole)
        for i, word in enumerate(parts)
    ]


def _word(word: str, *, whole: bool) -> str:
    if not is_single_case(word):
        return word
    if not whole and word.isupper() and _letters(word) < 3:  # noqa: PLR2004 - "TJ" and "J." were typed so
        return word.capitalize() if words.key(word) in words.SHORT_SURNAMES else word
    return capitalized(word)


def _is_small(parts: list[str], i: int, *, whole: bool) -> bool:
    """Tell whether a word in one case is a particle that is written small here."""
    small = words.key(parts[i])
    if small in words.PARTICLES or (small in words.SMALL_AFTER_DE and i and words.key(parts[i - 1]) == "de"):
        return True
    if small in words.CAPITAL_PARTICLES:
        return not whole and parts[i].islower()
    return small in words.CONJUNCTIONS and (small == "y" or parts[i].islower())


def _letters(word: str) -> int:
    return sum(map(str.isalpha, word))


def capitalized(word: str) -> str:
    """Give the usual case of one word that is in upper or in lower case throughout.

    >>> [capitalized(w) for w in ("MCDONALD", "o'neill", "AL-RASHID", "jean-luc", "j.r.", "TJ")]
    ['McDonald', "O'Neill", 'al-Rashid', 'Jean-Luc', 'J.R.', 'TJ']
    """
    if _INITIALS.fullmatch(word):
        return word.upper()
    if "İ" in word:  # only Turkish has it, and there I and İ are the capitals of two letters
        return "-".join(part[:1] + part[1:].translate(_TURKISH).lower() for part in word.split("-"))
    parts = word.lower().split("-")
    if len(parts) > 1 and parts[0] in words.ARTICLES:
        return "-".join([parts[0], *map(_part, parts[1:])])
    return "-".join(p if 0 < i < len(parts) - 1 and p in words.INNER else _part(p) for i, p in enumerate(parts))


def _part(part: str) -> str:
    """Capitalise one piece between hyphens, apostrophes and "Mc" looked after."""
    head, mark, tail = part.partition("'")
    if mark and (head in words.ELISIONS or not head):
        return _first(head) + mark + (_first(tail) if head else tail)
    if part in _PAIRS or (len(part) == 2 and part.isascii() and not _VOWELS & set(part) and part != "ng"):  # noqa: PLR2004 - a pair of initials
        return part.upper()
    if part.startswith("mc") and len(part) > 4:  # noqa: PLR2004 - "Mc" and a surname
        return "Mc" + _first(part[2:])
    if part in words.MACS:
        return "Mac" + _first(part[3:])
    return _first(part)


def _first(part: str) -> str:
    """Capitalise the first letter; scripts whose letters have no title case (Georgian) stay as they are."""
    head = part[:1].title()
    return head + part[1:] if len(head) == 1 else part
