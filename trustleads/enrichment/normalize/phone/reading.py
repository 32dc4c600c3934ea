"""From the bytes of a column to the digits of each row, and which rows the tables can decide at all.

What the library makes of a text, where it is familiar (ASCII, Latin letters, general punctuation): everything before
the first digit or plus goes, and so does what follows the last digit if there is neither a letter nor ``#``. What is
left is a number if it is pluses, digits and a few signs, and perhaps an extension. Letters may also spell a vanity
number, and ``;`` may begin a parameter: the library decides those.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.enrichment.normalize.arrays import Bytes, Mask, buffers, mask
from trustleads.enrichment.normalize.phone.plans import MIN_LENGTH
from trustleads.enrichment.normalize.phone.tables import Integers

_LONGEST_TEXT = 250  # the library refuses longer ones without a look
_FEWEST_DIGITS = 3  # of a number, unless it is two digits and nothing else
_PADDING = 3  # so that a calling code can be looked up at the very end

_DISGUISED = r"\x{130}\x{131}\x{17f}"  # are i and s to a pattern that ignores case
_FOREIGN = r"\x{80}-\x{9f}\x{250}-\x{1fff}\x{2070}-\x{10ffff}" + _DISGUISED  # may hold digits, pluses and labels
_SIGNS = r" ()\-./\[\]*\x{a0}\x{ad}\x{200b}\x{2010}-\x{2015}\x{2053}\x{2060}\x{2212}\x{3000}"
_BLANKS = r"\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"

_BEFORE = rf"\A[^0-9+;{_FOREIGN}]*"
_NUMBER = rf"\+*[0-9{_SIGNS}]*"
_EXTENSION = (
    r"(?:(?:[ \t,]*(?:e?xt(?:ensio)?n?|anexo|int|[x#~])|[ \t]*(?:,+|;))[:.]?[ \t,-]*[0-9]{1,7}#?|;ext=[0-9]{1,7})"
)
_AFTER = r"[\x00-\x22\x24-/:-@\[-`{-\x7f\x{a0}\x{ad}\x{2000}-\x{206f}]*\z"

_IS_NUMBER = _BEFORE + _NUMBER + _AFTER
_IS_EXTENDED = rf"(?i){_BEFORE}{_NUMBER}[0-9)]{_EXTENSION}{_AFTER}"
_IS_PAIR = rf"{_BEFORE}[0-9][0-9]{_AFTER}"
_IS_BARE = rf"{_BEFORE}[^A-Za-z#,;~{_FOREIGN}]*\z"  # neither an extension nor letters nor parameters
_IS_FAMILIAR = rf"\A[^{_FOREIGN}]*\z"
_IS_BLANK = rf"\A[{_BLANKS}]*\z"  # all that str.strip() takes away
_LAST_DIGITS = r"(?s)\A.*[^0-9]([0-9]+)[^0-9]*\z"

_ZERO, _PLUS, _LAST_BLANK, _ASCII_END = ord("0"), ord("+"), ord(" "), 0x80


class Treatment(IntEnum):
    """What is to be done with a row."""

    TABLES = 0  # its digits are all that counts
    MISSING = 1
    NOT_A_NUMBER = 2
    EXACT = 3  # the library must decide


@dataclass(frozen=True, slots=True)
class Reading:
    """The digits of n rows, behind each other.

    Attributes:
        text: The digits as ASCII, a few bytes longer than they are.
        start: int32 (n,): position of each row's first digit.
        end: int32 (n,): position behind its last digit, extensions left out.
        plus: bool (n,): whether a plus stands before the first digit.
        treatment: uint8 (n,): see ``Treatment``.
    """

    text: Bytes
    start: Integers
    end: Integers
    plus: Mask
    treatment: NDArray[np.uint8]


def read(column: pa.StringArray) -> Reading:
    """Read the digits out of plain strings."""
    data, offsets = buffers(column)
    data = data[: offsets[-1]]
    digits = data - np.uint8(_ZERO) < 10  # noqa: PLR2004 - digits
    before = np.zeros(len(data) + 1, np.int32)
    np.cumsum(digits, out=before[1:])
    limits = before.take(offsets)
    text = np.concatenate([data.take(np.flatnonzero(digits)), np.full(_PADDING, _ZERO, np.uint8)])
    plus = _leading_plus(data, offsets)
    reading = Reading(text, limits[:-1], limits[1:].copy(), plus, np.zeros(len(column), np.uint8))
    odd = _is_odd(data)
    odd[offsets.take(np.flatnonzero(plus))] = False  # a plus in front is an ordinary sign
    at = np.flatnonzero(odd).astype(np.int32)  # text taken for phone numbers has many of them
    _judge_odd_rows(column, _OddBytes(_rows_of(at, offsets), data.take(at), before.take(at)), reading)
    _judge_short_rows(column, np.diff(offsets), np.diff(limits), reading.treatment)
    if column.null_count:
        reading.treatment[mask(column.is_null())] = Treatment.MISSING
    return reading


def _leading_plus(data: Bytes, offsets: Integers) -> Mask:
    """Tell which rows begin with a plus."""
    if not len(data):
        return np.zeros(len(offsets) - 1, np.bool_)
    plus: Mask = data.take(offsets[:-1], mode="clip") == _PLUS
    plus &= offsets[1:] > offsets[:-1]
    return plus


def _is_odd(data: Bytes) -> Mask:
    """Tell which bytes are neither digits nor one of the usual signs ``" ()-./[]*"``; comparing beats looking up."""
    usual: Mask = data - np.uint8(ord("-")) < 13  # noqa: PLR2004 - from there on: - . / and the digits
    usual |= data - np.uint8(ord("(")) < 3  # noqa: PLR2004 - ( ) *
    for sign in b" []":
        usual |= data == sign
    return ~usual


def _rows_of(positions: Integers, offsets: Integers) -> NDArray[np.intp]:
    """Give the row that holds each of these bytes."""
    return np.searchsorted(offsets, positions, side="right") - 1


@dataclass(frozen=True, slots=True)
class _OddBytes:
    """The m bytes that are neither digits nor the usual signs, in order.

    Attributes:
        row: intp (m,): in which row each stands.
        byte: uint8 (m,): which it is.
        before: int32 (m,): how many digits stand before it, those of the rows above included.
    """

    row: NDArray[np.intp]
    byte: Bytes
    before: Integers


def _judge_odd_rows(column: pa.StringArray, odd: _OddBytes, reading: Reading) -> None:
    """Look closer at rows with any other byte than digits and the usual signs.

    Those with a single one, a plus before all digits, need no look; those with hardly a digit get one later.
    """
    leads = (odd.byte == _PLUS) & (odd.before == reading.start.take(odd.row))
    first = np.flatnonzero(np.diff(odd.row, prepend=-1))  # of each row
    rows = odd.row[first]
    simple = leads[first] & (np.diff(first, append=len(odd.row)) == 1) & ~reading.plus[rows]
    reading.plus[odd.row[leads]] = True
    rows = rows[~simple]
    rows = rows[(reading.end - reading.start).take(rows) >= _FEWEST_DIGITS]
    reading.treatment[rows] = Treatment.TABLES
    rows = rows[~_matches(column, rows, _IS_NUMBER)]
    reading.treatment[rows] = Treatment.EXACT
    rows = _leave_out_extensions(column, rows, reading)
    reading.treatment[rows[_matches(column, rows, _IS_BARE)]] = Treatment.NOT_A_NUMBER


def _leave_out_extensions(column: pa.StringArray, rows: NDArray[np.intp], reading: Reading) -> NDArray[np.intp]:
    """End numbers before the extension, if enough is left of them; give the rows that have none."""
    long = (reading.end - reading.start).take(rows) > _FEWEST_DIGITS  # one is the extension's at least
    long[long] = _matches(column, rows[long], _IS_EXTENDED)
    rows, others = rows[long], rows[~long]
    if len(rows):
        extension = pc.replace_substring_regex(column.take(pa.array(rows)), _LAST_DIGITS, r"\1")
        end = reading.end[rows] - pc.binary_length(extension).to_numpy()
        enough = end - reading.start[rows] >= _FEWEST_DIGITS
        reading.end[rows[enough]] = end[enough]
        reading.treatment[rows[enough]] = Treatment.TABLES
    return others


def _judge_short_rows(column: pa.StringArray, length: Integers, digits: Integers, treatment: NDArray[np.uint8]) -> None:
    """Decide rows with fewer than three digits: two may be a number if they are alone, fewer never are."""
    rows = np.flatnonzero((digits < _FEWEST_DIGITS) & (length > 0))
    pair, first = digits.take(rows) == MIN_LENGTH, _first_bytes(column, rows)
    decided = np.full(len(rows), Treatment.NOT_A_NUMBER, np.uint8)
    strange = np.flatnonzero(pair | ~_are_familiar(column, rows))
    decided[strange[~_matches(column, rows[strange], _IS_BARE)]] = Treatment.EXACT
    pairs = np.flatnonzero(pair)
    decided[pairs[_matches(column, rows[pairs], _IS_PAIR)]] = Treatment.TABLES
    blanks = np.flatnonzero((first <= _LAST_BLANK) | (first >= _ASCII_END))
    decided[blanks[_matches(column, rows[blanks], _IS_BLANK)]] = Treatment.MISSING
    treatment[rows] = decided
    treatment[length == 0] = Treatment.MISSING
    treatment[length > _LONGEST_TEXT] = Treatment.EXACT


def _first_bytes(column: pa.StringArray, rows: NDArray[np.intp]) -> Bytes:
    data, offsets = buffers(column)
    return data.take(offsets.take(rows))


def _are_familiar(column: pa.StringArray, rows: NDArray[np.intp]) -> Mask:
    """Tell which rows hold nothing foreign; ASCII, which nearly all are, never is."""
    few = column.take(pa.array(rows))
    data, _ = buffers(few)
    ascii_only = data.max(initial=0) < _ASCII_END
    return np.ones(len(few), np.bool_) if ascii_only else mask(pc.match_substring_regex(few, _IS_FAMILIAR))


def _matches(column: pa.StringArray, rows: NDArray[np.intp], pattern: str) -> Mask:
    """Tell which of some rows match; where there are none, the pattern is not even compiled."""
    if not len(rows):
        return np.zeros(0, np.bool_)
    return mask(pc.match_substring_regex(column.take(pa.array(rows)), pattern))
