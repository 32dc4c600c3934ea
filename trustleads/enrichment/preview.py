"""What a run would ask, of whom, at what cost; nothing is sent (LEAD-4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trustleads.core.money import Money
from trustleads.enrichment.asking.plan import Plan
from trustleads.enrichment.asking.rates import fixed_order
from trustleads.enrichment.ports import AnswerCache, Provider
from trustleads.enrichment.questions import Attribute
from trustleads.enrichment.waterfall import Ask, Known, missing, next_ask


@dataclass(frozen=True, slots=True)
class ProviderPreview:
    """What one provider would be asked.

    Attributes:
        name: The provider.
        first: Questions that it is asked first: these are asked for sure, as far as the budget goes.
        most: Questions that it is asked if nobody before it knows anything.
        kept: Questions of ``most`` whose answer is kept already, and costs nothing.
        price: Of one unit.
        cost: The most that it can cost: each question of ``most`` that is not kept at the most units it can take.
        sends: What leaves the host for it.
    """

    name: str
    first: int
    most: int
    kept: int
    price: Money
    cost: Money
    sends: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Preview:
    """What a run would ask.

    Attributes:
        rows: Rows of the input.
        leads: Rows of which something wanted is missing, or not sure enough.
        wanted: Field to the number of rows that lack it.
        providers: What each would be asked, in the order of the caller.
        cost: The most that the run can cost: of all providers, or the budget's limit if that is less.
    """

    rows: int
    leads: int
    wanted: Mapping[str, int]
    providers: tuple[ProviderPreview, ...]
    cost: Money

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON has it; money as text."""
        return {
            "rows": self.rows,
            "leads": self.leads,
            "wanted": dict(self.wanted),
            "providers": [
                {
                    "name": provider.name,
                    "first": provider.first,
                    "most": provider.most,
                    "kept": provider.kept,
                    "price": str(provider.price),
                    "cost": str(provider.cost),
                    "sends": list(provider.sends),
                }
                for provider in self.providers
            ],
            "cost": str(self.cost),
        }

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        lacking = ", ".join(f"{name} in {count:,}" for name, count in self.wanted.items()) or "nothing"
        yield f"{self.leads:,} of {self.rows:,} rows are to be asked about; missing or not sure enough: {lacking}"
        width = max(len("provider"), *(len(provider.name) for provider in self.providers))
        yield f"{'provider':{width}}  {'first':>9}  {'at most':>9}  {'kept':>9}  {'costs at most':>14}  sends"
        for provider in self.providers:
            sends = ", ".join(provider.sends)
            yield (
                f"{provider.name:{width}}  {provider.first:>9,}  {provider.most:>9,}  {provider.kept:>9,}"
                f"  {provider.cost!s:>14}  {sends}"
            )
        yield f"the run costs {self.cost} at most; nothing was sent"


class Previewer:
    """Counts questions, batch by batch; equal ones once."""

    def __init__(self, plan: Plan, answers: AnswerCache | None, clock: Callable[[], float]) -> None:
        self._plan = plan
        self._answers = answers
        self._clock = clock
        self._order = fixed_order(plan.providers, plan.wants, plan.order)
        self._rows = self._leads = 0
        self._wanted: Counter[str] = Counter()
        self._seen: dict[str, set[bytes]] = {provider.name: set() for provider in plan.providers}
        self._first: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        self._sends: dict[str, set[str]] = {provider.name: set() for provider in plan.providers}

    def look(self, leads: Sequence[Mapping[Attribute, Known]]) -> None:
        """Count what would be asked about some leads."""
        self._rows += len(leads)
        asked: dict[str, list[bytes]] = {provider.name: [] for provider in self._plan.providers}
        for lead in leads:
            self._wanted.update(attribute.value for attribute in missing(lead, self._plan.wants))
            for number, ask in enumerate(self._asks(lead)):
                self._leads += number == 0
                name, digest = ask.provider.name, ask.question.digest()
                if digest not in self._seen[name]:
                    self._seen[name].add(digest)
                    asked[name].append(digest)
                    self._first[name] += number == 0
                    self._sends[name] |= set(ask.question.given)
        for name, digests in asked.items():
            self._kept[name] += self._count_kept(name, digests)

    def preview(self) -> Preview:
        """Give what was counted."""
        providers = tuple(map(self._of, self._plan.providers))
        cost = sum((provider.cost for provider in providers), Money.nothing(self._plan.currency))
        most = self._plan.budget.money
        wanted = {attribute.value: self._wanted[attribute] for attribute in self._plan.wants}
        return Preview(self._rows, self._leads, wanted, providers, cost if most is None else min(cost, most))

    def _asks(self, lead: Mapping[Attribute, Known]) -> Iterator[Ask]:
        """Give all that would be asked if nobody knew anything."""
        marks: set[tuple[str, str | None]] = set()
        left = self._plan.budget.per_row
        while (ask := next_ask(lead, self._plan.wants, self._order, asked=marks, left=left)) is not None:
            marks |= ask.asked
            yield ask

    def _count_kept(self, name: str, digests: Sequence[bytes]) -> int:
        if self._answers is None or not digests:
            return 0
        return sum(one is not None for one in self._answers.get(self._plan.org, name, digests, self._clock()))

    def _of(self, provider: Provider) -> ProviderPreview:
        most, kept = len(self._seen[provider.name]), self._kept[provider.name]
        cost = provider.price * ((most - kept) * provider.most_units)
        return ProviderPreview(
            provider.name,
            self._first[provider.name],
            most,
            kept,
            provider.price,
            cost or Money.nothing(self._plan.currency),
            tuple(sorted(self._sends[provider.name])),
        )
