from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from trustleads.core.money import Money
from trustleads.enrichment.answers.memory import MemoryAnswers
from trustleads.enrichment.asking.cases import Stopped
from trustleads.enrichment.asking.repeating import ATTEMPTS
from trustleads.enrichment.ports import Limits, Rate
from trustleads.enrichment.questions import (
    MISS,
    Answer,
    AskAgain,
    Declined,
    Finding,
    Outcome,
    Question,
    Signal,
    StopAsking,
    Unsure,
)
from trustleads.enrichment.waterfall import Known

from .fakes import (
    EMAIL,
    TITLE,
    Fake,
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
        reasons = Counter(told(case, "first") for case in cases)
        assert reasons == {(Outcome.FAILED, "blocked"): 1, (Outcome.NOT_ASKED, "paused"): 4}
        assert max(at for at, _ in second.calls) - people.calls[0][0] < 1.0
        assert {case.known[TITLE].source for case in cases} == {"second"}

    def test_who_wants_to_be_left_alone_for_long_is_asked_again_when_that_is_over(self) -> None:
        blocked = AskAgain("blocked", after=3_600.0, everyone=True)
        first = Fake("first", after(blocked, then=every(found("Buyer"))), limits=Limits(in_flight=1))
        second = Fake("second", delay=1_000.0, limits=Limits(in_flight=1, timeout=1e6))
        with asker(first, second) as made:
            early = made.ask(leads(4))  # the second takes its time, until the first one is back
            late = made.ask(leads(8)[4:])
        assert {case.known[TITLE].source for case in early} == {"second"}
        assert {case.known[TITLE].source for case in late} == {"first"}
        assert first.calls[1][0] - first.calls[0][0] >= 3_600.0

    @pytest.mark.parametrize(("longest", "source"), [(3_600.0, "first"), (3_599.0, "second")])
    def test_rows_wait_for_as_long_as_the_limits_have_it(self, longest: float, source: str) -> None:
        blocked = AskAgain("blocked", after=3_600.0, everyone=True)
        first = Fake("first", after(blocked, then=every(found("Buyer"))), limits=Limits(longest_pause=longest))
        (case,) = ask(1, first, Fake("second"))
        assert case.known[TITLE].source == source

    @pytest.mark.parametrize("everyone", [False, True])
    def test_nor_do_rows_wait_long_for_what_is_about_one_call(self, everyone: bool) -> None:
        first = Fake("first", always(lambda: AskAgain("server_error", after=121.0, everyone=everyone)))
        cases = ask(3, first, second := Fake("second"))
        assert {case.known[TITLE].source for case in cases} == {"second"}
        assert max(at for at, _ in second.calls) - first.calls[0][0] < 1.0

    def test_nor_for_an_answer_that_is_not_ready_for_long(self) -> None:
        first = Fake("first", every(Answer(Outcome.LATER, reason="not_ready", after=121.0)))
        (case,) = ask(1, first, Fake("second"))
        assert told(case, "first") == (Outcome.FAILED, "not_ready")
        assert len(first.calls) == 1

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


def test_who_waits_for_a_later_answer_goes_on_when_the_provider_is_closed() -> None:
    def react(questions: Sequence[Question]) -> Sequence[Answer]:
        (question,) = questions
        if question.given[EMAIL].startswith("lead-0@"):
            return [Answer(Outcome.LATER, after=100.0)]
        raise StopAsking("key_refused")

    provider = Fake(react=react, limits=Limits(in_flight=1))
    began: list[float] = []

    class Watching(Fake):
        async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
            began.append(asyncio.get_running_loop().time())
            return await super().lookup(questions)

    second = Watching("second", every(found("Buyer")))
    cases = ask(2, provider, second)
    assert told(cases[0]) == (Outcome.NOT_ASKED, "key_refused")
    assert [told(case, "second")[0] for case in cases] == [Outcome.FOUND] * 2
    assert max(began) - min(began) < 10.0
