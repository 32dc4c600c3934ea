# ruff: noqa: S101 - a contract suite asserts
"""The contract suite of ``Provider``, for hosts and third parties with a provider of their own (LEAD-4, LEAD-5)."""

from __future__ import annotations

import asyncio
import gc
import logging
import pickle
import re
import time
import traceback
import warnings
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import unquote_plus

import pytest

from trustleads.core.money import Money
from trustleads.enrichment.questions import (
    Answer,
    AskAgain,
    Attribute,
    Declined,
    Outcome,
    Question,
    Signal,
    StopAsking,
    Unsure,
)
from trustleads.testing.provider_world import Known, ProviderWorld, Trouble

_MEANINGS: dict[Trouble, tuple[type[Signal], ...]] = {
    Trouble.NOBODY_LISTENS: (AskAgain,),
    Trouble.RATE_LIMITED: (AskAgain,),
    Trouble.SERVER_ERROR: (AskAgain, Unsure),  # a vendor may say which of its errors leave nothing done
    Trouble.HUNG_UP: (Unsure,),
    Trouble.SILENT: (Unsure,),
    Trouble.TRICKLES: (Unsure,),
    Trouble.TORN: (Unsure,),
    Trouble.SENSELESS: (Unsure,),
    Trouble.REJECTED: (Declined,),
    Trouble.KEY_REFUSED: (StopAsking,),
    Trouble.NO_CREDIT: (StopAsking,),
}
_SPOILT_BATCHES = (Trouble.SHUFFLED, Trouble.TOO_FEW, Trouble.TOO_MANY, Trouble.WRONG_SUBJECT)
_GRACE = 1.0  # seconds beyond the timeout, for a busy machine
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_AT_ONCE = 8


class ProviderContract:
    """What every ``Provider`` keeps.

    Subclass it, and give it a world::

        class TestMyProvider(ProviderContract):
            @pytest.fixture
            def world(self):
                with MyServer() as server:
                    provider = MyProvider("test-key", base_url=server.url, limits=Limits(timeout=0.3))
                    yield ProviderWorld(provider, known=[...], key="test-key", wire=server.calls, fail=server.fail)
    """

    @pytest.fixture
    def world(self) -> ProviderWorld:
        """Make a fresh provider in a fresh world."""
        raise NotImplementedError("give the contract suite a world: override this fixture")

    def test_it_describes_itself(self, world: ProviderWorld) -> None:
        """What the asker plans by is there and makes sense."""
        provider = world.provider
        assert _CODE.fullmatch(provider.name)
        assert provider.fills or provider.verifies
        assert Attribute.FULL_NAME not in provider.fills, "answers come in halves"
        assert all(provider.matches), "a set of nothing matches everybody"
        assert provider.matches
        expected = provider.fills | ({Attribute.EMAIL} if provider.verifies else set())
        assert set(provider.confidence) == expected
        assert all(0 <= share <= 1 for share in provider.confidence.values())

    def test_its_limits_can_be_kept(self, world: ProviderWorld) -> None:
        """Price, size and pace are such that it can be asked at all."""
        provider, limits = world.provider, world.provider.limits
        assert isinstance(provider.price, Money)
        assert min(provider.most_units, provider.batch_size, limits.in_flight) >= 1
        assert limits.timeout > 0
        assert all(rate.calls >= 1 and rate.seconds > 0 for rate in limits.rates)

    def test_what_is_known_is_found(self, world: ProviderWorld) -> None:
        """Each known lead, asked about alone."""
        assert len(world.known) >= 2, "the suite needs two leads that are known"  # noqa: PLR2004 - as it says
        for known in world.known:
            _check(world, _ask(world, known.question), [known])

    def test_a_batch_is_answered_in_order(self, world: ProviderWorld) -> None:
        """Found, missed and asked twice: each answer stands where its question stood."""
        questions: list[tuple[Question, Known | None]] = [(known.question, known) for known in reversed(world.known)]
        if world.unknown is not None:
            questions.insert(1, (world.unknown, None))
        questions.append(questions[0])
        for start in range(0, len(questions), world.provider.batch_size):
            part = questions[start : start + world.provider.batch_size]
            answers = _ask(world, *(question for question, _ in part))
            _check(world, answers, [known for _, known in part])

    def test_what_nobody_knows_is_a_miss(self, world: ProviderWorld) -> None:
        """No match is an answer, not an error."""
        if world.unknown is None:
            pytest.skip("this far side has an answer to everything")
        _check(world, _ask(world, world.unknown), [None])

    def test_what_must_not_be_told_is_refused(self, world: ProviderWorld) -> None:
        """A subject that the far side has to keep out of its answers is told apart from one it does not know."""
        if world.restricted is None:
            pytest.skip("this far side does not say whom it must not tell of")
        (answer,) = _ask(world, world.restricted)
        assert (answer.outcome, answer.reason, dict(answer.found)) == (Outcome.REFUSED, "restricted", {})

    @pytest.mark.parametrize("trouble", list(_MEANINGS))
    def test_a_call_that_came_to_nothing_is_a_signal(self, world: ProviderWorld, trouble: Trouble) -> None:
        """Which one says whether it may be billed, and what becomes of the next; neither key nor lead is told."""
        with _overheard() as log:
            signal = _signal(world, trouble)
        assert isinstance(signal, _MEANINGS[trouble]), f"{trouble} is not {type(signal).__name__}"
        assert _CODE.fullmatch(signal.reason), "a reason is a short stable code"
        report = "".join(traceback.format_exception(signal))
        assert not _leaks([*_personal(world.known[0]), world.key], report, *log)

    def test_a_rate_limit_is_for_everyone(self, world: ProviderWorld) -> None:
        """No other call goes to the provider meanwhile; how long is said, or left to the asker."""
        signal = _signal(world, Trouble.RATE_LIMITED)
        assert isinstance(signal, AskAgain)
        assert signal.everyone
        assert signal.after is None or 0 <= signal.after < float("inf")

    @pytest.mark.parametrize("trouble", list(_MEANINGS))
    def test_one_attempt_in_time(self, world: ProviderWorld, trouble: Trouble) -> None:
        """Repeating is the asker's, which holds the limits and the purse; the timeout is that of the whole call."""
        before, start = len(_wire(world)), time.monotonic()
        _signal(world, trouble)
        assert time.monotonic() - start < world.provider.limits.timeout + _GRACE
        assert len(_wire(world)) - before == (trouble is not Trouble.NOBODY_LISTENS)

    def test_an_answer_about_somebody_else_is_not_passed_on(self, world: ProviderWorld) -> None:
        """It is told as what it is."""
        _fail(world, Trouble.WRONG_SUBJECT)
        (answer,) = _ask(world, world.known[0].question)
        assert (answer.outcome, answer.reason) == (Outcome.FAILED, "wrong_subject")
        assert not answer.found
        assert answer.mailbox is None

    @pytest.mark.parametrize("trouble", _SPOILT_BATCHES)
    def test_a_spoilt_batch_gives_nobody_what_is_not_theirs(self, world: ProviderWorld, trouble: Trouble) -> None:
        """As many answers as questions, each found one right; or the whole batch is unsure."""
        asked = world.known[: world.provider.batch_size]
        if len(asked) == 1:
            pytest.skip("it asks about one lead at a time")
        _fail(world, trouble)
        try:
            answers = _ask(world, *(known.question for known in asked))
        except Unsure:
            return
        assert len(answers) == len(asked)
        if trouble in (Trouble.TOO_FEW, Trouble.WRONG_SUBJECT):  # from the others all may be told, by an echo
            assert any(answer.outcome is not Outcome.FOUND for answer in answers)
        for answer, known in zip(answers, asked, strict=True):
            if answer.outcome is Outcome.FOUND:
                _check(world, [answer], [known])
            else:
                assert not answer.found
                assert answer.outcome is not Outcome.MISS, "what is not told is not a miss"

    @pytest.mark.parametrize("trouble", [Trouble.TORN, Trouble.RATE_LIMITED])
    def test_a_failure_spoils_no_later_call(self, world: ProviderWorld, trouble: Trouble) -> None:
        """When the far side is well again, so is the provider, without being told."""
        known = world.known[0]

        async def calls() -> Sequence[Answer]:
            with pytest.raises(Signal):
                await world.provider.lookup([known.question])
            _fail(world, None)
            return await world.provider.lookup([known.question])

        _fail(world, trouble)
        _check(world, _run(world, calls), [known])

    def test_calls_at_the_same_time_do_not_mix(self, world: ProviderWorld) -> None:
        """Each caller gets the answer to its own question."""
        asked = [known for known in world.known for _ in range(_AT_ONCE)]

        async def calls() -> Sequence[Answer]:
            each = await asyncio.gather(*(world.provider.lookup([known.question]) for known in asked))
            return [answer for answers in each for answer in answers]

        _check(world, _run(world, calls), asked)

    def test_it_serves_several_loops(self, world: ProviderWorld) -> None:
        """One object may be used in several runs, one after the other and at the same time."""
        known = world.known[0]
        with ThreadPoolExecutor(2) as pool:
            for future in [pool.submit(_ask, world, known.question) for _ in range(4)]:
                _check(world, future.result(), [known])

    def test_a_call_can_be_stopped(self, world: ProviderWorld) -> None:
        """Cancelling ends it at once, and leaves the provider as good as before."""
        known = world.known[0]
        before = len(_wire(world))

        async def calls() -> Sequence[Answer]:
            call = asyncio.ensure_future(world.provider.lookup([known.question]))
            while len(_wire(world)) == before and not call.done():  # noqa: ASYNC110 - bytes tell it is on its way
                await asyncio.sleep(0.001)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            _fail(world, None)
            return await world.provider.lookup([known.question])

        _fail(world, Trouble.SILENT)
        _check(world, _run(world, calls), [known])

    def test_it_gives_back_what_it_opened(self, world: ProviderWorld) -> None:
        """After ``aclose`` nothing is left for the garbage collector to complain about; closing twice is fine."""

        async def calls() -> Sequence[Answer]:
            await world.provider.aclose()
            answers = await world.provider.lookup([world.known[0].question])
            await world.provider.aclose()
            return answers

        gc.collect()  # what others left behind
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            _check(world, _run(world, calls), [world.known[0]])
            gc.collect()
        assert not [str(warning.message) for warning in caught if warning.category is ResourceWarning]

    def test_a_call_holds_nothing_of_another_lead(self, world: ProviderWorld) -> None:
        """What was asked before, or found, does not leave the host again (GDPR-1)."""
        first, second = world.known[:2]
        _ask(world, first.question)
        before = len(_wire(world))
        _ask(world, second.question)
        assert not _leaks(_personal(first), *map(_decoded, _wire(world)[before:]))

    def test_a_call_that_went_well_logs_nothing_secret(self, world: ProviderWorld) -> None:
        """Neither key nor lead, whatever the level: a URL in a log may hold both."""
        with _overheard() as log:
            _ask(world, world.known[0].question)
        assert not _leaks([*_personal(world.known[0]), world.key], *log)

    def test_the_key_is_in_no_repr_and_no_pickle(self, world: ProviderWorld) -> None:
        """A provider may be shown, and refuses to be pickled rather than take its key along."""
        if not world.key:
            pytest.skip("it has no key")
        assert world.key not in f"{world.provider!r} {world.provider}"
        try:
            travelled = pickle.dumps(world.provider)
        except (TypeError, AttributeError, pickle.PicklingError) as refusal:
            assert world.key not in str(refusal)  # noqa: PT017 - refusing is right, and being pickled without it too
        else:
            assert world.key.encode() not in travelled


def _run(world: ProviderWorld, calls: Callable[[], Awaitable[Sequence[Answer]]]) -> list[Answer]:
    """Run in a loop of its own, and give back what the provider opened in it."""

    async def run() -> list[Answer]:
        try:
            return list(await calls())
        finally:
            await world.provider.aclose()

    return asyncio.run(run())


def _ask(world: ProviderWorld, *questions: Question) -> list[Answer]:
    return _run(world, lambda: world.provider.lookup(questions))


def _check(world: ProviderWorld, answers: Sequence[Answer], asked: Sequence[Known | None]) -> None:
    """Hold answers against what the far side knows; None is what it does not know."""
    assert len(answers) == len(asked), "as many answers as questions"
    for answer, known in zip(answers, asked, strict=True):
        assert 0 <= answer.billed_units <= world.provider.most_units
        assert all(0 <= finding.confidence <= 1 for finding in answer.found.values())
        if known is None:
            assert (answer.outcome, dict(answer.found)) == (Outcome.MISS, {})
        else:
            wanted = {key: answer.found[key].text for key in known.found if key in answer.found}
            assert (answer.outcome, wanted, answer.mailbox) == (Outcome.FOUND, dict(known.found), known.mailbox)


def _fail(world: ProviderWorld, trouble: Trouble | None) -> None:
    if world.fail is None or (trouble is not None and trouble not in world.troubles):
        pytest.skip("this far side cannot fail this way")
    world.fail(trouble)


def _wire(world: ProviderWorld) -> Sequence[bytes]:
    if world.wire is None:
        pytest.skip("it asks nobody outside")
    return world.wire()


def _signal(world: ProviderWorld, trouble: Trouble) -> Signal:
    """Ask in the middle of trouble, and give what was raised."""
    _fail(world, trouble)
    with pytest.raises(Signal) as caught:
        _ask(world, world.known[0].question)
    return caught.value


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """Listen to everything that is logged, of whatever level."""
    lines: list[str] = []
    ear, root = logging.Handler(), logging.getLogger()
    ear.emit = lambda record: lines.append(_decoded(ear.format(record).encode()))  # type: ignore[method-assign]
    level = root.level
    root.addHandler(ear)
    root.setLevel(1)
    try:
        yield lines
    finally:
        root.setLevel(level)
        root.removeHandler(ear)


def _personal(known: Known) -> list[str]:
    return [*known.question.given.values(), *known.found.values()]


def _decoded(data: bytes) -> str:
    """Read as text whatever way a URL, a form or JSON writes it."""
    return re.sub(
        r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), unquote_plus(data.decode("utf-8", "replace"))
    )


def _leaks(secrets: Iterable[str], *texts: str) -> int:
    """Count the secrets that stand in a text as words; the number alone, so that no report of a test names one."""
    return sum(
        re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", text, re.IGNORECASE) is not None
        for secret in filter(None, secrets)
        for text in texts
    )
