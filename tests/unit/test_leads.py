from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustleads.enrichment.leads import Leads
from trustleads.enrichment.questions import Attribute
from trustleads.enrichment.waterfall import Known, missing

pytestmark = pytest.mark.clause("LEAD-4")

ATTRIBUTES = (Attribute.EMAIL, Attribute.JOB_TITLE, Attribute.COMPANY)
CELLS = st.tuples(st.sampled_from([None, "a", "b"]), st.sampled_from([0.0, 0.5, 0.8]))


@st.composite
def batches(draw: st.DrawFn) -> tuple[Leads, list[dict[Attribute, Known]]]:
    """Give leads, and the same as plain dicts."""
    rows = draw(st.integers(0, 8))
    columns = {
        attribute: draw(st.lists(CELLS, min_size=rows, max_size=rows))
        for attribute in draw(st.sets(st.sampled_from(ATTRIBUTES)))
    }
    plain = [
        {a: Known(text, sure) for a, cells in columns.items() for text, sure in [cells[row]] if text and sure}
        for row in range(rows)
    ]
    parts: Any = {a: ([text for text, _ in cells], [sure for _, sure in cells]) for a, cells in columns.items()}
    return Leads(parts, np.arange(rows)), plain


@given(batches(), st.dictionaries(st.sampled_from(ATTRIBUTES), st.sampled_from([0.5, 0.8, 0.9]), min_size=1))
def test_they_are_what_their_columns_say(batch: tuple[Leads, list[dict[Attribute, Known]]], wants: Any) -> None:
    leads, plain = batch
    assert list(leads) == plain
    assert list(leads[1:]) == plain[1:]
    lacking = leads.lacking(wants)
    expected = [row for row, lead in enumerate(plain) if any(missing(lead, wants))]
    assert lacking.rows.tolist() == expected
    assert list(lacking) == [plain[row] for row in expected]
    for attribute in ATTRIBUTES:
        known = [plain[row].get(attribute) for row in expected]
        assert lacking.texts(attribute) == [one and one.text for one in known]
        assert lacking.confidence(attribute).tolist() == [one.confidence if one else 0.0 for one in known]


def test_people_of_one_company_share_it() -> None:
    companies: list[str | None] = ["Example", "Example"]
    emails: list[str | None] = ["a@one.example", "b@one.example"]
    leads = Leads({Attribute.COMPANY: (companies, [0.8, 0.8]), Attribute.EMAIL: (emails, [0.8, 0.8])}, np.arange(2))
    first, second = leads
    assert first[Attribute.COMPANY] is second[Attribute.COMPANY]
    assert first[Attribute.EMAIL] != second[Attribute.EMAIL]
