"""The commands, with pipes.

Exit codes: 0 done; 1 a failure of this machine (such as a full disk); 2 the input or an option is wrong,
nothing was written; 3 done, but some rows were rejected; 130 interrupted or 143 terminated, nothing was written.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Callable
from enum import StrEnum
from types import FrameType
from typing import Annotated, Any, BinaryIO, NoReturn

import typer

import trustleads
from trustleads.cli.asking import Asking, AskingCommand, with_asking
from trustleads.cli.wording import in_options
from trustleads.core.errors import InvalidInput, TrustLeadsError

TERMINATED = 128 + signal.SIGTERM  # what shells expect

app = typer.Typer(
    help="Leads in, trustworthy leads out.", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False
)


class OnBadRow(StrEnum):
    """What to do with rows that cannot be parsed."""

    RAISE = "raise"
    REPORT = "report"


class Formulas(StrEnum):
    """What to do with cells that a spreadsheet would take for a formula."""

    ESCAPE = "escape"
    KEEP = "keep"


Input = Annotated[str, typer.Argument(metavar="FILE", help="A .csv or .parquet file; - reads CSV from standard input.")]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--columns",
        "-c",
        metavar="ROLE=NAME",
        help="Which column has a role; repeat it. An empty name switches the role off.",
    ),
]
Encoding = Annotated[str | None, typer.Option(help="Encoding of a CSV that is not UTF-8 or UTF-16 with BOM.")]
Delimiter = Annotated[str | None, typer.Option(help="Delimiter of a CSV; told from its header by default.")]
Country = Annotated[str | None, typer.Option(help="Country of national phone numbers, such as DE.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


def _version(value: bool) -> None:
    if value:
        typer.echo(f"trustleads {trustleads.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Leads in, trustworthy leads out."""


@app.command(cls=AskingCommand)
@with_asking
def enrich(
    source: Input,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="A .csv or .parquet file; - is standard output.")
    ] = "-",
    *,
    country: Country = None,
    mx: Annotated[bool, typer.Option("--mx", help="Ask the DNS whether the domains take mail.")] = False,
    columns: Columns = None,
    fields: Annotated[str | None, typer.Option(help="Columns to add, separated by commas; all by default.")] = None,
    prefix: Annotated[str, typer.Option(help="Put before the added columns' names.")] = "tl_",
    on_bad_row: Annotated[OnBadRow, typer.Option(help="What to do with rows that cannot be parsed.")] = OnBadRow.RAISE,
    rejects: Annotated[str | None, typer.Option(metavar="FILE", help="Where --on-bad-row=report puts them.")] = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    formulas: Annotated[
        Formulas, typer.Option(help="Cells that a spreadsheet would run: escape or keep.")
    ] = Formulas.ESCAPE,
    asking: Asking,
    workers: Annotated[int | None, typer.Option(min=1, help="Threads.")] = None,
    progress: Annotated[
        bool | None, typer.Option("--progress/--no-progress", help="By default where a person can see it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Validate and normalise leads, and fill what is missing from providers; prints a summary."""
    summary = _guarded(
        lambda: _enriched(
            asking,
            _source(source),
            to=_target(output),
            country=country,
            mx=mx,
            columns=_columns(columns),
            fields=None if fields is None else [f.strip() for f in fields.split(",")],
            prefix=prefix,
            on_bad_row=on_bad_row.value,
            rejects=_rejects(rejects),
            encoding=encoding,
            delimiter=delimiter,
            formulas=formulas.value,
            workers=workers,
            progress=progress,
        ),
        kept_in=asking.answers,
    )
    _show(summary, as_json=as_json, to_stderr=output == "-")
    if summary.bad_rows.count:
        raise typer.Exit(3)


def _enriched(asking: Asking, source: str | io.FileIO, **options: Any) -> Any:
    with asking.opened() as asked:
        return trustleads.enrich(source, **options, **asked)


@app.command(cls=AskingCommand)
@with_asking
def preview(
    source: Input,
    *,
    asking: Asking,
    country: Country = None,
    columns: Columns = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    as_json: AsJson = False,
) -> None:
    """Tell what enriching would ask, of whom, at what cost; nothing is sent."""
    if asking.providers is None:
        _fail("preview needs --providers", 2)
    report = _guarded(
        lambda: _previewed(
            asking,
            _source(source),
            country=country,
            columns=_columns(columns),
            encoding=encoding,
            delimiter=delimiter,
        )
    )
    _show(report, as_json=as_json)


def _previewed(asking: Asking, source: str | io.FileIO, **options: Any) -> Any:
    with asking.opened(look_only=True) as asked:
        return trustleads.preview(source, **options, **asked)


@app.command()
def columns(
    source: Input,
    *,
    columns: Columns = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    as_json: AsJson = False,
) -> None:
    """Show what each column would be taken for, how surely, and why."""
    report = _guarded(
        lambda: trustleads.detect_columns(
            _source(source), columns=_columns(columns), encoding=encoding, delimiter=delimiter
        )
    )
    _show(report, as_json=as_json)


@app.command()
def summary(
    source: Input,
    *,
    prefix: Annotated[str | None, typer.Option(help="Prefix of the added columns; found by itself.")] = None,
    columns: Columns = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    as_json: AsJson = False,
) -> None:
    """Report on a file that has been enriched."""
    report = _guarded(
        lambda: trustleads.summary(
            _source(source), prefix=prefix, columns=_columns(columns), encoding=encoding, delimiter=delimiter
        )
    )
    _show(report, as_json=as_json)


@app.command()
def restore(
    source: Input,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="A .csv file; - is standard output.")
    ] = "-",
    *,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
) -> None:
    """Take the apostrophes away again that made an output safe for spreadsheets."""
    _guarded(
        lambda: trustleads.restore_formulas(_source(source), to=_target(output), encoding=encoding, delimiter=delimiter)
    )


def _rejects(name: str | None) -> str | BinaryIO | None:
    return None if name is None else _target(name)


def _source(name: str) -> str | io.FileIO:
    # Unbuffered: a buffer's lock, held by a thread that waits for input, would keep the process from ending.
    return io.FileIO(0, closefd=False) if name == "-" else name


def _target(name: str) -> str | BinaryIO:
    if name != "-":
        return name
    if sys.stdout is None:
        _fail("standard output is closed", 1)
    return sys.stdout.buffer


def _columns(pairs: list[str] | None) -> dict[str, str | None]:
    chosen: dict[str, str | None] = {}
    for pair in pairs or ():
        role, equals, name = pair.partition("=")
        if not equals:
            _fail(f"--columns takes ROLE=NAME, such as email='Work E-Mail', not {pair!r}", 2)
        chosen[role.strip()] = name or None
    return chosen


def _guarded(call: Callable[[], Any], *, kept_in: str | None = None) -> Any:
    """Run a call; what the user can mend is one line on standard error, without a traceback."""
    try:
        return call()
    except InvalidInput as error:
        _fail(in_options(str(error)), 2)
    except BrokenPipeError:  # the reader, such as head, has all it wants
        _quietly()
    except (TrustLeadsError, OSError) as error:
        _fail(str(error), 1)
    except KeyboardInterrupt:
        kept = "" if kept_in is None else f"; the answers that came are kept in {kept_in}"
        _fail(f"interrupted: nothing was written{kept}", 130)


def _quietly() -> NoReturn:
    """End without a word: the interpreter would complain of the closed pipe once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(0)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"trustleads: {message}", err=True)
    raise SystemExit(code)


def _show(report: Any, *, as_json: bool, to_stderr: bool = False) -> None:
    try:
        _print(report, as_json=as_json, to_stderr=to_stderr)
    except BrokenPipeError:
        _quietly()
    except OSError as error:
        _fail(f"cannot print: {error.strerror}", 1)


def _print(report: Any, *, as_json: bool, to_stderr: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.to_dict(), indent=2, ensure_ascii=False), err=to_stderr)
        return
    if not hasattr(report, "__rich__"):
        typer.echo(str(report), err=to_stderr)
        return
    from rich.console import Console  # noqa: PLC0415 - not needed for JSON

    Console(stderr=to_stderr).print(report)


def _terminated(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(TERMINATED)  # unwinds, so that temporary files go


def main() -> None:
    """Entry point of the ``trustleads`` command."""
    signal.signal(signal.SIGTERM, _terminated)
    app()
