"""Company names: legal forms of many countries go, names stay."""

from __future__ import annotations

import doctest
import importlib

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustleads.enrichment.normalize.company import forms, normalize_companies
from trustleads.enrichment.normalize.company.names import normal_name

pytestmark = pytest.mark.clause("LEAD-3")

# ruff: noqa: RUF001 - forms in other scripts are meant
FORMS = """
GmbH | gGmbH | GMBH | gmbh | G.m.b.H. | mbH | AG | KGaA | KG | OHG | GbR | UG | UG (haftungsbeschränkt) | e.K.
e.V. | eG | GmbH & Co. KG | GmbH & Co KG | GmbH und Co. KG | GMBH & CO. KG | AG & Co. KGaA | SE & Co. KGaA
SE | PartG mbB | AöR | e.U. | Ltd | Ltd. | LTD | ltd | Limited | PLC | plc | Plc. | LLP | CIC
Public Limited Company | Co. Ltd | & Co. Ltd | Inc | Inc. | INC. | Incorporated | Corp | Corp. | Corporation
LLC | L.L.C. | LLLP | PLLC | P.C. | L.P. | ULC | Ltée | Co. | Pty Ltd | Pty. Ltd. | Pty Limited | (Pty) Ltd
Pvt Ltd | Pvt. Ltd. | Private Limited | (P) Ltd. | Pte Ltd | Pte. Ltd. | Sdn Bhd | Sdn. Bhd. | SA | S.A. | SAS
S.A.S. | SASU | SARL | S.A.R.L. | Sàrl | S.à r.l. | EURL | SNC | SCI | GIE | SPRL | BVBA | VZW | ASBL | BV
B.V. | b.v. | NV | N.V. | VOF | V.O.F. | C.V. | SL | S.L. | S. L. | S.L.U. | SLU | S.A.U. | S. Coop.
S.A. de C.V. | S. de R.L. de C.V. | S.A.P.I. de C.V. | Ltda. | Cía. Ltda. | Lda. | Lda | Unipessoal Lda | Ltda
S/A | EIRELI | SGPS, S.A. | SpA | S.p.A. | S. p. A. | S.P.A. | S.r.l. | SRL | Srl | S.R.L.S. | S.n.c. | S.a.s.
S.c.a.r.l. | Soc. Coop. | AB | Aktiebolag | AB (publ) | A/S | ApS | I/S | AS | A.S. | ASA | Oy | Oyj | Oy Ab
ehf. | OÜ | SIA | UAB | HB | KB | Sp. z o.o. | sp. z o.o. | Sp. z o. o. | SP. Z O.O. | Spółka z o.o. | Sp. k.
Sp. z o.o. Sp. k. | S.K.A. | Spółka Akcyjna | s.r.o. | S.R.O. | spol. s r.o. | a.s. | v.o.s. | k.s. | Kft.
Kft | Zrt. | Nyrt. | Bt. | d.o.o. | D.O.O. | d.d. | j.d.o.o. | EOOD | OOD | A.Ş. | Ltd. Şti. | Α.Ε. | Ε.Π.Ε.
ООО | ЗАО | K.K. | KK | Co., Ltd. | Co.,Ltd. | FZE | FZ-LLC | W.L.L. | DMCC
"""
LISTED = [form.strip() for line in FORMS.strip().splitlines() for form in line.split("|")]


def normal(*names: str | None) -> list[str | None]:
    column: list[str | None] = normalize_companies(pa.array(names, pa.string())).company.to_pylist()
    return column


@pytest.mark.parametrize("form", LISTED)
def test_a_legal_form_goes(form: str) -> None:
    assert normal(f"Nordvik Tools {form}", f"Nordvik, {form}", f"Müller & Sohn {form}") == [
        "Nordvik Tools",
        "Nordvik",
        "Müller & Sohn",
    ]


@pytest.mark.parametrize("form", LISTED)
def test_a_name_is_never_emptied(form: str) -> None:
    assert normal(form)[0]
    assert normal(f"{form} {form}")[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PT Batu Tbk", "Batu"),
        ("PT. Batu", "Batu"),
        ("UAB Ąžuolas", "Ąžuolas"),
        ('UAB "Ąžuolas"', "Ąžuolas"),
        ("ООО «Ромашка»", "Ромашка"),
        ("株式会社アクメ", "アクメ"),
        ("アクメ株式会社", "アクメ"),
        ("アクメ (株)", "アクメ"),
        ("北方工具有限公司", "北方工具"),
        ("주식회사 노르드", "노르드"),
        ("(주)노르드", "노르드"),
        ("  ACME   Tools,  Inc. ", "ACME Tools"),
        ("ACME\u00a0Tools GmbH", "ACME Tools"),
        ("ACME TOOLS GMBH", "ACME TOOLS"),
        ("BASALT SE", "BASALT"),
        ("Acme Ltd. GmbH", "Acme"),
        ("Acme (UK) Ltd", "Acme (UK)"),
        ('"Acme"', "Acme"),
        ("Acme,", "Acme"),
        ("Müllér GmbH", "Müllér"),
        ("Mu\u0308ller GmbH", "Müller"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert normal(text) == [name]


@pytest.mark.parametrize(
    "name",
    [
        *("Acme", "ACME", "1&1 Netz", "Perle & Co", "Perle und Co.", "Acme (SA)", "DAY SPA", "Day Spa", "Terme & Spa"),
        *(
            "Good as",
            "Nordlys as",
            "Acme NL",
            "Acme EU",
            "Acme EV",
            "Tools 4 Me",
            "Gmbhaus",
            "Unlimited Ideas",
            "Limited Run Art",
        ),
        *(
            "Limited Edition",
            "Corporation Street Coffee",
            "SA Water",
            "AG Tools",
            "Casa da",
            "Acme Group",
            "Acme Holding",
        ),
        *("The Bread Co", "Smith-Jones", "d'Or", "Müller", "Öko Haus", "Acme GmbH Berlin", "A", "Co", "Inc"),
    ],
)
def test_what_is_no_legal_form_stays(name: str) -> None:
    assert normal(name) == [name]


@pytest.mark.parametrize("text", ["", " ", "-", "--", "n/a", "N/A", "none", "NULL", "unknown", "?", "...", None])
def test_no_company(text: str | None) -> None:
    assert normal(text) == [None]


@pytest.mark.parametrize("module", ["company.forms", "company.names"])
def test_the_examples_in_the_docstrings(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"trustleads.enrichment.normalize.{module}"))
    assert result.attempted
    assert not result.failed


_piece = st.sampled_from(
    [
        *LISTED,
        *forms.in_front(),
        "&",
        "und",
        "u.",
        "y",
        "Nordvik",
        "Müller",
        "acme",
        "TOOLS",
        "Smith-Jones",
        "株式会社",
        ",",
        "-",
        "(UK)",
        '"',
        "n/a",
    ]
)
_name = st.lists(st.tuples(_piece, st.sampled_from([" ", " ", " ", ", ", "  ", "", "."])).map("".join), max_size=6).map(
    "".join
)


@settings(max_examples=250)
@given(st.lists(_name | st.none() | st.text(max_size=12), min_size=1, max_size=6))
def test_whole_columns_decide_as_the_exact_path(names: list[str | None]) -> None:
    assert normal(*names) == [None if name is None else normal_name(name) for name in names]


@settings(max_examples=250)
@given(_name | st.text(max_size=20))
def test_a_normal_form_is_its_own_normal_form(name: str) -> None:
    once = normal_name(name)
    assert once is None or normal_name(once) == once
