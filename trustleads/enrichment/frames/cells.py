"""Cells of Python tables, which may be anything, as text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from trustleads.core.errors import InvalidInput

_PANDAS_MISSING = frozenset({"NAType", "NaTType"})  # told by their names: pandas need not be installed
_INT64 = 1 << 63
_HINT = "has no text (a surrogate without its pair, or a number of thousands of digits): change it"


def cell_text(value: object) -> str | None:
    """Give the text of a cell, the same as ``arrays.plain_strings`` gives for a column of such cells.

    A phone number that a spreadsheet or JSON made a float keeps its digits and loses the ".0", which would
    be read as one digit more.

    Returns:
        The text; None where the cell is missing: None, NaN, and pandas' NaT and NA.
    """
    if value is None or type(value).__name__ in _PANDAS_MISSING:
        return None
    if isinstance(value, (float, np.floating, Decimal)):
        return _number_text(value)
    return str(value)


def text_column(name: str, values: Collection[object], *, lenient: bool = False) -> pa.StringArray:
    """Make a column of cells.

    Args:
        name: The column's, for the message.
        values: The cells.
        lenient: Take a cell that has no text for a missing one: in a sample, which is only looked at.

    Raises:
        InvalidInput: A cell has no text; the message names its row, and holds nothing of it (``cell_text``).
    """
    column = _column(values)
    if column is not None:
        return column
    texts, faults = [], []
    for row, value in enumerate(values):
        has_text = _has_text(cell_text, value)
        texts.append(cell_text(value) if has_text else None)
        faults += [] if has_text else [row]
    if faults and not lenient:
        raise InvalidInput(f"row {faults[0]} (from 0) of column {name!r} {_HINT}", reason="cell_text")
    return pa.array(texts, pa.string())


def column_names(keys: Iterable[object]) -> tuple[str, ...]:
    """Give the names of columns as text.

    Raises:
        InvalidInput: One has no text (``cell_text``).
    """
    keys = list(keys)
    for number, key in enumerate(keys, 1):
        if not _has_text(str, key):
            raise InvalidInput(f"the name of column {number} {_HINT}", reason="cell_text")
    return tuple(map(str, keys))


def _column(values: Collection[object]) -> pa.StringArray | None:
    """Make a column of cells that all have a text, as nearly always; None otherwise."""
    try:
        return pa.array([cell_text(value) for value in values], pa.string())
    except (ValueError, ArithmeticError):
        return None


def _has_text(function: Callable[[Any], str | None], value: object) -> bool:
    """Whether the value has a text that UTF-8 can hold; the errors that say so hold the value, and end here."""
    try:
        (function(value) or "").encode()
    except (ValueError, ArithmeticError):
        return False
    return True


def _number_text(value: Any) -> str | None:
    if np.isnan(float(value)):
        return None
    whole = -_INT64 < value < _INT64 and value == int(value)
    return str(int(value)) if whole else str(value)
