"""Reading and writing CSV, step by step, beside bare pyarrow and Python's csv module; prints JSON.

    python benchmarks/csv_io.py --rows 1000000

One thread, CPU milliseconds per million rows, best and all of some rounds. The file is the benchmarks' own (as
it is: LF, quotes where needed), the same with every field in quotes, and the same with CR LF; it lies in memory
where the system has a place for that (/dev/shm).
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import generate
import harness
import pyarrow as pa
import pyarrow.csv as pa_csv

from trustleads.enrichment.csvio import Block, CsvSource, Encoder, neutralise, open_source, parse_block
from trustleads.enrichment.csvio.parse import _is_clean
from trustleads.enrichment.csvio.scan import records

ROUNDS = 5
SCANNED_BLOCKS = 2  # the exact scanner is slow: a part of the file tells
STYLES: dict[str, dict[str, Any]] = {
    "plain": {"lineterminator": "\n"},
    "quoted": {"lineterminator": "\n", "quoting": csv.QUOTE_ALL},
    "crlf": {"lineterminator": "\r\n"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    memory = Path("/dev/shm")  # noqa: S108 - only a benchmark's input, in a folder of its own
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        files = make_files(Path(folder), options.rows)
        figures = {style: measure(path, options.rows, options.rounds) for style, path in files.items()}
        sizes = {style: path.stat().st_size for style, path in files.items()}
    report = {"unit": "CPU ms per 1,000,000 rows, one thread", "rows": options.rows, "bytes": sizes, "ms": figures}
    print(json.dumps({"benchmark": "csv_io", "machine": harness.machine(), **report}, indent=2))


def make_files(folder: Path, rows: int) -> dict[str, Path]:
    """Write the same leads in each style."""
    harness.note(f"making {rows:,} rows")
    generate.write(folder / "leads.csv", rows)
    paths = {style: folder / f"{style}.csv" for style in STYLES}
    for style, options in STYLES.items():
        with (
            (folder / "leads.csv").open(newline="", encoding="utf-8") as source,
            paths[style].open("w", newline="", encoding="utf-8") as target,
        ):
            csv.writer(target, **options).writerows(csv.reader(source))
    return paths


def encode(encoder: Encoder, batches: list[pa.RecordBatch]) -> None:
    """Encode what was parsed, and let it go."""
    for batch in batches:
        encoder.write(encoder.writable(batch), len)


def measure(path: Path, rows: int, rounds: int) -> dict[str, Any]:
    """Time each step on one file."""
    harness.note(f"measuring {path.name}")

    def timed(step: Callable[[], object], share: float = 1.0) -> dict[str, Any]:
        seconds = []
        for _ in range(rounds):
            start = time.process_time()
            step()
            seconds.append((time.process_time() - start) / (rows * share) * 1e9)
        return harness.spread(seconds, 1)

    blocks, source = read_blocks(path), open_source(path)
    batches = [parse_block(block, source).batch for block in blocks]
    encoder, bare_encoder = Encoder(), Encoder(escape_formulas=False)
    first = [bytes(block.data) for block in blocks[:SCANNED_BLOCKS]]
    share = sum(batch.num_rows for batch in batches[:SCANNED_BLOCKS]) / rows
    result = {
        "read and cut into blocks": timed(lambda: read_blocks(path)),
        "checks before parsing": timed(lambda: [_is_clean(block.data) for block in blocks]),
        "checks and parsing": timed(lambda: [parse_block(block, source).batch.num_rows for block in blocks]),
        "exact scanner": timed(lambda: [sum(1 for _ in records(data, source.layout)) for data in first], share),
        "formula check, all columns": timed(lambda: [[neutralise(c) for c in batch.columns] for batch in batches]),
        "encoding with formula check": timed(lambda: encode(encoder, batches)),
        "encoding without": timed(lambda: encode(bare_encoder, batches)),
        "rival: pyarrow read_csv, text columns": timed(lambda: pyarrow_read(path, source)),
        "rival: pyarrow write_csv": timed(lambda: pyarrow_write(batches)),
        "rival: csv.reader": timed(lambda: python_read(path)),
    }
    source.close()
    return result


def read_blocks(path: Path) -> list[Block]:
    with open_source(path) as source:
        return list(source.blocks())


def pyarrow_read(path: Path, source: CsvSource) -> int:
    """Read the whole file at once, without the checks."""
    kinds = dict.fromkeys(source.names, pa.string())
    table = pa_csv.read_csv(
        path,
        pa_csv.ReadOptions(use_threads=False),
        pa_csv.ParseOptions(newlines_in_values=True),
        pa_csv.ConvertOptions(column_types=kinds),
    )
    return int(table.num_rows)


def pyarrow_write(batches: list[pa.RecordBatch]) -> None:
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(pa.Table.from_batches(batches), sink)


def python_read(path: Path) -> int:
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file))


if __name__ == "__main__":
    main()
