"""How a column report reads (LEAD-1)."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from trustleads.enrichment.columns import ColumnMatch, ColumnReport
from trustleads.enrichment.columns.content import SURE
from trustleads.enrichment.columns.detect import LEAST
from trustleads.enrichment.models import Role

pytestmark = pytest.mark.clause("LEAD-1")

REPORT = ColumnReport(
    matches=(
        ColumnMatch(Role.EMAIL, "Work <Email>", "header", 0.999, True),
        ColumnMatch(Role.EMAIL, "Private Email", "header", 0.795, False, "second choice after Work <Email>"),
        ColumnMatch(Role.PHONE, "x\ny", "content", 0.9, True),
    ),
    columns=("Work <Email>", "Private Email", "x\ny"),
)


def test_roles_are_the_chosen_columns():
    assert dict(REPORT.roles) == {Role.EMAIL: "Work <Email>", Role.PHONE: "x\ny"}


def test_the_text_is_aligned_and_names_what_is_missing():
    lines = str(REPORT).splitlines()
    assert lines[0] == "role        column           from     sure  note"
    assert lines[1] == "email       Work <Email>     header   100%"
    assert lines[2] == "            (Private Email)  header   80%   second choice after Work <Email>"
    assert lines[3] == "first_name  -                               not found"
    assert "x\N{REPLACEMENT CHARACTER}y" in lines[6]
    assert len(lines) == 1 + 1 + len(Role)


def test_the_table_is_escaped():
    html = REPORT._repr_html_()
    assert "<td>Work &lt;Email&gt;</td>" in html
    assert "<Email>" not in html
    assert "<script" not in html


def test_plain_values_go_through_json():
    plain = json.loads(json.dumps(REPORT.to_dict()))
    assert plain["roles"] == {"email": "Work <Email>", "phone": "x\ny"}
    assert plain["matches"][0] == {
        "role": "email",
        "column": "Work <Email>",
        "source": "header",
        "confidence": 0.999,
        "chosen": True,
        "note": "",
    }
    assert plain["columns"] == list(REPORT.columns)


def test_it_is_frozen_and_travels():
    with pytest.raises(AttributeError):
        REPORT.columns = ()
    assert pickle.loads(pickle.dumps(REPORT)) == REPORT  # noqa: S301 - made in this line


def test_the_reference_page_agrees_with_the_code():
    page = (Path(__file__).parents[2] / "docs/reference/columns-detection.md").read_text(encoding="utf-8")
    for role, share in SURE.items():
        assert f"| `{role}` | {share:.0%} |" in page
    for reason in ("unknown_role", "unknown_column", "duplicate_column", "no_roles"):
        assert f"| `{reason}` |" in page
    assert f"Below {LEAST} a column" in page
