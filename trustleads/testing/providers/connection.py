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
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # struct linger: on, no time


@dataclass(frozen=True, slots=True)
class Delivery:
    """What to send, when and how.

    Attributes:
        reply: None resets the connection instead.
        delay: Seconds until then.
        fault: ``RESET_MID_BODY`` and ``SLOW_BODY`` change how it is sent.
        seconds: How long a slow body takes, and how long after half a body the reset comes.
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
    """One client's connection; it lives as long as the client likes.

    Every call is read by a reader of its own, and the answer written without one: the state machine of a whole
    HTTP connection takes longer than all the rest of a call.
    """

    def __init__(self, host: Host, http: Any, live: set[Connection]) -> None:
        """Serve over ``http``, the ``h11`` module, and stand in ``live`` while connected."""
        self._host, self._lib, self._live = host, http, live
        self._reader: Any = http.Connection(http.SERVER)
        self._raw, self._body = bytearray(), bytearray()
        self._head: Any = None
        self._transport: Any = None
        self._loop = asyncio.get_running_loop()
        self._busy = False
        self._last = False
        self._at = 0.0

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
        """Read on; what comes while a call waits for its answer waits too."""
        self._raw += data
        if not self._busy:
            self._read(data)

    def _read(self, data: bytes) -> None:
        self._at = self._loop.time()
        lib, reader = self._lib, self._reader
        try:
            reader.receive_data(data)
            for event in iter(reader.next_event, lib.NEED_DATA):
                if isinstance(event, lib.EndOfMessage):
                    self._handle()
                    return
                self._take(event)
        except lib.RemoteProtocolError:
            self._transport.close()

    def _take(self, event: Any) -> None:
        if isinstance(event, self._lib.Request):
            self._head, self._body = event, bytearray()
        else:
            self._body += event.data

    def _handle(self) -> None:
        self._busy = True
        rest = len(self._reader.trailing_data[0])
        raw = bytes(self._raw[: len(self._raw) - rest])
        del self._raw[: len(raw)]
        request = _request(self._head, bytes(self._body))
        self._last = request.headers.get("connection", "").lower() == "close"
        delivery = self._host.serve(request, raw)
        answer = None if delivery.reply is None else _rendered(delivery.reply)
        if delivery.delay:
            self._loop.call_at(self._at + delivery.delay, self._deliver, delivery, answer)
        else:
            self._deliver(delivery, answer)

    def _deliver(self, delivery: Delivery, answer: tuple[bytes, bytes] | None) -> None:
        self._host.served()
        if self._transport.is_closing():
            return
        if answer is None:
            self._reset()
            return
        head, body = answer
        if delivery.fault is FaultKind.RESET_MID_BODY:
            self._transport.write(head + body[: len(body) // 2])
            self._loop.call_later(delivery.seconds, self._reset)  # at once it would take back what was sent before
        elif delivery.fault is FaultKind.SLOW_BODY:
            self._transport.write(head)
            self._trickle(body, -(-len(body) // _TRICKLES) or 1, delivery.seconds / _TRICKLES)
        else:
            self._transport.write(head + body)
            self._next()

    def _trickle(self, body: bytes, size: int, pause: float) -> None:
        """Send the next piece, and the others a pause apart."""
        self._transport.write(body[:size])
        if len(body) > size:
            self._loop.call_later(pause, self._trickle, body[size:], size, pause)
        else:
            self._next()

    def _next(self) -> None:
        """Be ready for the next call, which may be here already."""
        if self._last:
            self._transport.close()
            return
        self._reader, self._busy = self._lib.Connection(self._lib.SERVER), False
        if self._raw:
            self._read(bytes(self._raw))

    def _reset(self) -> None:
        if (plain := self._transport.get_extra_info("socket")) is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()


def _rendered(reply: Reply) -> tuple[bytes, bytes]:
    """Head and body as they go over the wire."""
    body = reply.body()
    lines = [f"{name}: {text}\r\n" for name, text in reply.header_lines().items()]
    head = f"HTTP/1.1 {reply.status} \r\n{''.join(lines)}content-length: {len(body)}\r\n\r\n"
    return head.encode("latin-1"), body


def _request(head: Any, body: bytes) -> Request:
    path, _, query = head.target.decode("ascii").partition("?")
    return Request(
        method=head.method.decode("ascii"),
        path=unquote(path),
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        headers={name.decode("ascii"): text.decode("latin-1") for name, text in head.headers},
        body=body,
    )
