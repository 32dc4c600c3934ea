"""Cells that a spreadsheet would take for a formula, made harmless, and back again (FILE-2).

A spreadsheet that opens a CSV file runs a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula, and
some also trim what stands before it (OWASP, "CSV Injection"). An apostrophe in front makes it text. Two kinds
of cell begin that way and are no formula, only a number: they stay as they are.

    dangerous   ::= TAB, CR or LF first, or invisible characters and quotes and then = + - @ or their full-width twins
    harmless    ::= a signed number (-12.5, -1,234.00, -5%, -1e-3), an E.164 number (+4930123456, +49 30 123456), dashes
    neutralise  puts "'" before any number of apostrophes followed by something dangerous and not harmless
    restore     takes one "'" away from what neutralise could have made

So ``restore(neutralise(x)) == x`` for every text there is, also for one that already looks neutralised.
"""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.enrichment.normalize.arrays import buffers, mask

_INVISIBLE = (
    "\\x00-\\x20\\x7F\\x{80}-\\x{A0}\\x{AD}\\x{1680}\\x{2000}-\\x{200F}\\x{2028}-\\x{202F}\\x{205F}-\\x{2064}"
    "\\x{3000}\\x{FEFF}"
)
_SIGNS = "=+\\-@\\x{FF1D}\\x{FF0B}\\x{FF0D}\\x{FF20}"
_DANGEROUS = f'(?:[\\t\\r\\n]|[{_INVISIBLE}"]*[{_SIGNS}])'
_HARMLESS = " *(?:[+-][0-9 ]*|[+-] ?[0-9]+(?:[ .,][0-9]+)*(?:[eE][+-]?[0-9]+)? ?%?|-+) *"

_NEEDS_APOSTROPHE = f"^'*{_DANGEROUS}"
_NEEDS_NONE = f"^'*{_HARMLESS}$"
_HAS_APOSTROPHE = f"^''*{_DANGEROUS}"


def neutralise(column: pa.StringArray) -> pa.StringArray:
    """Put an apostrophe before every cell that a spreadsheet would take for a formula.

    Args:
        column: Plain utf8 strings (``arrays.plain_strings``); null stays null.

    Returns:
        The same column where nothing had to change, else a new one of the same length.
    """
    rows = _suspects(column, _NEEDS_APOSTROPHE)
    if len(rows) == 0:
        return column
    return _replaced(column, rows, pc.binary_join_element_wise("'", column.take(pa.array(rows)), ""))


def restore(column: pa.StringArray) -> pa.StringArray:
    """Undo ``neutralise``.

    Args:
        column: Plain utf8 strings; null stays null.
    """
    rows = _suspects(column, _HAS_APOSTROPHE)
    if len(rows) == 0:
        return column
    return _replaced(column, rows, pc.replace_substring_regex(column.take(pa.array(rows)), "^'", ""))


def _suspects(column: pa.StringArray, pattern: str) -> NDArray[np.intp]:
    """Give the rows that match and are not harmless; cheap tests first, which leave few rows to the others."""
    rows = _by_first_byte(column)
    for test, wanted in ((_is_phone_number, False), (_is_harmless, False), (partial(_matches, pattern), True)):
        if len(rows):
            rows = rows[mask(test(column.take(pa.array(rows)))) == wanted]
    return rows


def _is_phone_number(cells: pa.StringArray) -> pa.BooleanArray:
    """Whether a cell is a sign before digits and spaces: what a column of phone numbers is full of."""
    return pc.is_in(pc.ascii_rtrim(cells, "0123456789 "), pa.array(["+", "-"]))


def _is_harmless(cells: pa.StringArray) -> pa.BooleanArray:
    return _matches(_NEEDS_NONE, cells)


def _matches(pattern: str, cells: pa.StringArray) -> pa.BooleanArray:
    return pc.match_substring_regex(cells, pattern)


def _by_first_byte(column: pa.StringArray) -> NDArray[np.intp]:
    data, offsets = buffers(column)
    if len(data) == 0:
        return np.empty(0, np.intp)
    return np.flatnonzero(_first_bytes()[data.take(offsets[:-1], mode="clip")])  # an empty row shows its neighbour's


@cache
def _first_bytes() -> NDArray[np.bool_]:
    """Table over all bytes: those that a text which one of the patterns matches can begin with."""
    table = np.zeros(256, np.bool_)
    table[:0x21] = True
    table[[0x7F, *b"=+-@'\""]] = True
    table[[character.encode()[0] for character in "\x80\u1680\u2000\u3000\ufeff\uff1d"]] = True
    return table


def _replaced(column: pa.StringArray, rows: NDArray[np.intp], values: pa.StringArray) -> pa.StringArray:
    selected = np.zeros(len(column), np.bool_)
    selected[rows] = True
    return pc.replace_with_mask(column, pa.array(selected), values)
