"""The report as plain text, for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator

from trustleads.enrichment.summary.codes import Outcome
from trustleads.enrichment.summary.model import Example, FieldReport, Reason, Summary
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

WIDTH = 80
LABEL = 12
CODE = 16
LONGEST_BAR = 20
SHORTEST_NAME = 7
SIGNS = {
    Outcome.PASS: "━",
    Outcome.WARN: "╍",
    Outcome.FAIL: "×",  # noqa: RUF001 - meant as a sign, not as a letter
    Outcome.MISSING: "·",
}


def render(summary: Summary) -> str:
    """Write the report: at most some forty lines, whatever the data."""
    number = max(len(f"{summary.rows:,}"), 3)
    table = list(_table(summary, number)) if summary.fields and summary.rows else []
    reasons = [line for report in summary.fields for line in _reasons(report, number)]
    more = [line for label, sentence in facts(summary) for line in _hanging(label, sentence)]
    asked = [PROVIDERS, *_providers(summary)] if summary.providers else []
    blocks = [[title(summary)], table, [WHY, *reasons] if reasons else [], asked, more]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _table(summary: Summary, number: int) -> Iterator[str]:
    heads = "".join(f"{f'{SIGNS[o]} {o.value}':>{number + 8}}" for o in Outcome)
    yield f"{'':{LABEL - 2}}{heads}"
    for report in summary.fields:
        line = f"{report.label:{LABEL - 2}}{''.join(_count(report, o, number) for o in Outcome)}"
        bar = min(WIDTH - len(line) - 2, LONGEST_BAR)
        yield f"{line}  {_bar(report, bar)}" if bar >= len(Outcome) else line.rstrip()


def _count(report: FieldReport, outcome: Outcome, number: int) -> str:
    count = report.count(outcome)
    return f"{count:>{number + 1},}{percent(report.share(count)) if count else '':>7}"


def _bar(report: FieldReport, width: int) -> str:
    cells = segments(report, width)
    return "".join(SIGNS[outcome] * cells.get(outcome, 0) for outcome in Outcome)


def _reasons(report: FieldReport, number: int) -> Iterator[str]:
    shown, more, rows = commonest(report)
    label = report.label
    for reason in shown:
        yield _reason(label, reason, report, number)
        label = ""
    if more:
        yield f"{'':{LABEL}}{f'{more} more':{CODE}}{rows:>{number},}{percent(report.share(rows)):>7}"


def _reason(label: str, reason: Reason, report: FieldReport, number: int) -> str:
    start = f"{label:{LABEL}}{reason.code:{CODE}}{reason.count:>{number},}{percent(report.share(reason.count)):>7}"
    example = next(iter(examples_of(report, reason.code)), None)
    return f"{start}  {_example(example, WIDTH - len(start) - 2)}" if example else start


def _example(example: Example, width: int) -> str:
    return _fit(f"row {example.row:<5,} {shown_value(example, brief=True)}".rstrip(), width)


def _fit(text: str, width: int) -> str:
    """Cut a text to the columns it may take; East Asian wide signs take two."""
    taken = 0
    for place, sign in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if taken > width:
            return f"{text[: place - 1]}…"
    return text


def _providers(summary: Summary) -> Iterator[str]:
    heads, rows = provider_table(summary)
    widths = [max(len(cell) for cell in column) for column in zip(*(row[1:] for row in [heads, *rows]), strict=True)]
    gap = 2 if sum(widths) + 2 * len(widths) + SHORTEST_NAME <= WIDTH else 1
    widths = [width + gap for width in widths]
    longest = max(len(row[0]) for row in rows)
    place = min(longest, max(WIDTH - sum(widths), SHORTEST_NAME))
    for name, *cells in [heads, *rows]:
        numbers = "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        yield f"{_fit(name, place):{place}}{numbers}".replace(NBSP, " ")


def _hanging(label: str, sentence: str) -> list[str]:
    lines = textwrap.wrap(sentence, WIDTH, initial_indent=f"{label:{LABEL}}", subsequent_indent=" " * LABEL)
    return [line.replace(NBSP, " ") for line in lines]
