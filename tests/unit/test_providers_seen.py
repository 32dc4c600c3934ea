"""The filter that tells addresses seen before: it forgets none, its copies are their own, and no chance is in it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from trustleads.enrichment.providers.seen import Seen

pytestmark = pytest.mark.clause("LEAD-4")

ADDRESSES = [f"person{i}@company{i % 50}.example" for i in range(2000)]

# With a filter this small, many a new address is taken for seen: which ones decides what is learnt.
PROPOSALS = """
import asyncio
import pyarrow as pa
from trustleads.enrichment.providers import seen
from trustleads.enrichment.providers.email_pattern import EmailPattern
from trustleads.enrichment.questions import Attribute, Question

seen._BITS = 9
pattern = EmailPattern(least=0.01)
firsts, lasts = ["anna", "bert", "cara", "dirk", "j\u00fcrgen"], ["adler", "bauer", "conrad", "dietz"]
names = [(first, last) for first in firsts for last in lasts]
for i in range(20):
    made = [f"{f}.{l}" if (i + j) % 3 else f"{f[0]}{l}" for j, (f, l) in enumerate(names)]
    first, last = zip(*names)
    emails = [f"{local}@company{i}.example".replace("\u00fc", "ue") for local in made]
    pattern.learn(pa.table({"first_name": list(first), "last_name": list(last), "email": emails}))
known = [{Attribute.FULL_NAME: "Zo\u00eb Quandt", Attribute.DOMAIN: f"company{i}.example"} for i in range(20)]
answers = asyncio.run(pattern.lookup([Question(one, frozenset({Attribute.EMAIL})) for one in known]))
print([(found.text, found.confidence) for answer in answers for found in answer.found.values()])
"""


def proposals(seed: str) -> bytes:
    environment = os.environ | {"PYTHONHASHSEED": seed}
    return subprocess.run([sys.executable, "-c", PROPOSALS], env=environment, check=True, capture_output=True).stdout


def test_an_address_is_new_once() -> None:
    seen = Seen()
    assert list(seen.first_times(["a@one.example", "b@one.example", "a@one.example"])) == [0, 1]
    assert list(seen.first_times(["c@one.example", "a@one.example"])) == [0]
    assert list(seen.first_times([])) == []


def test_nearly_all_new_ones_are_told_and_no_old_one_is_forgotten() -> None:
    seen = Seen()
    assert len(seen.first_times(ADDRESSES[:1000])) == 1000
    assert len(seen.first_times(ADDRESSES)) > 990
    assert len(seen.first_times(ADDRESSES)) == 0


def test_a_copy_has_seen_the_same_and_sees_for_itself() -> None:
    seen = Seen()
    seen.first_times(ADDRESSES[:1])
    other = seen.copy()
    assert len(other.first_times(ADDRESSES[:2])) == 1
    assert len(seen.first_times(ADDRESSES[:3])) == 2
    assert len(other.first_times(ADDRESSES[:3])) == 1


def test_proposals_are_the_same_in_every_process() -> None:
    one, other = proposals("1"), proposals("2")
    assert one == other
    assert one.count(b"company") > 10
