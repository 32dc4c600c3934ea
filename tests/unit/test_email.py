"""Verdicts, normal forms and flags of the e-mail kernel, by example."""

from __future__ import annotations

import string
import subprocess
import sys
import unicodedata
from dataclasses import fields

import pyarrow as pa
import pytest

from trustleads.enrichment.models import EmailReason, Verdict
from trustleads.enrichment.normalize.arrays import plain_strings
from trustleads.enrichment.normalize.email import Emails, validate_emails
from trustleads.enrichment.normalize.email.result import REASONS, reason_codes, reason_column, status_column
from trustleads.enrichment.normalize.email.shape import SPECIAL_TLDS, TRIMMED

pytestmark = pytest.mark.clause("LEAD-2")

FAR_APART = "".join(chr(0x4E00 + 211 * step) for step in range(30))  # each takes three to four letters of punycode
COLUMNS = tuple(field.name for field in fields(Emails) if field.name != "exact_rows")


def emails(*values: str | None) -> Emails:
    return validate_emails(pa.array(values, pa.string()))


def row(value: str | None) -> dict[str, object]:
    result = emails(value)
    return {name: getattr(result, name)[0].as_py() for name in COLUMNS}


def verdict(value: str | None) -> tuple[object, object]:
    found = row(value)
    return found["status"], found["reason"]


@pytest.mark.parametrize(
    ("value", "normal"),
    [
        ("ada@acme.example", "ada@acme.example"),
        ("  Ada.Bell@ACME.Example\t", "Ada.Bell@acme.example"),
        ("SALES@Acme.Example", "sales@acme.example"),
        ("Ada+News@acme.example", "Ada+News@acme.example"),
        ("o'neill_x-1@a-b.c--d.example.co", "o'neill_x-1@a-b.c--d.example.co"),
        ("ada@ab.x1y", "ada@ab.x1y"),
        ("a" * 200 + "@acme.example", "a" * 200 + "@acme.example"),
        ("Ada@BÜCHER.example", "Ada@bücher.example"),
        ("Info@bücher.example", "info@bücher.example"),
        ("ada@xn--bcher-kva.example", "ada@bücher.example"),
        ("JÖHN@acme.example", "JÖHN@acme.example"),
        ("jo\u0308hn@bu\u0308cher.example", "jöhn@bücher.example"),
        ("用户@例子.公司", "用户@例子.公司"),
        ("ada@例子。公司", "ada@例子.公司"),
        ("ada@שלום.example", "ada@שלום.example"),
    ],
)
def test_a_valid_address_has_its_normal_form(value: str, normal: str) -> None:
    assert row(value)["email"] == normal


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("n/a", "syntax"),
        ("ada.at.acme.example", "syntax"),
        ("ada@@acme.example", "syntax"),
        ("ada..bell@acme.example", "syntax"),
        (".ada@acme.example", "syntax"),
        ("ada@acme", "syntax"),
        ("ada@acme..example", "syntax"),
        ("ada@-acme.example", "syntax"),
        ("ada@ab--acme.example", "syntax"),
        ("ada@acme.123", "syntax"),
        ("ada@192.0.2.1", "syntax"),
        ("ada@[192.0.2.1]", "syntax"),
        ('"ada bell"@acme.example', "syntax"),
        ("Ada Bell <ada@acme.example>", "syntax"),
        ("<ada@acme.example>", "syntax"),
        ("mailto:ada@acme.example", "syntax"),
        ("ada@acme.example, bob@acme.example", "syntax"),
        ("ada@acme.example.", "syntax"),
        ("ada @acme.example", "syntax"),
        ("ada\n@acme.example", "syntax"),
        ("ada\x00@acme.example", "syntax"),
        ("ada@acme.example\x00", "syntax"),
        ("ada@xn--acme-.example", "syntax"),
        ("ada@★.example", "syntax"),
        ("a\u200dda@acme.example", "syntax"),
        ("a" * 255 + "@acme.example", "too_long"),
        ("ada@" + "a" * 64 + ".example", "too_long"),
        ("ada@" + "a." * 130 + "example", "too_long"),
        ("ä" * 130 + "@acme.example", "too_long"),
        ("ada@" + FAR_APART[:30] + ".example", "too_long"),
        ("ada@" + (FAR_APART[:13] + ".") * 6 + "example", "too_long"),
        ("ada@localhost", "special_domain"),
        ("ada@acme.test", "special_domain"),
        ("ada@mail.acme.LOCAL", "special_domain"),
        ("ada@bücher.invalid", "special_domain"),
        ("ada@שלום.\uff54est", "special_domain"),
        ("ada@שלום\uff61\uff54est", "special_domain"),
    ],
)
def test_an_invalid_address_has_a_reason_and_nothing_else(value: str, reason: str) -> None:
    found = row(value)
    assert (found.pop("status"), found.pop("reason")) == ("invalid", reason)
    assert set(found.values()) == {None}


@pytest.mark.parametrize("tld", SPECIAL_TLDS)
def test_only_the_special_names_themselves_are_special(tld: str) -> None:
    assert verdict(f"ada@acme.{tld}") == ("invalid", "special_domain")
    assert verdict(f"ada@acme.{tld}x") == ("valid", "ok")
    assert verdict(f"ada@acme.{tld[:-1]}") == ("valid", "ok")
    assert verdict(f"ada@{tld}.example") == ("valid", "ok")


@pytest.mark.parametrize("value", [None, "", " ", "\t\r\n", "\u00a0\u3000\u200b\ufeff"])
def test_no_value_is_missing(value: str | None) -> None:
    found = row(value)
    assert (found.pop("status"), found.pop("reason")) == ("unknown", "missing")
    assert set(found.values()) == {None}


def test_the_risks_in_their_order() -> None:
    assert verdict("ada@acme.example") == ("valid", "ok")
    assert verdict("ada@gmail.com") == ("valid", "ok")
    assert verdict("info@acme.example") == ("risky", "role_account")
    assert verdict("ada@mailinator.com") == ("risky", "disposable")
    assert verdict("info@mailinator.com") == ("risky", "disposable")
    assert verdict("ada@gmail.con") == ("risky", "typo_domain")
    assert verdict("info@gmial.com") == ("risky", "typo_domain")


def test_flags_say_all_that_applies() -> None:
    found = emails("info@gmail.com", "ada@mailinator.com", "info@gmial.com", "ada@acme.example", "no address")
    assert found.free.to_pylist() == [True, False, False, False, None]
    assert found.disposable.to_pylist() == [False, True, True, False, None]
    assert found.role.to_pylist() == [True, False, True, False, None]


def test_a_suggestion_is_the_whole_address_as_it_was_meant() -> None:
    found = emails("Ada.Bell@GMIAL.com", "ada@gmail.com", "JÖHN@hotmial.com", "gmial.com", "INFO@yahoo.con")
    assert found.suggestion.to_pylist() == ["Ada.Bell@gmail.com", None, "JÖHN@hotmail.com", None, "info@yahoo.com"]


def test_domain_and_local_are_for_comparing() -> None:
    found = emails("Ada.Bell@Bücher.Example", "JÖHN@acme.example", "no address")
    assert found.domain.to_pylist() == ["xn--bcher-kva.example", "acme.example", None]
    assert found.local.to_pylist() == ["ada.bell", "jÖhn", None]


def test_only_rows_that_need_unicode_are_asked_about() -> None:
    ordinary = [
        "ada@acme.example",
        " Ada@Acme.example",
        "",
        None,
        "n/a",
        "ada@acme.test",
        "a" * 300,
        "a@b.c1d",
        '"a"@b.c',
    ]
    assert emails(*ordinary).exact_rows == 0
    assert emails("ada@bücher.example", *ordinary, "ä@acme.example", "ada@xn--bcher-kva.example").exact_rows == 3


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_columns_without_a_value(rows: int) -> None:
    result = validate_emails(pa.nulls(rows, pa.string()))
    assert [len(getattr(result, name)) for name in COLUMNS] == [rows] * len(COLUMNS)
    assert result.reason.to_pylist() == ["missing"] * rows


def test_types_do_not_depend_on_the_rows() -> None:
    kinds = [[getattr(emails(*rows), name).type for name in COLUMNS] for rows in ((), (None,), ("ada@gmial.com",))]
    assert kinds[0] == kinds[1] == kinds[2]
    assert set(kinds[0]) == {pa.string(), pa.bool_()}


@pytest.mark.parametrize(
    "layout", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
)
def test_slices_of_any_layout_are_judged_like_the_rows_alone(layout: pa.DataType) -> None:
    values = ["x@y.example", "Ada@Gmial.com", None, "n/a", "ada@bücher.example", "info@mailinator.com", "z"]
    column = pa.array(values, pa.string()).cast(layout)[1:6]
    sliced = validate_emails(plain_strings(column))
    alone = [row(value) for value in values[1:6]]
    assert {name: getattr(sliced, name).to_pylist() for name in COLUMNS} == {
        name: [found[name] for found in alone] for name in COLUMNS
    }


def test_rows_do_not_disturb_each_other() -> None:
    values = [
        "ada@gmial.com",
        "@",
        "",
        "@@@",
        "x" * 100_000,
        "ü" * 60_000 + "@a.example",
        "a@b.c",
        None,
        "bob@gmail.com",
    ]
    together, reverse = emails(*values), emails(*reversed(values))
    for name in COLUMNS:
        alone = [row(value)[name] for value in values]
        assert getattr(together, name).to_pylist() == alone
        assert getattr(reverse, name).to_pylist() == alone[::-1]


def test_a_very_long_row_costs_no_more_than_its_bytes() -> None:
    hostile = ["a@" + "ü." * 50_000 + "example", "\u0301" * 50_000 + "@a.example", "a" * 50_000 + "@b.example"]
    assert [verdict(value) for value in hostile] == [("invalid", "too_long")] * 3
    assert emails(*hostile).exact_rows == 0


def test_trimming_takes_what_str_strip_takes_and_what_nobody_sees() -> None:
    spaces = {chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()}
    unseen = set(TRIMMED) - spaces
    assert spaces < set(TRIMMED)
    assert unseen >= set("\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\u2066\u2069\ufeff")
    assert all(unicodedata.category(char) == "Cf" for char in unseen)
    assert not unseen & set(string.printable)
    for char in TRIMMED:
        assert row(f"{char}ada@acme.example{char}")["email"] == "ada@acme.example"
        assert row(f"ada@ac{char}me.example")["email"] is None


def test_codes_and_words_are_the_same() -> None:
    column = pa.array([reason.value for reason in EmailReason])
    assert reason_column(reason_codes(column)) == column
    assert set(status_column(reason_codes(column)).to_pylist()) == {verdict.value for verdict in Verdict}
    assert len(REASONS) < 255  # one byte, and the mark of the undecided


def test_the_callers_column_is_not_changed() -> None:
    column = pa.array(["Ada@GMIAL.com", None, " x "])
    before = column.to_pylist()
    validate_emails(column)
    assert column.to_pylist() == before


def test_settings_of_the_reference_library_do_not_reach_verdicts() -> None:
    program = (
        "import email_validator as library, pyarrow as pa;"
        "library.ALLOW_QUOTED_LOCAL = library.TEST_ENVIRONMENT = library.ALLOW_DISPLAY_NAME = True;"
        "library.GLOBALLY_DELIVERABLE = library.ALLOW_SMTPUTF8 = False;"
        "from trustleads.enrichment.normalize.email import validate_emails;"
        "rows = pa.array(['ä@b.example', 'ä@bücher', '\"ä\"@b.example', 'ada@שלום.example', 'ada@שלום.\uff54est']);"
        "print(validate_emails(rows).reason.to_pylist())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['ok', 'syntax', 'syntax', 'ok', 'special_domain']"
