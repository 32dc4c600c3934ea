"""What a language brings to the reading of titles, and how its words are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from trustleads.enrichment.models import Department, Seniority

Phrase = tuple[str, ...]

_SIGNS = re.compile(r"[^\w&+#|@]+")
_PAIRS = re.compile(r"\b([a-z]) ?([&+]) ?([a-z])\b")  # R&D, I+D, M&A
_GENDERED = re.compile(
    r"(?<=\w{3})(?:[/:*_.\u00b7]-?|\(-?)(?:in|innen|r|e|ne|a|o|se|euse|ere|rice|trice)\b\)?(?![\w.])"
)
_UMLAUT = re.compile(r"([aou])e")


class Head(Enum):
    """Where a language puts the noun that says what somebody is."""

    FIRST = "first"  # directeur commercial, Leiter Einkauf
    LAST = "last"  # sales director


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language, several in a line, divided by commas; a phrase of several words beats its parts.

    Attributes:
        head: Which noun counts when there are several.
        nouns: What somebody is, by level. Words that name no level are listed as ``STAFF``: they hide the others
            ("CEO assistant", "partner manager").
        helpers: Nouns of people who assist: STAFF, whatever else the title says.
        adjectives: Raise or lower what a noun says.
        departments: Words that name a function.
        weak: Words that name a function only where no word of ``departments`` does.
        openers: Words after which nothing tells the level any more ("assistant *to* the CEO").
        endings: Last parts of compound words and their level ("Vertriebs-leiter").
        stems: First parts of compound words and their function.
    """

    head: Head
    nouns: Mapping[Seniority, str]
    helpers: str
    adjectives: Mapping[Seniority, str]
    departments: Mapping[Department, str]
    weak: Mapping[Department, str]
    openers: str
    endings: Mapping[Seniority, str] = field(default_factory=dict)
    stems: Mapping[Department, str] = field(default_factory=dict)


def words_of(text: str) -> Phrase:
    """Cut a title into words as they are compared: no case, accents or endings of both genders, ä like a.

    Signs that divide a title stay as words of their own.

    >>> words_of("Geschäftsführer:in / Directeur.trice R & D")
    ('geschaftsfuhrer', '|', 'directeur', 'r&d')
    """
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = _UMLAUT.sub(r"\1", _GENDERED.sub("", text))
    text = _PAIRS.sub(r"\1&\3", text)
    text = re.sub(r"\be-(?=\w)", "e", text)  # e-commerce
    text = re.sub(r"[/,;()\[\]\u2022\u2013\u2014]|\s-\s", " | ", text)
    text = re.sub(r"\s[&+]\s", " | ", text)
    return tuple(_SIGNS.sub(" ", text).split())


def listed(text: str) -> Iterator[Phrase]:
    """Read one entry of a table."""
    for phrase in text.replace("\n", " ").split(","):
        if words := words_of(phrase):
            yield words
