"""The MX contract suite: over the double, over a real name server, and over resolvers that break it."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from trustleads import testing
from trustleads.enrichment.adapters.dns import DnsMxResolver
from trustleads.enrichment.ports import MxAnswer
from trustleads.testing import Fault, LoopbackDns, MxResolverContract, MxWorld, StaticMxResolver

RECORDS = {
    MxAnswer.ACCEPTS: "{} 300 IN MX 10 mx.example.com.",
    MxAnswer.NULL_MX: "{} 300 IN MX 0 .",
    MxAnswer.NO_MAIL_HOST: '{} 300 IN TXT "no mail here"',
}


@pytest.mark.clause("LEAD-2")
class TestStatic(MxResolverContract):
    @pytest.fixture
    def world(self):
        resolver = StaticMxResolver()
        return MxWorld(resolver, resolver.publish, resolver.asked, limit=1.0)


@pytest.mark.clause("LEAD-2")
class TestDns(MxResolverContract):
    """Over packets; FAILED is a server that stays silent, the hardest way to fail."""

    @pytest.fixture
    def world(self):
        with LoopbackDns() as server:

            def publish(domain, answer):
                server.forget(domain)
                if answer is MxAnswer.FAILED:
                    server.fail(domain, Fault.SILENT)
                else:
                    server.add(RECORDS[answer].format(f"{domain}."))

            resolver = DnsMxResolver(nameservers=[server.address], port=server.port, timeout=0.6)
            yield MxWorld(resolver, publish, server.asked, limit=3.0)


class Broken:
    """A far side, and a resolver over it that is right but for what a subclass breaks."""

    def __init__(self):
        self.table, self.counts, self.known, self.lock = {}, Counter(), {}, threading.Lock()

    def publish(self, domain, answer):
        self.table[domain] = answer

    def ask(self, domain):
        self.counts[domain] += 1
        return self.table[domain]

    def answer(self, domain):
        if domain not in self.known:
            found = self.ask(domain)
            if found is MxAnswer.FAILED:
                return found
            self.known[domain] = found
        return self.known[domain]

    def lookup(self, domains):
        with self.lock:
            return {domain: self.answer(domain) for domain in set(domains)}


class ReadsNullMxAsMail(Broken):
    def ask(self, domain):
        found = super().ask(domain)
        return MxAnswer.ACCEPTS if found is MxAnswer.NULL_MX else found


class AsksForEachRepeat(Broken):
    def lookup(self, domains):
        return {domain: self.ask(domain) for domain in domains}


class LosesADomain(Broken):
    def lookup(self, domains):
        return dict(list(super().lookup(domains).items())[1:])


class ReadsTheArgumentTwice(Broken):
    def lookup(self, domains):
        return {domain: found for found in [super().lookup(domains)] for domain in domains}


class ForgetsNegativeAnswers(Broken):
    def answer(self, domain):
        found = super().answer(domain)
        if found is not MxAnswer.ACCEPTS:
            self.known.pop(domain, None)
        return found


class KeepsFailures(Broken):
    def answer(self, domain):
        return self.known.setdefault(domain, super().answer(domain))


class RaisesFailures(Broken):
    def ask(self, domain):
        if super().ask(domain) is MxAnswer.FAILED:
            raise TimeoutError
        return self.table[domain]


class FailsAltogether(Broken):
    def lookup(self, domains):
        answers = super().lookup(domains)
        failed = MxAnswer.FAILED in answers.values()
        return dict.fromkeys(answers, MxAnswer.FAILED) if failed else answers


class Hangs(Broken):
    def lookup(self, domains):
        answers = super().lookup(domains)
        if MxAnswer.FAILED in answers.values():
            time.sleep(0.5)
        return answers


class Races(Broken):
    def lookup(self, domains):
        return {domain: self.answer(domain) for domain in set(domains)}

    def ask(self, domain):
        time.sleep(0.01)
        with self.lock:
            return super().ask(domain)


class WantsTheLoop(Broken):
    def lookup(self, domains):
        async def ask():
            return super(WantsTheLoop, self).lookup(domains)

        coroutine = ask()
        try:
            return asyncio.run(coroutine)
        finally:
            coroutine.close()


def failures(kind, limit):
    """Run every test of the suite on a fresh resolver each, and name those that fail."""
    failed = set()
    for name, test in inspect.getmembers(MxResolverContract, inspect.isfunction):
        if name.startswith("test_"):
            marks = getattr(test, "pytestmark", [])
            for arguments in [{mark.args[0]: value} for mark in marks for value in mark.args[1]] or [{}]:
                broken = kind()
                try:
                    world = MxWorld(broken, broken.publish, broken.counts.__getitem__, limit)
                    test(MxResolverContract(), world, **arguments)
                except (AssertionError, LookupError, TimeoutError, RuntimeError):
                    failed.add(name)
    return failed


def test_the_suite_passes_what_is_right():
    assert failures(Broken, limit=0.3) == set()


@pytest.mark.parametrize(
    ("kind", "caught_by"),
    [
        (ReadsNullMxAsMail, "test_every_outcome_is_told"),
        (AsksForEachRepeat, "test_a_domain_given_often_is_asked_once"),
        (LosesADomain, "test_every_outcome_is_told"),
        (ReadsTheArgumentTwice, "test_a_domain_given_often_is_asked_once"),
        (ForgetsNegativeAnswers, "test_an_answer_is_kept"),
        (KeepsFailures, "test_a_failure_is_not_kept"),
        (RaisesFailures, "test_a_failure_is_not_kept"),
        (FailsAltogether, "test_a_failure_spoils_no_other_domain"),
        (Hangs, "test_it_returns_in_time"),
        (Races, "test_threads_share_a_question"),
        (WantsTheLoop, "test_it_works_where_a_loop_runs"),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # of the thread that is timed
def test_the_suite_catches_what_is_wrong(kind, caught_by):
    assert caught_by in failures(kind, limit=0.3)


def test_a_suite_without_a_world_says_so():
    with pytest.raises(NotImplementedError, match="override this fixture"):
        MxResolverContract.world.__wrapped__(MxResolverContract())


def test_the_double_answers_from_its_table_and_else_by_default():
    resolver = StaticMxResolver({"a.example": MxAnswer.ACCEPTS}, default=MxAnswer.FAILED)
    assert dict(resolver.lookup(["a.example", "b.example"])) == {
        "a.example": MxAnswer.ACCEPTS,
        "b.example": MxAnswer.FAILED,
    }


def test_the_double_travels_with_what_it_knows():
    resolver = StaticMxResolver({"a.example": MxAnswer.ACCEPTS})
    resolver.lookup(["a.example"])
    copy = pickle.loads(pickle.dumps(resolver))  # noqa: S301 - made in this line
    assert copy.lookup(["a.example"])["a.example"] is MxAnswer.ACCEPTS
    assert copy.asked("a.example") == 1


def test_test_support_loads_on_first_use():
    """The plugin imports the package in every pytest run, also where neither dnslib nor dnspython is wanted."""
    code = (
        "import sys, trustleads.testing as t\n"
        "assert not {'pytest', 'dns', 'dnslib'} & set(sys.modules)\n"
        "t.StaticMxResolver\n"
        "assert not {'pytest', 'dns', 'dnslib'} & set(sys.modules)\n"
        "assert set(t.__all__) <= set(dir(t)) and all(getattr(t, name) for name in t.__all__)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_test_support_has_no_other_names():
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        testing.Nothing  # noqa: B018 - reading it is the test
