"""Stand-ins for adapters, in memory; each is held to the contract suite of its port."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from trustleads.enrichment.ports import MxAnswer


class StaticMxResolver:
    """An ``MxResolver`` in memory: answers from a table and remembers, as one that asks the DNS would.

    An answer other than ``FAILED`` is kept for the life of the object, so a later ``publish`` for the same
    domain shows only where the domain was not looked up yet, or its lookup failed.
    """

    def __init__(
        self, answers: Mapping[str, MxAnswer] | None = None, *, default: MxAnswer = MxAnswer.NO_MAIL_HOST
    ) -> None:
        """Answer so for these domains, and with ``default`` for every other."""
        self._table = dict(answers or {})
        self._default = default
        self._known: dict[str, MxAnswer] = {}
        self._asked: Counter[str] = Counter()
        self._lock = threading.Lock()

    def publish(self, domain: str, answer: MxAnswer) -> None:
        """Change what the table says."""
        self._table[domain] = answer

    def asked(self, domain: str) -> int:
        """How often the table was asked for the domain."""
        return self._asked[domain]

    def lookup(self, domains: Iterable[str]) -> Mapping[str, MxAnswer]:
        """Give the answer for each distinct domain."""
        with self._lock:
            return {domain: self._answer(domain) for domain in dict.fromkeys(domains)}

    def _answer(self, domain: str) -> MxAnswer:
        if domain in self._known:
            return self._known[domain]
        self._asked[domain] += 1
        answer = self._table.get(domain, self._default)
        if answer is not MxAnswer.FAILED:
            self._known[domain] = answer
        return answer

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.Lock())
