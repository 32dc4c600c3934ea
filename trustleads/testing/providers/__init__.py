"""Doubles of the providers: HTTPS servers on this machine that speak the vendors' contracts, and keep the books.

Names load on first use, as in the package above.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trustleads.testing.providers.apollo import ApolloServer
    from trustleads.testing.providers.faults import FaultKind, Faults
    from trustleads.testing.providers.hunter import HunterServer
    from trustleads.testing.providers.ledger import Call, Ledger
    from trustleads.testing.providers.messages import Person, Reply, Request, invent
    from trustleads.testing.providers.people_data_labs import PeopleDataLabsServer
    from trustleads.testing.providers.server import ProviderServer
    from trustleads.testing.providers.zerobounce import ZeroBounceServer

__all__ = [
    "ApolloServer",
    "Call",
    "FaultKind",
    "Faults",
    "HunterServer",
    "Ledger",
    "PeopleDataLabsServer",
    "Person",
    "ProviderServer",
    "Reply",
    "Request",
    "ZeroBounceServer",
    "invent",
]

_HOMES = {
    "ApolloServer": "apollo",
    "Call": "ledger",
    "FaultKind": "faults",
    "Faults": "faults",
    "HunterServer": "hunter",
    "Ledger": "ledger",
    "PeopleDataLabsServer": "people_data_labs",
    "Person": "messages",
    "ProviderServer": "server",
    "Reply": "messages",
    "Request": "messages",
    "ZeroBounceServer": "zerobounce",
    "invent": "messages",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
