"""The faults themselves: documented, explained, and silent about the row's content."""

from __future__ import annotations

import io
import pickle
import re
from pathlib import Path

import pytest

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.csvio import BadRow, CsvFault, open_source, parse_block
from trustleads.enrichment.csvio.scan import Layout, Record, bad_row, records

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "csv.md"
ROWS = {
    CsvFault.NUL_BYTE: b"secret\0,x\n",
    CsvFault.LONE_CR: b"secret\r,x\n",
    CsvFault.UNCLOSED_QUOTE: b'secret,"x\n',
    CsvFault.STRAY_QUOTE: b'secret,"x"y\n',
    CsvFault.RAGGED_ROW: b"secret\n",
    CsvFault.INVALID_ENCODING: b"secret,\xff\n",
    CsvFault.OVER_LONG_FIELD: b"secret,01234567890123456789\n",
}


def test_the_page_explains_every_reason_and_no_other() -> None:
    page = PAGE.read_text("utf-8")
    explained = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert explained == [fault.value for fault in CsvFault]


@pytest.mark.clause("LEAD-1", "GDPR-1")
@pytest.mark.parametrize("fault", ROWS)
def test_a_bad_row_says_what_is_wrong_and_nothing_of_what_is_in_it(fault: CsvFault) -> None:
    layout = Layout(b",", 2, 20)
    (record,) = records(ROWS[fault], layout)
    row = bad_row(ROWS[fault], record, layout, 7)
    assert row.reason is fault
    assert row.line == 7
    assert row.raw == ROWS[fault][:20]
    assert "secret" not in repr(row)
    error = row.error()
    assert isinstance(error, InvalidInput)
    assert str(error) == f"line 7, column {row.column}: {row.message}"
    assert "secret" not in str(error)
    assert "{" not in row.message


def test_errors_and_bad_rows_travel_between_processes() -> None:
    row = BadRow(3, 4, CsvFault.NUL_BYTE, "message", b"raw")
    assert pickle.loads(pickle.dumps(row)) == row  # noqa: S301 - made here
    error = pickle.loads(pickle.dumps(row.error()))  # noqa: S301 - made here
    assert (error.line, error.column, error.reason, str(error)) == (3, 4, "nul_byte", "line 3, column 4: message")


@pytest.mark.clause("GDPR-1")
@pytest.mark.parametrize("row", [b"secret\n", b"a,secret,b\n", b'secret,"x"y\n', b"secret,\xff\n"])
def test_no_error_behind_the_error_shows_the_row(row: bytes) -> None:
    with open_source(io.BytesIO(b"a,b\n1,2\n" + row)) as source, pytest.raises(InvalidInput) as caught:
        [parse_block(block, source) for block in source.blocks()]
    errors: list[BaseException | None] = [caught.value]
    for error in errors:
        if error is not None:
            assert "secret" not in str(error)
            errors += [error.__cause__, error.__context__]


def test_a_row_in_order_has_no_report() -> None:
    with pytest.raises(ValueError, match="in order"):
        bad_row(b"a,b\n", Record(0, 4, 2), Layout(b",", 2), 1)


def test_the_number_of_fields_is_told() -> None:
    with pytest.raises(InvalidInput, match="line 2, column 4: 1 field where the header has 2"):
        records_of(b"a,b\nabc\n")
    with pytest.raises(InvalidInput, match="line 3, column 5: 3 fields where the header has 2"):
        records_of(b"a,b\n1,2\n3,4,5\n")


def records_of(text: bytes) -> list[object]:
    with open_source(io.BytesIO(text)) as source:
        return [parse_block(block, source) for block in source.blocks()]
