"""Cells of Python tables, which may be anything, as text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

_PANDAS_MISSING = frozenset({"NAType", "NaTType"})  # told by their names: pandas need not be installed
_INT64 = 1 << 63


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


def _number_text(value: Any) -> str | None:
    if np.isnan(float(value)):
        return None
    whole = -_INT64 < value < _INT64 and value == int(value)
    return str(int(value)) if whole else str(value)
