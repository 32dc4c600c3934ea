"""The guard against network traffic in tests sees every way out, and leaves loopback open."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import dns.asyncbackend
import dns.asyncquery
import dns.message
import pytest

from trustleads.enrichment.adapters.dns import DnsMxResolver
from trustleads.enrichment.ports import MxAnswer

ELSEWHERE = "192.0.2.1"  # reserved for documentation: nobody is there, should the guard be broken


def tcp(host: str) -> Any:
    with socket.socket() as sender:
        sender.settimeout(0.2)
        return sender.connect((host, 9))


def tcp_by_code(host: str) -> Any:
    with socket.socket() as sender:
        sender.settimeout(0.2)
        return sender.connect_ex((host, 9))


def datagram(host: str) -> Any:
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        return sender.sendto(b"x", (host, 9))


def message(host: str) -> Any:
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        return sender.sendmsg([b"x"], [], 0, (host, 9))


def ipv6(host: str) -> Any:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
        return sender.sendto(b"x", ("::1" if host == "127.0.0.1" else "2001:db8::1", 9))


def dns_question(host: str) -> Any:
    query = dns.message.make_query("example.com", "MX")
    backend = dns.asyncbackend.get_backend("asyncio")
    return asyncio.run(dns.asyncquery.udp(query, host, timeout=0.2, port=9, backend=backend))


SENDERS = [tcp, tcp_by_code, datagram, message, ipv6, dns_question]


@pytest.fixture
def attempts(network_guard: Any) -> Iterator[list[str]]:
    """What the guard saw; forgotten at the end, or this very test would fail by it."""
    yield network_guard.attempts
    network_guard.attempts.clear()


@pytest.mark.parametrize("send", SENDERS)
def test_nothing_is_sent_to_another_machine(send: Callable[[str], Any], attempts: list[str]) -> None:
    with pytest.raises(AssertionError, match="tried to leave this machine"):
        send(ELSEWHERE)
    assert attempts


@pytest.mark.parametrize("send", SENDERS)
def test_loopback_is_open(send: Callable[[str], Any], network_guard: Any) -> None:
    with suppress(OSError, dns.exception.Timeout):  # nobody listens there, or there is no IPv6
        send("127.0.0.1")
    assert not network_guard.attempts


@pytest.mark.parametrize(
    "find", [socket.gethostbyname, socket.gethostbyname_ex, lambda name: socket.getaddrinfo(name, 9)]
)
def test_no_name_is_looked_up(find: Callable[[str], Any], attempts: list[str]) -> None:
    with pytest.raises(AssertionError, match=r"socket\.get.* host\.example"):
        find("host.example")
    assert len(attempts) == 1
    attempts.clear()
    assert find("localhost")
    assert find("127.0.0.1")
    assert not attempts


def test_an_attempt_that_the_library_takes_for_a_failure_is_remembered(attempts: list[str]) -> None:
    resolver = DnsMxResolver(nameservers=[ELSEWHERE], timeout=0.3)
    assert resolver.lookup(["example.com"])["example.com"] is MxAnswer.FAILED
    assert any(ELSEWHERE in attempt for attempt in attempts)


def test_sockets_of_other_kinds_are_left_alone(network_guard: Any) -> None:
    one, other = socket.socketpair()
    with one, other:
        one.sendmsg([b"x"])
        assert other.recv(1) == b"x"
    assert not network_guard.attempts
