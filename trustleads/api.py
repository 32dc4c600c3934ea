"""The functions of the front door: whatever the caller has, in; the same kind of thing, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from os import PathLike
from typing import Any, BinaryIO, Literal, Never, Unpack, overload

import pyarrow as pa

from trustleads import wiring
from trustleads.core.errors import InvalidInput
from trustleads.enrichment import files, tables
from trustleads.enrichment.asking.budget import Budget
from trustleads.enrichment.asking.plan import OrderBy, Plan
from trustleads.enrichment.columns import ColumnReport
from trustleads.enrichment.columns import detect_columns as columns_of
from trustleads.enrichment.filling import Filler
from trustleads.enrichment.frames import frame_of
from trustleads.enrichment.leads import leads_of, needs_of
from trustleads.enrichment.options import DEFAULT_PREFIX
from trustleads.enrichment.pipeline import Pipeline
from trustleads.enrichment.ports import AnswerCache, Gate, Meter, MxResolver, Provider
from trustleads.enrichment.preview import Preview
from trustleads.enrichment.run import SAMPLE_ROWS, OnProgress
from trustleads.enrichment.summary import Summary
from trustleads.progress import shown
from trustleads.signatures import (
    Arrow,
    ArrowTable,
    FileOptions,
    Frame,
    OutputOptions,
    PathOrFile,
    Row,
    SupportsArrowStream,
    TableOptions,
)

MOST_THREADS = 256


@overload
def enrich(data: Any, *, to: PathOrFile, **options: Unpack[OutputOptions]) -> Summary: ...
@overload
def enrich(data: PathOrFile, *, to: None = ..., **options: Unpack[FileOptions]) -> pa.Table: ...
@overload
def enrich(data: list[Row], *, to: None = ..., **options: Unpack[TableOptions]) -> list[dict[str, Any]]: ...
@overload
def enrich(data: Frame, *, to: None = ..., **options: Unpack[TableOptions]) -> Frame: ...
@overload
def enrich(data: Arrow, *, to: None = ..., **options: Unpack[TableOptions]) -> Arrow: ...
@overload
def enrich(  # type: ignore[overload-cannot-match]  # it can where pyarrow has types
    data: SupportsArrowStream, *, to: None = ..., **options: Unpack[TableOptions]
) -> pa.Table: ...
def enrich(
    data: Any,
    *,
    to: PathOrFile | None = None,
    columns: Mapping[str, str | None] | None = None,
    country: str | None = None,
    fields: Sequence[str] | None = None,
    prefix: str = DEFAULT_PREFIX,
    mx: bool | MxResolver = False,
    providers: Sequence[Provider] | None = None,
    want: Mapping[str, float] | None = None,
    budget: Budget | None = None,
    order: OrderBy = "fixed",
    answers: AnswerCache | None = None,
    org: str = "default",
    gate: Gate | None = None,
    meter: Meter | None = None,
    workers: int | None = None,
    progress: bool | OnProgress | None = None,
    on_bad_row: Literal["raise", "report"] = "raise",
    rejects: PathOrFile | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    formulas: Literal["escape", "keep"] = "escape",
) -> Any:
    """Validate and normalise leads, and fill what is missing from providers (LEAD-1 to LEAD-5).

    The caller's columns and row order stay as they are; the added columns stand behind them, each with the
    prefix (``docs/reference/columns.md`` explains every column and code).

    Args:
        data: A pandas or Polars data frame, a DuckDB relation, a pyarrow ``Table``, ``RecordBatch`` or
            ``RecordBatchReader``, any object of the Arrow PyCapsule protocol, a list of dicts; or the path of
            a ``.csv`` or ``.parquet`` file, or a binary file object that holds CSV.
        to: Path of the ``.csv`` or ``.parquet`` file to write, or a binary file object to write CSV to. It
            appears under its name whole, or not at all.
        columns: Role to column name where recognition needs help, such as ``{"email": "Work E-Mail"}``;
            None switches a role off. Roles: ``trustleads.Role``.
        country: Country of the phone numbers in national form, where the row names none: ``"DE"``.
        fields: Names of the columns to add, without prefix; all by default.
        prefix: Put before the names of the added columns.
        mx: True asks the DNS whether each domain takes mail; or a resolver of the caller's own.
        providers: Who is asked for what is missing, in this order; each only while something it knows is wanted
            (``trustleads.providers``; ``docs/how-to/providers.md``).
        want: Field to the confidence, above 0 and at most 1, that is wanted of it: ``{"job_title": 0.8}``. Fields:
            email, phone, job_title, first_name, last_name, company, domain.
        budget: What it may cost; without one there is no limit.
        order: ``"fixed"`` asks in the order of ``providers``, ``"cheapest"`` by the expected cost per value, learnt
            as it goes; or field to the names of the providers to ask for it.
        answers: Where answers are kept, so that nothing is paid twice; by default for this call only.
        org: Whose leads these are: answers are kept for each organisation apart (GDPR-5).
        gate: Says who may be asked about whom; by default every provider about everybody.
        meter: Told what is used: rows, calls, money.
        workers: Threads; by default the processors this process may use, at most four (always four with providers).
        progress: True or False; a callable gets ``Progress``; None shows a bar where somebody can see it and a
            file is being read.
        on_bad_row: What to do with a row of a CSV file that cannot be parsed: ``"raise"``, or ``"report"`` to
            write it to ``rejects`` and go on.
        rejects: Where ``"report"`` puts such rows; by default beside ``to``, as ``NAME.rejected.csv``.
        encoding: Encoding of a CSV file that is not UTF-8 (or UTF-16 with a byte order mark).
        delimiter: Delimiter of a CSV file; told from its header by default.
        formulas: ``"escape"`` puts an apostrophe before cells of a CSV output that a spreadsheet would take for
            a formula (FILE-2; ``restore_formulas`` takes it away again); ``"keep"`` writes them as they are.

    Returns:
        The same kind of table as ``data``; a ``pyarrow.Table`` for a file without ``to``; a ``Summary`` when
        ``to`` is given.

    Raises:
        InvalidInput: An option is wrong, no column is recognised, or a file has a fault (with line and column).
            Nothing was written then.
        Unavailable: The disk is full, or broken. Nothing was written then.
    """
    _check(workers, on_bad_row, formulas)
    if rejects is not None and on_bad_row != "report":
        raise InvalidInput("rejects= goes with on_bad_row='report'", reason="rejects")
    if not files.is_file(data):
        _check_table_options(on_bad_row=on_bad_row == "report", rejects=rejects, encoding=encoding, delimiter=delimiter)
    plan = wiring.plan(
        providers, want, fields, budget=budget, order=order, org=org, answers=answers, gate=gate, meter=meter
    )
    pipeline = Pipeline(
        columns=columns,
        country=country,
        fields=fields,
        prefix=prefix,
        mx=wiring.mx_resolver(mx),
        wanted=() if plan is None else tuple(plan.wants),
    )
    with ExitStack() as stack:
        stage = wiring.stage(pipeline, plan, stack, answers=answers, gate=gate, meter=meter)
        if isinstance(stage, Filler):
            files.learn_first(data, stage, encoding=encoding, delimiter=delimiter)
        if files.is_file(data) or to is not None:
            job = files.FileJob(
                stage,
                keep_going=on_bad_row == "report",
                rejects=rejects,
                encoding=encoding,
                delimiter=delimiter,
                escape_formulas=formulas == "escape",
                workers=workers,
            )
            with shown(progress) as on_progress:
                return job.read(data, on_progress) if to is None else job.run(data, to, on_progress)
        if isinstance(data, pa.RecordBatchReader):
            return tables.enrich_reader(data, stage, close=stack.pop_all().close)
        with shown(progress or False) as on_progress:
            return tables.enrich_frame(frame_of(data), stage, workers=workers, on_progress=on_progress)


def preview(
    data: Any,
    *,
    providers: Sequence[Provider],
    want: Mapping[str, float],
    budget: Budget | None = None,
    order: OrderBy = "fixed",
    answers: AnswerCache | None = None,
    org: str = "default",
    gate: Gate | None = None,
    columns: Mapping[str, str | None] | None = None,
    country: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Preview:
    """Tell what ``enrich`` would ask, of whom, at what cost; nothing is sent (LEAD-4).

    Args:
        data: What ``enrich`` takes, but a ``RecordBatchReader`` (which could be read only once).
        providers: As for ``enrich``.
        want: As for ``enrich``.
        budget: As for ``enrich``.
        order: As for ``enrich``; ``"cheapest"`` is shown in the order of ``providers``: what is cheaper is learnt by
            asking.
        answers: As for ``enrich``: what is kept there costs nothing.
        org: As for ``enrich``.
        gate: As for ``enrich``: asked about each row as it is now, until it lets somebody be asked. What it would say
            once an answer has come cannot be told, so questions after that one count.
        columns: As for ``enrich``.
        country: As for ``enrich``.
        encoding: As for ``enrich``.
        delimiter: As for ``enrich``.

    Returns:
        The preview: readable when printed, ``to_dict()`` for programs.

    Raises:
        InvalidInput: As ``enrich``.
    """
    if isinstance(data, pa.RecordBatchReader):
        raise InvalidInput("a RecordBatchReader can be read only once: preview its table", reason="not_a_table")
    wiring.check_ports(answers=answers, gate=gate)
    plan = Plan.checked(providers, want, budget=budget, order=order, org=org)
    pipeline = Pipeline(columns=columns, country=country, wanted=tuple(plan.wants))
    previewer = wiring.previewer(plan, answers, gate)
    with files.open_input(data, encoding=encoding, delimiter=delimiter) as source:
        roles = pipeline.detect(source.names, source.sample()).roles
        for piece in source.pieces(small=True):
            previewer.look(list(leads_of(pipeline.everything(source.parse(piece).batch, roles), needs_of(plan))))
    return previewer.preview()


@overload
async def aenrich(data: Any, *, to: PathOrFile, **options: Unpack[OutputOptions]) -> Summary: ...
@overload
async def aenrich(data: PathOrFile, *, to: None = ..., **options: Unpack[FileOptions]) -> pa.Table: ...
@overload
async def aenrich(data: list[Row], *, to: None = ..., **options: Unpack[TableOptions]) -> list[dict[str, Any]]: ...
@overload
async def aenrich(data: Frame, *, to: None = ..., **options: Unpack[TableOptions]) -> Frame: ...
@overload
async def aenrich(data: ArrowTable, *, to: None = ..., **options: Unpack[TableOptions]) -> ArrowTable: ...
@overload
async def aenrich(  # type: ignore[overload-cannot-match]  # it can where pyarrow has types
    data: pa.RecordBatchReader, *, to: None = ..., **options: Unpack[TableOptions]
) -> Never: ...
@overload
async def aenrich(  # type: ignore[overload-cannot-match]  # it can where pyarrow has types
    data: SupportsArrowStream, *, to: None = ..., **options: Unpack[TableOptions]
) -> pa.Table: ...
async def aenrich(data: Any, *, to: PathOrFile | None = None, **options: Unpack[OutputOptions]) -> Any:
    """Do what ``enrich`` does, for hosts that are asynchronous; takes the same options, and gives the same.

    The work is done in threads, the loop stays free. Cancelling it stops the asking at once; answers that have come
    are kept.

    Args:
        data: What ``enrich`` takes; a ``RecordBatchReader`` only with ``to``, as without it the work would be done, and
            the loop stand still, where the result is read.
        to: As for ``enrich``.
        options: As for ``enrich``.

    Returns:
        As ``enrich``.

    Raises:
        InvalidInput: As ``enrich``.
        Unavailable: As ``enrich``.
    """
    if to is None and isinstance(data, pa.RecordBatchReader):
        raise InvalidInput(
            "aenrich would do the work of a RecordBatchReader where its result is read, and block the event loop:"
            " pass to=, the file to write, or the table in memory: reader.read_all()",
            reason="not_a_table",
        )
    return await wiring.in_thread(partial(enrich, data, to=to, **options))


def _check(workers: object, on_bad_row: object, formulas: object) -> None:
    if workers is not None and (type(workers) is not int or not 1 <= workers <= MOST_THREADS):
        raise InvalidInput(f"workers= is a number of threads, 1 to {MOST_THREADS}", reason="workers")
    if on_bad_row not in ("raise", "report"):
        raise InvalidInput("on_bad_row= is 'raise' or 'report'", reason="on_bad_row")
    if formulas not in ("escape", "keep"):
        raise InvalidInput("formulas= is 'escape' or 'keep'", reason="formulas")


def _check_table_options(**given: object) -> None:
    for name, value in given.items():
        if value:
            raise InvalidInput(f"{name}= goes with a CSV file, and this is a table", reason=name)


def detect_columns(
    data: Any,
    *,
    columns: Mapping[str, str | None] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> ColumnReport:
    """Tell what the columns mean: from their names, and where those do not tell, from the first rows.

    Args:
        data: Any table that ``enrich`` takes but a ``RecordBatchReader`` (which could be read only once), or a
            path.
        columns: As for ``enrich``.
        encoding: As for ``enrich``.
        delimiter: As for ``enrich``.

    Returns:
        The report: the column chosen for each role, how surely and why, and the runners-up.
    """
    if files.is_file(data):
        with files.open_input(data, encoding=encoding, delimiter=delimiter) as source:
            return columns_of(source.names, source.sample(), overrides=columns or {})
    if isinstance(data, pa.RecordBatchReader):
        raise InvalidInput("a RecordBatchReader can be read only once: pass its first batch", reason="not_a_table")
    frame = frame_of(data)
    return columns_of(frame.names, frame.select(frame.names, SAMPLE_ROWS), overrides=columns or {})


def summary(
    data: Any,
    *,
    prefix: str | None = None,
    columns: Mapping[str, str | None] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Summary:
    """Report on leads that have been enriched: how many pass, warn and fail, per field, and why.

    Args:
        data: A table that came out of ``enrich``, or the path of a file that did.
        prefix: Prefix of the added columns; found by itself unless there are two.
        columns: As for ``enrich``, for the examples of failing rows.
        encoding: As for ``enrich``.
        delimiter: As for ``enrich``.

    Returns:
        A ``Summary``: text when printed, a table and a chart in a notebook, ``to_dict()`` for programs.

    Raises:
        InvalidInput: There are no added columns.
    """
    with files.open_input(data, encoding=encoding, delimiter=delimiter) as source:
        return files.summarise_source(source, prefix=prefix, columns=columns)


def restore_formulas(
    data: str | PathLike[str] | BinaryIO, *, to: PathOrFile, encoding: str | None = None, delimiter: str | None = None
) -> int:
    """Undo ``formulas="escape"``: take the apostrophes away again that made a CSV file safe for spreadsheets (FILE-2).

    Args:
        data: Path or binary file object of a CSV file that ``enrich`` wrote.
        to: Path or binary file object to write to; appears whole or not at all.
        encoding: As for ``enrich``.
        delimiter: As for ``enrich``.

    Returns:
        Number of rows.

    Raises:
        InvalidInput: The file has a fault; nothing was written.
    """
    return files.restore_file(data, to, encoding=encoding, delimiter=delimiter)
