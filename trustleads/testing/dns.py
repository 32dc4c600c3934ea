"""A DNS server on the loopback interface, for tests that want real packets and no network.

It speaks UDP and TCP on one port, answers from records in zone-file form, counts the questions, and can
be told to fail in the ways that name servers fail. It needs ``dnslib``: ``pip install 'trustleads[testing]'``.
"""

from __future__ import annotations

import importlib
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum
from types import TracebackType
from typing import Any, NamedTuple, Self

from trustleads.core.errors import MissingExtra

_NEGATIVE_TTL = 120  # seconds, of the SOA record in answers that there is nothing


class Fault(Enum):
    """How the server can fail for a name."""

    SERVFAIL = "servfail"
    REFUSED = "refused"
    SILENT = "silent"  # never answers
    GARBAGE = "garbage"  # answers with bytes that are no DNS message
    FORGED = "forged"  # sends a false "no such domain" with a wrong id first, then the true answer
    TRUNCATED = "truncated"  # tells over UDP to ask again over TCP
    OFF_TOPIC = "off_topic"  # answers with records of another name


class Question(NamedTuple):
    """What was asked."""

    name: str
    kind: str
    transport: str


class LoopbackDns:
    """A name server that knows only what it is told.

    Use it as a context manager; it is listening on ``address`` and ``port`` from its construction on::

        with LoopbackDns("example.com. 300 IN MX 10 mx.example.com.") as server:
            resolver = DnsMxResolver(nameservers=[server.address], port=server.port)

    Attributes:
        address: ``127.0.0.1``.
        port: A free port, of UDP and TCP alike.
        delay: Seconds before each answer.
        questions: Everything that was asked so far, in order of arrival.
    """

    def __init__(self, zone: str = "") -> None:
        """Listen, with these records.

        Raises:
            MissingExtra: ``dnslib`` is not installed.
        """
        self._lib = _dnslib()
        self.address, self.delay, self.questions = "127.0.0.1", 0.0, list[Question]()
        self._records: dict[str, list[Any]] = {}
        self._faults: dict[str, Fault] = {}
        self._servers = _listen(self.address, self)
        self.port: int = self._servers[0].server_address[1]
        self.add(zone)
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def add(self, zone: str) -> None:
        """Add records, one a line: ``example.com. 300 IN MX 10 mx.example.com.``."""
        for record in self._lib.RR.fromZone(zone):
            self._records.setdefault(_plain(record.rname), []).append(record)

    def fail(self, name: str, fault: Fault) -> None:
        """Fail in this way whenever something about the name is asked."""
        self._faults[name] = fault

    def forget(self, name: str) -> None:
        """Drop the records of a name and mend its fault."""
        self._records.pop(name, None)
        self._faults.pop(name, None)

    def asked(self, name: str, kind: str = "MX") -> int:
        """How many questions of this kind about this name arrived."""
        return sum(question[:2] == (name, kind) for question in self.questions)

    def close(self) -> None:
        """Stop listening."""
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def answer(self, packet: bytes, transport: str) -> Iterator[bytes]:
        """Give the packets to send back for one that came in."""
        request = self._lib.DNSRecord.parse(packet)
        name, kind = _plain(request.q.qname), self._lib.QTYPE[request.q.qtype]
        self.questions.append(Question(name, kind, transport))
        time.sleep(self.delay)
        fault = self._faults.get(name)
        if fault is Fault.GARBAGE:
            yield packet[:2] + b"\xff" * 20
        elif fault is not Fault.SILENT:
            if fault is Fault.FORGED and transport == "udp":
                yield self._forged(request)
            yield self._reply(request, name, kind, transport).pack()

    def _reply(self, request: Any, name: str, kind: str, transport: str) -> Any:
        fault, codes, reply = self._faults.get(name), self._lib.RCODE, request.reply()
        if fault in (Fault.SERVFAIL, Fault.REFUSED):
            reply.header.rcode = getattr(codes, fault.name)
        elif fault is Fault.TRUNCATED and transport == "udp":
            reply.header.tc = 1
        elif fault is Fault.OFF_TOPIC:
            reply.add_answer(*self._lib.RR.fromZone("elsewhere.example. 300 IN MX 10 mx.elsewhere.example."))
        else:
            self._fill(reply, name, kind)
        return reply

    def _fill(self, reply: Any, name: str, kind: str) -> None:
        """Put the records in, through aliases; without any, say how long there will be none (RFC 2308)."""
        found = self._records.get(name)
        while found and kind != "CNAME" and (alias := [r for r in found if self._lib.QTYPE[r.rtype] == "CNAME"]):
            reply.add_answer(alias[0])
            found = self._records.get(_plain(alias[0].rdata.label))
        records = [record for record in found or () if self._lib.QTYPE[record.rtype] == kind]
        reply.add_answer(*records)
        if found is None:
            reply.header.rcode = self._lib.RCODE.NXDOMAIN
        if not records:
            soa = f"{name}. {_NEGATIVE_TTL} IN SOA ns.example. mail.example. 1 60 60 60 {_NEGATIVE_TTL}"
            reply.add_auth(*self._lib.RR.fromZone(soa))

    def _forged(self, request: Any) -> bytes:
        reply = request.reply()
        reply.header.id ^= 1
        reply.header.rcode = self._lib.RCODE.NXDOMAIN
        packet: bytes = reply.pack()
        return packet


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True
    dns: LoopbackDns


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128
    dns: LoopbackDns


class _UdpHandler(socketserver.DatagramRequestHandler):
    server: _Udp

    def handle(self) -> None:
        packet, sender = self.request
        for reply in self.server.dns.answer(packet, "udp"):
            with suppress(OSError):  # the server was closed meanwhile
                sender.sendto(reply, self.client_address)

    def finish(self) -> None:
        """Send nothing more: the base class would send an empty packet."""


class _TcpHandler(socketserver.StreamRequestHandler):
    server: _Tcp

    def handle(self) -> None:
        (length,) = struct.unpack("!H", self.rfile.read(2))
        for reply in self.server.dns.answer(self.rfile.read(length), "tcp"):
            self.wfile.write(struct.pack("!H", len(reply)) + reply)


def _listen(address: str, dns: LoopbackDns) -> tuple[_Tcp, _Udp]:
    """Find a port that is free for TCP and for UDP."""
    for _ in range(20):
        tcp = _Tcp((address, 0), _TcpHandler)
        try:
            udp = _Udp(tcp.server_address, _UdpHandler)
        except OSError:
            tcp.server_close()
            continue
        tcp.dns = udp.dns = dns
        udp.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)  # many questions come at once
        return tcp, udp
    raise OSError("no port that is free for both TCP and UDP")


def _dnslib() -> Any:
    try:
        return importlib.import_module("dnslib")
    except ImportError:
        raise MissingExtra("dnslib", "testing") from None


def _plain(label: Any) -> str:
    return str(label).rstrip(".").lower()
