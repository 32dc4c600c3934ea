"""How hard a provider may be asked, as callers write it."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import pytest

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.ports import Limits, Rate

pytestmark = pytest.mark.clause("LEAD-5")


def test_limits_are_what_was_written() -> None:
    limits = Limits(rates=(Rate(10, 1.0), Rate(300, 60)), in_flight=1, timeout=0.5)
    assert (limits.rates[1].calls, limits.rates[1].seconds, limits.in_flight, limits.timeout) == (300, 60, 1, 0.5)
    assert pickle.loads(pickle.dumps(limits)) == limits  # noqa: S301 - what was just written


def test_a_list_of_rates_does_too() -> None:
    written: Any = [Rate(10, 1.0)]
    limits = Limits(rates=written)
    written.clear()
    assert limits == Limits(rates=(Rate(10, 1.0),))
    assert hash(limits)


@pytest.mark.parametrize("rates", [Rate(5, 1.0), (5, 1.0), [(5, 1.0)], [Rate(5, 1.0), None], None, "5/s", 5])
def test_what_are_no_rates(rates: Any) -> None:
    with pytest.raises(InvalidInput, match=r"rates= is a tuple of Rate, such as \(Rate\(300, 60\.0\),\)") as caught:
        Limits(rates=rates)
    assert caught.value.reason == "limits"


@pytest.mark.parametrize("count", [0, -1, 2.5, 5.0, True, "5", None])
def test_what_is_no_number_of_calls(count: Any) -> None:
    with pytest.raises(InvalidInput, match="Rate: calls= is a whole number from 1 on"):
        Rate(count, 1.0)
    with pytest.raises(InvalidInput, match="Limits: in_flight= is a whole number from 1 on"):
        Limits(in_flight=count)
    with pytest.raises(InvalidInput, match="in_flight="):
        replace(Limits(), in_flight=count)


@pytest.mark.parametrize("seconds", [0, -1.0, float("nan"), float("inf"), True, "30", None])
def test_what_is_no_time(seconds: Any) -> None:
    with pytest.raises(InvalidInput, match="Rate: seconds= is seconds above 0"):
        Rate(1, seconds)
    with pytest.raises(InvalidInput, match="Limits: timeout= is seconds above 0"):
        Limits(timeout=seconds)
    with pytest.raises(InvalidInput, match="Limits: longest_pause= is seconds above 0"):
        Limits(longest_pause=seconds)
