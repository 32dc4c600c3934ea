# ruff: noqa: ARG002 - broken caches ignore what they should heed
"""The contract suite of answer caches: over both adapters, against each other, and over caches that break it."""

from __future__ import annotations

import inspect
import threading
import time

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from trustleads.enrichment.answers.memory import MemoryAnswers
from trustleads.enrichment.answers.sqlite import SqliteAnswers
from trustleads.enrichment.ports import Kept
from trustleads.testing.answers import AnswerCacheContract, _BreaksError

pytestmark = pytest.mark.clause("LEAD-5", "GDPR-4", "GDPR-5")


class TestMemory(AnswerCacheContract):
    @pytest.fixture
    def cache(self):
        answers = MemoryAnswers()
        yield answers
        answers.close()


class TestPrivateDatabase(AnswerCacheContract):
    @pytest.fixture
    def cache(self):
        answers = SqliteAnswers()
        yield answers
        answers.close()


class TestFile(AnswerCacheContract):
    @pytest.fixture
    def cache(self, tmp_path):
        answers = SqliteAnswers(tmp_path / "answers.db")
        yield answers
        answers.close()


DIGESTS = [bytes([number]) * 16 for number in range(6)]
ORGS, PROVIDERS = ["org-1", "org-2"], ["apollo", "hunter"]
TIMES = st.integers(0, 20)
KEPT = st.builds(
    Kept, st.binary(max_size=3), TIMES.map(float), TIMES.map(float), st.frozensets(st.sampled_from(DIGESTS), max_size=3)
)


class Twins(RuleBasedStateMachine):
    """Whatever is done to both, the database and the dictionary hold the same."""

    def __init__(self):
        super().__init__()
        self.twins = MemoryAnswers(), SqliteAnswers()
        self.now = 0.0

    @rule(
        org=st.sampled_from(ORGS),
        provider=st.sampled_from(PROVIDERS),
        answers=st.dictionaries(st.sampled_from(DIGESTS), KEPT),
    )
    def put(self, org, provider, answers):
        for one in self.twins:
            one.put(org, provider, answers)
        self.now = max([self.now, *(kept.fetched_at for kept in answers.values())])  # time does not run backwards

    @rule(org=st.sampled_from(ORGS), subject=st.sampled_from(DIGESTS))
    def erase(self, org, subject):
        one, other = (twin.erase(org, subject) for twin in self.twins)
        assert one == other

    @rule(seconds=st.integers(1, 5))
    def wait(self, seconds):
        self.now += seconds

    @invariant()
    def both_hold_the_same(self):
        for org in ORGS:
            for provider in PROVIDERS:
                one, other = (list(twin.get(org, provider, DIGESTS, self.now)) for twin in self.twins)
                assert one == other

    def teardown(self):
        for twin in self.twins:
            twin.close()


Twins.TestCase.settings = settings(max_examples=60, stateful_step_count=15)
TestTwins = Twins.TestCase


class Broken(MemoryAnswers):
    """Right, but for what a subclass breaks."""


class ForgetsTheOrder(Broken):
    def get(self, org, provider, digests, now):
        return super().get(org, provider, sorted(set(digests)), now)


class KeepsThePayloadAlone(Broken):
    def put(self, org, provider, answers):
        super().put(org, provider, {key: Kept(kept.payload, 0.0, kept.expires_at) for key, kept in answers.items()})


class TakesNamesForPatterns(Broken):
    def get(self, org, provider, digests, now):
        return super().get(org, provider.replace("%", "_"), digests, now)


class RefusesNothing(Broken):
    def put(self, org, provider, answers):
        super().put(org, provider, dict([*answers.items()] or [None]))


class TakesAThousand(Broken):
    def put(self, org, provider, answers):
        super().put(org, provider, dict(list(answers.items())[:1000]))


class KeepsTheFirst(Broken):
    def put(self, org, provider, answers):
        for digest, kept in answers.items():
            if self.get(org, provider, [digest], kept.fetched_at) == [None]:
                super().put(org, provider, {digest: kept})


class NeverForgets(Broken):
    def get(self, org, provider, digests, now):
        return super().get(org, provider, digests, 0.0)


class ForgetsAMomentLate(Broken):
    def get(self, org, provider, digests, now):
        return super().get(org, provider, digests, now - 0.001)


class SweepsWhatWasRenewed(Broken):
    def _sweep(self, now):
        while self._expiries and self._expiries[0][0] <= now:
            self._drop(self._expiries.pop(0)[1])


class MixesProviders(Broken):
    def get(self, org, provider, digests, now):
        return super().get(org, "all", digests, now)

    def put(self, org, provider, answers):
        super().put(org, "all", answers)


class SharesBetweenOrgs(Broken):
    def get(self, org, provider, digests, now):
        return super().get("all", provider, digests, now)

    def put(self, org, provider, answers):
        super().put("all", provider, answers)

    def erase(self, org, subject):
        return super().erase("all", subject)


class ErasesForEveryOrg(Broken):
    def erase(self, org, subject):
        return max(super(ErasesForEveryOrg, self).erase(each, subject) for each in ORGS)


class JoinsNames(Broken):
    def get(self, org, provider, digests, now):
        return super().get(org + provider, "", digests, now)

    def put(self, org, provider, answers):
        super().put(org + provider, "", answers)


class ErasesOneOnly(Broken):
    def erase(self, org, subject):
        keys = list(self._about.get((org, subject), ()))[:1]
        for key in keys:
            self._drop(key)
        return len(keys)


class PutsOneByOne(Broken):
    def put(self, org, provider, answers):
        for digest, kept in answers.items():
            super().put(org, provider, {digest: kept})


class PutsInTwoSteps(Broken):
    def put(self, org, provider, answers):
        items = list(answers.items())
        for part in (items[: len(items) // 2], items[len(items) // 2 :]):
            super().put(org, provider, dict(part))
            time.sleep(0.001)


class LosesWhatRacesIt(Broken):
    def __init__(self):
        super().__init__()
        self.busy = threading.Lock()

    def put(self, org, provider, answers):
        if self.busy.acquire(blocking=False):
            super().put(org, provider, answers)
            time.sleep(0.002)
            self.busy.release()


class ClosesOnce(Broken):
    closed = None

    def close(self):
        assert not self.closed
        self.closed = self.closed is not None  # the constructor calls it too
        super().close()


def failures(kind):
    """Run every test of the suite on a fresh cache each, and name those that fail."""
    failed = set()
    for name, test in inspect.getmembers(AnswerCacheContract, inspect.isfunction):
        if name.startswith("test_"):
            try:
                test(AnswerCacheContract(), kind())
            except (AssertionError, LookupError, TypeError, _BreaksError, pytest.fail.Exception):
                failed.add(name)
    return failed


def test_the_suite_passes_what_is_right():
    assert failures(Broken) == set()


@pytest.mark.parametrize(
    ("kind", "caught_by"),
    [
        (ForgetsTheOrder, "test_what_is_put_is_got"),
        (KeepsThePayloadAlone, "test_what_is_put_is_got"),
        (TakesNamesForPatterns, "test_any_names_and_sizes_will_do"),
        (RefusesNothing, "test_nothing_asked_nothing_got"),
        (TakesAThousand, "test_many_at_once"),
        (KeepsTheFirst, "test_a_newer_answer_takes_the_place_of_an_older"),
        (NeverForgets, "test_an_answer_expires"),
        (ForgetsAMomentLate, "test_an_answer_expires"),
        (SweepsWhatWasRenewed, "test_an_answer_lives_as_long_as_its_renewal"),
        (MixesProviders, "test_each_provider_has_its_own"),
        (SharesBetweenOrgs, "test_no_org_sees_what_another_has"),
        (ErasesForEveryOrg, "test_no_org_sees_what_another_has"),
        (JoinsNames, "test_orgs_and_providers_do_not_run_together"),
        (ErasesOneOnly, "test_a_subject_is_erased_everywhere"),
        (PutsOneByOne, "test_a_put_that_fails_leaves_nothing"),
        (PutsInTwoSteps, "test_no_reader_sees_half_a_put"),
        (LosesWhatRacesIt, "test_threads_lose_nothing"),
        (ClosesOnce, "test_closing_twice_is_fine"),
    ],
)
def test_the_suite_catches_what_is_wrong(kind, caught_by):
    assert caught_by in failures(kind)


def test_a_suite_without_a_cache_says_so():
    with pytest.raises(NotImplementedError, match="override this fixture"):
        AnswerCacheContract.cache.__wrapped__(AnswerCacheContract())


def test_memory_drops_what_has_expired():
    answers = MemoryAnswers()
    answers.put("org-1", "hunter", {DIGESTS[0]: Kept(b"old", 0.0, 10.0, frozenset(DIGESTS))})
    answers.put("org-1", "hunter", {DIGESTS[1]: Kept(b"new", 10.0, 20.0)})
    assert [kept.payload for kept in answers._kept.values()] == [b"new"]
    assert not answers._about
    assert len(answers._expiries) == 1
