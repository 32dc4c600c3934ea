"""Files as sources: damaged ones are the input's fault, and progress reaches its total."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trustleads.core.errors import InvalidInput, Unavailable
from trustleads.enrichment.files.inputs import open_input

pytestmark = pytest.mark.clause("LEAD-1")


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    path = tmp_path / "leads.parquet"
    pq.write_table(pa.table({"email": [f"lead.{n}@firm.example" for n in range(5000)]}), path, compression="snappy")
    return path


def damage(path: Path, start: int, end: int) -> None:
    data = path.read_bytes()
    start, end = start % len(data), end % len(data)
    path.write_bytes(data[:start] + b"\xff" * (end - start) + data[end:])


def read_all(path: Path) -> int:
    with open_input(path) as source:
        return sum(source.parse(piece).batch.num_rows for piece in source.pieces())


def read_sample(path: Path) -> int:
    with open_input(path) as source:
        rows: int = source.sample().num_rows
        return rows


@pytest.mark.parametrize("read", [read_all, read_sample])
@pytest.mark.parametrize("where", [(40, 240), (4000, 7000), (4, 24), (-60, -20), (-8, -4), (-4, -1)], ids=str)
def test_a_damaged_parquet_file_is_the_inputs_fault(
    parquet: Path, where: tuple[int, int], read: Callable[[Path], int]
) -> None:
    assert read(parquet) > 0
    damage(parquet, *where)
    with pytest.raises(InvalidInput, match=r"leads\.parquet is no Parquet file, or is damaged") as caught:
        read(parquet)
    assert caught.value.reason == "not_parquet"
    assert not caught.value.retryable


@pytest.mark.clause("GDPR-1")
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("path", ["email\nsecret", "email\rsecret", "email;secret" * 30, "secret\0", "secret\ud800"])
def test_what_only_looks_like_a_path_is_not_shown(path: str, suffix: str) -> None:
    content = len(path) > 255 or "\n" in path or "\r" in path
    words = r"io\.BytesIO\(text\.encode\(\)\)" if content else "a path cannot hold a NUL"
    with pytest.raises(InvalidInput, match=words) as caught, open_input(path + suffix):
        pass
    assert caught.value.reason == "bad_path"
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_path_with_a_line_break_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "two\nlines.csv"
    path.write_bytes(b"email\nann@firm.example\n")
    assert read_all(path) == 1


def test_a_disk_that_fails_is_not(parquet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Iterator[pa.RecordBatch]:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(pq.ParquetFile, "iter_batches", broken)
    with pytest.raises(Unavailable, match=r"cannot read .*leads.parquet: Input/output error"):
        read_all(parquet)


@pytest.mark.clause("LEAD-6")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"], ids=repr)
@pytest.mark.parametrize("block", [7, 1 << 20])
def test_progress_adds_up_to_the_size_of_the_file(
    encoding: str, end: str, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trustleads.enrichment.csvio.CsvSource.blocks.__defaults__", (block,))
    data = ("\n\nemail,náme\n\n" + "ann@firm.example,Ánn\n" * 20 + "x,y" + end).encode(encoding)
    given = encoding if encoding == "cp1252" else None
    with open_input(io.BytesIO(data), encoding=given) as source:
        source.sample()
        done = [source.parse(piece).done for piece in source.pieces()]
    assert source.total == len(data)
    assert sum(done) == len(data)
    assert min(done) >= 0
