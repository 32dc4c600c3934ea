# ruff: noqa: S101 - a contract suite asserts
"""The contract suite of ``AnswerCache``, for hosts that keep answers elsewhere (LEAD-5, GDPR-4, GDPR-5)."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from trustleads.enrichment.ports import AnswerCache, Kept

_ORG, _OTHER_ORG = "org-1", "org-2"
_NOW, _LATER = 1_000.0, 2_000.0
_ADA, _BOB = b"a" * 16, b"b" * 16
_ROUNDS, _THREADS, _BATCH = 20, 4, 50


def _kept(payload: bytes = b"answer", *subjects: bytes, expires_at: float = _LATER) -> Kept:
    return Kept(payload, fetched_at=_NOW, expires_at=expires_at, subjects=frozenset(subjects))


def _digests(count: int, start: int = 0) -> list[bytes]:
    return [number.to_bytes(16, "big") for number in range(start, start + count)]


def _payloads(found: Iterable[Kept | None]) -> list[bytes | None]:
    return [None if kept is None else kept.payload for kept in found]


class AnswerCacheContract:
    """What every ``AnswerCache`` keeps.

    Subclass it, and give it a cache that is empty::

        class TestMyAnswers(AnswerCacheContract):
            @pytest.fixture
            def cache(self):
                answers = MyAnswers()
                yield answers
                answers.close()
    """

    @pytest.fixture
    def cache(self) -> AnswerCache:
        """Make an empty cache."""
        raise NotImplementedError("give the contract suite a cache: override this fixture")

    def test_what_is_put_is_got(self, cache: AnswerCache) -> None:
        """Every part of it, in the order asked for, repeats included; None where there is nothing."""
        one, two, three = _digests(3)
        first, second = _kept(b"\x00\xff", _ADA, _BOB), Kept(b"", fetched_at=1.25, expires_at=_LATER + 0.5)
        cache.put(_ORG, "hunter", {one: first, two: second})
        assert list(cache.get(_ORG, "hunter", [two, three, one, two], _NOW)) == [second, None, first, second]

    def test_any_names_and_sizes_will_do(self, cache: AnswerCache) -> None:
        """Orgs and providers may have any name, and an answer may be large."""
        org, large = "'; -- \u00fc\u4e2d%_", _kept(bytes(range(256)) * 4_096)
        cache.put(org, "a_b", dict.fromkeys(_digests(1), large))
        assert list(cache.get(org, "a_b", _digests(1), _NOW)) == [large]
        assert list(cache.get(org, "a%b", _digests(1), _NOW)) == [None]

    def test_nothing_asked_nothing_got(self, cache: AnswerCache) -> None:
        """Empty calls are calls."""
        cache.put(_ORG, "hunter", {})
        assert list(cache.get(_ORG, "hunter", [], _NOW)) == []

    def test_many_at_once(self, cache: AnswerCache) -> None:
        """A call has no size that is too much."""
        digests = _digests(3_000)
        cache.put(_ORG, "hunter", {digest: _kept(digest) for digest in digests})
        assert _payloads(cache.get(_ORG, "hunter", digests, _NOW)) == digests

    def test_a_newer_answer_takes_the_place_of_an_older(self, cache: AnswerCache) -> None:
        """With all of its parts: it is not found by whom the older was about."""
        for kept in (_kept(b"old", _ADA), _kept(b"new", _BOB, expires_at=_LATER + 1)):
            cache.put(_ORG, "hunter", dict.fromkeys(_digests(1), kept))
        assert list(cache.get(_ORG, "hunter", _digests(1), _LATER)) == [_kept(b"new", _BOB, expires_at=_LATER + 1)]
        assert (cache.erase(_ORG, _ADA), cache.erase(_ORG, _BOB)) == (0, 1)

    def test_an_answer_expires(self, cache: AnswerCache) -> None:
        """At its time it is gone, not a moment before; the others stay."""
        one, two = _digests(2)
        cache.put(_ORG, "hunter", {one: _kept(b"one"), two: _kept(b"two", expires_at=_LATER + 1)})
        assert _payloads(cache.get(_ORG, "hunter", [one, two], _LATER - 0.25)) == [b"one", b"two"]
        assert _payloads(cache.get(_ORG, "hunter", [one, two], _LATER)) == [None, b"two"]

    def test_an_answer_lives_as_long_as_its_renewal(self, cache: AnswerCache) -> None:
        """What would have expired stays if it was replaced in time, also when the next answers are put."""
        one, two = _digests(2)
        cache.put(_ORG, "hunter", {one: _kept(b"old")})
        cache.put(_ORG, "hunter", {one: _kept(b"new", expires_at=_LATER + 10)})
        cache.put(_ORG, "hunter", {two: Kept(b"other", fetched_at=_LATER + 1, expires_at=_LATER + 10)})
        assert _payloads(cache.get(_ORG, "hunter", [one, two], _LATER + 1)) == [b"new", b"other"]

    def test_each_provider_has_its_own(self, cache: AnswerCache) -> None:
        """The same question to another provider is another question."""
        for provider in ("hunter", "apollo"):
            cache.put(_ORG, provider, dict.fromkeys(_digests(1), _kept(provider.encode())))
        assert _payloads(cache.get(_ORG, "hunter", _digests(1), _NOW)) == [b"hunter"]
        assert _payloads(cache.get(_ORG, "zerobounce", _digests(1), _NOW)) == [None]

    def test_no_org_sees_what_another_has(self, cache: AnswerCache) -> None:
        """It neither gets, replaces nor erases it (GDPR-5)."""
        cache.put(_ORG, "hunter", dict.fromkeys(_digests(1), _kept(b"bought", _ADA)))
        assert _payloads(cache.get(_OTHER_ORG, "hunter", _digests(1), _NOW)) == [None]
        cache.put(_OTHER_ORG, "hunter", dict.fromkeys(_digests(1), _kept(b"own", _ADA)))
        assert cache.erase(_OTHER_ORG, _ADA) == 1
        assert _payloads(cache.get(_ORG, "hunter", _digests(1), _NOW)) == [b"bought"]

    def test_orgs_and_providers_do_not_run_together(self, cache: AnswerCache) -> None:
        """Names that read the same when joined are still two."""
        cache.put("a", "bc", dict.fromkeys(_digests(1), _kept(b"bought")))
        assert _payloads(cache.get("ab", "c", _digests(1), _NOW)) == [None]

    def test_a_subject_is_erased_everywhere(self, cache: AnswerCache) -> None:
        """From all providers' answers, and from no others (GDPR-4)."""
        one, two, three = _digests(3)
        cache.put(_ORG, "hunter", {one: _kept(b"one", _ADA), two: _kept(b"two", _BOB), three: _kept(b"three")})
        cache.put(_ORG, "apollo", {one: _kept(b"both", _BOB, _ADA)})
        assert cache.erase(_ORG, _ADA) == 2  # noqa: PLR2004 - one of each provider
        assert _payloads(cache.get(_ORG, "hunter", [one, two, three], _NOW)) == [None, b"two", b"three"]
        assert _payloads(cache.get(_ORG, "apollo", [one], _NOW)) == [None]
        assert (cache.erase(_ORG, _ADA), cache.erase(_ORG, _BOB), cache.erase(_ORG, b"c" * 16)) == (0, 1, 0)

    def test_a_put_that_fails_leaves_nothing(self, cache: AnswerCache) -> None:
        """All or none: neither the first answers of it, nor a hole where older ones were."""
        one, two, three = _digests(3)
        cache.put(_ORG, "hunter", {one: _kept(b"old")})
        with pytest.raises(_BreaksError):
            cache.put(_ORG, "hunter", _Breaking({one: _kept(b"new"), two: _kept(), three: _kept()}))
        assert _payloads(cache.get(_ORG, "hunter", [one, two, three], _NOW)) == [b"old", None, None]

    def test_no_reader_sees_half_a_put(self, cache: AnswerCache) -> None:
        """What one call gets is of one state, however many threads put and get."""
        digests, done = _digests(_BATCH), threading.Event()

        def write() -> None:
            try:
                for number in range(_ROUNDS):
                    cache.put(_ORG, "hunter", dict.fromkeys(digests, _kept(b"%d" % number)))
            finally:
                done.set()

        def read() -> bool:
            whole = True
            while not done.is_set():
                whole &= len(set(_payloads(cache.get(_ORG, "hunter", digests, _NOW)))) == 1
            return whole

        with ThreadPoolExecutor(_THREADS) as pool:
            reading = [pool.submit(read) for _ in range(_THREADS - 1)]
            pool.submit(write).result()
            assert all(reader.result() for reader in reading)

    def test_threads_lose_nothing(self, cache: AnswerCache) -> None:
        """What threads put at the same time is all there, and is all found by its subject."""
        batches = [_digests(_BATCH, start) for start in range(0, _BATCH * _ROUNDS, _BATCH)]

        def work(batch: Sequence[bytes]) -> list[bytes | None]:
            cache.put(_ORG, "hunter", {digest: _kept(digest, _ADA) for digest in batch})
            return _payloads(cache.get(_ORG, "hunter", batch, _NOW))

        with ThreadPoolExecutor(_THREADS) as pool:
            assert list(pool.map(work, batches)) == batches
        assert cache.erase(_ORG, _ADA) == _BATCH * _ROUNDS

    def test_closing_twice_is_fine(self, cache: AnswerCache) -> None:
        """Whoever cleans up need not know whether somebody did."""
        cache.close()
        cache.close()


class _BreaksError(Exception):
    """Raised by a mapping that is read to its end."""


class _Breaking(Mapping[bytes, Kept]):
    """A mapping whose last value cannot be read."""

    def __init__(self, answers: Mapping[bytes, Kept]) -> None:
        self._answers = answers
        self._last = list(answers)[-1]

    def __getitem__(self, digest: bytes) -> Kept:
        if digest == self._last:
            raise _BreaksError
        return self._answers[digest]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)
