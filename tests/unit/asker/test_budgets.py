from __future__ import annotations

from collections import Counter

import pytest

from trustleads.core.money import Money
from trustleads.enrichment.answers.memory import MemoryAnswers
from trustleads.enrichment.asking.budget import Budget
from trustleads.enrichment.questions import (
    MISS,
    Answer,
    AskAgain,
    Outcome,
)
from trustleads.enrichment.waterfall import Known

from .fakes import (
    EMAIL,
    TITLE,
    Fake,
    after,
    ask,
    asker,
    every,
    found,
    leads,
    told,
)

pytestmark = [pytest.mark.clause("LEAD-4", "LEAD-5"), pytest.mark.timeout(10)]


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
