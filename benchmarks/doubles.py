"""Doubles of providers in processes of their own, the adapters that talk to them, and leads that they know."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, cast

import pyarrow as pa

from trustleads.enrichment.ports import Limits
from trustleads.enrichment.providers.http import HttpProvider
from trustleads.providers import Hunter, PeopleDataLabs
from trustleads.testing.providers import Person, invent

ADAPTERS: Mapping[str, type[HttpProvider]] = {"hunter": Hunter, "people_data_labs": PeopleDataLabs}
KEY = "test-key"


@dataclass(frozen=True)
class Double:
    """One of them, while it runs."""

    kind: str
    questions: IO[str]
    answers: IO[str]
    url: str
    tls: ssl.SSLContext

    def provider(self, limits: Limits) -> HttpProvider:
        """Give the vendor's adapter, pointed at it."""
        return ADAPTERS[self.kind](KEY, base_url=self.url, tls=self.tls, limits=limits)

    def books(self, window: float = 1.0) -> dict[str, Any]:
        """Ask what it did and billed, and for the most calls in any window of so many seconds."""
        self.questions.write(f"{window}\n")
        self.questions.flush()
        return _line(self.answers)


@contextmanager
def running(kind: str, people: int, *, latency: float, faults: float = 0.0, seed: int = 1) -> Iterator[Double]:
    """Start one that knows the first so many invented people, and end it."""
    options = {"people": people, "latency": latency, "key": KEY, "faults": faults, "seed": seed}
    command = [sys.executable, "-m", "trustleads.testing.providers", kind]
    command += [part for name, value in options.items() for part in (f"--{name}", str(value))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        questions, answers = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
        told = _line(answers)
        yield Double(kind, questions, answers, told["url"], ssl.create_default_context(cafile=told["ca"]))
        questions.close()  # the end of its input is what it waits for


def leads(numbers: Sequence[int]) -> pa.Table:
    """Give leads of these invented people; they lack a job title."""
    return table([invent(number) for number in numbers])


def table(people: Sequence[Person]) -> pa.Table:
    """Give leads of these people."""
    return pa.table(
        {
            "First Name": [person.first_name for person in people],
            "Last Name": [person.last_name for person in people],
            "E-Mail": [person.email for person in people],
            "Company": [person.company for person in people],
        }
    )


def _line(answers: IO[str]) -> Any:
    line = answers.readline()
    if not line:
        raise RuntimeError("the double has ended")
    return json.loads(line)
