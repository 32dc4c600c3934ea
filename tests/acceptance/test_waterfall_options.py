"""What ``tl.enrich`` refuses of providers before it asks anybody (LEAD-4), and what may be left open."""

from __future__ import annotations

import gc

import pytest

import trustleads as tl
from trustleads.providers import EmailPattern

LEADS = [{"email": None, "first name": "Ada", "last name": "Stone", "website": "one.example"}]


def test_nobody_pays_for_what_is_not_shown() -> None:
    with pytest.raises(tl.InvalidInput, match="want: email is not among fields="):
        tl.enrich(LEADS, providers=[EmailPattern()], want={"email": 0.5}, fields=["first_name"])


@pytest.mark.parametrize(
    "option", [{"want": {"email": 0.5}}, {"budget": tl.Budget(calls=1)}, {"answers": tl.MemoryAnswers()}]
)
def test_options_of_a_waterfall_go_with_providers(option: dict[str, object]) -> None:
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
