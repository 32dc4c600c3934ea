"""What is sent to a JSON API that is described by data (LEAD-4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trustleads.enrichment.providers.json_description import ITEMS, NUMBER, PLACEHOLDER
from trustleads.enrichment.questions import Question

_DROP: Any = object()  # a part of a request that needs something which is not given


def facts_of(number: int, question: Question) -> dict[str, str]:
    """Give what the placeholders of a description stand for: what a lead is matched by, and its place in the call."""
    return {key.value: text for key, text in question.given.items()} | {NUMBER: str(number)}


def fill(template: Any, facts: Mapping[str, str], items: Any = None) -> Any:
    """Put what is given into a template; what needs more than that is left out."""
    if isinstance(template, Mapping):
        parts = {key: fill(part, facts, items) for key, part in template.items()}
        return {key: part for key, part in parts.items() if part is not _DROP}
    if isinstance(template, list | tuple):
        return [part for part in (fill(part, facts, items) for part in template) if part is not _DROP]
    if not isinstance(template, str):
        return template
    if template == ITEMS:
        return items
    return (
        _DROP if set(PLACEHOLDER.findall(template)) - facts.keys() else PLACEHOLDER.sub(lambda m: facts[m[1]], template)
    )


def parameters(template: Mapping[str, Any], facts: Mapping[str, str]) -> dict[str, str]:
    """Fill a template of parameters, or of a form."""
    return {name: plain(part) for name, part in fill(template, facts).items()}


def plain(value: Any) -> str:
    """Write a value as parameters and forms have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
