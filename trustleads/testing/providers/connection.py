"""HTTP/1.1 over one connection: reads calls, writes answers, and breaks off where it is told to."""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote

from trustleads.testing.providers.faults import FaultKind
from trustleads.testing.providers.messages import Reply, Request

_TRICKLES = 10  # pieces of a slow body: no single wait is long, the whole is
_BEFORE_RESET = 0.02  # seconds: a reset at once would take back what was sent before it
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # struct linger: on, no time


@dataclass(frozen=True, slots=True)
class Delivery:
    """What to send, when and how.

    Attributes:
        reply: None resets the connection instead.
        delay: Seconds until then.
        fault: ``RESET_MID_BODY`` and ``SLOW_BODY`` change how it is sent.
        seconds: How long a slow body takes.
    """

    reply: Reply | None
    delay: float = 0.0
    fault: FaultKind | None = None
    seconds: float = 0.0


class Host(Protocol):
    """The server behind the connection."""

    def serve(self, request: Request, raw: bytes) -> Delivery:
        """Decide what becomes of a call."""
        ...

    def served(self) -> None:
        """Learn that a call is over."""
        ...


class Connection(asyncio.Protocol):
    """One client's connection; it lives as long as the client likes."""

    def __init__(self, host: Host, http: Any, live: set[Connection]) -> None:
        """Serve over ``http``, the ``h11`` module, and stand in ``live`` while connected."""
        self._host, self._lib, self._live = host, http, live
        self._http: Any = http.Connection(http.SERVER)
        self._raw, self._body = bytearray(), bytearray()
        self._head: Any = None
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport
        self._live.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio names it
        """End."""
        self._live.discard(self)

    def abort(self) -> None:
        """Drop the connection."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._raw += data
        self._http.receive_data(data)
        self._read()

    def _read(self) -> None:
        try:
            while (event := self._http.next_event()) not in (self._lib.NEED_DATA, self._lib.PAUSED):
                self._take(event)
        except self._lib.RemoteProtocolError:
            self._transport.close()

    def _take(self, event: Any) -> None:
        if isinstance(event, self._lib.Request):
            self._head, self._body = event, bytearray()
        elif isinstance(event, self._lib.Data):
            self._body += event.data
        elif isinstance(event, self._lib.EndOfMessage):
            self._handle()
        else:
            self._transport.close()

    def _handle(self) -> None:
        rest = len(self._http.trailing_data[0])
        raw = bytes(self._raw[: len(self._raw) - rest])
        del self._raw[: len(raw)]
        delivery = self._host.serve(_request(self._head, bytes(self._body)), raw)
        if delivery.delay:
            asyncio.get_running_loop().call_later(delivery.delay, self._deliver, delivery)
        else:
            self._deliver(delivery)

    def _deliver(self, delivery: Delivery) -> None:
        self._host.served()
        if self._transport.is_closing():
            return
        if delivery.reply is None:
            self._reset()
            return
        head, body, end = self._rendered(delivery.reply)
        later = asyncio.get_running_loop().call_later
        if delivery.fault is FaultKind.RESET_MID_BODY:
            self._transport.write(head + body[: len(body) // 2])
            later(_BEFORE_RESET, self._reset)
        elif delivery.fault is FaultKind.SLOW_BODY:
            self._transport.write(head)
            self._trickle(body + end, -(-len(body) // _TRICKLES) or 1, delivery.seconds / _TRICKLES)
        else:
            self._transport.write(head + body + end)
            self._next()

    def _rendered(self, reply: Reply) -> tuple[bytes, bytes, bytes]:
        body, lib, http = reply.body(), self._lib, self._http
        headers = [*reply.header_lines().items(), ("content-length", str(len(body)))]
        head = http.send(lib.Response(status_code=reply.status, headers=headers))
        return head, http.send(lib.Data(data=body)), http.send(lib.EndOfMessage())

    def _trickle(self, body: bytes, size: int, pause: float) -> None:
        """Send the next piece, and the others a pause apart."""
        self._transport.write(body[:size])
        if len(body) > size:
            asyncio.get_running_loop().call_later(pause, self._trickle, body[size:], size, pause)
        else:
            self._next()

    def _next(self) -> None:
        """Be ready for the next call, which may be here already."""
        if self._http.our_state is self._lib.DONE and self._http.their_state is self._lib.DONE:
            self._http.start_next_cycle()
            if self._raw:
                self._read()
        else:
            self._transport.close()

    def _reset(self) -> None:
        if (plain := self._transport.get_extra_info("socket")) is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()


def _request(head: Any, body: bytes) -> Request:
    path, _, query = head.target.decode("ascii").partition("?")
    return Request(
        method=head.method.decode("ascii"),
        path=unquote(path),
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        headers={name.decode("ascii"): text.decode("latin-1") for name, text in head.headers},
        body=body,
    )
