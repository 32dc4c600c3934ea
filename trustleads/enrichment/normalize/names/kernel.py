"""Names of a whole batch: stages that each decide the rows they are sure of and leave the rest to the next."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.enrichment.models import NameStatus
from trustleads.enrichment.normalize.arrays import (
    Mask,
    Offsets,
    Words,
    buffers,
    gather,
    labels,
    mask,
    overlaid,
    per_distinct,
    slices,
    words_at,
)
from trustleads.enrichment.normalize.names import words
from trustleads.enrichment.normalize.names.cells import Cell, Kind, given, surname
from trustleads.enrichment.normalize.names.full import split
from trustleads.enrichment.normalize.names.local import NO_NAME, derive
from trustleads.enrichment.normalize.wordlist import WordList


@dataclass(frozen=True, slots=True)
class Names:
    """Names of n rows (LEAD-3).

    Attributes:
        first_name: Given names in normal form; null where there is none.
        last_name: Surname with its particles; null where there is none.
        name_status: A ``NameStatus`` for every row.
    """

    first_name: pa.StringArray
    last_name: pa.StringArray
    name_status: pa.StringArray


@dataclass(frozen=True, slots=True)
class _Cells:
    """What the caller has, n rows each."""

    first: pa.StringArray
    last: pa.StringArray
    full: pa.StringArray
    local: pa.StringArray

    def take(self, rows: pa.IntegerArray) -> _Cells:
        return _Cells(*(column.take(rows) for column in (self.first, self.last, self.full, self.local)))


@dataclass(frozen=True, slots=True)
class _Found:
    """What a stage made of its rows: the two names, and the place of each status in ``_STATUSES``."""

    first: pa.StringArray
    last: pa.StringArray
    status: NDArray[np.int8]


_Stage = Callable[[_Cells], tuple[_Found, Mask]]

_STATUSES = (NameStatus.JUNK, NameStatus.PARTIAL, NameStatus.OK, NameStatus.DERIVED, NameStatus.MISSING)
_JUNK, _, _OK, _DERIVED, _MISSING = range(5)  # junk, and one more for each half of a name that is there after all


def normalize_names(
    first: pa.StringArray | None = None,
    last: pa.StringArray | None = None,
    full: pa.StringArray | None = None,
    local: pa.StringArray | None = None,
) -> Names:
    """Bring names into normal form, split whole names, refuse what is no name (LEAD-3).

    A first-name or last-name cell beats the whole name, which fills what they leave open; the e-mail address is
    read only where all three are blank.

    Args:
        first: Given names of n rows, or None when there is no such column.
        last: Surnames.
        full: Whole names.
        local: Local parts of personal e-mail addresses (null for role accounts and where there is no valid address).

    Returns:
        Normal forms and status of n rows.

    Raises:
        ValueError: All four columns are None.
    """
    rows = next((len(column) for column in (first, last, full, local) if column is not None), None)
    if rows is None:
        raise ValueError("at least one of first, last, full and local is needed")
    empty = pa.nulls(rows, pa.string())
    cells = _Cells(*(empty if column is None else column for column in (first, last, full, local)))
    found = _decide(cells, _STAGES)
    return Names(found.first, found.last, labels(found.status, _STATUSES))


def _decide(cells: _Cells, stages: tuple[_Stage, ...]) -> _Found:
    """Let the first stage decide, and the later ones what it left."""
    found, sure = stages[0](cells)
    open_rows = np.flatnonzero(~sure)
    if not len(open_rows):
        return found
    rest = _decide(cells.take(pa.array(open_rows)), stages[1:])
    status = found.status.copy()
    status[open_rows] = rest.status
    first, last = overlaid(found.first, (open_rows, rest.first)), overlaid(found.last, (open_rows, rest.last))
    return _Found(first, last, status)


def _two_cells(cells: _Cells) -> tuple[_Found, Mask]:
    """Decide rows whose first and last name are each a name for sure."""
    both = pc.and_(cells.first.is_valid(), cells.last.is_valid())
    first = _judged(pc.if_else(both, cells.first, None), given, _given_pattern())
    last = _judged(pc.if_else(both, cells.last, None), surname, _surname_pattern())
    return _uniform(first.text, last.text, _OK), (first.kind == Kind.NAME) & (last.kind == Kind.NAME)


def _one_cell(cells: _Cells) -> tuple[_Found, Mask]:
    """Decide rows that have only a whole name: a word and a surname in normal form, or two words in one case."""
    sure = mask(cells.full.is_valid()) & ~mask(cells.first.is_valid()) & ~mask(cells.last.is_valid())
    if not sure.any():
        return _uniform(cells.first, cells.last, _OK), sure
    whole = pc.ascii_trim_whitespace(cells.full)
    first, last, spaces = _cut(whole, b" ")
    in_one_case = pc.or_(pc.ascii_is_upper(whole), pc.ascii_is_lower(whole))
    first, last = (pc.if_else(in_one_case, _recased(part), part) for part in (first, last))
    sure &= (spaces > 0) & ~_phrases().holds_cells(pc.ascii_lower(whole))
    sure &= _is_plain(first, _special_in_full(), _given_pattern())
    sure &= _is_plain(last, _special_in_full(), _surname_pattern())
    return _uniform(first, last, _OK), sure


def _address(cells: _Cells) -> tuple[_Found, Mask]:
    """Decide rows that have only an address: "jane.doe" and "jane_doe" name somebody, "jdoe" and "j.doe" nobody."""
    alone = ~(mask(cells.first.is_valid()) | mask(cells.last.is_valid()) | mask(cells.full.is_valid()))
    if not alone.any():
        return _uniform(cells.first, cells.last, _DERIVED), alone
    nobody = mask(pc.fill_null(pc.match_substring_regex(cells.local, _NOBODY_IN_ADDRESS), True))
    somebody = mask(pc.match_substring_regex(cells.local, _TWO_WORDS_IN_ADDRESS))
    first, last, _ = _cut(cells.local, b"._")
    first, last = pc.ascii_capitalize(first), pc.ascii_capitalize(last)
    for part in (first, last):
        somebody &= _is_usual(part, _special_in_address()) & ~mask(pc.starts_with(part, "Mc"))
    first, last = (pc.if_else(pa.array(somebody), part, None) for part in (first, last))
    return _Found(first, last, np.where(somebody, _DERIVED, _MISSING).astype(np.int8)), alone & (somebody | nobody)


def _one_by_one(cells: _Cells) -> tuple[_Found, Mask]:
    """Decide any row, each distinct cell once."""
    cells = _without_whole_names_in_halves(cells)
    first, last = _believed(
        _judged(cells.first, given, _given_pattern()), _judged(cells.last, surname, _surname_pattern())
    )
    whole_first, whole_last = _believed(*_judged_halves(cells.full))
    usable = pc.or_(
        pc.and_(whole_first.is_valid(), whole_last.is_valid()), pc.and_(first.is_null(), last.is_null())
    )  # half a name beside half a name may be the same half
    first = pc.coalesce(first, pc.if_else(usable, whole_first, None))
    last = pc.coalesce(last, pc.if_else(usable, whole_last, None))
    blank = ~_has_text(cells.first) & ~_has_text(cells.last) & ~_has_text(cells.full)
    status = _JUNK + mask(first.is_valid()).astype(np.int8) + mask(last.is_valid())
    status[blank] = _MISSING
    from_first, from_last = per_distinct(
        pc.if_else(pa.array(blank), cells.local, None), lambda local: derive(local) or (None, None), _TEXTS
    )
    status[mask(from_first.is_valid())] = _DERIVED
    found = _Found(pc.coalesce(first, from_first), pc.coalesce(last, from_last), status)
    return found, np.ones(len(first), np.bool_)


def _without_whole_names_in_halves(cells: _Cells) -> _Cells:
    """Read "Last, First" in one of the two cells as the whole name, where the other is blank."""
    if not any((buffers(half)[0] == _COMMA).any() for half in (cells.first, cells.last)):
        return cells  # which is nearly always so, and known without the price of a pattern
    whole = pa.nulls(len(cells.first), pa.string())
    halves = []
    for half, other in ((cells.first, cells.last), (cells.last, cells.first)):
        two = pc.fill_null(pc.match_substring_regex(half, _TWO_HALVES), False)
        moved = pc.and_(two, pa.array(~(_has_text(other) | _has_text(cells.full))))
        whole = pc.coalesce(whole, pc.if_else(moved, half, None))
        halves.append(pc.if_else(moved, None, half))
    first, last = halves
    return _Cells(first, last, pc.coalesce(whole, cells.full), cells.local)


_STAGES: tuple[_Stage, ...] = (_two_cells, _one_cell, _address, _one_by_one)

_TEXTS = (pa.string(), pa.string())


@dataclass(frozen=True, slots=True)
class _Judged:
    """Decided cells of a column: ``text`` (null unless it may be a name) and ``kind`` (a ``Kind`` each)."""

    text: pa.StringArray
    kind: NDArray[np.int8]


def _judged(column: pa.StringArray, decide: Callable[[str], Cell], pattern: str) -> _Judged:
    """Decide each distinct cell of a column once, for names repeat: all that are plain names at once."""
    encoded = column.dictionary_encode()
    trimmed = pc.ascii_trim_whitespace(encoded.dictionary)
    simple = _recased(trimmed)
    plain = _is_plain(simple, _special(), pattern)
    text, kind = per_distinct(pc.if_else(pa.array(plain), None, trimmed), decide, (pa.string(), pa.int8()))
    text, kind = pc.if_else(pa.array(plain), simple, text), pc.if_else(pa.array(plain), int(Kind.NAME), kind)
    return _Judged(gather(text, encoded.indices), _kinds(gather(kind, encoded.indices)))


def _judged_halves(column: pa.StringArray) -> tuple[_Judged, _Judged]:
    types = (pa.string(), pa.int8(), pa.string(), pa.int8())
    first, first_kind, last, last_kind = per_distinct(column, lambda text: sum(split(text), ()), types)
    return _Judged(first, _kinds(first_kind)), _Judged(last, _kinds(last_kind))


def _kinds(kind: pa.Int8Array) -> NDArray[np.int8]:
    filled: NDArray[np.int8] = pc.fill_null(kind, int(Kind.BLANK)).to_numpy()
    return filled


def _believed(first: _Judged, last: _Judged) -> tuple[pa.StringArray, pa.StringArray]:
    """Drop doubtful halves that no sure half stands beside."""
    sure = (first.kind == Kind.NAME) | (last.kind == Kind.NAME)
    kept = pa.array(sure)
    return pc.if_else(kept, first.text, None), pc.if_else(kept, last.text, None)


def _has_text(column: pa.StringArray) -> Mask:
    return mask(pc.greater(pc.binary_length(pc.utf8_trim_whitespace(column)), 0))


def _uniform(first: pa.StringArray, last: pa.StringArray, status: int) -> _Found:
    return _Found(first, last, np.full(len(first), status, np.int8))


def _cut(column: pa.StringArray, signs: bytes) -> tuple[pa.StringArray, pa.StringArray, NDArray[np.integer]]:
    """Cut rows at their first separator, and count the separators; rows without one are left whole on the right."""
    data, offsets = buffers(column)
    data, starts, ends = data[: offsets[-1]], offsets[:-1], offsets[1:]
    at = np.flatnonzero(np.logical_or.reduce([data == sign for sign in signs])).astype(np.int32)
    before = np.searchsorted(at, offsets)
    count = np.diff(before)
    middle = np.where(count > 0, at.take(before[:-1], mode="clip"), starts) if len(at) else starts
    return slices(column, starts, middle), slices(column, np.where(count > 0, middle + 1, starts), ends), count


def _recased(column: pa.StringArray) -> pa.StringArray:
    """Capitalise ASCII words in one case that hold no second capital and are no initials; leave the others alone."""
    one_case = mask(pc.ascii_is_upper(column)) | mask(pc.ascii_is_lower(column))
    rows = np.flatnonzero(
        one_case & mask(pc.ascii_is_alpha(column)) & mask(pc.greater_equal(pc.binary_length(column), 3))
    )
    if not len(rows):
        return column
    words_ = column.take(pa.array(rows))
    capitalized = pc.ascii_capitalize(words_)
    double = mask(pc.starts_with(capitalized, "Mc")) | _macs().holds_cells(capitalized)
    return overlaid(column, (rows, pc.if_else(pa.array(double), words_, capitalized)))


def _is_plain(column: pa.StringArray, special: WordList, pattern: str) -> Mask:
    """Tell which cells the exact path leaves alone: a word in its usual case, or what else the pattern allows."""
    plain = _is_capitalized_word(column)
    rest = np.flatnonzero(~plain)
    if len(rest):
        cells = column.take(pa.array(rest))
        plain[rest] = mask(pc.match_substring_regex(cells, pattern)) & ~_suffixes().holds(*_last_words(cells))
    return plain & _is_usual(column, special)


def _is_capitalized_word(column: pa.StringArray) -> Mask:
    """Tell which cells are one ASCII word such as "Jane" (twice as fast as Arrow's two tests for it)."""
    data, offsets = buffers(column)
    data = data[: offsets[-1]]
    if not len(data):
        return np.zeros(len(column), np.bool_)
    others = np.zeros(len(data) + 1, np.int32)
    np.cumsum(data - np.uint8(ord("a")) >= 26, out=others[1:])  # noqa: PLR2004 - letters; unsigned, below "a" is large
    head = data.take(offsets[:-1], mode="clip")
    capitalized: Mask = (np.diff(others[offsets]) == 1) & (head - np.uint8(ord("A")) < 26)  # noqa: PLR2004 - letters
    return capitalized


def _last_words(column: pa.StringArray) -> tuple[Words, Offsets, Offsets]:
    """Give the column's bytes, and where in them the last word of each cell begins and ends."""
    data, offsets = buffers(column)
    data = data[: offsets[-1]]
    spaces = np.append(np.int32(-1), np.flatnonzero(data == ord(" ")).astype(np.int32))
    last = spaces[np.searchsorted(spaces, offsets[1:]) - 1] + 1
    return words_at(data), np.maximum(last, offsets[:-1]).astype(np.int32), offsets[1:]


def _is_usual(column: pa.StringArray, special: WordList) -> Mask:
    """Tell which words are in no word list, and short enough to be sure of it; null is not."""
    _, offsets = buffers(column)
    usual: Mask = ~special.holds_cells(column) & (np.diff(offsets) <= words.LONGEST_JUNK)
    if column.null_count:  # there may be bytes under it
        usual &= mask(column.is_valid())
    return usual


@cache
def _given_pattern() -> str:
    """Write the shape of ``Jean-Müller``, with the Latin letters that exist in one normal form only."""
    word = _word_pattern()
    return f"^{word}(?:-{word})?$"


@cache
def _surname_pattern() -> str:
    """Write the shape of ``van der Müller-McDonald`` and ``O'Neill``: particles, and a capital inside as typed."""
    word = f"(?:[ODL]')?{_word_pattern()}(?:{_word_pattern()})?"
    listed = [particle for particle in words.JOINERS if particle.isascii() and particle.isalpha()]
    particles = "|".join(sorted({*listed, *map(str.capitalize, listed)}))
    return f"^(?:(?:{particles}) )*{word}(?:-{word})?$"


def _word_pattern() -> str:
    latin = [c for c in map(chr, range(0xC0, 0x180)) if unicodedata.normalize("NFKC", c) == c]
    upper = "A-Z" + "".join(c for c in latin if c.isupper() and c != "İ")
    lower = "a-z" + "".join(c for c in latin if c.islower())
    return f"[{upper}][{lower}]+"


_COMMA = b","[0]
_SPECIAL = words.NONSENSE | words.DOUBTFUL | words.HONORIFICS
_TWO_HALVES = r"\pL[^,]*,[^,]*\pL"  # "Last, First"
_WORD_WITH_VOWEL = "(?:[a-z]+[aeiouy][a-z]*|[aeiouy][a-z]+)"
_NOBODY_IN_ADDRESS = "(?s)^(?:[^._]*|[^._]?[._].*)$"  # no separator, or a first part of a letter at most
_TWO_WORDS_IN_ADDRESS = f"^{_WORD_WITH_VOWEL}[._]{_WORD_WITH_VOWEL}$"


@cache
def _special() -> WordList:
    """List the words that the exact path does not leave alone in a cell of their own."""
    return WordList(_capitalized(_SPECIAL))


@cache
def _special_in_full() -> WordList:
    """List the words that mean more than themselves in a whole name."""
    return WordList(_capitalized(_SPECIAL | words.SUFFIXES | words.FAMILY_FIRST))


@cache
def _suffixes() -> WordList:
    """List the degrees that the exact path takes off behind other words."""
    return WordList(_capitalized(words.SUFFIXES))


@cache
def _macs() -> WordList:
    return WordList(_capitalized(words.MACS))


@cache
def _phrases() -> WordList:
    return WordList(words.NO_NAME_PHRASES)


@cache
def _special_in_address() -> WordList:
    """List the words that are no name in an address, or not written like others."""
    return WordList(_capitalized(NO_NAME | words.MACS | {"aj", "ej", "oj"}))


def _capitalized(listed: frozenset[str]) -> set[str]:
    return {spelling for word in listed for spelling in (word.capitalize(), word.title())}
