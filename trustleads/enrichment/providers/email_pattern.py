"""Missing e-mail addresses from the pattern of the company's other addresses: no network, no price (LEAD-4)."""

from __future__ import annotations

import asyncio
import copy
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.models import NameStatus, Verdict
from trustleads.enrichment.normalize.arrays import mask, plain_strings
from trustleads.enrichment.normalize.company.domains import registrable
from trustleads.enrichment.normalize.company.kernel import normalize_companies
from trustleads.enrichment.normalize.email import validate_emails
from trustleads.enrichment.normalize.email.domains import describe
from trustleads.enrichment.normalize.email.roles import ROLES
from trustleads.enrichment.normalize.names.full import split
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.providers.address_parts import PATTERNS, Spelling, pieces, spellings
from trustleads.enrichment.providers.naming import checked_name
from trustleads.enrichment.providers.seen import Seen
from trustleads.enrichment.providers.shares import Shares
from trustleads.enrichment.questions import MISS, Answer, Attribute, Finding, Outcome, Question

_LEAST = 0.5  # a pattern that is more often wrong than right is no proposal
_EXPECTED = 0.8
_PLAIN_WORD = "^[a-z]{2,}$"
_OTHER = ""  # made of something else than the name, or of another spelling of it
_FREELY, _BY_RULE = "freely", "by rule"
_USUAL = {_FREELY: 0.1, _BY_RULE: 0.9}
_USUAL_PATTERNS = {pattern: 0.4 / (len(PATTERNS) - 3) for pattern in PATTERNS} | {
    "first.last": 0.4,
    "flast": 0.1,
    "f.last": 0.1,
}
_USUAL_STYLES: Mapping[str, Mapping[str, float]] = {
    "accent": {"ue": 0.6, "u": 0.4},
    "particle": {"joined": 0.6, "dropped": 0.2, "hyphen": 0.1, "dot": 0.1},
    "double_last": {"hyphen": 0.4, "joined": 0.2, "first": 0.25, "last": 0.15},
    "double_first": {"hyphen": 0.4, "first": 0.4, "joined": 0.2},
}
_NEEDED = ("first_name", "last_name", "email")


class EmailPattern:
    """A provider that learns how each company makes its addresses, and makes the ones that are missing.

    It learns from rows that have both. Only patterns and how often they were seen are kept, per company domain: no name
    and no address. It proposes nothing for a company of which it has seen no address, nothing at free-mail domains,
    and nothing that is more likely wrong than right.

    The confidence is the chance that the address is the one, not that it takes mail. It is the product of

    - the share of the company's addresses that are made of the name at all,
    - the share of the pattern among those, and
    - where the name can be spelt in several ways ("ue" or "u" for "ü"), the share of this way at the company,

    each (k + m g) / (n + m) for k of n addresses seen at the company and a share g at all companies together: one
    address counts for little and ten for much. ``Shares`` says how m is told. Chances of several patterns that lead to
    the same address are added up.

    A run learns into an object of its own (``for_run``): what one tenant's rows teach is no other tenant's to be told
    (GDPR-5). What ``learn`` was called with before is known to all runs.
    """

    fills = frozenset({Attribute.EMAIL})
    verifies = False
    matches: Sequence[frozenset[Attribute]] = (
        frozenset({Attribute.FIRST_NAME, Attribute.LAST_NAME, Attribute.DOMAIN}),
        frozenset({Attribute.FULL_NAME, Attribute.DOMAIN}),
    )
    most_units = 1
    keeps = False  # it may have learnt more by the next time
    batch_size = 100

    def __init__(self, *, name: str = "email_pattern", currency: str = "USD", least: float = _LEAST) -> None:
        """Begin without knowledge.

        Args:
            name: What it is called in the results.
            currency: In which it costs nothing: that of the other providers.
            least: What is less likely right than this is not proposed, 0 to 1.

        Raises:
            InvalidInput: ``least`` is no share, or the name no name.
        """
        if not 0 < least <= 1:
            raise InvalidInput("least= is a share above 0 and up to 1", reason="least")
        self.name = checked_name(name)
        self.price = Money.nothing(currency)
        self.limits = Limits(in_flight=1)
        self.confidence: Mapping[Attribute, float] = {Attribute.EMAIL: max(least, _EXPECTED)}
        self._least = least
        self._rule = Shares(_USUAL)
        self._patterns = Shares(_USUAL_PATTERNS)
        self._styles = {style: Shares(usual) for style, usual in _USUAL_STYLES.items()}
        self._seen = Seen()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"EmailPattern(name={self.name!r}, least={self._least})"

    def for_run(self) -> Self:
        """Give another object that knows what this one knows now; from here on each learns for itself."""
        run = copy.copy(self)
        with self._lock:
            learnt = {
                "_rule": self._rule.copy(),
                "_patterns": self._patterns.copy(),
                "_styles": {style: shares.copy() for style, shares in self._styles.items()},
                "_seen": self._seen.copy(),
            }
        vars(run).update(learnt, _lock=threading.Lock())
        return run

    def learn(self, batch: Any) -> None:
        """Learn from rows that have a name and an address; other rows, and addresses seen before, count for nothing.

        Addresses that are not valid, of functions (info@), or at free-mail and throw-away domains are left out, and so
        are names that were told from the address itself, where the batch says so.

        Args:
            batch: Arrow batch or table with the columns ``first_name``, ``last_name`` (normal forms), ``email``, and
                if there are such columns ``domain`` (the company's; by default that of the address) and
                ``name_status`` (a ``NameStatus``).

        Raises:
            InvalidInput: A column is missing.
        """
        rows = _useful(_Rows.of(batch))
        with self._lock:  # to the end: what is taken for seen is counted too, in every copy
            rows = rows.take(self._seen.first_times(rows["address"].to_pylist()))
            plain = _are_plain(rows)
            simple, others = (rows.take(np.flatnonzero(chosen)) for chosen in (plain, ~plain))
            for domain, outcome, count in _counted(simple, _patterns_of(simple)):
                self._count(domain, outcome, count)
            for row in others.to_pylist():
                self._learn_one(row)

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        """Propose an address for each person; see ``Provider.lookup``."""
        return await asyncio.to_thread(self._answers, questions)

    async def aclose(self) -> None:
        """See ``Provider.aclose``."""

    def _answers(self, questions: Sequence[Question]) -> list[Answer]:
        with self._lock:  # in a thread: another one may be learning
            return [self._answer(question) for question in questions]

    def _learn_one(self, row: Mapping[str, str]) -> None:
        """Learn from a name that has several spellings; one that has none says nothing."""
        ways = spellings(row["first_name"], row["last_name"])
        if not ways:
            return
        tried = ((pattern, [way.styles for way in ways if way.local(pattern) == row["local"]]) for pattern in PATTERNS)
        pattern, fitting = next((fit for fit in tried if fit[1]), (_OTHER, [{}]))
        self._count(row["key"], pattern and pattern + row["at"], 1)
        for style in fitting[0]:
            told = {styles[style] for styles in fitting}
            if len(told) == 1:  # "j.berg" does not tell what becomes of a given name
                self._styles[style].add(row["key"], told.pop())

    def _count(self, domain: str, outcome: str, count: int) -> None:
        self._rule.add(domain, _BY_RULE if outcome else _FREELY, count)
        if outcome:
            self._patterns.add(domain, outcome, count)

    def _answer(self, question: Question) -> Answer:
        given = question.given
        domain = given.get(Attribute.DOMAIN, "").lower()
        if Attribute.EMAIL not in question.wanted or not domain or _is_anyones(domain):
            return MISS
        chances = self._chances(domain, spellings(*_halves(given)))
        address, chance = max(chances.items(), key=lambda item: item[1], default=("", 0.0))
        if chance < self._least or address.partition("@")[0] in ROLES:
            return MISS
        return Answer(Outcome.FOUND, {Attribute.EMAIL: Finding(address, round(chance, 4))})

    def _chances(self, domain: str, ways: Sequence[Spelling]) -> dict[str, float]:
        """Add up, for each possible address, the chances of all patterns and spellings that lead to it."""
        chances: dict[str, float] = {}
        if not ways or not self._patterns.members(domain):
            return chances
        by_rule = self._rule.expected(domain)[_BY_RULE]
        weights = [by_rule * weight for weight in self._weights(domain, ways)]
        for outcome, share in self._patterns.expected(domain).items():
            pattern, _, host = outcome.partition("@")
            for way, weight in zip(ways, weights, strict=True):
                address = f"{way.local(pattern)}@{host or domain}"
                chances[address] = chances.get(address, 0.0) + share * weight
        return chances

    def _weights(self, domain: str, ways: Sequence[Spelling]) -> Iterator[float]:
        expected = {style: self._styles[style].expected(domain) for style in ways[0].styles}
        for way in ways:
            weight = 1.0
            for style, choice in way.styles.items():
                weight *= expected[style].get(choice, 0.0)
            yield weight


class _Rows(dict[str, pa.StringArray]):
    """Plain string columns of as many rows."""

    @classmethod
    def of(cls, batch: Any) -> _Rows:
        names = batch.schema.names
        lacking = next((name for name in _NEEDED if name not in names), None)
        if lacking is not None:
            raise InvalidInput(f"learn() needs a column {lacking!r}", reason="missing_column")
        nothing = pa.nulls(batch.num_rows, pa.string())
        optional = ("domain", "name_status")
        rows = {name: plain_strings(batch.column(name)) for name in _NEEDED}
        return cls(rows | {name: plain_strings(batch.column(name)) if name in names else nothing for name in optional})

    def take(self, rows: NDArray[np.intp]) -> _Rows:
        return _Rows({name: column.take(pa.array(rows, pa.int64())) for name, column in self.items()})

    def to_pylist(self) -> Iterator[dict[str, str]]:
        columns = [column.to_pylist() for column in self.values()]
        return (dict(zip(self, cells, strict=True)) for cells in zip(*columns, strict=True))


def _useful(rows: _Rows) -> _Rows:
    """Keep rows to learn from, with these columns: names, address, local part, the company's domain, the host.

    ``at`` is "@" and the mail host where that is not the company's domain itself.
    """
    emails = validate_emails(rows["email"])
    valid = mask(pc.equal(emails.status, Verdict.VALID.value))
    valid &= ~mask(emails.free)
    valid &= mask(rows["first_name"].is_valid()) & mask(rows["last_name"].is_valid())
    valid &= ~mask(pc.equal(rows["name_status"], NameStatus.DERIVED.value))
    site = pc.ascii_lower(rows["domain"])
    key = pc.coalesce(site, normalize_companies(email_domain=emails.domain).domain)
    valid &= mask(key.is_valid())
    address = pc.binary_join_element_wise(emails.local, emails.domain, "@")
    elsewhere = pc.binary_join_element_wise("", emails.domain, "@")
    at = pc.if_else(pc.equal(key, emails.domain), "", elsewhere)
    names = {"first_name": rows["first_name"], "last_name": rows["last_name"]}
    kept = _Rows(names | {"address": address, "local": emails.local, "key": key, "at": at})
    return kept.take(np.flatnonzero(valid))


def _are_plain(rows: _Rows) -> NDArray[np.bool_]:
    """Tell the rows whose name has but one spelling, and that of both halves by itself."""
    first, last = (
        mask(pc.match_substring_regex(pc.ascii_lower(rows[name]), _PLAIN_WORD)) for name in ("first_name", "last_name")
    )
    return first & last


def _patterns_of(rows: _Rows) -> pa.StringArray:
    """Give the pattern of each plain row, ``_OTHER`` where there is none; whole columns at a time."""
    found = np.full(len(rows["local"]), len(PATTERNS), np.int32)
    left = np.arange(len(found))
    first, last = (pc.ascii_lower(rows[name]) for name in ("first_name", "last_name"))
    parts = {"first": first, "last": last, "f": pc.utf8_slice_codeunits(first, 0, 1)}
    parts |= {"l": pc.utf8_slice_codeunits(last, 0, 1), "local": rows["local"]}
    for code, pattern in enumerate(PATTERNS):
        made = pc.binary_join_element_wise(*(parts.get(piece, piece) for piece in pieces(pattern)), "")
        fits = mask(pc.equal(made, parts["local"]))
        if fits.any():
            found[left[fits]] = code
            rest = pa.array(np.flatnonzero(~fits), pa.int64())
            left = left[~fits]
            parts = {name: column.take(rest) for name, column in parts.items()}
    return pa.array([*PATTERNS, _OTHER]).take(pa.array(found))


def _counted(rows: _Rows, patterns: pa.StringArray) -> list[tuple[str, str, int]]:
    """Count the outcomes at each company: pattern and, where it is another, mail host."""
    outcome = pc.if_else(pc.equal(patterns, _OTHER), _OTHER, pc.binary_join_element_wise(patterns, rows["at"], ""))
    table = pa.table({"key": rows["key"], "outcome": outcome})
    # in one thread, hence in one order: which of two sums of the same numbers comes out hangs on it
    counts = table.group_by(["key", "outcome"], use_threads=False).aggregate([([], "count_all")])
    columns = (counts.column(name).to_pylist() for name in ("key", "outcome", "count_all"))
    return list(zip(*columns, strict=True))


def _halves(given: Mapping[Attribute, str]) -> tuple[str, str]:
    if Attribute.FULL_NAME in given:
        first, last = split(given[Attribute.FULL_NAME])
        return first.text or "", last.text or ""
    return given.get(Attribute.FIRST_NAME, ""), given.get(Attribute.LAST_NAME, "")


def _is_anyones(domain: str) -> bool:
    """Whether anybody may have an address there, or there is no such domain."""
    known = describe(domain)
    return known.free or known.disposable or registrable(domain) is None
