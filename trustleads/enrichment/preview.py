"""What a run would ask, of whom, at what cost; nothing is sent (LEAD-4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from trustleads.core.money import Money
from trustleads.enrichment.asking.plan import Plan
from trustleads.enrichment.asking.rates import fixed_order
from trustleads.enrichment.ports import AnswerCache, Provider
from trustleads.enrichment.questions import Attribute, Question
from trustleads.enrichment.reach import Possible, Reach
from trustleads.enrichment.waterfall import Ask, Known, missing, next_ask

_Shape: TypeAlias = tuple[tuple[Attribute, float], ...]
_Form: TypeAlias = tuple[bytes, frozenset[Attribute]]  # digest of what is asked for sure, and what else may be


@dataclass(frozen=True, slots=True)
class ProviderPreview:
    """What one provider would be asked.

    Attributes:
        name: The provider.
        first: Questions that are asked first: these are asked for sure, as far as the budget goes.
        most: Questions that it could come to be asked, whatever the others find: what they may find is looked up and
            verified too. Those that are equal for sure count once.
        kept: Questions of ``most`` whose answer is kept already, and costs nothing. What will be asked with a value
            that is still to be found cannot be known to be kept.
        price: Of one unit.
        cost: The most that it can cost: each question of ``most`` that is not kept at the most units it can take, or
            the budget's limit for it if that is less.
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
        cost: The most that the run can cost: of all providers, or the budget's limits, of the run or of all its rows,
            if that is less.
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
                f"  {provider.cost.shown():>14}  {sends}"
            )
        yield f"the run costs {self.cost.shown()} at most; nothing was sent"


class Previewer:
    """Counts questions, batch by batch; those that are equal for sure once."""

    def __init__(self, plan: Plan, answers: AnswerCache | None, clock: Callable[[], float]) -> None:
        self._plan = plan
        self._answers = answers
        self._clock = clock
        self._order = fixed_order(plan.providers, plan.wants, plan.order)
        self._rows = self._leads = 0
        self._wanted: Counter[str] = Counter()
        self._reached: dict[_Shape, Sequence[Possible]] = {}
        self._firsts: dict[str, set[bytes]] = {provider.name: set() for provider in plan.providers}
        self._seen: dict[str, Counter[_Form]] = {provider.name: Counter() for provider in plan.providers}
        self._most: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        self._sends: dict[str, set[str]] = {provider.name: set() for provider in plan.providers}
        self._of_rows = Money.nothing(plan.currency)

    def look(self, leads: Sequence[Mapping[Attribute, Known]]) -> None:
        """Count what could be asked about some leads."""
        self._rows += len(leads)
        new: dict[str, list[bytes]] = {provider.name: [] for provider in self._plan.providers}
        for lead in leads:
            self._wanted.update(attribute.value for attribute in missing(lead, self._plan.wants))
            first = next_ask(lead, self._plan.wants, self._order, left=self._plan.budget.per_row)
            if first is not None:
                self._leads += 1
                self._firsts[first.provider.name].add(first.question.digest())
                self._look_at(lead, self._possible(lead, first), new)
        for name, digests in new.items():
            self._kept[name] += self._count_kept(name, digests)

    def preview(self) -> Preview:
        """Give what was counted."""
        providers = tuple(map(self._of, self._plan.providers))
        cost = sum((provider.cost for provider in providers if provider.cost), Money.nothing(self._plan.currency))
        most = self._plan.budget.money
        wanted = {attribute.value: self._wanted[attribute] for attribute in self._plan.wants}
        cost = min(cost, self._of_rows)
        return Preview(self._rows, self._leads, wanted, providers, cost if most is None else min(cost, most))

    def _possible(self, lead: Mapping[Attribute, Known], first: Ask) -> Sequence[Possible]:
        """Give all that could be asked; it is the same for all leads of which the same is known, equally surely."""
        shape = tuple((attribute, known.confidence) for attribute, known in sorted(lead.items()))
        if shape not in self._reached:
            left = self._plan.budget.per_row
            sure = None if self._plan.cheapest else first  # who is the cheapest may have changed by then
            reach = Reach(lead, self._plan.wants, self._order, left=left, sure=sure)
            self._reached[shape] = reach.questions(self._plan.providers)
        return self._reached[shape]

    def _look_at(
        self, lead: Mapping[Attribute, Known], questions: Sequence[Possible], new: Mapping[str, list[bytes]]
    ) -> None:
        cost = Money.nothing(self._plan.currency)
        for possible in questions:
            provider = possible.provider
            self._sends[provider.name] |= possible.sends
            if provider.price:
                cost += provider.price * provider.most_units
            if self._is_new(lead, possible, new[provider.name]):
                self._most[provider.name] += 1
        left = self._plan.budget.per_row
        self._of_rows += cost if left is None else min(cost, left)

    def _is_new(self, lead: Mapping[Attribute, Known], possible: Possible, new: list[bytes]) -> bool:
        """Whether it may be a question that was not counted yet; which it is goes to ``new`` where that is sure."""
        name = possible.provider.name
        if possible.given is None or not possible.provider.keeps:
            return True  # what is not kept may be asked again for each lead
        given = {attribute: _text(lead, attribute) for attribute in possible.given}
        digest = Question(given, possible.wanted).digest()
        form = digest, possible.perhaps
        self._seen[name][form] += 1
        if self._seen[name][form] == 1 and not possible.perhaps:
            new.append(digest)
        return self._seen[name][form] <= possible.forms

    def _count_kept(self, name: str, digests: Sequence[bytes]) -> int:
        if self._answers is None or not digests:
            return 0
        return sum(one is not None for one in self._answers.get(self._plan.org, name, digests, self._clock()))

    def _of(self, provider: Provider) -> ProviderPreview:
        most, kept = self._most[provider.name], self._kept[provider.name]
        cost = provider.price * ((most - kept) * provider.most_units)
        limit = self._plan.budget.per_provider.get(provider.name)
        if cost and limit is not None:
            cost = min(cost, limit)
        return ProviderPreview(
            provider.name,
            len(self._firsts[provider.name]),
            most,
            kept,
            provider.price,
            cost or Money.nothing(self._plan.currency),
            tuple(sorted(self._sends[provider.name])),
        )


def _text(lead: Mapping[Attribute, Known], attribute: Attribute) -> str:
    if attribute is Attribute.FULL_NAME and attribute not in lead:
        return f"{lead[Attribute.FIRST_NAME].text} {lead[Attribute.LAST_NAME].text}"
    return lead[attribute].text
