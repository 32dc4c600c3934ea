"""Leads in, trustworthy leads out, fast.

``import trustleads as tl`` loads names only; Arrow, NumPy and the rest come with first use.
"""

from typing import TYPE_CHECKING

from trustleads._lazy import names_on_demand
from trustleads._version import __version__
from trustleads.core.errors import InvalidInput, MissingExtra, TrustLeadsError, Unavailable

if TYPE_CHECKING:
    from trustleads import providers
    from trustleads.api import aenrich, detect_columns, enrich, preview, restore_formulas, summary
    from trustleads.core.money import Money
    from trustleads.enrichment.adapters.dns import DnsMxResolver
    from trustleads.enrichment.answers.memory import MemoryAnswers
    from trustleads.enrichment.answers.sqlite import SqliteAnswers
    from trustleads.enrichment.asking.budget import Budget
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
    from trustleads.enrichment.ports import AnswerCache, Gate, Meter, MxAnswer, MxResolver, Provider, Usage
    from trustleads.enrichment.preview import Preview
    from trustleads.enrichment.run import Progress
    from trustleads.enrichment.summary import Summary

__all__ = [
    "AnswerCache",
    "Budget",
    "ColumnReport",
    "Department",
    "DnsMxResolver",
    "EmailReason",
    "Gate",
    "InvalidInput",
    "MemoryAnswers",
    "Meter",
    "MissingExtra",
    "Money",
    "MxAnswer",
    "MxResolver",
    "NameStatus",
    "PhoneReason",
    "PhoneType",
    "Pipeline",
    "Preview",
    "Progress",
    "Provider",
    "Role",
    "Seniority",
    "SqliteAnswers",
    "Summary",
    "TrustLeadsError",
    "Unavailable",
    "Usage",
    "Verdict",
    "__version__",
    "aenrich",
    "detect_columns",
    "enrich",
    "preview",
    "providers",
    "restore_formulas",
    "summary",
]

_HOME = {
    "trustleads.api": ("aenrich", "detect_columns", "enrich", "preview", "restore_formulas", "summary"),
    "trustleads.core.money": ("Money",),
    "trustleads.enrichment.adapters.dns": ("DnsMxResolver",),
    "trustleads.enrichment.answers.memory": ("MemoryAnswers",),
    "trustleads.enrichment.answers.sqlite": ("SqliteAnswers",),
    "trustleads.enrichment.asking.budget": ("Budget",),
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
    "trustleads.enrichment.ports": ("AnswerCache", "Gate", "Meter", "MxAnswer", "MxResolver", "Provider", "Usage"),
    "trustleads.enrichment.preview": ("Preview",),
    "trustleads.enrichment.run": ("Progress",),
    "trustleads.enrichment.summary": ("Summary",),
}

if not TYPE_CHECKING:  # else every misspelt name would pass for one that loads on first use
    __getattr__, __dir__ = names_on_demand(__name__, _HOME, submodules=("providers",))
