"""A look-up in a table or file that the host has already: its CRM, an export, last year's leads (LEAD-4)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from trustleads.core.errors import InvalidInput, TrustLeadsError
from trustleads.core.money import Money
from trustleads.enrichment.columns import detect_columns, listed
from trustleads.enrichment.models import Role
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.providers.naming import checked_name
from trustleads.enrichment.providers.table_data import open_data
from trustleads.enrichment.providers.table_index import KEYS, Index, Key, key_of, normal_values, normaliser, with_halves
from trustleads.enrichment.questions import MISS, Answer, Attribute, Finding, Outcome, Question, StopAsking

_FILLS_FROM: Mapping[Attribute, tuple[Role, ...]] = {
    Attribute.EMAIL: (Role.EMAIL,),
    Attribute.PHONE: (Role.PHONE,),
    Attribute.JOB_TITLE: (Role.JOB_TITLE,),
    Attribute.FIRST_NAME: (Role.FIRST_NAME, Role.FULL_NAME),
    Attribute.LAST_NAME: (Role.LAST_NAME, Role.FULL_NAME),
    Attribute.COMPANY: (Role.COMPANY,),
    Attribute.DOMAIN: (Role.DOMAIN, Role.EMAIL),
}
_USUAL = 0.9
_HALVES = frozenset({Attribute.FIRST_NAME, Attribute.LAST_NAME})


class TableProvider:
    """A provider that looks leads up in a table of the host's own. Nothing leaves the host, and it costs nothing.

    Columns are recognised as ``trustleads.enrich`` recognises them, and both sides are brought into normal form before
    they are compared. A lead is looked up by what is known of it, the surest first: e-mail address, phone number, name
    and domain, name and company; for each wanted attribute, the first of these under which the table has a value
    answers. Where the rows under it have several values there is no telling, and there is no answer. A company's name
    or domain is found by the other one, too. Addresses of functions (info@) and invalid values count for nothing.

    The table is read when it is first asked; what is kept is normal forms in Arrow memory.
    """

    verifies = False
    most_units = 1
    keeps = False  # the table may be another one by the next time
    batch_size = 100

    def __init__(
        self,
        data: Any,
        *,
        name: str = "table",
        columns: Mapping[str, str | None] | None = None,
        confidence: float | Mapping[str, float] = _USUAL,
        country: str | None = None,
        currency: str = "USD",
    ) -> None:
        """Look at the header, and at the first rows.

        Args:
            data: Whatever ``trustleads.enrich`` takes: a data frame, Arrow table, list of dicts, a path (CSV, Parquet).
            name: What it is called in the results.
            columns: Role (see ``trustleads.Role``) to column name, for what is not recognised; None switches one off.
            confidence: How far its values are believed, 0 to 1: of all, or of each attribute (0.9 for the others).
            country: Country of phone numbers in national form, where the row names none.
            currency: In which it costs nothing: that of the other providers.

        Raises:
            InvalidInput: It is no table, an option is wrong, or the columns are not enough to look anything up.
        """
        self._data = open_data(data)
        self._pipeline = normaliser(country)
        self._roles = detect_columns(self._data.names, self._data.sample(), overrides=columns).roles
        self._keys = [key for key in KEYS if self._has(key)]
        self.fills = frozenset(
            attribute for attribute, roles in _FILLS_FROM.items() if not self._roles.keys().isdisjoint(roles)
        )
        self.matches: Sequence[frozenset[Attribute]] = list(_matches(self._keys))
        self.confidence: Mapping[Attribute, float] = _confidences(confidence, self.fills)
        self.name = checked_name(name)
        self.price = Money.nothing(currency)
        self.limits = Limits(in_flight=4, timeout=600.0)  # the first look-up reads the table
        self._indexes: Mapping[Key, Index] | None = None
        self._lock = threading.Lock()
        self._check()

    def __repr__(self) -> str:
        return f"TableProvider(name={self.name!r}, fills={sorted(self.fills)})"

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        """Look each lead up; see ``Provider.lookup``.

        Raises:
            StopAsking: The table cannot be read (any more); the cause is behind it.
        """
        indexes = self._indexes
        if indexes is None:
            try:
                indexes = await asyncio.to_thread(self._built)
            except TrustLeadsError as error:
                raise StopAsking("unreadable") from error
        return [self._answer(indexes, question) for question in questions]

    async def aclose(self) -> None:
        """See ``Provider.aclose``."""

    def _has(self, key: Key) -> bool:
        """Whether the columns of a key are there; a domain is told from e-mail addresses as well."""
        known = set(self._roles)
        if Role.EMAIL in known:
            known.add(Role.DOMAIN)
        if Role.FULL_NAME in known:
            known |= {Role.FIRST_NAME, Role.LAST_NAME}
        return all(Role(attribute.value) in known for attribute in key)

    def _check(self) -> None:
        if not self._keys or not any(self.fills - set(key) for key in self._keys):
            raise InvalidInput(
                "TableProvider needs columns to look up by (email, phone, or a name with company or domain) and one to"
                f" give; recognised are {listed(list(self._roles))} of {listed(self._data.names)}. Name them:"
                " columns={'email': ...}",
                reason="missing_column",
            )

    def _built(self) -> Mapping[Key, Index]:
        with self._lock:
            if self._indexes is None:
                table = self._data.read(list(dict.fromkeys(self._roles.values())))
                values = normal_values(table, self._roles, self._pipeline)
                self._indexes = {key: Index.of(values, key) for key in self._keys}
            return self._indexes

    def _answer(self, indexes: Mapping[Key, Index], question: Question) -> Answer:
        found: dict[Attribute, Finding] = {}
        given, wanted = with_halves(question.given), question.wanted & self.fills
        for key, index in indexes.items():
            asked = wanted - set(key)
            text = key_of(given, key) if asked else None
            values = index.values(text, asked) if text else {}
            wanted -= values.keys()  # what the rows do not agree on is not told by another key either
            found |= {item: Finding(value, self.confidence[item]) for item, value in values.items() if value}
        return Answer(Outcome.FOUND, found) if found else MISS


def _matches(keys: Sequence[Key]) -> Iterator[frozenset[Attribute]]:
    """Give what a lead can be looked up by, the most first: the more is known of it, the more keys can be tried."""
    sets = {frozenset().union(*some): None for count in range(1, len(keys) + 1) for some in combinations(keys, count)}
    whole = {(given - _HALVES) | {Attribute.FULL_NAME}: None for given in sets if given >= _HALVES}
    return iter(sorted({**sets, **whole}, key=lambda given: -len(given - _HALVES) - (not given.isdisjoint(_HALVES))))


def _confidences(confidence: Any, fills: frozenset[Attribute]) -> dict[Attribute, float]:
    each = dict(confidence) if isinstance(confidence, Mapping) else dict.fromkeys(map(str, fills), confidence)
    for attribute, value in each.items():
        if attribute not in set(fills):
            raise InvalidInput(
                f"confidence= names {attribute!r}; filled are {', '.join(sorted(fills))}", reason="field"
            )
        if not isinstance(value, float | int) or not 0 < value <= 1:
            raise InvalidInput("confidence= is above 0 and at most 1", reason="confidence")
    return {attribute: each.get(attribute, _USUAL) for attribute in fills}
