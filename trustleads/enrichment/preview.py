"""What a run would ask, of whom, at what cost; nothing is sent (LEAD-4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from trustleads.core.money import Money
from trustleads.enrichment.asking.cases import Case
from trustleads.enrichment.asking.gate import ask_gate
from trustleads.enrichment.asking.plan import Plan
from trustleads.enrichment.asking.rates import fixed_order
from trustleads.enrichment.ports import AnswerCache, Gate, Provider
from trustleads.enrichment.questions import Attribute, Question
from trustleads.enrichment.reach import Possible, Reach, Refused
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
        refused: Questions that the gate refuses before anybody may be asked about the lead; where the order is that of
            the caller, they are not among ``most``. What it refuses once more is known of the lead cannot be told.
        kept: Questions of ``most`` whose answer is kept already, and costs nothing. What will be asked with a value
            that is still to be found cannot be known to be kept.
        price: Of one unit.
        cost: The most that it can cost: each question of ``most`` that is not kept at the most units it can take, or
            the budget's limit for it, or what all calls of the budget can cost with it, if that is less.
        sends: What leaves the host for it.
    """

    name: str
    first: int
    most: int
    refused: int
    kept: int
    price: Money
    cost: Money
    sends: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Preview:
    """What a run would ask.

    Attributes:
        rows: Rows of the input.
        leads: Rows about which somebody is to be asked: something wanted is missing, or not sure enough.
        wanted: Field to the number of rows that lack it.
        providers: What each would be asked, in the order of the caller.
        cost: The most that the run can cost: of all providers, or the budget's limits, of the run, of its calls or of
            all its rows, if that is less.
        capped: Whether it is the budget that sets ``cost``: without it the run could cost more.
    """

    rows: int
    leads: int
    wanted: Mapping[str, int]
    providers: tuple[ProviderPreview, ...]
    cost: Money
    capped: bool = False

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
                    "refused": provider.refused,
                    "kept": provider.kept,
                    "price": str(provider.price),
                    "cost": str(provider.cost),
                    "sends": list(provider.sends),
                }
                for provider in self.providers
            ],
            "cost": str(self.cost),
            "capped": self.capped,
        }

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        lacking = ", ".join(f"{name} in {count:,}" for name, count in self.wanted.items()) or "nothing"
        yield f"{self.leads:,} of {self.rows:,} rows are to be asked about; missing or not sure enough: {lacking}"
        width = max(len("provider"), *(len(provider.name) for provider in self.providers))
        heads = {"first": "first", "most": "at most", "refused": "refused", "kept": "kept"}
        if not any(provider.refused for provider in self.providers):
            del heads["refused"]
        yield "  ".join(
            [f"{'provider':{width}}", *(f"{head:>9}" for head in heads.values()), " costs at most", "sends"]
        )
        for provider in self.providers:
            counts = [f"{getattr(provider, name):>9,}" for name in heads]
            sends = ", ".join(provider.sends)
            yield "  ".join([f"{provider.name:{width}}", *counts, f"{provider.cost.shown():>14}", sends])
        within = ", within the budget" if self.capped else ""
        yield f"the run costs {self.cost.shown()} at most{within}; nothing was sent"


@dataclass(slots=True)
class _Start:
    """How it begins with a lead.

    Attributes:
        lead: What is known of it.
        asked: What would be asked first, if the gate did not refuse it.
        first: What is asked first, where there is anything.
    """

    lead: Mapping[Attribute, Known] = field(repr=False)
    asked: frozenset[tuple[str, str | None]] = field(default=frozenset(), repr=False)  # addresses are in it
    first: Ask | None = None

    @property
    def refused(self) -> Refused:
        """What may not be asked about it; the only address there is as yet is its own."""
        return frozenset((name, address is not None) for name, address in self.asked)


class Previewer:
    """Counts questions, batch by batch; those that are equal for sure once."""

    def __init__(self, plan: Plan, answers: AnswerCache | None, gate: Gate | None, clock: Callable[[], float]) -> None:
        self._plan = plan
        self._answers = answers
        self._gate = gate
        self._clock = clock
        self._order = fixed_order(plan.providers, plan.wants, plan.order)
        self._rows = self._leads = 0
        self._wanted: Counter[str] = Counter()
        self._reached: dict[tuple[_Shape, Refused], Sequence[Possible]] = {}
        self._firsts: dict[str, set[bytes]] = {provider.name: set() for provider in plan.providers}
        self._seen: dict[str, Counter[_Form]] = {provider.name: Counter() for provider in plan.providers}
        self._most: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        self._sends: dict[str, set[str]] = {provider.name: set() for provider in plan.providers}
        self._of_rows = Money.nothing(plan.currency)

    def look(self, leads: Sequence[Mapping[Attribute, Known]]) -> None:
        """Count what could be asked about some leads."""
        self._rows += len(leads)
        new: dict[str, list[bytes]] = {provider.name: [] for provider in self._plan.providers}
        for lead in leads:
            self._wanted.update(attribute.value for attribute in missing(lead, self._plan.wants))
        for start in self._starts(leads):
            if start.first is not None:
                self._leads += 1
                self._firsts[start.first.provider.name].add(start.first.question.digest())
                self._look_at(start.lead, self._possible(start, start.first), new)
        for name, digests in new.items():
            self._kept[name] += self._count_kept(name, digests)

    def preview(self) -> Preview:
        """Give what was counted."""
        providers = tuple(map(self._of, self._plan.providers))
        whole = self._sum(map(self._whole, self._plan.providers))
        cost = min(self._sum(provider.cost for provider in providers), self._of_rows, *self._limits())
        wanted = {attribute.value: self._wanted[attribute] for attribute in self._plan.wants}
        return Preview(self._rows, self._leads, wanted, providers, cost, capped=cost < whole)

    def _starts(self, leads: Sequence[Mapping[Attribute, Known]]) -> list[_Start]:
        """Say what is asked first about each lead: what the gate does not refuse.

        A refusal teaches nothing about the lead, so what comes next is sure as well, until something may be asked.
        """
        starts = [_Start(lead) for lead in leads]
        open_ = starts
        while open_:
            for start in open_:
                start.first = next_ask(
                    start.lead, self._plan.wants, self._order, asked=start.asked, left=self._plan.budget.per_row
                )
            open_ = [start for provider in self._plan.providers for start in self._refuse(provider, open_)]
        return starts

    def _refuse(self, provider: Provider, starts: Sequence[_Start]) -> list[_Start]:
        """Give those about which a provider would be asked now, and the gate refuses it."""
        asks = [(start, start.first) for start in starts if start.first and start.first.provider is provider]
        if self._gate is None or not asks:
            return []
        arrived = [(ask.question, Case(dict(start.lead))) for start, ask in asks]
        reasons = ask_gate(self._gate, self._plan.org, provider.name, arrived)
        refused = [pair for pair, reason in zip(asks, reasons, strict=True) if reason is not None]
        for start, ask in refused:
            start.asked |= ask.asked
        self._refused[provider.name] += len(refused)
        return [start for start, _ in refused]

    def _possible(self, start: _Start, first: Ask) -> Sequence[Possible]:
        """Give all that could be asked; it is the same for all leads of which the same is known, equally surely."""
        shape = tuple((attribute, known.confidence) for attribute, known in sorted(start.lead.items()))
        # Who is the cheapest may have changed by then, and so may what is known of the lead when he is asked.
        sure, refused = (None, frozenset()) if self._plan.cheapest else (first, start.refused)
        if (shape, refused) not in self._reached:
            left = self._plan.budget.per_row
            reach = Reach(start.lead, self._plan.wants, self._order, left=left, sure=sure, refused=refused)
            self._reached[shape, refused] = reach.questions(self._plan.providers)
        return self._reached[shape, refused]

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

    def _whole(self, provider: Provider) -> Money:
        """Give the most that a provider could cost if there were no budget for it."""
        return provider.price * ((self._most[provider.name] - self._kept[provider.name]) * provider.most_units)

    def _of_calls(self, provider: Provider) -> Iterator[Money]:
        """Give what all calls of the run can cost if this provider gets them; nothing where they have no limit."""
        if self._plan.budget.calls is not None:
            yield provider.price * (self._plan.budget.calls * provider.batch_size * provider.most_units)

    def _limits(self) -> Iterator[Money]:
        """Give what the budget lets the run cost, of all providers."""
        if self._plan.budget.money is not None:
            yield self._plan.budget.money
        paid = [provider for provider in self._plan.providers if self._whole(provider)]
        dearest = [money for provider in paid for money in self._of_calls(provider)]
        if dearest:
            yield max(dearest)

    def _sum(self, costs: Iterable[Money]) -> Money:
        return sum(filter(None, costs), Money.nothing(self._plan.currency))  # nothing is nothing in any currency

    def _of(self, provider: Provider) -> ProviderPreview:
        cost = self._whole(provider)
        limit = self._plan.budget.per_provider.get(provider.name)
        if cost:
            cost = min(cost, *self._of_calls(provider), cost if limit is None else limit)
        return ProviderPreview(
            provider.name,
            len(self._firsts[provider.name]),
            self._most[provider.name],
            self._refused[provider.name],
            self._kept[provider.name],
            provider.price,
            cost or Money.nothing(self._plan.currency),
            tuple(sorted(self._sends[provider.name])),
        )


def _text(lead: Mapping[Attribute, Known], attribute: Attribute) -> str:
    if attribute is Attribute.FULL_NAME and attribute not in lead:
        return f"{lead[Attribute.FIRST_NAME].text} {lead[Attribute.LAST_NAME].text}"
    return lead[attribute].text
