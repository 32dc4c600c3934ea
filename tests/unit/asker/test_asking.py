from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from trustleads.core.money import Money
from trustleads.enrichment.answers.memory import MemoryAnswers
from trustleads.enrichment.asking.plan import DAY
from trustleads.enrichment.ports import Limits, Rate
from trustleads.enrichment.questions import (
    MISS,
    Answer,
    Attribute,
    Finding,
    Mailbox,
    Outcome,
    Question,
    Unsure,
)
from trustleads.enrichment.waterfall import Known

from .fakes import (
    EMAIL,
    PHONE,
    TITLE,
    Fake,
    Reaction,
    Verifier,
    after,
    always,
    ask,
    asker,
    every,
    found,
    leads,
    told,
)

pytestmark = [pytest.mark.clause("LEAD-4", "LEAD-5"), pytest.mark.timeout(10)]


class TestOneLeadAfterTheOther:
    def test_each_lead_gets_its_own_answer_whatever_the_order_they_come_in(self) -> None:
        def slow_first(questions: Sequence[Question]) -> Sequence[Answer]:
            people.delay = 0.2 / len(people.calls)  # later calls overtake earlier ones
            return [found(f"Title of {question.given[EMAIL]}") for question in questions]

        people = Fake(react=slow_first, batch=7)
        cases = ask(100, people)
        assert [case.known[TITLE].text for case in cases] == [f"Title of {lead[EMAIL].text}" for lead in leads(100)]
        assert max(people.asked.values()) == 1
        assert max(len(call) for _, call in people.calls) == 7

    @pytest.mark.parametrize(("count", "sizes"), [(7, [7]), (25, [10, 10, 5])])
    def test_leads_that_come_together_are_asked_about_in_as_few_calls_as_the_provider_takes(
        self, count: int, sizes: list[int]
    ) -> None:
        people = Fake(batch=10, limits=Limits(in_flight=8))
        ask(count, people)
        assert [len(call) for _, call in people.calls] == sizes

    def test_nobody_to_ask_about(self) -> None:
        people = Fake()
        assert ask(0, people) == []
        assert not people.calls

    def test_a_miss_goes_on_to_the_next_and_a_hit_does_not(self) -> None:
        first = Fake("first", lambda qs: [found("Buyer") if "-1@" in q.given[EMAIL] else MISS for q in qs])
        second = Fake("second", every(found("Pilot")))
        missed, hit = ask(2, first, second)
        assert (missed.known[TITLE].text, hit.known[TITLE].text) == ("Pilot", "Buyer")
        assert told(hit, "second") == (Outcome.NOT_ASKED, "not_needed")
        assert told(missed, "first") == (Outcome.MISS, None)
        assert second.asked == {"lead-0@one.example": 1}

    def test_what_one_finds_the_next_is_asked_by(self) -> None:
        finder = Fake("finder", every(found("ada@one.example", EMAIL, 0.7)), fills=EMAIL)
        finder.matches = (frozenset({Attribute.FULL_NAME}),)
        verifier, people = Verifier(), Fake()
        with asker(people, verifier, finder, want={"job_title": 0.8, "email": 0.8}) as made:
            (case,) = made.ask([{Attribute.FULL_NAME: Known("Ada Muster", 0.8)}])
        assert case.known[EMAIL].mailbox is Mailbox.EXISTS
        assert case.known[TITLE].text == "Buyer"
        assert [part.provider for part in case.told] == ["finder", "people", "verifier"]

    def test_who_cannot_be_matched_is_told_so(self) -> None:
        people = Fake()
        with asker(people) as made:
            (case,) = made.ask([{}])
        assert told(case) == (Outcome.NOT_ASKED, "nothing_to_match")
        assert not people.calls

    @pytest.mark.clause("GDPR-1")
    def test_only_what_is_matched_by_is_given(self) -> None:
        people = Fake()
        lead = {EMAIL: Known("ada@one.example", 0.8), PHONE: Known("+442079460001", 0.8)}
        with asker(people) as made:
            made.ask([lead])
        assert people.calls[0][1][0].given == {EMAIL: "ada@one.example"}

    @pytest.mark.clause("GDPR-1")
    def test_what_was_not_asked_does_not_count_and_is_not_kept(self) -> None:
        email, number = Finding("eva@one.example", 1.0), Finding("+442079460001", 1.0)
        answer = Answer(Outcome.FOUND, {TITLE: Finding("Buyer", 0.9), EMAIL: email, PHONE: number})
        answers = MemoryAnswers()
        for _ in range(2):  # the second time from what is kept
            (case,) = ask(1, Fake(react=every(answer)), answers=answers)
            assert case.known.keys() == {EMAIL, TITLE}
            assert case.known[EMAIL].text == "lead-0@one.example"
        (entry,) = answers.get(
            "default", "people", [Question({EMAIL: "lead-0@one.example"}, frozenset({TITLE})).digest()], 0
        )
        assert entry is not None
        assert b"eva@one.example" not in entry.payload

    def test_a_verdict_on_an_address_that_was_not_given_confirms_nothing(self) -> None:
        finder = Fake("finder", every(found("eva@one.example", EMAIL, 0.3, mailbox=Mailbox.EXISTS)), fills=EMAIL)
        finder.matches = (frozenset({Attribute.FULL_NAME}),)
        with asker(finder, want={"email": 0.9}) as made:
            (case,) = made.ask([{Attribute.FULL_NAME: Known("Ada Muster", 0.8), EMAIL: Known("ada@one.example", 0.5)}])
        assert case.known[EMAIL].text == "ada@one.example"
        assert not case.known[EMAIL].verified

    @pytest.mark.parametrize("text", ["half \ud83d", None, 7])
    def test_what_is_no_text_is_not_found(self, text: Any) -> None:
        (case,) = ask(1, Fake(react=every(found(text))), Fake("second"))
        assert case.known[TITLE].source == "second"

    def test_no_more_calls_at_a_time_than_allowed(self) -> None:
        people = Fake(limits=Limits(in_flight=3))
        ask(30, people)
        assert people.most_under_way == 3

    def test_a_rate_holds(self) -> None:
        people = Fake(limits=Limits(rates=(Rate(5, 1.0),)))
        ask(30, people)
        times = [at for at, _ in people.calls]
        assert all(later - earlier >= 1.0 for earlier, later in zip(times, times[5:], strict=False))


class TestAskedOnce:
    def test_equal_questions_are_one_and_the_first_pays(self) -> None:
        people = Fake()
        texts = ["ada@one.example", "ADA@One.Example", "ada@one.example"]
        with asker(people) as made:
            cases = made.ask([{EMAIL: Known(text, 0.8)} for text in texts])
            assert made.spent() == Money.of("0.10 USD")
        assert len(people.calls) == 1
        assert [case.known[TITLE].text for case in cases] == ["Buyer"] * 3
        assert [case.spent for case in cases] == [Money.of("0.10 USD"), None, None]
        assert [case.told[0].kept for case in cases] == [False, True, True]

    def test_what_is_kept_is_not_asked_again_hits_and_misses(self) -> None:
        people = Fake(react=lambda qs: [MISS if "-0@" in q.given[EMAIL] else found("Buyer") for q in qs])
        answers = MemoryAnswers()
        first = ask(3, people, answers=answers)
        calls = len(people.calls)
        with asker(people, answers=answers) as made:
            second = made.ask(leads(3))
            assert made.spent() == Money.nothing("USD")
            assert made.tallies()["people"].kept == 3
        assert len(people.calls) == calls
        assert [case.known for case in second] == [case.known for case in first]
        assert [case.told[0].fetched_at for case in second] == [case.told[0].fetched_at for case in first]

    @pytest.mark.clause("GDPR-5")
    def test_another_org_sees_none_of_it(self) -> None:
        people, answers = Fake(), MemoryAnswers()
        ask(1, people, answers=answers, org="acme")
        ask(1, people, answers=answers, org="other")
        assert len(people.calls) == 2

    @pytest.mark.parametrize(("answer", "days"), [(found("Buyer"), 90), (MISS, 30)])
    def test_hits_and_misses_have_lifetimes_of_their_own(self, answer: Answer, days: int) -> None:
        people, answers, now = Fake(react=every(answer)), MemoryAnswers(), 1e9
        for later, calls in ((0, 1), (days * DAY - 1, 1), (days * DAY + 1, 2)):
            ask(1, people, answers=answers, clock=lambda later=later: now + later)
            assert len(people.calls) == calls

    @pytest.mark.parametrize(
        "reaction",
        [
            every(Answer(Outcome.REFUSED, reason="restricted")),
            every(Answer(Outcome.FAILED, reason="wrong_subject", units=1)),
            every(Answer(Outcome.MAYBE_BILLED, reason="torn_answer")),
            always(lambda: Unsure("timeout")),
        ],
    )
    def test_what_may_be_another_answer_next_time_is_not_kept(self, reaction: Reaction) -> None:
        people, answers = Fake(react=reaction), MemoryAnswers()
        ask(1, people, answers=answers)
        ask(1, people, answers=answers)
        assert len(people.calls) == 2

    @pytest.mark.parametrize(
        "reaction",
        [
            always(lambda: Unsure("timeout")),
            every(Answer(Outcome.FAILED, reason="wrong_subject", units=1)),
            every(Answer(Outcome.MAYBE_BILLED, reason="torn_answer")),
        ],
    )
    def test_but_in_one_run_nothing_is_paid_twice_for_nothing(self, reaction: Reaction) -> None:
        people = Fake(react=reaction)
        with asker(people) as made:
            (first,) = made.ask(leads(1))
            (second,) = made.ask(leads(1))
        assert len(people.calls) == 1
        assert told(second) == told(first)
        assert (first.spent, second.spent) == (people.price, None)
        assert second.told[0].kept

    def test_what_failed_for_nothing_may_be_asked_again_in_the_same_run(self) -> None:
        failed = every(Answer(Outcome.FAILED, reason="server_error"))
        people = Fake(react=after(failed, then=every(found("Buyer"))))
        with asker(people) as made:
            made.ask(leads(1))
            (case,) = made.ask(leads(1))
        assert TITLE in case.known

    def test_a_provider_whose_answers_are_not_kept(self) -> None:
        people, answers = Fake(), MemoryAnswers()
        people.keeps = False
        ask(2, people, answers=answers)
        people.keeps = True  # not even where they would be looked for
        ask(2, people, answers=answers)
        assert len(people.calls) == 4
