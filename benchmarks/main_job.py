"""Every figure of the main job in one run, as JSON, beside its rivals and the least that was promised.

    python benchmarks/main_job.py                       all of it, a million rows
    python benchmarks/main_job.py --only race cores     some parts: race, kernels, memory, import, cores
    python benchmarks/main_job.py --rows 200000 --dir benchmarks/data

Rivals and we take turns, each run in a process of its own, warmed up. Files lie in memory where the system has
such a folder (the JSON says where), because a disk that has just taken gigabytes is slower for the next one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import generate
from harness import Promise, in_child, machine, note, spread
from rivals import head

HERE = Path(__file__).resolve().parent
RIVALS = HERE / "rivals.py"
MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - a fresh folder is made in it
ROOM_PER_ROW = 4_000  # bytes: five times the rows in and out, and a second output
NAIVE_ROWS = 50_000
ROUNDS = {"ours": 5, "bare": 5, "parts": 3, "parts-polars": 3, "parts-processes": 3, "naive": 2}
KERNELS = {
    "email_leads": ("email_kernel.py", "--corpus", "leads"),
    "email_hostile": ("email_kernel.py", "--corpus", "hostile"),
    "phone_leads": ("phone_kernel.py", "--corpus", "leads"),
    "phone_examples": ("phone_kernel.py", "--corpus", "examples"),
    "phone_messy": ("phone_kernel.py", "--corpus", "messy"),
}
UNWANTED = ("numpy", "pyarrow", "pydantic", "pandas", "polars", "duckdb", "sqlalchemy", "stripe")
TIMED_IMPORT = "import time; begin = time.perf_counter(); import {0}; print(time.perf_counter() - begin)"


@dataclass(frozen=True)
class Bench:
    """Where the files are, and how many rows they have."""

    folder: Path
    rows: int

    def leads(self, rows: int) -> Path:
        """Give a file of generated leads, made on first use."""
        path = self.folder / f"leads-{rows}.csv"
        if not path.exists():
            note(f"generating {rows:,} rows")
            generate.write(path, rows)
        return path

    def run(self, way: str, leads: Path, *options: object, cpus: int | None = None) -> dict[str, Any]:
        """Do the job once in one of the ways."""
        to = self.folder / f"{way}.csv"
        result: dict[str, Any] = in_child(RIVALS, way, leads, to, *options, cpus=cpus)
        if way != "ours":  # "bare" writes what we wrote; nobody needs the others
            to.unlink()
        note(f"{way} on {leads.name}: {result['seconds']:.2f} s, {result['cpu_seconds']:.2f} s of processor time")
        return result


def race(bench: Bench) -> dict[str, Any]:
    """Run CSV to CSV against the rivals, in turns."""
    leads = bench.leads(bench.rows)
    few = head(leads, min(NAIVE_ROWS, bench.rows), bench.folder)
    rows = {way: min(NAIVE_ROWS, bench.rows) if way == "naive" else bench.rows for way in ROUNDS}
    results: dict[str, list[dict[str, Any]]] = {way: [] for way in ROUNDS}
    for number in range(max(ROUNDS.values())):
        for way in (way for way, rounds in ROUNDS.items() if number < rounds):
            options = ("--enriched", bench.folder / "ours.csv") if way == "bare" else ()
            results[way].append(bench.run(way, few if way == "naive" else leads, *options))
    return {
        "rows": bench.rows,
        "bytes_in": leads.stat().st_size,
        "ways": {way: _way(runs, rows[way]) for way, runs in results.items()},
        "ours_times_as_fast": {
            way: {
                kind: round(_speed(results["ours"], bench.rows, kind) / _speed(runs, rows[way], kind), 2)
                for kind in ("best", "median")
            }
            for way, runs in results.items()
        },
    }


def _way(runs: list[dict[str, Any]], rows: int) -> dict[str, Any]:
    return {
        "rows": rows,
        "seconds": spread([run["seconds"] for run in runs]),
        "cpu_seconds": spread([run["cpu_seconds"] for run in runs]),
        "rows_per_second": round(_speed(runs, rows, "best")),
        "bytes_out": runs[-1]["bytes"],
    }


def _speed(runs: list[dict[str, Any]], rows: int, kind: str) -> float:
    return float(rows / spread([run["seconds"] for run in runs], digits=6)[kind])


def kernels(_bench: Bench) -> dict[str, Any]:
    """Run the kernels' own benchmarks, each of which compares its answers too."""
    results = {}
    for name, (script, *options) in KERNELS.items():
        note(f"kernel {name}")
        results[name] = in_child(HERE / script, *options)
    return results


def memory(bench: Bench) -> dict[str, Any]:
    """Measure the peak of resident memory, file to file, at the usual number of rows and at five times it."""
    few, many = (bench.run("ours", bench.leads(rows)) for rows in (bench.rows, 5 * bench.rows))
    return {
        "rows": [bench.rows, 5 * bench.rows],
        "peak_mb": [round(run["peak_mb"], 1) for run in (few, many)],
        "growth": round(many["peak_mb"] / few["peak_mb"] - 1, 3),
        "seconds": [round(run["seconds"], 2) for run in (few, many)],
    }


def cores(bench: Bench) -> dict[str, Any]:
    """Compare two processors with one, both by what the process may use and by the number of workers."""
    leads = bench.leads(bench.rows)
    times: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(ROUNDS["ours"]):
        for cpus, seconds in times.items():
            seconds.append(bench.run("ours", leads, "--workers", cpus, cpus=cpus)["seconds"])
    return {
        "one": spread(times[1]),
        "two": spread(times[2]),
        "ratio": _ratio(times[1], times[2]),
    }


def imports(_bench: Bench) -> dict[str, Any]:
    """Time ``import trustleads`` and ``import pyarrow`` in fresh interpreters, in turns."""
    times: dict[str, list[float]] = {"trustleads": [], "pyarrow": []}
    for _ in range(9):
        for name, seconds in times.items():
            seconds.append(in_child("-c", TIMED_IMPORT.format(name)))
    loaded = in_child(
        "-c", f"import json, sys, trustleads; print(json.dumps([m for m in {UNWANTED} if m in sys.modules]))"
    )
    return {
        **{name: spread([1000 * s for s in seconds], digits=1) for name, seconds in times.items()},
        "share": _ratio(times["trustleads"], times["pyarrow"]),
        "unwanted_modules_loaded": loaded,
    }


def _ratio(above: list[float], below: list[float]) -> dict[str, float]:
    return {kind: round(spread(above, 6)[kind] / spread(below, 6)[kind], 3) for kind in ("best", "median")}


PARTS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "race": race,
    "kernels": kernels,
    "memory": memory,
    "import": imports,
    "cores": cores,
}


def _raced(way: str) -> Callable[[dict[str, Any]], float]:
    return lambda race: float(race["ours_times_as_fast"][way]["best"])


def _kernel(name: str, figure: str = "ratio") -> Callable[[dict[str, Any]], float]:
    return lambda kernels: float(kernels[name][figure])


PROMISES = (
    Promise("CSV to CSV, times as fast as the row loop", "race", _raced("naive"), at_least=50),
    Promise("CSV to CSV, times as fast as the best open parts", "race", _raced("parts"), at_least=3.5),
    Promise(
        "CSV to CSV, times the time of bare reading and writing", "race", lambda r: 1 / _raced("bare")(r), at_most=2.5
    ),
    Promise("e-mail kernel against email-validator, leads", "kernels", _kernel("email_leads"), at_least=60),
    Promise("e-mail kernel against email-validator, hostile", "kernels", _kernel("email_hostile"), at_least=2),
    Promise("phone kernel against phonenumbers, leads", "kernels", _kernel("phone_leads"), at_least=60),
    Promise("phone kernel against phonenumbers, examples", "kernels", _kernel("phone_examples"), at_least=40),
    Promise("phone kernel against phonenumbers, messy", "kernels", _kernel("phone_messy"), at_least=10),
    Promise("phone rows on the exact path, messy", "kernels", _kernel("phone_messy", "exact_share"), at_most=0.06),
    Promise("kernel answers that differ", "kernels", lambda k: sum(c["differences"] for c in k.values()), at_most=0),
    Promise("peak memory in MB", "memory", lambda m: float(max(m["peak_mb"])), at_most=500),
    Promise("growth of peak memory with five times the rows", "memory", lambda m: float(abs(m["growth"])), at_most=0.1),
    Promise("import trustleads, share of import pyarrow", "import", lambda i: float(i["share"]["best"]), at_most=0.5),
    Promise("unwanted modules it loads", "import", lambda i: float(len(i["unwanted_modules_loaded"])), at_most=0),
    Promise("two cores against one", "cores", lambda c: float(c["ratio"]["best"]), at_least=1.4),
)


def _roomy_folder(rows: int) -> Path:
    in_memory = MEMORY_FOLDER.is_dir() and shutil.disk_usage(MEMORY_FOLDER).free > rows * ROOM_PER_ROW
    return MEMORY_FOLDER if in_memory else HERE / "data"


def main() -> None:
    """Run what the command line asks for and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--dir", type=Path, help="where the files lie while it runs; in memory by default")
    options = parser.parse_args()
    place = options.dir or _roomy_folder(options.rows)
    place.mkdir(parents=True, exist_ok=True)
    about = {**machine(), "files_in": str(place), "files_in_memory": place.is_relative_to(MEMORY_FOLDER)}
    with tempfile.TemporaryDirectory(prefix="trustleads-bench-", dir=place) as folder:
        results = {part: PARTS[part](Bench(Path(folder), options.rows)) for part in options.only}
    promises = [promise.judge(results) for promise in PROMISES if promise.part in results]
    print(json.dumps({"machine": about, **results, "promises": promises}, indent=2))


if __name__ == "__main__":
    main()
