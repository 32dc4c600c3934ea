"""MX answers over real packets, from a name server on the loopback interface (LEAD-2)."""

from __future__ import annotations

import asyncio
import errno
import pickle
import threading
import time

import dns.asyncbackend
import dns.asyncresolver
import dns.resolver
import pytest

from trustleads.core.errors import InvalidInput, MissingExtra
from trustleads.enrichment.adapters.dns import CachedMx, DnsMxResolver, MxCache
from trustleads.enrichment.ports import MxAnswer
from trustleads.testing import Fault, LoopbackDns

pytestmark = pytest.mark.clause("LEAD-2")

ZONE = """
mail.example. 300 IN MX 10 mx1.mail.example.
mail.example. 300 IN MX 20 mx2.mail.example.
none.example. 300 IN MX 0 .
odd.example. 300 IN MX 10 .
mixed.example. 300 IN MX 0 .
mixed.example. 300 IN MX 10 mx.mixed.example.
four.example. 300 IN A 192.0.2.1
six.example. 300 IN AAAA 2001:db8::1
text.example. 300 IN TXT "neither mail nor address"
alias.example. 300 IN CNAME mail.example.
alias4.example. 300 IN CNAME four.example.
dangling.example. 300 IN CNAME nowhere.example.
xn--bcher-kva.example. 300 IN MX 10 mx.example.com.
"""


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def server():
    with LoopbackDns(ZONE) as running:
        yield running


@pytest.fixture
def ask(server):
    """Make a resolver of this server; short times, so that failing is quick."""

    def make(**options):
        return DnsMxResolver(**{"nameservers": [server.address], "port": server.port, "timeout": 0.9} | options)

    return make


@pytest.mark.parametrize(
    ("domain", "answer"),
    [
        ("mail.example", MxAnswer.ACCEPTS),
        ("none.example", MxAnswer.NULL_MX),
        ("odd.example", MxAnswer.NULL_MX),  # whatever the preference, mail to nowhere cannot be sent
        ("mixed.example", MxAnswer.ACCEPTS),
        ("four.example", MxAnswer.ACCEPTS),
        ("six.example", MxAnswer.ACCEPTS),
        ("text.example", MxAnswer.NO_MAIL_HOST),
        ("missing.example", MxAnswer.NO_MAIL_HOST),
        ("alias.example", MxAnswer.ACCEPTS),
        ("alias4.example", MxAnswer.ACCEPTS),
        ("dangling.example", MxAnswer.NO_MAIL_HOST),
        ("bücher.example", MxAnswer.ACCEPTS),
        ("MAIL.example.", MxAnswer.ACCEPTS),
    ],
)
def test_what_the_records_say(ask, domain, answer):
    assert dict(ask().lookup([domain])) == {domain: answer}


@pytest.mark.parametrize("fault", [Fault.SERVFAIL, Fault.REFUSED, Fault.SILENT, Fault.GARBAGE])
def test_a_failure_says_nothing_about_the_domain(server, ask, fault):
    server.fail("mail.example", fault)
    resolver = ask()
    assert resolver.lookup(["mail.example"])["mail.example"] is MxAnswer.FAILED
    server.forget("mail.example")
    server.add("mail.example. 300 IN MX 10 mx.mail.example.")
    assert resolver.lookup(["mail.example"])["mail.example"] is MxAnswer.ACCEPTS


def test_an_address_lookup_that_fails_is_a_failure(ask):
    """No MX record, and the question for the address goes unanswered: neither yes nor no."""

    class NoAddresses(LoopbackDns):
        def answer(self, packet, transport):
            if b"\x00\x00\x01\x00\x01" not in packet[-5:]:  # type A, class IN
                yield from super().answer(packet, transport)

    with NoAddresses('half.example. 300 IN TXT "x"') as half:
        resolver = ask(port=half.port)
        assert resolver.lookup(["half.example"])["half.example"] is MxAnswer.FAILED
        assert half.asked("half.example", "MX") == 1


def test_a_forged_answer_is_ignored(server, ask):
    server.fail("mail.example", Fault.FORGED)
    assert ask().lookup(["mail.example"])["mail.example"] is MxAnswer.ACCEPTS


def test_records_of_another_name_count_for_nothing(server, ask):
    server.fail("mail.example", Fault.OFF_TOPIC)
    assert ask().lookup(["mail.example"])["mail.example"] is MxAnswer.NO_MAIL_HOST


def test_a_truncated_answer_is_asked_for_again_over_tcp(server, ask):
    server.fail("mail.example", Fault.TRUNCATED)
    assert ask().lookup(["mail.example"])["mail.example"] is MxAnswer.ACCEPTS
    assert [question.transport for question in server.questions] == ["udp", "tcp"]


def test_a_server_that_is_not_there_is_a_failure(ask):
    with LoopbackDns() as gone:
        pass
    assert ask(port=gone.port).lookup(["mail.example"])["mail.example"] is MxAnswer.FAILED


def test_a_lost_datagram_is_sent_again(ask):
    class LosesTheFirst(LoopbackDns):
        def answer(self, packet, transport):
            replies = list(super().answer(packet, transport))
            yield from replies if len(self.questions) > 1 else ()

    with LosesTheFirst(ZONE) as lossy:
        assert ask(port=lossy.port).lookup(["mail.example"])["mail.example"] is MxAnswer.ACCEPTS
        assert lossy.asked("mail.example") == 2


def test_every_distinct_domain_costs_one_question(server, ask):
    domains = [f"firm-{i}.example" for i in range(600)]
    server.add("\n".join(f"{domain}. 300 IN MX 10 mx.{domain}." for domain in domains))
    resolver = ask(timeout=5.0)
    for _ in range(2):
        answers = resolver.lookup(domains * 3 + [domain.upper() for domain in domains])
        assert set(answers.values()) == {MxAnswer.ACCEPTS}
        assert len(answers) == 1200
    assert sorted(server.questions) == sorted((domain, "MX", "udp") for domain in domains)


def test_questions_run_side_by_side_but_not_too_many(server, ask):
    server.delay = 0.1
    domains = [f"missing-{i}.example" for i in range(40)]
    started = time.monotonic()
    ask(concurrency=20, timeout=5.0).lookup(domains)
    assert 0.2 <= time.monotonic() - started < 2.0  # two rounds of 20; one after the other takes 4 s


def test_a_lookup_ends_at_its_limit_with_what_it_has(server, ask):
    server.fail("slow.example", Fault.SILENT)
    resolver, started = ask(timeout=30.0, limit=0.5), time.monotonic()
    answers = resolver.lookup(["slow.example", "mail.example"])
    _join_askers()
    assert time.monotonic() - started < 3.0
    assert dict(answers) == {"slow.example": MxAnswer.FAILED, "mail.example": MxAnswer.ACCEPTS}
    server.forget("slow.example")
    assert resolver.lookup(["slow.example"])["slow.example"] is MxAnswer.NO_MAIL_HOST  # asked anew


def test_one_domain_takes_no_longer_than_its_timeout(ask):
    """Three kinds of record, each answered at the second try: the time is for all of them."""

    class LosesEveryFirst(LoopbackDns):
        def answer(self, packet, transport):
            replies = list(super().answer(packet, transport))
            yield from replies if self.questions[-2:-1] == self.questions[-1:] else ()

    with LosesEveryFirst(ZONE) as lossy:
        lossy.delay = 0.05
        assert ask(port=lossy.port, timeout=3.0).lookup(["text.example"])["text.example"] is MxAnswer.FAILED
        assert lossy.asked("text.example", "AAAA") >= 1  # it was on its way


def test_a_domain_that_does_not_exist_costs_one_question(server, ask):
    ask().lookup(["missing.example"])
    assert len(server.questions) == 1


def test_threads_wait_for_the_question_of_another(server, ask):
    server.delay = 0.3
    resolver, answers = ask(timeout=5.0), []
    threads = [
        threading.Thread(target=lambda: answers.append(resolver.lookup(["mail.example", "none.example"])))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [dict(answer) for answer in answers] == [
        {"mail.example": MxAnswer.ACCEPTS, "none.example": MxAnswer.NULL_MX}
    ] * 6
    assert len(server.questions) == 2


def test_it_works_inside_a_running_loop(ask):
    async def cell():
        return ask().lookup(["mail.example"])

    assert asyncio.run(cell())["mail.example"] is MxAnswer.ACCEPTS


@pytest.mark.parametrize(
    ("record", "lives"),
    [
        ("a.example. 300 IN MX 10 mx.example.", 300),
        ("a.example. 5 IN MX 10 mx.example.", 60),  # min_ttl
        ("a.example. 999999 IN MX 10 mx.example.", 86_400),  # max_ttl
        ("a.example. 300 IN MX 0 .", 300),
        ("a.example. 90 IN A 192.0.2.1", 90),  # the shorter of "no MX" and the address
        ("a.example. 500 IN A 192.0.2.1", 120),
        ('a.example. 300 IN TXT "x"', 120),  # of the SOA record, RFC 2308
        ("b.example. 300 IN A 192.0.2.1", 120),  # no such domain
    ],
)
def test_answers_live_as_long_as_their_records(server, ask, record, lives):
    clock, cache = Clock(), {}
    server.add(record)
    resolver = ask(clock=clock, cache=cache)
    resolver.lookup(["a.example"])
    assert cache["a.example"].expires == 1000.0 + lives
    before = len(server.questions)
    clock.now += lives - 1
    resolver.lookup(["a.example"])
    assert len(server.questions) == before
    clock.now += 2
    resolver.lookup(["a.example"])
    assert len(server.questions) > before


def test_the_absence_of_a_mail_host_is_forgotten_sooner(ask):
    cache = {}
    ask(clock=Clock(), cache=cache, negative_ttl=70.0).lookup(["missing.example", "mail.example"])
    assert cache["missing.example"].expires == 1070.0
    assert cache["mail.example"].expires == 1300.0


def test_the_callers_cache_outlives_the_resolver(server, ask):
    cache = MxCache()
    ask(cache=cache).lookup(["mail.example"])
    assert ask(cache=cache).lookup(["mail.example"])["mail.example"] is MxAnswer.ACCEPTS
    assert server.asked("mail.example") == 1


def test_a_cache_that_fails_is_not_hidden(server, ask):
    class Full(dict):
        def __setitem__(self, key, value):
            raise OSError("disk full")

    resolver = ask(cache=Full(), concurrency=1)
    for _ in range(2):  # and nothing is left pending
        with pytest.raises(OSError, match="disk full"):
            resolver.lookup(["mail.example", "none.example"])
    assert len(server.questions) == 4


def test_a_cache_that_cannot_be_read_leaves_nobody_waiting(ask):
    class Broken(dict):
        def get(self, key, default=None):
            self.reads += 1
            if self.reads == self.fails_at:
                raise OSError("cache is down")
            return super().get(key, default)

    domains = ["mail.example", "none.example", "four.example"]
    for fails_at in range(1, 7):  # three before the questions are claimed, three after
        cache = Broken()
        cache.reads, cache.fails_at = 0, fails_at
        resolver, started = ask(cache=cache, limit=30.0), time.monotonic()
        with pytest.raises(OSError, match="cache is down"):
            resolver.lookup(domains)
        assert MxAnswer.FAILED not in resolver.lookup(domains).values()
        assert time.monotonic() - started < 10.0


def test_a_slow_cache_does_not_block_other_lookups(ask):
    reading, go_on = threading.Event(), threading.Event()

    class Slow(dict):
        def get(self, key, default=None):
            if key == "mail.example":
                reading.set()
                go_on.wait(30)
            return super().get(key, default)

    resolver = ask(cache=Slow())
    waits = threading.Thread(target=resolver.lookup, args=(["mail.example"],))
    waits.start()
    assert reading.wait(30)
    answers = []
    other = threading.Thread(target=lambda: answers.append(resolver.lookup(["none.example"])))
    other.start()
    other.join(20)
    go_on.set()
    waits.join()
    assert answers == [{"none.example": MxAnswer.NULL_MX}]


def test_what_was_answered_between_reading_and_claiming_is_not_asked_again(server, ask):
    class Late(dict):
        def get(self, key, default=None):
            found = super().get(key, default)
            if not reading:  # another lookup, start to end, while this one has read and not claimed yet
                reading.append(key)
                resolver.lookup([key])
            return found

    reading, resolver = [], ask(cache=Late())
    assert resolver.lookup(["mail.example"])["mail.example"] is MxAnswer.ACCEPTS
    assert server.asked("mail.example") == 1
    assert resolver.lookup(["mail.example"])["mail.example"] is MxAnswer.ACCEPTS


class Flickering(LoopbackDns):
    """A name server that can be down for all names at once."""

    down = False

    def answer(self, packet, transport):
        replies = list(super().answer(packet, transport))
        yield from () if self.down else replies


def test_servers_that_are_down_cost_little_time_and_are_asked_again_later(ask):
    clock = Clock()
    with Flickering(ZONE) as server:
        server.down = True
        resolver, started = ask(port=server.port, timeout=0.6, concurrency=10, clock=clock), time.monotonic()
        assert set(resolver.lookup([f"firm-{i}.example" for i in range(600)]).values()) == {MxAnswer.FAILED}
        assert time.monotonic() - started < 10.0  # one after the other they take 36 s
        _join_askers()
        assert server.asked("", "NS") > 0
        for seconds, asked in ((29, set()), (2, {""}), (29, set())):
            clock.now += seconds
            server.questions.clear()
            assert set(resolver.lookup(["mail.example", "none.example"]).values()) == {MxAnswer.FAILED}
            assert {question.name for question in server.questions} == asked
        server.down = False
        assert resolver.lookup(["mail.example"])["mail.example"] is MxAnswer.FAILED
        clock.now += 2
        assert resolver.lookup(["mail.example"])["mail.example"] is MxAnswer.ACCEPTS


def test_no_way_to_the_servers_is_silence_too(ask, monkeypatch):
    """As on a machine without network: sending itself fails."""

    async def refuse(*_, **__):
        raise OSError(errno.ENETUNREACH, "unreachable")

    monkeypatch.setattr(asyncio.BaseEventLoop, "create_datagram_endpoint", refuse)
    resolver = ask()
    resolver.lookup([f"firm-{i}.example" for i in range(30)])
    monkeypatch.undo()
    assert resolver.lookup(["mail.example"])["mail.example"] is MxAnswer.FAILED


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.SERVFAIL])
def test_many_dead_domains_are_not_taken_for_a_dead_server(server, ask, fault):
    dead = [f"dead-{i}.example" for i in range(60)]
    for domain in dead:
        server.fail(domain, fault)
    resolver = ask(concurrency=20)
    resolver.lookup(dead)
    assert resolver.lookup(["mail.example"])["mail.example"] is MxAnswer.ACCEPTS
    assert bool(server.asked("", "NS")) == (fault is Fault.SILENT)


def _join_askers():
    for thread in threading.enumerate():
        if thread.name == "trustleads-mx":
            thread.join()


def test_a_cache_drops_its_oldest():
    cache = MxCache(size=2)
    for name in ("a", "b", "a", "c"):
        cache[name] = CachedMx(MxAnswer.ACCEPTS, 1.0)
    assert list(cache) == ["a", "c"]
    del cache["a"]
    assert (len(cache), "a" in cache, cache["c"].answer) == (1, False, MxAnswer.ACCEPTS)


@pytest.mark.parametrize(
    "domain",
    ["", ".", "a..example", "x" * 64 + ".example", "x." * 130 + "example", "\N{GRINNING FACE}.example", "a\\.b\\"],
)
def test_what_is_no_domain_is_not_asked(server, ask, domain):
    assert dict(ask().lookup([domain])) == {domain: MxAnswer.FAILED}
    assert server.questions == []


def test_it_travels_to_other_processes(server, ask):
    resolver = ask()
    resolver.lookup(["mail.example"])
    copy = pickle.loads(pickle.dumps(resolver))  # noqa: S301 - made in this line
    assert copy.lookup(["mail.example"])["mail.example"] is MxAnswer.ACCEPTS
    assert server.asked("mail.example") == 2  # its cache stayed here: the clock is this machine's


def test_the_callers_own_resolver_is_used_and_left_alone(server):
    own = dns.asyncresolver.Resolver(configure=False)
    own.nameservers, own.port = [server.address], server.port
    before = dict(vars(own))
    assert DnsMxResolver(resolver=own).lookup(["none.example"])["none.example"] is MxAnswer.NULL_MX
    assert vars(own) == before
    assert server.asked("none.example") == 1


def test_nothing_of_the_process_is_changed(ask):
    """dnspython keeps a default resolver and a default loop library per process: both stay unset."""
    dns.asyncbackend._default_backend = None
    ask().lookup(["mail.example"])
    assert dns.asyncbackend._default_backend is None
    assert (dns.resolver.default_resolver, dns.asyncresolver.default_resolver) == (None, None)


def test_no_thread_stays_behind(ask):
    ask().lookup(["mail.example"])
    _join_askers()
    assert not [thread for thread in threading.enumerate() if thread.name == "trustleads-mx"]


def test_where_no_thread_can_start_the_answer_is_a_failure(ask, monkeypatch):
    resolver = ask()

    def refuse(_):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        assert resolver.lookup(["mail.example"])["mail.example"] is MxAnswer.FAILED
    assert resolver.lookup(["mail.example"])["mail.example"] is MxAnswer.ACCEPTS


@pytest.mark.parametrize(
    "options",
    [
        {"timeout": 0},
        {"limit": -1},
        {"concurrency": 0},
        {"min_ttl": -1},
        {"min_ttl": 10, "max_ttl": 5},
        {"min_ttl": 10, "negative_ttl": 5},
        {"nameservers": []},
        {"nameservers": ["dns.example"]},
        {"nameservers": "192.0.2.1"},
        {"resolver": dns.asyncresolver.Resolver(configure=False)},
    ],
)
def test_options_that_cannot_be_meant_are_refused(ask, options):
    with pytest.raises(InvalidInput):
        ask(**options)


def test_a_system_without_name_servers_is_told_what_to_do(monkeypatch):
    def read(*_):
        raise dns.resolver.NoResolverConfiguration("no nameservers")

    monkeypatch.setattr(dns.resolver.BaseResolver, "read_resolv_conf", read)
    with pytest.raises(InvalidInput, match="pass nameservers="):
        DnsMxResolver()


def test_the_server_needs_its_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "dnslib", None)
    with pytest.raises(MissingExtra, match=r"trustleads\[testing\]"):
        LoopbackDns()
