"""Every figure of the waterfall in one run, as JSON, each beside the ideal, the limit or the oracle it is held against.

    python benchmarks/waterfall.py                      all of it; about a quarter of an hour
    python benchmarks/waterfall.py --only speed rate    some parts: speed, rate, memory, bills, cheapest
    python benchmarks/waterfall.py --scale 0.1          a tenth of the rows: quick, and starting weighs more

Providers are the doubles of trustleads.testing over TLS on this machine, in processes of their own; only the mixes of
"cheapest" are simulated inside. Seconds are those of the whole call of enrich(), connections and the end too, in a
process that has done a short job without providers before.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mixes
from harness import Promise, in_child, machine, note, spread
from waterfall_runs import IN_FLIGHT, IN_FLIGHT_BULK, LATENCY

RUNS = Path(__file__).resolve().parent / "waterfall_runs.py"
IDEAL, IDEAL_BULK = IN_FLIGHT / LATENCY, 100 * IN_FLIGHT_BULK / LATENCY  # rows a second
ROUNDS = 3
LIMITS: dict[str, tuple[int, list[tuple[int, float]]]] = {  # rows, and limits as calls in seconds
    "one limit": (30_000, [(500, 1.0)]),
    "two limits at once": (1_800, [(100, 1.0), (600, 12.0)]),
}
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a fresh folder is made in it


@dataclass(frozen=True)
class Bench:
    """How much of everything."""

    scale: float
    folder: Path | None

    def rows(self, usual: int) -> int:
        """Give a number of rows."""
        return max(200, round(usual * self.scale))

    def run(self, name: str, rows: int, *options: object) -> dict[str, Any]:
        """Do one of the runs in a process of its own."""
        place = () if self.folder is None else ("--dir", self.folder)
        result: dict[str, Any] = in_child(RUNS, name, "--rows", rows, *options, *place)
        note(f"{name}, {rows:,} rows: {json.dumps(result)[:300]}")
        return result


def speed(bench: Bench) -> dict[str, Any]:
    """Ask about every lead with a call of its own, in turns with the adapter alone; then a hundred leads per call."""
    rows, many = bench.rows(40_000), bench.rows(200_000)
    runs: dict[str, list[dict[str, Any]]] = {"alone": [], "speed": [], "bulk": []}
    for _ in range(ROUNDS):
        for name, results in runs.items():
            results.append(bench.run(name, many if name == "bulk" else rows))
    lone = statistics.median(run["lone_call_seconds"] for run in runs["alone"])
    return {
        "latency_asked_for": LATENCY,
        "latency_of_a_lone_call": round(lone, 4),
        "a_call_per_lead": {
            "in_flight": IN_FLIGHT,
            "ideal_rows_per_second": IDEAL,
            "ours": _speed(runs["speed"], rows, IDEAL),
            "the_adapter_alone": _speed(runs["alone"], rows, IDEAL),
        },
        "a_hundred_leads_per_call": {
            "in_flight": IN_FLIGHT_BULK,
            "ideal_rows_per_second": IDEAL_BULK,
            "ours": _speed(runs["bulk"], many, IDEAL_BULK),
        },
    }


def _speed(runs: Sequence[dict[str, Any]], rows: int, ideal: float) -> dict[str, Any]:
    seconds = spread([run["seconds"] for run in runs])
    return {
        "rows": rows,
        "seconds": seconds,
        "cpu_seconds": spread([run["cpu_seconds"] for run in runs]),
        "rows_per_second": round(rows / seconds["best"]),
        "share_of_ideal": {kind: round(rows / seconds[kind] / ideal, 3) for kind in ("best", "median")},
    }


def rate(bench: Bench) -> dict[str, Any]:
    """Ask under rate limits; the double's books say how many calls came in the busiest windows.

    A call comes when the double reads it. Where it was kept from running, calls that had come one by one are read
    together: a window that is over by no more than fit into its longest stall says nothing about us.
    """
    results = {}
    for name, (usual, limits) in LIMITS.items():
        run = bench.run("rate", rows := bench.rows(usual), "--rates", *(f"{n}/{s}" for n, s in limits))
        books = run["books"]
        fastest = _fastest(rows, limits)
        results[name] = {
            "rows": rows,
            "limits": [{"calls": calls, "seconds": seconds} for calls, seconds in limits],
            "most_in_any_window": [book["most_in_window"] for book in books],
            "calls_over": sum(
                max(0, book["most_in_window"] - calls) for book, (calls, _) in zip(books, limits, strict=True)
            ),
            "longest_stall_of_the_double_seconds": round(books[-1]["longest_stall"], 3),
            "seconds": round(run["seconds"], 3),
            "seconds_from_first_to_last_call": round(books[0]["seconds"], 3),
            "share_of_the_limit": round((rows - 1) / books[0]["seconds"] / min(n / s for n, s in limits), 3),
            "fastest_that_is_allowed_seconds": round(fastest, 3),
            "share_of_the_fastest": round(fastest / books[0]["seconds"], 3) if fastest else None,
        }
    return results


def _fastest(calls: int, limits: Sequence[tuple[int, float]]) -> float:
    """Give the seconds from the first to the last of so many calls if each comes as soon as all limits allow."""
    windows = [(deque([float("-inf")] * most, maxlen=most), seconds) for most, seconds in limits]
    last = 0.0
    for _ in range(calls):
        last = max(last, *(starts[0] + seconds for starts, seconds in windows))
        for starts, _seconds in windows:
            starts.append(last)
    return last


def memory(bench: Bench) -> dict[str, Any]:
    """Compare the memory of many leads that wait with that of a tenth of them; and have them all answered."""
    rows = bench.rows(1_000_000)
    few, many = (bench.run("queued", n, "--seconds", 40) for n in (rows // 10, rows))
    through = bench.run("through", rows)
    return {
        "queued": {
            "rows": [rows // 10, rows],
            "peak_mb": [round(run["peak_mb"], 1) for run in (few, many)],
            "growth_with_rows": round(many["peak_mb"] / few["peak_mb"] - 1, 3),
            "growth_with_time": round(many["growth"], 3),
        },
        "all_answered": {
            "rows": rows,
            "peak_mb": round(through["peak_mb"], 1),
            "growth_with_time": round(through["growth"], 3),
            "seconds": round(through["seconds"], 1),
        },
    }


def bills(bench: Bench) -> dict[str, Any]:
    """Count what is paid when one call in twenty fails, against the fewest bills that the same answers cost."""
    run = bench.run("bills", bench.rows(6_000))
    first, fewest = run["first"], run["fewest"]
    maybe = first["outcomes"].get("maybe_billed", 0)
    return {
        **run,
        "bills_to_fewest": round(first["bills"] / fewest, 4),
        "billed_twice_beyond_maybe": max(0, first["bills_of_the_same"] - maybe),
    }


def cheapest(bench: Bench) -> dict[str, Any]:
    """Let the order be learnt on five mixes of providers."""
    return {mix: bench.run("cheapest", bench.rows(20_000), "--mix", mix) for mix in mixes.MIXES}


PARTS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    part.__name__: part for part in (speed, rate, memory, bills, cheapest)
}
PROMISES = (
    Promise(
        "rows/s with 100 ms and 200 calls in flight, share of the ideal",
        "speed",
        lambda s: float(s["a_call_per_lead"]["ours"]["share_of_ideal"]["best"]),
        at_least=0.9,
    ),
    Promise(
        "calls/s under a rate limit, share of the limit",
        "rate",
        lambda r: float(r["one limit"]["share_of_the_limit"]),
        at_least=0.95,
    ),
    Promise("calls over a limit in any window", "rate", lambda r: sum(c["calls_over"] for c in r.values()), at_most=0),
    Promise(
        "peak memory in MB", "memory", lambda m: max(*m["queued"]["peak_mb"], m["all_answered"]["peak_mb"]), at_most=600
    ),
    Promise(
        "growth of peak memory with ten times the rows waiting",
        "memory",
        lambda m: float(m["queued"]["growth_with_rows"]),
        at_most=0.1,
    ),
    Promise(
        "growth of memory from the second to the last quarter of the time",
        "memory",
        lambda m: max(float(part["growth_with_time"]) for part in m.values()),
        at_most=0.1,
    ),
    Promise("paid answers, times the fewest", "bills", lambda b: float(b["bills_to_fewest"]), at_most=1.02),
    Promise("rows lost", "bills", lambda b: sum(b[run]["rows_lost"] for run in ("first", "second")), at_most=0),
    Promise("answers billed twice, beyond those marked", "bills", lambda b: b["billed_twice_beyond_maybe"], at_most=0),
    Promise(
        "order='cheapest', times the cost of the best fixed order",
        "cheapest",
        lambda c: max(float(mix["ratio"]) for mix in c.values()),
        at_most=1.1,
    ),
)


def main() -> None:
    """Run what the command line asks for and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--scale", type=float, default=1.0, help="share of the usual number of rows")
    parser.add_argument("--dir", type=Path, help="where files lie while it runs; in memory by default")
    options = parser.parse_args()
    folder = options.dir or (IN_MEMORY if IN_MEMORY.is_dir() else None)
    about = {**machine(), "files_in": str(folder)}
    results = {part: PARTS[part](Bench(options.scale, folder)) for part in options.only}
    promises = [promise.judge(results) for promise in PROMISES if promise.part in results]
    print(json.dumps({"machine": about, **results, "promises": promises}, indent=2))


if __name__ == "__main__":
    main()
