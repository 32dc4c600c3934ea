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
from trustleads.enrichment.normalize.arrays import Mask, buffers, labels, mask, per_distinct, slices
from trustleads.enrichment.normalize.names import words
from trustleads.enrichment.normalize.names.cells import Cell, Kind, given, surname
from trustleads.enrichment.normalize.names.full import split
from trustleads.enrichment.normalize.names.local import NO_NAME, derive


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
    place = np.arange(len(sure), dtype=np.int32)
    place[open_rows] = np.arange(len(sure), len(sure) + len(open_rows))
    places = pa.array(place)
    first, last = (
        pa.concat_arrays([ours, theirs]).take(places)  # twice as fast as replace_with_mask
        for ours, theirs in ((found.first, rest.first), (found.last, rest.last))
    )
    return _Found(first, last, status)


def _two_cells(cells: _Cells) -> tuple[_Found, Mask]:
    """Decide rows whose first and last name are in normal form already."""
    sure = _is_plain(cells.first, _special()) & _is_plain(cells.last, _special())
    return _uniform(cells.first, cells.last, _OK), sure


def _two_words(cells: _Cells) -> tuple[_Found, Mask]:
    """Decide rows that have only a whole name, of two words in normal form or both in one case."""
    sure = mask(cells.full.is_valid()) & ~mask(cells.first.is_valid()) & ~mask(cells.last.is_valid())
    if not sure.any():
        return _uniform(cells.first, cells.last, _OK), sure
    whole = pc.ascii_trim_whitespace(cells.full)
    first, last, two = _cut(whole, b" ")
    in_one_case = pc.or_(pc.ascii_is_upper(whole), pc.ascii_is_lower(whole))
    first, last = (pc.if_else(in_one_case, _recased(part), part) for part in (first, last))
    sure &= two & ~mask(pc.is_in(pc.ascii_lower(whole), _phrases()))
    sure &= _is_plain(first, _special_in_full()) & _is_plain(last, _special_in_full())
    return _uniform(first, last, _OK), sure


def _address(cells: _Cells) -> tuple[_Found, Mask]:
    """Decide rows that have only an address, of the form "jane.doe" or "jane_doe"."""
    sure = mask(pc.match_substring_regex(cells.local, _TWO_WORDS_IN_ADDRESS))
    for column in (cells.first, cells.last, cells.full):
        sure &= ~mask(column.is_valid())
    if not sure.any():
        return _uniform(cells.first, cells.last, _DERIVED), sure
    first, last, two = _cut(cells.local, b"._")
    first, last = pc.ascii_capitalize(first), pc.ascii_capitalize(last)
    for part in (first, last):
        sure &= two & _is_usual(part, _special_in_address()) & ~mask(pc.starts_with(part, "Mc"))
    return _uniform(first, last, _DERIVED), sure


def _one_by_one(cells: _Cells) -> tuple[_Found, Mask]:
    """Decide any row, each distinct cell once."""
    first, last = _believed(_judged(cells.first, given), _judged(cells.last, surname))
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


_STAGES: tuple[_Stage, ...] = (_two_cells, _two_words, _address, _one_by_one)

_TEXTS = (pa.string(), pa.string())


@dataclass(frozen=True, slots=True)
class _Judged:
    """Decided cells of a column: ``text`` (null unless it may be a name) and ``kind`` (a ``Kind`` each)."""

    text: pa.StringArray
    kind: NDArray[np.int8]


def _judged(column: pa.StringArray, decide: Callable[[str], Cell]) -> _Judged:
    """Decide each cell of a column: single words in one case at once, the others by their distinct values."""
    simple = _recased(pc.ascii_trim_whitespace(column))
    plain = _is_plain(simple, _special())
    text, kind = per_distinct(pc.if_else(pa.array(plain), None, column), decide, (pa.string(), pa.int8()))
    kinds = _kinds(kind)
    return _Judged(pc.if_else(pa.array(plain), simple, text), np.where(plain, np.int8(Kind.NAME), kinds))


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


def _cut(column: pa.StringArray, signs: bytes) -> tuple[pa.StringArray, pa.StringArray, Mask]:
    """Cut rows at their only separator; rows with none or several are told apart by the mask."""
    data, offsets = buffers(column)
    starts, ends = offsets[:-1], offsets[1:]
    at = np.flatnonzero(np.isin(data[: offsets[-1]], np.frombuffer(signs, np.uint8))).astype(np.int32)
    before = np.searchsorted(at, offsets)
    one = np.diff(before) == 1
    middle = starts.copy()
    middle[one] = at[before[:-1][one]]
    return slices(column, starts, middle), slices(column, np.minimum(middle + 1, ends), ends), one


def _recased(column: pa.StringArray) -> pa.StringArray:
    """Capitalise ASCII words in one case that hold no second capital and are no initials; leave the others alone."""
    one_case = pc.or_(pc.ascii_is_upper(column), pc.ascii_is_lower(column))
    long = pc.greater_equal(pc.binary_length(column), 3)
    simple = pc.and_(pc.and_(one_case, long), pc.ascii_is_alpha(column))
    if not pc.any(simple).as_py():
        return column
    capitalized = pc.ascii_capitalize(column)
    double = pc.or_(pc.starts_with(capitalized, "Mc"), pc.is_in(capitalized, _capitalized(words.MACS)))
    return pc.if_else(pc.fill_null(pc.and_(simple, pc.invert(double)), False), capitalized, column)


def _is_plain(column: pa.StringArray, special: pa.StringArray) -> Mask:
    """Tell which cells are one ordinary word (or a double name) in its usual case, which the exact path keeps."""
    plain = mask(pc.ascii_is_title(column)) & mask(pc.ascii_is_alpha(column))
    rest = np.flatnonzero(~plain)
    if len(rest):
        plain[rest] = mask(pc.match_substring_regex(column.take(pa.array(rest)), _plain_pattern()))
    return plain & _is_usual(column, special)


def _is_usual(column: pa.StringArray, special: pa.StringArray) -> Mask:
    """Tell which words are in no word list, and short enough to be sure of it."""
    return ~mask(pc.is_in(column, special)) & mask(pc.less_equal(pc.binary_length(column), words.LONGEST_JUNK))


@cache
def _plain_pattern() -> str:
    """Write the shape of ``Jean-Müller``, with the Latin letters that exist in one normal form only."""
    latin = [c for c in map(chr, range(0xC0, 0x180)) if unicodedata.normalize("NFKC", c) == c]
    upper = "A-Z" + "".join(c for c in latin if c.isupper() and c != "İ")
    lower = "a-z" + "".join(c for c in latin if c.islower())
    return f"^[{upper}][{lower}]+(?:-[{upper}][{lower}]+)?$"


_WORD_WITH_VOWEL = "(?:[a-z]+[aeiouy][a-z]*|[aeiouy][a-z]+)"
_TWO_WORDS_IN_ADDRESS = f"^{_WORD_WITH_VOWEL}[._]{_WORD_WITH_VOWEL}$"


@cache
def _special() -> pa.StringArray:
    """List the words that the exact path does not leave alone in a cell of their own."""
    return _capitalized(words.NONSENSE | words.DOUBTFUL | words.HONORIFICS)


@cache
def _special_in_full() -> pa.StringArray:
    """List the words that mean more than themselves in a whole name."""
    return _capitalized(words.NONSENSE | words.DOUBTFUL | words.HONORIFICS | words.SUFFIXES | words.FAMILY_FIRST)


@cache
def _phrases() -> pa.StringArray:
    return pa.array(sorted(words.NO_NAME_PHRASES))


@cache
def _special_in_address() -> pa.StringArray:
    """List the words that are no name in an address, or not written like others."""
    return _capitalized(NO_NAME | words.MACS | {"aj", "ej", "oj"})


def _capitalized(listed: frozenset[str]) -> pa.StringArray:
    return pa.array(sorted({spelling for word in listed for spelling in (word.capitalize(), word.title())}))
