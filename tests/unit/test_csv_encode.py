"""Writing CSV: what was read comes out again (LEAD-1, FILE-2)."""

from __future__ import annotations

import csv
import io
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustleads.core.errors import InvalidInput, Unavailable
from trustleads.enrichment.csvio import Encoder, check_encodable, header_line, open_source, parse_block, restore

character = st.one_of(st.characters(exclude_categories=["Cs", "Cc"]), st.sampled_from("=+-@',;\"\t\r\n\x1f"))
cell = st.one_of(st.none(), st.text(character, max_size=6))
rows = st.lists(st.tuples(cell, cell), min_size=1, max_size=6)


def table(*columns: list[Any], names: str = "ab") -> pa.Table:
    return pa.table([pa.array(column) for column in columns], names=list(names))


def encoded(encoder: Encoder, batch: pa.RecordBatch | pa.Table) -> bytes:
    return b"".join(pieces_of(encoder, batch))


def pieces_of(encoder: Encoder, batch: pa.RecordBatch | pa.Table) -> list[bytes]:
    pieces: list[bytes] = []
    encoder.write(encoder.writable(batch), lambda rows: pieces.append(bytes(rows)))
    return pieces


@pytest.mark.clause("LEAD-1", "FILE-2")
@settings(max_examples=100)
@given(rows, st.sampled_from([",", ";", "\t"]), st.booleans())
def test_what_is_written_is_read_again(values: list[tuple[str | None, ...]], delimiter: str, bom: bool) -> None:
    columns = [pa.array(column, pa.string()) for column in zip(*values, strict=True)]
    text = header_line(["x", "y"], delimiter, bom=bom) + encoded(
        Encoder(delimiter), pa.record_batch(columns, names=["x", "y"])
    )
    with open_source(io.BytesIO(text), delimiter=delimiter) as source:
        assert source.bom == bom
        batch = pa.Table.from_batches([parse_block(b, source).batch for b in source.blocks(20)]).combine_chunks()
    assert [restore(column.chunk(0)).to_pylist() for column in batch.columns] == [c.to_pylist() for c in columns]
    python = list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""), delimiter=delimiter))
    assert len(python) == len(values) + 1


def test_each_kind_of_value_has_its_form() -> None:
    batch = table(["a", "", None, 'q"q'], [True, False, None, True], [1, -2, None, 3], names="abc")
    assert encoded(Encoder(), batch) == b'"a",true,1\n"",false,-2\n,,\n"q""q",true,3\n'


@pytest.mark.clause("FILE-2")
def test_formulas_are_neutralised_unless_the_caller_says_otherwise() -> None:
    batch = table(["=1+1", "+49 30 1"], ["=x", "y"])
    assert encoded(Encoder(), batch) == b'"\'=1+1","\'=x"\n"+49 30 1","y"\n'
    assert encoded(Encoder(harmless=["b"]), batch) == b'"\'=1+1","=x"\n"+49 30 1","y"\n'
    assert encoded(Encoder(escape_formulas=False), batch) == b'"=1+1","=x"\n"+49 30 1","y"\n'


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["=1", None, "b"], pa.large_string()),
        pa.array(["=1", None, "b"], pa.string_view()),
        pa.array(["=1", None, "b"]).dictionary_encode(),
        pa.array(["x", "=1", None, "b"]).slice(1),
        pa.chunked_array([["=1", None], ["b"]]),
        pa.chunked_array([["=1", None], ["b"]]).cast(pa.string_view()),
    ],
    ids=["large", "view", "dictionary", "sliced", "chunked", "chunked view"],
)
def test_every_layout_of_text_is_written(column: Any) -> None:
    assert encoded(Encoder(), pa.table({"a": column})) == b'"\'=1"\n\n"b"\n'


BYTES = [pa.binary(), pa.large_binary(), pa.binary(4), pa.binary_view()]


@pytest.mark.clause("FILE-2")
@pytest.mark.parametrize("kind", BYTES, ids=str)
def test_bytes_are_text_and_no_formula(kind: pa.DataType) -> None:
    batch = pa.table({"a": pa.array([b"=1+1", None, b"cafe"], kind)})
    check_encodable(batch.schema)
    assert encoded(Encoder(), batch) == b'"\'=1+1"\n\n"cafe"\n'
    assert encoded(Encoder(escape_formulas=False), batch) == b'"=1+1"\n\n"cafe"\n'


@pytest.mark.clause("FILE-2")
def test_a_dictionary_of_bytes_is_text_too() -> None:
    batch = pa.table({"a": pa.array([b"=1", b"=1"]).dictionary_encode()})
    assert encoded(Encoder(), batch) == b'"\'=1"\n"\'=1"\n'


@pytest.mark.parametrize("kind", BYTES, ids=str)
def test_bytes_that_are_no_text_are_refused_by_the_columns_name(kind: pa.DataType) -> None:
    batch = pa.table({"a": ["x"], "photo": pa.array([b"abc\xff"], kind)})
    with pytest.raises(InvalidInput, match=r"column 'photo': .*not UTF-8") as caught:
        encoded(Encoder(), batch)
    assert caught.value.reason == "column_type"
    assert "abc" not in str(caught.value)


NO_CSV = [
    pa.list_(pa.int8()),
    pa.list_view(pa.int8()),
    pa.struct([("b", pa.int8())]),
    pa.map_(pa.string(), pa.int8()),
    pa.dictionary(pa.int8(), pa.list_(pa.int8())),
    pa.month_day_nano_interval(),
]


@pytest.mark.parametrize("kind", NO_CSV, ids=str)
def test_what_a_csv_file_cannot_hold_is_refused_by_the_columns_name(kind: pa.DataType) -> None:
    with pytest.raises(InvalidInput, match=r"column 'tags' is of type .* Parquet") as caught:
        check_encodable(pa.schema([("a", pa.string()), ("tags", kind)]))
    assert caught.value.reason == "column_type"


CSV_KINDS = [
    pa.null(),
    pa.bool_(),
    pa.uint64(),
    pa.float16(),
    pa.float64(),
    pa.decimal128(9, 2),
    pa.date32(),
    pa.time64("us"),
    pa.timestamp("us", "Europe/Berlin"),
    pa.duration("s"),
    pa.string_view(),
    pa.dictionary(pa.int8(), pa.int8()),
]


@pytest.mark.parametrize("kind", CSV_KINDS, ids=str)
def test_what_passes_is_written(kind: pa.DataType) -> None:
    batch = pa.table({"a": pa.nulls(2, kind), "b": [1, 2]})
    check_encodable(batch.schema)
    assert encoded(Encoder(), batch) == b",1\n,2\n"


def test_long_cells_and_no_rows_are_written() -> None:
    encoder = Encoder()
    quotes = table(['"' * 10_000] * 3, ["x"] * 3)
    assert encoded(encoder, quotes) == (b'"' * 20_002 + b',"x"\n') * 3
    assert encoded(encoder, table(["a"], ["b"])) == b'"a","b"\n'
    assert encoded(encoder, quotes) == (b'"' * 20_002 + b',"x"\n') * 3
    assert encoded(encoder, table([], [])) == b""


def test_nobody_can_look_at_a_piece_when_there_is_another_one_in_its_place() -> None:
    encoder = Encoder()
    kept: list[memoryview] = []
    encoder.write(encoder.writable(table(["a"], ["b"])), kept.append)
    for piece in kept:
        with pytest.raises(ValueError, match="released"):
            bytes(piece)


def test_what_the_file_raises_comes_out_as_it_is() -> None:
    failure = Unavailable("cannot write out.csv: No space left on device")

    def full(_rows: memoryview) -> None:
        raise failure

    encoder = Encoder()
    with pytest.raises(Unavailable) as caught:
        encoder.write(encoder.writable(table(["a"], ["b"])), full)
    assert caught.value is failure
    assert encoded(encoder, table(["a"], ["b"])) == b'"a","b"\n'


def test_a_long_batch_comes_in_pieces_that_make_the_whole() -> None:
    batch = pa.table({"a": [f"=é{number}" for number in range(10_000)], "b": pa.array(range(10_000)).cast("string")})
    pieces = pieces_of(Encoder(), batch.slice(3))
    assert [piece.count(b"\n") for piece in pieces] == [4096, 4096, 10_000 - 3 - 2 * 4096]
    assert b"".join(pieces) == "".join(f'"\'=é{n}","{n}"\n' for n in range(3, 10_000)).encode()


def test_columns_in_chunks_of_different_lengths_are_written_row_by_row() -> None:
    batch = pa.table({"a": pa.chunked_array([[1], [2, 3]]), "b": pa.chunked_array([["x", None], ["z"]])})
    assert encoded(Encoder(), batch) == b'1,"x"\n2,\n3,"z"\n'


@pytest.mark.parametrize(
    ("names", "line"),
    [
        (["a", "b c"], b"a,b c\n"),
        (['a "x"', "b,c", "d\ne", "f\rg"], b'"a ""x""","b,c","d\ne","f\rg"\n'),
        (["", "a"], b",a\n"),
        ([""], b'""\n'),
        (["=1", "+49", "é"], "'=1,+49,é\n".encode()),
    ],
)
def test_the_header_is_quoted_where_it_must_be(names: list[str], line: bytes) -> None:
    assert header_line(names) == line
    with open_source(io.BytesIO(line + b"," * (len(names) - 1) + b"\n")) as source:
        assert restore(pa.array(source.names)).to_pylist() == names


def test_the_header_follows_the_delimiter_and_the_callers_wishes() -> None:
    assert header_line(["a,b", "c;d"], ";") == b'a,b;"c;d"\n'
    assert header_line(["=a"], escape_formulas=False, bom=True) == b"\xef\xbb\xbf=a\n"
