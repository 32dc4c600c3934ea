"""What providers are asked, and what they answer (LEAD-4, GDPR-1).

A question is about one lead and holds nothing but what the provider needs for its match. An answer says what
became of it; signals, which are exceptions, say what became of a whole call.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Attribute(StrEnum):
    """What can be known of a lead; the four kinds of personal data of GDPR-1, and the company."""

    EMAIL = "email"
    PHONE = "phone"
    JOB_TITLE = "job_title"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    FULL_NAME = "full_name"  # given in questions only: answers come in halves
    COMPANY = "company"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True)
class Question:
    """What one provider is asked about one lead.

    Attributes:
        given: What the provider matches by, in normal form.
        wanted: What is to be filled; a provider that verifies is asked for ``EMAIL`` of a given ``EMAIL``.
    """

    given: Mapping[Attribute, str] = field(repr=False)
    wanted: frozenset[Attribute]

    def digest(self) -> bytes:
        """Sixteen bytes that stand for the question: equal for equal questions, whatever the order of their parts.

        Letter case does not count: two leads that differ in nothing else are asked about once.
        """
        parts = [{key.value: text.casefold() for key, text in self.given.items()}, sorted(self.wanted)]
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Finding:
    """One value that a provider found.

    Attributes:
        text: As the provider wrote it.
        confidence: 0 to 1.
        source_uri: Where the provider has it from, where it says so.
        last_seen: When it was there last, as the provider writes it.
    """

    text: str = field(repr=False)
    confidence: float
    source_uri: str | None = field(default=None, repr=False)
    last_seen: str | None = field(default=None, repr=False)


class Mailbox(StrEnum):
    """What a verifier says of an address; a domain that takes everything stays a third thing beside yes and no."""

    EXISTS = "exists"
    MISSING = "missing"
    CATCH_ALL = "catch_all"
    RISKY = "risky"  # spam trap, complainer, toxic: it may exist, and should not be written to
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What became of a question."""

    FOUND = "found"
    MISS = "miss"
    REFUSED = "refused"  # the provider will not answer about this subject, or not us
    FAILED = "failed"  # no usable answer; billed only where ``Answer.units`` says so: an answer about somebody else
    MAYBE_BILLED = "maybe_billed"  # no usable answer, and nobody can tell whether it is billed
    LATER = "later"  # not ready: the same question again, after ``Answer.after`` seconds; not billed
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered to one question.

    Attributes:
        outcome: What became of it.
        found: Values; only attributes that were wanted count.
        mailbox: What a verifier says of the given address.
        units: How many times the provider's price it costs; None is one for ``FOUND`` and ``MAYBE_BILLED``, else none.
        reason: Short stable code where the outcome needs one: ``"restricted"``, ``"timeout"``, ``"wrong_subject"`` ...
        request_id: The provider's name for the call, where it gives one.
        after: Seconds until a ``LATER`` question may be asked again; None leaves it to the asker.
    """

    outcome: Outcome
    found: Mapping[Attribute, Finding] = field(default_factory=dict)
    mailbox: Mailbox | None = None
    units: int | None = None
    reason: str | None = None
    request_id: str | None = None
    after: float | None = None

    @property
    def billed_units(self) -> int:
        """How many times the provider's price it costs; what may be billed counts as billed."""
        if self.units is not None:
            return self.units
        return int(self.outcome in (Outcome.FOUND, Outcome.MAYBE_BILLED))


MISS = Answer(Outcome.MISS)


class Signal(Exception):
    """What a provider's ``lookup`` raises when a whole call came to nothing.

    Attributes:
        reason: Short stable code: ``"rate_limited"``, ``"timeout"``, ``"key_refused"`` ... Never personal data.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AskAgain(Signal):
    """Nothing was done and nothing billed: the same call may work later.

    Attributes:
        after: Seconds the provider asks for, None where it does not say.
        everyone: Whether no other call should go to the provider before then either: a rate limit, a timed block.
    """

    def __init__(self, reason: str, *, after: float | None = None, everyone: bool = False) -> None:
        super().__init__(reason)
        if after is not None and not isinstance(after, int | float):
            raise TypeError("after= is a number of seconds")
        try:
            self.after = None if after is None else float(after)
        except OverflowError:  # a whole number beyond all times
            self.after = math.inf
        self.everyone = everyone


class Unsure(Signal):
    """The call may have been done and billed, and there is no usable answer: a timeout, a torn or senseless reply."""


class Declined(Signal):
    """The provider does not accept the call as it is, and bills nothing; a smaller batch may do."""


class StopAsking(Signal):
    """Nobody needs to call again in this run: the key is refused, the credit is used up."""
