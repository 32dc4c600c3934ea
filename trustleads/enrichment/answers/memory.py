"""Answers kept in the memory of this process."""

from __future__ import annotations

import heapq
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Self

from trustleads.enrichment.ports import Kept


class _Key(NamedTuple):
    org: str
    provider: str
    digest: bytes


class MemoryAnswers:
    """An ``AnswerCache`` that lasts as long as this object.

    It holds everything until it expires, 1 to 2 KB an answer: for tests, and for runs of up to some hundred thousand
    leads. ``SqliteAnswers`` takes larger ones. What has expired is dropped with the next ``put``.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.close()

    def get(self, org: str, provider: str, digests: Sequence[bytes], now: float) -> Sequence[Kept | None]:
        """Give what is kept under each digest; None where there is nothing, or it has expired at ``now``."""
        with self._lock:
            found = [self._kept.get(_Key(org, provider, digest)) for digest in digests]
        return [kept if kept and kept.expires_at > now else None for kept in found]

    def put(self, org: str, provider: str, answers: Mapping[bytes, Kept]) -> None:
        """Keep answers, in the place of older ones."""
        fresh = {_Key(org, provider, digest): kept for digest, kept in answers.items()}
        with self._lock:
            self._sweep(max((kept.fetched_at for kept in fresh.values()), default=0.0))
            for key, kept in fresh.items():
                self._drop(key)
                self._kept[key] = kept
                heapq.heappush(self._expiries, (kept.expires_at, key))
                for subject in kept.subjects:
                    self._about[org, subject].add(key)

    def erase(self, org: str, subject: bytes) -> int:
        """Forget every answer about a subject, and say how many there were."""
        with self._lock:
            keys = list(self._about.get((org, subject), ()))
            for key in keys:
                self._drop(key)
        return len(keys)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept: dict[_Key, Kept] = {}
            self._about: defaultdict[tuple[str, bytes], set[_Key]] = defaultdict(set)
            self._expiries: list[tuple[float, _Key]] = []

    def _sweep(self, now: float) -> None:
        """Drop what has expired; an answer that was replaced or erased leaves an entry here until then."""
        while self._expiries and self._expiries[0][0] <= now:
            expiry, key = heapq.heappop(self._expiries)
            if key in self._kept and self._kept[key].expires_at <= expiry:
                self._drop(key)

    def _drop(self, key: _Key) -> None:
        kept = self._kept.pop(key, None)
        for subject in kept.subjects if kept else ():
            keys = self._about[key.org, subject]
            keys.discard(key)
            if not keys:
                del self._about[key.org, subject]
