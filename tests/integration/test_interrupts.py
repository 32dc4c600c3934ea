"""Ctrl-C in processes of their own, in which code of the host hangs: they end, and say so by their exit code."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from trustleads.enrichment.answers.sqlite import SqliteAnswers
from trustleads.enrichment.asking.kept import subject_digest
from trustleads.enrichment.questions import Attribute

pytestmark = [pytest.mark.clause("LEAD-5"), pytest.mark.timeout(30)]

SOON = 8.0  # seconds on a busy machine; the grace is half a second here
HOST = """
    import asyncio, sys, time
    import trustleads as tl
    from trustleads.enrichment.asking import asker, threads
    from trustleads.providers import Answer, Attribute, Finding, Limits, Outcome

    asker.GRACE = threads.GRACE = 0.5
    way, folder = sys.argv[1:]

    class People:
        name, fills, verifies = "people", frozenset({Attribute.JOB_TITLE}), False
        matches, confidence = [frozenset({Attribute.EMAIL})], {Attribute.JOB_TITLE: 0.9}
        price, most_units, batch_size = tl.Money.of("0.01 USD"), 1, 1
        limits, keeps = Limits(in_flight=1), True
        asked = 0

        async def lookup(self, questions):
            self.asked += 1
            if self.asked == 3:
                await asyncio.sleep(0.3)  # what is answered is gathered before it is written
                if way == "lookup":
                    hang()
            return [Answer(Outcome.FOUND, {Attribute.JOB_TITLE: Finding("Buyer", 0.9)})]

        async def aclose(self):
            if way == "aclose":
                await asyncio.to_thread(hang)

    def hang():
        print("hangs", flush=True)
        while True:
            time.sleep(1000)

    class Host(tl.SqliteAnswers):
        gets = puts = 0

        def check(self, org, provider, questions, subjects):
            if way == "gate":
                hang()
            return [None] * len(questions)

        def add(self, org, usage):
            if way == "meter":
                hang()

        def get(self, *request):
            self.gets += 1
            if way == "get" and self.gets > 1 or way == "rates":
                hang()
            return super().get(*request)

        def put(self, *request):
            if way == "put":
                hang()
            return super().put(*request)
"""
RUN = """
    host = Host(folder + "/answers.db")
    leads = [{"Email": f"lead-{number}@one.example"} for number in range(5)]
    options = dict(providers=[People()], want={"job_title": 0.7}, answers=host, gate=host, meter=host)
"""
BY_HAND = """
    try:
        tl.enrich(leads, **options)
    except KeyboardInterrupt:
        sys.exit(130)
"""
AWAITED = """
    try:
        asyncio.run(tl.aenrich(leads, **options))
    except KeyboardInterrupt:
        sys.exit(130)
"""
STREAMED = """
    import pyarrow as pa
    table = pa.Table.from_pylist(leads)
    try:
        tl.enrich(table.to_reader(), **options).read_all()
    except KeyboardInterrupt:
        sys.exit(130)
"""
WAYS = ["gate", "meter", "rates", "get", "put", "lookup", "aclose"]


def interrupted(folder: Path, way: str, *parts: str) -> tuple[int, float, str]:
    """Run a script until it hangs, press Ctrl-C, and give its exit code, the seconds it took, and its errors."""
    script = "".join(map(textwrap.dedent, parts))
    with subprocess.Popen(
        [sys.executable, "-c", script, way, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "hangs\n"
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=15)
            return process.returncode, time.monotonic() - began, errors
        finally:
            process.kill()


@pytest.mark.parametrize("way", [way for way in WAYS if way != "aclose"])  # a run that is through is not interrupted
def test_a_process_ends_though_something_hangs(way: str, tmp_path: Path) -> None:
    code, took, errors = interrupted(tmp_path, way, HOST, RUN, BY_HAND)
    assert (code, took < SOON) == (130, True), (code, took, errors)
    assert "Traceback" not in errors
    with SqliteAnswers(tmp_path / "answers.db") as answers:
        erased = answers.erase("default", subject_digest(Attribute.EMAIL, "lead-0@one.example"))
    assert erased == (way in ("meter", "lookup"))  # what was answered by then


@pytest.mark.parametrize("way", ["gate", "put"])
@pytest.mark.parametrize("run", [AWAITED, STREAMED], ids=["awaited", "streamed"])
def test_also_where_it_is_awaited_or_streamed(way: str, run: str, tmp_path: Path) -> None:
    code, took, errors = interrupted(tmp_path, way, HOST, RUN, run)
    assert (code, took < SOON) == (130, True), (code, took, errors)


COMMAND = """
    import asyncio, sys, time
    from trustleads.cli import main
    from trustleads.enrichment.asking import asker, threads
    from trustleads.enrichment.providers.table import TableProvider

    asker.GRACE = threads.GRACE = 0.5
    way, folder = sys.argv[1:]

    async def lookup(self, questions):
        print("hangs", flush=True)
        await asyncio.sleep(1000)

    async def aclose(self):
        await asyncio.to_thread(time.sleep, 1000) if way == "in thread" else time.sleep(1000)

    TableProvider.lookup, TableProvider.aclose = lookup, aclose
    sys.argv[1:] = [
        *("enrich", folder + "/leads.csv", "-o", folder + "/out.csv", "--providers", folder + "/providers.toml"),
        *("--want", "job_title=0.8"),
    ]
    main()
"""


@pytest.mark.parametrize("way", ["in thread", "blocks"])
def test_the_command_ends_though_a_provider_cannot_be_closed(way: str, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("Email\nlead-0@one.example\n")
    (tmp_path / "crm.csv").write_text("Email,Job Title\nlead-1@one.example,Buyer\n")
    (tmp_path / "providers.toml").write_text('[[provider]]\nkind = "table"\npath = "crm.csv"\n')
    code, took, errors = interrupted(tmp_path, way, COMMAND)
    assert (code, took < SOON) == (130, True), (code, took, errors)
    assert "interrupted: nothing was written" in errors
    assert not (tmp_path / "out.csv").exists()
