"""Company names of a whole column, and one at a time."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.enrichment.normalize.arrays import (
    Bytes,
    Mask,
    Offsets,
    Words,
    buffers,
    mask,
    per_distinct,
    slices,
    words_at,
)
from trustleads.enrichment.normalize.company import forms
from trustleads.enrichment.normalize.wordlist import WordList

_QUOTES = ('""', "''", "\u201c\u201d", "\u201e\u201c", "\u00ab\u00bb", "\u300c\u300d")
_NO_NAME = frozenset(
    {"n/a", "n.a.", "#n/a", "none", "null", "nil", "nan", "unknown", "unbekannt", "not available", "tbd", "undefined"}
)
LONGEST = 300  # characters of a cell that may be a name: taking forms off costs the square of the length
_LONGEST_NO_NAME = max(map(len, _NO_NAME))
_LONGEST_IN_FRONT = max(len(form.encode()) for form in forms.in_front())
_SPACE, _COMMA, _DELETE = b" ,\x7f"
_FIRST_BEYOND_ASCII = 0x80
_LATIN_SIGNS, _LAST_LATIN_LETTERS = 0xC2, 0xC5  # first bytes in UTF-8: of U+0080 to U+00BF, of U+0140 to U+017F


def normal_name(text: str) -> str | None:
    """Give a company's name in normal form; None where the cell holds none.

    Normal spacing (NFC), without quotation marks around, without legal forms; case as typed. More than ``LONGEST``
    characters, white space around them not counted, are no name.

    >>> normal_name("  ACME   Tools,  Inc. "), normal_name("UAB «Ąžuolas»"), normal_name("n/a")
    ('ACME Tools', 'Ąžuolas', None)
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    name = _trimmed(" ".join(unicodedata.normalize("NFC", text).split()))
    if not _is_name(name):
        return None
    while (shorter := _trimmed(forms.without_legal_form(name))) != name and _is_name(shorter):
        name = shorter
    return name


def _is_name(text: str) -> bool:
    return any(map(str.isalnum, text)) and text.casefold() not in _NO_NAME


def _trimmed(name: str) -> str:
    name = name.strip(" ,;")
    return name[1:-1].strip() if len(name) > 2 and name[0] + name[-1] in _QUOTES else name  # noqa: PLR2004 - the quotes


@dataclass(frozen=True, slots=True)
class _Names:
    """A column with its bytes, and where its spaces are."""

    column: pa.StringArray
    data: Bytes
    offsets: Offsets
    lowered: Words  # its bytes with ASCII letters in lower case, for word lists
    spaces: Offsets  # their places in ``data``
    before: NDArray[np.intp]  # how many of them stand before each offset

    @classmethod
    def of(cls, column: pa.StringArray) -> _Names:
        data, offsets = buffers(column)
        data = data[: offsets[-1]]
        lowered, _ = buffers(pc.ascii_lower(column))
        spaces = np.flatnonzero(data == _SPACE).astype(np.int32)
        return cls(column, data, offsets, words_at(lowered), spaces, np.searchsorted(spaces, offsets))

    def start_after(self, place: NDArray[np.intp]) -> Offsets:
        """Say where the word after the n-th space begins (any place where there is no such space)."""
        return self.spaces.take(place, mode="clip") + 1 if len(self.spaces) else place.astype(np.int32)

    def byte_before(self, places: Offsets) -> Bytes:
        """Give the byte in front of each place (a space where there is none)."""
        if not len(self.data):
            return np.full(len(places), _SPACE, np.uint8)
        return self.data.take(places - 1, mode="clip")


def normal_names(column: pa.StringArray) -> pa.StringArray:
    """Give the names of a whole column in normal form.

    Names of Latin letters and single spaces are cut where ``_new_ends`` says; the others are done one at a time.
    """
    short_cells = _without_long(column)
    names = _Names.of(pc.ascii_trim_whitespace(short_cells))
    ends, sure = _new_ends(names)
    there = mask(column.is_valid())
    sure &= ~_is_irregular(names) & ~_is_special(names) & mask(short_cells.is_valid())
    known = pa.array(sure)
    short = pc.if_else(known, slices(names.column, names.offsets[:-1], ends), None)
    if not (there & ~sure).any():
        return short
    (rest,) = per_distinct(pc.if_else(known, None, column), lambda text: (normal_name(text),), (pa.string(),))
    return pc.if_else(known, short, rest)


def _without_long(column: pa.StringArray) -> pa.StringArray:
    """Null the cells of more bytes than a name has characters; whether they are long is for the exact path to say."""
    long = np.diff(buffers(column)[1]) > LONGEST
    return pc.if_else(pa.array(long), None, column) if long.any() else column


def _new_ends(names: _Names) -> tuple[Offsets, Mask]:
    """Say where each name ends without its legal form, and in which rows that is sure."""
    run, sure = _run_starts(names)
    ends = names.offsets[1:]
    (kept,) = per_distinct(slices(names.column, np.where(sure, run, ends), ends), forms.kept_of_run, (pa.int32(),))
    sure &= mask(kept.is_valid())
    length = pc.fill_null(kept, 0).to_numpy()
    bare = sure & (run < ends) & (length == 0)  # nothing is left of the run: the space before it goes too
    ends = np.where(sure, run + length - bare, ends)
    ends -= bare & (names.byte_before(ends) == _COMMA)
    sure &= ~(bare & _is_one_of(names.byte_before(ends), b" ,;-&+/"))
    return np.maximum(ends, names.offsets[:-1]).astype(np.int32), sure


def _run_starts(names: _Names) -> tuple[Offsets, Mask]:
    """Find the last words of each name that may be parts of a legal form.

    Returns:
        Where they begin in the column's bytes (at the row's end where there are none), and in which rows there are
        other words before them, and not more of them than a form has.
    """
    offsets, before = names.offsets, names.before
    run, sure = offsets[1:].copy(), np.ones(len(names.column), np.bool_)
    signs = _signs_before(names.data)
    rows, word_ends = np.arange(len(run)), offsets[1:]
    for words in range(forms.LONGEST):
        place = before[1:].take(rows) - 1 - words
        starts = np.where(place >= before.take(rows), names.start_after(place), offsets.take(rows))
        part = _may_be_part(names, signs, starts, word_ends)
        rows, starts = rows[part], starts[part]
        run[rows] = starts
        whole = starts == offsets.take(rows)
        sure[rows[whole]] = False
        rows, word_ends = rows[~whole], starts[~whole] - 1
        if not len(rows):
            break
    sure[rows] = False
    return run, sure


def _may_be_part(names: _Names, signs: Offsets, starts: Offsets, ends: Offsets) -> Mask:
    """Tell which words may be a part of a form: by one look-up, but those that hold signs each on its own."""
    part = _parts().holds(names.lowered, starts, ends)
    rest = np.flatnonzero(~part & (signs[starts] != signs[ends]))
    if not len(rest):
        return part
    words = slices(names.column, starts[rest], ends[rest])
    (found,) = per_distinct(words, lambda word: (forms.is_part(word),), (pa.bool_(),))
    part[rest] = mask(found)
    return part


def _signs_before(data: Bytes) -> Offsets:
    """Count, before each place, the bytes that are neither a space nor an ASCII letter or digit."""
    sign = ~(_is_letter_or_digit(data) & (data < _FIRST_BEYOND_ASCII)) & (data != _SPACE)
    before = np.zeros(len(data) + 1, np.int32)
    np.cumsum(sign, dtype=np.int32, out=before[1:])
    return before


def _is_irregular(names: _Names) -> Mask:
    """Tell which rows are empty, hold other scripts, control signs or double spaces, or need their ends trimmed."""
    data, starts, ends = names.data, names.offsets[:-1], names.offsets[1:]
    if not len(data):
        return np.ones(len(starts), np.bool_)
    space = data == _SPACE
    odd = (data < _SPACE) | (data == _DELETE) | (data == _LATIN_SIGNS) | (data > _LAST_LATIN_LETTERS)
    odd[1:] |= space[1:] & space[:-1]
    irregular: Mask = starts == ends
    irregular[np.searchsorted(names.offsets, np.flatnonzero(odd), side="right") - 1] = True
    head, tail = data[np.minimum(starts, len(data) - 1)], data[ends - 1]
    irregular |= ~_is_letter_or_digit(head) | _is_one_of(tail, b" ,;")
    return irregular


def _is_letter_or_digit(data: Bytes) -> Mask:
    letter: Mask = (data | _SPACE) - np.uint8(ord("a")) < 26  # noqa: PLR2004 - both cases of the alphabet
    digit: Mask = data - np.uint8(ord("0")) < 10  # noqa: PLR2004 - unsigned: what is below 0 is large
    return letter | digit | (data > _LATIN_SIGNS)


def _is_special(names: _Names) -> Mask:
    """Tell which names begin with a legal form, or say that there is none."""
    starts, ends = names.offsets[:-1], names.offsets[1:]
    word_ends = names.start_after(names.before[:-1]) - 1
    spaced = np.flatnonzero((np.diff(names.before) > 0) & (word_ends - starts <= _LONGEST_IN_FRONT))
    special = np.zeros(len(starts), np.bool_)
    special[spaced] = _in_front().holds(words_at(names.data), starts[spaced], word_ends[spaced])
    short = np.flatnonzero(ends - starts <= _LONGEST_NO_NAME)
    special[short] |= _no_name().holds(names.lowered, starts[short], ends[short])
    return special


def _is_one_of(data: Bytes, signs: bytes) -> Mask:
    found = np.zeros(len(data), np.bool_)
    for sign in signs:
        found |= data == sign
    return found


@cache
def _parts() -> WordList:
    return WordList(sorted(forms.parts()))


@cache
def _in_front() -> WordList:
    return WordList(sorted(forms.in_front()))


@cache
def _no_name() -> WordList:
    return WordList(sorted(_NO_NAME))
