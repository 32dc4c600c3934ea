"""The waterfall as hosts use it: ``tl.enrich`` over the four adapters, their vendors' doubles, and real TLS sockets."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pyarrow as pa
import pytest

import trustleads as tl
from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.asking.kept import subject_digest
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.providers.apollo import Apollo
from trustleads.enrichment.providers.hunter import Hunter
from trustleads.enrichment.providers.people_data_labs import PeopleDataLabs
from trustleads.enrichment.providers.zerobounce import ZeroBounce
from trustleads.enrichment.questions import Answer, Attribute, Finding, Outcome, Question
from trustleads.testing.providers import (
    ApolloServer,
    FaultKind,
    Faults,
    HunterServer,
    PeopleDataLabsServer,
    Person,
    ProviderServer,
    ZeroBounceServer,
)

pytestmark = [pytest.mark.clause("LEAD-4", "LEAD-5"), pytest.mark.timeout(60)]

KEY = "a-key-of-this-test"
FAST = Limits(in_flight=20, timeout=5.0)
WANT = {"job_title": 0.8, "phone": 0.7, "email": 0.9}
VENDORS = {
    "people_data_labs": (PeopleDataLabsServer, PeopleDataLabs),
    "hunter": (HunterServer, Hunter),
    "apollo": (ApolloServer, Apollo),
    "zerobounce": (ZeroBounceServer, ZeroBounce),
}
FIRST = ("Ada", "Bruno", "Clara", "Dario", "Elif", "Femi", "Greta", "Hugo")
LAST = ("Testarossa", "Fictus", "Beispiel", "Modello", "Ejemplo", "Muster", "Essai", "Placeholder", "Vorbild", "Probe")
TITLES = ("Buyer", "Pilot", "Engineer", "Sales Director", "Account Manager")
NOTE, REVENUE = "met-at-the-fair", "918273645"


def person(number: int) -> Person:
    """Somebody invented: names without digits, an address that tells nothing of the name."""
    domain = f"company-{number}.example"
    return Person(
        FIRST[number % 8],
        LAST[number // 8 % 10],
        f"box{number}@{domain}",
        f"+442079460{number % 1000:03d}",
        TITLES[number % 5],
        f"Company {number} Ltd",
        domain,
        mailbox=("valid", "valid", "valid", "catch_all", "unknown")[number % 5],
    )


def row(one: Person, *, email: bool = True) -> dict[str, str | None]:
    return {
        "Email": one.email if email else None,
        "First Name": one.first_name,
        "Last Name": one.last_name,
        "Website": one.domain,
        "Notes": NOTE,
        "Revenue": REVENUE,
    }


def table(people: Sequence[Person], *, without_email: int = 0) -> pa.Table:
    """Leads; of the first ones the address is not known."""
    return pa.Table.from_pylist([row(one, email=number >= without_email) for number, one in enumerate(people)])


class World:
    """Doubles that run, and the providers that talk to them."""

    def __init__(self, servers: Mapping[str, ProviderServer], keys: Mapping[str, str]) -> None:
        self.servers = servers
        self.providers = [
            VENDORS[name][1](keys.get(name, KEY), base_url=server.url, tls=server.tls, limits=FAST)
            for name, server in servers.items()
        ]
        self.prices = {provider.name: provider.price for provider in self.providers}

    def calls(self) -> dict[str, int]:
        return {name: len(server.ledger.calls) for name, server in self.servers.items()}

    def units(self) -> dict[str, int]:
        return {name: server.ledger.units for name, server in self.servers.items()}


@contextmanager
def world(
    *names: str,
    people: Sequence[Person],
    faults: Mapping[str, Faults] | None = None,
    keys: Mapping[str, str] | None = None,
    latency: float = 0.0,
) -> Iterator[World]:
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(
                VENDORS[name][0](people, key=KEY, faults=(faults or {}).get(name), latency=latency)
            )
            for name in names
        }
        yield World(servers, keys or {})


Answers = list[dict[str, Any]]


def answers_of(out: pa.Table) -> list[Answers]:
    """Give, for each row, what the providers answered; one may have been asked twice: for an address, and about it."""
    return [json.loads(text) for text in out["tl_answers"].to_pylist()]


def only(answers: Answers, provider: str) -> dict[str, Any]:
    (answer,) = [answer for answer in answers if answer["provider"] == provider]
    return answer


def units_told(rows: Sequence[Answers], world: World) -> Counter[str]:
    """Count the units that the rows say were billed, what may be included."""
    units: Counter[str] = Counter()
    for answer in [answer for answers in rows for answer in answers if "cost" in answer]:
        units[answer["provider"]] += int(Money.of(answer["cost"]).amount / world.prices[answer["provider"]].amount)
    return units


def maybe_billed(rows: Sequence[Answers], world: World) -> Counter[str]:
    """Count the units of which nobody can tell: whole answers, and second halves of Hunter's, which say why."""
    unsure = {"timeout", "torn_answer", "bad_answer"}
    answers = [answer for answers in rows for answer in answers if "cost" in answer]
    whole = [answer for answer in answers if answer["outcome"] == "maybe_billed"]
    halves = [a for a in answers if a not in whole and a["provider"] == "hunter" and a.get("reason") in unsure]
    return units_told([whole], world) + Counter(answer["provider"] for answer in halves)


PEOPLE = [person(number) for number in range(80)]
# Rate limits are told of in minutes by some: no kind for a test that takes seconds.
KINDS = [kind for kind in FaultKind if kind not in (FaultKind.RATE_LIMITED, FaultKind.RATE_LIMITED_SILENT)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_goes_wrong_no_row_is_lost_and_nothing_is_billed_twice(seed: int) -> None:
    def faults(number: int) -> Faults:
        return Faults.random(0.15, seed=10 * seed + number, kinds=KINDS, seconds=0.05)

    leads = table([*PEOPLE, *PEOPLE[30:40]], without_email=20)
    with world(*VENDORS, people=PEOPLE, faults={n: faults(i) for i, n in enumerate(VENDORS)}) as there:
        for provider in there.providers:
            provider.batch_size = min(provider.batch_size, 4)  # the more calls, the more faults
        out = tl.enrich(leads, providers=there.providers, want=WANT)
        ledgers = {name: server.ledger for name, server in there.servers.items()}
        happened = {call.fault for ledger in ledgers.values() for call in ledger.calls} - {None}
    assert len(happened) > 3, "the doubles did not fail"
    assert out.select(leads.column_names).equals(leads)
    rows = answers_of(out)
    assert all({answer["provider"] for answer in answers} == VENDORS.keys() for answers in rows)
    told, maybe = units_told(rows, there), maybe_billed(rows, there)
    for name, ledger in ledgers.items():
        most = 2 if name == "hunter" else 1  # Hunter checks an address and looks up its owner: two questions
        assert max(ledger.billed.values()) <= most
        assert told[name] - maybe[name] <= ledger.units <= told[name]
    for one, filled in zip([*PEOPLE, *PEOPLE[30:40]], out.to_pylist(), strict=True):
        assert filled["tl_job_title"] in (None, one.job_title)
        assert filled["tl_phone"] in (None, one.phone)
        assert filled["tl_email"] in (None, one.email)
    assert sum(title is not None for title in out["tl_job_title"].to_pylist()) > 80
    assert "Somebody" not in str(out.to_pylist())


def test_without_faults_each_answer_costs_what_the_vendor_bills() -> None:
    leads = table(PEOPLE, without_email=30)
    with world(*VENDORS, people=PEOPLE[:60]) as there:
        out = tl.enrich(leads, providers=there.providers, want=WANT)
        rows = answers_of(out)
        assert units_told(rows, there) == Counter(there.units())
        cost = sum(amount for amount in out["tl_cost"].to_pylist() if amount is not None)
        assert cost == sum(there.prices[name].amount * units for name, units in there.units().items())
    for one, filled in zip(PEOPLE[:60], out.to_pylist(), strict=False):
        assert (filled["tl_job_title"], filled["tl_phone"], filled["tl_email"]) == (
            *(one.job_title, one.phone),
            one.email,
        )
        expected = {"valid": "valid", "catch_all": "risky"}.get(one.mailbox)
        assert expected is None or filled["tl_email_status"] == expected


class TestKeptAnswers:
    def test_a_second_run_pays_nothing_and_says_the_same(self, tmp_path: Path) -> None:
        leads = table(PEOPLE, without_email=20)
        with world(*VENDORS, people=PEOPLE[::2]) as there:

            def run() -> pa.Table:
                answers = tl.SqliteAnswers(tmp_path / "answers.db")
                out = tl.enrich(leads, providers=there.providers, want=WANT, answers=answers)
                answers.close()
                return out

            outs, calls = [run()], there.calls()
            outs.append(run())
            assert there.calls() == calls
            same = [name for name in outs[0].column_names if name not in ("tl_cost", "tl_answers", "tl_sources")]
            assert outs[1].select(same).equals(outs[0].select(same))
            assert set(outs[1]["tl_cost"].to_pylist()) == {None}
            assert all("cost" not in answer for answers in answers_of(outs[1]) for answer in answers)

    @pytest.mark.clause("GDPR-5")
    def test_another_org_pays_for_itself(self, tmp_path: Path) -> None:
        answers = tl.SqliteAnswers(tmp_path / "answers.db")
        with world("people_data_labs", people=PEOPLE) as there:
            for org in ("acme", "other", "acme"):
                tl.enrich(table(PEOPLE), providers=there.providers, want={"phone": 0.7}, answers=answers, org=org)
            assert there.units() == {"people_data_labs": 2 * len(PEOPLE)}
        answers.close()

    @pytest.mark.clause("GDPR-4")
    def test_who_is_erased_is_asked_about_again_and_nobody_else(self, tmp_path: Path) -> None:
        answers = tl.SqliteAnswers(tmp_path / "answers.db")
        with world("people_data_labs", people=PEOPLE) as there:
            ledger = there.servers["people_data_labs"].ledger

            def run() -> None:
                tl.enrich(table(PEOPLE), providers=there.providers, want={"phone": 0.7}, answers=answers)

            run()
            assert answers.erase("default", subject_digest(Attribute.EMAIL, PEOPLE[7].email)) == 1
            ledger.captured.clear()
            run()
            (call,) = ledger.captured
            assert PEOPLE[7].email.encode() in call
            assert call.count(b"@") == 1
        answers.close()


@pytest.mark.clause("GDPR-1")
@pytest.mark.parametrize("name", VENDORS)
def test_nothing_leaves_but_what_is_matched_by(name: str) -> None:
    want = {"email": 0.9} if name == "zerobounce" else {"job_title": 0.8}
    with world(name, people=PEOPLE) as there:
        tl.enrich(table(PEOPLE[:40]), providers=there.providers, want=want)
        wire = unquote_plus(b"\n".join(there.servers[name].ledger.captured).decode())
    assert PEOPLE[0].email in wire
    for foreign in (NOTE, REVENUE, "Notes", "First Name", *FIRST, *LAST, "Website"):
        assert foreign not in wire, foreign


@pytest.mark.clause("GDPR-1")
@pytest.mark.parametrize("name", ["people_data_labs", "hunter", "apollo"])
def test_without_an_address_name_and_company_leave_and_nothing_else(name: str) -> None:
    with world(name, people=PEOPLE) as there:
        tl.enrich(table(PEOPLE[:8], without_email=8), providers=there.providers, want={"email": 0.8})
        wire = unquote_plus(b"\n".join(there.servers[name].ledger.captured).decode())
    assert PEOPLE[0].domain in wire
    assert PEOPLE[0].last_name in wire
    assert not any(foreign in wire for foreign in (NOTE, REVENUE, "@"))


@pytest.mark.parametrize("name", VENDORS)
def test_a_refused_key_is_shown_once_and_the_rows_go_on(name: str) -> None:
    other = "hunter" if name == "zerobounce" else "people_data_labs" if name != "people_data_labs" else "apollo"
    want = {"email": 0.9} if name == "zerobounce" else {"job_title": 0.8}
    people = [one for one in PEOPLE if one.mailbox == "valid"]
    with world(name, other, people=people, keys={name: "another-key"}) as there:
        there.providers[0].limits = Limits(in_flight=1, timeout=5.0)
        out = tl.enrich(table(people), providers=there.providers, want=want)
        assert there.calls()[name] == 1
        assert there.units()[name] == 0
    rows = answers_of(out)
    assert {only(answers, name)["reason"] for answers in rows} == {"key_refused"}
    assert {only(answers, other)["outcome"] for answers in rows} == {"found"}
    assert "another-key" not in str(out.to_pylist())


@pytest.mark.parametrize("name", VENDORS)
def test_used_up_credit_stops_the_asking_and_nothing_is_lost(name: str) -> None:
    want = {"email": 0.9} if name == "zerobounce" else {"job_title": 0.8}
    with world(name, people=PEOPLE) as there:
        there.servers[name].credits = 0
        there.providers[0].limits = Limits(in_flight=1, timeout=5.0)
        out = tl.enrich(table(PEOPLE), providers=there.providers, want=want)
        assert there.calls()[name] <= 2
    expected = {"key_refused", "no_credit"} if name == "zerobounce" else {"no_credit"}  # it says the same of both
    assert {only(answers, name)["reason"] for answers in answers_of(out)} <= expected
    assert set(out["tl_cost"].to_pylist()) == {None}


@pytest.mark.parametrize("name", VENDORS)
def test_an_answer_about_somebody_else_is_dropped_and_reported(name: str) -> None:
    want = {"email": 0.9} if name == "zerobounce" else {"job_title": 0.8}
    with world(name, people=PEOPLE, faults={name: Faults.script([FaultKind.WRONG_SUBJECT])}) as there:
        out = tl.enrich(table(PEOPLE[:3]), providers=there.providers, want=want)
        units = there.units()[name]
    outcomes = Counter((one["outcome"], one.get("reason")) for (one,) in answers_of(out))
    assert outcomes["failed", "wrong_subject"] == 1
    assert units_told(answers_of(out), there)[name] == units  # it was paid for all the same
    assert "Somebody" not in str(out.to_pylist())
    assert "stranger" not in str(out.to_pylist())


def test_two_currencies_are_refused_before_anything_is_sent() -> None:
    with world("people_data_labs", people=PEOPLE) as there:
        mixed = [*there.providers, Hunter(KEY, price="0.05 EUR")]
        for providers, budget in ((mixed, None), (there.providers, tl.Budget(money="25 EUR"))):
            with pytest.raises(InvalidInput, match="different currencies") as caught:
                tl.enrich(table(PEOPLE), providers=providers, want=WANT, budget=budget)
            assert caught.value.reason == "currency_mix"
        assert there.calls() == {"people_data_labs": 0}


@pytest.mark.parametrize("option", ["answers", "gate", "meter"])
def test_ports_that_are_none_are_told_before_anything_is_sent(option: str) -> None:
    with world("people_data_labs", people=PEOPLE) as there:
        for thing in ("answers.db", print, {}):
            with pytest.raises(InvalidInput, match=f"{option}= is an object that") as caught:
                tl.enrich(table(PEOPLE), providers=there.providers, want=WANT, **{option: thing})
            assert caught.value.reason == option
        assert there.calls() == {"people_data_labs": 0}


@pytest.mark.parametrize("money", ["0.95 USD", "3 USD"])
def test_a_budget_holds_at_the_vendors_till(money: str) -> None:
    with world("people_data_labs", "hunter", "zerobounce", people=PEOPLE) as there:
        budget = tl.Budget(money=money, per_row="0.40 USD")
        out = tl.enrich(table(PEOPLE), providers=there.providers, want=WANT, budget=budget)
        paid = sum(there.prices[name].amount * units for name, units in there.units().items())
    assert Money.of(money).amount - Money.of("0.28 USD").amount <= paid <= Money.of(money).amount
    assert all(cost is None or cost <= Money.of("0.40 USD").amount for cost in out["tl_cost"].to_pylist())


def test_halves_of_characters_in_an_answer_break_nothing() -> None:
    class Odd(PeopleDataLabs):
        async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
            found = {Attribute.JOB_TITLE: Finding("Buyer", 0.9, source_uri="https://one.example/\ud83d")}
            return [Answer(Outcome.FOUND, found, reason="odd\ud83d", request_id="\ud83d") for _ in questions]

    out = tl.enrich(table(PEOPLE[:2]), providers=[Odd(KEY)], want={"job_title": 0.8})
    assert out["tl_job_title"].to_pylist() == ["Buyer", "Buyer"]
    assert answers_of(out)[0][0]["reason"] == "odd?"


class TestLoopsAndThreads:
    def test_in_a_running_loop_which_stays_free(self) -> None:
        async def both(there: World) -> tuple[list[pa.Table], float]:
            async def run() -> Any:
                return await tl.aenrich(table(PEOPLE), providers=there.providers, want={"job_title": 0.8})

            runs = asyncio.gather(run(), run())
            longest, last = 0.0, time.monotonic()
            while not runs.done():
                await asyncio.sleep(0.005)
                last, gap = time.monotonic(), time.monotonic() - last
                longest = max(longest, gap)
            return await runs, longest

        with world("people_data_labs", "hunter", people=PEOPLE, latency=0.1) as there:
            outs, longest = asyncio.run(both(there))
        assert [out["tl_job_title"].to_pylist() for out in outs] == [[one.job_title for one in PEOPLE]] * 2
        assert longest < 1.0

    def test_cancelling_stops_at_once_and_keeps_what_came(self, tmp_path: Path) -> None:
        answers = tl.SqliteAnswers(tmp_path / "answers.db")

        async def run(there: World) -> None:
            task = asyncio.create_task(
                tl.aenrich(table(PEOPLE), providers=there.providers, want={"job_title": 0.8}, answers=answers)
            )
            while len(there.servers["hunter"].ledger.calls) < 30:  # noqa: ASYNC110 - they are in another thread
                await asyncio.sleep(0.01)
            began = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.monotonic() - began < 2.0

        with world("hunter", people=PEOPLE, latency=0.1) as there:
            there.providers[0].limits = Limits(in_flight=5, timeout=5.0)
            asyncio.run(run(there))
            tl.enrich(table(PEOPLE), providers=there.providers, want={"job_title": 0.8}, answers=answers)
            billed = there.servers["hunter"].ledger.billed
        answers.close()
        assert billed.keys() == {one.email for one in PEOPLE}
        assert sum(billed.values()) <= len(PEOPLE) + 5  # what was under way is lost, and nothing else

    def test_a_file_that_is_cancelled_does_not_appear(self, tmp_path: Path) -> None:
        leads, output = tmp_path / "leads.csv", tmp_path / "out.csv"
        leads.write_text("\n".join(["Email", *(one.email for one in PEOPLE)]))

        async def run(there: World) -> None:
            task = asyncio.create_task(tl.aenrich(leads, to=output, providers=there.providers, want={"job_title": 0.8}))
            while len(there.servers["hunter"].ledger.calls) < 20:  # noqa: ASYNC110 - they are in another thread
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        with world("hunter", people=PEOPLE, latency=0.1) as there:
            there.providers[0].limits = Limits(in_flight=5, timeout=5.0)
            asyncio.run(run(there))
        assert list(tmp_path.iterdir()) == [leads]

    def test_threads_share_providers_and_kept_answers(self, tmp_path: Path) -> None:
        answers = tl.SqliteAnswers(tmp_path / "answers.db")
        outs: list[pa.Table] = []
        with world("people_data_labs", "hunter", people=PEOPLE) as there:

            def run(first: int) -> None:
                leads = table(PEOPLE[first : first + 20])
                outs.append(tl.enrich(leads, providers=there.providers, want={"job_title": 0.8}, answers=answers))

            threads = [threading.Thread(target=run, args=(first,)) for first in (0, 20, 40, 60)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        answers.close()
        titles = {one.email: one.job_title for one in PEOPLE}
        filled = {each["Email"]: each["tl_job_title"] for out in outs for each in out.to_pylist()}
        assert filled == titles


INTERRUPTED = """
    import ssl, sys, time
    import trustleads as tl
    from trustleads.enrichment.ports import Limits
    from trustleads.enrichment.providers.hunter import Hunter

    url, ca, db, rows, key = sys.argv[1:]
    hunter = Hunter(
        key, base_url=url, tls=ssl.create_default_context(cafile=ca), limits=Limits(in_flight=5, timeout=20.0)
    )
    leads = [{"Email": email} for email in open(rows).read().split()]
    try:
        tl.enrich(leads, providers=[hunter], want={"job_title": 0.7}, answers=tl.SqliteAnswers(db))
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        sys.exit(130)
"""


def test_ctrl_c_stops_at_once_and_keeps_what_is_answered(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("\n".join(one.email for one in PEOPLE))
    with world("hunter", people=PEOPLE, latency=0.1) as there:
        server = there.servers["hunter"]
        (tmp_path / "ca.pem").write_bytes(server.ca_pem)
        arguments = [server.url, tmp_path / "ca.pem", tmp_path / "answers.db", tmp_path / "rows.txt", KEY]
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(INTERRUPTED), *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            deadline = time.monotonic() + 20
            while len(server.ledger.calls) < 25 and time.monotonic() < deadline:
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            began = time.monotonic()
            said, errors = process.communicate(timeout=20)
            took = time.monotonic() - began
        assert (said, process.returncode) == ("interrupted\n", 130), errors
        assert errors == ""
        assert took < 3.0
        done = len(server.ledger.calls)
        assert done < len(PEOPLE)
        answers = tl.SqliteAnswers(tmp_path / "answers.db")
        out = tl.enrich(
            [{"Email": one.email} for one in PEOPLE],
            providers=there.providers,
            want={"job_title": 0.7},
            answers=answers,
        )
        answers.close()
        assert all(each["tl_job_title"] for each in out)
        assert len(server.ledger.calls) <= len(PEOPLE) + 5  # what was under way is lost, and nothing else
        assert sum("cost" not in json.loads(each["tl_answers"])[0] for each in out) >= done - 5
