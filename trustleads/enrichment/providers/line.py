"""HTTP/1.1 calls over kept-open TLS connections: httptools on asyncio's own transports (LEAD-5).

General clients take more of a processor for one call than the rest of an enrichment together: 0.6 to 0.8 ms where
this takes 0.15, and with it the two thousand calls a second that 200 connections to a provider 100 ms away allow.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast

from trustleads.enrichment.alarm import Alarm
from trustleads.enrichment.leaving import sending
from trustleads.enrichment.providers.replies import Reply, ReplyReader
from trustleads.enrichment.questions import AskAgain, Declined, Signal, StopAsking, Unsure

_IDLE = 15.0  # seconds after which a connection is not used again: servers often close theirs after 20 to 60
_TARGET = re.compile(r"[!-~]+")  # what is encoded; anything else could end the line, and begin another request
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2
_VALUE = re.compile(r"[!-~]+(?:[ \t]+[!-~]+)*|")  # RFC 9110 section 5.5, in ASCII
_OURS = frozenset({"host", "content-length", "transfer-encoding"})  # what says where a request goes, and ends


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


class Carrier(Protocol):
    """Something that carries one call at a time."""

    @property
    def usable(self) -> bool:
        """Whether it can carry another one."""
        ...

    async def carry(self, call: Call, ends: float) -> Reply:
        """Send, and read the reply whole.

        Args:
            call: What is sent.
            ends: When it is too late, by the loop's clock.

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

    async def carry(self, call: Call, seconds: float) -> Reply:
        """Send over a free line, or a new one; a line that something happened to is not used again."""
        ends = asyncio.get_running_loop().time() + seconds
        line = await self._take()
        try:
            reply = await line.carry(call, ends)
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
        self._host = host
        self._replies = ReplyReader(most_bytes)
        self._request_head: _RequestHead | None = None
        self._lost = self._loop.create_future()
        self._waiter: asyncio.Future[Reply] | None = None
        self._broken = False
        self._used_at = self._loop.time()
        self._alarm = Alarm(lambda: self._fail(Unsure("timeout")))
        self._transport: asyncio.Transport

    @property
    def usable(self) -> bool:
        """Whether it is open, and has not been idle for so long that the server may be about to close it."""
        return not self._broken and self._loop.time() - self._used_at < _IDLE

    async def carry(self, call: Call, ends: float) -> Reply:
        """Send, and read the reply whole; see ``Carrier``."""
        if self._broken:
            raise AskAgain("connection")
        data = self._encoded(call)
        sending()
        self._replies.expect()
        self._waiter = self._loop.create_future()
        self._alarm.set(ends)
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
        if self._waiter is None:
            self._broken = True  # nothing was asked: whatever it says is no answer
        else:
            self._give(self._replies.read, data)

    def eof_received(self) -> None:
        """Learn that the server has said all (asyncio's side)."""
        self._broken = True
        if self._waiter is not None:
            self._give(self._replies.end, b"")

    def connection_lost(self, exc: Exception | None) -> None:
        """Learn that it is closed (asyncio's side)."""
        del exc  # whichever it is, what has not come does not come any more
        self._fail(Unsure("torn_answer"))
        self._alarm.close()
        if not self._lost.done():
            self._lost.set_result(None)

    def _encoded(self, call: Call) -> bytes:
        """Write a request; its headers are those of the call before, nearly always, and have been checked then."""
        head = self._request_head
        if head is None or not head.is_for(call):
            head = self._request_head = _RequestHead(self._host, call)
        if not _TARGET.fullmatch(call.target):
            raise Declined("bad_request")
        return head.with_body(call)

    def _give(self, read: Callable[[bytes], Reply | None], data: bytes) -> None:
        """Give the reply to who waits for it, once it is there."""
        try:
            reply = read(data)
        except Unsure as unsure:
            self._fail(unsure)
            return
        if reply is not None:
            self._broken = self._broken or self._replies.spoilt
            self._used_at = self._loop.time()
            self._alarm.off()
            waiter, self._waiter = self._waiter, None
            if waiter is not None and not waiter.done():
                waiter.set_result(reply)

    def _fail(self, signal: Unsure) -> None:
        self._broken = True
        self._alarm.off()
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(signal)


class _RequestHead:
    """The head of a request but for its target and its length, checked: the next call has the same, nearly always."""

    def __init__(self, host: str, call: Call) -> None:
        self._method, self._headers = call.method, call.headers
        if not _TOKEN.fullmatch(call.method) or not all(_may_be_sent(*header) for header in call.headers.items()):
            raise Declined("bad_request")
        self._text = "".join(f"{name}: {value}\r\n" for name, value in (("host", host), *call.headers.items()))

    def is_for(self, call: Call) -> bool:
        """Whether a call has the same method and headers."""
        return call.method == self._method and call.headers == self._headers

    def with_body(self, call: Call) -> bytes:
        """Write a request whole."""
        length = f"content-length: {len(call.body)}\r\n" if call.body or call.method != "GET" else ""
        return f"{call.method} {call.target} HTTP/1.1\r\n{self._text}{length}\r\n".encode("ascii") + call.body


def _may_be_sent(name: str, value: str) -> bool:
    return bool(_TOKEN.fullmatch(name) and _VALUE.fullmatch(value)) and name.lower() not in _OURS


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
