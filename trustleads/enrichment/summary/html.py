"""The report for notebooks: tables and bars without any script, on light and on dark ground.

Text takes the colour of its surroundings. The bars' colours keep a contrast of 3:1 to white and to near
black (WCAG 2.2, 1.4.11), differ in their dashes too (1.4.1), and say in words what they show (1.1.1).
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from trustleads.enrichment.summary.codes import Outcome
from trustleads.enrichment.summary.model import Example, FieldReport, Reason, Summary
from trustleads.enrichment.summary.wording import (
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

COLOURS = {Outcome.PASS: "#17936f", Outcome.WARN: "#c27c00", Outcome.FAIL: "#d8485c", Outcome.MISSING: "#858b94"}
STROKES = {  # thickness, dashes: outcomes differ in form as well
    Outcome.PASS: (10, "none"),
    Outcome.WARN: (10, "5 2"),
    Outcome.FAIL: (10, "2.5 1"),
    Outcome.MISSING: (2, "none"),
}
BAR = 200

_STYLE = """
.tl-summary{color:inherit;font-size:13px;line-height:1.45;max-width:62em}
.tl-summary .tl-title{font-size:1.3em;font-weight:600;margin:.2em 0 .6em}
.tl-summary .tl-quiet{opacity:.75}
.tl-summary .tl-example{display:inline-block;margin-right:1.4em;overflow-wrap:anywhere}
.tl-summary svg{vertical-align:middle}
.tl-summary.tl-summary.tl-summary table{border-collapse:collapse;border:0;margin:0 0 1.4em;width:100%;
table-layout:auto;color:inherit;background:transparent;font-size:inherit}
.tl-summary.tl-summary.tl-summary caption{caption-side:top;text-align:left;color:inherit;padding:0 0 .3em;
font-weight:600}
.tl-summary.tl-summary.tl-summary tr{background:transparent;border:0}
.tl-summary.tl-summary.tl-summary :is(th,td){text-align:left;vertical-align:top;padding:.3em 1.2em .3em 0;border:0;
color:inherit;background:transparent;max-width:none;white-space:normal;font-weight:normal}
.tl-summary.tl-summary.tl-summary :is(thead tr,tr.tl-line){border-bottom:1px solid rgba(128,128,128,.35)}
.tl-summary.tl-summary.tl-summary thead th{font-size:.9em}
.tl-summary.tl-summary.tl-summary tbody th{font-weight:600;white-space:nowrap;width:6em}
.tl-summary.tl-summary.tl-summary .tl-number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
"""


def render(summary: Summary) -> str:
    """Write the report as one HTML element; whatever came from the caller's data is escaped."""
    parts = [f"<style>{_STYLE}</style>", f'<p class="tl-title">{title(summary)}</p>']
    if summary.fields and summary.rows:
        parts += _table(summary)
    if any(report.problems for report in summary.fields):
        parts += _reasons(summary)
    if summary.providers:
        parts += _providers(summary)
    if facts(summary):
        parts += _facts(summary)
    if summary.columns is not None:
        inner = summary.columns._repr_html_()
        parts.append(f"<details><summary>Columns</summary>{inner}</details>")
    return f'<div class="tl-summary">{"".join(parts)}</div>'


def _text(value: str) -> str:
    return html.escape(value, quote=True)


def _table(summary: Summary) -> Iterator[str]:
    heads = "".join(f'<th scope="col" class="tl-number">{_swatch(o)} {o.value.capitalize()}</th>' for o in Outcome)
    yield f'<table><thead><tr><th scope="col">Field</th><th scope="col">Share of rows</th>{heads}</tr></thead><tbody>'
    for report in summary.fields:
        counts = "".join(_count(report, outcome) for outcome in Outcome)
        yield f'<tr class="tl-line"><th scope="row">{report.label}</th><td>{_bar(report)}</td>{counts}</tr>'
    yield "</tbody></table>"


def _count(report: FieldReport, outcome: Outcome) -> str:
    count = report.count(outcome)
    if not count:
        return '<td class="tl-number tl-quiet">0</td>'
    share = percent(report.share(count))
    return f'<td class="tl-number">{count:,} <span class="tl-quiet">({_text(share)})</span></td>'


def _line(outcome: Outcome, start: int, end: int) -> str:
    thickness, dashes = STROKES[outcome]
    return (
        f'<line x1="{start}" x2="{end}" y1="6" y2="6" stroke="{COLOURS[outcome]}" '
        f'stroke-width="{thickness}" stroke-dasharray="{dashes}"/>'
    )


def _swatch(outcome: Outcome) -> str:
    """Draw the key of the chart; the word stands beside it."""
    return f'<svg width="18" height="12" aria-hidden="true">{_line(outcome, 0, 18)}</svg>'


def _bar(report: FieldReport) -> str:
    cells, lines, start = segments(report, BAR), [], 0
    for outcome in Outcome:
        end = start + cells.get(outcome, 0)
        lines += [_line(outcome, start, end)] if end > start else []
        start = end
    words = ", ".join(f"{percent(report.share(report.count(o)))} {o.value}" for o in Outcome)
    return (
        f'<svg role="img" width="{BAR}" height="12" viewBox="0 0 {BAR} 12">'
        f"<title>{report.label}</title><desc>{_text(words)}</desc>{''.join(lines)}</svg>"
    )


def _reasons(summary: Summary) -> Iterator[str]:
    heads = '<th scope="col">Field</th><th scope="col">Reason</th><th scope="col" class="tl-number">Rows</th>'
    yield f"<table><caption>{WHY}</caption><thead><tr>{heads}"
    yield '<th scope="col">First of them</th></tr></thead><tbody>'
    for report in summary.fields:
        yield from _reasons_of(report)
    yield "</tbody></table>"


def _reasons_of(report: FieldReport) -> Iterator[str]:
    shown, more, rows = commonest(report)
    lines = [_reason(report, reason) for reason in shown]
    if more:
        share = _text(percent(report.share(rows)))
        lines.append(f'<td class="tl-quiet">{more} more</td><td class="tl-number">{rows:,} ({share})</td><td></td>')
    for number, line in enumerate(lines):
        head = f'<th scope="rowgroup" rowspan="{len(lines)}">{report.label}</th>' if number == 0 else ""
        yield f'<tr class="{"tl-line" if number == len(lines) - 1 else ""}">{head}{line}</tr>'


def _reason(report: FieldReport, reason: Reason) -> str:
    share = _text(percent(report.share(reason.count)))
    examples = " ".join(_example(example) for example in examples_of(report, reason.code))
    return (
        f'<td>{_swatch(reason.outcome)} <code>{reason.code}</code><br><span class="tl-quiet">{reason.outcome.value}: '
        f'{_text(reason.meaning)}</span></td><td class="tl-number">{reason.count:,} ({share})</td><td>{examples}</td>'
    )


def _example(example: Example) -> str:
    row = f'<span class="tl-quiet">row {example.row:,}</span>'
    return f'<span class="tl-example">{row} {_text(shown_value(example))}</span>'


def _providers(summary: Summary) -> Iterator[str]:
    heads, rows = provider_table(summary)
    numbers = "".join(f'<th scope="col" class="tl-number">{head.capitalize()}</th>' for head in heads[1:])
    yield f'<table><caption>{PROVIDERS}</caption><thead><tr><th scope="col">Provider</th>{numbers}</tr></thead><tbody>'
    for name, *cells in rows:
        counts = "".join(f'<td class="tl-number">{_text(cell)}</td>' for cell in cells)
        yield f'<tr class="tl-line"><th scope="row">{_text(name)}</th>{counts}</tr>'
    yield "</tbody></table>"


def _facts(summary: Summary) -> Iterator[str]:
    yield "<table><tbody>"
    for label, sentence in facts(summary):
        yield f'<tr><th scope="row">{label}</th><td>{_text(sentence)}</td></tr>'
    yield "</tbody></table>"
