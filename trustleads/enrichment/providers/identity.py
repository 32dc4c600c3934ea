"""Whether an answer is about the person who was asked about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from trustleads.enrichment.questions import Attribute

# Letters that have no accent to take off; and "ae", "oe", "ue" are how many write what others write with one.
_PLAIN = str.maketrans({"ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d", "\u0131": "i"})
_UMLAUT = re.compile(r"(?<=[aou])e")
_NAMES = (Attribute.FULL_NAME, Attribute.FIRST_NAME, Attribute.LAST_NAME)


def has_name(given: Mapping[Attribute, str], first: Any, last: Any) -> bool:
    """Tell whether a first and a last name may belong to the given person.

    Case, accents, order and further names do not matter, and a first name may be short for the other (``J``,
    ``Max``). What is missing confirms nothing.
    """
    asked = words(" ".join(given.get(name, "") for name in _NAMES))
    firsts, lasts = words(first), words(last)
    others = asked - lasts or asked  # Thomas Thomas has one word for both
    return bool(asked & lasts) and any(_may_be_same(one, other) for one in others for other in firsts)


def has_address(given: str, addresses: Iterable[Any]) -> bool:
    """Tell whether an e-mail address is among others, whatever its case."""
    return given.casefold() in {address.strip().casefold() for address in addresses if isinstance(address, str)}


def _may_be_same(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def words(text: Any) -> set[str]:
    """Words without accents and case; nothing of what is no text."""
    plain = unicodedata.normalize("NFKD", text if isinstance(text, str) else "").casefold().translate(_PLAIN)
    letters = "".join(c if c.isalnum() else "" if unicodedata.combining(c) else " " for c in plain)
    return set(_UMLAUT.sub("", letters).split())
