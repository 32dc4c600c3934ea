"""The report in a terminal: complete, aligned, within 80 columns and forty lines, and harmless."""

from __future__ import annotations

import io
import subprocess
import sys
import unicodedata
from functools import cache

import pyarrow as pa
import pytest
from rich.console import Console

from trustleads.enrichment.models import EmailReason, NameStatus, PhoneReason, Role
from trustleads.enrichment.summary import CODES, BadLine, BadRows, Example, Outcome, Summary, SummaryBuilder
from trustleads.enrichment.summary.signs import visible
from trustleads.enrichment.summary.wording import commonest, percent, segments, shown_value

pytestmark = [pytest.mark.clause("LEAD-2"), pytest.mark.clause("LEAD-3")]


@cache
def builder(times: int = 1, value: str = "some value") -> SummaryBuilder:
    """Every code of every field, ``times`` each, with as many passing rows again."""

    def words(vocabulary: type[EmailReason | PhoneReason | NameStatus]) -> pa.Array:
        codes = [code.value for code in vocabulary]
        return pa.array((codes + ["ok"] * (20 - len(codes))) * times)

    rows = 20 * times
    added = {
        "tl_email": pa.array(["ann@firm.example"] * rows),
        "tl_email_reason": words(EmailReason),
        "tl_email_disposable": pa.array([True, False] * (rows // 2)),
        "tl_email_free": pa.array([False] * rows),
        "tl_email_role": pa.array([None] * rows, pa.bool_()),
        "tl_email_suggestion": pa.array([value] * rows),
        "tl_phone_reason": words(PhoneReason),
        "tl_first_name": pa.array([value] * rows),
        "tl_name_status": words(NameStatus),
        "tl_job_title": pa.array([value] * rows),
        "tl_seniority": pa.array(["staff", "head"] * (rows // 2)),
        "tl_department": pa.array(["other"] * rows),
        "tl_company": pa.array(["Firm", None] * (rows // 2), pa.string()),
        "tl_domain": pa.array(["firm.example"] * rows),
        "tl_duplicate_of": pa.array([None, 0] * (rows // 2), pa.int64()),
    }
    original = {name: pa.array([value] * rows) for name in ("Mail", "Tel", "Name", "Title")}
    roles = {Role.EMAIL: "Mail", Role.PHONE: "Tel", Role.FULL_NAME: "Name", Role.JOB_TITLE: "Title"}
    made = SummaryBuilder()
    made.add(pa.record_batch(added), pa.record_batch(original), roles)
    return made


def full(times: int = 1, value: str = "some value") -> Summary:
    lines = tuple(BadLine(number, "ragged_row") for number in range(1, 6))
    notes = ["The file has two columns for a phone number; the better one was taken, and the other one was not."]
    return builder(times, value).finish(bad_rows=BadRows(1234, lines, "leads.rejected.csv"), notes=notes)


def columns_of(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


@pytest.mark.parametrize("value", ["short", "a rather long value " * 30, "東京都千代田区" * 10])
@pytest.mark.parametrize("times", [1, 100, 500])
def test_the_text_fits_a_terminal(times: int, value: str) -> None:
    lines = str(full(times, value)).splitlines()
    assert len(lines) <= 40
    assert max(map(columns_of, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)


def test_the_text_says_everything() -> None:
    text = str(full(100))
    assert text.startswith("TrustLeads summary: 2,000 rows\n")
    for label in ("Email", "Phone", "Name", "Job title", "Company", "Domain", "Duplicates", "Mailboxes", "Filled"):
        assert f"\n{label} " in text
    assert "Bad rows    1,234 could not be read, kept in leads.rejected.csv:" in text
    assert "1,000 (50.0%) rows repeat the e-mail address of an earlier row" in text
    assert "1,000 (50.0%) disposable, 0 (0%) free mail, 0 (0%) role accounts" in text


def test_counts_and_shares_are_those_of_the_report() -> None:
    summary = full(100)
    lines = {line[:10].strip(): line for line in str(summary).splitlines()[3:9]}
    for report in summary.fields:
        cells = lines[report.label][10:].split()
        for outcome in Outcome:
            count = report.count(outcome)
            assert cells.pop(0) == f"{count:,}"
            assert not count or cells.pop(0) == percent(report.share(count))
        assert set(cells[0]) == {sign for o, sign in zip(Outcome, "━╍×·", strict=True) if report.count(o)}  # noqa: RUF001


def test_the_reasons_stand_with_count_share_and_first_row() -> None:
    added = pa.record_batch(
        {
            "tl_email_reason": ["ok", "typo_domain", "syntax", "syntax"],
            "tl_email_suggestion": [None, "firm.example", None, None],
        }
    )
    made = SummaryBuilder()
    made.add(added, pa.record_batch({"M": ["a@b.example", "x@frm.example", "a@", "@"]}), {Role.EMAIL: "M"})
    lines = [" ".join(line.split()) for line in str(made.finish()).splitlines()]
    assert "Email syntax 2 50.0% row 2 a@" in lines
    assert "typo_domain 1 25.0% row 1 x@frm.example → firm.example" in lines


@pytest.mark.parametrize(
    ("value", "hint", "whole", "brief"),
    [
        (
            "Ann@gmial.example",
            "ann@gmail.example",
            "Ann@gmial.example → @gmail.example",
            "@gmial.example → @gmail.example",
        ),
        ("ann@gmial.example", "anna@gmail.example", *["ann@gmial.example → anna@gmail.example"] * 2),
        (None, "Ann Lee", *["→ Ann Lee"] * 2),
        (None, "ann@gmail.example", *["→ ann@gmail.example"] * 2),
        ("x", None, "x", "x"),
        (None, None, "", ""),
    ],
)
def test_a_proposal_stands_beside_its_value(value: str | None, hint: str | None, whole: str, brief: str) -> None:
    example = Example(0, "typo_domain", value, hint)
    assert (shown_value(example), shown_value(example, brief=True)) == (whole, brief)


def test_more_reasons_than_there_is_place_for_are_added_up() -> None:
    lines = [" ".join(line.split()) for line in str(full(100)).splitlines()]
    assert "9 more 900 45.0%" in lines  # twelve problems of e-mail addresses, three of them shown
    reasons = full(100).field("email").problems
    assert sum(r.count for r in reasons) == 1_200


def test_signs_that_steer_a_terminal_are_shown_instead() -> None:
    hostile = "a\x1b[2J\x07\r\n\u202egnp.exe\u200b[bold]x[/bold]\x9b31m"
    shown = r"a\u001b[2J\u0007\u000d\u000a\u202egnp.exe\u200b[bold]x[/bold]\u009b31m"
    assert visible(hostile) == shown
    text = str(full(1, hostile))
    assert not {"\x1b", "\x07", "\r", "\u202e", "\u200b", "\x9b"} & set(text)
    console = Console(file=io.StringIO(), width=200, force_terminal=False, color_system=None)
    console.print(full(1, hostile).rich_report())
    coloured = console.file.getvalue()  # type: ignore[attr-defined]
    assert shown in coloured  # the square brackets are text, not markup
    assert not {"\x1b", "\x07", "\r", "\u202e"} & set(coloured)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_coloured_report_fits_any_terminal(width: int) -> None:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system="truecolor", record=True)
    console.print(full(100, "a rather long value " * 30))
    plain = console.export_text(clear=False)
    lines = plain.splitlines()
    assert max(map(columns_of, lines)) <= width
    assert "\x1b[" in console.export_text(styles=True)
    for report in full(100).fields:
        assert any(line.startswith(report.label) for line in lines)
    if width >= 80:
        shown = {reason.code for report in full(100).fields for reason in commonest(report)[0]}
        assert all(f" {code} " in plain for code in shown)  # only the examples give way
        assert len(lines) <= 40
        assert f"{full(100).field('email').passed:,}" in plain


def test_neither_the_text_nor_its_parts_load_rich() -> None:
    code = (
        "import pyarrow as pa, sys; from trustleads.enrichment.summary import SummaryBuilder; b = SummaryBuilder();"
        "b.add(pa.record_batch({'tl_email_reason': ['ok']})); str(b.finish()); b.finish()._repr_html_();"
        "sys.exit('rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_one_row_is_singular() -> None:
    made = SummaryBuilder()
    made.add(pa.record_batch({"tl_email_reason": ["ok"]}))
    assert str(made.finish()).startswith("TrustLeads summary: 1 row\n")


def test_ipython_in_a_terminal_shows_the_text() -> None:
    shown: list[str] = []
    printer = type("Printer", (), {"text": lambda _, text: shown.append(text)})()
    full()._repr_pretty_(printer, cycle=False)
    assert shown == [str(full())]


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0%"),
        (1.0, "100%"),
        (0.5, "50.0%"),
        (1e-9, "<0.1%"),
        (1 - 1e-9, ">99.9%"),
        (0.001, "0.1%"),
        (0.0849, "8.5%"),
    ],
)
def test_percent_never_rounds_something_to_nothing(share: float, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize("width", [4, 10, 200])
def test_whatever_occurs_has_a_place_in_the_bar(width: int) -> None:
    for counts in ((10**6, 1, 1, 1), (1, 0, 0, 10**6), (1, 1, 1, 1), (0, 0, 0, 3), (333, 333, 334, 0)):
        codes = ("ok", "partial", "junk", "missing")
        made = SummaryBuilder()
        made.add(
            pa.record_batch(
                {"tl_name_status": [c for c, n in zip(codes, counts, strict=True) for _ in range(min(n, 2000))]}
            )
        )
        report = made.finish().field("name")
        cells = segments(report, width)
        assert sum(cells.values()) == width
        assert {o for o, size in cells.items() if size} == {
            CODES[c].outcome for c, n in zip(codes, counts, strict=True) if n
        }
