"""A look-up in the host's own table: what is matched, what is not, and every kind of table."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from trustleads.core.errors import InvalidInput, TrustLeadsError
from trustleads.enrichment.normalize.names import normalize_names
from trustleads.enrichment.providers.table import TableProvider
from trustleads.enrichment.questions import MISS, Attribute, Outcome, Question, StopAsking

pytestmark = pytest.mark.clause("LEAD-4")

A = Attribute
ROWS = [
    dict(zip(("E-Mail", "Name", "Phone", "Title", "Company"), cells, strict=True))
    for cells in (
        ("Jane.Doe@ACME.example", "DOE, Jane", "+49 30 901820", "CEO", "Acme GmbH"),
        ("max@beta.example", "Max Müller", None, " Head of  Sales ", "Beta Ltd."),
        (None, "Kim Graf", "+49 30 901821", "Buyer", "Gamma Inc"),
        ("info@acme.example", "Ann Front", None, "Assistant", "Acme GmbH"),
        ("x@@y", None, "12", "Nobody", None),
    )
]


def ask(provider: TableProvider, known: dict[Attribute, str], *wanted: Attribute) -> dict[str, str]:
    (answer,) = asyncio.run(provider.lookup([Question(known, frozenset(wanted or A))]))
    assert (answer.outcome is Outcome.FOUND) == bool(answer.found)
    return {attribute.value: finding.text for attribute, finding in answer.found.items()}


def test_by_address_in_any_case() -> None:
    assert ask(TableProvider(ROWS), {A.EMAIL: "JANE.doe@acme.example"}) == {
        "first_name": "Jane",
        "last_name": "Doe",
        "phone": "+4930901820",
        "job_title": "CEO",
        "company": "Acme",
        "domain": "acme.example",
    }


@pytest.mark.parametrize(
    ("known", "title"),
    [
        ({A.PHONE: "+4930901821"}, "Buyer"),
        ({A.FIRST_NAME: "jane", A.LAST_NAME: "doe", A.DOMAIN: "acme.example"}, "CEO"),
        ({A.FIRST_NAME: "Kim", A.LAST_NAME: "Graf", A.COMPANY: "GAMMA"}, "Buyer"),
        ({A.FULL_NAME: "Dr. MAX MÜLLER", A.COMPANY: "beta"}, "Head of Sales"),
        ({A.EMAIL: "unknown@acme.example", A.FULL_NAME: "Kim Graf", A.COMPANY: "Gamma"}, "Buyer"),
        ({A.EMAIL: "max@beta.example", A.PHONE: "+4930901821"}, "Head of Sales"),
        ({A.EMAIL: "kim@gamma.example"}, None),
        ({A.FIRST_NAME: "Kim", A.LAST_NAME: "Graf", A.COMPANY: "Beta"}, None),
        ({A.FIRST_NAME: "Kim", A.LAST_NAME: "Graf"}, None),
        ({A.FIRST_NAME: "", A.LAST_NAME: "", A.DOMAIN: "acme.example"}, None),
        ({A.EMAIL: "info@acme.example"}, None),
        ({A.EMAIL: "x@@y"}, None),
        ({A.PHONE: "12"}, None),
        ({A.DOMAIN: "acme.example"}, None),
        ({A.COMPANY: "Acme"}, None),
        ({A.COMPANY: ""}, None),
        ({}, None),
    ],
)
def test_what_matches(known: dict[Attribute, str], title: str | None) -> None:
    assert ask(TableProvider(ROWS), known, A.JOB_TITLE).get("job_title") == title


def test_a_company_is_found_by_its_domain_and_the_other_way_round() -> None:
    provider = TableProvider(ROWS)
    assert ask(provider, {A.DOMAIN: "acme.example"}) == {"company": "Acme"}
    assert ask(provider, {A.COMPANY: "beta"}) == {"domain": "beta.example"}


def test_only_what_is_wanted() -> None:
    assert ask(TableProvider(ROWS), {A.EMAIL: "max@beta.example"}, A.COMPANY, A.PHONE) == {"company": "Beta"}


def test_an_address_is_no_evidence_of_itself() -> None:
    assert "email" not in ask(TableProvider(ROWS), {A.EMAIL: "max@beta.example"})
    assert ask(TableProvider(ROWS), {A.FULL_NAME: "Max Müller", A.COMPANY: "Beta"}, A.EMAIL) == {
        "email": "max@beta.example"
    }


def test_answers_stand_in_the_order_of_the_questions() -> None:
    addresses = ["max@beta.example", "no@beta.example", "jane.doe@acme.example", "max@beta.example"]
    questions = [Question({A.EMAIL: address}, frozenset({A.JOB_TITLE})) for address in addresses]
    answers = asyncio.run(TableProvider(ROWS).lookup(questions))
    titles = [answer.found[A.JOB_TITLE].text if answer.found else None for answer in answers]
    assert titles == ["Head of Sales", None, "CEO", "Head of Sales"]
    assert answers[1] == MISS


def test_rows_that_differ_give_only_what_they_agree_on() -> None:
    twice = {"email": "kim@acme.example", "first name": "Kim", "last name": "Graf", "company": "Acme"}
    rows = [
        {**twice, "title": "Buyer", "phone": None},
        {**twice, "title": "CEO", "phone": "+49 30 901820"},
        {**twice, "title": "ceo", "phone": "+4930901820", "company": "ACME"},
    ]
    answer = ask(TableProvider(rows), {A.EMAIL: "kim@acme.example", A.FULL_NAME: "Kim Graf", A.COMPANY: "Acme"})
    assert "job_title" not in answer
    assert answer["phone"] == "+4930901820"
    assert answer["company"] == "ACME"


def test_what_one_key_leaves_in_doubt_is_not_told_by_another() -> None:
    rows = [
        {"email": "kim@acme.example", "name": "Kim Graf", "title": "Buyer"},
        {"email": "kim@acme.example", "name": "Kim Other", "title": "CEO"},
    ]
    known = {A.EMAIL: "kim@acme.example", A.FULL_NAME: "Kim Graf", A.DOMAIN: "acme.example"}
    assert ask(TableProvider(rows), known, A.JOB_TITLE) == {}


def test_letters_whose_small_forms_are_disputed_match_themselves() -> None:
    names = ("İpek", "ΆΛΣ", "ẞa", "ǅ")
    rows = [{"first name": name, "last name": "Graf", "company": "Acme", "title": "CEO"} for name in names]
    provider = TableProvider(rows)
    normal = normalize_names(pa.array(names), pa.array(["Graf"] * len(names)))
    for first in normal.first_name.to_pylist():
        known = {A.FIRST_NAME: first, A.LAST_NAME: "Graf", A.COMPANY: "Acme"}
        assert ask(provider, known, A.JOB_TITLE) == {"job_title": "CEO"}


def as_csv(rows: list[dict[str, Any]], folder: Path) -> str:
    path = folder / "crm.csv"
    pa.csv.write_csv(pa.Table.from_pylist(rows), path)
    return str(path)


def as_parquet(rows: list[dict[str, Any]], folder: Path) -> Path:
    path = folder / "crm.parquet"
    pa.parquet.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.mark.parametrize(
    "make",
    [
        lambda rows, _: rows,
        lambda rows, _: pa.Table.from_pylist(rows),
        lambda rows, _: pa.concat_tables([pa.Table.from_pylist(rows[:2]), pa.Table.from_pylist(rows[2:])]),
        lambda rows, _: pa.RecordBatch.from_pylist(rows),
        lambda rows, _: pa.Table.from_pylist(rows).to_reader(),
        lambda rows, _: pd.DataFrame(rows),
        lambda rows, _: pl.DataFrame(rows),
        as_csv,
        as_parquet,
    ],
)
def test_every_kind_of_table(make: Any, tmp_path: Path) -> None:
    provider = TableProvider(make(ROWS, tmp_path))
    for _ in range(2):
        assert ask(provider, {A.EMAIL: "max@beta.example"}, A.JOB_TITLE) == {"job_title": "Head of Sales"}


def test_a_file_is_read_in_many_blocks(tmp_path: Path) -> None:
    rows = [{"Email": f"person{i}@company{i % 999}.example", "Title": f"Buyer {i % 7}"} for i in range(60_000)]
    provider = TableProvider(as_csv(rows, tmp_path))
    for i in (0, 1, 31_234, 59_999):
        assert ask(provider, {A.EMAIL: rows[i]["Email"]}, A.JOB_TITLE) == {"job_title": rows[i]["Title"]}


def test_columns_can_be_named_and_switched_off() -> None:
    rows = [{"k": "max@beta.example", "t": "Buyer", "Phone": "+49 30 901820"}]
    provider = TableProvider(rows, columns={"email": "k", "job_title": "t", "phone": None})
    assert provider.fills == {A.EMAIL, A.JOB_TITLE, A.DOMAIN}
    assert ask(provider, {A.EMAIL: "max@beta.example"}) == {"job_title": "Buyer", "domain": "beta.example"}


def test_phone_numbers_in_national_form_need_a_country() -> None:
    rows = [{"Email": "max@beta.example", "Phone": "030 901820"}]
    assert ask(TableProvider(rows), {A.EMAIL: "max@beta.example"}, A.PHONE) == {}
    assert ask(TableProvider(rows, country="DE"), {A.PHONE: "+4930901820"}, A.EMAIL) == {"email": "max@beta.example"}


def test_names_are_not_guessed_from_addresses() -> None:
    rows = [{"Email": "jane.doe@acme.example", "First name": None, "Last name": None, "Title": "CEO"}]
    assert ask(TableProvider(rows), {A.FULL_NAME: "Jane Doe", A.DOMAIN: "acme.example"}, A.JOB_TITLE) == {}


def test_it_asks_for_the_most_first_and_for_nothing_that_it_cannot_match() -> None:
    provider = TableProvider([{"Email": "max@beta.example", "First name": "Max", "Last name": "Graf", "Title": "CEO"}])
    name = {A.FIRST_NAME, A.LAST_NAME}
    expected = [
        {A.EMAIL, A.DOMAIN, *name},
        {A.EMAIL, A.DOMAIN, A.FULL_NAME},
        {A.EMAIL, A.DOMAIN},
        {A.DOMAIN, *name},
        {A.DOMAIN, A.FULL_NAME},
        {A.EMAIL},
        {A.DOMAIN},
    ]
    assert sorted(map(sorted, provider.matches)) == sorted(map(sorted, expected))
    places = [(i, j) for i in range(7) for j in range(7) if provider.matches[i] > provider.matches[j]]
    assert len(places) >= 8
    assert all(i < j for i, j in places)


def test_confidence_of_all_and_of_each() -> None:
    assert set(TableProvider(ROWS, confidence=0.7).confidence.values()) == {0.7}
    provider = TableProvider(ROWS, confidence={"job_title": 0.5})
    assert provider.confidence[A.JOB_TITLE] == 0.5
    assert provider.confidence[A.PHONE] == 0.9
    question = Question({A.EMAIL: "max@beta.example"}, frozenset({A.JOB_TITLE}))
    assert asyncio.run(provider.lookup([question]))[0].found[A.JOB_TITLE].confidence == 0.5


@pytest.mark.parametrize("confidence", [0, 1.1, -1, float("nan"), {"job_title": 2}, {"salary": 0.5}, {"email": "high"}])
def test_an_impossible_confidence(confidence: Any) -> None:
    with pytest.raises(InvalidInput, match="confidence="):
        TableProvider(ROWS, confidence=confidence)


@pytest.mark.parametrize(
    "rows",
    [[], [{"Title": "CEO"}], [{"First name": "Jane", "Last name": "Doe", "Title": "CEO"}], [{"a": "1", "b": "2"}]],
)
def test_a_table_that_answers_nothing_is_refused(rows: list[dict[str, str]]) -> None:
    with pytest.raises(InvalidInput) as caught:
        TableProvider(rows)
    assert "Jane" not in str(caught.value)


def test_bad_input_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 jane@acme.example")
    for data in (tmp_path / "none.csv", tmp_path / "none.parquet", broken, tmp_path, "a\nb", 3, None):
        with pytest.raises(TrustLeadsError) as caught:
            TableProvider(data)
        assert "jane" not in str(caught.value)
    with pytest.raises(InvalidInput, match="'colour' is not a role"):
        TableProvider(ROWS, columns={"colour": "E-Mail"})
    with pytest.raises(InvalidInput, match="country="):
        TableProvider(ROWS, country="Atlantis")


@pytest.mark.parametrize("make", [as_csv, as_parquet])
def test_a_file_that_is_gone_when_it_is_read_stops_the_asking(make: Any, tmp_path: Path) -> None:
    path = Path(make(ROWS, tmp_path))
    provider = TableProvider(path)
    path.unlink()
    with pytest.raises(StopAsking) as caught:
        ask(provider, {A.EMAIL: "max@beta.example"})
    assert caught.value.reason == "unreadable"
    assert isinstance(caught.value.__cause__, InvalidInput)


def test_a_file_whose_rows_are_torn_stops_the_asking(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_text("Email,Title\nmax@beta.example,CEO\nkim@beta.example,Buyer,more\n")
    with pytest.raises(StopAsking) as caught:
        ask(TableProvider(path), {A.EMAIL: "max@beta.example"})
    assert "line 3" in str(caught.value.__cause__)
    assert "kim" not in str(caught.value.__cause__)


def test_it_costs_nothing_and_shows_nothing() -> None:
    provider = TableProvider(ROWS, name="crm", currency="EUR")
    assert (str(provider.price), provider.name, provider.verifies) == ("0 EUR", "crm", False)
    assert "jane" not in repr(provider).lower()


def test_several_loops_and_threads_build_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = TableProvider(ROWS)
    read, times = provider._data.read, []

    def counted(columns: Any) -> pa.Table:
        times.append(1)
        return read(columns)

    monkeypatch.setattr(provider._data, "read", counted)

    async def several() -> None:
        question = Question({A.EMAIL: "max@beta.example"}, frozenset({A.JOB_TITLE}))
        answers = await asyncio.gather(*(provider.lookup([question]) for _ in range(8)))
        assert all(answer[0].found for answer in answers)

    asyncio.run(several())
    asyncio.run(several())
    assert len(times) == 1
