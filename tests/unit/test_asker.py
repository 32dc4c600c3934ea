from __future__ import annotations

import asyncio
import selectors
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent import futures
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from trustleads.core.money import Money
from trustleads.enrichment.answers.memory import MemoryAnswers
from trustleads.enrichment.asking.asker import Asker
from trustleads.enrichment.asking.budget import Budget
from trustleads.enrichment.asking.cases import Case, Stopped
from trustleads.enrichment.asking.plan import DAY
from trustleads.enrichment.asking.plan import Plan
from trustleads.enrichment.asking.repeating import ATTEMPTS
from trustleads.enrichment.ports import Kept, Limits, Rate, Usage
from trustleads.enrichment.questions import (
    MISS,
    Answer,
    AskAgain,
    Attribute,
    Declined,
    Finding,
    Mailbox,
    Outcome,
    Question,
    Signal,
    StopAsking,
    Unsure,
)
from trustleads.enrichment.waterfall import Known

pytestmark = [pytest.mark.clause("LEAD-4", "LEAD-5"), pytest.mark.timeout(10)]

EMAIL, TITLE, PHONE = Attribute.EMAIL, Attribute.JOB_TITLE, Attribute.PHONE
BY_EMAIL = frozenset({EMAIL})
CENT = Money.of("0.01 USD")


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer as soon as nobody is at work."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.at_work = 0
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self.now

    def run_in_executor(self, *arguments: Any) -> Any:
        self.at_work += 1
        future = super().run_in_executor(*arguments)
        future.add_done_callback(lambda _: setattr(self, "at_work", self.at_work - 1))
        return future


class _Jumping(selectors.DefaultSelector):  # type: ignore[misc,valid-type]
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._its = loop

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or self._its.at_work:
            return super().select(0.05 if timeout is None else min(timeout, 0.05))
        events = super().select(0)
        if not events:
            self._its.now += max(timeout, 0.0)
        return events


@pytest.fixture(autouse=True)
def _virtual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio, "Runner", partial(asyncio.Runner, loop_factory=VirtualLoop))


Reaction = Callable[[Sequence[Question]], Sequence[Answer]]


class Fake:
    """A provider that does what it is told, and writes down when it was asked what."""

    verifies = False
    matches = (BY_EMAIL,)
    keeps = True

    def __init__(
        self,
        name: str = "people",
        react: Reaction | None = None,
        *,
        fills: Attribute = TITLE,
        price: str = "0.10 USD",
        batch: int = 1,
        units: int = 1,
        limits: Limits | None = None,
        delay: float = 0.01,
    ) -> None:
        self.name, self.react = name, react or every(found("Buyer"))
        self.fills, self.confidence = frozenset({fills}), {fills: 0.9}
        self.price, self.batch_size, self.most_units = Money.of(price), batch, units
        self.limits = limits or Limits()
        self.delay = delay
        self.calls: list[tuple[float, list[Question]]] = []
        self.closed = 0
        self.under_way = self.most_under_way = 0

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        self.calls.append((asyncio.get_running_loop().time(), list(questions)))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(self.delay)
            return self.react(questions)
        finally:
            self.under_way -= 1

    async def aclose(self) -> None:
        self.closed += 1

    @property
    def asked(self) -> Counter[str]:
        return Counter(question.given[EMAIL] for _, call in self.calls for question in call)


class Verifier(Fake):
    verifies = True

    def __init__(self, mailbox: Mailbox = Mailbox.EXISTS, **rest: Any) -> None:
        super().__init__("verifier", every(Answer(Outcome.FOUND, mailbox=mailbox)), fills=EMAIL, **rest)
        self.fills = frozenset()


def found(text: str, attribute: Attribute = TITLE, confidence: float = 0.9, **rest: Any) -> Answer:
    return Answer(Outcome.FOUND, {attribute: Finding(text, confidence)}, **rest)


def every(answer: Answer) -> Reaction:
    return lambda questions: [answer] * len(questions)


def after(*reactions: Reaction | Signal, then: Reaction) -> Reaction:
    """React in these ways one after the other, and from then on in the last."""
    left = iter(reactions)

    def react(questions: Sequence[Question]) -> Sequence[Answer]:
        reaction = next(left, then)
        if isinstance(reaction, Signal):
            raise reaction
        return reaction(questions)

    return react


def always(signal: Callable[[], Exception]) -> Reaction:
    def react(_: Sequence[Question]) -> Sequence[Answer]:
        raise signal()

    return react


def leads(count: int) -> list[dict[Attribute, Known]]:
    return [{EMAIL: Known(f"lead-{number}@one.example", 0.8)} for number in range(count)]


@contextmanager
def asker(*providers: Fake, want: Mapping[str, float] | None = None, **options: Any) -> Iterator[Asker]:
    plan_options = {name: options.pop(name) for name in ("budget", "order", "org") if name in options}
    plan = Plan.checked(providers, want or {"job_title": 0.8}, **plan_options)
    with Asker(plan, options.pop("answers", None) or MemoryAnswers(), **options) as made:
        yield made


def ask(count: int, *providers: Fake, **options: Any) -> list[Case]:
    with asker(*providers, **options) as made:
        return made.ask(leads(count))


def told(case: Case, provider: str = "people") -> tuple[Outcome, str | None]:
    (one,) = [part for part in case.told if part.provider == provider]
    return one.outcome, one.reason


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


class TestWhatCanGoWrong:
    def test_a_refused_key_is_shown_once_and_the_rows_go_on(self) -> None:
        slowly = Limits(rates=(Rate(1, 60.0),))  # the others wait for their turn when the refusal comes
        people = Fake("first", always(lambda: StopAsking("key_refused")), limits=slowly)
        second = Fake("second")
        cases = ask(50, people, second)
        assert len(people.calls) == 1
        assert {case.known[TITLE].source for case in cases} == {"second"}
        outcomes = Counter(told(case, "first") for case in cases)
        assert outcomes == {(Outcome.REFUSED, "key_refused"): 1, (Outcome.NOT_ASKED, "key_refused"): 49}
        waited = max(at for at, _ in second.calls) - people.calls[0][0]
        assert waited < 1.0

    def test_who_waits_to_ask_again_is_sent_on_too(self) -> None:
        def react(questions: Sequence[Question]) -> Sequence[Answer]:
            if "-0@" in questions[0].given[EMAIL]:
                raise AskAgain("server_error", after=300.0)
            people.delay = 1.0
            raise StopAsking("no_credit")

        people, second = Fake("first", react), Fake("second")
        cases = ask(2, people, second)
        assert {case.known[TITLE].source for case in cases} == {"second"}
        assert max(at for at, _ in second.calls) - people.calls[0][0] < 10.0

    def test_one_bad_question_does_not_cost_the_others_their_answer(self) -> None:
        def react(questions: Sequence[Question]) -> Sequence[Answer]:
            if any("-5@" in question.given[EMAIL] for question in questions):
                raise Declined("bad_request")
            return [found("Buyer")] * len(questions)

        people = Fake(react=react, batch=16)
        cases = ask(16, people)
        assert [TITLE in case.known for case in cases] == [number != 5 for number in range(16)]
        assert told(cases[5]) == (Outcome.FAILED, "bad_request")
        assert cases[5].spent is None
        assert len(people.calls) == 9

    def test_later_is_asked_again_after_a_while_and_costs_nothing_until_then(self) -> None:
        later = every(Answer(Outcome.LATER, reason="not_ready", after=7.0))
        people = Fake(react=after(later, later, then=every(found("Buyer"))))
        (case,) = ask(1, people)
        assert told(case) == (Outcome.FOUND, None)
        assert case.spent == people.price
        (one, _), (two, _), (three, _) = people.calls
        assert two - one >= 7.0 <= three - two

    def test_what_is_never_ready_fails_in_the_end(self) -> None:
        people = Fake(react=every(Answer(Outcome.LATER, reason="not_ready")))
        (case,) = ask(1, people)
        assert told(case) == (Outcome.FAILED, "not_ready")
        assert case.spent is None
        assert len(people.calls) < 50

    def test_what_came_to_nothing_is_repeated_and_paid_once(self) -> None:
        people = Fake(react=after(AskAgain("server_error"), AskAgain("connection"), then=every(found("Buyer"))))
        (case,) = ask(1, people)
        assert case.known[TITLE].text == "Buyer"
        assert case.spent == people.price
        assert len(people.calls) == 3

    def test_not_before_the_time_the_provider_says(self) -> None:
        people = Fake(react=after(AskAgain("server_error", after=40.0), then=every(found("Buyer"))))
        ask(1, people)
        (first, _), (second, _) = people.calls
        assert 40.0 <= second - first < 45.0

    def test_and_given_up_after_some_attempts(self) -> None:
        people = Fake(react=always(lambda: AskAgain("rate_limited", after=0.1, everyone=True)))
        (case,) = ask(1, people)
        assert told(case) == (Outcome.FAILED, "rate_limited")
        assert len(people.calls) == ATTEMPTS
        assert case.spent is None

    def test_the_time_a_provider_asks_for_holds_for_everybody(self) -> None:
        refusal = AskAgain("rate_limited", after=30.0, everyone=True)
        people = Fake(react=after(refusal, then=every(found("Buyer"))), limits=Limits(in_flight=3))
        cases = ask(8, people)
        assert all(TITLE in case.known for case in cases)
        times = [at - people.calls[0][0] for at, _ in people.calls]
        assert times[:3] == [0.0] * 3  # these were under way
        assert min(times[3:]) >= 30.0

    def test_rows_do_not_wait_for_tomorrow(self) -> None:
        people = Fake("first", always(lambda: AskAgain("blocked", after=86_400.0, everyone=True)))
        people.limits, second = Limits(in_flight=1), Fake("second")
        cases = ask(5, people, second)
        assert len(people.calls) == 1
        assert {reason for _, reason in (told(case, "first") for case in cases)} == {"blocked"}
        assert max(at for at, _ in second.calls) - people.calls[0][0] < 1.0
        assert {case.known[TITLE].source for case in cases} == {"second"}

    def test_what_is_maybe_billed_is_not_repeated_and_counts_as_spent(self) -> None:
        people, second = Fake(react=always(lambda: Unsure("timeout")), batch=2), Fake("second")
        with asker(people, second) as made:
            cases = made.ask(leads(2))
            assert made.spent() == Money.of("0.40 USD")
        assert len(people.calls) == 1
        assert [told(case) for case in cases] == [(Outcome.MAYBE_BILLED, "timeout")] * 2
        assert [case.spent for case in cases] == [Money.of("0.20 USD")] * 2
        assert [case.known[TITLE].source for case in cases] == ["second"] * 2

    @pytest.mark.parametrize(
        ("react", "reason"),
        [
            (always(lambda: ValueError("a bug")), "error_ValueError"),
            (lambda _: [], "torn_answer"),
            (lambda questions: [MISS] * (len(questions) + 1), "torn_answer"),
            (lambda _: None, "error_TypeError"),
            (lambda _: [None], "error_TypeError"),
            (lambda _: [Answer(Outcome.FOUND, units=-5)], "error_TypeError"),
            (lambda _: [Answer(Outcome.FOUND, {TITLE: "Buyer"})], "error_TypeError"),  # type: ignore[dict-item]
            (lambda _: [Answer(Outcome.FOUND, units=10**30)], "error_TypeError"),
            (lambda _: [Answer(Outcome.FOUND, units=0.5)], "error_TypeError"),  # type: ignore[arg-type]
            (lambda _: [Answer("found")], "error_TypeError"),  # type: ignore[arg-type]
            (lambda _: [Answer(Outcome.LATER, after="3")], "error_TypeError"),  # type: ignore[arg-type]
            (lambda _: [Answer(Outcome.MISS, request_id=b"x")], "error_TypeError"),  # type: ignore[arg-type]
            (lambda _: [Answer(Outcome.FOUND, {TITLE: Finding("Buyer", None)})], "error_TypeError"),  # type: ignore[arg-type]
            (always(lambda: AskAgain("busy", after="3")), "error_TypeError"),  # type: ignore[arg-type]
            (always(TimeoutError), "timeout"),
            (always(asyncio.CancelledError), "error_CancelledError"),  # type: ignore[arg-type]
            (always(SystemExit), "error_SystemExit"),  # type: ignore[arg-type]
        ],
    )
    def test_a_providers_own_mistake_fails_its_question_not_the_run(self, react: Any, reason: str) -> None:
        second = Fake("second")
        (case,) = ask(1, Fake(react=react), second)
        assert told(case) == (Outcome.MAYBE_BILLED, reason)
        assert case.known[TITLE].source == "second"

    def test_a_provider_that_cancels_its_own_task_fails_its_question_not_the_run(self) -> None:
        class Selfish(Fake):
            async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
                self.calls.append((0.0, list(questions)))
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
                await asyncio.sleep(0)
                raise AssertionError("the sleep is cancelled")

        second = Fake("second")
        for case in ask(12, Selfish(), second):
            assert told(case) == (Outcome.MAYBE_BILLED, "error_CancelledError")
            assert case.known[TITLE].source == "second"

    @pytest.mark.parametrize("batch", [1, 100])
    def test_who_understands_no_question_is_not_asked_on(self, batch: int) -> None:
        people, second = Fake(react=always(lambda: Declined("bad_request")), batch=batch), Fake("second")
        cases = ask(300, people, second)
        assert len(people.calls) < 100
        assert {case.known[TITLE].source for case in cases} == {"second"}
        assert {told(case)[1] for case in cases} == {"bad_request"}

    def test_kept_answers_are_used_also_when_nobody_is_asked_any_more(self) -> None:
        answers = MemoryAnswers()
        ask(50, Fake(), answers=answers)
        refused = Fake(react=always(lambda: StopAsking("key_refused")))
        with asker(refused, answers=answers) as made:
            new = [{EMAIL: Known("new@one.example", 0.8)}]
            cases = made.ask([*new, *leads(50), {EMAIL: Known("newer@one.example", 0.8)}])
        assert [TITLE in case.known for case in cases] == [False, *[True] * 50, False]
        assert told(cases[-1])[1] == "key_refused"

    def test_a_providers_own_mistake_is_in_the_log_by_its_place_alone(self, caplog: pytest.LogCaptureFixture) -> None:
        def mistaken(_: Sequence[Question]) -> Sequence[Answer]:
            raise KeyError("lead-0@one.example")

        ask(1, Fake(react=mistaken))
        (record,) = caplog.records
        assert record.name == "trustleads"
        assert f"KeyError at {__file__}:{mistaken.__code__.co_firstlineno + 1}" in record.getMessage()
        assert "lead-0" not in caplog.text

    def test_what_was_asked_and_failed_is_told_so_though_nobody_could_ask_again(self) -> None:
        people = Fake(react=always(lambda: AskAgain("server_error")), limits=Limits(in_flight=3))
        cases = ask(40, people)
        asked = {lead for _, questions in people.calls for lead in [q.given[EMAIL] for q in questions]}
        for case in cases:
            was_asked = case.known[EMAIL].text in asked
            assert told(case) == ((Outcome.FAILED, "server_error") if was_asked else (Outcome.NOT_ASKED, "unavailable"))
            assert not case.told[0].kept

    def test_a_provider_that_forgets_its_timeout_is_given_up(self) -> None:
        people, second = Fake(limits=Limits(timeout=1.0), delay=10_000.0), Fake("second")
        (case,) = ask(1, people, second)
        assert told(case) == (Outcome.MAYBE_BILLED, "timeout")
        assert case.known[TITLE].source == "second"

    @pytest.mark.parametrize("signal", [lambda: AskAgain("connection"), lambda: Unsure("timeout")])
    def test_a_service_that_is_down_is_left_alone_and_the_rows_go_on(self, signal: Callable[[], Signal]) -> None:
        people, second = Fake(react=always(signal)), Fake("second")
        cases = ask(300, people, second)
        assert len(people.calls) < 40
        assert {case.known[TITLE].source for case in cases} == {"second"}
        assert Counter(reason for _, reason in map(told, cases))["unavailable"] > 250

    def test_a_service_that_comes_back_is_asked_again(self) -> None:
        down = [AskAgain("connection")] * 8
        people = Fake(react=after(*down, then=every(found("Buyer"))))
        cases = ask(100, people)
        assert sum(TITLE in case.known for case in cases) >= 98

    @pytest.mark.parametrize("batch", [1, 10])
    def test_who_refuses_everybody_again_and_again_is_not_asked_any_more(self, batch: int) -> None:
        busy = always(lambda: AskAgain("rate_limited", after=60.0, everyone=True))
        people, second = Fake(react=busy, batch=batch, limits=Limits(in_flight=5)), Fake("second")
        cases = ask(200, people, second)
        assert {case.known[TITLE].source for case in cases} == {"second"}
        assert len(people.calls) < 60
        assert people.calls[-1][0] - people.calls[0][0] < 900

    def test_a_rate_limit_between_answers_stops_nobody(self) -> None:
        def every_other(questions: Sequence[Question]) -> Sequence[Answer]:
            if len(people.calls) % 2:
                raise AskAgain("rate_limited", after=60.0, everyone=True)
            return [found("Buyer")] * len(questions)

        people = Fake(react=every_other, limits=Limits(in_flight=1))
        assert all(TITLE in case.known for case in ask(20, people))

    @pytest.mark.clause("LEAD-5")
    def test_an_answer_of_half_a_batch_is_kept_when_the_run_is_stopped_in_the_other_half(self) -> None:
        def first_half_only(questions: Sequence[Question]) -> Sequence[Answer]:
            if len(questions) > 2:
                raise Declined("bad_request")
            if len(people.calls) == 2:
                made.stop()
            return [found("Buyer")] * len(questions)

        people, answers = Fake(react=first_half_only, batch=4, delay=0.2), MemoryAnswers()
        with asker(people, answers=answers) as made, pytest.raises(Stopped):
            made.ask(leads(4))
        again = Fake()
        ask(4, again, answers=answers)
        assert len(again.calls) == 2


class TestMoney:
    @pytest.mark.parametrize("batch", [1, 8, 100])
    def test_a_run_never_costs_more_than_its_budget_and_uses_it(self, batch: int) -> None:
        people = Fake(batch=batch)
        with asker(people, budget=Budget(money="2.35 USD")) as made:
            cases = made.ask(leads(100))
            assert made.spent() == Money.of("2.30 USD")
        assert sum(TITLE in case.known for case in cases) == 23
        left_out = [case for case in cases if TITLE not in case.known]
        assert {told(case) for case in left_out} == {(Outcome.NOT_ASKED, "budget_money")}

    def test_money_set_aside_for_misses_is_there_for_others(self) -> None:
        people = Fake(react=every(MISS), batch=5)
        cases = ask(100, people, budget=Budget(money="0.50 USD"))
        assert {told(case) for case in cases} == {(Outcome.MISS, None)}

    def test_a_rows_budget_keeps_the_next_away(self) -> None:
        first, second = Fake("first", every(MISS)), Fake("second", price="0.15 USD")
        paid = Fake("paid", every(Answer(Outcome.MISS, units=1)))
        (free_miss,) = ask(1, first, second, budget=Budget(per_row="0.20 USD"))
        assert TITLE in free_miss.known
        (paid_miss,) = ask(1, paid, second, budget=Budget(per_row="0.20 USD"))
        assert told(paid_miss, "second") == (Outcome.NOT_ASKED, "row_budget")

    def test_a_providers_budget_is_its_own(self) -> None:
        first, second = Fake("first"), Fake("second")
        cases = ask(10, first, second, budget=Budget(per_provider={"first": "0.30 USD"}))
        assert Counter(case.known[TITLE].source for case in cases) == {"first": 3, "second": 7}
        assert Counter(told(case, "first") for case in cases)[Outcome.NOT_ASKED, "budget_provider"] == 7

    def test_calls_are_counted_repeated_ones_too(self) -> None:
        people = Fake(react=after(AskAgain("server_error"), then=every(found("Buyer"))))
        cases = ask(10, people, budget=Budget(calls=4))
        assert len(people.calls) == 4
        assert sum(TITLE in case.known for case in cases) == 3

    def test_a_provider_that_fills_too_little_is_left_out(self) -> None:
        people, second = Fake(react=every(MISS)), Fake("second")
        with asker(people, second, budget=Budget(min_fill_rate=0.1, min_rows=20)) as made:
            made.ask(leads(30))
            cases = made.ask(leads(200)[100:])
        assert sum(people.asked.values()) < 60
        assert {case.known[TITLE].source for case in cases} == {"second"}

    def test_faults_say_nothing_about_how_much_it_fills(self) -> None:
        people = Fake(react=every(Answer(Outcome.FAILED, reason="server_error")))
        with asker(people, budget=Budget(min_fill_rate=0.1, min_rows=20)) as made:
            made.ask(leads(30))
            made.ask(leads(40)[30:])
        assert sum(people.asked.values()) == 40

    def test_the_cheapest_value_first_once_that_is_known(self) -> None:
        poor = Fake("poor", every(Answer(Outcome.MISS, units=1)), price="0.05 USD")
        rich = Fake("rich", price="0.10 USD")
        answers = MemoryAnswers()
        ask(40, poor, rich, order="cheapest", answers=answers)
        with asker(poor, rich, order="cheapest", answers=answers) as made:  # what was learnt is kept
            made.ask([{EMAIL: Known("new@one.example", 0.8)}])
        assert poor.asked["new@one.example"] == 0
        assert rich.asked["new@one.example"] == 1


class TestGate:
    def test_who_may_not_be_asked_about_is_not(self) -> None:
        seen: list[tuple[str, str]] = []

        class Gate:
            def check(
                self, org: str, provider: str, questions: Sequence[Question], _subjects: object
            ) -> Sequence[str | None]:
                seen.append((org, provider))
                return ["restricted" if "-1@" in q.given[EMAIL] and provider == "people" else None for q in questions]

        people, second = Fake(), Fake("second")
        cases = ask(3, people, second, gate=Gate(), org="acme")
        assert told(cases[1]) == (Outcome.NOT_ASKED, "restricted")
        assert cases[1].known[TITLE].source == "second"
        assert people.asked.keys() == {"lead-0@one.example", "lead-2@one.example"}
        assert set(seen) == {("acme", "people"), ("acme", "second")}

    @pytest.mark.clause("GDPR-4")
    def test_it_sees_all_that_is_known_of_a_lead_and_judges_each(self) -> None:
        by_name = [frozenset({Attribute.FULL_NAME, Attribute.DOMAIN})]
        people = Fake()
        people.matches = by_name
        named = {Attribute.FIRST_NAME: Known("Ada", 0.8), Attribute.LAST_NAME: Known("Stone", 0.8)}
        named[Attribute.DOMAIN] = Known("one.example", 0.8)
        objector = {**named, EMAIL: Known("ada@one.example", 0.8)}

        class Gate:
            def check(self, *request: Any) -> Sequence[str | None]:
                assert all(EMAIL not in question.given for question in request[2])
                return ["objected" if subject.get(EMAIL) == "ada@one.example" else None for subject in request[3]]

        with asker(people, gate=Gate()) as made:
            refused, other = made.ask([objector, named])
        assert told(refused) == (Outcome.NOT_ASKED, "objected")
        assert TITLE not in refused.known
        assert TITLE in other.known  # the same question, about somebody who did not object
        assert len(people.calls) == 1

    def test_it_stands_before_what_is_kept(self) -> None:
        people, answers = Fake(), MemoryAnswers()
        ask(1, people, answers=answers)

        class Shut:
            def check(self, *request: Any) -> Sequence[str | None]:
                questions = request[2]
                return ["restricted"] * len(questions)

        (case,) = ask(1, people, answers=answers, gate=Shut())
        assert TITLE not in case.known

    @pytest.mark.parametrize(
        "verdicts", [RuntimeError("no database"), [], [True] * 3, "no", StopIteration(), futures.CancelledError()]
    )
    def test_one_that_fails_stops_the_run(self, verdicts: Any) -> None:
        class Broken:
            def check(self, *_: object) -> Any:
                if isinstance(verdicts, Exception):
                    raise verdicts
                return verdicts

        people = Fake()
        with pytest.raises((RuntimeError, TypeError)), asker(people, gate=Broken()) as made:
            made.ask(leads(3))
        assert not people.calls
        assert people.closed == 1

    def test_who_comes_while_it_closes_is_sent_home(self) -> None:
        done = threading.Event()

        class Broken:
            def check(self, *_: object) -> Any:
                raise RuntimeError("no database")

        class Slow(Fake):
            async def aclose(self) -> None:
                await asyncio.to_thread(done.wait, 5.0)

        with asker(Slow(), gate=Broken()) as made:
            with pytest.raises(RuntimeError):
                made.ask(leads(1))
            with pytest.raises(Stopped):
                made.ask(leads(1))
            done.set()


class Books:
    """A meter."""

    def __init__(self) -> None:
        self.rows, self.calls, self.cost = 0, Counter[str](), Money.nothing("USD")

    def add(self, org: str, usage: Usage) -> None:
        assert org == "acme"
        self.rows += usage.rows
        self.calls.update(usage.calls)
        for money in usage.cost.values():
            self.cost += money


def _stop_after(made: Asker, people: Fake, questions: Sequence[Question]) -> Sequence[Answer]:
    if len(people.calls) == 20:
        made.stop()
    return [found("Buyer")] * len(questions)


class TestMeter:
    def test_everything_is_told_once(self) -> None:
        people, second, books = Fake(react=every(Answer(Outcome.MISS, units=1)), batch=3), Fake("second"), Books()
        with asker(people, second, meter=books, org="acme") as made:
            made.ask(leads(10))
            made.ask(leads(15))
            assert (books.rows, books.cost) == (25, made.spent())
            assert books.cost == Money.of("3 USD")  # ten of the second fifteen are kept
        assert books.calls == {"people": len(people.calls), "second": len(second.calls)}

    def test_what_a_stopped_run_paid_is_told_too(self) -> None:
        people, books = Fake(react=lambda questions: _stop_after(made, people, questions)), Books()
        with asker(people, meter=books, org="acme") as made, pytest.raises(Stopped):
            made.ask(leads(50))
        assert books.cost == made.spent() > Money.nothing("USD")
        assert books.rows == 0

    def test_rows_about_which_nobody_is_asked_count(self) -> None:
        books = Books()
        with asker(Fake(), meter=books, org="acme") as made:
            assert made.ask([], rows=7) == []
        assert (books.rows, books.calls) == (7, {})

    def test_one_that_fails_stops_the_run(self) -> None:
        class Broken:
            def add(self, *_: object) -> None:
                raise RuntimeError("no database")

        with pytest.raises(RuntimeError, match="no database"):
            ask(1, Fake(), meter=Broken())


class Faulty(MemoryAnswers):
    """A cache that fails from the n-th use of a method on."""

    def __init__(self, method: str, after: int = 0) -> None:
        super().__init__()
        self.method, self.left = method, after

    def _use(self, method: str) -> None:
        if method == self.method:
            self.left -= 1
            if self.left < 0:
                raise OSError("the disk is full")

    def get(self, *arguments: Any) -> Any:
        self._use("get")
        return super().get(*arguments)

    def put(self, *arguments: Any) -> None:
        self._use("put")
        super().put(*arguments)


class TestTheEnd:
    @pytest.mark.parametrize(("method", "after"), [("get", 0), ("get", 1), ("put", 0), ("put", 1)])
    def test_a_cache_that_fails_stops_the_run_and_says_why(self, method: str, after: int) -> None:
        people = Fake(batch=3)

        def run(made: Asker) -> None:
            for count in (3, 9, 12):
                made.ask(leads(count))

        with asker(people, answers=Faulty(method, after)) as made, pytest.raises(OSError, match="the disk is full"):
            run(made)
        assert people.closed == ((method, after) != ("get", 0))  # then nothing was opened

    def test_rates_that_cannot_be_read_are_not_missed(self) -> None:
        answers = MemoryAnswers()
        answers.put("default", "~rates", {bytes(16): Kept(b"not what it was", 0.0, 1e12)})
        (case,) = ask(1, Fake(), answers=answers)
        assert TITLE in case.known

    def test_a_provider_that_cannot_be_closed_does_not_hold_the_others_up(self) -> None:
        class Stuck(Fake):
            async def aclose(self) -> None:
                raise RuntimeError("still busy")

        class Plain(Fake):
            def aclose(self) -> None:  # type: ignore[override]
                """No coroutine."""

        second = Fake("second")
        (case,) = ask(1, Stuck(), Plain("plain"), second)
        assert TITLE in case.known
        assert second.closed == 1

    def test_stopping_sends_everybody_home_at_once_and_keeps_what_came(self) -> None:
        answers, reached = MemoryAnswers(), threading.Event()

        def react(questions: Sequence[Question]) -> Sequence[Answer]:
            if len(people.calls) == 6:
                people.delay = 1e9
                reached.set()
            return [found("Buyer")] * len(questions)

        people = Fake(react=react, limits=Limits(in_flight=1, timeout=1e10))
        with asker(people, answers=answers) as made:
            threading.Thread(target=lambda: reached.wait(10) and made.stop()).start()
            began = time.monotonic()
            with pytest.raises(Stopped):
                made.ask(leads(100))
            assert time.monotonic() - began < 5.0
            with pytest.raises(Stopped):
                made.ask(leads(1))
        done = len(people.calls) - 1
        people.delay = 0.01
        ask(100, people, answers=answers)
        assert sum(people.asked.values()) - done <= 101
        assert people.asked["lead-0@one.example"] == 1

    def test_closing_twice_and_asking_after_it(self) -> None:
        with asker(Fake()) as made:
            made.ask(leads(1))
            made.close()
            with pytest.raises(Stopped):
                made.ask(leads(1))

    def test_one_that_was_never_asked_opens_nothing(self) -> None:
        people = Fake()
        before = threading.active_count()
        with asker(people) as made:
            assert threading.active_count() == before
            assert made.tallies() == {}
            assert made.spent() == Money.nothing("USD")
        assert people.closed == 0


class TestThreadsAndLoops:
    def test_many_threads_share_limits_budget_and_answers(self) -> None:
        people = Fake(limits=Limits(in_flight=4), batch=2)
        cases: list[list[Case]] = [[] for _ in range(8)]
        with asker(people, budget=Budget(money="1.95 USD")) as made:

            def work(number: int) -> None:
                cases[number] = made.ask(leads(20)[number : number + 12])

            threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert made.spent() == Money.of("1.90 USD")
        assert max(people.asked.values()) == 1
        assert people.most_under_way <= 4
        for number, got in enumerate(cases):
            assert [case.known[EMAIL].text for case in got] == [
                lead[EMAIL].text for lead in leads(20)[number : number + 12]
            ]

    def test_it_works_inside_a_running_loop(self) -> None:
        async def inside() -> list[Case]:
            return ask(3, Fake())

        assert len(asyncio.run(inside())) == 3

    def test_a_provider_may_be_in_two_runs_at_once(self) -> None:
        people = Fake()
        with asker(people) as one, asker(people) as other:
            assert len(one.ask(leads(3))) == len(other.ask(leads(3))) == 3


# --- Whatever providers do.

SIGNALS = [
    lambda: AskAgain("server_error"),
    lambda: AskAgain("rate_limited", after=1.0, everyone=True),
    lambda: Unsure("timeout"),
    lambda: Declined("bad_request"),
    lambda: StopAsking("no_credit"),
    lambda: ValueError("a bug"),
]
ANSWERS = [
    found("Buyer"),
    found("Pilot", confidence=0.3, units=2),
    MISS,
    Answer(Outcome.MISS, units=1),
    Answer(Outcome.REFUSED, reason="restricted"),
    Answer(Outcome.FAILED, reason="wrong_subject", units=1),
    Answer(Outcome.MAYBE_BILLED, reason="torn_answer", units=2),
    Answer(Outcome.LATER, reason="not_ready"),
]


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(st.randoms(use_true_random=False), st.integers(0, 20), st.integers(1, 6), st.none() | st.integers(20, 200))
def test_no_lead_is_lost_and_the_books_agree(random: Any, bad: int, batch: int, cents: int | None) -> None:
    def react(questions: Sequence[Question]) -> Sequence[Answer]:
        if random.randrange(100) < bad:
            signal = random.choice(SIGNALS)
            raise signal()
        return [random.choice(ANSWERS) for _ in questions]

    providers = [Fake(name, react, batch=batch, units=2, limits=Limits(in_flight=3)) for name in ("one", "two")]
    budget = None if cents is None else Budget(money=CENT * cents)
    with asker(*providers, budget=budget) as made:
        cases = made.ask(leads(25) + leads(5))
        spent, tallies = made.spent(), made.tallies()
    paid = Money.nothing("USD")
    for case in cases:
        assert {part.provider for part in case.told} == {"one", "two"}
        assert len(case.told) == 2
        paid += case.spent or Money.nothing("USD")
    assert budget is None or budget.money is None or spent <= budget.money
    assert sum((tally.cost for tally in tallies.values()), Money.nothing("USD")) == spent
    assert paid == spent
    assert all(tallies[provider.name].calls == len(provider.calls) for provider in providers)
    event(f"reasons: {sorted({part.reason for case in cases for part in case.told if part.reason})}")
