"""pandas data frames."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pandas as pd
import pyarrow as pa

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.frames.base import Frame, check_distinct, refused
from trustleads.enrichment.frames.cells import column_names, text_column

# Nullable types: a missing row number must not turn the others into floats, nor a missing flag into objects.
_NULLABLE = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def wrap(data: Any) -> Frame:
    """Wrap a ``pandas.DataFrame``."""
    if isinstance(data, pd.DataFrame):
        return PandasFrame(data)
    raise refused(data)


class PandasFrame:
    """A ``pandas.DataFrame``: index, column order, dtypes and subclass stay as they are."""

    def __init__(self, frame: pd.DataFrame) -> None:
        if frame.columns.nlevels > 1:
            raise InvalidInput("columns of several levels cannot be enriched: flatten them first", reason="not_a_table")
        self.names = column_names(frame.columns)
        self._frame = frame

    def select(self, columns: Sequence[str], rows: int | None = None) -> pa.Table:
        """See ``Frame.select``."""
        check_distinct(self.names, columns)
        frame = self._frame if rows is None else self._frame.iloc[:rows]
        arrays = [_to_arrow(name, frame.iloc[:, self.names.index(name)], lenient=rows is not None) for name in columns]
        return pa.Table.from_arrays(arrays, names=list(columns))

    def attach(self, added: pa.Table) -> Any:
        """See ``Frame.attach``."""
        columns = added.to_pandas(types_mapper=_NULLABLE.get)
        return self._frame.assign(**{name: columns[name].array for name in added.column_names})


def _to_arrow(name: str, series: pd.Series[Any], *, lenient: bool) -> pa.Array:
    column = None
    with suppress(pa.ArrowException, ValueError, OverflowError):  # objects of several types, or of one Arrow lacks
        column = pa.array(series, from_pandas=True)
    return text_column(name, series.tolist(), lenient=lenient) if column is None else column
