"""Failing on order, and the same way every time: what servers do to their callers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, Self

from trustleads.testing.providers.messages import Person, Reply


class FaultKind(StrEnum):
    """What can go wrong with one call."""

    LATENCY = "latency"  # done, and answered late
    RATE_LIMITED = "rate_limited"  # the vendor's refusal, with Retry-After where the vendor has that
    RATE_LIMITED_SILENT = "rate_limited_silent"  # the same without a word of when to come back
    SERVER_ERROR = "server_error"
    RESET_BEFORE = "reset_before"  # connection reset without an answer
    RESET_MID_BODY = "reset_mid_body"  # done, then connection reset in the middle of the answer
    SLOW_BODY = "slow_body"  # done, and the answer trickles in
    WRONG_JSON = "wrong_json"  # done, and the answer is cut off, though as long as its header says
    TRUNCATED_BATCH = "truncated_batch"  # done, and the last answer is missing
    SHUFFLED_BATCH = "shuffled_batch"  # done, and the answers are out of order
    DUPLICATED_ANSWER = "duplicated_answer"  # done, and the first answer comes twice
    WRONG_SUBJECT = "wrong_subject"  # done, and one answer is about somebody else


UNDONE = frozenset(
    {FaultKind.RATE_LIMITED, FaultKind.RATE_LIMITED_SILENT, FaultKind.SERVER_ERROR, FaultKind.RESET_BEFORE}
)
"""Nothing was done and nothing is billed; after every other kind it was, and is."""

STRANGER = Person(
    first_name="Somebody", last_name="Else", email="somebody.else@stranger.example", domain="stranger.example"
)


class Faults:
    """Which call fails in which way.

    Attributes:
        seconds: How much later ``LATENCY`` answers, how long ``SLOW_BODY`` trickles, and how long after half the answer
            ``RESET_MID_BODY`` resets: a client that has not read by then may not see even that half.
        retry_after: Seconds that ``RATE_LIMITED`` asks for.
    """

    def __init__(
        self, draw: Callable[[], FaultKind | None] = lambda: None, *, seconds: float = 0.2, retry_after: int = 1
    ) -> None:
        """Take the fault of each call, None for none, from a function."""
        self.next = draw
        self.seconds, self.retry_after = seconds, retry_after

    @classmethod
    def script(cls, kinds: Iterable[str | None], *, seconds: float = 0.2, retry_after: int = 1) -> Self:
        """Give the n-th call the n-th fault, and none when the script is over."""
        plan = iter([None if kind is None else FaultKind(kind) for kind in kinds])
        return cls(lambda: next(plan, None), seconds=seconds, retry_after=retry_after)

    @classmethod
    def random(
        cls,
        rate: float,
        *,
        seed: int = 1,
        kinds: Sequence[str] = tuple(FaultKind),
        seconds: float = 0.2,
        retry_after: int = 1,
    ) -> Self:
        """Fail this share of calls, in ways drawn from these; the n-th call to arrive fails alike for equal seeds."""
        numbers = random.Random(seed)  # noqa: S311 - nothing secret: it has to be the same again
        choices = [FaultKind(kind) for kind in kinds]

        def draw() -> FaultKind | None:
            chance, kind = numbers.random(), numbers.choice(choices)
            return kind if chance < rate else None

        return cls(draw, seconds=seconds, retry_after=retry_after)


def bend(kind: FaultKind, reply: Reply, answers_at: str | None) -> Reply:
    """Spoil an answer.

    Args:
        kind: How; what has nothing to do with the content of an answer leaves it as it is.
        reply: The right answer.
        answers_at: Key of the list of answers in the JSON; None where the JSON is the list.

    Returns:
        The spoilt answer, or the same object where it cannot be spoilt this way: an error, a batch of one.
    """
    if not 200 <= reply.status < 300 or reply.text is not None:  # noqa: PLR2004 - the class of HTTP statuses
        return reply
    if kind is FaultKind.WRONG_JSON:
        text = reply.body().decode()
        return replace(reply, text=text[: len(text) // 2], headers={"content-type": "application/json"})
    if kind is FaultKind.WRONG_SUBJECT:
        other = _disguised(reply.json)
        return reply if other == reply.json else replace(reply, json=other)
    return _rearranged(kind, reply, answers_at)


def _rearranged(kind: FaultKind, reply: Reply, answers_at: str | None) -> Reply:
    whole = reply.json
    answers = whole.get(answers_at) if isinstance(whole, dict) else whole
    if kind not in _ORDERS or not isinstance(answers, list) or not answers:
        return reply
    other = _ORDERS[kind](answers)
    if other == answers:
        return reply
    return replace(reply, json={**whole, answers_at: other} if isinstance(whole, dict) else other)


_ORDERS: dict[FaultKind, Callable[[list[Any]], list[Any]]] = {
    FaultKind.TRUNCATED_BATCH: lambda answers: answers[:-1],
    FaultKind.SHUFFLED_BATCH: lambda answers: [*answers[1:], answers[0]],
    FaultKind.DUPLICATED_ANSWER: lambda answers: [answers[0], *answers],
}

_IDENTITY = {
    **dict.fromkeys(("email", "address", "email_address", "work_email"), STRANGER.email),
    **dict.fromkeys(("full_name", "fullName", "name"), STRANGER.full_name),
    **dict.fromkeys(("first_name", "givenName", "firstname"), STRANGER.first_name),
    **dict.fromkeys(("last_name", "familyName", "lastname"), STRANGER.last_name),
}
_ECHOES = {"metadata", "meta", "params"}  # the question, which the server repeats word by word whatever it answers


def _disguised(value: Any) -> Any:
    """Put somebody else in the place of whom it is about: in a list, of the first who is anybody."""
    if isinstance(value, dict):
        return {key: part if key in _ECHOES else _identity(key, part) for key, part in value.items()}
    if isinstance(value, list):
        for at, part in enumerate(value):
            if (other := _disguised(part)) != part:
                return [*value[:at], other, *value[at + 1 :]]
    return value


def _identity(key: str, value: Any) -> Any:
    return _IDENTITY.get(key, value) if isinstance(value, str) and value else _disguised(value)
