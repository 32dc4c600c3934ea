"""Leads that come together, and leave together (LEAD-5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from trustleads.enrichment.asking.cases import Case
from trustleads.enrichment.asking.threads import settle
from trustleads.enrichment.questions import Attribute
from trustleads.enrichment.waterfall import Known


class Party:
    """Some leads, of which each is taken when there is room for it; lives in one event loop."""

    def __init__(
        self, leads: Sequence[Mapping[Attribute, Known]], made: Callable[[Case], Any], future: Future[list[Any]]
    ) -> None:
        """Take leads.

        Args:
            leads: At least one.
            made: Called with each that is through.
            future: Gets what was made of them, in their order, once all are through.
        """
        self._leads = leads
        self._made = made
        self._future = future
        self._begun = 0
        self._left = len(leads)
        self._through: list[Any] = [None] * len(leads)
        self._when_done = self._done  # one for all of them: a bound method is made each time that it is named

    @property
    def all_begun(self) -> bool:
        """Whether ``next`` has nothing more to give."""
        return self._begun == len(self._leads)

    def next(self) -> Case:
        """Give the next lead."""
        case = Case(dict(self._leads[self._begun]), number=self._begun, done=self._when_done)
        self._begun += 1
        return case

    def _done(self, case: Case) -> None:
        self._through[case.number] = self._made(case)
        self._left -= 1
        if self._left == 0:
            settle(self._future, lambda: self._through)
