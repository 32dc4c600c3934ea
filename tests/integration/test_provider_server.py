"""The providers' doubles over real sockets: TLS, keep-alive, faults on the wire, and the books."""

from __future__ import annotations

import http.client
import json
import signal
import ssl
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pytest

from trustleads import enrich
from trustleads.testing.providers import FaultKind, Faults, Person, ProviderServer, Reply, invent
from trustleads.testing.providers.__main__ import main

pytestmark = pytest.mark.clause("LEAD-4", "LEAD-5")


class Echo(ProviderServer):
    """A vendor that answers each word of the query, and bills it."""

    root = "/v1"
    answers_at = "answers"

    def answer(self, request):
        if request.path == "/broken":
            raise RuntimeError("a bug in the double")
        for _, word in request.query:
            self.bill(word)
        return Reply(200, {"answers": [{"email": word, "path": request.path} for _, word in request.query]})


def connect(server):
    return closing(http.client.HTTPSConnection("127.0.0.1", urlsplit(server.url).port, context=server.tls, timeout=5))


def ask(connection, path="/v1/words?w=a&w=b&w=c", **more):
    connection.request("GET", path, **more)
    reply = connection.getresponse()
    return reply.status, reply.read().decode(), {name.lower(): text for name, text in reply.getheaders()}


def words(text):
    return [answer["email"] for answer in json.loads(text)["answers"]]


def test_calls_share_a_connection():
    with Echo() as server, connect(server) as connection:
        for _ in range(3):
            status, text, headers = ask(connection)
            assert (status, words(text)) == (200, ["a", "b", "c"])
            assert headers["content-type"].startswith("application/json")
            first = connection.sock
        assert connection.sock is first
        assert server.ledger.billed == {"a": 3, "b": 3, "c": 3}
        assert [call[1:] for call in server.ledger.calls] == [("GET", "/words", 200, None)] * 3


def test_it_is_trusted_by_its_own_context_alone():
    with Echo() as server:
        port = urlsplit(server.url).port
        stranger = http.client.HTTPSConnection("127.0.0.1", port, context=ssl.create_default_context(), timeout=5)
        with closing(stranger), pytest.raises(ssl.SSLCertVerificationError):
            ask(stranger)
        assert server.ledger.calls == []


def test_the_bytes_are_kept_as_they_came():
    with Echo() as server, connect(server) as connection:
        ask(connection, headers={"X-Key": "k"})
        connection.request("POST", "/v1/words", body=b'{"a":1}')
        connection.getresponse().read()
        get, post = server.ledger.captured
    assert get.startswith(b"GET /v1/words?w=a&w=b&w=c HTTP/1.1\r\n")
    assert b"X-Key: k\r\n" in get
    assert post.endswith(b'\r\n\r\n{"a":1}')


@pytest.mark.parametrize("latency", [0.0, 0.02])
def test_calls_that_do_not_wait_for_answers_get_them_in_order(latency):
    with Echo(latency=latency) as server, connect(server) as connection:
        connection.connect()
        calls = [f"GET /v1/words?w={word} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for word in "ab"]
        last = b"GET /v1/words?w=c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        connection.sock.sendall(b"".join([*calls, last]))
        got = b"".join(iter(lambda: connection.sock.recv(4096), b""))
        assert got.count(b"HTTP/1.1 200") == 3
        assert got.index(b'"a"') < got.index(b'"b"') < got.index(b'"c"')
        assert server.ledger.captured == [*calls, last]
        assert server.ledger.most_at_once == 1


def test_a_call_may_come_in_pieces():
    with Echo() as server, connect(server) as connection:
        connection.connect()
        for piece in (b"POST /v1/words?w=a HTTP/1.1\r\nHo", b"st: x\r\nContent-Length: 4\r\n\r\nab", b"cd"):
            connection.sock.sendall(piece)
            time.sleep(0.01)
        assert b'"a"' in connection.sock.recv(4096)
        assert server.ledger.captured[0].endswith(b"abcd")


def test_nothing_answers_outside_the_root():
    with Echo() as server, connect(server) as connection:
        assert ask(connection, "/elsewhere")[0] == 404
        assert server.ledger.billed == {}


def test_a_bug_in_the_double_is_told():
    with connect(server := Echo().start()) as connection:
        assert ask(connection, "/v1/broken")[0] == 500
    with pytest.raises(RuntimeError, match="a bug in the double"):
        server.close()


@pytest.mark.parametrize(
    ("kind", "status", "hint"),
    [("rate_limited", 429, "7"), ("rate_limited_silent", 429, None), ("server_error", 503, None)],
)
def test_a_refused_call_is_not_billed(kind, status, hint):
    with Echo(faults=Faults.script([kind], retry_after=7)) as server, connect(server) as connection:
        got, _, headers = ask(connection)
        assert (got, headers.get("retry-after")) == (status, hint)
        assert server.ledger.billed == {}
        assert ask(connection)[0] == 200
        assert [call.fault for call in server.ledger.calls] == [FaultKind(kind), None]


@pytest.mark.parametrize(("kind", "billed"), [("reset_before", {}), ("reset_mid_body", {"a": 1, "b": 1, "c": 1})])
def test_a_reset(kind, billed):
    with Echo(faults=Faults.script([kind])) as server, connect(server) as connection:
        with pytest.raises((ConnectionError, http.client.IncompleteRead, ssl.SSLError)):
            ask(connection)
        assert server.ledger.billed == billed
        connection.close()
        assert ask(connection)[0] == 200


def test_a_reset_mid_body_lets_the_head_through():
    with Echo(faults=Faults.script(["reset_mid_body"], seconds=0.5)) as server, connect(server) as connection:
        connection.request("GET", "/v1/words?w=a")
        reply = connection.getresponse()
        assert reply.status == 200
        with pytest.raises((ConnectionError, http.client.IncompleteRead, ssl.SSLError)):
            reply.read()


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("truncated_batch", ["a", "b"]),
        ("shuffled_batch", ["b", "c", "a"]),
        ("duplicated_answer", ["a", "a", "b", "c"]),
        ("wrong_subject", ["somebody.else@stranger.example", "b", "c"]),
    ],
)
def test_a_spoilt_batch_is_billed(kind, answers):
    with Echo(faults=Faults.script([kind])) as server, connect(server) as connection:
        assert words(ask(connection)[1]) == answers
        assert server.ledger.billed == {"a": 1, "b": 1, "c": 1}


def test_wrong_json_is_whole_on_the_wire():
    with Echo(faults=Faults.script(["wrong_json"])) as server, connect(server) as connection:
        status, text, _ = ask(connection)
        assert status == 200
        with pytest.raises(ValueError):
            json.loads(text)
        assert words(ask(connection)[1]) == ["a", "b", "c"]


@pytest.mark.parametrize("kind", ["latency", "slow_body"])
def test_late_answers(kind):
    with Echo(faults=Faults.script([None, kind], seconds=0.2)) as server, connect(server) as connection:
        ask(connection)
        start = time.monotonic()
        assert words(ask(connection)[1]) == ["a", "b", "c"]
        assert 0.15 < time.monotonic() - start < 2
        assert words(ask(connection)[1]) == ["a", "b", "c"]


def test_every_answer_takes_its_time_and_calls_overlap():
    with Echo(latency=0.1) as server, connect(server) as one, connect(server) as two:
        start = time.monotonic()
        for connection in (one, two):
            connection.request("GET", "/v1/words?w=a")
        assert [connection.getresponse().status for connection in (one, two)] == [200, 200]
        assert 0.1 <= time.monotonic() - start < 2
        assert server.ledger.most_at_once == 2


def test_a_fault_that_cannot_be_had_did_not_happen():
    with Echo(faults=Faults.script(["shuffled_batch"])) as server, connect(server) as connection:
        assert words(ask(connection, "/v1/words?w=a")[1]) == ["a"]
        assert server.ledger.calls[0].fault is None


def test_random_faults_are_the_same_again():
    def drawn(seed):
        faults = Faults.random(0.3, seed=seed, kinds=["latency", "server_error"])
        return [faults.next() for _ in range(500)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 100 < sum(fault is not None for fault in drawn(1)) < 200


def test_garbage_closes_the_connection():
    with Echo() as server, connect(server) as connection:
        connection.connect()
        connection.sock.sendall(b"this is no HTTP\r\n\r\n")
        assert connection.sock.recv(100) == b""
        assert server.ledger.calls == []


def test_a_process_of_its_own():
    command = [sys.executable, "-m", "trustleads.testing.providers", "hunter", "--people", "5", "--latency", "0.01"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        start = json.loads(process.stdout.readline())
        context = ssl.create_default_context(cafile=start["ca"])
        url = urlsplit(start["url"])
        with closing(http.client.HTTPSConnection(url.hostname, url.port, context=context, timeout=5)) as connection:
            path = f"{url.path}/email-verifier?email={invent(4).email}"
            status, text, _ = ask(connection, path, headers={"X-API-KEY": "test-key"})
        assert (status, json.loads(text)["data"]["status"]) == (200, "valid")
        process.stdin.write("60\n")
        process.stdin.flush()
        books = json.loads(process.stdout.readline())
        process.stdin.close()
        assert process.wait(10) == 0
    assert (books["calls"], books["bills"], books["subjects"], books["most_in_window"]) == (1, 1, 1, 1)
    assert not Path(start["ca"]).exists()


def test_a_process_of_its_own_ends_with_ctrl_c():
    command = [sys.executable, "-m", "trustleads.testing.providers", "zerobounce", "--people", "1"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        start = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.stderr.read() == ""
    assert not Path(start["ca"]).exists()


def test_help_says_how_a_process_of_its_own_ends(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "It ends with its standard input (Ctrl-D), or with Ctrl-C." in said
    assert "the key that it takes (default: test-key)" in said


@pytest.mark.parametrize("mailbox", ["catchall", "catch-all", "", None])
def test_a_word_for_a_mailbox_that_nobody_knows(mailbox):
    with pytest.raises(ValueError, match="mailbox= is one of valid, invalid, catch_all, unknown, risky, "):
        Person("Ada", "Modello", "ada@acme.example", mailbox=mailbox)


def test_the_books_know_the_busiest_window():
    with Echo() as server, connect(server) as connection:
        for _ in range(4):
            ask(connection)
        assert server.ledger.most_in(60) == 4
        assert server.ledger.most_in(1e-9) == 1


def test_invented_people_are_themselves():
    people = [invent(number) for number in range(5000)]
    assert people == [invent(number) for number in range(5000)]
    assert len({person.email for person in people}) == len({person.full_name for person in people}) == 5000
    assert all(person.domain.endswith(".example") for person in people)
    leads = {"First name": [one.first_name for one in people], "Last name": [one.last_name for one in people]}
    table = enrich(pa.table({**leads, "Email": [one.email for one in people]}))
    assert set(table["tl_name_status"].to_pylist()) == {"ok"}
    assert set(table["tl_email_status"].to_pylist()) == {"valid"}
