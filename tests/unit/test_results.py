from __future__ import annotations

import json

import pytest

from trustleads.core.money import Money
from trustleads.enrichment.asking.cases import Case, Told
from trustleads.enrichment.questions import Attribute, Finding, Mailbox, Outcome
from trustleads.enrichment.results import result_of
from trustleads.enrichment.waterfall import Known

pytestmark = pytest.mark.clause("LEAD-4")

EMAIL, PHONE, TITLE = Attribute.EMAIL, Attribute.PHONE, Attribute.JOB_TITLE
CENT = Money.of("0.01 USD")
CASE = Case(
    {
        EMAIL: Known("ada@one.example", 0.97, verdicts=frozenset({("ada@one.example", Mailbox.EXISTS)})),
        PHONE: Known("030 1", 0.7, "people", Finding("030 1", 0.7)),
        TITLE: Known("Buyer", 0.87654321, "people", Finding("Buyer", 0.87654321)),
    },
    told=(Told("people", Outcome.FOUND, None, CENT, request_id="r1", fetched_at=0.0), Told("crm", Outcome.MISS)),
    spent=CENT,
)
WANTED = (TITLE, PHONE, Attribute.COMPANY)


def test_it_holds_what_the_columns_say_of_a_row() -> None:
    result = result_of(WANTED, CASE)
    assert result.found == (("phone", "030 1"), ("job_title", "Buyer"))
    assert result.confidences == (0.8765, 0.7, None)
    assert (result.mailbox, result.cost) == (Mailbox.EXISTS, CENT.amount)
    bill = {"fetched_at": "1970-01-01T00:00:00Z", "cost": "0.01 USD", "request_id": "r1"}
    assert json.loads(result.sources or "") == {
        "phone": {"provider": "people", "confidence": 0.7, **bill},
        "job_title": {"provider": "people", "confidence": 0.8765, **bill},
    }
    assert json.loads(result.answers or "") == [
        {"provider": "people", "outcome": "found", **bill},
        {"provider": "crm", "outcome": "miss"},
    ]


def test_what_was_found_can_be_taken_back() -> None:
    result = result_of(WANTED, CASE).without(PHONE, WANTED, 0.8)
    assert result.found == (("job_title", "Buyer"),)
    assert result.confidences == (0.8765, 0.8, None)
    assert list(json.loads(result.sources or "")) == ["job_title"]
    assert result.without(TITLE, WANTED, None).sources is None


def test_a_lead_about_which_nobody_was_asked_has_nothing() -> None:
    result = result_of(WANTED, Case({EMAIL: Known("ada@one.example", 0.8)}))
    assert result == ((), (None, None, None), None, None, None, None)
