"""Shared by all tests: reproducible property tests, and no network beyond this machine."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "trustleads", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("trustleads")

_SENDING = {"socket.connect", "socket.sendto", "socket.sendmsg"}  # arguments: socket, address
_NAMING = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}  # arguments: host, ...


class NetworkGuard:
    """Refuses every attempt to leave this machine, and remembers it: the code under test may swallow the refusal.

    It listens to the interpreter's audit events, which also see datagrams without a connection, and what is
    called past the ``socket`` module. Such a listener cannot be removed, only switched off.

    Attributes:
        on: Whether a test is running.
        attempts: Hosts that the running test tried to reach or look up.
    """

    def __init__(self) -> None:
        self.on = False
        self.attempts: list[str] = []
        sys.addaudithook(self._listen)

    def _listen(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.on and ((event in _SENDING and _leaves(*arguments)) or (event in _NAMING and _asks(arguments[0]))):
            self.attempts.append(f"{event} {arguments[event in _SENDING]}")
            raise AssertionError(f"a test tried to leave this machine: {self.attempts[-1]}")


def _leaves(sender: socket.socket, address: Any) -> bool:
    """Whether something goes to another machine; there is no address where a connection exists already."""
    return address is not None and sender.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0])


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _asks(host: str | bytes | None) -> bool:
    """Whether it takes a name server to find this host."""
    name = host.decode() if isinstance(host, bytes) else host
    try:
        ipaddress.ip_address(name or "127.0.0.1")
    except ValueError:
        return name != "localhost"
    return False


_guard = NetworkGuard()


@pytest.fixture(autouse=True)
def network_guard() -> Iterator[NetworkGuard]:
    """Fail any test that would talk to another machine."""
    _guard.attempts.clear()
    _guard.on = True
    yield _guard
    _guard.on = False
    assert not _guard.attempts, f"a test tried to leave this machine: {_guard.attempts}"
