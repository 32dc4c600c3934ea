"""A provider's double: a real HTTPS server on this machine that speaks a vendor's contract, traps included.

It needs ``h11`` and ``trustme``: ``pip install 'trustleads[testing]'``.
"""

from __future__ import annotations

import asyncio
import hmac
import importlib
import socket
import ssl
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from types import TracebackType
from typing import Any, ClassVar, Self

from trustleads.core.errors import MissingExtra
from trustleads.testing.providers.connection import Connection, Delivery
from trustleads.testing.providers.faults import UNDONE, FaultKind, Faults, bend
from trustleads.testing.providers.ledger import Call, Ledger
from trustleads.testing.providers.messages import People, Person, Reply, Request

__all__ = ["Faults", "Ledger", "Person", "ProviderServer", "Reply", "Request"]

_BACKLOG = 1024  # hundreds of connections may be opened at the same moment


class ProviderServer(ABC):
    """A vendor's API on ``127.0.0.1``, in a thread of its own.

    Use it as a context manager::

        with HunterServer([person]) as server:
            provider = Hunter("test-key", base_url=server.url, tls=server.tls)

    A subclass says what the vendor answers (``answer``) and how its refusals look (``fault_reply``).

    Attributes:
        url: What a provider takes as ``base_url``; known once it runs.
        tls: A client's context that trusts the server; known once it runs.
        ca_pem: The certificate that ``tls`` trusts.
        ledger: What arrived, and what was billed.
        people: Whom it knows: ``people.find(email=...)``.
        credits: Units that are left to the caller; None for no end of them.
        latency: Seconds from a call to its answer.
        faults: What goes wrong.
        root: Path of the API; a call outside it is answered with 404.
        answers_at: Key of the list of answers in the JSON of a batch; None where the JSON is the list.
    """

    root: ClassVar[str]
    answers_at: ClassVar[str | None] = None

    url: str
    tls: ssl.SSLContext
    ca_pem: bytes

    def __init__(
        self,
        people: Iterable[Person] = (),
        *,
        key: str = "test-key",
        latency: float = 0.0,
        faults: Faults | None = None,
        credits: int | None = None,  # noqa: A002 - the vendors' word
        capture: bool = True,
    ) -> None:
        """Know these people; nothing listens yet.

        Args:
            people: Whom it can answer about.
            key: The one key it accepts.
            latency: Seconds from a call to its answer.
            faults: What goes wrong on order.
            credits: Units the caller may use up; None for no end of them.
            capture: Whether to keep the bytes of every call, which takes memory in long runs.
        """
        self.people = People(people)
        self.latency, self.faults, self.credits = latency, faults or Faults(), credits
        self.ledger = Ledger(capture=capture)
        self._key = key
        self._bug: Exception | None = None
        self._stop: asyncio.Event
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @abstractmethod
    def answer(self, request: Request) -> Reply:
        """Answer as the vendor does, strictly, and ``bill`` what the vendor bills.

        Runs in the server's thread; an exception is a fault of the double: the call gets 500, and ``close`` raises it.
        """

    def fault_reply(self, kind: FaultKind) -> Reply:
        """Give the vendor's answer for ``RATE_LIMITED`` (with Retry-After, if it has that) or ``SERVER_ERROR``."""
        if kind is FaultKind.SERVER_ERROR:
            return Reply(503, text="Service Unavailable")
        return Reply(429, {"message": "Too many requests"}, headers={"retry-after": str(self.faults.retry_after)})

    def silent_reply(self) -> Reply:
        """Give the vendor's answer for ``RATE_LIMITED_SILENT``."""
        reply = self.fault_reply(FaultKind.RATE_LIMITED)
        return replace(reply, headers={k: v for k, v in reply.headers.items() if k.lower() != "retry-after"})

    def bill(self, subject: str, units: int = 1) -> None:
        """Charge for a subject, and take it off the credits."""
        self.ledger.bill(subject, units)
        if self.credits is not None:
            self.credits -= units

    def can_pay(self, units: int = 1) -> bool:
        """Whether enough credit is left."""
        return self.credits is None or self.credits >= units

    def knows_key(self, key: str | None) -> bool:
        """Whether it is the key."""
        return key is not None and hmac.compare_digest(key.encode(), self._key.encode())

    def serve(self, request: Request, raw: bytes) -> Delivery:
        """Decide what becomes of a call (the connections' side of the server)."""
        self.ledger.begin(raw)
        at, fault = time.monotonic(), self.faults.next()
        reply = self._undone(fault) if fault in UNDONE else self._answered(request)
        if fault is not None and reply is not None:
            reply, fault = self._bent(fault, reply)
        status = None if reply is None else reply.status
        self.ledger.calls.append(Call(at, request.method, request.path.removeprefix(self.root), status, fault))
        late = self.faults.seconds if fault is FaultKind.LATENCY else 0.0
        return Delivery(reply, self.latency + late, fault, self.faults.seconds)

    def served(self) -> None:
        """Learn that a call is over (the connections' side of the server)."""
        self.ledger.end()

    def _undone(self, fault: FaultKind | None) -> Reply | None:
        if fault is FaultKind.RATE_LIMITED_SILENT:
            return self.silent_reply()
        return self.fault_reply(fault) if fault and fault is not FaultKind.RESET_BEFORE else None

    def _answered(self, request: Request) -> Reply:
        if not request.path.startswith(f"{self.root}/"):
            return Reply(404, text="Not Found")
        try:
            return self.answer(replace(request, path=request.path.removeprefix(self.root)))
        except Exception as error:  # noqa: BLE001 - whatever it is, close() raises it where the test sees it
            self._bug = error
            return Reply(500, text="the double is broken")

    def _bent(self, fault: FaultKind, reply: Reply) -> tuple[Reply, FaultKind | None]:
        """Spoil the answer; a fault that cannot be had with it did not happen."""
        other = bend(fault, reply, self.answers_at)
        return other, None if other is reply and fault in _OF_CONTENT else fault

    def start(self) -> Self:
        """Listen.

        Raises:
            MissingExtra: ``h11`` or ``trustme`` is not installed.
        """
        http, trust = _library("h11"), _library("trustme")
        authority = trust.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
        self.ca_pem = authority.cert_pem.bytes()
        self.tls = ssl.create_default_context(cadata=self.ca_pem.decode())
        listening = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
        self.url = f"https://127.0.0.1:{listening.getsockname()[1]}{self.root}"
        self._loop, self._stop = asyncio.new_event_loop(), asyncio.Event()
        self._thread = threading.Thread(target=self._main, args=(self._loop, listening, context, http), daemon=True)
        self._thread.start()
        return self

    def _main(
        self, loop: asyncio.AbstractEventLoop, listening: socket.socket, context: ssl.SSLContext, http: Any
    ) -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(self._run(listening, context, http))

    async def _run(self, listening: socket.socket, context: ssl.SSLContext, http: Any) -> None:
        live: set[Connection] = set()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Connection(self, http, live), sock=listening, ssl=context, backlog=_BACKLOG
        )
        await self._stop.wait()
        server.close()
        for connection in list(live):
            connection.abort()
        while live:  # noqa: ASYNC110 - they are gone after a turn or two of the loop
            await asyncio.sleep(0)

    def close(self) -> None:
        """Stop listening, and drop what is connected; raises what ``answer`` raised."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
            self._loop = self._thread = None
        if self._bug is not None:
            raise self._bug

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_OF_CONTENT = {
    FaultKind.WRONG_JSON,
    FaultKind.TRUNCATED_BATCH,
    FaultKind.SHUFFLED_BATCH,
    FaultKind.DUPLICATED_ANSWER,
    FaultKind.WRONG_SUBJECT,
}


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise MissingExtra(name, "testing") from None
