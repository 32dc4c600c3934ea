"""The normal form of titles, and titles of a whole column."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustleads.enrichment.models import Department, Seniority
from trustleads.enrichment.normalize.titles import normalize_titles
from trustleads.enrichment.normalize.titles.lexicon import LANGUAGES, lexicon
from trustleads.enrichment.normalize.titles.rules import classify
from trustleads.enrichment.normalize.titles.text import normal_title
from trustleads.enrichment.normalize.titles.vocabulary import words_of

pytestmark = pytest.mark.clause("LEAD-3")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Sales Manager", "Sales Manager"),
        ("  Sales   Manager ", "Sales Manager"),
        ("SENIOR SALES MGR", "Senior Sales Manager"),
        ("sr. sales mgr.", "Senior Sales Manager"),
        ("Sr. Sales Mgr", "Senior Sales Manager"),
        ("Jr Developer", "Junior Developer"),
        ("Asst. Manager", "Assistant Manager"),
        ("CEO", "CEO"),
        ("ceo", "CEO"),
        ("Ceo & Founder", "CEO & Founder"),
        ("C.E.O.", "CEO"),
        ("V.P. Sales", "VP Sales"),
        ("VP ENG.", "VP Engineering"),
        ("Sales Dir.", "Sales Director"),
        ("Dir. commercial", "Dir. commercial"),
        ("HEAD OF IT", "Head of IT"),
        ("It Manager", "IT Manager"),
        ("head of r&d", "Head of R&D"),
        ("devops engineer", "DevOps Engineer"),
        ("GESCHÄFTSFÜHRER", "Geschäftsführer"),
        ("Geschäftsführer (m/w/d)", "Geschäftsführer"),
        ("Vertriebsleiter (w|m|d)", "Vertriebsleiter"),
        ("Vertriebsleiter m/w/d", "Vertriebsleiter"),
        ("Engineer (all genders)", "Engineer"),
        ("Comptable H/F", "Comptable"),
        ("Comptable (h/f)", "Comptable"),
        ("LEITER IT", "Leiter IT"),
        ("Ltr. Einkauf", "Leiter Einkauf"),
        ("chargé d'affaires", "Chargé d'Affaires"),
        ("DIRECTEUR DES VENTES", "Directeur des Ventes"),
        ("Directeur des ventes", "Directeur des ventes"),
        ("responsable de ventas", "Responsable de Ventas"),
        ("CO-FOUNDER", "Co-Founder"),
        ("SAP BERATER", "SAP Berater"),
        ("CRM MANAGER", "CRM Manager"),
        ("Sales Manager -", "Sales Manager"),
        ("Head of Sales (EMEA)", "Head of Sales (EMEA)"),
        ("iOS Developer", "iOS Developer"),
        ("Engineer II", "Engineer II"),
        *((junk, None) for junk in ("", " ", "n/a", "N/A", "-", "none", "null", "Unknown", "123", "+49 30 12345", "?")),
        *((junk, None) for junk in ("jane@example.com", "https://acme.example", "www.acme.example", "(m/w/d)", "test")),
    ],
)
def test_normal_form(text: str, title: str | None) -> None:
    assert normal_title(text) == title


def test_a_column() -> None:
    titles = normalize_titles(pa.array(["CEO", None, "n/a", "SALES MGR", "CEO"]))
    assert titles.job_title.to_pylist() == ["CEO", None, None, "Sales Manager", "CEO"]
    assert titles.seniority.to_pylist() == ["c_level", None, None, "manager", "c_level"]
    assert titles.department.to_pylist() == ["management", None, None, "sales", "management"]


def test_an_empty_column() -> None:
    titles = normalize_titles(pa.array([], pa.string()))
    assert len(titles.job_title) == len(titles.seniority) == len(titles.department) == 0
    assert normalize_titles(pa.nulls(2, pa.string())).seniority.null_count == 2


@pytest.mark.parametrize(
    ("spellings", "seniority"),
    [
        (("Leiter/in", "Leiter:in", "Leiter*in", "Leiter_in", "Leiter(in)", "LeiterIn", "Leiterin", "LEITER"), "head"),
        (("Directeur(trice) général(e)", "Directeur.trice général.e", "Directeur·trice général·e"), "c_level"),
        (("Geschaeftsfuehrer", "Geschäftsführer", "Gescha\u0308ftsfu\u0308hrer"), "c_level"),
        (("Vice President", "Vice-President", "VICE PRESIDENT", "V.P."), "vp"),
    ],
)
def test_spellings_of_one_title(spellings: tuple[str, ...], seniority: str) -> None:
    columns = normalize_titles(pa.array(spellings)).seniority.to_pylist()
    assert columns == [seniority] * len(spellings)


def test_each_language_names_every_level() -> None:
    levels = [level for language in LANGUAGES for level in (*language.nouns, *language.adjectives)]
    assert all(levels.count(level) >= 4 for level in Seniority)


def test_each_department_but_other_is_named_by_words() -> None:
    tables = lexicon()
    named = {*tables.departments.entries.values(), *tables.weak.entries.values()}
    assert named == set(Department) - {Department.OTHER}


@pytest.mark.parametrize("module", ["titles.rules", "titles.text", "titles.vocabulary"])
def test_the_examples_in_the_docstrings(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"trustleads.enrichment.normalize.{module}"))
    assert result.attempted
    assert not result.failed


PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "titles.md").read_text("utf-8")
TABLE = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| `")
]  # the rows whose first cell is a value


def test_the_page_lists_every_value() -> None:
    listed = [row[0].strip("`") for row in TABLE]
    assert listed == [*Seniority, *Department]


@pytest.mark.parametrize("row", [row for row in TABLE if len(row) == 3], ids=lambda row: row[0])
def test_the_examples_on_the_page(row: list[str]) -> None:
    value, _, examples = row
    assert {title: classify(title)[0] for title in examples.split(", ")} == dict.fromkeys(
        examples.split(", "), value.strip("`")
    )


# --- properties -----------------------------------------------------------------------------------------------------

_known = sorted(" ".join(phrase) for phrase in (*lexicon().nouns.entries, *lexicon().departments.entries))
_word = st.sampled_from(_known) | st.sampled_from(
    ["of", "de", "der", "/", "&", "und", "(m/w/d)", "Sr.", "Dir.", "to", "chief", "officer"]
)
_title = st.lists(_word, max_size=6).map(" ".join)
_casing = st.sampled_from([str, str.upper, str.lower, str.title])
_any = st.tuples(_casing, _title | st.text(max_size=20)).map(lambda pair: pair[0](pair[1]))


@settings(max_examples=600)
@given(_any)
def test_a_normal_form_is_its_own_normal_form(text: str) -> None:
    title = normal_title(text)
    assert title is None or normal_title(title) == title


@settings(max_examples=600)
@given(_any)
def test_every_title_has_a_level_and_a_department(text: str) -> None:
    seniority, department = classify(text)
    assert seniority in set(Seniority)
    assert department in set(Department)


@settings(max_examples=200)
@given(_title)
def test_case_and_spacing_do_not_change_what_a_title_says(text: str) -> None:
    assert classify(text.upper()) == classify("  ".join(text.split())) == classify(text)


@settings(max_examples=200)
@given(st.text(max_size=30))
def test_words_are_compared_without_case_and_accents(text: str) -> None:
    assert all(word == word.casefold() for word in words_of(text))
