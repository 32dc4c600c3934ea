"""The report in colour, as wide as the terminal; every sign also tells without its colour."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from trustleads.enrichment.summary.codes import Outcome
from trustleads.enrichment.summary.model import Example, FieldReport, Summary
from trustleads.enrichment.summary.text import SIGNS
from trustleads.enrichment.summary.wording import (
    NBSP,
    PROVIDERS,
    WHY,
    commonest,
    examples_of,
    facts,
    percent,
    provider_table,
    segments,
    shown_value,
    title,
)

STYLES = {Outcome.PASS: "green", Outcome.WARN: "yellow", Outcome.FAIL: "red", Outcome.MISSING: "bright_black"}
SHORTEST_BAR, LONGEST_BAR = 8, 40
LABEL = 10


def render(summary: Summary) -> RenderableType:
    """Lay the report out; values of the caller are plain text here, never markup."""
    parts: list[RenderableType] = [Text(title(summary), "bold")]
    if summary.fields and summary.rows:
        parts += ["", _table(summary)]
    if any(report.problems for report in summary.fields):
        parts += ["", Text(WHY, "bold"), _reasons(summary)]
    if summary.providers:
        parts += ["", Text(PROVIDERS, "bold"), _providers(summary)]
    if facts(summary):
        parts += ["", _facts(summary)]
    return Group(*parts)


class _Bar:
    """A bar divided by outcome, as long as its place allows."""

    def __init__(self, report: FieldReport) -> None:
        self._report = report

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(SHORTEST_BAR, LONGEST_BAR)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        cells = segments(self._report, min(options.max_width, LONGEST_BAR))
        yield Text.assemble(*((SIGNS[o] * cells.get(o, 0), STYLES[o]) for o in Outcome))


def _table(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=LABEL)
    for _ in Outcome:
        table.add_column(justify="right", no_wrap=True)
    table.add_column()
    table.add_row("", *(Text(f"{SIGNS[o]} {o.value}", STYLES[o]) for o in Outcome), "")
    for report in summary.fields:
        table.add_row(Text(report.label, "bold"), *(_count(report, o) for o in Outcome), _Bar(report))
    return table


def _count(report: FieldReport, outcome: Outcome) -> Text:
    count = report.count(outcome)
    share = f"{percent(report.share(count)):>7}"
    return Text.assemble(f"{count:,}", (share, STYLES[outcome])) if count else Text(f"0{share}", "dim")


def _reasons(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=LABEL, no_wrap=True)
    table.add_column(no_wrap=True)
    for _ in ("rows", "share"):
        table.add_column(justify="right", no_wrap=True)
    table.add_column()  # the only one that may shrink, so its texts see to it that they stay on one line
    for report in summary.fields:
        _add_reasons(table, report)
    return table


def _add_reasons(table: Table, report: FieldReport) -> None:
    shown, more, rows = commonest(report)
    label = Text(report.label, "bold")
    for reason in shown:
        example = next(iter(examples_of(report, reason.code)), None)
        code = Text(reason.code, STYLES[reason.outcome])
        seen = _example(example) if example else ""
        table.add_row(label, code, f"{reason.count:,}", percent(report.share(reason.count)), seen)
        label = Text("")
    if more:
        table.add_row("", Text(f"{more} more", "dim"), f"{rows:,}", percent(report.share(rows)), "")


def _example(example: Example) -> Text:
    text = Text(f"row {example.row:<5,} ", "dim", no_wrap=True, overflow="ellipsis")
    return text.append(shown_value(example, brief=True), "not dim")


def _providers(summary: Summary) -> Table:
    heads, rows = provider_table(summary)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=LABEL, overflow="ellipsis", no_wrap=True)
    for _ in heads[1:]:
        table.add_column(justify="right", no_wrap=True)
    table.add_row(*(Text(head, "dim") for head in heads))
    for name, *cells in rows:
        table.add_row(Text(name, "bold"), *(Text(cell.replace(NBSP, " ")) for cell in cells))
    return table


def _facts(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=LABEL, no_wrap=True)
    table.add_column()
    for label, sentence in facts(summary):
        table.add_row(Text(label, "bold"), Text(sentence.replace(NBSP, " ")))
    return table
