"""Cells that a spreadsheet would take for a formula, made harmless, and back again (FILE-2).

A spreadsheet that opens a CSV file runs a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula, and
some also trim what stands before it (OWASP, "CSV Injection"). An apostrophe in front makes it text. Cells that
begin that way and are only a number stay as they are.

    dangerous   ::= TAB, CR or LF first; or invisible characters and quotes and then = + - @ or their full-width twins
    harmless    ::= a phone number (+4930123456, +49 (0)30 123456, +1 202-555-0100), a signed number (-12.5, -1,234.00,
                    -5%, -1e-3), or dashes
    neutralise  puts "'" before any number of apostrophes followed by something dangerous and not harmless
    restore     takes one "'" away from what neutralise could have made

So ``restore(neutralise(x)) == x`` for every text there is, also for one that already looks neutralised.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.enrichment.normalize.arrays import buffers, mask, overlaid

_INVISIBLE = (
    "\\x00-\\x20\\x7F\\x{80}-\\x{A0}\\x{AD}\\x{1680}\\x{2000}-\\x{200F}\\x{2028}-\\x{202F}\\x{205F}-\\x{2064}"
    "\\x{3000}\\x{FEFF}"
)
_SIGNS = "=+\\-@\\x{FF1D}\\x{FF0B}\\x{FF0D}\\x{FF20}"
_DANGEROUS = f"^'*(?:[\\t\\r\\n]|[{_INVISIBLE}\"]*[{_SIGNS}])"
_PHONE_CHARACTERS = "0123456789 ()."
_PHONE = f"[+-][{_PHONE_CHARACTERS}]*|[+][0-9]+ [{_PHONE_CHARACTERS}/-]*"
_NUMBER = "[+-] ?[0-9]+(?:[ .,][0-9]+)*(?:[eE][+-]?[0-9]+)? ?%?"
_HARMLESS = f"^'* *(?:{_PHONE}|{_NUMBER}|-+) *$"

# What the first byte of a cell says of it.
_SAFE, _HIDDEN, _SIGNED, _FORMULA = range(4)

_ASCII_END = 0x80

Rows = NDArray[np.intp]
Kinds = NDArray[np.uint8]
_NO_ROWS: tuple[Rows, Kinds] = (np.zeros(0, np.intp), np.zeros(0, np.uint8))

Test = Callable[[pa.StringArray], pa.BooleanArray]


def neutralise(column: pa.StringArray) -> pa.StringArray:
    """Put an apostrophe before every cell that a spreadsheet would take for a formula.

    Args:
        column: Plain utf8 strings (``arrays.plain_strings``); null stays null.

    Returns:
        The same column where nothing had to change, else a new one of the same length.
    """
    suspects, kinds = _suspects(column)
    if len(suspects) == 0:
        return column
    signed = _without_phone_numbers(column, suspects[kinds == _SIGNED])
    hidden = _not_seen_through(column, suspects[kinds == _HIDDEN])
    rows = [
        suspects[kinds == _FORMULA],
        _narrowed(column, signed, (_is_harmless, False)),
        _narrowed(column, hidden, (_is_dangerous, True), (_is_harmless, False)),
    ]
    return _changed(column, np.concatenate(rows), lambda cells: pc.binary_join_element_wise("'", cells, ""))


def restore(column: pa.StringArray) -> pa.StringArray:
    """Undo ``neutralise``.

    Args:
        column: Plain utf8 strings; null stays null.
    """
    apostrophe = np.flatnonzero(mask(pc.starts_with(column, "'")))
    rows = _narrowed(column, apostrophe, (_is_dangerous, True), (_is_harmless, False))
    return _changed(column, rows, lambda cells: pc.replace_substring_regex(cells, "^'", ""))


def _suspects(column: pa.StringArray) -> tuple[Rows, Kinds]:
    """Give the rows whose first byte leaves open what they are, few in nearly all columns, and what it says."""
    data, offsets = buffers(column)
    if len(data) == 0:
        return _NO_ROWS
    first = data.take(offsets[:-1], mode="clip")
    suspect = _is_suspect().take(first)
    if not suspect.any():
        return _NO_ROWS
    suspect &= offsets[1:] != offsets[:-1]  # an empty cell shows its neighbour's first byte
    if column.null_count:
        suspect &= mask(column.is_valid())
    rows = np.flatnonzero(suspect)
    return rows, _kinds_of_bytes()[first[rows]]


@cache
def _kinds_of_bytes() -> Kinds:
    table = np.full(256, _SAFE, np.uint8)
    table[:0x21] = _HIDDEN
    table[[0x7F, *b"'\""]] = _HIDDEN
    table[[character.encode()[0] for character in "\x80\u1680\u2000\u3000\ufeff\uff1d"]] = _HIDDEN
    table[[*b"+-"]] = _SIGNED
    table[[*b"=@\t\r\n"]] = _FORMULA
    return table


@cache
def _is_suspect() -> NDArray[np.bool_]:
    suspect: NDArray[np.bool_] = _kinds_of_bytes() != _SAFE
    return suspect


def _narrowed(column: pa.StringArray, rows: Rows, *tests: tuple[Test, bool]) -> Rows:
    """Give the rows that are left when each test keeps those for which it says what is wanted."""
    for test, wanted in tests:
        if len(rows):
            rows = rows[mask(test(column.take(pa.array(rows)))) == wanted]
    return rows


def _without_phone_numbers(column: pa.StringArray, signed: Rows) -> Rows:
    """Leave out the cells with only digits, spaces, brackets and dots behind the sign: columns are full of them."""
    if len(signed) == 0:
        return signed
    _, offsets = buffers(pc.ascii_rtrim(column.take(pa.array(signed)), _PHONE_CHARACTERS))
    return signed[np.diff(offsets) > 1]  # there is more left than the sign


def _not_seen_through(column: pa.StringArray, hidden: Rows) -> Rows:
    """Leave out the cells with one space, or the like, before a letter, and those with nothing else in them."""
    data, offsets = buffers(column)
    starts = offsets[hidden]
    second = _is_suspect()[data.take(starts + 1, mode="clip")] & (offsets[hidden + 1] - starts > 1)
    left: Rows = hidden[second | (data[starts] >= _ASCII_END)]  # of longer characters the second byte tells nothing
    return left


_is_harmless = partial(pc.match_substring_regex, pattern=_HARMLESS)
_is_dangerous = partial(pc.match_substring_regex, pattern=_DANGEROUS)


def _changed(column: pa.StringArray, rows: Rows, change: Callable[[pa.StringArray], pa.StringArray]) -> pa.StringArray:
    """Put changed cells in the place of some rows."""
    return column if len(rows) == 0 else overlaid(column, (rows, change(column.take(pa.array(rows)))))
