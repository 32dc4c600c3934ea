"""Test support for hosts and for third-party adapters.

Names load on first use: the pytest plugin imports this package in every run, and must not slow it down.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trustleads.testing.answers import AnswerCacheContract
    from trustleads.testing.dns import Fault, LoopbackDns
    from trustleads.testing.doubles import StaticMxResolver
    from trustleads.testing.mx import MxResolverContract, MxWorld
    from trustleads.testing.provider import ProviderContract
    from trustleads.testing.provider_world import Known, ProviderWorld, Trouble

__all__ = [
    "AnswerCacheContract",
    "Fault",
    "Known",
    "LoopbackDns",
    "MxResolverContract",
    "MxWorld",
    "ProviderContract",
    "ProviderWorld",
    "StaticMxResolver",
    "Trouble",
]

_HOMES = {
    "AnswerCacheContract": "answers",
    "Fault": "dns",
    "Known": "provider_world",
    "LoopbackDns": "dns",
    "MxResolverContract": "mx",
    "MxWorld": "mx",
    "ProviderContract": "provider",
    "ProviderWorld": "provider_world",
    "StaticMxResolver": "doubles",
    "Trouble": "provider_world",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
