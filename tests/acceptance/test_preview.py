"""What a run would ask and cost, without asking (LEAD-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import pyarrow as pa
import pytest

import trustleads as tl
from trustleads.providers import Attribute, Limits, Money, Question

EMAIL, PHONE, TITLE = Attribute.EMAIL, Attribute.PHONE, Attribute.JOB_TITLE
LEADS = pa.table(
    {
        "email": ["ann@firm.example", "bob@firm.example", "ANN@firm.example", "carl@firm.example", "nobody"],
        "job title": ["CEO", None, None, None, None],
        "secret": ["a", "b", "c", "d", "e"],
    }
)


class Unasked:
    """A provider that must not be asked."""

    verifies = False
    most_units = 2
    batch_size = 10
    limits = Limits()
    keeps = True

    def __init__(self, name: str, price: str, fills: Sequence[Attribute]) -> None:
        self.name = name
        self.price = Money.of(price)
        self.fills = frozenset(fills)
        self.matches = [frozenset({EMAIL})]
        self.confidence = dict.fromkeys(fills, 0.9)

    async def lookup(self, questions: Sequence[Question]) -> NoReturn:
        raise AssertionError(f"{self.name} was asked about {len(questions)} leads")

    async def aclose(self) -> None:
        raise AssertionError(f"{self.name} was opened")


def providers() -> list[Unasked]:
    return [Unasked("one", "0.10 USD", [TITLE]), Unasked("two", "0.30 USD", [TITLE, PHONE])]


@pytest.mark.clause("LEAD-4")
def test_a_preview_counts_distinct_questions_and_the_most_they_can_cost() -> None:
    preview = tl.preview(LEADS, providers=providers(), want={"job_title": 0.8, "phone": 0.8})
    one, two = preview.providers
    assert (preview.rows, preview.leads) == (5, 4)
    assert preview.wanted == {"job_title": 4, "phone": 5}
    assert (one.first, one.most, str(one.cost)) == (3, 3, "0.6 USD")  # Ann once, though she is there twice
    assert (two.first, two.most, str(two.cost)) == (1, 4, "2.4 USD")  # Ann's title is known in the first row
    assert str(preview.cost) == "3 USD"
    assert (one.sends, two.sends) == (("email",), ("email",))


def test_the_budget_limits_what_a_preview_says() -> None:
    want = {"job_title": 0.8}
    limited = tl.preview(LEADS, providers=providers(), want=want, budget=tl.Budget(money="0.65 USD"))
    assert str(limited.cost) == "0.65 USD"
    per_row = tl.preview(LEADS, providers=providers(), want=want, budget=tl.Budget(per_row="0.50 USD"))
    assert [provider.most for provider in per_row.providers] == [3, 0]


def test_what_is_kept_costs_nothing() -> None:
    answers = tl.MemoryAnswers()

    class Knows(Unasked):
        async def lookup(self, questions: Sequence[Question]) -> list[tl.providers.Answer]:  # type: ignore[override]
            return [tl.providers.Answer(tl.providers.Outcome.MISS) for _ in questions]

        async def aclose(self) -> None:
            """Nothing was opened."""

    ask = {"want": {"job_title": 0.8}, "answers": answers, "org": "acme"}
    tl.enrich(LEADS, providers=[Knows("one", "0.10 USD", [TITLE])], **ask)
    (one,) = tl.preview(LEADS, providers=providers()[:1], **ask).providers
    assert (one.most, one.kept, str(one.cost)) == (3, 3, "0 USD")
    (other,) = tl.preview(LEADS, providers=providers()[:1], **{**ask, "org": "other"}).providers
    assert other.kept == 0


def test_a_preview_reads_files_and_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("E-Mail,secret\nann@firm.example,1\n", encoding="utf-8")
    preview = tl.preview(path, providers=providers(), want={"phone": 0.5})
    assert "1 of 1 rows are to be asked about" in repr(preview)
    assert "the run costs 0.60 USD at most; nothing was sent" in repr(preview)
    assert preview.to_dict()["providers"][1]["sends"] == ["email"]
    with pytest.raises(tl.InvalidInput, match="only once"):
        tl.preview(LEADS.to_reader(), providers=providers(), want={"phone": 0.5})


class Objections:
    """Lets nobody be asked about two people, and one provider about nobody."""

    def __init__(self, *objected: str, never: str = "") -> None:
        self.objected = objected
        self.never = never
        self.asked: list[tuple[str, str, int]] = []

    def check(
        self, org: str, provider: str, questions: Sequence[Question], subjects: Sequence[Mapping[Attribute, str]]
    ) -> list[str | None]:
        self.asked.append((org, provider, len(questions)))
        return ["objected" if provider == self.never or s[EMAIL] in self.objected else None for s in subjects]


@pytest.mark.clause("GDPR-4")
def test_what_a_gate_refuses_is_not_counted() -> None:
    gate = Objections("bob@firm.example", "carl@firm.example")
    preview = tl.preview(LEADS, providers=providers(), want={"job_title": 0.8}, gate=gate, org="acme")
    one, two = preview.providers
    assert preview.leads == 1
    assert (one.first, one.most, one.refused, str(one.cost)) == (1, 1, 2, "0.2 USD")
    assert (two.first, two.most, two.refused, str(two.cost)) == (0, 1, 2, "0.6 USD")
    assert gate.asked == [("acme", "one", 3), ("acme", "two", 2)]
    assert repr(preview).splitlines()[1].split()[:6] == ["provider", "first", "at", "most", "refused", "kept"]
    assert preview.to_dict()["providers"][0]["refused"] == 2
    everybody = tl.preview(LEADS, providers=providers(), want={"job_title": 0.8})
    assert "refused" not in repr(everybody)


@pytest.mark.clause("GDPR-4")
def test_a_provider_that_a_gate_keeps_out_leaves_the_row_to_the_next() -> None:
    kept_out = Objections(never="one")
    one, two = tl.preview(LEADS, providers=providers(), want={"job_title": 0.8}, gate=kept_out).providers
    assert (one.first, one.most, one.sends, str(one.cost)) == (0, 0, (), "0 USD")
    assert (two.first, two.most) == (3, 3)
    cheap = tl.preview(LEADS, providers=providers(), want={"job_title": 0.8}, gate=kept_out, order="cheapest")
    assert [provider.most for provider in cheap.providers] == [3, 3]  # who comes first is not known


def test_a_gate_is_an_object_that_checks() -> None:
    with pytest.raises(tl.InvalidInput, match="gate= is an object that has check"):
        tl.preview(LEADS, providers=providers(), want={"job_title": 0.8}, gate=len)  # type: ignore[arg-type]
