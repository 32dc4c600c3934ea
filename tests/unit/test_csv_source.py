"""Opening CSV files: encodings, delimiters, headers, and what is no CSV file at all (LEAD-1, FILE-1)."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import os
import sqlite3
import threading
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustleads.core.errors import InvalidInput, TrustLeadsError, Unavailable
from trustleads.enrichment.csvio import CsvFault, CsvSource, first_rows, open_source, parse_block

TEXT = "Číslo,E-Mail,Straße\nЖюли,a@example.com,日本\nÉmile,b@example.com,😀\n"


def rows_of(source: CsvSource, block_size: int = 8 << 20) -> list[dict[str, Any]]:
    return [row for block in source.blocks(block_size) for row in parse_block(block, source).batch.to_pylist()]


def opened(content: bytes, **options: Any) -> CsvSource:
    return open_source(io.BytesIO(content), **options)


def fault_of(content: bytes, **options: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        rows_of(opened(content, **options))
    return caught.value


@pytest.mark.clause("LEAD-1")
@pytest.mark.parametrize("content", [b"sep=;\n", b"sep=;\r\n", b"\nsep=;\n\n\r\n"], ids=repr)
def test_a_file_that_only_names_its_delimiter_is_empty(content: bytes) -> None:
    assert fault_of(content).reason == CsvFault.EMPTY_FILE


@pytest.mark.clause("LEAD-1")
def test_blank_lines_behind_the_line_that_names_the_delimiter_are_skipped() -> None:
    with opened(b"sep=|\n\n\na|b\n1\n") as source:
        assert source.names == ("a", "b")
    assert fault_of(b"sep=|\n\n\na|b\n1\n").line == 5


@pytest.mark.clause("LEAD-1", "GDPR-1")
@pytest.mark.parametrize(
    ("options", "reason", "words"),
    [
        ({"encoding": "utf-16"}, CsvFault.INVALID_ENCODING, "encoding='utf-16-le'"),
        ({"encoding": "utf-32"}, CsvFault.INVALID_ENCODING, "encoding='utf-32-le'"),
        ({"encoding": "idna"}, CsvFault.UNKNOWN_ENCODING, "encoding='idna'"),
        ({"encoding": "punycode"}, CsvFault.UNKNOWN_ENCODING, "encoding='punycode'"),
        ({"encoding": ""}, CsvFault.UNKNOWN_ENCODING, "encoding=''"),
        ({"encoding": 5}, CsvFault.UNKNOWN_ENCODING, r"encoding=\(a int\)"),
        ({"delimiter": 9}, CsvFault.BAD_DELIMITER, r"delimiter=\(a int\)"),
        ({"delimiter": b";"}, CsvFault.BAD_DELIMITER, r"delimiter=\(a bytes\)"),
        ({"delimiter": ""}, CsvFault.BAD_DELIMITER, "delimiter=''"),
    ],
    ids=str,
)
def test_options_that_cannot_be_are_named(options: dict[str, Any], reason: CsvFault, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        opened(b"a,b\nsecret,2\n", **options)
    assert caught.value.reason == reason
    assert caught.value.__context__ is None


class Trickle(io.RawIOBase):
    """A pipe that gives a few bytes at a time, whatever it is asked for."""

    def __init__(self, content: bytes, step: int) -> None:
        self.rest, self.step = content, step

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece, self.rest = self.rest[: min(self.step, size)], self.rest[min(self.step, size) :]
        return piece


# Encodings


@pytest.mark.clause("LEAD-1")
@pytest.mark.parametrize("step", [1, 2, 3, 5, 100_000])
@pytest.mark.parametrize(
    ("content", "encoding", "name", "bom"),
    [
        (TEXT.encode(), None, "utf-8", False),
        (TEXT.encode("utf-8-sig"), None, "utf-8", True),
        (TEXT.encode("utf-8-sig"), "utf-8-sig", "utf-8", True),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), None, "utf-16-le", True),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), None, "utf-16-be", True),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "cp1252", "utf-16-be", True),  # the mark says more
        (TEXT.encode("utf-16-be"), "utf-16-be", "utf-16-be", False),
        (TEXT.encode("utf-32-le"), "utf-32-le", "utf-32-le", False),
        (TEXT.encode("gb18030"), "GB18030", "gb18030", False),
    ],
)
def test_every_encoding_gives_the_same_rows(
    content: bytes, encoding: str | None, name: str, bom: bool, step: int
) -> None:
    with open_source(Trickle(content, step), encoding=encoding) as source:
        assert (source.encoding, source.bom) == (name, bom)
        assert source.names == ("Číslo", "E-Mail", "Straße")
        assert rows_of(source, 64) == [
            {"Číslo": "Жюли", "E-Mail": "a@example.com", "Straße": "日本"},
            {"Číslo": "Émile", "E-Mail": "b@example.com", "Straße": "😀"},
        ]


@pytest.mark.clause("LEAD-1")
@settings(max_examples=100)
@given(
    st.text(st.characters(codec="cp1252", exclude_characters='\r\n",;\t\0')).filter(bool),
    st.sampled_from([1, 7, 4096]),
)
def test_cp1252_is_transcoded(value: str, step: int) -> None:
    content = f'a,b\n"{value}",1\n'.encode("cp1252")
    assert rows_of(open_source(Trickle(content, step), encoding="cp1252")) == [{"a": value, "b": "1"}]


@pytest.mark.clause("LEAD-1")
@pytest.mark.parametrize(
    ("content", "encoding", "line", "column"),
    [
        ("a,b\n1,2\n3,Müller\n".encode("latin-1"), None, 3, 4),
        ("a,Müller\n1,2\n".encode("latin-1"), None, 1, 4),
        ("a,b\n1,ü2\n".encode() + b"\xc3", None, 3, 1),
        (b"a,b\n1,\x81\n", "cp1252", 2, 3),
        ("a,b\n1,Müller\n".encode(), "ascii", 2, 4),
        (codecs.BOM_UTF16_LE + "a,b\n1,x\n".encode("utf-16-le") + b"\x00\xd8,\x00\n\x00", None, 3, 1),
        (codecs.BOM_UTF16_LE + "a,b\n1,x\n3,4".encode("utf-16-le") + b"x", None, 3, 4),
    ],
    ids=["latin-1", "in the header", "cut off", "cp1252 gap", "ascii", "lone surrogate", "half a UTF-16 unit"],
)
def test_bytes_that_are_no_text_are_named_with_line_and_column(
    content: bytes, encoding: str | None, line: int, column: int
) -> None:
    fault = fault_of(content, encoding=encoding)
    assert (fault.reason, fault.line, fault.column) == (CsvFault.INVALID_ENCODING, line, column)
    assert "encoding=" in str(fault)
    assert "ller" not in str(fault)


def test_a_wrong_stateful_encoding_is_a_fault_too() -> None:
    assert fault_of(b"a,b\n1,\x1b$Z\n", encoding="iso2022_jp").reason == CsvFault.INVALID_ENCODING


@pytest.mark.parametrize("encoding", ["klingon", "base64", "rot13", "utf\0"])
def test_an_unknown_encoding_is_refused(encoding: str) -> None:
    fault = fault_of(b"a,b\n1,2\n", encoding=encoding)
    assert fault.reason == CsvFault.UNKNOWN_ENCODING
    assert "cp1252" in str(fault)


# Delimiters and headers


@pytest.mark.clause("LEAD-1")
@pytest.mark.parametrize(
    ("text", "delimiter", "names"),
    [
        ("a,b\n1,2\n", ",", ("a", "b")),
        ("a;b\n1;2\n", ";", ("a", "b")),
        ("a\tb\n1\t2\n", "\t", ("a", "b")),
        ("a\n1\n", ",", ("a",)),
        ('"a,b,c";d\n1;2\n', ";", ("a,b,c", "d")),
        ("Company, Inc;E-Mail;Phone\nx;y;z\n", ";", ("Company, Inc", "E-Mail", "Phone")),
        ("name, first;mail\nx;y\n", ";", ("name, first", "mail")),
        ("name, first;mail\nx;y", ";", ("name, first", "mail")),
        ('"a ""x""",b\n1,2\n', ",", ('a "x"', "b")),
        ('"two\nlines",b\n1,2\n', ",", ("two\nlines", "b")),
        (" a , b\n1,2\n", ",", (" a ", " b")),
        (',a\n"0",1\n', ",", ("", "a")),
        ("sep=;\na;b,c\n1;2\n", ";", ("a", "b,c")),
        ("sep=|\r\na|b\r\n1|2\r\n", "|", ("a", "b")),
    ],
)
def test_delimiter_and_names_come_from_the_header(text: str, delimiter: str, names: tuple[str, ...]) -> None:
    with opened(text.encode()) as source:
        assert (source.delimiter, source.names) == (delimiter, names)
        assert len(rows_of(source)) == 1


def test_the_callers_delimiter_wins() -> None:
    with opened(b"sep=,\na;b|c,d,e\n1|2\n", delimiter="|") as source:
        assert source.names == ("a;b", "c,d,e")
        assert next(iter(source.blocks())).first_line == 3


@pytest.mark.parametrize("delimiter", [",,", '"', "\n", "\0", "é", "a", "1", "-", "."])
def test_an_impossible_delimiter_is_refused(delimiter: str) -> None:
    assert fault_of(b"a,b\n1,2\n", delimiter=delimiter).reason == CsvFault.BAD_DELIMITER


@pytest.mark.clause("LEAD-1")
@pytest.mark.parametrize(
    ("content", "reason", "line", "column"),
    [
        (b"", CsvFault.EMPTY_FILE, 1, 1),
        (b"\xef\xbb\xbf", CsvFault.EMPTY_FILE, 1, 1),
        (b"\n\r\n\n", CsvFault.EMPTY_FILE, 1, 1),
        (b"a,b", CsvFault.NO_ROWS, 1, 1),
        (b"a,b\n", CsvFault.NO_ROWS, 2, 1),
        (b"a\r\n", CsvFault.NO_ROWS, 2, 1),
        (b"a,b\n\n\r\n", CsvFault.NO_ROWS, 4, 1),
        (b"a,b,a\n1,2,3\n", CsvFault.DUPLICATE_HEADER, 1, 5),
        ('ü,"b\nb",ü\n1,2,3\n'.encode(), CsvFault.DUPLICATE_HEADER, 2, 4),
        (b"a,,\n1,2,3\n", CsvFault.DUPLICATE_HEADER, 1, 4),
        (b'a,"b\n1,2\n', CsvFault.UNCLOSED_QUOTE, 1, 3),
        (b'"a"x,b\n1,2\n', CsvFault.STRAY_QUOTE, 1, 4),
        (b'"a;b";"c;d",e\n1;2\n', CsvFault.STRAY_QUOTE, 1, 12),
        (b"a\0,b\n1,2\n", CsvFault.NUL_BYTE, 1, 2),
        (b"a,b\r1,2\r", CsvFault.LONE_CR, 1, 4),
        (b"a,b\r" + b"1,2\r" * 500_000, CsvFault.LONE_CR, 1, 4),
        (b"a" * 2_000_000, CsvFault.OVER_LONG_FIELD, 1, 1),
    ],
)
def test_a_fault_of_the_whole_file_is_raised_when_it_is_opened(
    content: bytes, reason: CsvFault, line: int, column: int
) -> None:
    with pytest.raises(InvalidInput) as caught:
        opened(content)
    fault = caught.value
    assert (fault.reason, fault.line, fault.column) == (reason, line, column)


# What is no CSV file


def archive(kind: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(kind, b"<xml/>")
    return out.getvalue()


def arrow_file(tmp_path: Path, write: Any) -> bytes:
    write(pa.table({"a": [1, 2, 3]}), tmp_path / "file")
    return (tmp_path / "file").read_bytes()


def database(tmp_path: Path) -> bytes:
    with sqlite3.connect(tmp_path / "db") as connection:
        connection.execute("create table t (a)")
    connection.close()
    return (tmp_path / "db").read_bytes()


@pytest.mark.clause("LEAD-1", "FILE-1")
@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("xlsx", "save the sheet as CSV"),
        ("xls", "save the sheet as CSV"),
        ("gzip", "gunzip"),
        ("bzip2", "bunzip2"),
        ("xz", "unxz"),
        ("parquet", ".parquet"),
        ("arrow", "pass the table"),
        ("sqlite", "export the table"),
        ("png", "PNG"),
        ("json", "JSON"),
        ("html", "web page"),
        ("utf-16", "encoding='utf-16-le'"),
        ("utf-16-be", "encoding='utf-16-be'"),
        ("random", "binary data"),
    ],
)
def test_another_format_is_refused_with_advice(kind: str, advice: str, tmp_path: Path) -> None:
    content = {
        "xlsx": lambda: archive("xl/workbook.xml"),
        "xls": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
        "gzip": lambda: gzip.compress(TEXT.encode()),
        "bzip2": lambda: bz2.compress(TEXT.encode() * 50),
        "xz": lambda: lzma.compress(TEXT.encode()),
        "parquet": lambda: arrow_file(tmp_path, pq.write_table),
        "arrow": lambda: arrow_file(tmp_path, pyarrow.feather.write_feather),
        "sqlite": lambda: database(tmp_path),
        "png": lambda: b"\x89PNG\r\n\x1a\n" + bytes(100),
        "json": lambda: b'\n[{"email": "a@example.com"}]\n',
        "html": lambda: b"\n<!DOCTYPE html>\n<title>Sign in</title>",
        "utf-16": lambda: TEXT.replace("Číslo", "n").encode("utf-16-le"),
        "utf-16-be": lambda: "a,b\n1,2\n".encode("utf-16-be"),
        "random": lambda: bytes(range(256)) * 8,
    }[kind]()
    fault = fault_of(content)
    assert fault.reason == CsvFault.NOT_TEXT
    assert advice in str(fault)


@pytest.mark.parametrize("header", ["PAR1,GIF8", "BZh,b", "pk,id", "sep=x,b", "{a},b", "ARROW1,x"])
def test_a_column_may_be_called_like_the_signature_of_another_format(header: str) -> None:
    with opened(f"{header}\n1,2\n".encode()) as source:
        assert source.names == tuple(header.split(","))


# Files and file objects


def test_a_path_is_opened_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(b"a,b\n1,2\n")
    for name in (path, str(path)):
        with open_source(name) as source:
            assert source.size == 8
            assert rows_of(source) == [{"a": "1", "b": "2"}]
        assert source._text._file.closed


def test_a_callers_file_stays_open_and_is_read_from_where_it_stands() -> None:
    file = io.BytesIO(b"skip this\na,b\n1,2\n")
    file.readline()
    with open_source(file) as source:
        assert source.size == 8
        assert source.names == ("a", "b")
    assert not file.closed


def test_a_file_that_turns_out_bad_is_closed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[io.FileIO] = []
    real = io.FileIO

    def remembering(path: str) -> io.FileIO:
        files.append(real(path))
        return files[-1]

    monkeypatch.setattr("trustleads.enrichment.csvio.source.io.FileIO", remembering)
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(InvalidInput, match="empty"):
        open_source(tmp_path / "empty.csv")
    assert [file.closed for file in files] == [True]


def test_a_pipe_has_no_size_and_is_read_all_the_same() -> None:
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as file:
            file.write(b"a,b\n" + b"1,2\n" * 100_000)

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(reading, "rb", buffering=0) as file, open_source(file) as source:
        assert source.size is None
        assert len(rows_of(source, 10_000)) == 100_000
    thread.join()


@pytest.mark.parametrize(
    ("name", "reason"), [("missing.csv", "not_found"), (".", "is_a_folder"), ("no/folder.csv", "not_found")]
)
def test_a_path_that_cannot_be_read_is_an_error_that_names_it(name: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot read .*" + name) as caught:
        open_source(tmp_path / name)
    assert caught.value.reason == reason


def test_a_text_file_is_refused() -> None:
    with pytest.raises(InvalidInput, match="binary mode"):
        open_source(io.StringIO("a,b\n1,2\n"))  # type: ignore[arg-type]


def test_a_broken_disk_is_told_from_a_mistake() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 100_000:
                raise OSError(5, "Input/output error")
            return super().read(min(size or 0, 100_000 - self.tell()))

    broken: BinaryIO = Broken(b"a,b\n" + b"1,2\n" * 100_000)
    source = open_source(broken)
    with pytest.raises(Unavailable, match="cannot read the input: Input/output error") as caught:
        rows_of(source)
    assert isinstance(caught.value, TrustLeadsError)
    assert caught.value.retryable


# The first rows


def test_first_rows_take_nothing_away() -> None:
    content = b"a,b\n" + b"1,2\n" * 10 + b"bad\n" + b"3,4\n" * 2000
    with opened(content) as source:
        assert first_rows(source, 12).to_pylist()[9:] == [{"a": "1", "b": "2"}, *[{"a": "3", "b": "4"}] * 2]
        assert first_rows(source, 5000).num_rows == 2010
        block = next(iter(source.blocks()))
        assert (block.index, block.first_line, block.start_offset) == (0, 2, 4)


def test_first_rows_of_a_file_whose_first_row_does_not_end() -> None:
    with opened(b"a,b\n" + b"x" * 3_000_000 + b"\n1,2\n") as source:
        assert first_rows(source, 5).num_rows == 0
        assert first_rows(source, 5).schema.names == ["a", "b"]
        assert parse_block(next(iter(source.blocks())), source, on_bad_row="report").bad_rows[0].line == 2
