"""What ``tl.enrich`` refuses of providers before it asks anybody (LEAD-4), and what may be left open."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from typing import Any

import pytest

import trustleads as tl
from trustleads.providers import Answer, Attribute, EmailPattern, Finding, Outcome, Question, TableProvider

_NONSENSE = {Attribute.PHONE: "call me", Attribute.JOB_TITLE: "???"}

LEADS = [{"email": None, "first name": "Ada", "last name": "Stone", "website": "one.example"}]


@pytest.mark.clause("LEAD-4")
def test_what_is_no_value_fills_nothing_and_the_next_is_asked() -> None:
    sense = [{"email": "ada@one.example", "phone": "+44 20 7946 0000", "job title": "Head of Sales"}]

    class Nonsense(TableProvider):
        async def lookup(self, questions: Sequence[Question]) -> list[Answer]:
            found = {attribute: Finding(_NONSENSE[attribute], 0.95) for attribute in questions[0].wanted}
            return [Answer(Outcome.FOUND, found) for _ in questions]

    (row,) = tl.enrich(
        [{"email": "ada@one.example"}],
        providers=[Nonsense(sense, name="nonsense"), TableProvider(sense, name="sense")],
        want={"phone": 0.9, "job_title": 0.9},
    )
    assert (row["tl_phone"], row["tl_phone_confidence"]) == ("+442079460000", 0.9)
    assert (row["tl_job_title"], row["tl_job_title_confidence"]) == ("Head of Sales", 0.9)
    assert '"provider":"sense"' in row["tl_sources"]


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize("moment", [0.0, 0.001, 0.05])
def test_cancelling_stops_the_asking_whenever_it_comes(moment: float) -> None:
    class Counting(TableProvider):
        asked = 0

        async def lookup(self, questions: Sequence[Question]) -> list[Answer]:
            self.asked += len(questions)
            await asyncio.sleep(0.01)
            return [Answer(Outcome.MISS) for _ in questions]

    leads = [{"email": f"lead-{number}@one.example"} for number in range(30_000)]
    counting = Counting(LEADS, name="counting")

    async def cancelled() -> None:
        task = asyncio.create_task(tl.aenrich(leads, providers=[counting], want={"first_name": 0.9}))
        await asyncio.sleep(moment)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    assert counting.asked < 20_000


def test_nobody_pays_for_what_is_not_shown() -> None:
    with pytest.raises(tl.InvalidInput, match="want: email is not among fields="):
        tl.enrich(LEADS, providers=[EmailPattern()], want={"email": 0.5}, fields=["first_name"])


@pytest.mark.parametrize("field", ["email", "email_status", "email_reason", "email_confidence"])
def test_what_shows_the_effect_is_enough(field: str) -> None:
    there = tl.enrich(LEADS, providers=[EmailPattern()], want={"email": 0.5})
    only = tl.enrich(LEADS, providers=[EmailPattern()], want={"email": 0.5}, fields=[field])
    assert [name for name in only[0] if name.startswith("tl_")] == [f"tl_{field}"]
    assert [row[f"tl_{field}"] for row in only] == [row[f"tl_{field}"] for row in there]


def test_what_is_drawn_from_a_value_shows_it() -> None:
    titles = TableProvider([{"email": "ada@one.example", "job title": "Head of Sales"}])
    leads = [{"email": "ada@one.example"}]
    out = tl.enrich(leads, providers=[titles], want={"job_title": 0.5}, fields=["seniority", "department"])
    assert (out[0]["tl_seniority"], out[0]["tl_department"]) == ("head", "sales")
    with pytest.raises(tl.InvalidInput, match="want: job_title is not among fields="):
        tl.enrich(leads, providers=[titles], want={"job_title": 0.5}, fields=["email", "answers"])
    assert "tl_seniority" in tl.enrich(leads, providers=[titles], want={"job_title": 0.5}, fields="seniority")[0]


@pytest.mark.parametrize(
    "option", [{"want": {"email": 0.5}}, {"budget": tl.Budget(calls=1)}, {"answers": tl.MemoryAnswers()}]
)
def test_options_of_a_waterfall_go_with_providers(option: dict[str, Any]) -> None:
    with pytest.raises(tl.InvalidInput, match=r"goes with providers="):
        tl.enrich(LEADS, **option)


@pytest.mark.parametrize("answers", [tl.MemoryAnswers, tl.SqliteAnswers])
def test_caches_close_themselves_at_the_end_of_a_block(answers: type[tl.MemoryAnswers]) -> None:
    with answers() as kept:
        assert tl.enrich(LEADS, providers=[EmailPattern()], want={"email": 0.5}, answers=kept)[0]["tl_email"] is None
    gc.collect()


def test_a_pattern_does_not_confirm_the_address_it_was_learnt_from() -> None:
    rows = [
        {
            "email": f"{first.lower()}.stone@one.example",
            "first name": first,
            "last name": "Stone",
            "website": "one.example",
        }
        for first in ("Ada", "Bob", "Carla", "Dora")
    ]
    for row in tl.enrich(rows, providers=[EmailPattern()], want={"email": 0.9}):
        assert (row["tl_email_confidence"], row["tl_sources"]) == (0.8, None)
