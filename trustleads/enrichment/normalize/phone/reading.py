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
_HAS_PLUS = r"\A[^0-9+]*\+"
_LAST_DIGITS = r"(?s)\A.*[^0-9]([0-9]+)[^0-9]*\z"

_DIGIT, _SIGN, _ODD = range(3)
_BYTE_CLASSES = np.full(256, _ODD, np.uint8)
_BYTE_CLASSES[[ord(sign) for sign in " ()-./[]*"]] = _SIGN
_BYTE_CLASSES[ord("0") : ord("9") + 1] = _DIGIT


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
    classes = _BYTE_CLASSES.take(data)
    digits = classes == _DIGIT
    before = np.zeros(len(data) + 1, np.int32)
    np.cumsum(digits, out=before[1:])
    limits = before.take(offsets)
    text = np.concatenate([data.take(np.flatnonzero(digits)), np.full(_PADDING, ord("0"), np.uint8)])
    plus = _leading_plus(data, offsets, classes)
    reading = Reading(text, limits[:-1], limits[1:].copy(), plus, np.zeros(len(column), np.uint8))
    _judge_odd_rows(column, _rows_of(np.flatnonzero(classes == _ODD), offsets), reading)
    _judge_short_rows(column, np.diff(offsets), np.diff(limits), reading.treatment)
    if column.null_count:
        reading.treatment[mask(column.is_null())] = Treatment.MISSING
    return reading


def _leading_plus(data: Bytes, offsets: Integers, classes: Bytes) -> Mask:
    """Tell which rows begin with a plus; there it is an ordinary sign."""
    first = offsets[:-1]
    plus: Mask = (np.append(data, np.uint8(0)).take(first) == ord("+")) & (offsets[1:] > first)
    classes[first[plus]] = _SIGN
    return plus


def _rows_of(positions: NDArray[np.intp], offsets: Integers) -> NDArray[np.intp]:
    """Give the rows that hold these bytes, each once."""
    return np.unique(np.searchsorted(offsets, positions, side="right") - 1)


def _judge_odd_rows(column: pa.StringArray, rows: NDArray[np.intp], reading: Reading) -> None:
    """Look closer at rows with any other byte than digits and the usual signs."""
    odd = column.take(pa.array(rows))
    treatment = np.full(len(rows), Treatment.EXACT, np.uint8)
    treatment[_matches(odd, _IS_BARE)] = Treatment.NOT_A_NUMBER
    treatment[_matches(odd, _IS_NUMBER)] = Treatment.TABLES
    reading.treatment[rows] = treatment
    reading.plus[rows] = _matches(odd, _HAS_PLUS)
    open_rows = rows[treatment == Treatment.EXACT]
    _leave_out_extensions(column, open_rows, reading)


def _leave_out_extensions(column: pa.StringArray, rows: NDArray[np.intp], reading: Reading) -> None:
    """End numbers before the extension, if enough is left of them."""
    rows = rows[_matches(column.take(pa.array(rows)), _IS_EXTENDED)]
    extension = pc.replace_substring_regex(column.take(pa.array(rows)), _LAST_DIGITS, r"\1")
    end = reading.end[rows] - pc.binary_length(extension).to_numpy()
    enough = end - reading.start[rows] >= _FEWEST_DIGITS
    reading.end[rows[enough]] = end[enough]
    reading.treatment[rows[enough]] = Treatment.TABLES


def _judge_short_rows(column: pa.StringArray, length: Integers, digits: Integers, treatment: NDArray[np.uint8]) -> None:
    """Decide rows with fewer than three digits: two may be a number if they are alone, fewer never are."""
    rows = np.flatnonzero((digits < _FEWEST_DIGITS) & (length > 0))
    few, pair = column.take(pa.array(rows)), digits[rows] == MIN_LENGTH
    decided = np.full(len(rows), Treatment.EXACT, np.uint8)
    decided[_matches(few, _IS_FAMILIAR) & ~pair | _matches(few, _IS_BARE)] = Treatment.NOT_A_NUMBER
    decided[_matches(few, _IS_PAIR)] = Treatment.TABLES
    decided[_matches(few, _IS_BLANK)] = Treatment.MISSING
    treatment[rows] = decided
    treatment[length == 0] = Treatment.MISSING
    treatment[length > _LONGEST_TEXT] = Treatment.EXACT


def _matches(column: pa.StringArray, pattern: str) -> Mask:
    return mask(pc.match_substring_regex(column, pattern))
