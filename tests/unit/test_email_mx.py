"""DNS answers laid over verdicts."""

from __future__ import annotations

from dataclasses import fields

import pyarrow as pa
import pytest

from trustleads.enrichment.normalize.email import Emails, apply_mx, validate_emails
from trustleads.enrichment.ports import MxAnswer

pytestmark = pytest.mark.clause("LEAD-2")

ROWS = ["ada@acme.example", "info@acme.example", "ada@gmial.com", "ada@bücher.example", "no address", None]


def emails() -> Emails:
    return validate_emails(pa.array(ROWS, pa.string()))


@pytest.mark.parametrize(
    ("answer", "status", "reason", "mx"),
    [
        (MxAnswer.ACCEPTS, ["valid", "risky"], ["ok", "role_account"], ["yes", "yes"]),
        (MxAnswer.NULL_MX, ["invalid", "invalid"], ["null_mx", "null_mx"], ["no", "no"]),
        (MxAnswer.NO_MAIL_HOST, ["invalid", "invalid"], ["no_mail_host", "no_mail_host"], ["no", "no"]),
        (MxAnswer.FAILED, ["unknown", "unknown"], ["dns_failure", "dns_failure"], [None, None]),
    ],
)
def test_each_answer_has_its_verdict(
    answer: MxAnswer, status: list[str], reason: list[str], mx: list[str | None]
) -> None:
    changed, column = apply_mx(emails(), {"acme.example": answer})
    assert changed.status.to_pylist()[:2] == status
    assert changed.reason.to_pylist()[:2] == reason
    assert column.to_pylist() == [*mx, None, None, None, None]


def test_rows_of_other_domains_stay_as_they_are() -> None:
    before = emails()
    after, column = apply_mx(before, {"other.example": MxAnswer.NULL_MX})
    assert after == before
    assert column == pa.nulls(len(ROWS), pa.string())


def test_answers_are_by_ascii_domain() -> None:
    changed, column = apply_mx(
        emails(), {"xn--bcher-kva.example": MxAnswer.NULL_MX, "bücher.example": MxAnswer.ACCEPTS}
    )
    assert changed.reason.to_pylist()[3] == "null_mx"
    assert column.to_pylist()[3] == "no"


def test_a_dead_domain_keeps_its_suggestion_and_normal_form() -> None:
    changed, _ = apply_mx(emails(), {"gmial.com": MxAnswer.NO_MAIL_HOST})
    assert changed.reason.to_pylist()[2] == "no_mail_host"
    assert changed.suggestion.to_pylist()[2] == "ada@gmail.com"
    assert changed.email.to_pylist()[2] == "ada@gmial.com"


def test_rows_without_an_address_have_no_answer() -> None:
    changed, column = apply_mx(emails(), {"": MxAnswer.NULL_MX, "acme.example": MxAnswer.ACCEPTS})
    assert changed.reason.to_pylist()[4:] == ["syntax", "missing"]
    assert column.to_pylist()[4:] == [None, None]


def test_only_verdict_and_reason_change() -> None:
    before = emails()
    after, _ = apply_mx(before, dict.fromkeys(["acme.example", "gmial.com"], MxAnswer.NULL_MX))
    for field in fields(Emails):
        if field.name not in {"status", "reason"}:
            assert getattr(after, field.name) == getattr(before, field.name)


@pytest.mark.parametrize("rows", [0, 3])
def test_columns_without_an_address(rows: int) -> None:
    nothing = validate_emails(pa.nulls(rows, pa.string()))
    changed, column = apply_mx(nothing, {"acme.example": MxAnswer.ACCEPTS})
    assert changed.status == nothing.status
    assert column == pa.nulls(rows, pa.string())
