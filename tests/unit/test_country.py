from __future__ import annotations

import re
from importlib import resources

import phonenumbers
import pyarrow as pa
import pytest

from trustleads.enrichment.normalize import country
from trustleads.enrichment.normalize.country import folded, region_codes

pytestmark = pytest.mark.clause("LEAD-3")


def codes(*names: str | None) -> list[str | None]:
    return region_codes(pa.array(names, pa.string())).to_pylist()


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (
            "DE",
            ("DE", "de", "DEU", "Germany", "GERMANY", "Deutschland", "Allemagne", "Alemania", "Germania", "BRD", "D"),
        ),
        ("GB", ("GB", "GBR", "UK", "U.K.", "United Kingdom", "Great Britain", "England", "Scotland", "Großbritannien")),
        ("US", ("US", "USA", "U.S.", "U.S.A.", "U. S. A.", "United States", "United States of America", "EE.UU.")),
        (
            "NL",
            ("NL", "NLD", "Netherlands", "The Netherlands", "Holland", "Niederlande", "die Niederlande", "Pays-Bas"),
        ),
        ("CH", ("CH", "CHE", "Switzerland", "Schweiz", "die Schweiz", "Suisse", "Svizzera", "Suiza")),
        ("CI", ("CI", "Ivory Coast", "Côte d'Ivoire", "Cote d\u2019Ivoire", "COTE D IVOIRE", "Elfenbeinküste")),
        ("AT", ("Österreich", "Oesterreich", "OSTERREICH", "O\u0308sterreich", "Autriche", " Austria ", "austria\t")),
        ("ES", ("España", "ESPANA", "Spain", "Spanien", "Espagne", "Spagna")),
        ("KR", ("South Korea", "Korea, Republic of", "Korea (South)", "Republic of Korea", "Südkorea")),
        ("CD", ("Congo, Democratic Republic of the", "DR Congo", "Congo - Kinshasa")),
        ("BA", ("Bosnia and Herzegovina", "Bosnia & Herzegovina", "Bosnien und Herzegowina", "Bosnia-Herzegovina")),
        ("CZ", ("Czechia", "Czech Republic", "Tschechien", "Česko", "République tchèque")),
        ("TR", ("Türkiye", "TÜRKİYE", "Turkey", "Türkei", "Tuerkei")),
        ("LC", ("St. Lucia", "Saint Lucia", "St Lucia")),
        ("BS", ("Bahamas", "The Bahamas", "Bahamas, The")),
        ("CN", ("China", "PRC", "People's Republic of China")),
        ("XK", ("Kosovo", "XK")),
        ("NA", ("NA", "Namibia")),
    ],
)
def test_usual_spellings(code: str, names: tuple[str, ...]) -> None:
    assert codes(*names) == [code] * len(names)


def test_what_is_no_country_has_no_code() -> None:
    values = (
        None,
        "",
        "  ",
        "n/a",
        "-",
        "unknown",
        "Mars",
        "EMEA",
        "ZZ",
        "EU",
        "UN",
        "XX",
        "12",
        "Virgin Islands",
        "D E",
    )
    assert codes(*values) == [None] * len(values)


def test_every_region_with_telephones_is_known_by_code_and_english_name() -> None:
    regions = sorted(phonenumbers.SUPPORTED_REGIONS)
    assert codes(*regions) == regions
    assert codes(*map(str.lower, regions)) == regions


def test_the_table_is_folded_ascii_and_names_its_licence() -> None:
    text = resources.files("trustleads.enrichment.normalize").joinpath("countries.tsv").read_text("ascii")
    assert "Unicode-3.0" in text.splitlines()[0]
    entries = dict(line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    names = [name for line in entries.values() for name in line.split("|")]
    assert len(set(names)) == len(names) > 1500
    assert all(folded(name) == name for name in names)
    assert all(re.fullmatch("[A-Z]{2}", code) for code in entries)


def test_order_and_nulls_stay() -> None:
    assert codes("Italia", None, "Mars", "it", "Italia") == ["IT", None, None, "IT", "IT"]
    assert codes() == []


def test_a_long_text_is_read_and_not_kept() -> None:
    name = f"Germany ({'x' * 100})"
    before = country._kept.cache_info().currsize
    assert codes(name, "x" * 100, name) == ["DE", None, "DE"]
    assert country._kept.cache_info().currsize == before
