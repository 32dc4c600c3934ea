"""Leads in, trustworthy leads out, fast.

``import trustleads as tl`` loads names only; Arrow, NumPy and the rest come with first use.
"""

from typing import TYPE_CHECKING

from trustleads._version import __version__
from trustleads.core.errors import InvalidInput, MissingExtra, TrustLeadsError, Unavailable

if TYPE_CHECKING:
    from trustleads.api import detect_columns, enrich, restore_formulas, summary
    from trustleads.enrichment.adapters.dns import DnsMxResolver
    from trustleads.enrichment.columns import ColumnReport
    from trustleads.enrichment.models import (
        Department,
        EmailReason,
        NameStatus,
        PhoneReason,
        PhoneType,
        Role,
        Seniority,
        Verdict,
    )
    from trustleads.enrichment.pipeline import Pipeline
    from trustleads.enrichment.ports import MxAnswer, MxResolver
    from trustleads.enrichment.run import Progress
    from trustleads.enrichment.summary import Summary

__all__ = [
    "ColumnReport",
    "Department",
    "DnsMxResolver",
    "EmailReason",
    "InvalidInput",
    "MissingExtra",
    "MxAnswer",
    "MxResolver",
    "NameStatus",
    "PhoneReason",
    "PhoneType",
    "Pipeline",
    "Progress",
    "Role",
    "Seniority",
    "Summary",
    "TrustLeadsError",
    "Unavailable",
    "Verdict",
    "__version__",
    "detect_columns",
    "enrich",
    "restore_formulas",
    "summary",
]

_HOME = {
    "trustleads.api": ("detect_columns", "enrich", "restore_formulas", "summary"),
    "trustleads.enrichment.adapters.dns": ("DnsMxResolver",),
    "trustleads.enrichment.columns": ("ColumnReport",),
    "trustleads.enrichment.models": (
        "Department",
        "EmailReason",
        "NameStatus",
        "PhoneReason",
        "PhoneType",
        "Role",
        "Seniority",
        "Verdict",
    ),
    "trustleads.enrichment.pipeline": ("Pipeline",),
    "trustleads.enrichment.ports": ("MxAnswer", "MxResolver"),
    "trustleads.enrichment.run": ("Progress",),
    "trustleads.enrichment.summary": ("Summary",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562), so that importing the package stays cheap."""
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'trustleads' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - only for those who use a name

    value: object = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
