"""What enrichment needs from outside, as Protocols with their semantics."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, runtime_checkable

import pyarrow as pa

from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.questions import Answer, Attribute, Question


class MxAnswer(Enum):
    """Whether a domain takes mail, as its DNS says (RFC 5321 section 5.1, RFC 7505)."""

    ACCEPTS = "accepts"  # an MX record, or without one an A or AAAA record
    NULL_MX = "null_mx"  # one MX record of preference 0 that names the root: takes no mail
    NO_MAIL_HOST = "no_mail_host"  # no such domain, or neither MX nor address record
    FAILED = "failed"  # no usable answer: timeout, SERVFAIL, REFUSED ... says nothing about the domain


class MxResolver(Protocol):
    """Answers for domains.

    Semantics every implementation keeps: each distinct domain is asked at most once per lifetime of its
    answer, however often it is passed in; the call returns within a time limit of its own; a failure to
    learn the answer is ``MxAnswer.FAILED`` and is never raised, never cached as an answer about the domain.
    Safe to call from several threads.
    """

    def lookup(self, domains: Iterable[str]) -> Mapping[str, MxAnswer]:
        """Give the answer for each distinct domain (ASCII form, lower case)."""
        ...


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so many seconds, in any window of that length.

    Attributes:
        calls: At least 1.
        seconds: Length of the window.

    Raises:
        InvalidInput: A number is no number, or out of bounds (reason ``limits``).
    """

    calls: int
    seconds: float

    def __post_init__(self) -> None:
        _check_count("Rate", "calls", self.calls)
        _check_seconds("Rate", "seconds", self.seconds)


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard a provider may be asked.

    Attributes:
        rates: All of them hold at once; a list is taken too.
        in_flight: Calls at the same time, at least 1.
        timeout: Seconds that one call may take as a whole.
        longest_pause: Seconds that rows wait where the provider wants to be left alone for a while: a rate limit, a
            timed block, an answer that is not ready. If it says more, they go on without it, and it is asked again
            when the time is over.

    Raises:
        InvalidInput: A part is of another kind, or out of bounds (reason ``limits``).
    """

    rates: tuple[Rate, ...] = ()
    in_flight: int = 10
    timeout: float = 30.0
    longest_pause: float = 120.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "rates", _checked_rates(self.rates))
        _check_count("Limits", "in_flight", self.in_flight)
        _check_seconds("Limits", "timeout", self.timeout)
        _check_seconds("Limits", "longest_pause", self.longest_pause)


def _checked_rates(rates: object) -> tuple[Rate, ...]:
    if isinstance(rates, tuple | list) and all(isinstance(rate, Rate) for rate in rates):
        return tuple(rates)
    raise InvalidInput("Limits: rates= is a tuple of Rate, such as (Rate(300, 60.0),)", reason="limits")


def _check_count(owner: str, name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidInput(f"{owner}: {name}= is a whole number from 1 on, such as 10", reason="limits")


def _check_seconds(owner: str, name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise InvalidInput(f"{owner}: {name}= is seconds above 0, such as 30.0", reason="limits")


class Provider(Protocol):
    """Knows something about leads (LEAD-4).

    What every implementation keeps (``trustleads.testing.ProviderContract`` proves it):

    - as many answers as questions, in their order; an answer that is about somebody else is not passed on, but is
      ``FAILED`` with reason ``wrong_subject``;
    - only ``Question.given`` leaves the host (GDPR-1);
    - one attempt per ``lookup``: pacing, repeating, paying and remembering is the asker's;
    - what went wrong with a whole call is a ``Signal``, and nothing else is raised for what a server can do;
    - its key is in no repr, error, log or pickle.

    One that tells when its requests leave (``leaving.sending``) has an attribute ``tells_leaving`` that is true.

    One that verifies and fills, but not by the same call, says so by an attribute ``verifies_apart`` that is true: it
    is then asked for the one and the other by questions of their own, so that a ``lookup`` is one call always.

    Attributes:
        name: Lower-case letters, digits and underscores; one per run.
        fills: What it can find.
        verifies: Whether it tells if a given e-mail address takes mail.
        matches: Sets of what it can match a lead by, the best first: the first of which all is known is given, and
            nothing else.
        price: Of one unit.
        most_units: The most units that one question can cost.
        batch_size: The most questions in one call.
        limits: How hard it may be asked.
        keeps: Whether its answers may be kept; not where asking is free and the answer may be another one any time.
        confidence: What can be expected of each attribute it fills (or of ``EMAIL`` it verifies), 0 to 1: it is
            not asked where that does not help.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - above

    @property
    def fills(self) -> frozenset[Attribute]: ...  # noqa: D102 - above

    @property
    def verifies(self) -> bool: ...  # noqa: D102 - above

    @property
    def matches(self) -> Sequence[frozenset[Attribute]]: ...  # noqa: D102 - above

    @property
    def price(self) -> Money: ...  # noqa: D102 - above

    @property
    def most_units(self) -> int: ...  # noqa: D102 - above

    @property
    def batch_size(self) -> int: ...  # noqa: D102 - above

    @property
    def limits(self) -> Limits: ...  # noqa: D102 - above

    @property
    def keeps(self) -> bool: ...  # noqa: D102 - above

    @property
    def confidence(self) -> Mapping[Attribute, float]: ...  # noqa: D102 - above

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        """Ask once about up to ``batch_size`` leads.

        Raises:
            Signal: The whole call came to nothing; which one says whether it may be billed and asked again.
        """
        ...

    async def aclose(self) -> None:
        """Give back what ``lookup`` opened in the running loop; it may be called again after that."""
        ...


@runtime_checkable
class SupportsLearn(Protocol):
    """A provider that learns from the caller's own rows before it is asked."""

    def for_run(self) -> Provider:
        """Give another provider that knows what this one knows now, and learns for itself from here on.

        Each run learns into one of its own: what one org's rows teach is not for another's (GDPR-5).
        """
        ...

    def learn(self, batch: pa.RecordBatch) -> None:
        """Learn from some rows; the same rows may come twice, and must not count double.

        Args:
            batch: Columns ``first_name``, ``last_name``, ``name_status``, ``email`` and ``domain``: the normal forms
                of what the caller's rows say.
        """
        ...


class Gate(Protocol):
    """Says who may be asked about whom (GDPR-1, GDPR-4); asked before anything of a lead goes to a provider."""

    def check(
        self,
        org: str,
        provider: str,
        questions: Sequence[Question],
        subjects: Sequence[Mapping[Attribute, str]],
    ) -> Sequence[str | None]:
        """Give, for each question, None to let it pass, or a short code of why not: it is then not asked.

        Args:
            org: Whose leads these are.
            provider: Who would be asked.
            questions: What would be asked.
            subjects: All that is known of each lead, also what the question leaves out: who objected by address must
                not be asked about by name.

        Runs in a thread of its own choosing; raising stops the run.
        """
        ...


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run used since it last told.

    Attributes:
        rows: Leads done.
        calls: Provider to number of calls.
        cost: Provider to money spent, what is maybe billed included.
    """

    rows: int = 0
    calls: Mapping[str, int] = field(default_factory=dict)
    cost: Mapping[str, Money] = field(default_factory=dict)


class Meter(Protocol):
    """Counts what an org uses (LEAD-7)."""

    def add(self, org: str, usage: Usage) -> None:
        """Count; called after every batch, from one thread at a time. What it raises stops the run."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that is kept.

    Attributes:
        payload: The answer, as ``asking.kept`` writes it.
        fetched_at: When it came, seconds since 1970 (UTC).
        expires_at: When it is not to be used any more.
        subjects: Digests of whom it is about (``asking.kept.subject_digests``): by these it is found and erased.
    """

    payload: bytes = field(repr=False)
    fetched_at: float
    expires_at: float
    subjects: frozenset[bytes] = field(default=frozenset(), repr=False)


class AnswerCache(Protocol):
    """Keeps answers, so that nothing is paid twice (LEAD-5); each org sees its own alone (GDPR-5).

    Used from several threads. ``trustleads.testing.AnswerCacheContract`` proves an implementation.
    """

    def get(self, org: str, provider: str, digests: Sequence[bytes], now: float) -> Sequence[Kept | None]:
        """Give what is kept under each digest; None where there is nothing, or it has expired at ``now``."""
        ...

    def put(self, org: str, provider: str, answers: Mapping[bytes, Kept]) -> None:
        """Keep answers, in the place of older ones; when it returns they are kept, all or none."""
        ...

    def erase(self, org: str, subject: bytes) -> int:
        """Forget every answer about a subject (GDPR-4), and say how many there were."""
        ...

    def close(self) -> None:
        """Give back what it opened."""
        ...
