"""The reference page of the waterfall says what the code says: no column, outcome or reason is missing or invented."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain, takewhile
from pathlib import Path

import pytest

from trustleads.enrichment import filling, leads
from trustleads.enrichment.asking import desk, lookup, reading, repeating, threads
from trustleads.enrichment.asking.budget import Limit
from trustleads.enrichment.asking.plan import DAY, Lifetimes
from trustleads.enrichment.models import waterfall_fields
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.providers import http
from trustleads.enrichment.providers.hunter import Hunter
from trustleads.enrichment.providers.zerobounce import ZeroBounce
from trustleads.enrichment.questions import Answer, Attribute, Mailbox, Outcome
from trustleads.enrichment.summary.providers import STOPS
from trustleads.enrichment.waterfall import RISKY_MAILBOX, SURE_ENOUGH, WhyNot

pytestmark = pytest.mark.clause("LEAD-4", "LEAD-5")

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/waterfall.md").read_text(encoding="utf-8")
SIGNALS = {"AskAgain", "Unsure", "Declined", "StopAsking"}
STATUSES = {reason for _, reason in http._SIGNALS.values()}  # what a status means that nobody else explains


def section(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def rows(heading: str, head: str) -> list[list[str]]:
    """The cells of the table that is headed so."""
    lines = section(heading).split(f"\n| {head} |", 1)[1].splitlines()[2:]
    table = takewhile(lambda line: line.startswith("|"), lines)
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in table]


def test_the_columns_are_those_that_are_added() -> None:
    table = [(name, kind) for name, kind, *_ in rows("Columns", "column")]
    assert table == [(field.name.replace("email", "<field>"), field.kind) for field in waterfall_fields(["email"])]


def test_the_outcomes_are_those_that_a_row_can_have() -> None:
    table = {name: (cost, kept) for name, _, cost, kept in rows("Answers", "outcome")}
    assert set(table) == set(Outcome) - {Outcome.LATER}
    for name, (cost, kept) in table.items():
        days = Lifetimes().of(Answer(Outcome(name))) / DAY
        assert kept == (f"{days:.0f} days" if days else "no")
        assert (cost == "yes") == bool(Answer(Outcome(name)).billed_units)


def test_the_reasons_of_who_is_not_asked_are_those_of_policy_and_purse() -> None:
    assert {name for name, *_ in rows("Reasons", "reason | meaning")} == {*WhyNot, *Limit}


def test_the_reasons_of_what_went_wrong_are_those_that_the_code_gives() -> None:
    files = [
        *(ROOT / "trustleads/enrichment/providers").glob("*.py"),
        *(Path(m.__file__) for m in (desk, lookup, reading)),
    ]
    given = set(chain.from_iterable(given_in(ast.parse(path.read_text(encoding="utf-8"))) for path in files))
    table = {name.replace("...", "") for name, *_ in rows("Reasons", "reason | with | meaning")}
    assert table == given | STATUSES


def test_a_summary_says_why_a_provider_stopped() -> None:
    refused = {name for name, kind, _ in rows("Reasons", "reason | with | meaning") if kind == "refused"}
    assert refused - {"restricted"} <= set(STOPS)  # restricted is about one person


def given_in(tree: ast.AST) -> Iterator[str]:
    """The reasons that a module gives, in a signal or an answer."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in SIGNALS and node.args:
            yield from texts(node.args[0])
        if node.func.id == "Answer":
            yield from chain.from_iterable(texts(word.value) for word in node.keywords if word.arg == "reason")


def texts(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can be; of one that is put together only how it begins."""
    if isinstance(node, ast.IfExp):
        yield from chain(texts(node.body), texts(node.orelse))
    elif isinstance(node, ast.JoinedStr):
        yield from texts(node.values[0])
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_the_verdicts_are_those_of_verifiers_and_what_they_do_to_the_status() -> None:
    table = {name: (confidence, verdict) for name, confidence, verdict in rows("Confidence", "verdict")}
    assert set(table) == set(Mailbox)
    for name, (_, verdict) in table.items():
        reason = filling._VERIFIED.get(Mailbox(name))
        assert verdict == (f"{filling._VERDICT[reason]}` / `{reason}" if reason else "as before")
    assert table["exists"][0].endswith(
        f"(ZeroBounce {ZeroBounce.confidence[Attribute.EMAIL]}, Hunter {Hunter.confidence[Attribute.EMAIL]})"
    )
    assert table["risky"][0] == f"{RISKY_MAILBOX} at most"


def test_the_numbers_are_those_of_the_code() -> None:
    own = [confidence for _, confidence in rows("Confidence", "value")]
    assert own[:2] == [str(leads.OWN_CONFIDENCE), str(leads.OWN_DOUBTFUL)]
    assert f"a confidence of {SURE_ENOUGH} or more" in PAGE
    limits = dict(rows("Limits", "what"))
    assert limits["attempts at a call of which nothing was done"].startswith(f"{repeating.ATTEMPTS};")
    assert limits["attempts at a call of which nothing was done"].endswith(f"up to {repeating._LONGEST_WAIT:.0f} s")
    pause = limits["a pause that a provider asks for, and rows wait for"]
    assert pause.startswith(f"up to the provider's `Limits.longest_pause`, {Limits().longest_pause:.0f} s by default")
    hangs = limits["a gate, meter, cache or provider that hangs when a run is over"]
    assert hangs.startswith(f"waited for {threads.GRACE:.0f} s each")
    assert limits["a question that is not ready"].startswith(f"asked {desk._MOST_LATER} times more")
