"""What providers did: counted from the added columns, and shown."""

from __future__ import annotations

import io
import json
import pickle
from collections import Counter
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.questions import Outcome
from trustleads.enrichment.summary import Summary, SummaryBuilder, find_prefix, summarise
from trustleads.enrichment.waterfall import WhyNot

pytestmark = pytest.mark.clause("LEAD-4")

COUNTS = {
    "found": "found",
    "miss": "missed",
    "refused": "refused",
    "failed": "failed",
    "maybe_billed": "maybe_billed",
}


def part(provider: str, outcome: str, reason: str | None = None, **rest: Any) -> dict[str, Any]:
    return {"provider": provider, "outcome": outcome, **({"reason": reason} if reason else {}), **rest}


def table(*rows: list[dict[str, Any]] | None) -> pa.Table:
    return pa.table(
        {
            "tl_email_reason": pa.array(["ok"] * len(rows), pa.string()),
            "tl_answers": pa.array([None if row is None else json.dumps(row) for row in rows], pa.string()),
        }
    )


def report(*rows: list[dict[str, Any]] | None) -> Summary:
    return summarise(table(*rows))


MIXED = (
    [
        part("hunter", "found", cost="0.05 USD", fetched_at="2026-11-24T12:00:00Z"),
        part("pdl", "not_asked", "not_needed"),
    ],
    [part("hunter", "miss", request_id="r1"), part("pdl", "found", kept=True)],
    [part("hunter", "maybe_billed", "timeout", cost="0.05 USD"), part("pdl", "failed", "wrong_subject", cost="1 USD")],
    [part("hunter", "refused", "key_refused"), part("pdl", "not_asked", "row_budget")],
    [part("hunter", "not_asked", "key_refused"), part("pdl", "not_asked", "nothing_to_match")],
    [part("hunter", "not_asked", "key_refused"), part("pdl", "refused", "restricted")],
    None,
)


def test_what_each_provider_did_is_counted() -> None:
    assert report(*MIXED).to_dict()["providers"] == {
        "hunter": {
            "asked": 4,
            "kept": 0,
            "found": 1,
            "missed": 1,
            "refused": 1,
            "failed": 0,
            "maybe_billed": 1,
            "cost": {"USD": "0.1"},
            "reasons": {"key_refused": 1, "timeout": 1},
            "not_asked": {"key_refused": 2},
            "stopped": "key_refused",
        },
        "pdl": {
            "asked": 2,
            "kept": 1,
            "found": 1,
            "missed": 0,
            "refused": 1,
            "failed": 1,
            "maybe_billed": 0,
            "cost": {"USD": "1"},
            "reasons": {"restricted": 1, "wrong_subject": 1},
            "not_asked": {"not_needed": 1, "nothing_to_match": 1, "row_budget": 1},
            "stopped": None,
        },
    }


def test_providers_stand_as_rows_name_them_first_however_often_each_was_asked() -> None:
    rows = [[part("free", "miss")], [part("free", "not_asked"), part("b", "found")], [part("a", "found")] * 9]
    whole = table(*rows)
    assert [provider.name for provider in summarise(whole).providers] == ["free", "b", "a"]
    one, other = SummaryBuilder(), SummaryBuilder()
    one.add(whole.slice(0, 1))
    other.add(whole.slice(1))
    one.merge(other)
    assert one.finish().providers == summarise(whole).providers


def test_why_a_provider_stopped_is_said_once_with_all_its_questions() -> None:
    text = str(report(*MIXED))
    assert text.count("key_refused") == 1
    assert "Stopped     hunter: it does not accept the key (key_refused), 3 questions\n" in text
    wrong = "hunter: 1 timeout (no answer in time); pdl: 1 restricted, 1 wrong_subject (about somebody else)"
    assert f"No answer {wrong} Not asked" in " ".join(text.split())
    assert "Not asked   pdl: 1 nothing_to_match, 1 row_budget\n" in text
    assert text.endswith("Cost        1.10 USD in all")


def test_the_text_is_a_table_without_empty_columns() -> None:
    lines = [line.split() for line in str(report(*MIXED)).splitlines()]
    assert ["asked", "kept", "found", "missed", "refused", "failed", "billed?", "cost"] in lines
    assert ["hunter", "4", "0", "1", "1", "1", "0", "1", "0.10", "USD"] in lines
    quiet = str(report([part("table", "found")]))
    assert "asked  found  missed  cost" in quiet
    assert "  -" in quiet
    for word in ("Stopped", "No answer", "Not asked", "Cost"):
        assert word not in quiet


def test_nothing_is_said_where_nobody_was_to_be_asked() -> None:
    plain = summarise(pa.table({"tl_email_reason": ["ok"]}))
    assert plain.providers == report(None).providers == ()
    assert plain.to_dict()["providers"] == {}
    assert "rovider" not in str(plain)
    assert "rovider" not in plain._repr_html_()


@pytest.mark.parametrize("name", ["people_data_labs", "p" * 60])
def test_the_table_fits_a_terminal(name: str) -> None:
    rows = [[part(name, outcome, "timeout", cost="0.123456 USD", kept=n % 2 == 1)] for n, outcome in enumerate(COUNTS)]
    builder = SummaryBuilder()
    counted = builder.count(table(*rows))
    for made in counted.told:
        counted.told[made] = 123_456
    builder.take(counted)
    lines = str(builder.finish()).splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)
    assert any("123,456" in line and line.endswith(" USD") for line in lines)


def rich_text(summary: Summary) -> str:
    console = Console(file=io.StringIO(), width=110, force_terminal=False, color_system=None)
    console.print(summary)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_terminal_and_notebook_show_the_same() -> None:
    summary = report(*MIXED)
    lines = [line.split() for line in rich_text(summary).splitlines()]
    assert ["hunter", "4", "0", "1", "1", "1", "0", "1", "0.10", "USD"] in lines
    page = summary._repr_html_()
    assert '<th scope="row">hunter</th><td class="tl-number">4</td>' in page
    assert "it does not accept the key (key_refused)" in page


def test_names_and_reasons_from_a_file_are_made_harmless() -> None:
    hostile = "[bold]<b>\x1b[2J"
    summary = report([part(hostile, "failed", hostile)])
    for shown in (str(summary), rich_text(summary), summary._repr_html_()):
        assert "\x1b" not in shown
    assert "<b>" not in summary._repr_html_()
    assert "[bold]" in rich_text(summary)  # text, not markup


@pytest.mark.parametrize(
    "cell",
    [
        "no json",
        "7",
        '["x"]',
        "[{}]",
        '[{"provider":"x","outcome":"maybe"}]',
        '[{"provider":1,"outcome":"found"}]',
        '[{"provider":"x","outcome":"found","cost":"much"}]',
        '[{"provider":"x","outcome":"found","reason":1}]',
        "[" * 100_000,
        '[],{"provider":"x"}',
    ],
)
def test_other_values_are_refused_without_showing_them(cell: str) -> None:
    with pytest.raises(InvalidInput, match="'tl_answers' holds values that enrichment does not write") as caught:
        summarise(pa.table({"tl_email_reason": ["ok"], "tl_answers": [cell]}))
    assert caught.value.__cause__ is None


def test_a_column_of_the_callers_own_is_left_alone_without_prefix() -> None:
    own = pa.table({"email_reason": ["ok"], "answers": ["yes"]})
    assert summarise(own, prefix="").providers == ()
    ours = pa.table({"email_reason": ["ok"], "answers": [json.dumps([part("x", "found")])], "sources": [None]})
    assert [report.name for report in summarise(ours, prefix="").providers] == ["x"]


def test_the_columns_of_providers_tell_the_prefix_and_are_none_of_the_callers() -> None:
    names = ["Mail", "my_email_confidence", "my_answers"]
    assert find_prefix(names) == "my_"
    added = pa.table({"tl_email_confidence": [0.9], "tl_answers": [json.dumps([part("x", "found")])]})
    summary = summarise(added)
    assert summary.columns is not None
    assert not summary.columns.roles


def test_a_csv_file_says_the_same() -> None:
    written = io.BytesIO()
    pc.write_csv(table(*MIXED), written)
    written.seek(0)
    again = pc.read_csv(written, convert_options=pc.ConvertOptions(strings_can_be_null=False))
    assert summarise(again).providers == report(*MIXED).providers


def test_currencies_are_kept_apart() -> None:
    summary = report([part("x", "found", cost="1 EUR")], [part("x", "found", cost="2 USD")])
    assert summary.providers[0].costs == (Money.of("1 EUR"), Money.of("2 USD"))
    assert summary.to_dict()["providers"]["x"]["cost"] == {"EUR": "1", "USD": "2"}
    assert "1.00 EUR + 2.00 USD" in str(summary)


def test_money_is_exact_and_grouped() -> None:
    summary = report(*[[part("x", "found", cost="1000000000.000001 USD")]] * 3)
    assert summary.providers[0].costs == (Money(Decimal("3000000000.000003"), "USD"),)
    assert "3,000,000,000.000003 USD in all" in str(summary)


@pytest.mark.parametrize(
    ("cost", "shown"),
    [("9.8 USD", "9.80 USD"), ("10 USD", "10.00 USD"), ("1200.5 USD", "1,200.50 USD"), ("0.125 USD", "0.125 USD")],
)
def test_money_has_two_decimals_or_more(cost: str, shown: str) -> None:
    assert str(report([part("x", "found", cost=cost)])).endswith(f"Cost        {shown} in all")


def test_who_was_not_asked_is_not_counted_as_kept() -> None:
    summary = report(*[[part("x", "not_asked", "not_allowed", kept=True)]] * 10)
    (said,) = summary.providers
    assert (said.asked, said.kept, said.not_asked) == (0, 0, (("not_allowed", 10),))


@pytest.mark.parametrize("outcome", ["found", "miss"])
def test_a_remark_on_an_answer_is_no_reason_why_there_is_none(outcome: str) -> None:
    summary = report([part("zerobounce", outcome, "antispam_system")], [part("zerobounce", "failed", "timeout")])
    assert summary.providers[0].reasons == (("timeout", 1),)
    assert "antispam_system" not in str(summary)


@pytest.mark.parametrize(
    ("code", "words"),
    [("budget_money", "the money of the run is spent"), ("budget_calls", "the calls of the run are used up")],
)
def test_what_ended_the_run_for_all_is_said_once(code: str, words: str) -> None:
    rows = [[part("hunter", "not_asked", code), part("pdl", "not_asked", code)]] * 2
    other = [part("hunter", "not_asked", code), part("apollo", "failed", "no_credit")]
    text = " ".join(str(report(*rows, other)).split())
    assert (
        f"Stopped apollo: its credit is used up (no_credit), 1 question;"
        f" {words} ({code}): hunter 3 questions, pdl 2 questions" in text
    )
    assert text.count(code) == 1
    assert "Not asked" not in text


def test_providers_are_counted_also_where_their_column_is_not_kept() -> None:
    whole = table(*MIXED)
    builder = SummaryBuilder(fields=["email_reason"])
    answers = whole["tl_answers"].combine_chunks()
    builder.take(builder.count(whole.select(["tl_email_reason"]), answers))
    assert builder.finish().providers == summarise(whole).providers
    builder.take(builder.count(whole, answers))  # it is not counted twice where it is in both
    assert builder.finish().providers[0].found == 2 * summarise(whole).providers[0].found


def test_every_reason_why_not_is_known_to_be_an_end_or_not() -> None:
    ends = {reason for reason in WhyNot if report([part("x", "not_asked", reason)]).providers[0].stopped}
    assert ends == {WhyNot.UNAVAILABLE, WhyNot.LOW_FILL_RATE}


def test_a_summary_with_providers_pickles_and_its_repr_is_short() -> None:
    summary = report(*MIXED)
    assert pickle.loads(pickle.dumps(summary)) == summary  # noqa: S301 - its own
    assert repr(summary) == "<Summary: 7 rows; pass: email 100.0%; stopped: hunter (key_refused); print() shows more>"
    assert "stopped" not in repr(report([part("hunter", "found")]))
    assert "\x1b" not in repr(report([part("\x1b[2J", "refused", "key_refused")]))
    assert "stopped='key_refused'" in repr(summary.providers[0])
    assert "stopped=None" in repr(summary.providers[1])
    json.dumps(summary.to_dict())


parts = st.builds(
    part,
    st.sampled_from(["a", "b"]),
    st.sampled_from([outcome.value for outcome in Outcome if outcome is not Outcome.LATER]),
    st.sampled_from([None, "timeout", "no_credit"]),
    cost=st.sampled_from([None, "0.1 USD", "2 USD"]),
    kept=st.booleans(),
)


@given(st.lists(st.none() | st.lists(parts, max_size=4), min_size=1, max_size=12), st.integers(0, 12))
def test_the_counts_are_those_of_a_loop_whatever_the_batches(rows: list[list[dict[str, Any]] | None], cut: int) -> None:
    whole = table(*rows)
    one, other = SummaryBuilder(), SummaryBuilder()
    one.add(whole.slice(0, cut))
    other.add(whole.slice(cut))
    one.merge(other)
    assert one.finish().providers == summarise(whole).providers
    said = [made for row in rows for made in row or ()]
    for provider in one.finish().providers:
        own = [made for made in said if made["provider"] == provider.name]
        outcomes = Counter(COUNTS[made["outcome"]] for made in own if made["outcome"] != "not_asked")
        assert {name: getattr(provider, name) for name in COUNTS.values()} == {n: outcomes[n] for n in COUNTS.values()}
        assert provider.asked + provider.kept == outcomes.total()
        assert min(provider.asked, provider.kept) >= 0
        assert sum(count for _, count in provider.not_asked) == len(own) - outcomes.total()
        assert sum(Decimal(str(made["cost"]).split()[0]) for made in own if made["cost"]) == sum(
            cost.amount for cost in provider.costs
        )
