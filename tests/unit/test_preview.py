"""A preview is a bound: no run asks more, or costs more, whatever the providers answer (LEAD-4)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

import trustleads as tl
from trustleads.enrichment.preview import _Start
from trustleads.enrichment.waterfall import Known
from trustleads.providers import Answer, Attribute, Finding, Limits, Mailbox, Money, Outcome, Question, Unsure

pytestmark = [pytest.mark.clause("LEAD-4"), pytest.mark.timeout(60)]

EMAIL, PHONE, TITLE = Attribute.EMAIL, Attribute.PHONE, Attribute.JOB_TITLE
FIRST, LAST, FULL = Attribute.FIRST_NAME, Attribute.LAST_NAME, Attribute.FULL_NAME
COMPANY, DOMAIN = Attribute.COMPANY, Attribute.DOMAIN
VALUES = {
    EMAIL: ["ann@firm.example", "bob@firm.example", "cem@other.example", "dua@other.example"],
    PHONE: ["+442079460001", "+442079460002"],
    TITLE: ["Buyer", "Pilot"],
    FIRST: ["Ann", "Bob"],
    LAST: ["Modello", "Muster"],
    COMPANY: ["Firm", "Other"],
    DOMAIN: ["firm.example", "other.example"],
}
ROLES = {attribute.value: attribute.value for attribute in VALUES}
MATCHES = [{EMAIL}, {FIRST, LAST, COMPANY}, {FULL, DOMAIN}, {PHONE}, {LAST, COMPANY}, {DOMAIN}, {EMAIL, COMPANY}]


class Fake:
    """A provider that keeps what it says of itself, and answers anything within that."""

    batch_size = 2

    def __init__(self, name: str, seed: float = 0, **said: Any) -> None:
        self.name = name
        self.fills = frozenset(said.get("fills", ()))
        self.verifies = said.get("verifies", False)
        self.verifies_apart = said.get("verifies_apart", False)
        self.matches = [frozenset(match) for match in said["matches"]]
        self.price = Money.of(said.get("price", "0.10 USD"))
        self.most_units = said.get("most_units", 1)
        self.keeps = said.get("keeps", True)
        self.confidence: Mapping[Attribute, float] = said.get("confidence", {})
        self.limits = Limits(in_flight=2)
        self.faulty = said.get("faulty", False)
        self.random = random.Random(seed)
        self.bills = self.random.choice([0.5, 1.0, 1.0])
        self.asked: list[Question] = []

    async def lookup(self, questions: Sequence[Question]) -> list[Answer]:
        self.asked += questions
        if self.faulty and self.random.random() < 0.2:
            raise Unsure("timeout")
        return [self._answer(question) for question in questions]

    async def aclose(self) -> None:
        """Nothing is open."""

    def _answer(self, question: Question) -> Answer:
        pick = self.random
        if self.faulty and pick.random() < 0.2:
            return Answer(Outcome.FAILED, reason="not_ready", units=pick.choice([None, self.most_units]))
        found = {
            attribute: Finding(pick.choice(VALUES[attribute]), pick.choice([0.0, 0.3, 0.6, 0.9, 1.0]))
            for attribute in sorted((question.wanted & self.fills) - question.given.keys())
            if pick.random() < 0.7
        }
        judged = self.verifies and EMAIL in question.given
        mailbox = pick.choice([None, *Mailbox, Mailbox.MISSING, Mailbox.MISSING]) if judged else None
        outcome = pick.choice([Outcome.FOUND, Outcome.MISS])
        return Answer(outcome, found, mailbox, units=self.most_units if pick.random() < self.bills else 0)


def fakes(pick: random.Random, *, faulty: bool) -> list[Fake]:
    return [_fake(name, pick, faulty=faulty) for name in ("one", "two", "three", "four")[: pick.randint(1, 4)]]


def _fake(name: str, pick: random.Random, *, faulty: bool) -> Fake:
    verifies = pick.random() < 0.5
    fills = set(pick.sample(sorted(VALUES), pick.randint(not verifies, 3)))
    if pick.random() < 0.4:
        fills |= {EMAIL}
    fake = Fake(
        name,
        pick.random(),
        fills=fills,
        verifies=verifies,
        verifies_apart=pick.random() < 0.5,
        matches=[*([{EMAIL}] if verifies else []), *pick.sample(MATCHES, pick.randint(1, 3))],
        price=pick.choice(["0 USD", "0.10 USD", "0.10 USD", "0.10 USD", "0.30 USD"]),
        most_units=pick.choice([1, 1, 2]),
        keeps=pick.random() < 0.8,
        confidence={a: pick.choice([0.0, *[0.9] * 5, 1.0]) for a in sorted({*fills, EMAIL})},
        faulty=faulty,
    )
    if pick.random() < 0.15:
        fake.learn = lambda _: None  # type: ignore[attr-defined]
    return fake


def options(pick: random.Random, providers: Sequence[Fake]) -> dict[str, Any]:
    """What is wanted, for how much, in which order."""
    able = sorted(set().union(*(p.fills | ({EMAIL} if p.verifies else set()) for p in providers)))
    wanted = [attribute.value for attribute in pick.sample(able, min(len(able), pick.randint(1, 4)))]
    names = [provider.name for provider in providers]
    own = {attribute: pick.sample(names, pick.randint(1, len(names))) for attribute in wanted if pick.random() < 0.5}
    limits: dict[str, Any] = {"money": "1.50 USD", "per_row": "0.60 USD", "per_provider": {names[0]: "0.70 USD"}}
    limits["calls"] = pick.randint(1, 12)
    return {
        "want": {attribute: pick.choice([0.5, 0.9, 0.95]) for attribute in wanted},
        "order": pick.choice(["fixed", "fixed", "cheapest", own]),
        "budget": tl.Budget(**{name: limit for name, limit in limits.items() if pick.random() < 0.25}),
    }


def rows_of(pick: random.Random) -> list[dict[str, str | None]]:
    """Leads, some of which have much in common."""
    known = [COMPANY, DOMAIN, *pick.choice([[EMAIL], [FIRST, LAST], [EMAIL, FIRST, LAST, TITLE], [LAST, PHONE]])]
    kinds = [
        {a.value: pick.choice(texts) if a in known and pick.random() < 0.9 else None for a, texts in VALUES.items()}
        for _ in range(pick.randint(1, 5))
    ]
    return kinds + pick.choices(kinds, k=pick.randint(0, 3))


class Gate:
    """Refuses some subjects, providers or questions; the more or the less is known, the sooner."""

    def __init__(self, pick: random.Random) -> None:
        self.rule = pick.choice(["objected", "consent", "provider", "question", "some"])
        self.provider = pick.choice(["one", "two", "three"])
        self.salt = pick.random()

    def check(
        self,
        org: str,  # noqa: ARG002 - the port's
        provider: str,
        questions: Sequence[Question],
        subjects: Sequence[Mapping[Attribute, str]],
    ) -> list[str | None]:
        pairs = zip(questions, subjects, strict=True)
        return ["no" if self.refuses(provider, question, subject) else None for question, subject in pairs]

    def refuses(self, provider: str, question: Question, subject: Mapping[Attribute, str]) -> bool:
        email = subject.get(EMAIL, "")
        return {
            "objected": email.lower().startswith(("ann", "cem")),
            "consent": not email.lower().startswith(("ann", "bob")),
            "provider": provider == self.provider,
            "question": TITLE in question.wanted or DOMAIN in question.given,
            "some": random.Random(f"{self.salt}{provider}{sorted(subject.items())}").random() < 0.5,
        }[self.rule]


def run(seed: int, *, faulty: bool, gated: bool = False) -> str:
    """Run what was previewed, and compare; says whether the preview was reached."""
    pick = random.Random(seed)
    providers = fakes(pick, faulty=faulty)
    asking, rows = options(pick, providers), rows_of(pick)
    if gated:
        asking["gate"] = Gate(pick)
    preview = tl.preview(rows, providers=providers, columns=ROLES, **asking)
    assert not any(fake.asked for fake in providers)
    out = tl.enrich(rows, providers=providers, columns=ROLES, **asking)
    cost = sum((row["tl_cost"] or Decimal() for row in out), Decimal())
    assert cost <= preview.cost.amount
    for fake, foreseen in zip(providers, preview.providers, strict=True):
        distinct = len({question.digest() for question in fake.asked})
        assert foreseen.first <= foreseen.most
        assert (distinct if faulty else len(fake.asked)) <= foreseen.most  # what has failed, unbilled, is asked again
        assert {name for question in fake.asked for name in question.given} <= set(foreseen.sends)
    return "nothing" if not cost else "all" if cost == preview.cost.amount else "less"


@pytest.mark.parametrize("faulty", [False, True])
def test_no_run_costs_or_asks_more_than_its_preview(faulty: bool) -> None:
    ends = Counter(run(seed, faulty=faulty) for seed in range(80))
    assert ends["all"] > 10  # it is no bound that nothing comes near
    assert ends["less"] > 20  # and it is one that means something


def test_no_run_behind_a_gate_costs_or_asks_more_than_its_preview() -> None:
    ends = Counter(run(seed, faulty=False, gated=True) for seed in range(120))
    assert ends["all"] > 10
    assert ends["less"] > 20
    assert ends["nothing"] > 20


NAMED = [{"first_name": "Ann", "last_name": f"Model{end}", "company": "Firm"} for end in ("lo", "la", "lu")]
NAMES = [{FIRST, LAST, COMPANY}]


def bounds(rows: list[dict[str, str]], *providers: Fake, **options: Any) -> tuple[list[int], str]:
    preview = tl.preview(rows, providers=providers, **options)
    return [provider.most for provider in preview.providers], str(preview.cost)


def test_a_verifier_is_counted_for_every_address_that_could_be_found() -> None:
    finders = [Fake(name, fills={EMAIL}, matches=NAMES) for name in ("one", "two")]
    verifier = Fake("verifier", verifies=True, matches=[{EMAIL}], price="0.02 USD")
    want = {"email": 0.9}
    assert bounds(NAMED, *finders, verifier, want=want) == ([3, 3, 6], "0.72 USD")
    own = [{"email": "ann@firm.example", **row} for row in NAMED]
    assert bounds(own, *finders, verifier, want=want) == ([3, 3, 7], "0.74 USD")  # and their own one, once
    assert bounds(own, *finders, verifier, want={"email": 0.7}) == ([0, 0, 0], "0 USD")
    row = tl.Budget(per_row="0.15 USD")
    assert bounds(NAMED, *finders, verifier, want=want, budget=row) == ([3, 3, 6], "0.45 USD")
    assert bounds(NAMED, *finders, verifier, want=want, budget=tl.Budget(per_provider={"one": "0.10 USD"})) == (
        [3, 3, 6],
        "0.52 USD",
    )


def test_calls_that_are_limited_limit_what_they_can_cost() -> None:
    dear = Fake("dear", fills={EMAIL}, matches=NAMES, price="0.30 USD", most_units=2)
    cheap = Fake("cheap", fills={EMAIL}, matches=NAMES, price="0.10 USD")
    preview = tl.preview(NAMED, providers=[dear, cheap], want={"email": 0.9}, budget=tl.Budget(calls=1))
    assert [str(provider.cost) for provider in preview.providers] == ["1.2 USD", "0.2 USD"]  # one batch of two
    assert str(preview.cost) == "1.2 USD"  # whoever gets the one call
    free = [Fake("free", fills={EMAIL}, matches=NAMES, price="0 USD")]
    assert str(tl.preview(NAMED, providers=free, want={"email": 0.9}, budget=tl.Budget(calls=1)).cost) == "0 USD"


@pytest.mark.parametrize(
    ("limits", "capped"),
    [
        ({"money": "0.25 USD"}, True),
        ({"per_row": "0.15 USD"}, True),
        ({"per_provider": {"one": "0.10 USD"}}, True),
        ({"calls": 1}, True),
        ({"money": "0.60 USD", "calls": 4}, False),
        ({"min_rows": 5}, False),
    ],
)
def test_it_says_where_the_budget_is_the_bound(limits: dict[str, Any], capped: bool) -> None:
    finders = [Fake(name, fills={EMAIL}, matches=NAMES) for name in ("one", "two")]
    preview = tl.preview(NAMED, providers=finders, want={"email": 0.9}, budget=tl.Budget(**limits))
    assert preview.capped is preview.to_dict()["capped"] is capped
    assert ("USD at most, within the budget; nothing was sent" in repr(preview)) is capped


def test_no_address_is_in_a_repr() -> None:
    asked = frozenset({("one", "ann@firm.example")})
    assert "ann@" not in repr(_Start({EMAIL: Known("ann@firm.example", 1.0, "own")}, asked))


def test_what_could_be_found_is_matched_by() -> None:
    finder = Fake("finder", fills={EMAIL}, matches=NAMES)
    titles = Fake("titles", fills={TITLE}, matches=[{EMAIL}])
    assert bounds(NAMED, titles, finder, want={"email": 0.9, "job_title": 0.8}) == ([3, 3], "0.6 USD")
    assert bounds(NAMED, titles, finder, want={"job_title": 0.8}) == ([0, 0], "0 USD")  # nobody wants the address


def test_who_is_left_out_by_the_order_is_not_counted_for_that_field() -> None:
    finder = Fake("finder", fills={EMAIL, TITLE}, matches=NAMES)
    titles = Fake("titles", fills={TITLE}, matches=[{EMAIL}])
    want = {"email": 0.9, "job_title": 0.8}
    assert bounds(NAMED, finder, titles, want=want) == ([3, 3], "0.6 USD")
    assert bounds(NAMED, finder, titles, want=want, order={"email": ["titles"]}) == ([3, 0], "0.3 USD")


def test_equal_leads_are_asked_about_once_as_far_as_that_is_sure() -> None:
    titles = Fake("titles", fills={TITLE}, matches=[{EMAIL}])
    both = Fake("both", fills={TITLE, PHONE}, matches=[{EMAIL}])
    rows = [{"email": "ann@firm.example"}] * 5
    want = {"job_title": 0.8, "phone": 0.8}
    assert bounds(rows, titles, both, want=want) == ([1, 2], "0.3 USD")  # for a phone number, and perhaps for a title
    both.keeps = False
    assert bounds(rows, titles, both, want=want) == ([1, 5], "0.6 USD")


def test_an_address_that_could_turn_out_bad_is_not_all_that_is_sent() -> None:
    verifier = Fake("verifier", verifies=True, matches=[{EMAIL}])
    titles = Fake("titles", fills={TITLE}, matches=[{EMAIL}, *NAMES])
    rows = [{"email": "ann@firm.example", **row} for row in NAMED]
    want = {"email": 0.9, "job_title": 0.8}
    first, second = tl.preview(rows, providers=[verifier, titles], want=want).providers
    assert (first.most, second.most) == (1, 3)
    assert second.sends == ("company", "email", "first_name", "last_name")
