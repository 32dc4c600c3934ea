"""The types of the front door: what goes in, and which options go with it.

``trustleads.enrich`` lists and explains the options one by one; what else takes them takes them from here. A test
compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol, TypedDict, TypeVar

from trustleads.enrichment.asking.budget import Budget
from trustleads.enrichment.asking.plan import OrderBy
from trustleads.enrichment.ports import AnswerCache, Gate, Meter, MxResolver, Provider
from trustleads.enrichment.run import OnProgress

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa

PathOrFile = str | PathLike[str] | BinaryIO

Frame = TypeVar("Frame", bound="pd.DataFrame | pl.DataFrame | duckdb.DuckDBPyRelation")
# Constraints, not a bound: pyarrow has no types of its own, and where it is Any to a type checker, so is the result.
Arrow = TypeVar("Arrow", "pa.Table", "pa.RecordBatch", "pa.RecordBatchReader")
ArrowTable = TypeVar("ArrowTable", "pa.Table", "pa.RecordBatch")
Row = TypeVar("Row", bound=Mapping[str, Any])


class SupportsArrowStream(Protocol):
    """Any other table of the Arrow PyCapsule protocol; it comes back as a ``pyarrow.Table``."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class TableOptions(TypedDict, total=False):
    """Options of ``enrich`` for whatever leads come in; ``trustleads.enrich`` explains them."""

    columns: Mapping[str, str | None] | None
    country: str | None
    fields: Sequence[str] | None
    prefix: str
    mx: bool | MxResolver
    providers: Sequence[Provider] | None
    want: Mapping[str, float] | None
    budget: Budget | None
    order: OrderBy
    answers: AnswerCache | None
    org: str
    gate: Gate | None
    meter: Meter | None
    workers: int | None
    progress: bool | OnProgress | None


class FileOptions(TableOptions, total=False):
    """Options of ``enrich`` for leads that are in a file."""

    on_bad_row: Literal["raise", "report"]
    rejects: PathOrFile | None
    encoding: str | None
    delimiter: str | None


class OutputOptions(FileOptions, total=False):
    """Options of ``enrich`` where it writes a file."""

    formulas: Literal["escape", "keep"]
