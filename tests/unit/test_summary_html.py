"""The report in a notebook: well-formed, without scripts, escaped, and readable by everybody on every ground."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pyarrow as pa
import pytest

from trustleads.enrichment.columns import detect_columns
from trustleads.enrichment.models import Role
from trustleads.enrichment.summary import BadLine, BadRows, Outcome, Summary, SummaryBuilder
from trustleads.enrichment.summary.html import COLOURS, STROKES

pytestmark = [pytest.mark.clause("LEAD-2"), pytest.mark.clause("LEAD-3")]

ATTACK = "</span><script>alert('x')</script><img src=x onerror=\"alert(1)\">&amp;"


def attacked() -> Summary:
    added = pa.record_batch(
        {
            "tl_email_reason": ["syntax", "typo_domain", "ok"],
            "tl_email_suggestion": [None, ATTACK, None],
            "tl_phone_reason": ["missing", "ok", "ok"],
            "tl_name_status": ["derived", "junk", "ok"],
            "tl_first_name": [ATTACK, None, None],
            "tl_duplicate_of": pa.array([None, None, 0]),
        }
    )
    original = pa.record_batch({"Mail": [ATTACK] * 3, ATTACK: [ATTACK] * 3})
    made = SummaryBuilder()
    made.add(added, original, {Role.EMAIL: "Mail", Role.FULL_NAME: ATTACK})
    return made.finish(
        columns=detect_columns(original.schema.names, overrides={"full_name": ATTACK}),
        bad_rows=BadRows(1, (BadLine(3, ATTACK),), ATTACK),
        notes=[ATTACK],
    )


class Tags(HTMLParser):
    """Collects the elements, their attributes and the text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_values_of_the_caller_stay_text() -> None:
    found = Tags(attacked()._repr_html_())
    assert not {"script", "img", "iframe", "link", "object"} & set(found.tags)
    assert not [name for name, _ in found.attributes if name.startswith("on") or name in {"href", "src"}]
    assert (
        found.text.count("<script>alert('x')</script>") >= 7
    )  # values, hints, path, line, note and columns, all of them


def test_nothing_is_fetched_or_run() -> None:
    source = attacked()._repr_html_()
    for forbidden in ("http://", "https://", "url(", "@import", "javascript:"):
        assert forbidden not in source


def test_the_markup_is_well_formed() -> None:
    source = attacked()._repr_html_().replace("<br>", "<br/>")
    root = ET.fromstring(source)  # noqa: S314 - written by the code under test
    assert root.tag == "div"
    headers = [cell.get("scope") for cell in root.iter("th")]
    assert "row" in headers
    assert "col" in headers


def test_every_chart_says_in_words_what_it_shows() -> None:
    root = ET.fromstring(attacked()._repr_html_().replace("<br>", "<br/>"))  # noqa: S314 - as above
    charts = [svg for svg in root.iter("svg") if svg.get("role") == "img"]
    assert [svg.findtext("title") for svg in charts] == ["Email", "Phone", "Name"]
    assert charts[0].findtext("desc") == "33.3% pass, 33.3% warn, 33.3% fail, 0% missing"
    others = [svg for svg in root.iter("svg") if svg.get("role") != "img"]
    assert others
    assert all(svg.get("aria-hidden") == "true" for svg in others)  # keys: the word stands beside each


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ground", ["#ffffff", "#f7f7f7", "#111111", "#1e1e1e"])
@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_bars_stand_out_from_light_and_dark_ground(outcome: Outcome, ground: str) -> None:
    light, dark = sorted((luminance(COLOURS[outcome]), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


def test_outcomes_differ_in_more_than_colour() -> None:
    assert len(set(STROKES.values())) == len(Outcome)


def test_text_takes_the_colour_of_its_surroundings() -> None:
    style = attacked()._repr_html_().split("</style>")[0]
    assert "color:inherit" in style
    assert "color:#" not in style
    assert "background:#" not in style


@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_any_rows(rows: int) -> None:
    made = SummaryBuilder(fields=["email_reason"])
    if rows:
        made.add(pa.record_batch({"tl_email_reason": ["ok"]}))
    found = Tags(made.finish()._repr_html_())
    assert f"TrustLeads summary: {rows} row" in found.text
    assert ("table" in found.tags) is bool(rows)


def test_the_report_is_the_same_every_time() -> None:
    assert attacked()._repr_html_() == attacked()._repr_html_()
