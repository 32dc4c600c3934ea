"""Counting: what the batches hold is what the summary says."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.models import EmailReason, NameStatus, PhoneReason, Role, Verdict
from trustleads.enrichment.summary import CODES, BadLine, BadRows, Outcome, Summary, SummaryBuilder

pytestmark = [pytest.mark.clause("LEAD-2"), pytest.mark.clause("LEAD-3")]

# The rules of the report, written down a second time: code to outcome and to verdict.
EMAIL = {
    "ok": ("pass", "valid"),
    "missing": ("missing", "unknown"),
    "syntax": ("fail", "invalid"),
    "too_long": ("fail", "invalid"),
    "special_domain": ("fail", "invalid"),
    "null_mx": ("fail", "invalid"),
    "no_mail_host": ("fail", "invalid"),
    "mailbox_missing": ("fail", "invalid"),
    "dns_failure": ("warn", "unknown"),
    "typo_domain": ("warn", "risky"),
    "disposable": ("warn", "risky"),
    "role_account": ("warn", "risky"),
    "mailbox_risky": ("warn", "risky"),
    "catch_all": ("warn", "risky"),
}
PHONE = {
    "ok": ("pass", "valid"),
    "missing": ("missing", "unknown"),
    "no_region": ("warn", "unknown"),
    "not_a_number": ("fail", "invalid"),
    "unknown_country": ("fail", "invalid"),
    "too_short": ("fail", "invalid"),
    "too_long": ("fail", "invalid"),
    "not_assigned": ("fail", "invalid"),
}
NAME = {"ok": "pass", "partial": "warn", "derived": "warn", "junk": "fail", "missing": "missing"}
VERDICT = {"valid": "pass", "risky": "warn", "invalid": "fail", "unknown": "warn"}


def test_the_rules_cover_the_closed_vocabularies() -> None:
    assert EMAIL.keys() == set(EmailReason)
    assert PHONE.keys() == set(PhoneReason)
    assert NAME.keys() == set(NameStatus)
    assert VERDICT.keys() == set(Verdict)
    assert CODES.keys() == EMAIL.keys() | PHONE.keys() | NAME.keys() | VERDICT.keys() | {"not_recognised"}


def test_every_code_has_the_outcome_and_the_verdict_of_the_rules() -> None:
    for code, (outcome, verdict) in (EMAIL | PHONE).items():
        assert (CODES[code].outcome, CODES[code].verdict) == (outcome, verdict), code
    for code, outcome in (NAME | VERDICT | {"not_recognised": "warn"}).items():
        assert CODES[code].outcome == outcome, code
    assert len({code.meaning for code in CODES.values()}) == len(CODES)


def test_ok_is_the_only_code_of_its_length() -> None:  # what makes the ordinary rows cheap to find
    assert [code for code in CODES if len(code) == 2] == ["ok"]


ROLES = {
    Role.EMAIL: "Mail",
    Role.PHONE: "Tel",
    Role.FIRST_NAME: "First",
    Role.LAST_NAME: "Last",
    Role.JOB_TITLE: "Title",
    Role.COMPANY: "Firm",
}


@st.composite
def leads(draw: st.DrawFn, rows: int) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """The added columns of some rows, and the caller's."""

    def column(values: st.SearchStrategy[object], kind: pa.DataType) -> pa.Array:
        return pa.array(draw(st.lists(values, min_size=rows, max_size=rows)), kind)

    def words(*choice: str | None) -> pa.Array:
        return column(st.sampled_from(choice), pa.string())

    text = st.none() | st.text("aé@ .", max_size=4)
    added = {
        "tl_email": words("ann@firm.example", None),
        "tl_email_reason": words(*EMAIL),
        "tl_email_disposable": column(st.none() | st.booleans(), pa.bool_()),
        "tl_email_free": column(st.none() | st.booleans(), pa.bool_()),
        "tl_email_role": column(st.none() | st.booleans(), pa.bool_()),
        "tl_email_suggestion": words("firm.example", None),
        "tl_phone": words("+493023125000", None),
        "tl_phone_reason": words(*PHONE),
        "tl_first_name": words("Ann", None),
        "tl_last_name": words("Lee", None),
        "tl_name_status": words(*NAME),
        "tl_job_title": words("Head of Sales", None),
        "tl_seniority": words("staff", "owner", "head", "junior", None),
        "tl_department": words("other", "sales", "legal", None),
        "tl_company": words("Firm", "", None),
        "tl_domain": words("firm.example", None),
        "tl_duplicate_of": column(st.none() | st.integers(0, 9), pa.int64()),
    }
    original = {name: column(text, pa.string()) for name in ROLES.values()}
    return pa.record_batch(added), pa.record_batch(original)


def outcomes(summary: Summary, name: str) -> dict[str, int]:
    report = summary.field(name)
    return {"pass": report.passed, "warn": report.warned, "fail": report.failed, "missing": report.missing}


def judged(rows: list[dict[str, object]], name: str) -> list[str]:
    """Row by row, what should become of a field."""
    if name == "email":
        return [EMAIL[str(row["tl_email_reason"])][0] for row in rows]
    if name == "phone":
        return [PHONE[str(row["tl_phone_reason"])][0] for row in rows]
    if name == "name":
        return [NAME[str(row["tl_name_status"])] for row in rows]
    if name == "job_title":
        told = [
            row["tl_seniority"] not in {None, "staff"} or row["tl_department"] not in {None, "other"} for row in rows
        ]
        return [
            "missing" if not r["tl_job_title"] else "pass" if t else "warn" for r, t in zip(rows, told, strict=True)
        ]
    return ["pass" if row[f"tl_{name}"] else "missing" for row in rows]


def built(added: pa.RecordBatch, original: pa.RecordBatch, cuts: list[int] | None = None) -> Summary:
    builder = SummaryBuilder()
    edges = [0, *sorted(cuts or []), added.num_rows]
    for start, end in pairwise(edges):
        builder.add(added.slice(start, end - start), original.slice(start, end - start), ROLES)
    return builder.finish()


@given(st.integers(1, 25).flatmap(leads))
@settings(max_examples=80)
def test_the_counts_are_those_of_a_loop_over_the_rows(batch: tuple[pa.RecordBatch, pa.RecordBatch]) -> None:
    added, original = batch
    summary, rows = built(added, original), added.to_pylist()
    for name in ("email", "phone", "name", "job_title", "company", "domain"):
        expected = Counter(judged(rows, name))
        if name in summary.absent:  # only where no row has anything
            assert set(expected) == {"missing"}
            assert name in {"job_title", "company", "domain"}
            continue
        assert outcomes(summary, name) == {o: expected[o] for o in ("pass", "warn", "fail", "missing")}, name
        assert sum(reason.count for reason in summary.field(name).reasons) == summary.field(name).total == len(rows)
    for name, table in (("email", EMAIL), ("phone", PHONE)):
        column = [str(row[f"tl_{name}_reason"]) for row in rows]
        assert {r.code: r.count for r in summary.field(name).reasons} == Counter(column)
        verdicts = Counter(table[code][1] for code in column)
        assert dict(summary.field(name).verdicts) == {v.value: verdicts[v.value] for v in Verdict}
    assert summary.duplicates == sum(row["tl_duplicate_of"] is not None for row in rows)
    assert (summary.disposable, summary.free, summary.role) == tuple(
        sum(row[f"tl_email_{flag}"] is True for row in rows) for flag in ("disposable", "free", "role")
    )
    assert dict(summary.filled) == {
        name: sum(bool(row[f"tl_{name}"]) for row in rows)
        for name in ("email", "phone", "first_name", "last_name", "job_title", "company", "domain")
        if name not in summary.absent
    }


@given(st.integers(1, 25).flatmap(lambda n: st.tuples(leads(n), st.lists(st.integers(0, n), max_size=4))))
@settings(max_examples=40)
def test_batches_give_what_one_batch_gives(
    case: tuple[tuple[pa.RecordBatch, pa.RecordBatch], list[int]],
) -> None:
    (added, original), cuts = case
    assert built(added, original, cuts) == built(added, original)


@given(st.integers(3, 25).flatmap(leads))
@settings(max_examples=40)
def test_batches_counted_in_any_order_are_taken_in_theirs(batch: tuple[pa.RecordBatch, pa.RecordBatch]) -> None:
    added, original = batch
    builder, parts = SummaryBuilder(), [slice(0, 1), slice(1, 3), slice(3, None)]
    counted = [builder.count(added[part]) for part in reversed(parts)]
    assert builder.finish() == SummaryBuilder().finish()
    for part, found in zip(parts, reversed(counted), strict=True):
        builder.take(found, original[part], ROLES)
    assert builder.finish() == built(added, original)


@given(st.integers(1, 25).flatmap(lambda n: st.tuples(leads(n), st.integers(0, n))))
@settings(max_examples=40)
def test_parts_counted_elsewhere_merge_into_the_whole(
    case: tuple[tuple[pa.RecordBatch, pa.RecordBatch], int],
) -> None:
    (added, original), cut = case
    first, second = SummaryBuilder(), SummaryBuilder()
    first.add(added.slice(0, cut), original.slice(0, cut), ROLES)
    second.add(added.slice(cut), original.slice(cut), ROLES)
    first.merge(pickle.loads(pickle.dumps(second)))  # noqa: S301 - pickled on the line itself
    assert first.finish() == built(added, original)


@given(st.integers(4, 25).flatmap(leads))
@settings(max_examples=40)
def test_workers_that_take_turns_merge_by_row_number(batch: tuple[pa.RecordBatch, pa.RecordBatch]) -> None:
    added, original = batch
    half, workers = added.num_rows // 4, (SummaryBuilder(), SummaryBuilder())
    for number, start in enumerate((3 * half, 0, half, 2 * half)):  # out of order on purpose
        end = added.num_rows if start == 3 * half else start + half
        part = slice(start, end)
        workers[number % 2].add(added[part], original[part], ROLES, first_row=start)
    workers[0].merge(workers[1], first_row=0)
    assert workers[0].finish() == built(added, original)


def test_builders_of_different_columns_do_not_merge() -> None:
    builder = SummaryBuilder(fields=["email_reason"])
    with pytest.raises(ValueError, match="different added columns"):
        builder.merge(SummaryBuilder(fields=["phone_reason"]))
    with pytest.raises(ValueError, match="different added columns"):
        builder.merge(SummaryBuilder(prefix="other_", fields=["email_reason"]))


def reasons(**columns: list[object]) -> pa.RecordBatch:
    return pa.record_batch({f"tl_{name}": pa.array(values) for name, values in columns.items()})


def test_examples_are_the_first_rows_of_each_reason_with_value_and_hint() -> None:
    added = reasons(
        email_reason=["ok", "syntax", "typo_domain", "missing", "syntax", "syntax"],
        email_suggestion=[None, "not.example", "firm.example", None, None, None],  # a hint only where one is meant
    )
    original = pa.record_batch({"Mail": ["a@b.example", "a@", "a@frm.example", None, "@", "b@"]})
    builder = SummaryBuilder(examples=2)
    builder.add(added, original, {Role.EMAIL: "Mail"})
    found = builder.finish().field("email").examples
    assert [(e.row, e.reason, e.value, e.hint) for e in found] == [
        (1, "syntax", "a@", None),
        (2, "typo_domain", "a@frm.example", "firm.example"),
        (4, "syntax", "@", None),
    ]


def test_a_derived_name_is_shown_beside_nothing() -> None:
    added = reasons(first_name=["Ann"], last_name=["Lee"], name_status=["derived"])
    builder = SummaryBuilder()
    builder.add(added, pa.record_batch({"N": ["  "]}), {Role.FULL_NAME: "N"})
    (example,) = builder.finish().field("name").examples
    assert (example.value, example.hint) == (None, "Ann Lee")


def test_names_are_shown_whole_or_from_their_parts() -> None:
    added = reasons(name_status=["junk", "partial"])
    original = pa.record_batch({"F": ["asdf", "Ann"], "L": ["qwer", None], "N": ["asdf qwer", None]})
    roles = {Role.FULL_NAME: "N", Role.FIRST_NAME: "F", Role.LAST_NAME: "L"}
    builder = SummaryBuilder()
    builder.add(added, original, roles)
    assert [e.value for e in builder.finish().field("name").examples] == ["asdf qwer", "Ann"]


def test_values_that_are_numbers_or_very_long_are_shown_short_and_whole() -> None:
    added = reasons(phone_reason=["too_short", "too_long"])
    builder = SummaryBuilder()
    builder.add(added, pa.record_batch({"Tel": pa.array([49.0, None])}), {Role.PHONE: "Tel"})
    builder.add(added.slice(1), pa.record_batch({"Tel": ["9" * 5_000]}), {Role.PHONE: "Tel"})
    values = [e.value for e in builder.finish().field("phone").examples]
    assert values[:2] == ["49", None]
    assert values[2] == "9" * 199 + "…"


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
)
def test_every_string_layout_counts_alike(kind: pa.DataType) -> None:
    column = pa.chunked_array([pa.array(["x", "ok"])[1:], pa.array(["syntax", None, "ok"])]).cast(kind)
    builder = SummaryBuilder()
    builder.add(pa.table({"tl_email_reason": column}))
    assert outcomes(builder.finish(), "email") == {"pass": 2, "warn": 0, "fail": 1, "missing": 1}


def test_what_lies_under_a_null_does_not_count() -> None:
    words = pa.array(["ok", "ok", "ok"])
    masked = pa.StringArray.from_buffers(3, *words.buffers()[1:], pa.py_buffer(b"\x05"), 1)  # the second one is null
    assert masked.to_pylist() == ["ok", None, "ok"]
    builder = SummaryBuilder()
    builder.add(pa.record_batch({"tl_email_reason": masked, "tl_company": masked}))
    assert outcomes(builder.finish(), "email") == {"pass": 2, "warn": 0, "fail": 0, "missing": 1}
    assert outcomes(builder.finish(), "company") == {"pass": 2, "warn": 0, "fail": 0, "missing": 1}


def test_a_bare_verdict_is_enough() -> None:
    builder = SummaryBuilder()
    builder.add(reasons(phone_status=["valid", "risky", "invalid", "unknown", "valid"]))
    assert outcomes(builder.finish(), "phone") == {"pass": 2, "warn": 2, "fail": 1, "missing": 0}


def test_a_title_passes_when_nobody_asked_for_more() -> None:
    builder = SummaryBuilder()
    builder.add(reasons(job_title=["Wizard", None]))
    assert outcomes(builder.finish(), "job_title") == {"pass": 1, "warn": 0, "fail": 0, "missing": 1}


def test_fields_that_were_not_asked_for_are_left_out() -> None:
    builder = SummaryBuilder()
    builder.add(reasons(phone_reason=["ok"], phone=["+493023125000"]))
    summary = builder.finish()
    assert [report.name for report in summary.fields] == ["phone"]
    assert summary.fill_rates == {"phone": 1.0}
    assert (summary.duplicates, summary.disposable, summary.absent) == (None, None, ())


def test_fields_about_which_nothing_is_known_are_named_as_absent() -> None:
    added = pa.record_batch(
        {
            "tl_email_reason": pa.nulls(2, pa.string()),
            "tl_email": pa.nulls(2, pa.string()),
            "tl_email_free": pa.nulls(2, pa.bool_()),
            "tl_duplicate_of": pa.nulls(2, pa.int64()),
            "tl_phone_reason": ["missing", "missing"],  # a column is there, and nothing in it
            "tl_company": pa.nulls(2, pa.string()),
        }
    )
    builder = SummaryBuilder()
    builder.add(added)
    summary = builder.finish()
    assert summary.absent == ("email", "company")
    assert [report.name for report in summary.fields] == ["phone"]
    assert (summary.fill_rates, summary.free, summary.duplicates) == ({}, None, None)
    assert "Left out    email, company" in str(summary)


def test_no_row_at_all() -> None:
    summary = SummaryBuilder(fields=["email_reason", "company", "duplicate_of"]).finish()
    assert (summary.rows, summary.duplicates) == (0, 0)
    assert outcomes(summary, "email") == {"pass": 0, "warn": 0, "fail": 0, "missing": 0}
    assert summary.field("email").share(0) == 0.0
    assert summary.fill_rates == {"company": 0.0}
    assert str(summary) == "TrustLeads summary: 0 rows"


@pytest.mark.parametrize(
    "column", [pa.array(["ok", "subscribed"]), pa.array([1, 2]), pa.array(["ok", "Anna@firm.example"])]
)
def test_words_that_enrichment_never_writes_are_refused_without_showing_them(column: pa.Array) -> None:
    with pytest.raises(InvalidInput, match="'tl_email_reason' holds values") as caught:
        SummaryBuilder().add(pa.record_batch({"tl_email_reason": column}))
    assert caught.value.reason == "not_enriched"
    assert "Anna" not in str(caught.value)
    assert "subscribed" not in str(caught.value)


@pytest.mark.parametrize("kind", [pa.string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())])
def test_flags_may_have_been_through_a_csv_file(kind: pa.DataType) -> None:
    flags = pa.array(["true", "False", None, "", "True"]).cast(kind)
    builder = SummaryBuilder()
    builder.add(pa.table({"tl_email_free": flags, "tl_duplicate_of": pa.array(["0", "", None, "", "1"]).cast(kind)}))
    assert (builder.finish().free, builder.finish().duplicates) == (2, 2)


@pytest.mark.parametrize("kind", [pa.int64(), pa.float64()])
def test_row_numbers_may_be_chunked_and_of_any_numeric_type(kind: pa.DataType) -> None:
    numbers = pa.chunked_array([pa.array([None, 0], kind), pa.array([None, 2, 2], kind)])
    builder = SummaryBuilder()
    builder.add(pa.table({"tl_duplicate_of": numbers}))
    assert builder.finish().duplicates == 3


def test_flags_that_are_neither_yes_nor_no_are_refused() -> None:
    with pytest.raises(InvalidInput, match="'tl_email_free' holds values"):
        SummaryBuilder().add(pa.record_batch({"tl_email_free": ["true", "perhaps"]}))


def report_with_people() -> Summary:
    added = reasons(
        email_reason=["syntax", "typo_domain"],
        email_suggestion=[None, "secret.example"],
        name_status=["junk", "derived"],
        first_name=[None, "Zaphod"],
    )
    original = pa.record_batch({"Mail": ["private@@person.example", "b@secert.example"], "Name": ["qqq", None]})
    builder = SummaryBuilder()
    builder.add(added, original, {Role.EMAIL: "Mail", Role.FULL_NAME: "Name"})
    bad = BadRows(2, (BadLine(7, "ragged_row"),), "leads.rejected.csv")
    return builder.finish(bad_rows=bad, notes=["one note"])


def test_no_repr_holds_personal_data_and_the_report_does() -> None:
    summary = report_with_people()
    for shown in (summary, summary.fields, summary.field("email"), summary.field("email").examples, [summary]):
        for secret in ("private", "secert", "secret", "Zaphod", "qqq"):
            assert secret not in repr(shown)
    assert "private@@person.example" in str(summary)
    assert repr(summary) == "<Summary: 2 rows; pass: email 0.0%, name 0.0%; print() shows more>"


def test_to_dict_is_json_and_can_leave_the_people_out() -> None:
    summary = report_with_people()
    whole = json.loads(json.dumps(summary.to_dict()))
    assert whole["fields"]["email"] == {
        "total": 2,
        "passed": 0,
        "warned": 1,
        "failed": 1,
        "missing": 0,
        "reasons": {"syntax": 1, "typo_domain": 1},
        "verdicts": {"valid": 0, "risky": 1, "invalid": 1, "unknown": 0},
        "examples": [
            {"row": 0, "reason": "syntax", "value": "private@@person.example", "hint": None},
            {"row": 1, "reason": "typo_domain", "value": "b@secert.example", "hint": "secret.example"},
        ],
    }
    assert whole["bad_rows"] == {
        "count": 2,
        "first": [{"line": 7, "reason": "ragged_row"}],
        "path": "leads.rejected.csv",
    }
    assert (whole["rows"], whole["notes"], whole["columns"]) == (2, ["one note"], None)
    bare = json.dumps(summary.to_dict(examples=False))
    for secret in ("private", "secert", "secret", "Zaphod", "qqq"):
        assert secret not in bare


def test_summaries_are_values() -> None:
    summary = report_with_people()
    assert pickle.loads(pickle.dumps(summary)) == summary  # noqa: S301 - as above
    assert summary == report_with_people()
    assert hash(summary.field("email")) == hash(report_with_people().field("email"))
    with pytest.raises(AttributeError):
        summary.rows = 3  # type: ignore[misc]
    with pytest.raises(InvalidInput, match=r"no field 'emal'; it has: email"):
        summary.field("emal")
    assert all(isinstance(reason.outcome, Outcome) for reason in summary.field("email").reasons)
