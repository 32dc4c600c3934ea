"""HTTP/1.1 calls over kept-open TLS connections: h11 on asyncio's own transports (LEAD-5).

General clients take more of a processor for one call than the rest of an enrichment together: 0.6 to 0.8 ms where
this takes 0.2, and with it the two thousand calls a second that 200 connections to a provider 100 ms away allow.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, cast

import h11

from trustleads.enrichment.leaving import sending
from trustleads.enrichment.questions import AskAgain, Declined, Signal, StopAsking, Unsure

_IDLE = 15.0  # seconds after which a connection is not used again: servers often close theirs after 20 to 60
_MOST_HEAD = 64 * 2**10  # bytes of status line and headers
_GZIP = 16 + zlib.MAX_WBITS
_TARGET = re.compile(r"[!-~]+")  # what is encoded; anything else could end the line, and begin another request
_TOO_MANY = 429  # RFC 6585 section 4
_NOT_DONE = frozenset({408, 425, 500, 502, 503, 520, 521, 522, 523, 525, 526, 530})
_MAYBE_DONE = frozenset({504, 524})  # a gateway gave up waiting for a server that may still have worked


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent.

    Attributes:
        method: ``"GET"``, ``"POST"`` ...
        target: Path and query, percent-encoded.
        headers: All but Host and Content-Length.
        body: May be empty.
    """

    method: str
    target: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server sent.

    Attributes:
        status: HTTP status code.
        headers: By lower-case name; values of one name are joined by commas.
        body: Decompressed.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """Read the body.

        Raises:
            Unsure: It is no JSON (reason ``bad_answer``).
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unsure("bad_answer") from None

    def retry_after(self) -> float | None:
        """Seconds for which the server wants to be left alone (RFC 9110 section 10.2.3), None where it does not say.

        A date is read by the server's own clock where it tells its time.
        """
        text = self.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        then = _date(text)
        now = _date(self.headers.get("date", "")) or datetime.now(UTC)
        return None if then is None else max(0.0, (then - now).total_seconds())


def put_off(reply: Reply) -> AskAgain | Unsure | None:
    """Say what a status means by which a server does not answer now, and may later; None for any other."""
    after = reply.retry_after()
    if reply.status == _TOO_MANY:
        return AskAgain("rate_limited", after=after, everyone=True)
    if reply.status in _NOT_DONE:
        return AskAgain("server_error", after=after, everyone=after is not None)
    return Unsure("timeout") if reply.status in _MAYBE_DONE else None


class Carrier(Protocol):
    """Something that carries one call at a time."""

    @property
    def usable(self) -> bool:
        """Whether it can carry another one."""
        ...

    async def carry(self, call: Call) -> Reply:
        """Send, and read the reply whole.

        Raises:
            Signal: ``AskAgain`` if nothing was sent, ``Declined`` if it cannot be, ``Unsure`` for the rest.
        """
        ...

    async def aclose(self) -> None:
        """Close at once."""
        ...


class Lines:
    """The kept-open connections of one event loop, each used by one call at a time."""

    def __init__(self, opener: Callable[[], Awaitable[Carrier]]) -> None:
        """Take what opens another one."""
        self._opener = opener
        self._free: list[Carrier] = []
        self._closed = False

    async def carry(self, call: Call) -> Reply:
        """Send over a free line, or a new one; a line that something happened to is not used again."""
        line = await self._take()
        try:
            reply = await line.carry(call)
        except BaseException:
            await line.aclose()
            raise
        if self._closed or not line.usable:
            await line.aclose()
        else:
            self._free.append(line)
        return reply

    async def aclose(self) -> None:
        """Close the free lines now, the others when their calls are done."""
        self._closed = True
        while self._free:
            await self._free.pop().aclose()

    async def _take(self) -> Carrier:
        while self._free:
            line = self._free.pop()
            if line.usable:
                return line
            await line.aclose()
        return await self._opener()


class Line(asyncio.Protocol):
    """One connection."""

    def __init__(self, host: str, most_bytes: int) -> None:
        """Remember what ``open_line`` was told."""
        self._loop = asyncio.get_running_loop()
        self._host, self._most_bytes = host, most_bytes
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_HEAD)
        self._request_head: _RequestHead | None = None
        self._lost = self._loop.create_future()
        self._waiter: asyncio.Future[Reply] | None = None
        self._broken = False
        self._used_at = self._loop.time()
        self._transport: asyncio.Transport
        self._head: h11.Response
        self._body = bytearray()

    @property
    def usable(self) -> bool:
        """Whether it is open, and has not been idle for so long that the server may be about to close it."""
        return not self._broken and self._loop.time() - self._used_at < _IDLE

    async def carry(self, call: Call) -> Reply:
        """Send, and read the reply whole; see ``Carrier``."""
        if self._broken:
            raise AskAgain("connection")
        data = self._encoded(call)
        sending()
        self._body = bytearray()
        self._waiter = self._loop.create_future()
        self._transport.write(data)
        return await self._waiter

    async def aclose(self) -> None:
        """Close at once, without waiting for the server."""
        self._broken = True
        self._transport.abort()
        await self._lost

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over the connection (asyncio's side)."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Read on (asyncio's side)."""
        self._read(data)

    def eof_received(self) -> None:
        """Learn that the server has said all: the end of an answer that tells no length, or it is torn."""
        self._broken = True
        self._read(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        """Learn that it is closed (asyncio's side)."""
        del exc  # whichever it is, what has not come does not come any more
        self._fail(Unsure("torn_answer"))
        if not self._lost.done():
            self._lost.set_result(None)

    def _encoded(self, call: Call) -> bytes:
        """Write a request; its headers are those of the call before, nearly always, and have been checked then."""
        head = self._request_head
        if head is None or not head.is_for(call):
            head = self._request_head = _RequestHead(self._host, call)
        if not _TARGET.fullmatch(call.target):
            raise Declined("bad_request")
        self._http.send(head.event)
        self._http.send(h11.EndOfMessage())
        return head.with_body(call)

    def _read(self, data: bytes) -> None:
        if self._waiter is None:
            self._broken = True  # nothing was asked: whatever it says is no answer
            return
        try:
            self._http.receive_data(data)
            while self._waiter is not None:
                event = self._http.next_event()
                if event is h11.NEED_DATA or event is h11.PAUSED:
                    return
                self._take(event)
        except h11.RemoteProtocolError:
            self._fail(Unsure("torn_answer"))

    def _take(self, event: Any) -> None:
        match event:
            case h11.Response():
                self._head = event
            case h11.Data():
                self._body += event.data
                if len(self._body) > self._most_bytes:
                    self._fail(Unsure("bad_answer"))
            case h11.EndOfMessage():
                self._finish()
            case h11.ConnectionClosed():
                self._fail(Unsure("torn_answer"))

    def _finish(self) -> None:
        waiter, self._waiter = self._waiter, None
        over = self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        if over and not self._http.trailing_data[0] and not self._broken:
            self._http.start_next_cycle()
            self._used_at = self._loop.time()
        else:
            self._broken = True
        if waiter is None or waiter.done():
            return
        headers = _joined(self._head.headers)
        try:
            body = _plain(bytes(self._body), headers.get("content-encoding", ""), self._most_bytes)
        except Unsure as unsure:
            waiter.set_exception(unsure)
        else:
            waiter.set_result(Reply(self._head.status_code, headers, body))

    def _fail(self, signal: Unsure) -> None:
        self._broken = True
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(signal)


class _RequestHead:
    """The head of a request but for its target and its length, checked by h11.

    Checking takes h11 longer than all the rest of a call here, and it would come to the same every time. So h11 is
    told of a request without target and body, by which it knows what may come back, and its bytes are not sent.
    """

    def __init__(self, host: str, call: Call) -> None:
        self._method, self._headers = call.method, call.headers
        headers = [("host", host), *call.headers.items()]
        try:
            self.event = h11.Request(method=call.method, target="/", headers=headers)
        except (h11.LocalProtocolError, UnicodeEncodeError):
            raise Declined("bad_request") from None
        self._text = "".join(f"{name}: {value}\r\n" for name, value in headers)

    def is_for(self, call: Call) -> bool:
        """Whether a call has the same method and headers."""
        return call.method == self._method and call.headers == self._headers

    def with_body(self, call: Call) -> bytes:
        """Write a request whole."""
        length = f"content-length: {len(call.body)}\r\n" if call.body or call.method != "GET" else ""
        return f"{call.method} {call.target} HTTP/1.1\r\n{self._text}{length}\r\n".encode("ascii") + call.body


async def open_line(host: str, port: int, tls: ssl.SSLContext, *, named: str, seconds: float, most_bytes: int) -> Line:
    """Connect.

    Args:
        host: Name or address.
        port: TCP port.
        tls: Decides about the certificate.
        named: As it is called in the Host header.
        seconds: Longest time for all of it.
        most_bytes: Longest body of a reply, before and after decompression.

    Raises:
        AskAgain: It did not work (reason ``connection``).
        StopAsking: It cannot work: reason ``certificate`` or ``no_such_host``.
    """
    try:
        async with asyncio.timeout(seconds):
            loop = asyncio.get_running_loop()
            _, line = await loop.create_connection(
                lambda: Line(named, most_bytes), host, port, ssl=tls, happy_eyeballs_delay=0.25
            )
    except (OSError, UnicodeError) as error:  # name, route, refusal, TLS, and TimeoutError too
        raise unreachable(error) from None
    return line


def unreachable(error: BaseException) -> Signal:
    """Say what it means that nothing could be sent, by the error or what it came from.

    Returns:
        ``StopAsking`` where the certificate is not trusted or nothing has that name, which no other attempt would
        change; else ``AskAgain``.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return StopAsking("certificate")
        if isinstance(cause, UnicodeError) or (isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME):
            return StopAsking("no_such_host")  # UnicodeError: what cannot be a name, such as one with an empty label
        cause = cause.__cause__ or cause.__context__
    return AskAgain("connection")


def _joined(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    return joined


def _plain(body: bytes, encoding: str, most_bytes: int) -> bytes:
    """Decompress what may be compressed; never into more than is allowed."""
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "x-gzip"}:
        raise Unsure("bad_answer")
    unzip = zlib.decompressobj(_GZIP)
    try:
        plain = unzip.decompress(body, most_bytes + 1)
    except zlib.error:
        raise Unsure("bad_answer") from None
    if len(plain) > most_bytes or not unzip.eof:
        raise Unsure("bad_answer")
    return plain


def _date(text: str) -> datetime | None:
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # no date, or one whose numbers are none
        return None
    return then if then.tzinfo else then.replace(tzinfo=UTC)
