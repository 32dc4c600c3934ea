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


@pytest.mark.clause("LEAD-1")
@pytest.mark.parametrize(
    ("encoding", "row"),
    [
        ("ascii", b"x,M\xe9\r\n"),
        ("ascii", b'x,"M\xe9"y\n'),
        ("cp1252", b"M\xfcller,\x81\n"),
        ("shift_jis", "日本,".encode("shift_jis") + b"\x81\n"),
        ("gb18030", "日本,".encode("gb18030") + b"\xff\n"),
    ],
)
def test_a_row_that_is_no_text_is_set_aside_byte_for_byte(encoding: str, row: bytes) -> None:
    (bad,) = bad_rows(b"a,b\n1,2\n" + row + b"3,4\n", encoding)
    assert bad.raw == row


@pytest.mark.clause("LEAD-1")
def test_a_row_of_text_is_set_aside_as_utf_8() -> None:
    (bad,) = bad_rows("a,b\nMüller\n1,2\n".encode("cp1252"), "cp1252")
    assert bad.raw == "Müller\n".encode()


@pytest.mark.clause("LEAD-1")
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_half_a_pair_of_surrogates_is_set_aside_as_an_escape(encoding: str) -> None:
    (bad,) = bad_rows("a,b\n1,ü\ud800\n3,4\n".encode(encoding, "surrogatepass"), encoding)
    assert (bad.reason, bad.raw) == (CsvFault.INVALID_ENCODING, "1,ü\\ud800\n".encode())


@pytest.mark.clause("LEAD-1")
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"], ids=repr)
def test_a_file_cut_inside_a_character_is_badly_encoded_there(encoding: str, end: str) -> None:
    (bad,) = bad_rows(("a,b\r\n1,2\r\nü,4" + end).encode(encoding)[:-1], encoding)
    rest = ("ü,4" + end)[:-1]
    assert (bad.reason, bad.line, bad.column) == (CsvFault.INVALID_ENCODING, 3, len(rest) + 1)
    assert bad.raw == rest.encode()


def bad_rows(content: bytes, encoding: str) -> list[BadRow]:
    with open_source(io.BytesIO(content), encoding=encoding) as source:
        return [row for block in source.blocks() for row in parse_block(block, source, on_bad_row="report").bad_rows]


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
