"""HTTP over a kept connection, byte by byte, against a server that says what it is told to."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
from collections.abc import Callable
from typing import Any

import pytest

from trustleads.enrichment.providers.line import Call, Line, Lines, open_line, unreachable
from trustleads.enrichment.providers.replies import Reply
from trustleads.enrichment.questions import AskAgain, Declined, Signal, StopAsking, Unsure

GET = Call("GET", "/a", {"x-key": "k"}, b"")
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


class Pipe(asyncio.Transport):
    """Stands for the network: keeps what is written, and tells the line when it is closed."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line, self.written, self.aborted = line, b"", False

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def abort(self) -> None:
        self.aborted = True
        asyncio.get_running_loop().call_soon(self.line.connection_lost, None)


def talk(script: Callable[[Line], None], call: Call = GET, most_bytes: int = 100) -> tuple[Any, Line, Pipe]:
    """Give what became of one call when the server does this."""

    async def main() -> tuple[Any, Line, Pipe]:
        line = Line("acme.example", most_bytes)
        pipe = Pipe(line)
        line.connection_made(pipe)
        answer = asyncio.ensure_future(line.carry(call, asyncio.get_running_loop().time() + 5.0))
        await asyncio.sleep(0)
        script(line)
        await asyncio.wait([answer])
        return answer.exception() or answer.result(), line, pipe

    return asyncio.run(main())


def says(*parts: bytes, close: bool = False) -> Callable[[Line], None]:
    def script(line: Line) -> None:
        for part in parts:
            line.data_received(part)
        if close:
            line.eof_received()
            line.connection_lost(None)

    return script


@pytest.mark.parametrize(
    ("call", "written"),
    [
        (GET, b"GET /a HTTP/1.1\r\nhost: acme.example\r\nx-key: k\r\n\r\n"),
        (
            Call("POST", "/a?b=c", {}, b"{}"),
            b"POST /a?b=c HTTP/1.1\r\nhost: acme.example\r\ncontent-length: 2\r\n\r\n{}",
        ),
        (Call("POST", "/", {}, b""), b"POST / HTTP/1.1\r\nhost: acme.example\r\ncontent-length: 0\r\n\r\n"),
    ],
)
def test_what_is_written(call: Call, written: bytes) -> None:
    reply, line, pipe = talk(says(OK), call)
    assert pipe.written == written
    assert reply == Reply(200, {"content-length": "2"}, b"{}")
    assert not line._broken


@pytest.mark.parametrize(
    "parts",
    [
        [OK[at : at + 1] for at in range(len(OK))],
        [b"HTTP/1.1 100 Continue\r\n\r\n" + OK],
        [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\ncontent-encoding: gzip\r\n\r\n"],
        [b"HTTP/1.1 103 Early Hints\r\ncontent-encoding: br\r\n\r\n", OK],
        [b"HTTP/1.1 200 OK\r\nupgrade: h2,h2c\r\nconnection: Upgrade\r\ncontent-length: 2\r\n\r\n{}"],
    ],
)
def test_however_it_comes(parts: list[bytes]) -> None:
    reply, line, _ = talk(says(*parts))
    assert reply.body == b"{}"
    assert not line._broken


@pytest.mark.parametrize(
    ("parts", "close"),
    [
        ([b"HTTP/1.1 200 OK\r\n\r\n{}"], True),
        ([b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}"], False),
        ([b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}"], False),
        ([OK + b"HTTP/1.1 200 OK\r\n"], False),
        ([OK + OK], False),
        ([OK + b"xx"], False),
        ([b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{", b"}"], True),
    ],
)
def test_a_good_answer_after_which_the_line_is_not_used_again(parts: list[bytes], close: bool) -> None:
    reply, line, _ = talk(says(*parts, close=close))
    assert reply.body == b"{}"
    assert not line.usable


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([], "torn_answer"),
        ([OK[:-1]], "torn_answer"),
        ([OK[:20]], "torn_answer"),
        ([b"\x16\x03\x01 garbage\r\n\r\n"], "torn_answer"),
        ([b"HTTP/1.1 200 OK\r\nx: " + b"x" * 200_000], "torn_answer"),
        ([b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000], "torn_answer"),
        ([b"HTTP/1.1 099 OK\r\ncontent-length: 0\r\n\r\n", OK], "torn_answer"),
        ([b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"], "torn_answer"),
        ([b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}"], "torn_answer"),
        (
            [b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
            "torn_answer",
        ),
        ([b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n{}"], "torn_answer"),
        ([b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"], "torn_answer"),
        ([b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 101], "bad_answer"),
        ([CHUNKED + b"2\r\n{}\r\n0\r\nx: ", *[b"x" * 30_000] * 3], "torn_answer"),
        ([CHUNKED + b"2;", *[b"x" * 30_000] * 3], "torn_answer"),
        ([b"HTTP/1.1 200 OK\r\ncontent-length: 200\r\n\r\n" + b"x" * 200], "bad_answer"),
        ([b"HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 2\r\n\r\n{}"], "bad_answer"),
        ([b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}"], "bad_answer"),
    ],
)
def test_no_usable_answer(parts: list[bytes], reason: str) -> None:
    signal, line, _ = talk(says(*parts, close=True))
    assert type(signal) is Unsure
    assert signal.reason == reason
    assert not line.usable


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("Mon, 01 Jun 2026 12:00:30 GMT", 30.0),
        ("Mon, 01 Jun 2026 11:59:30 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("Mon, 01 Jun 99999999999999999999 12:00:00 GMT", None),
        ("Mon, 01 Jun 2026 12:00:00 +99999999999999999999", None),
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    reply = Reply(429, {"retry-after": text, "date": "Mon, 01 Jun 2026 12:00:00 GMT"}, b"")
    assert reply.retry_after() == seconds


@pytest.mark.parametrize(
    ("size", "cut", "fits"), [(100, None, True), (101, None, False), (50_000, None, False), (9, -3, False)]
)
def test_compressed_bodies_have_the_same_ceiling(size: int, cut: int | None, fits: bool) -> None:
    body = gzip.compress(b"x" * size)[:cut]
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: GZip\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    answer, _, _ = talk(says(head + body), most_bytes=100)
    assert isinstance(answer, Reply if fits else Unsure)
    assert not fits or answer.body == b"x" * size


def test_headers_of_one_name_are_joined() -> None:
    reply, _, _ = talk(says(b"HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\ncontent-length: 0\r\n\r\n"))
    assert reply.headers["x-a"] == "1, 2"


def test_each_call_has_its_own_headers() -> None:
    calls = [GET, Call("GET", "/b", {"x-key": "k"}, b""), Call("POST", "/c", {"x-key": "other"}, b"{}"), GET]

    async def main() -> list[bytes]:
        line = Line("acme.example", 100)
        pipe = Pipe(line)
        line.connection_made(pipe)
        written = []
        for call in calls:
            answer = asyncio.ensure_future(line.carry(call, asyncio.get_running_loop().time() + 5.0))
            await asyncio.sleep(0)
            line.data_received(OK)
            assert (await answer).body == b"{}"
            written.append(pipe.written)
            pipe.written = b""
        return written

    assert asyncio.run(main()) == [talk(says(OK), call)[2].written for call in calls]


@pytest.mark.parametrize(
    "call",
    [
        *(Call("GET", target, {}, b"") for target in ("/a b", "/\r\nx: y", "/\n", "/ä", "")),
        Call("GET", "/", {"x": "a\r\nb: c"}, b""),
        Call("GET", "/", {"x: y\r\nb": "c"}, b""),
        Call("GET", "/", {"x": "a\nb: c"}, b""),
        Call("GET", "/", {"x": " a"}, b""),
        Call("GET", "/", {"x": "a\0"}, b""),
        Call("GET", "/", {"": "a"}, b""),
        *(Call("GET", "/", {name: "7"}, b"") for name in ("Host", "Content-Length", "Transfer-Encoding")),
        Call("GET", "/", {"x": "ä"}, b""),
        Call("GET", "/", {"ä": "x"}, b""),
        Call("GE T", "/", {}, b""),
        Call("GÄT", "/", {}, b""),
    ],
)
def test_what_cannot_be_written_is_not_sent(call: Call) -> None:
    signal, _, pipe = talk(says(), call)
    assert type(signal) is Declined
    assert pipe.written == b""


def test_a_call_has_its_time_and_no_more() -> None:
    async def main() -> tuple[list[Any], float]:
        line = Line("acme.example", 100)
        line.connection_made(Pipe(line))
        loop = asyncio.get_running_loop()
        outcomes: list[Any] = []
        for seconds, answers in [(60.0, True), (0.2, True), (0.4, True), (0.05, False)]:
            began = loop.time()
            answer = asyncio.ensure_future(line.carry(GET, began + seconds))
            await asyncio.sleep(0.02 if answers else 0)
            if answers:
                line.data_received(OK)
            await asyncio.wait([answer])
            outcomes.append(answer.exception() or answer.result().body)
        line.connection_lost(None)
        return outcomes, loop.time() - began

    (*good, late), seconds = asyncio.run(main())
    assert good == [b"{}"] * 3
    assert type(late) is Unsure
    assert late.reason == "timeout"
    assert 0.05 <= seconds < 5


def test_a_timer_of_an_earlier_call_does_not_end_a_later_one() -> None:
    async def main() -> Any:
        line = Line("acme.example", 100)
        line.connection_made(Pipe(line))
        now = asyncio.get_running_loop().time
        first = asyncio.ensure_future(line.carry(GET, now() + 0.05))
        await asyncio.sleep(0)
        line.data_received(OK)
        await first
        second = asyncio.ensure_future(line.carry(GET, now() + 5.0))
        await asyncio.sleep(0.1)
        line.data_received(OK)
        reply = await second
        line.connection_lost(None)
        return reply

    assert asyncio.run(main()).body == b"{}"


def test_words_nobody_asked_for_spoil_a_line() -> None:
    _, line, _ = talk(says(OK))
    line.data_received(OK)
    assert line._broken


class Fake:
    """A carrier that does as it is told."""

    def __init__(self, outcome: Any = None) -> None:
        self.outcome, self.usable, self.closed = outcome, True, False

    async def carry(self, call: Call, ends: float) -> Reply:
        del call, ends
        await asyncio.sleep(0)
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return Reply(200, {}, b"")

    async def aclose(self) -> None:
        self.closed = True


def pool(*carriers: Fake) -> tuple[Lines, list[Fake]]:
    waiting = list(carriers)

    async def opener() -> Any:
        return waiting.pop(0)

    return Lines(opener), waiting


def test_a_line_is_used_again() -> None:
    async def main() -> None:
        lines, waiting = pool(Fake(), Fake())
        for _ in range(5):
            await lines.carry(GET, 5.0)
        assert len(waiting) == 1
        await asyncio.gather(lines.carry(GET, 5.0), lines.carry(GET, 5.0))
        assert not waiting

    asyncio.run(main())


@pytest.mark.parametrize("error", [Unsure("x"), asyncio.CancelledError(), AskAgain("x")])
def test_a_line_that_failed_is_closed(error: BaseException) -> None:
    async def main() -> None:
        bad, good = Fake(error), Fake()
        lines, waiting = pool(bad, good)
        with pytest.raises(type(error)):
            await lines.carry(GET, 5.0)
        assert bad.closed
        await lines.carry(GET, 5.0)
        assert not waiting

    asyncio.run(main())


def test_a_line_that_went_stale_is_replaced() -> None:
    async def main() -> None:
        stale, fresh = Fake(), Fake()
        lines, waiting = pool(stale, fresh)
        await lines.carry(GET, 5.0)
        stale.usable = False
        await lines.carry(GET, 5.0)
        assert stale.closed
        assert not waiting

    asyncio.run(main())


def test_lines_in_use_are_closed_when_they_are_done() -> None:
    async def main() -> None:
        one = Fake()
        lines, _ = pool(one)
        call = asyncio.ensure_future(lines.carry(GET, 5.0))
        await asyncio.sleep(0)
        await lines.aclose()
        assert not one.closed
        assert (await call).status == 200
        assert one.closed

    asyncio.run(main())


class Names:
    """Stands for the host's resolver."""

    def __init__(self, error: Exception) -> None:
        self.error, self.asked = error, 0

    async def __call__(self, *_: Any, **__: Any) -> Any:
        self.asked += 1
        raise self.error


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    ("error", "signal", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), StopAsking, "no_such_host"),
        (UnicodeError("label empty or too long"), StopAsking, "no_such_host"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), AskAgain, "connection"),
        (OSError("x"), AskAgain, "connection"),
    ],
)
def test_a_name_without_a_host(error: Exception, signal: type[Signal], reason: str) -> None:
    async def main() -> int:
        asyncio.get_running_loop().getaddrinfo = names = Names(error)  # type: ignore[method-assign]
        tls = ssl.create_default_context()
        with pytest.raises(signal) as caught:
            await open_line("acme.example", 443, tls, named="acme.example", seconds=5.0, most_bytes=100)
        assert (caught.value.reason, caught.value.__cause__) == (reason, None)
        return names.asked

    assert asyncio.run(main()) == 1


@pytest.mark.clause("LEAD-5")
def test_what_cannot_be_a_name() -> None:
    async def main() -> None:
        await open_line("a..example", 443, ssl.create_default_context(), named="a", seconds=5.0, most_bytes=100)

    with pytest.raises(StopAsking, match="no_such_host"):
        asyncio.run(main())


@pytest.mark.clause("LEAD-5")
def test_what_an_error_came_from_counts() -> None:
    outer = ConnectionError("x")
    outer.__cause__ = ssl.SSLCertVerificationError("x")
    assert isinstance(unreachable(outer), StopAsking)
    assert isinstance(unreachable(ssl.SSLError("x")), AskAgain)
    assert isinstance(unreachable(TimeoutError()), AskAgain)
