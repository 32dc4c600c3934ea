"""The exact path for a whole name in one cell: where does the last name begin?"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from trustleads.enrichment.normalize.names import case, cjk, words
from trustleads.enrichment.normalize.names.cells import (
    BLANK,
    JUNK,
    Cell,
    decided,
    is_junk,
    segments,
    tidy,
    without_honorifics,
)


class Halves(NamedTuple):
    """First and last name as found in one cell; JUNK in both when the cell is no name."""

    first: Cell
    last: Cell


def split(text: str) -> Halves:
    """Split a whole name.

    In this order: "Last, First"; Chinese, Japanese and Korean script (see ``cjk``); a family name in capitals
    ("DUPONT Jean", "Wei LI"); a family name that is nobody's given name in front ("Nguyen Van An"); else the
    last name is the last word with the particles before it ("van der Berg"), and with the first of two
    Spanish or Portuguese surnames ("García Márquez"). A single word is a first name, after a title
    ("Herr Weber") a last name. The order of other East-Asian names in Latin letters is not guessed.

    >>> split("Dr. GABRIEL GARCÍA MÁRQUEZ")
    Halves(first=Cell(text='Gabriel', kind=<Kind.NAME: 1>), last=Cell(text='García Márquez', kind=<Kind.NAME: 1>))
    """
    text = text.strip()
    if not text:
        return Halves(BLANK, BLANK)
    if is_junk(text):
        return Halves(JUNK, JUNK)
    pieces = segments(text)
    if not pieces:
        return Halves(JUNK, JUNK)
    if len(pieces) > 1:
        return _halves([word for piece in pieces[1:] for word in piece], pieces[0])
    if cjk.is_cjk(" ".join(pieces[0])):
        first, last = cjk.split(" ".join(pieces[0]))
        return _halves(first.split() if first else [], last.split() if last else [])
    return _western(text, pieces[0])


def _western(text: str, parts: list[str]) -> Halves:
    if len(parts) > 1:
        return _halves(*_in_order(parts))
    if words.key(parts[0]) in words.HONORIFICS:
        return Halves(JUNK, JUNK)
    return _halves([], parts) if _had_honorific(text) else _halves(parts, [])


def _halves(first: list[str], last: list[str]) -> Halves:
    return Halves(
        decided(first, surname=False) if first else BLANK,
        decided(last, surname=True) if last else BLANK,
    )


def _had_honorific(text: str) -> bool:
    parts = tidy(text).replace(",", " ").split()
    return len(without_honorifics(parts)) < len(parts)


def _in_order(parts: list[str]) -> tuple[list[str], list[str]]:
    """Give (first, last) of a name of two words or more."""
    if not case.is_single_case(" ".join(parts)):
        if parts[0].islower() and words.key(parts[0]) in words.PARTICLES:
            return [], parts
        if 0 < (front := _capitals(parts)) < len(parts):
            return parts[front:], parts[:front]
        if 0 < (back := _capitals(parts[::-1])) < len(parts):
            return parts[:-back], parts[-back:]
    if words.key(parts[0]) in words.FAMILY_FIRST and words.key(parts[-1]) not in words.FAMILY_FIRST:
        return parts[1:], parts[:1]
    at = _last_name(parts)
    return parts[:at], parts[at:]


def _capitals(parts: list[str]) -> int:
    """Count the words at the front that are a surname in capitals."""
    count = 0
    while count < len(parts) and _is_capitals(parts[count]):
        count += 1
    return count


def _is_capitals(word: str) -> bool:
    key = words.key(word)
    is_word = len(key) > 2 or key in words.SHORT_SURNAMES or key in words.JOINERS  # noqa: PLR2004 - not "TJ"
    return word.isupper() and "." not in word and is_word


def _last_name(parts: list[str]) -> int:
    """Give the index of the word where the last name begins."""
    at = _with_particles(parts, len(parts) - 1)
    if at > 2 and words.key(parts[at - 1]) in words.CONJUNCTIONS:  # noqa: PLR2004 - a first name, one surname, "y"
        at = _with_particles(parts, at - 2)
    elif at > 1 and _is_iberian(parts[at - 1]):
        at = _with_particles(parts, at - 1)
    return at


def _with_particles(parts: list[str], at: int) -> int:
    while at > 1 and words.key(parts[at - 1]) in words.JOINERS:
        at -= 1
    return at


def _is_iberian(word: str) -> bool:
    plain = "".join(c for c in unicodedata.normalize("NFD", words.key(word)) if not unicodedata.combining(c))
    return plain in words.IBERIAN or (plain.endswith("ez") and len(plain) > 4)  # noqa: PLR2004 - "Baez", no given name
