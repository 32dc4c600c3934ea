"""The provider contract suite: over a provider that is right, and over providers that break it."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import json
import logging
import warnings

import pytest

from trustleads.core.money import Money
from trustleads.enrichment.ports import Limits, Rate
from trustleads.enrichment.questions import (
    MISS,
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
from trustleads.testing.provider import ProviderContract
from trustleads.testing.provider_world import Known, ProviderWorld, Trouble

KEY = "very-secret"
TITLES = {"elif.modello@one.example": "Buyer", "greta.muster@two.example": "Pilot"}
RESTRICTED = "hugo.fictus@three.example"
STATUSES = {
    Trouble.RATE_LIMITED: 429,
    Trouble.SERVER_ERROR: 503,
    Trouble.REJECTED: 400,
    Trouble.KEY_REFUSED: 401,
    Trouble.NO_CREDIT: 402,
}
SIGNALS = {
    429: lambda: AskAgain("rate_limited", after=1.0, everyone=True),
    503: lambda: AskAgain("server_error"),
    400: lambda: Declined("bad_request"),
    401: lambda: StopAsking("key_refused"),
    402: lambda: StopAsking("no_credit"),
}
SPOILT = {
    Trouble.SENSELESS: lambda _: "nonsense",
    Trouble.WRONG_SUBJECT: lambda answers: [{"email": "x@y.example", "title": "Spy"}, *answers[1:]],
    Trouble.SHUFFLED: lambda answers: [*answers[1:], answers[0]],
    Trouble.TOO_FEW: lambda answers: answers[:-1],
    Trouble.TOO_MANY: lambda answers: [answers[0], *answers],
}


def ask(email):
    return Question({Attribute.EMAIL: email}, frozenset({Attribute.JOB_TITLE}))


class Far:
    """A far side in memory."""

    def __init__(self):
        self.calls, self.trouble = [], None

    def fail(self, trouble):
        self.trouble = trouble

    async def call(self, body):
        """Give status and answers; break as connections break."""
        trouble = self.trouble
        if trouble is Trouble.NOBODY_LISTENS:
            raise ConnectionRefusedError
        self.calls.append(body)
        await asyncio.sleep(60 if trouble is Trouble.SILENT else 0)
        for _ in range(500 if trouble is Trouble.TRICKLES else 0):
            await asyncio.sleep(0.01)
        if trouble in (Trouble.HUNG_UP, Trouble.TORN):
            raise ConnectionResetError
        answers = [self.answer(email) for email in json.loads(body)["emails"]]
        return STATUSES.get(trouble, 200), SPOILT.get(trouble, lambda answers: answers)(answers)

    def answer(self, email):
        if email == RESTRICTED:
            return "restricted"
        return {"email": email, "title": TITLES[email]} if email in TITLES else None


class Right:
    """A provider that keeps the contract, in steps that a subclass can break."""

    name = "right"
    fills = frozenset({Attribute.JOB_TITLE})
    verifies = False
    matches = (frozenset({Attribute.EMAIL}),)
    price = Money.of("0.10 USD")
    most_units = 1
    keeps = True
    batch_size = 4
    limits = Limits(rates=(Rate(1000, 1.0),), timeout=0.04)
    confidence = {Attribute.JOB_TITLE: 0.9}  # noqa: RUF012 - as hosts will write it

    def __init__(self, far):
        self.far, self._key = far, KEY

    def __getstate__(self):
        raise TypeError("not pickled: it holds a key")

    async def lookup(self, questions):
        return self.read(questions, await self.send({"emails": [q.given[Attribute.EMAIL] for q in questions]}))

    async def send(self, body):
        try:
            async with asyncio.timeout(self.limits.timeout):
                status, answers = await self.far.call(json.dumps(body).encode())
        except ConnectionRefusedError:
            raise AskAgain("connection") from None
        except (TimeoutError, ConnectionResetError):
            raise Unsure("no_answer") from None
        if status in SIGNALS:
            raise self.signal(status)
        return answers

    def signal(self, status):
        return SIGNALS[status]()

    def read(self, questions, answers):
        if not isinstance(answers, list) or len(answers) != len(questions):
            raise Unsure("bad_answer")
        return [self.one(question, answer) for question, answer in zip(questions, answers, strict=True)]

    def one(self, question, answer):
        if answer == "restricted":
            return Answer(Outcome.REFUSED, reason="restricted")
        if answer is None:
            return MISS
        if answer["email"] != question.given[Attribute.EMAIL]:
            return Answer(Outcome.FAILED, reason="wrong_subject")
        return self.found(answer)

    def found(self, answer):
        return Answer(Outcome.FOUND, {Attribute.JOB_TITLE: Finding(answer["title"], 0.9)})

    async def aclose(self):
        """Nothing is open."""


def world_of(kind):
    far = Far()
    known = [Known(ask(email), {Attribute.JOB_TITLE: title}) for email, title in TITLES.items()]
    return ProviderWorld(
        kind(far),
        known,
        unknown=ask("dario.nobody@four.example"),
        restricted=ask(RESTRICTED),
        key=KEY,
        wire=lambda: far.calls,
        fail=far.fail,
    )


@pytest.mark.clause("LEAD-4", "LEAD-5", "GDPR-1")
class TestRight(ProviderContract):
    @pytest.fixture
    def world(self):
        return world_of(Right)


class Offline(Right):
    """Asks nobody, has no key, and knows one lead at a time: all that is about a far side is skipped."""

    batch_size = 1

    async def send(self, body):
        return [self.far.answer(email) for email in body["emails"]]


@pytest.mark.clause("LEAD-4")
class TestOffline(ProviderContract):
    @pytest.fixture
    def world(self):
        return dataclasses.replace(world_of(Offline), key="", wire=None, fail=None, unknown=None, restricted=None)


class Unnamed(Right):
    name = "No Name"


class ExpectsNothing(Right):
    confidence = {}  # noqa: RUF012 - as hosts will write it


class MatchesEverybody(Right):
    matches = (frozenset(),)


class FillsWholeNames(Right):
    fills = frozenset({Attribute.FULL_NAME})
    confidence = {Attribute.FULL_NAME: 0.9}  # noqa: RUF012 - as hosts will write it


class TakesNoLeads(Right):
    batch_size = 0


class PricedInFloats(Right):
    price = 0.1


class RewritesValues(Right):
    def found(self, answer):
        return super().found({"title": answer["title"].upper()})


class TooSure(Right):
    def found(self, answer):
        return Answer(Outcome.FOUND, {Attribute.JOB_TITLE: Finding(answer["title"], 90)})


class CostsMore(Right):
    def found(self, answer):
        return dataclasses.replace(super().found(answer), units=9)


class GuessesMailboxes(Right):
    def found(self, answer):
        return dataclasses.replace(super().found(answer), mailbox=Mailbox.EXISTS)


class DropsMisses(Right):
    def read(self, questions, answers):
        return [answer for answer in super().read(questions, answers) if answer.outcome is not Outcome.MISS]


class FoldsEqualQuestions(Right):
    def read(self, questions, answers):
        return list(
            {q.digest(): answer for q, answer in zip(questions, super().read(questions, answers), strict=True)}.values()
        )


class Sorts(Right):
    async def lookup(self, questions):
        return await super().lookup(sorted(questions, key=lambda question: question.given[Attribute.EMAIL]))


class FailsOnMisses(Right):
    def one(self, question, answer):
        return Answer(Outcome.FAILED) if answer is None else super().one(question, answer)


class CallsRestrictedAMiss(Right):
    def one(self, question, answer):
        return super().one(question, None if answer == "restricted" else answer)


class TrustsTheOrder(Right):
    def one(self, question, answer):
        return self.found(answer) if isinstance(answer, dict) else super().one(question, answer)


class FillsUpWithMisses(Right):
    def read(self, questions, answers):
        missing = len(questions) - len(answers)
        return super().read(questions, answers + [None] * missing if isinstance(answers, list) else answers)


class CallsWrongAnswersMisses(Right):
    def one(self, question, answer):
        found = super().one(question, answer)
        return MISS if found.reason == "wrong_subject" else found


class Repeats(Right):
    async def send(self, body):
        try:
            return await super().send(body)
        except Signal:
            return await super().send(body)


class RetriesWhatMayBeBilled(Right):
    async def send(self, body):
        try:
            return await super().send(body)
        except Unsure as signal:
            raise AskAgain(signal.reason) from None


class LetsErrorsOut(Right):
    async def send(self, body):
        if self.far.trouble is Trouble.TORN:
            raise ConnectionResetError
        return await super().send(body)


class TimesEachDrop(Right):
    async def send(self, body):
        if self.far.trouble is Trouble.TRICKLES:
            await asyncio.sleep(1.1)
        return await super().send(body)


class LimitsOneCallOnly(Right):
    def signal(self, status):
        return AskAgain("rate_limited") if status == 429 else super().signal(status)


class WaitsForEver(Right):
    def signal(self, status):
        return AskAgain("rate_limited", after=float("inf"), everyone=True) if status == 429 else super().signal(status)


class AsksOnWithABadKey(Right):
    def signal(self, status):
        return Declined("bad_request") if status == 401 else super().signal(status)


class WordyReasons(Right):
    def signal(self, status):
        return Declined("The server said no!") if status == 400 else super().signal(status)


class NeverRecovers(Right):
    broken = False

    async def send(self, body):
        if self.broken:
            raise AskAgain("connection")
        try:
            return await super().send(body)
        except Signal:
            self.broken = True
            raise


class MixesCalls(Right):
    async def lookup(self, questions):
        self.questions = questions
        await asyncio.sleep(0)
        return await super().lookup(self.questions)


class KeepsItsLoop(Right):
    loop = None

    async def send(self, body):
        self.loop = self.loop or asyncio.get_running_loop()
        if self.loop is not asyncio.get_running_loop():
            raise RuntimeError("attached to a different loop")
        return await super().send(body)


class CannotBeStopped(Right):
    async def send(self, body):
        try:
            return await super().send(body)
        except asyncio.CancelledError:
            raise Unsure("cancelled") from None


class Leaks(Right):
    async def aclose(self):
        warnings.warn("unclosed transport", ResourceWarning, stacklevel=1)


class ClosesForGood(Right):
    closed = False

    async def aclose(self):
        self.closed = True

    async def send(self, body):
        if self.closed:
            raise RuntimeError("it is closed")
        return await super().send(body)


class SendsTheLastLeadToo(Right):
    last = None

    async def send(self, body):
        last, self.last = self.last, body
        return await super().send(body | {"last": last})


class Logs(Right):
    async def send(self, body):
        logging.getLogger("vendor").debug("asking about %s", "+".join(body["emails"]).replace("@", "%40"))
        return await super().send(body)


class LogsItsKey(Right):
    def signal(self, status):
        logging.getLogger("vendor").info("key %s", self._key)
        return super().signal(status)


class RaisesFromUrls(Right):
    def signal(self, status):
        signal = super().signal(status)
        signal.__cause__ = ValueError(f"{status} for https://vendor.example/?key={self._key}")
        return signal


class ShowsItsKey(Right):
    def __repr__(self):
        return f"ShowsItsKey({self._key})"


class PicklesItsKey(Right):
    def __getstate__(self):
        return {"_key": self._key}


def names_of_the_suite():
    return [name for name, _ in inspect.getmembers(ProviderContract, inspect.isfunction) if name.startswith("test_")]


def failures(kind, names):
    """Run these tests of the suite, each in a fresh world, and name those that fail."""
    failed = set()
    for name in names:
        test = getattr(ProviderContract, name)
        marks = getattr(test, "pytestmark", [])
        for arguments in [{mark.args[0]: value} for mark in marks for value in mark.args[1]] or [{}]:
            try:
                test(ProviderContract(), world_of(kind), **arguments)
            except (Exception, pytest.fail.Exception):  # noqa: BLE001 - however it fails, it is caught
                failed.add(name)
    return failed


@pytest.mark.parametrize(
    ("kind", "caught_by"),
    [
        (Unnamed, "test_it_describes_itself"),
        (ExpectsNothing, "test_it_describes_itself"),
        (MatchesEverybody, "test_it_describes_itself"),
        (FillsWholeNames, "test_it_describes_itself"),
        (TakesNoLeads, "test_its_limits_can_be_kept"),
        (PricedInFloats, "test_its_limits_can_be_kept"),
        (RewritesValues, "test_what_is_known_is_found"),
        (TooSure, "test_what_is_known_is_found"),
        (CostsMore, "test_what_is_known_is_found"),
        (GuessesMailboxes, "test_what_is_known_is_found"),
        (DropsMisses, "test_a_batch_is_answered_in_order"),
        (FoldsEqualQuestions, "test_a_batch_is_answered_in_order"),
        (Sorts, "test_a_batch_is_answered_in_order"),
        (FailsOnMisses, "test_what_nobody_knows_is_a_miss"),
        (CallsRestrictedAMiss, "test_what_must_not_be_told_is_refused"),
        (TrustsTheOrder, "test_an_answer_about_somebody_else_is_not_passed_on"),
        (TrustsTheOrder, "test_a_spoilt_batch_gives_nobody_what_is_not_theirs"),
        (FillsUpWithMisses, "test_a_spoilt_batch_gives_nobody_what_is_not_theirs"),
        (CallsWrongAnswersMisses, "test_a_spoilt_batch_gives_nobody_what_is_not_theirs"),
        (Repeats, "test_one_attempt_in_time"),
        (RetriesWhatMayBeBilled, "test_a_call_that_came_to_nothing_is_a_signal"),
        (LetsErrorsOut, "test_a_call_that_came_to_nothing_is_a_signal"),
        (TimesEachDrop, "test_one_attempt_in_time"),
        (LimitsOneCallOnly, "test_a_rate_limit_is_for_everyone"),
        (WaitsForEver, "test_a_rate_limit_is_for_everyone"),
        (AsksOnWithABadKey, "test_a_call_that_came_to_nothing_is_a_signal"),
        (WordyReasons, "test_a_call_that_came_to_nothing_is_a_signal"),
        (NeverRecovers, "test_a_failure_spoils_no_later_call"),
        (MixesCalls, "test_calls_at_the_same_time_do_not_mix"),
        (KeepsItsLoop, "test_it_serves_several_loops"),
        (CannotBeStopped, "test_a_call_can_be_stopped"),
        (Leaks, "test_it_gives_back_what_it_opened"),
        (ClosesForGood, "test_it_gives_back_what_it_opened"),
        (SendsTheLastLeadToo, "test_a_call_holds_nothing_of_another_lead"),
        (Logs, "test_a_call_that_went_well_logs_nothing_secret"),
        (LogsItsKey, "test_a_call_that_came_to_nothing_is_a_signal"),
        (RaisesFromUrls, "test_a_call_that_came_to_nothing_is_a_signal"),
        (ShowsItsKey, "test_the_key_is_in_no_repr_and_no_pickle"),
        (PicklesItsKey, "test_the_key_is_in_no_repr_and_no_pickle"),
    ],
)
def test_the_suite_catches_what_is_wrong(kind, caught_by):
    assert failures(kind, [caught_by]) == {caught_by}


def test_the_suite_passes_what_is_right():
    assert failures(Right, names_of_the_suite()) == set()


def test_a_suite_without_a_world_says_so():
    with pytest.raises(NotImplementedError, match="override this fixture"):
        ProviderContract.world.__wrapped__(ProviderContract())
