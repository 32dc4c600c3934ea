"""Whom to ask for what is missing, and what a provider of one's own is made of (LEAD-4).

``trustleads.enrich(leads, providers=[Hunter(key)], want={"email": 0.9})``. Names load on first use.
"""

from typing import TYPE_CHECKING

from trustleads._lazy import names_on_demand

if TYPE_CHECKING:
    from trustleads.core.money import Money
    from trustleads.enrichment.asking.kept import subject_digest
    from trustleads.enrichment.leaving import may_send, sending
    from trustleads.enrichment.ports import Limits, Provider, Rate
    from trustleads.enrichment.providers.apollo import Apollo
    from trustleads.enrichment.providers.email_pattern import EmailPattern
    from trustleads.enrichment.providers.http import HttpProvider, Reply
    from trustleads.enrichment.providers.hunter import Hunter
    from trustleads.enrichment.providers.json_api import JsonProvider
    from trustleads.enrichment.providers.people_data_labs import PeopleDataLabs
    from trustleads.enrichment.providers.table import TableProvider
    from trustleads.enrichment.providers.zerobounce import ZeroBounce
    from trustleads.enrichment.questions import (
        Answer,
        AskAgain,
        Attribute,
        Declined,
        Finding,
        Mailbox,
        Outcome,
        Question,
        Signal,
        StopAsking,
        Unsure,
    )

__all__ = [
    "Answer",
    "Apollo",
    "AskAgain",
    "Attribute",
    "Declined",
    "EmailPattern",
    "Finding",
    "HttpProvider",
    "Hunter",
    "JsonProvider",
    "Limits",
    "Mailbox",
    "Money",
    "Outcome",
    "PeopleDataLabs",
    "Provider",
    "Question",
    "Rate",
    "Reply",
    "Signal",
    "StopAsking",
    "TableProvider",
    "Unsure",
    "ZeroBounce",
    "may_send",
    "sending",
    "subject_digest",
]

_HOME = {
    "trustleads.core.money": ("Money",),
    "trustleads.enrichment.asking.kept": ("subject_digest",),
    "trustleads.enrichment.leaving": ("may_send", "sending"),
    "trustleads.enrichment.ports": ("Limits", "Provider", "Rate"),
    "trustleads.enrichment.providers.apollo": ("Apollo",),
    "trustleads.enrichment.providers.email_pattern": ("EmailPattern",),
    "trustleads.enrichment.providers.http": ("HttpProvider", "Reply"),
    "trustleads.enrichment.providers.hunter": ("Hunter",),
    "trustleads.enrichment.providers.json_api": ("JsonProvider",),
    "trustleads.enrichment.providers.people_data_labs": ("PeopleDataLabs",),
    "trustleads.enrichment.providers.table": ("TableProvider",),
    "trustleads.enrichment.providers.zerobounce": ("ZeroBounce",),
    "trustleads.enrichment.questions": (
        "Answer",
        "AskAgain",
        "Attribute",
        "Declined",
        "Finding",
        "Mailbox",
        "Outcome",
        "Question",
        "Signal",
        "StopAsking",
        "Unsure",
    ),
}

if not TYPE_CHECKING:  # else every misspelt name would pass for one that loads on first use
    __getattr__, __dir__ = names_on_demand(__name__, _HOME)
