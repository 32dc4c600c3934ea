from __future__ import annotations

import math
import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from trustleads.enrichment.asking.pacing import MARGIN, SLACK, Pace
from trustleads.enrichment.ports import Limits, Rate

pytestmark = pytest.mark.clause("LEAD-5")

HUNTER = (Rate(15, 1.0), Rate(500, 60.0))
VERIFIER = (Rate(10, 1.0), Rate(300, 60.0))
PEOPLE_DATA_LABS = (Rate(1000, 60.0),)
APOLLO_FREE = (Rate(50, 60.0), Rate(200, 3600.0), Rate(600, 86_400.0))
BATCHES = (Rate(5, 60.0),)


class Time:
    """A clock that goes on when told."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def try_take(pace: Pace) -> float:
    """Take a start if one is due; else say how long to wait."""
    wait = pace.wait()
    if not wait:
        pace.take()
    return wait


def busy(rates: Iterable[Rate], seconds: float, *, late: float = 0.0, seed: int = 1) -> list[float]:
    """Starts of somebody who always wants to start, and whose timers wake up to ``late`` seconds late."""
    time, rng = Time(), random.Random(seed)
    pace, starts, end = Pace(Limits(tuple(rates)), time), [], time.now + seconds
    while time.now < end:
        if wait := try_take(pace):
            time.now += wait + rng.uniform(0, late)
        else:
            starts.append(time.now)
    return starts


def most_in(times: list[float], seconds: float) -> int:
    """The most of these in any window of this length; its end does not belong to it."""
    times, most, first = sorted(times), 0, 0
    for at, time in enumerate(times):
        while times[first] <= time - seconds:
            first += 1
        most = max(most, at - first + 1)
    return most


def arrivals(starts: list[float], spread: float, seed: int) -> list[float]:
    """When the server sees them: on their way between 0.3 seconds and ``spread`` more."""
    rng = random.Random(seed)
    return [start + 0.3 + rng.choice([0.0, spread, rng.uniform(0, spread)]) for start in starts]


rates = st.builds(Rate, st.integers(1, 40), st.floats(0.05, 100))


@pytest.mark.parametrize("limits", [HUNTER, VERIFIER, PEOPLE_DATA_LABS, APOLLO_FREE, BATCHES])
@pytest.mark.parametrize("late", [0.0, 0.002])
def test_no_window_at_the_server_sees_more(limits: tuple[Rate, ...], late: float) -> None:
    starts = busy(limits, min(30 * limits[-1].seconds, 200_000), late=late)
    for rate in limits:
        for seed in range(5):
            at_server = arrivals(starts, MARGIN * limits[0].seconds * 0.999, seed)
            assert most_in(at_server, rate.seconds) <= rate.calls


@pytest.mark.parametrize("limits", [HUNTER, VERIFIER, PEOPLE_DATA_LABS, APOLLO_FREE, BATCHES, (Rate(2000, 1.0),)])
@pytest.mark.parametrize("late", [0.0, 0.002])
def test_nearly_all_of_a_limit_is_used(limits: tuple[Rate, ...], late: float) -> None:
    seconds = 20 * limits[-1].seconds
    strictest = min(rate.calls / rate.seconds for rate in limits)
    assert len(busy(limits, seconds, late=late)) >= 0.95 * strictest * seconds


@given(rates, st.floats(0, 0.005), st.integers())
def test_nearly_all_of_any_limit_is_used_by_timers_that_wake_late(rate: Rate, late: float, seed: int) -> None:
    starts = busy([rate], 20 * rate.seconds, late=late * rate.seconds, seed=seed)
    assert len(starts) >= 0.95 * 20 * rate.calls
    assert most_in(arrivals(starts, MARGIN * rate.seconds * 0.999, seed), rate.seconds) <= rate.calls


@settings(max_examples=60)
@given(st.lists(rates, max_size=3), st.lists(st.tuples(st.floats(0, 20), st.integers(1, 60), st.floats(-1, 30))))
def test_windows_hold_whatever_comes_between(limits: list[Rate], story: list[tuple[float, int, float]]) -> None:
    """Rushes of calls, idle times and pauses."""
    time = Time()
    pace, starts = Pace(Limits(tuple(limits)), time), []
    for idle, calls, pause in story:
        time.now += idle
        pace.pause(pause)
        resumes = time.now + pause
        for _ in range(calls):
            while wait := try_take(pace):
                time.now += wait
            assert time.now >= resumes - 1e-5
            starts.append(time.now)
    spread = MARGIN * min((rate.seconds for rate in limits), default=0.0) * 0.999
    for rate in limits:
        assert most_in(arrivals(starts, spread, 1), rate.seconds) <= rate.calls


@settings(max_examples=60)
@given(
    st.builds(Rate, st.integers(1, 40), st.floats(0.5, 100)),
    st.lists(st.floats(0, 5), min_size=1, max_size=40),
)
def test_windows_hold_however_late_calls_leave(rate: Rate, delays: list[float]) -> None:
    """Calls leave up to five windows after their start, in another order."""
    time = Time()
    pace, left, under_way = Pace(Limits((rate,)), time, tells=True), [], []
    for number in range(3 * rate.calls + 3):
        while wait := pace.wait():
            leaving = min((at for at, _ in under_way), default=math.inf)
            time.now = min(time.now + wait, max(time.now, leaving))
            for at, start in [one for one in under_way if one[0] <= time.now]:
                under_way.remove((at, start))
                pace.leaves(start)
                left.append(time.now)
        under_way.append((time.now + delays[number % len(delays)] * rate.seconds, pace.take()))
    assert most_in(left, rate.seconds * (1 + MARGIN) - 1e-5) <= rate.calls


def test_a_second_request_takes_a_place_of_others() -> None:
    time = Time()
    pace = Pace(Limits((Rate(2, 60.0),)), time)
    start = pace.take()
    pace.leaves(start)
    assert try_take(pace) == 0.0
    pace.leaves(start)
    assert try_take(pace) == pytest.approx(60.0 * (1 + MARGIN + SLACK), rel=0.01)
    time.now += 60.0 * (1 + MARGIN + SLACK)
    assert try_take(pace) == 0.0


def test_a_call_counts_from_when_it_leaves() -> None:
    time = Time()
    pace = Pace(Limits((Rate(1, 60.0),)), time)
    start = pace.take()
    time.now += 30.0
    pace.leaves(start)
    assert try_take(pace) == pytest.approx(60.0 * (1 + MARGIN))


def test_a_call_that_has_not_left_keeps_its_place_until_it_is_over() -> None:
    time = Time()
    pace = Pace(Limits((Rate(1, 1.0),)), time, tells=True)
    start = pace.take()
    time.now += 60.0
    assert 0.0 < pace.wait() < 1.0
    pace.ends(start)
    assert pace.wait() == 0.0


def test_without_a_rate_nobody_waits() -> None:
    pace = Pace(Limits(), Time())
    assert [try_take(pace) for _ in range(1000)] == [0.0] * 1000


def test_a_minute_begins_with_a_burst_and_a_second_is_spread() -> None:
    assert busy([Rate(100, 60.0)], 1.0) == [1000.0] * 100
    starts = busy([Rate(100, 1.0)], 0.5)
    assert 45 <= len(starts) <= 55
    assert starts.count(1000.0) <= 4


def test_who_asks_and_waits_takes_nothing() -> None:
    time = Time()
    pace = Pace(Limits((Rate(1, 60.0),)), time)
    assert try_take(pace) == 0.0
    assert [try_take(pace) for _ in range(100)] == pytest.approx([60.0 * (1 + MARGIN)] * 100)
    time.now += try_take(pace)
    assert try_take(pace) == 0.0


def test_a_pause_holds_for_those_who_wait_already() -> None:
    time = Time()
    pace = Pace(Limits((Rate(1, 1.0),)), time)
    try_take(pace)
    time.now += try_take(pace)
    pace.pause(30)
    pace.pause(5)
    assert try_take(pace) == pytest.approx(30)
    time.now += 30
    assert try_take(pace) == 0.0
    assert try_take(pace) == pytest.approx(1 + MARGIN)  # the pause has saved nothing up


@pytest.mark.parametrize("seconds", [0.0, -5.0, math.nan])
def test_a_pause_of_no_time_is_none(seconds: float) -> None:
    pace = Pace(Limits(), Time())
    pace.pause(seconds)
    assert try_take(pace) == 0.0
    pace.pause(7.0)
    pace.pause(seconds)
    assert try_take(pace) == pytest.approx(7.0)


def test_a_loop_that_stalls_often_still_uses_the_limit() -> None:
    time, rng = Time(), random.Random(1)
    pace, starts, rate = Pace(Limits((Rate(100, 1.0),)), time), [], Rate(100, 1.0)
    while time.now < 1040:
        while wait := try_take(pace):
            time.now += wait
        starts.append(time.now)
        time.now += rng.choice([0.0] * 19 + [0.1])  # half the time is lost to stalls
    assert len(starts) >= 0.9 * 40 * rate.calls
    assert most_in(starts, rate.seconds * (1 + MARGIN) - 1e-9) <= rate.calls


def test_a_stall_at_the_beginning_is_caught_up_a_little_and_never_in_a_burst() -> None:
    time = Time()
    pace, starts = Pace(Limits((Rate(100, 1.0),)), time), []
    for _ in range(20):
        while wait := try_take(pace):
            time.now += wait
        starts.append(time.now)
    time.now += 0.5
    while not try_take(pace):
        starts.append(time.now)
    assert starts.count(time.now) <= 4


def test_what_a_clock_cannot_tell_apart_is_now() -> None:
    time = Time()
    pace = Pace(Limits((Rate(1, 60.0),)), time)
    try_take(pace)
    time.now += try_take(pace) - 5e-7
    assert try_take(pace) == 0.0


class PaceMachine(RuleBasedStateMachine):
    """Time passes, calls want to start, the provider asks for pauses, in any order."""

    @initialize(limits=st.lists(st.builds(Rate, st.integers(1, 4), st.floats(0.5, 60)), max_size=3))
    def begin(self, limits: list[Rate]) -> None:
        self.time = Time()
        self.limits = limits
        self.pace = Pace(Limits(tuple(limits)), self.time)
        self.starts: list[float] = []
        self.quiet_until = 0.0

    @rule(seconds=st.floats(0, 70))
    def passes(self, seconds: float) -> None:
        self.time.now += seconds

    @rule(seconds=st.floats(0, 20))
    def pause(self, seconds: float) -> None:
        self.pace.pause(seconds)
        self.quiet_until = max(self.quiet_until, self.time.now + seconds)

    @rule()
    def start(self) -> None:
        if wait := try_take(self.pace):
            assert wait == self.pace.wait()
            self.comes_when_it_said(wait)
        assert self.time.now >= self.quiet_until - 1e-5
        self.starts.append(self.time.now)

    def comes_when_it_said(self, wait: float) -> None:
        """Not a little before, if there is such a time, and no later."""
        self.time.now += wait * 0.99
        if wait > 0.001:
            assert try_take(self.pace) == pytest.approx(wait * 0.01, rel=0.01)
        self.time.now += wait * 0.01
        if try_take(self.pace):
            pytest.fail("waiting for as long as was said does not help")

    @invariant()
    def every_window_holds(self) -> None:
        for rate in self.limits:
            assert most_in(self.starts, rate.seconds * (1 + MARGIN) - 1e-5) <= rate.calls


TestPace = PaceMachine.TestCase
