from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from trustleads.enrichment.asking.breaker import CEILING, Breaker, State

pytestmark = pytest.mark.clause("LEAD-5")


class Time:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def opened(time: Time) -> Breaker:
    breaker = Breaker(time)
    for _ in range(5):
        assert breaker.allows()
        breaker.failed()
    return breaker


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(Time())
    for _ in range(100):
        for _ in range(4):
            breaker.failed()
        breaker.succeeded()
    assert breaker.allows()
    for _ in range(5):
        assert breaker.state is State.CLOSED
        breaker.failed()
    assert breaker.state is State.OPEN
    assert not breaker.allows()


def test_one_call_alone_is_let_through_after_a_while() -> None:
    time = Time()
    breaker = opened(time)
    time.now += 29.9
    assert not breaker.allows()
    time.now += 0.1
    assert [breaker.allows() for _ in range(100)] == [True] + [False] * 99
    assert breaker.state is State.HALF_OPEN


def test_it_closes_when_that_one_is_answered_and_starts_anew() -> None:
    time = Time()
    breaker = opened(time)
    time.now += 30
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.state is State.CLOSED
    for _ in range(4):
        breaker.failed()
    assert all(breaker.allows() for _ in range(100))


def test_a_service_that_wants_to_be_left_alone_is_for_as_long_as_it_says() -> None:
    time = Time()
    breaker = Breaker(time)
    breaker.leave_alone(3_600.0)
    breaker.leave_alone(60.0)  # calls that were under way are refused too, and may be told less
    breaker.succeeded()
    assert (breaker.state, breaker.is_left_alone, breaker.is_in_vain) == (State.OPEN, True, False)
    time.now += 3_599.0
    assert not breaker.allows()
    time.now += 1.0
    assert not breaker.is_left_alone
    assert [breaker.allows() for _ in range(10)] == [True] + [False] * 9
    breaker.leave_alone(60.0)
    breaker.succeeded()  # the answer that said so
    assert breaker.is_left_alone
    time.now += 60.0
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.state is State.CLOSED


def test_a_service_that_is_down_and_says_for_how_long() -> None:
    time = Time()
    breaker = opened(time)
    breaker.leave_alone(5.0)
    time.now += 29.9
    assert not breaker.allows()
    assert not breaker.is_left_alone
    breaker.leave_alone(60.0)
    time.now += 59.9
    assert not breaker.allows()


def test_it_is_open_twice_as_long_each_time_up_to_a_ceiling_and_forgets_that() -> None:
    time = Time()
    breaker = opened(time)
    for seconds in (30, 60, 120, 240, 480, CEILING, CEILING):
        time.now += seconds - 0.1
        assert not breaker.allows()
        time.now += 0.2
        assert breaker.allows()
        breaker.failed()
    time.now += CEILING
    assert breaker.allows()
    breaker.succeeded()
    for _ in range(5):
        breaker.failed()
    time.now += 30
    assert breaker.allows()


@pytest.mark.parametrize("told", ["failed", "succeeded"])
def test_calls_that_end_while_it_is_open_change_nothing(told: str) -> None:
    time = Time()
    breaker = opened(time)
    for _ in range(195):
        time.now += 0.1
        getattr(breaker, told)()
    assert not breaker.allows()
    time.now += 10.5
    assert breaker.allows()


def test_a_call_that_is_never_heard_of_does_not_block_it_for_ever() -> None:
    time = Time()
    breaker = opened(time)
    time.now += 30
    assert breaker.allows()
    time.now += 29.9
    assert not breaker.allows()
    time.now += 0.2
    assert breaker.allows()
    assert not breaker.allows()


def test_a_ceiling_under_the_first_time_counts_at_once() -> None:
    time = Time()
    breaker = Breaker(time, failures=1, ceiling=5)
    breaker.failed()
    time.now += 5
    assert breaker.allows()


@given(st.integers(1, 20), st.floats(0.1, 100), st.integers(0, 12))
def test_a_dead_service_gets_few_calls(failures: int, opens_for: float, hours: int) -> None:
    time = Time()
    breaker = Breaker(time, failures=failures, opens_for=opens_for, ceiling=max(opens_for, CEILING))
    calls = 0
    for _ in range(hours * 3600):
        time.now += 1
        if breaker.allows():
            calls += 1
            breaker.failed()
    assert calls <= failures + 13 + hours * 3600 / max(opens_for, CEILING)  # 13 doublings lead to the ceiling


class BreakerMachine(RuleBasedStateMachine):
    """Calls start, end well, end badly or are lost, and time passes, in any order."""

    @initialize(failures=st.integers(1, 4))
    def begin(self, failures: int) -> None:
        self.time = Time()
        self.breaker = Breaker(self.time, failures=failures, opens_for=10, ceiling=50)
        self.failures = failures
        self.under_way = 0
        self.in_a_row = 0
        self.probes: list[float] = []

    @rule(seconds=st.floats(0, 60))
    def passes(self, seconds: float) -> None:
        self.time.now += seconds

    @rule()
    def start(self) -> None:
        closed = self.breaker.state is State.CLOSED
        if self.breaker.allows():
            self.under_way += 1
            if not closed:
                assert self.breaker.state is State.HALF_OPEN
                self.probes.append(self.time.now)
        else:
            assert not closed

    @precondition(lambda self: self.under_way)
    @rule()
    def ends_well(self) -> None:
        before = self.breaker.state
        self.breaker.succeeded()
        self.under_way -= 1
        if before is State.OPEN:
            assert self.breaker.state is State.OPEN
        else:
            assert self.breaker.state is State.CLOSED
            self.in_a_row = 0

    @precondition(lambda self: self.under_way)
    @rule()
    def ends_badly(self) -> None:
        before = self.breaker.state
        self.breaker.failed()
        self.under_way -= 1
        self.in_a_row += before is State.CLOSED
        stays = before is State.CLOSED and self.in_a_row < self.failures
        assert self.breaker.state is (State.CLOSED if stays else State.OPEN)

    @precondition(lambda self: self.under_way)
    @rule()
    def is_lost(self) -> None:
        self.under_way -= 1

    @rule()
    def comes_back(self) -> None:
        """It never stays shut for good."""
        self.time.now += 50
        assert self.breaker.allows()
        self.breaker.succeeded()
        assert self.breaker.state is State.CLOSED
        self.in_a_row = 0
        self.probes.clear()

    @invariant()
    def single_calls_are_apart(self) -> None:
        if self.breaker.state is State.CLOSED:
            self.probes.clear()
        assert all(later - earlier >= 10 for earlier, later in pairwise(self.probes))


TestBreaker = BreakerMachine.TestCase
