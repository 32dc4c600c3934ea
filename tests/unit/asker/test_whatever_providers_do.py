from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from trustleads.core.money import Money
from trustleads.enrichment.asking.budget import Budget
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.questions import (
    MISS,
    Answer,
    AskAgain,
    Declined,
    Outcome,
    Question,
    StopAsking,
    Unsure,
)

from .fakes import (
    CENT,
    Fake,
    asker,
    found,
    leads,
)

pytestmark = [pytest.mark.clause("LEAD-4", "LEAD-5"), pytest.mark.timeout(10)]


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
