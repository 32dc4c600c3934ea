"""Where a block of CSV may be cut: behind its last whole row.

A block's rows are told from its quotes: a line break with an even number of quotes before it ends a row. That
holds if every quote that should open a field stands at a field's beginning, and every one that should close
one at its end, which a few passes over whole arrays find out. Where it does not hold, the exact scanner finds
the place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from trustleads.enrichment.csvio.scan import Layout, Text, records

LF, CR, QUOTE = 10, 13, 34

Bytes = NDArray[np.uint8]
Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the input: whole rows, from the beginning of one to the end of another.

    Attributes:
        data: UTF-8 text.
        index: Number of the block, from 0.
        first_line: One-based number of its first line in the file.
        start_offset: Bytes of the input before its first row; an estimate where the input is not UTF-8. With
            ``end_offset`` this is for progress: each block begins where the one before it ended, the last one
            ends with the input.
        end_offset: The same for the end of its last row.
        regular: Whether its quotes and the length of its rows are known to be in order.
    """

    data: bytes | bytearray
    index: int
    first_line: int
    start_offset: int
    end_offset: int
    regular: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """Where to cut.

    Attributes:
        end: Length of the block; 0 if there is no whole row.
        regular: See ``Block``.
        whole: False if the block ends in the middle of an over-long row, the rest of which is to be skipped.
    """

    end: int
    regular: bool = True
    whole: bool = True


def find_cut(data: Text, layout: Layout, *, final: bool) -> Cut:
    """Find the end of the last whole row.

    Args:
        data: UTF-8 text that begins at the beginning of a row.
        layout: Delimiter and limits.
        final: Whether the input ends with ``data``, so that a last row needs no line end.
    """
    quotes = _positions(data, QUOTE) if b'"' in data else np.empty(0, np.intp)
    end = len(data) if final and len(quotes) % 2 == 0 else _row_end(data, quotes, 0, len(data))
    if end and _rows_fit(data, quotes, end, layout.max_record) and _quotes_fit(data, quotes, end, layout.delimiter):
        return Cut(end)
    return _exact_cut(data, layout, final=final)


def line_count(data: Text) -> int:
    """Count the line ends."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == LF))


def carriage_returns_fit(data: Text) -> bool:
    """Whether each CR stands before an LF."""
    text = np.frombuffer(data, np.uint8)
    line_ends = np.flatnonzero(text == LF)
    return int(np.count_nonzero(text == CR)) == int(np.count_nonzero(text[line_ends[line_ends > 0] - 1] == CR))


def _exact_cut(data: Text, layout: Layout, *, final: bool) -> Cut:
    end, regular = 0, True
    for record in records(data, layout, final=final):
        regular = regular and record.fault is None
        if not record.whole:
            return Cut(record.start + layout.max_record, regular=False, whole=False)
        end = record.end
    return Cut(end, regular)


def _positions(data: Text, byte: int) -> Positions:
    return np.flatnonzero(np.frombuffer(data, np.uint8) == byte)


def _row_end(data: Text, quotes: Positions, start: int, stop: int) -> int:
    """Give the position behind the last line break outside quotes; ``start`` where there is none."""
    newline = data.rfind(b"\n", start, stop)
    while newline >= 0:
        before = int(np.searchsorted(quotes, newline))
        if before % 2 == 0:
            return newline + 1
        newline = data.rfind(b"\n", start, int(quotes[before - 1]))
    return start


def _rows_fit(data: Text, quotes: Positions, end: int, longest: int) -> bool:
    """Whether no row is too long; only each last row of a stretch of that length needs a look."""
    start = 0
    while end - start >= longest:
        row_end = _row_end(data, quotes, start, start + longest)
        if row_end == start:
            return False
        start = row_end
    return True


def _quotes_fit(data: Text, quotes: Positions, end: int, delimiter: bytes) -> bool:
    """Whether the quotes open and close fields in turn.

    The first, third ... must follow a delimiter, a line break, or the quote before it (a doubled one); the
    second, fourth ... must precede a delimiter, a line break or a quote. Then, from one quote to the next, the
    true state of the reader is the one that counting gives.
    """
    quotes = quotes[: np.searchsorted(quotes, end)]
    if len(quotes) == 0:
        return True
    text = np.frombuffer(data, np.uint8)
    opening, closing = quotes[0::2], quotes[1::2]
    if opening[0] == 0:
        opening = opening[1:]
    if closing[-1] == end - 1:
        closing = closing[:-1]
    before, behind = _neighbours(delimiter)
    return bool(before[text[opening - 1]].all() and behind[text[closing + 1]].all())


@cache
def _neighbours(delimiter: bytes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tables over all bytes: what may stand before an opening quote, and behind a closing one."""
    before, behind = np.zeros(256, np.bool_), np.zeros(256, np.bool_)
    before[[delimiter[0], LF, QUOTE]] = True
    behind[[delimiter[0], LF, CR, QUOTE]] = True
    return before, behind
