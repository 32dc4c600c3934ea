"""What a type checker knows of the front door is what happens, and every option is said once."""

from __future__ import annotations

import asyncio
import inspect
import re
from pathlib import Path
from typing import Never, get_overloads, get_type_hints

import pyarrow as pa
import pytest
from mypy import api as mypy

import trustleads as tl
from trustleads.signatures import OutputOptions, SupportsArrowStream

SNIPPET = """
from pathlib import Path
from typing import Any, BinaryIO, TypedDict

import pandas as pd
import polars as pl
import pyarrow as pa
import trustleads as tl
from trustleads.integrations._leads import Leads


class Lead(TypedDict):
    email: str


async def front_door(pandas: pd.DataFrame, polars: pl.DataFrame, rows: list[dict[str, str]], typed: list[Lead]) -> None:
    reveal_type(tl.enrich(pandas))  # DataFrame
    reveal_type(tl.enrich(polars, workers=2))  # polars DataFrame
    reveal_type(tl.enrich(rows))  # list
    reveal_type(tl.enrich(typed))  # list
    reveal_type(tl.enrich([{"email": "ann@firm.example", "age": 3}]))  # list
    reveal_type(tl.enrich(pandas, to="out.csv", formulas="keep"))  # Summary
    reveal_type(tl.enrich("in.csv", to=Path("out.csv"), encoding="cp1252"))  # Summary
    reveal_type(await tl.aenrich(pandas, org="acme"))  # DataFrame
    reveal_type(await tl.aenrich(rows))  # list
    reveal_type(await tl.aenrich(rows, to="out.csv"))  # Summary
    reveal_type(Leads(polars).enrich(want={"email": 0.9}))  # polars DataFrame
    reveal_type(Leads(polars).enrich(to="out.csv"))  # Summary
    tl.enrich("in.csv", encoding="cp1252")
    tl.enrich(pa.table({}))
    tl.enrich(pandas, wnt={})  # error: call-overload
    tl.enrich(pandas, encoding="cp1252")  # error: call-overload
    tl.enrich(rows, formulas="keep")  # error: call-overload
    await tl.aenrich(pandas, prefix=3)  # error: call-overload
    tl.enrichh(pandas)  # error: attr-defined
"""
TYPES = {
    "DataFrame": "pandas.core.frame.DataFrame",
    "polars DataFrame": "polars.dataframe.frame.DataFrame",
    "list": "list[dict[str, Any]]",
    "Summary": "trustleads.enrichment.summary.model.Summary",
}


def test_a_type_checker_is_told_the_truth(tmp_path: Path) -> None:
    path = tmp_path / "snippet.py"
    path.write_text(SNIPPET, encoding="utf-8")
    said, faults, _ = mypy.run(["--strict", "--no-color-output", str(path)])
    assert not faults
    revealed = {int(n): kind for n, kind in re.findall(r':(\d+): note: Revealed type is "(.*)"', said)}
    errors = {int(n): code for n, code in re.findall(r":(\d+): error: .*\[([a-z-]+)\]", said)}
    lines = dict(enumerate(SNIPPET.splitlines(), 1))
    assert revealed == {n: TYPES[line.split("# ")[1]] for n, line in lines.items() if "reveal_type(" in line}
    assert errors == {n: line.split("# error: ")[1] for n, line in lines.items() if "# error: " in line}


def test_the_options_of_all_doors_are_those_of_enrich() -> None:
    hints = get_type_hints(tl.enrich)
    own = {name: hints[name] for name in inspect.signature(tl.enrich).parameters if name not in ("data", "to")}
    assert get_type_hints(OutputOptions) == own
    previewed = {name: hint for name, hint in get_type_hints(tl.preview).items() if name not in ("data", "return")}
    required = ("providers", "want")
    assert {name: hint for name, hint in previewed.items() if name not in required}.items() <= own.items()


@pytest.mark.parametrize("function", [tl.enrich, tl.aenrich, tl.preview, tl.summary, tl.detect_columns])
def test_every_option_is_explained(function: object) -> None:
    assert callable(function)
    for name in inspect.signature(function).parameters:
        assert re.search(rf"^\s+{name}: ", function.__doc__ or "", re.MULTILINE), name


def test_a_reader_would_block_the_loop_and_is_refused() -> None:
    reader = pa.table({"email": ["ann@firm.example"]}).to_reader()
    with pytest.raises(tl.InvalidInput, match=r"block the event loop: pass to=, .* reader\.read_all\(\)"):
        asyncio.run(tl.aenrich(reader))
    assert asyncio.run(tl.aenrich(reader.read_all())).num_rows == 1


def test_a_type_checker_is_told_that_a_reader_is_refused() -> None:
    hints = [get_type_hints(overload) for overload in get_overloads(tl.aenrich)]
    readers = [hint["return"] for hint in hints if hint["data"] is pa.RecordBatchReader]
    streams = [place for place, hint in enumerate(hints) if hint["data"] is SupportsArrowStream]
    assert readers == [Never]
    assert [hint["data"] for hint in hints].index(pa.RecordBatchReader) < streams[0]  # which a reader is as well


def test_a_reader_is_written_to_a_file_beside_the_loop(tmp_path: Path) -> None:
    reader = pa.table({"email": ["ann@firm.example"]}).to_reader()
    assert asyncio.run(tl.aenrich(reader, to=tmp_path / "out.csv")).rows == 1
