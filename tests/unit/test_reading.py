from __future__ import annotations

from typing import Any

import pytest

from trustleads.enrichment.asking.reading import checked, to_the_point
from trustleads.enrichment.questions import MISS, Answer, Attribute, Finding, Mailbox, Outcome, Question

pytestmark = pytest.mark.clause("LEAD-4")

EMAIL, TITLE, PHONE = Attribute.EMAIL, Attribute.JOB_TITLE, Attribute.PHONE
LOOKUP = Question({Attribute.DOMAIN: "one.example"}, frozenset({TITLE, PHONE}))
VERIFY = Question({EMAIL: "ada@one.example"}, frozenset({EMAIL, TITLE}))


def usable(_: Attribute, text: str) -> bool:
    return text != "n/a"


def found(outcome: Outcome = Outcome.FOUND, **parts: Any) -> Answer:
    texts = {a: Finding(parts.pop(a.value), 0.9) for a in Attribute if a.value in parts}
    return Answer(outcome, texts, **parts)


def test_what_is_to_the_point_stays_as_it_is() -> None:
    for question, answer in (
        (LOOKUP, found(job_title="Buyer", phone="1", units=3, request_id="r1")),
        (LOOKUP, MISS),
        (VERIFY, found(mailbox=Mailbox.UNKNOWN)),
        (LOOKUP, Answer(Outcome.FAILED, reason="wrong_subject", units=1)),
    ):
        assert to_the_point(question, answer, usable) is answer


@pytest.mark.parametrize("bad", ["n/a", "\ud800", 7])
def test_what_nobody_can_use_is_left_out(bad: Any) -> None:
    answer = to_the_point(LOOKUP, found(job_title="Buyer", phone=bad, units=2, request_id="r1"), usable)
    assert answer == found(job_title="Buyer", units=2, request_id="r1")


@pytest.mark.parametrize(("units", "billed"), [(None, 1), (0, 0), (1, 1), (3, 3)])
@pytest.mark.parametrize("parts", [{"phone": "n/a"}, {"company": "One"}, {}, {"mailbox": Mailbox.EXISTS}])
def test_an_answer_of_which_nothing_is_left_is_a_miss_at_its_price(
    parts: dict[str, Any], units: int | None, billed: int
) -> None:
    answer = to_the_point(LOOKUP, found(units=units, request_id="r1", **parts), usable)
    assert answer == Answer(Outcome.MISS, units=billed, reason="unusable", request_id="r1")
    assert answer.billed_units == billed


def test_a_verdict_is_an_answer_where_an_address_was_given() -> None:
    answer = to_the_point(VERIFY, found(job_title="n/a", mailbox=Mailbox.CATCH_ALL), usable)
    assert answer == found(mailbox=Mailbox.CATCH_ALL)
    assert to_the_point(LOOKUP, found(phone="1", mailbox=Mailbox.EXISTS), usable) == found(phone="1")


@pytest.mark.parametrize("answers", [None, "ab", [None], [MISS, Answer(Outcome.MISS, units=-1)], MISS])
def test_what_is_no_list_of_answers_is_refused(answers: object) -> None:
    with pytest.raises(TypeError, match="list of Answer"):
        checked(answers)


def test_a_verifier_does_not_put_another_address_in_the_place_of_the_one_it_was_given() -> None:
    question = Question({Attribute.EMAIL: "ada@one.example"}, frozenset({Attribute.EMAIL}))
    other = Answer(Outcome.FOUND, {Attribute.EMAIL: Finding("bob@one.example", 0.9)}, Mailbox.UNKNOWN)
    assert to_the_point(question, other, lambda *_: True).found == {}
