"""Hunter and People Data Labs over real TLS sockets, against doubles of both (LEAD-4, LEAD-5)."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence

import pytest

import trustleads
from trustleads.enrichment.leaving import count_with
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.providers.http import HttpProvider
from trustleads.enrichment.providers.hunter import Hunter
from trustleads.enrichment.providers.people_data_labs import PeopleDataLabs
from trustleads.enrichment.questions import Answer, AskAgain, Attribute, Mailbox, Outcome, Question, StopAsking, Unsure
from trustleads.testing.providers import Faults, HunterServer, PeopleDataLabsServer, Person, ProviderServer

KEY = "test-key"
A = Attribute
PEOPLE = [
    Person(
        first_name=f"Ada{number}",
        last_name=f"Lovell{number}",
        email=f"ada{number}@acme{number}.example",
        phone=f"+1202555{100 + number:04}",
        job_title=f"Head Of Engines {number}",
        company=f"Acme{number}",
        domain=f"acme{number}.example",
    )
    for number in range(30)
]
ADA = PEOPLE[0]
HUNTER_TITLE = Question({A.EMAIL: ADA.email}, frozenset({A.JOB_TITLE}))


class Counting:
    """Tells when a request leaves; every one has its turn."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self.sending = tell

    async def may_send(self) -> None:
        return None


def hunter(server: ProviderServer, **options: object) -> Hunter:
    return Hunter(KEY, base_url=server.url, **{"tls": server.tls, "limits": Limits(timeout=2.0), **options})  # type: ignore[arg-type]


def ask(provider: HttpProvider, *questions: Question) -> Sequence[Answer]:
    async def calls() -> Sequence[Answer]:
        try:
            return await provider.lookup(questions)
        finally:
            await provider.aclose()

    return asyncio.run(calls())


@pytest.mark.clause("LEAD-4")
def test_hunter_checks_finds_and_enriches() -> None:
    with HunterServer(PEOPLE) as server:
        provider = hunter(server)
        names = {A.FIRST_NAME: ADA.first_name, A.LAST_NAME: ADA.last_name, A.DOMAIN: ADA.domain}
        (found,) = ask(provider, Question(names, frozenset({A.EMAIL})))
        assert found.found[A.EMAIL].text == ADA.email
        (verdict,) = ask(provider, Question({A.EMAIL: ADA.email}, frozenset({A.EMAIL})))
        (person,) = ask(provider, HUNTER_TITLE)
        assert (verdict.mailbox, person.found[A.JOB_TITLE].text) == (Mailbox.EXISTS, ADA.job_title)
        assert found.billed_units + verdict.billed_units + person.billed_units == server.ledger.units == 3


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize("calls", [1, 2, 3])
def test_a_budget_of_calls_is_one_of_requests(calls: int) -> None:
    rows = [{"email": person.email} for person in PEOPLE[:2]]
    with HunterServer(PEOPLE) as server:
        budget = trustleads.Budget(calls=calls)
        want = {"email": 0.9, "job_title": 0.7}
        trustleads.enrich(rows, providers=[hunter(server)], want=want, budget=budget)
        assert len(server.ledger.calls) == calls


@pytest.mark.clause("LEAD-5")
def test_a_lookup_that_is_unsure_beside_a_verdict_says_so() -> None:
    with HunterServer(PEOPLE, faults=Faults.script([None, "wrong_json"])) as server:
        want = {"email": 0.9, "job_title": 0.7}
        (row,) = trustleads.enrich([{"email": ADA.email}], providers=[hunter(server)], want=want)
    assert [answer["outcome"] for answer in json.loads(row["tl_answers"])] == ["found", "maybe_billed"]
    assert row["tl_email_status"] == "valid"


@pytest.mark.clause("LEAD-4")
def test_a_batch_of_people_data_labs() -> None:
    with PeopleDataLabsServer(PEOPLE) as server:
        provider = PeopleDataLabs(KEY, base_url=server.url, tls=server.tls)
        by_name = [{A.FULL_NAME: f"{p.first_name} {p.last_name}", A.COMPANY: p.company} for p in PEOPLE[:10]]
        by_phone = [{A.PHONE: p.phone} for p in PEOPLE[10:20]]
        by_email = [{A.EMAIL: p.email} for p in PEOPLE[20:]]
        given = [*by_name, *by_phone, *by_email, {A.EMAIL: "nobody@acme.example"}]
        answers = ask(provider, *(Question(each, frozenset({A.JOB_TITLE})) for each in given))
        assert [answer.found[A.JOB_TITLE].text for answer in answers[:-1]] == [p.job_title for p in PEOPLE]
        assert answers[-1].outcome is Outcome.MISS
        assert len(server.ledger.calls) == 1
        assert sum(answer.billed_units for answer in answers) == server.ledger.units == 30


@pytest.mark.clause("LEAD-5")
def test_each_request_is_counted_before_it_arrives() -> None:
    left: list[int] = []

    async def main(server: ProviderServer) -> None:
        provider = hunter(server)
        count_with(Counting(lambda: left.append(len(server.ledger.calls))))
        for _ in range(2):
            await provider.lookup([Question({A.EMAIL: ADA.email}, frozenset({A.EMAIL}))])
        await provider.aclose()

    with HunterServer(PEOPLE) as server:
        asyncio.run(main(server))
    assert left == [0, 1]


@pytest.mark.clause("LEAD-5")
def test_people_data_labs_may_not_show_addresses() -> None:
    with PeopleDataLabsServer(PEOPLE) as server:
        server.sells_contacts = False
        provider = PeopleDataLabs(KEY, base_url=server.url, tls=server.tls)
        (answer,) = ask(provider, Question({A.EMAIL: ADA.email}, frozenset({A.JOB_TITLE, A.PHONE})))
        assert set(answer.found) == {A.JOB_TITLE}


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize("fault", ["shuffled_batch", "truncated_batch", "duplicated_answer", "wrong_subject"])
def test_a_spoilt_batch_gives_nobody_what_is_not_theirs(fault: str) -> None:
    with PeopleDataLabsServer(PEOPLE, faults=Faults.script([fault])) as server:
        provider = PeopleDataLabs(KEY, base_url=server.url, tls=server.tls)
        answers = ask(provider, *(Question({A.EMAIL: p.email}, frozenset({A.JOB_TITLE})) for p in PEOPLE[:3]))
        found = [answer.outcome is Outcome.FOUND for answer in answers]
        spoilt = {"truncated_batch": [True, True, False], "wrong_subject": [False, True, True]}
        assert found == spoilt.get(fault, [True, True, True])
        for answer, person in zip(answers, PEOPLE, strict=False):
            assert not answer.found or answer.found[A.JOB_TITLE].text == person.job_title
        assert sum(answer.billed_units for answer in answers) == server.ledger.units == 3


@pytest.mark.clause("LEAD-5")
def test_connections_are_used_again_and_given_back() -> None:
    async def calls(server: ProviderServer) -> None:
        provider = hunter(server)
        for _ in range(3):
            await asyncio.gather(*(provider.lookup([HUNTER_TITLE]) for _ in range(5)))
        (lines,) = provider._host._lines.values()
        assert len(lines._free) == 5
        await provider.aclose()
        assert not lines._free
        assert not provider._host._lines
        assert (await provider.lookup([HUNTER_TITLE]))[0].outcome is Outcome.FOUND
        await provider.aclose()

    with HunterServer(PEOPLE) as server:
        asyncio.run(calls(server))


def test_each_loop_has_its_own_connections() -> None:
    with HunterServer(PEOPLE, latency=0.05) as server:
        provider = hunter(server)
        answers: list[Answer] = []
        threads = [threading.Thread(target=lambda: answers.extend(ask(provider, HUNTER_TITLE))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [answer.outcome for answer in answers] == [Outcome.FOUND] * 4


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    ("fault", "seconds", "reason"),
    [
        ("reset_before", 0.0, "torn_answer"),
        ("reset_mid_body", 0.05, "torn_answer"),
        ("slow_body", 3.0, "timeout"),
        ("wrong_json", 0.0, "bad_answer"),
    ],
)
def test_after_the_call_was_sent_nobody_can_tell(fault: str, seconds: float, reason: str) -> None:
    async def calls(provider: Hunter) -> None:
        start = time.monotonic()
        with pytest.raises(Unsure) as caught:
            await provider.lookup([HUNTER_TITLE])
        assert caught.value.reason == reason
        assert time.monotonic() - start < 1.5
        assert (await provider.lookup([HUNTER_TITLE]))[0].outcome is Outcome.FOUND
        await provider.aclose()

    with HunterServer(PEOPLE, faults=Faults.script([fault], seconds=seconds)) as server:
        asyncio.run(calls(hunter(server, limits=Limits(timeout=0.4))))


@pytest.mark.clause("LEAD-5")
def test_before_the_call_was_sent_nothing_was_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(AskAgain) as caught:
        ask(Hunter(KEY, base_url=f"https://127.0.0.1:{port}/v2"), HUNTER_TITLE)
    assert caught.value.reason == "connection"


@pytest.mark.clause("LEAD-5")
def test_a_server_that_does_not_shake_hands() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        provider = Hunter(KEY, base_url=f"https://127.0.0.1:{server.getsockname()[1]}/v2", limits=Limits(timeout=0.3))
        with pytest.raises(AskAgain):
            ask(provider, HUNTER_TITLE)


@pytest.mark.clause("LEAD-5")
def test_a_certificate_nobody_vouches_for_gets_nothing() -> None:
    with HunterServer(PEOPLE) as server:
        for tls in (ssl.create_default_context(), None):
            with pytest.raises(StopAsking) as caught:
                ask(hunter(server, tls=tls), HUNTER_TITLE)
            assert caught.value.reason == "certificate"
            assert caught.value.__cause__ is None
        assert not server.ledger.captured


@pytest.mark.clause("LEAD-5")
def test_behind_a_proxy_the_certificate_counts_too() -> None:
    async def calls(server: ProviderServer) -> None:
        listening = await asyncio.start_server(Proxy().pass_on, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        provider = hunter(server, tls=ssl.create_default_context(), proxy=f"http://127.0.0.1:{port}")
        try:
            await provider.lookup([HUNTER_TITLE])
        finally:
            await provider.aclose()
            listening.close()
            await asyncio.sleep(0.05)  # the two halves of the proxy end

    with HunterServer(PEOPLE) as server, pytest.raises(StopAsking) as caught:
        asyncio.run(calls(server))
    assert caught.value.reason == "certificate"
    assert not server.ledger.captured


@pytest.mark.clause("LEAD-5")
def test_settings_of_the_environment_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with HunterServer(PEOPLE) as server:
        assert ask(hunter(server), HUNTER_TITLE)[0].outcome is Outcome.FOUND


@pytest.mark.clause("GDPR-1")
def test_nothing_secret_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with HunterServer(PEOPLE, faults=Faults.script([None, "reset_mid_body"])) as server:
        provider = hunter(server)
        ask(provider, HUNTER_TITLE)
        with pytest.raises(Unsure):
            ask(provider, HUNTER_TITLE)
    assert ADA.email not in caplog.text
    assert KEY not in caplog.text


class Proxy:
    """Passes on what a CONNECT asks for, and keeps what it was told."""

    def __init__(self, status: bytes = b"200 OK") -> None:
        self.status, self.asked = status, b""

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 " + self.status + b"\r\n\r\n")
        if self.status.startswith(b"200"):
            host, _, port = self.asked.split()[1].decode().rpartition(":")
            there, back = await asyncio.open_connection(host, int(port))
            await asyncio.gather(_pump(reader, back), _pump(there, writer), return_exceptions=True)
        writer.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65_536):
        sink.write(data)
    sink.close()


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize("status", [b"200 OK", b"403 Forbidden"])
def test_a_proxy_is_used_where_it_is_asked_for(status: bytes) -> None:
    async def calls(server: ProviderServer) -> tuple[Proxy, object]:
        proxy = Proxy(status)
        listening = await asyncio.start_server(proxy.pass_on, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        provider = hunter(server, proxy=f"http://127.0.0.1:{port}")
        try:
            return proxy, (await provider.lookup([HUNTER_TITLE]))[0].outcome
        except AskAgain as signal:
            return proxy, signal.reason
        finally:
            await provider.aclose()
            listening.close()
            await asyncio.sleep(0.05)  # the two halves of the proxy end

    with HunterServer(PEOPLE) as server:
        proxy, outcome = asyncio.run(calls(server))
    assert proxy.asked.startswith(b"CONNECT 127.0.0.1:")
    assert KEY.encode() not in proxy.asked
    assert outcome == (Outcome.FOUND if status.startswith(b"200") else "connection")


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(("vendor", "double"), [(PeopleDataLabs, PeopleDataLabsServer), (Hunter, HunterServer)])
def test_a_wrong_address_is_asked_once(vendor: type[HttpProvider], double: type[ProviderServer]) -> None:
    rows = [{"email": person.email} for person in PEOPLE[:20]]
    with double(PEOPLE) as server:
        provider = vendor(KEY, base_url=f"{server.url}-elsewhere", tls=server.tls, limits=Limits(in_flight=1))
        out = trustleads.enrich(rows, providers=[provider], want={"job_title": 0.5})
        assert len(server.ledger.calls) == 1
    assert sum('"check_base_url"' in row["tl_answers"] for row in out) == len(rows)
