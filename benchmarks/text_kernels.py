"""The kernels of names, titles and companies on the generated file; prints JSON.

    python benchmarks/text_kernels.py --rows 1000000

One thread, CPU seconds, the best of some rounds; the kernels get plain Arrow batches of 65,536 rows. Each figure stands
beside that of the exact path called row by row on a sample, and their answers on the sample are compared.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import generate
import pyarrow as pa
from harness import machine

from trustleads.enrichment.normalize.company import normalize_companies
from trustleads.enrichment.normalize.company.domains import domain_of
from trustleads.enrichment.normalize.company.names import normal_name
from trustleads.enrichment.normalize.names import full, local, normalize_names
from trustleads.enrichment.normalize.titles import normalize_titles
from trustleads.enrichment.normalize.titles.rules import classify
from trustleads.enrichment.normalize.titles.text import normal_title

BATCH_ROWS = 65_536
ROUNDS = 5
SAMPLE_ROWS = 20_000

Columns = Sequence[pa.StringArray]


@dataclass(frozen=True, slots=True)
class Kernel:
    """One kernel: what it reads, how it is called, and the exact path for one cell (None where it takes several)."""

    columns: tuple[str, ...]
    whole: Callable[..., Any]
    exact: Callable[[str], object] | None = None
    answers: Callable[[Any], list[object]] = list


def halves(text: str) -> tuple[str | None, str | None]:
    """Split one whole name; both halves doubtful means that neither is believed."""
    first, last = full.split(text)
    return (first.text, last.text) if 1 in (first.kind, last.kind) else (None, None)


def title_of(text: str) -> tuple[object, ...]:
    """Read one title."""
    title = normal_title(text)
    return (title, *classify(title)) if title else (None, None, None)


def names_of(result: Any) -> list[object]:
    """List the names of a batch."""
    return list(zip(result.first_name.to_pylist(), result.last_name.to_pylist(), strict=True))


def titles_of(result: Any) -> list[object]:
    """List the titles of a batch."""
    columns = (result.job_title, result.seniority, result.department)
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


KERNELS = {
    "names_two_columns": Kernel(("First Name", "Last Name"), normalize_names),
    "names_whole": Kernel(("Full Name",), lambda column: normalize_names(full=column), halves, names_of),
    "names_from_addresses": Kernel(
        ("Local",), lambda column: normalize_names(local=column), lambda t: local.derive(t) or (None, None), names_of
    ),
    "titles": Kernel(("Job Title",), normalize_titles, title_of, titles_of),
    "company": Kernel(("Company",), normalize_companies, normal_name, lambda result: result.company.to_pylist()),
    "domain": Kernel(
        ("Website",), lambda column: normalize_companies(site=column), domain_of, lambda r: r.domain.to_pylist()
    ),
}


def columns_of(rows: int, seed: int) -> dict[str, list[str | None]]:
    """Make the columns that the kernels read; empty cells are null, as the reader gives them."""
    wanted = ("First Name", "Last Name", "Job Title", "Company", "Website", "Work E-Mail")
    columns: dict[str, list[str | None]] = {name: [] for name in wanted}
    for chunk in islice(generate.chunks(seed), -(-rows // generate.CHUNK)):
        for name, values in columns.items():
            values += [value or None for value in chunk.columns[name]]
    columns = {name: values[:rows] for name, values in columns.items()}
    pairs = zip(columns["First Name"], columns["Last Name"], strict=True)
    columns["Full Name"] = [" ".join(filter(None, pair)) or None for pair in pairs]
    columns["Local"] = [value and value.partition("@")[0] for value in columns.pop("Work E-Mail")]
    return columns


def measure(kernel: Kernel, columns: dict[str, list[str | None]]) -> dict[str, object]:
    """Time a kernel, and compare it with its exact path."""
    cells = [columns[name] for name in kernel.columns]
    rows = len(cells[0])
    batches = [[pa.array(c[i : i + BATCH_ROWS], pa.string()) for c in cells] for i in range(0, rows, BATCH_ROWS)]
    first = seconds(lambda: run(kernel, batches))
    best = min(seconds(lambda: run(kernel, batches)) for _ in range(ROUNDS))
    figures: dict[str, object] = {
        "rows_per_second": round(rows / best),
        "rows_per_second_first_call": round(rows / first),
        "distinct": len(set(zip(*cells, strict=True))),
    }
    if kernel.exact:
        sample = cells[0][:SAMPLE_ROWS]
        took = seconds(lambda: list(map(kernel.exact, filter(None, sample))))
        ours = kernel.answers(kernel.whole(pa.array(sample, pa.string())))
        figures["exact_rows_per_second"] = round(len(sample) / took)
        figures["differences"] = sum(
            kernel.exact(cell) != answer for cell, answer in zip(sample, ours, strict=True) if cell
        )
    return figures


def run(kernel: Kernel, batches: Sequence[Columns]) -> None:
    """Run a kernel over all batches, and keep nothing."""
    for batch in batches:
        kernel.whole(*batch)


def seconds(work: Callable[[], object]) -> float:
    """Give the CPU time of one run."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=generate.SEED)
    options = parser.parse_args()
    pa.set_cpu_count(1)
    columns = columns_of(options.rows, options.seed)
    figures = {name: measure(kernel, columns) for name, kernel in KERNELS.items()}
    print(json.dumps({"rows": options.rows, "seed": options.seed, "kernels": figures, "machine": machine()}, indent=2))


if __name__ == "__main__":
    main()
