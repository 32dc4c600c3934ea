"""The waterfall: whom to ask next (LEAD-4). Pure: what is known, wanted, spent and allowed are arguments.

A lead is asked about as long as something wanted is missing or not sure enough, some provider could help that has
not been asked yet, and there is money for it. What answers do to what is known:

- two sources that agree raise the confidence: both being wrong in the same way is as likely as both being wrong
  (``1 - (1 - a) * (1 - b)``);
- of two that differ the surer one stays, at its own confidence; on a tie, the one that was there;
- what a verifier has confirmed is never replaced, and what one has found missing is never proposed again;
- what verifiers said of an address holds as long as the lead is asked about, also when another address took its place
  and it is proposed again;
- of several verdicts on one address the weightiest stands, whichever came first (``VERDICTS``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from trustleads.core.money import Money
from trustleads.enrichment.ports import Provider
from trustleads.enrichment.questions import Answer, Attribute, Finding, Mailbox, Question

WANTABLE = frozenset(Attribute) - {Attribute.FULL_NAME}
SURE_ENOUGH = 0.5  # below, a value may be wanted better, but nobody is matched by it
RISKY_MAILBOX = 0.3  # the most confidence in an address that exists, and should not be written to
OWN = "own"  # source of what the caller's rows say

# From the lightest to the weightiest. A yes or no outweighs "this domain takes everything", which says only that this
# verifier could not tell. Nothing but a no outweighs a warning: who is sure that a trap exists has not taken it away.
VERDICTS = (Mailbox.UNKNOWN, Mailbox.CATCH_ALL, Mailbox.EXISTS, Mailbox.RISKY, Mailbox.MISSING)


class WhyNot(StrEnum):
    """Why a provider was not asked about a lead."""

    NOT_NEEDED = "not_needed"  # nothing that it could fill is wanted any more
    NOT_IN_ORDER = "not_in_order"  # the caller's order leaves it out for all that it could fill
    NOTHING_TO_MATCH = "nothing_to_match"  # not enough is known of the lead for it
    ROW_BUDGET = "row_budget"
    LOW_FILL_RATE = "low_fill_rate"
    UNAVAILABLE = "unavailable"  # it has failed too often lately
    PAUSED = "paused"  # it wants to be left alone for longer than a row waits


@dataclass(frozen=True, slots=True)
class Known:
    """A value of a lead.

    Attributes:
        text: The value.
        confidence: 0 to 1.
        source: Provider, or ``OWN``.
        finding: As it was found, where a provider did.
        verdicts: What verifiers said of addresses, folded: of this one, and of those it stands in the place of.
    """

    text: str = field(repr=False)
    confidence: float
    source: str = OWN
    finding: Finding | None = field(default=None, repr=False)
    verdicts: frozenset[tuple[str, Mailbox]] = field(default=frozenset(), repr=False)

    @property
    def mailbox(self) -> Mailbox | None:
        """What verifiers said of it, for an address."""
        return dict(self.verdicts).get(fold(Attribute.EMAIL, self.text)) if self.verdicts else None

    @property
    def verified(self) -> bool:
        """Whether a verifier has confirmed it."""
        return self.mailbox is Mailbox.EXISTS


Knowledge = Mapping[Attribute, Known]
Wants = Mapping[Attribute, float]
Order = Mapping[Attribute, Sequence[Provider]]
Asked = Collection[tuple[str, str | None]]  # providers looked up at, and (provider, folded address) verified by


@dataclass(frozen=True, slots=True)
class Ask:
    """Whom to ask next, and what."""

    provider: Provider
    question: Question

    @property
    def asked(self) -> frozenset[tuple[str, str | None]]:
        """What ``next_ask`` is to be told when the answer is there."""
        email = self.question.given.get(Attribute.EMAIL)
        verifies = email is not None and Attribute.EMAIL in self.question.wanted
        looks_up = self.question.wanted - ({Attribute.EMAIL} if verifies else set())
        marks: set[tuple[str, str | None]] = {(self.provider.name, None)} if looks_up else set()
        if verifies and email is not None:
            marks.add((self.provider.name, fold(Attribute.EMAIL, email)))
        return frozenset(marks)


def next_ask(
    known: Knowledge,
    wants: Wants,
    order: Order,
    *,
    asked: Asked = (),
    barred: Collection[str] = (),
    left: Money | None = None,
) -> Ask | None:
    """Say whom to ask next about a lead; None when nobody can help any more.

    Args:
        known: What is known of it.
        wants: Confidence that is wanted, per attribute; the first one that is not reached is worked on first.
        order: Providers per attribute, the one to ask first in front; nobody else is asked for it.
        asked: ``Ask.asked`` of all that was asked about this lead.
        barred: Names of providers that may not be asked.
        left: Money that may still be spent on this lead; None is without limit.
    """
    for attribute in missing(known, wants):
        for provider in order.get(attribute, ()):
            if provider.name in barred or not is_affordable(provider, left):
                continue
            question = question_for(provider, known, wants, order, asked=asked, sought=attribute)
            if question is not None and attribute in question.wanted:
                return Ask(provider, question)
    return None


def why_not(provider: Provider, known: Knowledge, wants: Wants, order: Order, left: Money | None = None) -> WhyNot:
    """Say why a provider that is not barred is not asked about a lead.

    Args:
        provider: Who was not asked.
        known: What is known of the lead.
        wants: Confidence that is wanted, per attribute.
        order: Providers per attribute.
        left: Money that may still be spent on this lead; None is without limit.
    """
    verifiable = {Attribute.EMAIL} if provider.verifies and Attribute.EMAIL not in known else set()
    lacking = list(missing(known, wants))
    open_ = [attribute for attribute in lacking if attribute in verifiable or _could_help(provider, attribute, known)]
    if not open_:
        return WhyNot.NOT_NEEDED
    if not any(may_fill(provider, attribute, order) for attribute in open_):
        return WhyNot.NOT_IN_ORDER
    if question_for(provider, known, wants, order) is None:
        return WhyNot.NOTHING_TO_MATCH
    return WhyNot.NOT_NEEDED if is_affordable(provider, left) else WhyNot.ROW_BUDGET


def missing(known: Knowledge, wants: Wants) -> Iterator[Attribute]:
    """Give what is wanted and missing or not sure enough, in the order of ``wants``."""
    for attribute, confidence in wants.items():
        value = known.get(attribute)
        if value is None or value.confidence < confidence:
            yield attribute


def is_affordable(provider: Provider, left: Money | None) -> bool:
    """Tell whether there is money for the most that a question to this provider can cost."""
    return left is None or not provider.price or provider.price * provider.most_units <= left


def may_fill(provider: Provider, attribute: Attribute, order: Order) -> bool:
    """Tell whether the caller's order lets a provider say something of an attribute."""
    return any(one.name == provider.name for one in order.get(attribute, ()))


def question_for(
    provider: Provider,
    known: Knowledge,
    wants: Wants,
    order: Order,
    *,
    asked: Asked = (),
    sought: Attribute | None = None,
) -> Question | None:
    """Give the question to ask a provider, with the least that it can match by (GDPR-1); None where it cannot help.

    It asks for all that the provider can help with, as that costs no more, but for nothing that the order leaves to
    others. A provider that verifies apart is asked about the given address, where that is what is sought, or else for
    all the rest.
    """
    open_ = [a for a in missing(known, wants) if may_fill(provider, a, order) and _could_help(provider, a, known)]
    for match in provider.matches if open_ else ():
        wanted = frozenset(a for a in open_ if _can_answer(provider, a, match, known, asked))
        if wanted:
            wanted = _of_one_call(provider, wanted, wanted & match, sought)
            return Question({a: _text(known, a) for a in _in_order(match)}, _shared(wanted))
    return None


@lru_cache(maxsize=256)
def _in_order(match: frozenset[Attribute]) -> tuple[Attribute, ...]:
    return tuple(sorted(match))


@lru_cache(maxsize=256)
def _shared(attributes: frozenset[Attribute]) -> frozenset[Attribute]:
    """Give one set for all that are equal: questions wait by the thousand."""
    return attributes


def learn(
    known: Knowledge, provider: str, answer: Answer, expected: Mapping[Attribute, float]
) -> dict[Attribute, Known]:
    """Give what is known of a lead after an answer.

    Args:
        known: What was known before.
        provider: Who answered.
        answer: The answer, to a question that was made of ``known``.
        expected: ``Provider.confidence``: how sure a verifier is.
    """
    after = dict(known)
    email = after.get(Attribute.EMAIL)
    if answer.mailbox is not None and email is not None:
        after[Attribute.EMAIL] = _verified(email, answer.mailbox, expected.get(Attribute.EMAIL, 0.0))
    for attribute, finding in answer.found.items():
        if finding.text.strip():
            after[attribute] = _merged(after.get(attribute), provider, finding, attribute)
    return after


def fold(attribute: Attribute, text: str) -> str:
    """Bring a value into a form in which equal values are equal."""
    if attribute is Attribute.PHONE:
        return "".join(filter(str.isdecimal, text)).lstrip("0")
    return " ".join(text.casefold().split())


def _could_help(provider: Provider, attribute: Attribute, known: Knowledge) -> bool:
    """Whether it could raise the confidence: by a value where none is confirmed, or by confirming the address."""
    value = known.get(attribute)
    if (value is not None and value.verified) or provider.confidence.get(attribute, 1.0) <= 0:
        return False
    if value is not None and value.confidence > 0 and hasattr(provider, "learn"):
        return False  # it may have learnt from this very value: that it agrees says nothing
    return attribute in provider.fills or (provider.verifies and attribute is Attribute.EMAIL and _is_open(value))


def _of_one_call(
    provider: Provider, wanted: frozenset[Attribute], verified: frozenset[Attribute], sought: Attribute | None
) -> frozenset[Attribute]:
    """Leave out what takes the provider a call of its own: what is to be verified, or all but that."""
    if not getattr(provider, "verifies_apart", False):
        return wanted
    return verified if sought in verified else wanted - verified or verified


def _can_answer(
    provider: Provider, attribute: Attribute, match: frozenset[Attribute], known: Knowledge, asked: Asked
) -> bool:
    """Whether a question that is matched by these can say something about the attribute that was not asked yet."""
    email = known.get(Attribute.EMAIL)
    if attribute in match:  # only a verifier can say something about what is given, and of an address only
        verifies = provider.verifies and match == {Attribute.EMAIL} == {attribute} and email is not None
        return verifies and _is_open(email) and (provider.name, _folded(email)) not in asked
    given = all(_is_given(known, a) for a in match)
    return given and attribute in provider.fills and (provider.name, None) not in asked


def _is_open(email: Known | None) -> bool:
    """Whether a verifier could make an address surer."""
    return email is not None and email.mailbox not in (Mailbox.EXISTS, Mailbox.RISKY, Mailbox.MISSING)


def _folded(email: Known | None) -> str | None:
    return None if email is None else fold(Attribute.EMAIL, email.text)


def _is_given(known: Knowledge, attribute: Attribute) -> bool:
    if attribute is Attribute.FULL_NAME and attribute not in known:
        return _is_given(known, Attribute.FIRST_NAME) and _is_given(known, Attribute.LAST_NAME)
    value = known.get(attribute)
    return value is not None and value.confidence >= SURE_ENOUGH


def _text(known: Knowledge, attribute: Attribute) -> str:
    if attribute is Attribute.FULL_NAME and attribute not in known:
        return f"{known[Attribute.FIRST_NAME].text} {known[Attribute.LAST_NAME].text}"
    return known[attribute].text


def _merged(value: Known | None, provider: str, finding: Finding, attribute: Attribute) -> Known:
    found = Known(finding.text, min(1.0, max(0.0, finding.confidence)), provider, finding)
    if value is None:
        return found
    found = _as_judged(replace(found, verdicts=value.verdicts))
    if found.mailbox is Mailbox.MISSING or value.verified:
        return value
    if fold(attribute, value.text) == fold(attribute, found.text):
        surer = value if value.confidence >= found.confidence else found
        both = max(1 - (1 - value.confidence) * (1 - found.confidence), surer.confidence)  # rounding must not lower it
        return _as_judged(replace(surer, confidence=both))
    return value if value.confidence >= found.confidence else found


def _as_judged(email: Known) -> Known:
    """Hold the confidence down to what verifiers leave of it."""
    most = {Mailbox.MISSING: 0.0, Mailbox.RISKY: RISKY_MAILBOX}.get(email.mailbox) if email.mailbox else None
    return email if most is None or email.confidence <= most else replace(email, confidence=most)


def _verified(email: Known, mailbox: Mailbox, confidence: float) -> Known:
    if email.mailbox is not None and VERDICTS.index(mailbox) < VERDICTS.index(email.mailbox):
        return email
    verdicts = {**dict(email.verdicts), fold(Attribute.EMAIL, email.text): mailbox}
    surer = max(email.confidence, confidence) if mailbox is Mailbox.EXISTS else email.confidence
    return _as_judged(replace(email, verdicts=frozenset(verdicts.items()), confidence=surer))
