"""MX answers from the DNS, over dnspython (LEAD-2).

A domain takes mail if it has an MX record or, without one, an address record (RFC 5321 section 5.1), and
takes none if its MX record names the root (RFC 7505). dnspython is asked asynchronously in a private
thread with a loop of its own, so that a lookup works wherever it is called, a notebook included.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import Future, wait
from typing import Any, NamedTuple, TypeVar

import dns.asyncbackend
import dns.asyncresolver
import dns.exception
import dns.inet
import dns.name
import dns.rdatatype
import dns.resolver

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.ports import MxAnswer

_TRIES = 3  # a question that gets no answer is put again within its time: datagrams get lost
_SILENCES = 20  # domains in a row without any reply, after which the name servers themselves are in doubt
_COOL_DOWN = 30.0  # seconds for which they are left alone when they do not reply at all
_PLAIN_NAME = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}")
_T = TypeVar("_T")
_Asked = Future[MxAnswer]
_Verdict = tuple[MxAnswer, float]


class CachedMx(NamedTuple):
    """An answer and until when it holds, on the clock of the resolver."""

    answer: MxAnswer
    expires: float


class MxCache(MutableMapping[str, CachedMx]):
    """Answers by domain, in memory, the oldest dropped when there are too many.

    It may be shared by several resolvers and threads. It travels empty to other processes: its times
    belong to the clock of this one.
    """

    def __init__(self, size: int = 100_000) -> None:
        """Hold at most ``size`` domains (about 200 bytes each)."""
        self._size = size
        self._entries: dict[str, CachedMx] = {}
        self._lock = threading.Lock()

    def __getitem__(self, domain: str) -> CachedMx:
        return self._entries[domain]

    def __setitem__(self, domain: str, entry: CachedMx) -> None:
        with self._lock:
            self._entries.pop(domain, None)
            self._entries[domain] = entry
            while len(self._entries) > self._size:
                del self._entries[next(iter(self._entries))]

    def __delitem__(self, domain: str) -> None:
        del self._entries[domain]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __reduce__(self) -> tuple[type[MxCache], tuple[int]]:
        return MxCache, (self._size,)


class _Line:
    """Whether the name servers can be reached at all.

    Threads share it without a lock: in the worst case one more question is asked.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._silences = 0
        self._retry_at: float | None = None

    @property
    def down(self) -> bool:
        """Whether asking is in vain."""
        return self._retry_at is not None

    def doubtful(self, *, heard: bool) -> bool:
        """Count one domain's outcome; true when it is time to ask the servers for a sign of life."""
        self._silences = 0 if heard else self._silences + 1
        if self._silences < _SILENCES:
            return False
        self._silences = 0
        return True

    def note(self, *, alive: bool) -> None:
        """Take the outcome of asking for a sign of life."""
        self._retry_at = None if alive else self._clock() + _COOL_DOWN

    def take_turn(self) -> bool:
        """Whether the cool-down is over and the caller shall ask; the next has to wait for another one."""
        due = self._retry_at is not None and self._clock() >= self._retry_at
        if due:
            self.note(alive=False)
        return due


class DnsMxResolver:
    """An ``MxResolver`` that asks the DNS.

    Each distinct domain costs one question (MX), and only one without MX records two more (A, AAAA).
    Answers are kept for as long as their records allow, within the bounds given here, in a cache that
    lives as long as this object or as the caller's own; failures are never kept. Threads that ask for the
    same domain at the same time share one question. There is nothing to close, and it can be pickled.

    When 20 domains in a row get no reply at all, the name servers are asked for the root, which all of them
    know. If that stays without reply too, they are down: everything not yet answered is ``FAILED`` at once,
    and so is every lookup of the next 30 seconds. Then one lookup asks for the root again.
    """

    def __init__(
        self,
        *,
        nameservers: Sequence[str] | None = None,
        port: int = 53,
        timeout: float = 5.0,
        limit: float = 120.0,
        concurrency: int = 100,
        cache: MutableMapping[str, CachedMx] | None = None,
        min_ttl: float = 60.0,
        max_ttl: float = 86_400.0,
        negative_ttl: float = 3_600.0,
        resolver: dns.asyncresolver.Resolver | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Choose whom to ask, and how long to wait and to remember.

        Args:
            nameservers: IP addresses of recursive name servers; by default those of the system.
            port: Their port.
            timeout: Seconds for one domain, repeated tries and address lookups included.
            limit: Seconds for one ``lookup``; domains not answered by then are ``FAILED``.
            concurrency: Domains asked about at the same time, in one ``lookup``.
            cache: Where answers are kept, by domain; by default an ``MxCache`` of this object's own. It must
                be safe to use from several threads. What it raises, the lookup raises.
            min_ttl: Seconds for which an answer is kept even if its records say less.
            max_ttl: Seconds for which an answer is kept at most.
            negative_ttl: The same for the answer that there is no mail host, which is more often mended.
            resolver: A dnspython resolver to use as it is (other transports, TSIG, EDNS ...) instead of
                ``nameservers`` and ``port``.
            clock: Seconds since any fixed moment; use ``time.time`` for a cache shared between machines.

        Raises:
            InvalidInput: A value is out of range, a name server is not an IP address, or the system names none.
        """
        if min(timeout, limit, concurrency) <= 0 or not 0 <= min_ttl <= min(max_ttl, negative_ttl):
            raise InvalidInput("timeout, limit and concurrency must be above 0, min_ttl at most the other two")
        if resolver is not None and nameservers is not None:
            raise InvalidInput("give either a resolver or nameservers")
        self._resolver = resolver or _stub_resolver(nameservers, port, timeout / _TRIES)
        self._timeout, self._limit, self._concurrency = timeout, limit, concurrency
        self._cache = MxCache() if cache is None else cache
        self._ttl_bounds = dict.fromkeys(MxAnswer, (min_ttl, max_ttl))
        self._ttl_bounds[MxAnswer.NO_MAIL_HOST] = (min_ttl, negative_ttl)
        self._clock = clock
        self._start()

    def _start(self) -> None:
        self._lock = threading.Lock()
        self._pending: dict[str, _Asked] = {}
        self._line = _Line(self._clock)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in ("_lock", "_pending", "_line")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._start()

    def lookup(self, domains: Iterable[str]) -> Mapping[str, MxAnswer]:
        """Give the answer for each distinct domain.

        Args:
            domains: Domain names. Names in Unicode are asked in their ASCII form (IDNA 2008), upper case as
                lower case, one with a final dot like one without.

        Returns:
            Answer by domain as given; ``FAILED`` for what is no domain name at all.
        """
        keys = {domain: _key(domain) for domain in domains}
        answers = self._answers({key for key in keys.values() if key})
        return {domain: answers.get(key, MxAnswer.FAILED) for domain, key in keys.items()}

    def _answers(self, keys: set[str]) -> dict[str, MxAnswer]:
        """Answer from the cache, from what others are asking already, and from the DNS, within the limit."""
        answers, mine, theirs = self._claim(keys)
        if mine:
            self._start_asking(mine)
        asked = mine | theirs
        wait(asked.values(), timeout=self._limit)
        answers.update((key, future.result()) for key, future in asked.items() if future.done())
        return answers

    def _claim(self, keys: set[str]) -> tuple[dict[str, MxAnswer], dict[str, _Asked], dict[str, _Asked]]:
        """Sort domains into known, ours to ask from now on, and being asked by another thread.

        The caller's cache may be slow, or raise: nobody else waits for it.
        """
        known = self._cached(keys)
        mine, theirs = {}, {}
        with self._lock:
            for key in keys - known.keys():
                if key in self._pending:
                    theirs[key] = self._pending[key]
                else:
                    mine[key] = self._pending[key] = Future()
        known |= self._answered_meanwhile(mine)
        return known, mine, theirs

    def _answered_meanwhile(self, mine: dict[str, _Asked]) -> dict[str, MxAnswer]:
        """Take out of our questions those that another thread settled after the cache was read."""
        try:
            answered = self._cached(mine)
        except BaseException:
            self._give_up(mine)
            raise
        for key, answer in answered.items():
            self._release(key).set_result(answer)
            del mine[key]
        return answered

    def _cached(self, keys: Iterable[str]) -> dict[str, MxAnswer]:
        now = self._clock()
        entries = ((key, self._cache.get(key)) for key in keys)
        return {key: entry.answer for key, entry in entries if entry is not None and entry.expires > now}

    def _start_asking(self, mine: dict[str, _Asked]) -> None:
        try:
            threading.Thread(target=self._ask, args=(mine,), name="trustleads-mx", daemon=True).start()
        except RuntimeError:  # no thread to be had: too many, or the interpreter is ending
            self._give_up(mine)

    def _ask(self, mine: dict[str, _Asked]) -> None:
        """Ask in a loop of this thread's own; whatever happens, nobody is left waiting."""
        try:
            asyncio.run(self._ask_all(mine))
        finally:
            self._give_up(mine)

    def _give_up(self, mine: dict[str, _Asked]) -> None:
        for key, future in mine.items():
            if not future.done():
                self._settle(key, MxAnswer.FAILED, 0.0)

    async def _ask_all(self, mine: dict[str, _Asked]) -> None:
        if self._line.take_turn():
            await self._find_out()
        queue = iter(mine)
        workers = [asyncio.create_task(self._work(queue)) for _ in range(min(self._concurrency, len(mine)))]
        done, _ = await asyncio.wait(workers, timeout=self._limit)  # the loop cancels those that are late
        for worker in done:
            worker.result()

    async def _work(self, queue: Iterator[str]) -> None:
        for key in queue:
            self._settle(key, *await self._ask_one(key))

    def _settle(self, key: str, answer: MxAnswer, ttl: float) -> None:
        """Keep an answer, and only then hand it to all who wait for it: who comes later finds it in the cache."""
        try:
            self._keep(key, answer, ttl)
        except Exception as error:  # noqa: BLE001 - the caller's own cache may raise anything, and shall not hide it
            self._release(key).set_exception(error)
        else:
            self._release(key).set_result(answer)

    def _release(self, key: str) -> _Asked:
        with self._lock:
            return self._pending.pop(key)

    def _keep(self, key: str, answer: MxAnswer, ttl: float) -> None:
        """Remember an answer, if it says something about the domain, for its bounded lifetime."""
        if answer is not MxAnswer.FAILED:
            least, most = self._ttl_bounds[answer]
            self._cache[key] = CachedMx(answer, self._clock() + min(max(ttl, least), most))

    async def _ask_one(self, key: str) -> _Verdict:
        if self._line.down:
            return MxAnswer.FAILED, 0.0
        verdict, heard = await self._try(self._judge(key))
        if self._line.doubtful(heard=heard):
            await self._find_out()
        return verdict or (MxAnswer.FAILED, 0.0)

    async def _find_out(self) -> None:
        """Ask for the root: what a name server says to that does not matter, only that it says something."""
        _, heard = await self._try(self._records(dns.name.root, dns.rdatatype.NS))
        self._line.note(alive=heard)

    async def _try(self, question: Coroutine[Any, Any, _T]) -> tuple[_T | None, bool]:
        """Give the outcome within the time for one domain, None for failure, and whether there was a reply."""
        try:
            async with asyncio.timeout(self._timeout):
                return await question, True
        except (dns.exception.DNSException, OSError) as error:  # a timeout is an OSError
            return None, not _is_silence(error)

    async def _judge(self, key: str) -> _Verdict:
        """Judge one domain by its MX records and, without any, by its addresses (RFC 5321 section 5.1)."""
        name = dns.name.from_text(key)
        records, ttl = await self._records(name, dns.rdatatype.MX)
        if records:
            nowhere = all(record.exchange == dns.name.root for record in records)  # RFC 7505
            return (MxAnswer.NULL_MX if nowhere else MxAnswer.ACCEPTS), ttl
        if records is not None:
            for kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
                addresses, address_ttl = await self._records(name, kind)
                ttl = min(ttl, address_ttl)
                if addresses:
                    return MxAnswer.ACCEPTS, ttl
        return MxAnswer.NO_MAIL_HOST, ttl

    async def _records(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> tuple[list[Any] | None, float]:
        """Give the records of one kind and their lifetime; None where there is no such domain."""
        try:
            answer = await self._resolver.resolve(
                name,
                kind,
                raise_on_no_answer=False,
                lifetime=self._timeout,
                search=False,
                backend=dns.asyncbackend.get_backend("asyncio"),  # else dnspython sets a default for the whole process
            )
        except dns.resolver.NXDOMAIN as missing:
            return None, missing.kwargs["responses"][name].resolve_chaining().minimum_ttl
        return list(answer), answer.chaining_result.minimum_ttl


def _is_silence(error: Exception) -> bool:
    """Whether no server replied at all: too late, or not reachable."""
    if isinstance(error, dns.resolver.NoNameservers):  # each was given up, for a reason of its own
        return all(isinstance(reason[3], OSError | dns.exception.Timeout) for reason in error.kwargs["errors"])
    return isinstance(error, OSError | dns.exception.Timeout)


def _stub_resolver(nameservers: Sequence[str] | None, port: int, patience: float) -> dns.asyncresolver.Resolver:
    """Make a resolver of our own; dnspython's process-wide default stays untouched."""
    try:
        resolver = dns.asyncresolver.Resolver(configure=nameservers is None)
    except dns.resolver.NoResolverConfiguration:
        raise InvalidInput("this system names no DNS server: pass nameservers=") from None
    if nameservers is not None:
        if isinstance(nameservers, str) or not nameservers or not all(map(dns.inet.is_address, nameservers)):
            raise InvalidInput("nameservers are a list of IP addresses; for other transports pass resolver=")
        resolver.nameservers = list(nameservers)
    resolver.port = port
    resolver.timeout = patience
    return resolver


def _key(domain: str) -> str:
    """Bring a domain into ASCII, lower case, without final dot; empty for what cannot be asked."""
    if _PLAIN_NAME.fullmatch(domain):
        return domain  # as nearly all are; parsing names would cost more than the rest of a cached lookup
    try:
        name = dns.name.from_text(domain, idna_codec=dns.name.IDNA_2008_Practical)
    except dns.exception.DNSException:
        return ""
    return name.to_text(omit_final_dot=True).lower() if name != dns.name.root else ""
