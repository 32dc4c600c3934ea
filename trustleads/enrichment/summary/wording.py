"""What all renderings of a summary say alike: numbers, shares of a bar, sentences, and values made harmless."""

from __future__ import annotations

from collections.abc import Iterable

from trustleads.core.money import Money
from trustleads.enrichment.summary.codes import Outcome
from trustleads.enrichment.summary.model import BadRows, Example, FieldReport, Reason, Summary
from trustleads.enrichment.summary.providers import MEANT, NOT_NEEDED, RUN_ENDS, STOPS, ProviderReport, total
from trustleads.enrichment.summary.signs import visible

SHOWN_REASONS = 4
WHY = "Why rows did not pass (rows are counted from 0)"
PROVIDERS = "What providers did"
NBSP = "\N{NO-BREAK SPACE}"
FLAGS = (("disposable", "disposable"), ("free", "free mail"), ("role", "role accounts"))


def title(summary: Summary) -> str:
    """Give the headline."""
    return f"TrustLeads summary: {summary.rows:,} {'row' if summary.rows == 1 else 'rows'}"


def percent(share: float) -> str:
    """Write a share of 0 to 1 with one decimal; only nothing is 0% and only all is 100%."""
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    return "<0.1%" if share < 0.001 else ">99.9%" if share > 0.999 else f"{share:.1%}"  # noqa: PLR2004


def segments(report: FieldReport, width: int) -> dict[Outcome, int]:
    """Divide a bar by outcome: whole cells that add up to ``width``, and one for whatever occurs at all."""
    if not report.total:
        return {Outcome.MISSING: width}
    exact = {outcome: report.count(outcome) / report.total * width for outcome in Outcome if report.count(outcome)}
    cells = {outcome: max(1, int(share)) for outcome, share in exact.items()}
    while sum(cells.values()) < width:
        cells[max(cells, key=lambda o: exact[o] - cells[o])] += 1
    while sum(cells.values()) > width:
        cells[max(cells, key=lambda o: cells[o])] -= 1
    return cells


def commonest(report: FieldReport, limit: int = SHOWN_REASONS) -> tuple[tuple[Reason, ...], int, int]:
    """Choose the problems to show.

    Returns:
        The commonest ones, how many more there are, and the number of rows that those have.
    """
    problems = report.problems
    shown = problems if len(problems) <= limit else problems[: limit - 1]
    rest = problems[len(shown) :]
    return shown, len(rest), sum(reason.count for reason in rest)


def examples_of(report: FieldReport, code: str) -> tuple[Example, ...]:
    """Give the examples of one reason."""
    return tuple(example for example in report.examples if example.reason == code)


def shown_value(example: Example, *, brief: bool = False) -> str:
    """Write the value of an example, and what enrichment proposes instead: of an address only what is new.

    Args:
        example: What to show.
        brief: Leave the local part, which stays as it is, out of the value as well.
    """
    value, hint = example.value or "", example.hint or ""
    local, at, domain = hint.rpartition("@")
    if at and value.strip().lower().startswith(f"{local}@".lower()):
        hint = at + domain
        value = at + value.rpartition("@")[2] if brief else value
    return visible(f"{value} → {hint}".lstrip() if hint else value)


def facts(summary: Summary) -> list[tuple[str, str]]:
    """Give what is not about one field as label and sentence; no-break spaces hold together what belongs together."""
    found = []
    if summary.rows:
        found = [("Duplicates", _duplicates(summary)), ("Mailboxes", _mailboxes(summary)), ("Filled", _filled(summary))]
    found += _asking(summary)
    found += [("Left out", _absent(summary)), ("Bad rows", _bad_rows(summary.bad_rows))]
    found += [("Note", visible(note)) for note in summary.notes]
    return [(label, sentence) for label, sentence in found if sentence]


def _counted(summary: Summary, count: int) -> str:
    return f"{count:,}{NBSP}({percent(count / summary.rows if summary.rows else 0.0)})"


def _tied(words: str) -> str:
    return words.replace(" ", NBSP)


def _duplicates(summary: Summary) -> str:
    if summary.duplicates is None:
        return ""
    if not summary.duplicates:
        return "none: every e-mail address occurs once"
    return f"{_counted(summary, summary.duplicates)} rows repeat the e-mail address of an earlier row"


def _mailboxes(summary: Summary) -> str:
    counts = [(getattr(summary, name), words) for name, words in FLAGS]
    return ", ".join(_tied(f"{_counted(summary, count)} {words}") for count, words in counts if count is not None)


def _filled(summary: Summary) -> str:
    return ", ".join(_tied(f"{name.replace('_', ' ')} {percent(rate)}") for name, rate in summary.fill_rates.items())


def _absent(summary: Summary) -> str:
    names = ", ".join(_tied(name.replace("_", " ")) for name in summary.absent)
    return f"{names}: no such column, or nothing in it" if names else ""


def _bad_rows(bad: BadRows) -> str:
    if not bad.count:
        return ""
    where = f", kept in {visible(bad.path)}" if bad.path else ""
    first = ", ".join(_tied(f"line {line.line:,} {line.reason}") for line in bad.first)
    more = " ..." if bad.count > len(bad.first) and bad.first else ""
    return f"{bad.count:,} could not be read{where}{': ' if first else ''}{first}{more}"


def provider_table(summary: Summary) -> tuple[list[str], list[list[str]]]:
    """Give the heads and the rows of what providers did; columns that would hold nothing but zeros are left out."""
    rows = {
        "asked": [report.asked for report in summary.providers],
        "kept": [report.kept for report in summary.providers],
        "found": [report.found for report in summary.providers],
        "missed": [report.missed for report in summary.providers],
        "refused": [report.refused for report in summary.providers],
        "failed": [report.failed for report in summary.providers],
        "billed?": [report.maybe_billed for report in summary.providers],
    }
    shown = {head: counts for head, counts in rows.items() if any(counts) or head in ("asked", "found", "missed")}
    cells = zip(*([f"{count:,}" for count in counts] for counts in shown.values()), strict=True)
    names, costs = zip(*((visible(r.name), money(r.costs)) for r in summary.providers), strict=True)
    return ["", *shown, "cost"], [[n, *line, c] for n, line, c in zip(names, cells, costs, strict=True)]


def money(costs: Iterable[Money]) -> str:
    """Write what was paid, with two decimals or more; a dash for nothing."""
    return " + ".join(_tied(cost.shown()) for cost in costs) or "-"


def _asking(summary: Summary) -> list[tuple[str, str]]:
    """Say, once for each provider, what went wrong or was not done."""
    sentences = {"Stopped": _stopped, "No answer": _no_answer, "Not asked": _not_asked}
    said = {label: [(visible(r.name), words(r)) for r in summary.providers] for label, words in sentences.items()}
    found = {label: [f"{name}: {words}" for name, words in lines if words] for label, lines in said.items()}
    found["Stopped"] += filter(None, (_ended(code, summary) for code in sorted(RUN_ENDS)))
    return [*((label, "; ".join(lines)) for label, lines in found.items()), ("Cost", _cost(summary))]


def _ended(code: str, summary: Summary) -> str:
    """Say what ended the run for several providers alike once."""
    left = [f"{visible(r.name)} {_questions(r)}" for r in summary.providers if r.stopped == code]
    return f"{STOPS[code]} ({code}): {', '.join(map(_tied, left))}" if left else ""


def _stopped(report: ProviderReport) -> str:
    if report.stopped is None or report.stopped in RUN_ENDS:
        return ""
    return f"{STOPS[report.stopped]} ({report.stopped}), {_tied(_questions(report))}"


def _questions(report: ProviderReport) -> str:
    return f"{report.stopped_questions:,} {'question' if report.stopped_questions == 1 else 'questions'}"


def _no_answer(report: ProviderReport) -> str:
    return _listed((code, count) for code, count in report.reasons if code != report.stopped)


def _not_asked(report: ProviderReport) -> str:
    return _listed((code, count) for code, count in report.not_asked if code not in (report.stopped, NOT_NEEDED))


def _listed(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(_tied(f"{count:,} {visible(code)}") + _meant(code) for code, count in counts)


def _meant(code: str) -> str:
    return f" ({MEANT[code]})" if code in MEANT else ""


def _cost(summary: Summary) -> str:
    costs = total(cost for report in summary.providers for cost in report.costs)
    return f"{money(costs)} in all" if costs else ""
