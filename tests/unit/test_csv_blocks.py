"""Reading CSV in blocks: nothing lost, nothing invented, wherever a block ends (LEAD-1, LEAD-6)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.csvio import BadRow, CsvFault, OnBadRow, open_source, parse_block
from trustleads.enrichment.csvio.blocks import _exact_cut, find_cut
from trustleads.enrichment.csvio.scan import MAX_RECORD, Layout, _Incomplete, _Walk, is_blank, records

BLOCK_SIZES = (1, 2, 3, 7, 64, 8 << 20)
Rows = list[tuple[str | None, ...]]


@dataclass
class Read:
    rows: Rows
    bad: list[BadRow]
    blocks: int


def read(
    text: bytes, *, block_size: int = 8 << 20, max_record: int = MAX_RECORD, on_bad_row: OnBadRow = "report"
) -> Read:
    """Read a whole file the way the runner does, and check what blocks promise on the way."""
    rows: Rows = []
    bad: list[BadRow] = []
    with open_source(io.BytesIO(text), max_record=max_record) as source:
        index, end = -1, None
        for block in source.blocks(block_size):
            parsed = parse_block(block, source, on_bad_row=on_bad_row)
            index += 1
            assert block.index == index
            assert end is None or block.start_offset == end
            end = block.end_offset
            columns = [column.to_pylist() for column in parsed.batch.columns]
            rows += list(zip(*columns, strict=True))
            bad += parsed.bad_rows
        assert end == source.size
        return Read(rows, bad, index + 1)


def python_rows(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def without_nulls(rows: Rows) -> list[list[str]]:
    return [["" if value is None else value for value in row] for row in rows]


# Bytes that have a meaning in CSV, a letter, a two-byte letter whole and in halves.
soup = st.lists(
    st.sampled_from([b",", b",", b'"', b'"', b"\n", b"\n", b"\r\n", b"\r", b"a", b"bc", b"\xc3\xa9", b"\xc3", b"\0"]),
    max_size=40,
)
soup = soup.map(b"".join).filter(lambda text: text.count(b"\0") <= 2)  # more of them make so short a file no text
field = st.text(st.sampled_from('ab é"\n,;\r'), max_size=6)


@pytest.mark.clause("LEAD-1", "LEAD-6")
@settings(max_examples=300)
@given(soup)
@example(b'1,"x\n2,y\n3,"z"\n')
@example(b'1,"x""\n2,y\n')
@example(b'5" pipe,x\n6" pipe,y\n')
@example(b"1,2\r")
@example(b'"a"\r')
def test_any_bytes_are_good_rows_or_bad_rows_wherever_blocks_end(body: bytes) -> None:
    layout = Layout(b",", 2)
    spans = list(records(body, layout))
    assert b"".join(body[r.start : r.end] for r in spans) == body
    good = [body[r.start : r.end] for r in spans if r.fault is None and not is_blank(body, r)]
    for number, block_size in enumerate(BLOCK_SIZES):
        try:
            result = read(b"h,i\n" + body, block_size=block_size)
        except InvalidInput as error:
            assert error.reason == CsvFault.NO_ROWS  # noqa: PT017 - the body may be without rows, not otherwise faulty
            assert not body.strip(b"\r\n") or not spans
            return
        # One by one, Python's reader agrees about every good row.
        assert without_nulls(result.rows) == [row for raw in good for row in python_rows(raw.decode())]
        assert all(len(row) == 2 for row in result.rows)
        assert [row.raw for row in result.bad] == [body[r.start : r.end] for r in spans if r.fault is not None]
        if number == 0:
            first = result
        assert (result.rows, result.bad) == (first.rows, first.bad)


@pytest.mark.clause("LEAD-1")
@settings(max_examples=500)
@given(soup, st.sampled_from([1, 2, 3]), st.sampled_from([9, MAX_RECORD]), st.booleans())
def test_rows_told_by_their_shape_are_rows_walked_through(
    body: bytes, columns: int, max_record: int, final: bool
) -> None:
    layout = Layout(b",", columns, max_record)
    found = list(records(body, layout, final=final))
    for record in found:
        assert record == _Walk(body, record.start, layout, final).record()
    if found and found[-1].end < len(body):
        with pytest.raises(_Incomplete):
            _Walk(body, found[-1].end, layout, final).record()


# What stands before and behind the place that a fault names, in its line.
PLACES = {
    CsvFault.NUL_BYTE: lambda _, rest: rest.startswith("\0"),
    CsvFault.LONE_CR: lambda _, rest: rest.startswith("\r"),
    CsvFault.UNCLOSED_QUOTE: lambda _, rest: rest.startswith('"'),
    CsvFault.STRAY_QUOTE: lambda before, rest: before.endswith('"') and rest[:1] not in ("", ",", '"'),
    CsvFault.INVALID_ENCODING: lambda _, rest: rest.startswith("\ufffd"),
    CsvFault.RAGGED_ROW: lambda before, rest: before.endswith(",") or rest in ("", "\r"),
}


@pytest.mark.clause("LEAD-1")
@settings(max_examples=200)
@given(soup)
def test_the_place_of_a_fault_is_the_place(body: bytes) -> None:
    text = b"h,i\n" + body
    lines = text.split(b"\n")
    try:
        bad = read(text).bad
    except InvalidInput:
        return
    for row in bad:
        line = lines[row.line - 1].decode("utf-8", "replace")
        assert PLACES[row.reason](line[: row.column - 1], line[row.column - 1 :]), row
    if bad:
        with pytest.raises(InvalidInput) as caught:
            read(text, on_bad_row="raise", block_size=5)
        fault = caught.value
        assert (fault.line, fault.column, fault.reason) == (bad[0].line, bad[0].column, bad[0].reason)


@pytest.mark.clause("LEAD-1")
@settings(max_examples=150)
@given(
    st.lists(st.tuples(field, field, field), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(BLOCK_SIZES),
)
def test_a_file_that_python_wrote_is_read_as_python_reads_it(
    rows: list[tuple[str, str, str]], delimiter: str, line_end: str, quoting: int, block_size: int
) -> None:
    out = io.StringIO()
    if (
        line_end == "\n" and quoting == csv.QUOTE_MINIMAL
    ):  # then Python leaves a bare CR unquoted, which nobody can read
        rows = [(a.replace("\r", ""), b.replace("\r", ""), c.replace("\r", "")) for a, b, c in rows]
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    writer.writerow(["first", "sec;ond", "third\tone"])
    writer.writerows(rows)
    result = read(out.getvalue().encode(), block_size=block_size)
    assert result.bad == []
    assert without_nulls(result.rows) == [list(row) for row in rows]


GOOD = ["1,2", '"a\nb",c', '"x,y","z ""q"""', "é,日本", 'a"b,c', ",", '"",']
BAD = {
    "a": CsvFault.RAGGED_ROW,
    "a,b,c": CsvFault.RAGGED_ROW,
    'a,"b"c': CsvFault.STRAY_QUOTE,
    "a\0,b": CsvFault.NUL_BYTE,
    "a\rb,c": CsvFault.LONE_CR,
    "a,\udcff": CsvFault.INVALID_ENCODING,
    "long,row that is longer than forty bytes......": CsvFault.OVER_LONG_FIELD,
}


@pytest.mark.clause("LEAD-1", "LEAD-6")
@settings(max_examples=150)
@given(st.lists(st.sampled_from([*GOOD, *BAD]), min_size=1, max_size=12), st.sampled_from(BLOCK_SIZES))
def test_good_rows_among_bad_ones_are_read_as_python_reads_them(rows: list[str], block_size: int) -> None:
    text = "h,i\n" + "".join(row + "\n" for row in rows)
    result = read(text.encode("utf-8", "surrogateescape"), block_size=block_size, max_record=40)
    assert without_nulls(result.rows) == [python_rows(row)[0] for row in rows if row in GOOD]
    assert [row.reason for row in result.bad] == [BAD[row] for row in rows if row in BAD]
    assert [row.raw for row in result.bad] == [
        (row + "\n").encode("utf-8", "surrogateescape")[:40] for row in rows if row in BAD
    ]


@pytest.mark.clause("LEAD-6")
@settings(max_examples=500)
@given(soup, st.booleans(), st.sampled_from([8, MAX_RECORD]))
def test_the_quick_cut_is_the_exact_cut(data: bytes, final: bool, max_record: int) -> None:
    layout = Layout(b",", 0, max_record)
    quick, exact = find_cut(data, layout, final=final), _exact_cut(data, layout, final=final)
    assert (quick.end, quick.whole) == (exact.end, exact.whole) or quick.end < exact.end
    if quick.regular:
        found = [r for r in records(data[: quick.end], layout) if r.fault is not None]
        assert {r.fault for r in found} <= {CsvFault.NUL_BYTE, CsvFault.LONE_CR, CsvFault.INVALID_ENCODING}
        assert sum(r.end - r.start for r in records(data[: quick.end], layout)) == quick.end


@pytest.mark.clause("LEAD-6")
def test_blocks_are_bounded_by_the_block_size_not_by_the_file() -> None:
    text = b"a,b\n" + b"0123456789,0123456789\n" * 20_000
    with open_source(io.BytesIO(text)) as source:
        sizes = [len(block.data) for block in source.blocks(10_000)]
    assert sizes[0] < 1 << 16  # it holds what the search for the header had read
    assert max(sizes[1:]) <= 10_000
    assert sum(sizes) == len(text) - 4


class Endless(io.RawIOBase):
    """A line without end, that counts what is taken of it."""

    def __init__(self, head: bytes, body: bytes) -> None:
        self.head, self.body, self.given = head, body, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece, self.head = self.head[:size], self.head[size:]
        piece = piece or (self.body * (size // len(self.body) + 1))[:size]
        self.given += len(piece)
        return piece


@pytest.mark.clause("LEAD-6")
@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        (b"", b"x", CsvFault.OVER_LONG_FIELD),
        (b"", b'"x",', CsvFault.OVER_LONG_FIELD),
        (b"", b"x\r", CsvFault.LONE_CR),
        (b'"', b"x\n", CsvFault.UNCLOSED_QUOTE),
    ],
)
def test_a_row_without_end_is_a_fault_and_not_memory(head: bytes, body: bytes, reason: CsvFault) -> None:
    source = open_source(Endless(b"a,b\n1,2\n" + head, body), max_record=100_000)
    blocks = source.blocks(1000)
    assert parse_block(next(blocks), source).batch.num_rows == 1
    with source, pytest.raises(InvalidInput) as caught:
        parse_block(source.peek(300_000), source)
    assert caught.value.line == 3
    assert caught.value.reason == reason
    assert source._text._consumed < 1_000_000


def test_what_follows_an_over_long_row_is_read_again() -> None:
    text = b"a,b\n1,2\n" + b"x" * 500_000 + b"\n3,4\n"
    for block_size in (10, 10_000, 8 << 20):
        result = read(text, block_size=block_size, max_record=1000)
        assert result.rows == [("1", "2"), ("3", "4")]
        assert [(row.line, row.column, row.reason, len(row.raw)) for row in result.bad] == [
            (3, 1, CsvFault.OVER_LONG_FIELD, 1000)
        ]
        with open_source(io.BytesIO(text), max_record=1000) as source:
            assert [block.first_line for block in source.blocks(10)][-1] == 4


def test_an_unclosed_quote_costs_one_row_not_the_rest_of_the_file() -> None:
    rows = b"".join(b"%d,x\n" % number for number in range(1000))
    result = read(b'a,b\n1,"never closed\n' + rows, block_size=100)
    assert len(result.rows) == 1000
    assert [(row.line, row.column, row.reason) for row in result.bad] == [(2, 3, CsvFault.UNCLOSED_QUOTE)]


def test_null_and_the_empty_string_stay_apart() -> None:
    assert read(b'a,b\n,""\n"",\nNA,null\n').rows == [(None, ""), ("", None), ("NA", "null")]


def test_blank_lines_are_skipped_but_counted_as_lines() -> None:
    result = read(b"\n\r\na,b\n\n1,2\n\n\r\n3,4,5\n\n")
    assert result.rows == [("1", "2")]
    assert [row.line for row in result.bad] == [8]


def test_in_a_file_of_one_column_a_blank_line_is_a_row() -> None:
    for block_size in BLOCK_SIZES:
        assert read(b'a\nx\n\n""\ny\n\n', block_size=block_size).rows == [("x",), (None,), ("",), ("y",), (None,)]
        assert read(b"a\r\n\r\n", block_size=block_size).rows == [(None,)]


def test_offsets_tell_the_progress() -> None:
    text = b"a,b\n" + b"1,2\n" * 100_000
    with open_source(io.BytesIO(text)) as source:
        assert source.size == len(text)
        offsets = [(block.start_offset, block.end_offset) for block in source.blocks(100_000)]
    assert offsets[0][0] == 4
    assert offsets[-1][1] == len(text)
    assert [start for start, _ in offsets[1:]] == [end for _, end in offsets[:-1]]


@pytest.mark.clause("LEAD-6")
@pytest.mark.parametrize("encoding", ["utf-16-le", "cp1252"])
def test_offsets_of_a_transcoded_file_grow_to_its_size(encoding: str) -> None:
    content = ("a,b\n" + "éé,x\n" * 1000 + "1,2\n" * 100_000).encode(encoding)
    with open_source(io.BytesIO(content), encoding=encoding) as source:
        offsets = [(block.start_offset, block.end_offset) for block in source.blocks(50_000)]
        assert source.size == len(content)
    ends = [0, *(end for _, end in offsets)]
    assert ends == sorted(ends)
    assert ends[-1] == len(content)
    assert [start for start, _ in offsets[1:]] == ends[1:-1]


def test_a_block_of_the_ordinary_size_goes_the_quick_way() -> None:
    row = '"Müller, Anna",anna@example.com,"she said ""hi""\nand left",1\r\n'
    text = b"a,b,c,d\r\n" + row.encode() * 1000
    with open_source(io.BytesIO(text)) as source:
        assert all(block.regular for block in source.blocks(10_000))
