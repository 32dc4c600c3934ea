"""One run of the waterfall in a process of its own, which prints JSON; ``waterfall.py`` puts them together.

python benchmarks/waterfall_runs.py alone --rows 40000      the adapter without us: as many calls at a time, no more
python benchmarks/waterfall_runs.py speed --rows 40000      enrich(), a call for each lead
python benchmarks/waterfall_runs.py bulk --rows 100000      enrich(), a hundred leads in each call
python benchmarks/waterfall_runs.py rate --rows 15000 --rates 500/1
python benchmarks/waterfall_runs.py queued --rows 1000000 --seconds 40      memory, most leads waiting for their turn
python benchmarks/waterfall_runs.py through --rows 1000000  memory, all of them answered
python benchmarks/waterfall_runs.py bills --rows 6000       what is paid when one call in twenty fails
python benchmarks/waterfall_runs.py cheapest --rows 20000 --mix "billed by the hit"
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import statistics
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import mixes
import pyarrow as pa
import pyarrow.csv as pa_csv
from doubles import leads, running, table

import trustleads as tl
from trustleads.enrichment.ports import Limits, Provider, Rate
from trustleads.enrichment.questions import Attribute, Question
from trustleads.testing.providers import Person, invent

LATENCY = 0.1  # seconds
IN_FLIGHT, IN_FLIGHT_BULK = 200, 10
VERIFIED, TITLED = {"email": 0.9}, {"job_title": 0.5}
FAULTS = 0.05
SMALL_BATCH = 20  # smaller than it could be, so that there are enough calls to fail
WARM_UP_ROWS = 1_000
KNOWN_SHARE = 10  # one lead in so many is known, where there are many leads
LOST = ("failed", "maybe_billed", "not_asked")
Options = argparse.Namespace


def alone(options: Options) -> dict[str, Any]:
    """Call as often as ``speed`` does, with nothing but the adapter."""
    addresses = deque(invent(number).email for number in range(options.rows))
    wanted = frozenset({Attribute.EMAIL})

    async def call_all(provider: Provider) -> list[float]:
        async def slot() -> None:
            while addresses:
                await provider.lookup([Question({Attribute.EMAIL: addresses.popleft()}, wanted)])

        first = Question({Attribute.EMAIL: invent(0).email}, wanted)
        lone = [await _timed(provider, first) for _ in range(10)]
        begin = time.perf_counter()
        await asyncio.gather(*(slot() for _ in range(IN_FLIGHT)))
        seconds = time.perf_counter() - begin
        await provider.aclose()
        return [seconds, statistics.median(lone)]

    with running("hunter", options.rows, latency=LATENCY) as double:
        cpu = time.process_time()
        seconds, lone = asyncio.run(call_all(double.provider(Limits(in_flight=IN_FLIGHT))))
        return {"seconds": seconds, "cpu_seconds": time.process_time() - cpu, "lone_call_seconds": lone}


async def _timed(provider: Provider, question: Question) -> float:
    begin = time.perf_counter()
    await provider.lookup([question])
    return time.perf_counter() - begin


def speed(options: Options) -> dict[str, Any]:
    """Ask about each lead with a call of its own."""
    return _enriched("hunter", options.rows, Limits(in_flight=IN_FLIGHT), VERIFIED)


def bulk(options: Options) -> dict[str, Any]:
    """Ask about a hundred leads with each call."""
    return _enriched("people_data_labs", options.rows, Limits(in_flight=IN_FLIGHT_BULK), TITLED)


def rate(options: Options) -> dict[str, Any]:
    """Ask under a rate limit, and take from the double's books how it was kept."""
    rates = tuple(Rate(int(calls), float(seconds)) for calls, _, seconds in (r.partition("/") for r in options.rates))
    windows = [rate.seconds for rate in rates]
    return _enriched("hunter", options.rows, Limits(rates=rates, in_flight=IN_FLIGHT), VERIFIED, windows)


def _enriched(
    kind: str, rows: int, limits: Limits, want: dict[str, float], windows: Sequence[float] = (1.0,)
) -> dict[str, Any]:
    asked = leads(range(rows))
    tl.enrich(asked.slice(0, WARM_UP_ROWS))  # imports and tables are there when the clock starts
    with running(kind, rows, latency=LATENCY) as double:
        begin, cpu = time.perf_counter(), time.process_time()
        out = tl.enrich(asked, providers=[double.provider(limits)], want=want)
        seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
        books = [double.books(window) for window in windows]
    answered = Counter(part["outcome"] for told in out["tl_answers"].to_pylist() for part in json.loads(told))
    if answered != {"found": rows} or books[0]["bills"] != rows:
        raise RuntimeError(f"not every lead was answered once: {answered}, {books[0]}")
    return {"seconds": seconds, "cpu_seconds": cpu, "books": books}


def queued(options: Options) -> dict[str, Any]:
    """Watch the memory while most leads wait for a slow provider; then end it, as Ctrl-C does."""
    with _csv(options) as path, running("hunter", 1_000, latency=1.0) as double, _memory() as samples:
        threading.Timer(options.seconds, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            tl.enrich(
                str(path),
                to=str(path.with_suffix(".out.csv")),
                providers=[double.provider(Limits(in_flight=10))],
                want=VERIFIED,
                progress=False,
            )
        except KeyboardInterrupt:
            return {**_of_memory(samples), "calls": double.books()["calls"]}
    raise RuntimeError("the leads were through before the time was over")


def through(options: Options) -> dict[str, Any]:
    """Watch the memory until all leads are answered, file to file, a hundred to a call."""
    known = options.rows // KNOWN_SHARE
    with _csv(options) as path, running("people_data_labs", known, latency=LATENCY) as double, _memory() as samples:
        begin = time.perf_counter()
        summary = tl.enrich(
            str(path),
            to=str(path.with_suffix(".out.csv")),
            providers=[double.provider(Limits(in_flight=2 * IN_FLIGHT_BULK))],
            want=TITLED,
            progress=False,
        )
        seconds = time.perf_counter() - begin
        return {**_of_memory(samples), "rows": summary.rows, "seconds": seconds, "bills": double.books()["bills"]}


@contextmanager
def _csv(options: Options) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="trustleads-bench-", dir=options.dir) as folder:
        path = Path(folder) / "leads.csv"
        step = 50_000
        with pa_csv.CSVWriter(path, leads(range(1)).schema) as writer:
            for first in range(0, options.rows, step):
                writer.write_table(leads(range(first, min(first + step, options.rows))))
        pa.default_memory_pool().release_unused()
        yield path


@contextmanager
def _memory() -> Iterator[list[float]]:
    """Take resident memory four times a second, in MB."""
    samples: list[float] = []
    over = threading.Event()

    def take() -> None:
        while not over.wait(0.25):
            pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
            samples.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)

    thread = threading.Thread(target=take)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()


def _of_memory(samples: Sequence[float]) -> dict[str, Any]:
    """Sum it up: its peak, and how much more it is in the last quarter of the time than in the second."""
    quarter = len(samples) // 4
    second, last = max(samples[quarter : 2 * quarter]), max(samples[-quarter:])
    return {"peak_mb": max(samples), "growth": last / second - 1}


def bills(options: Options) -> dict[str, Any]:
    """Ask two providers while one call in twenty fails, twice with the same kept answers, and read their books."""
    people = [invent(number) for number in range(options.rows)]
    limits = Limits(in_flight=20, timeout=5.0)
    faulty = {"latency": LATENCY / 2, "faults": FAULTS}
    known = options.rows * 4 // 5
    with (
        running("people_data_labs", known, **faulty, seed=1) as titles,
        running("hunter", options.rows, **faulty, seed=2) as mailboxes,
        tempfile.TemporaryDirectory() as folder,
    ):
        doubles = titles, mailboxes
        providers = [double.provider(limits) for double in doubles]
        providers[0].batch_size = SMALL_BATCH
        providers[1].fills = frozenset()  # it checks addresses, and nothing else: so the fewest bills can be told
        rows = _with_repeats(people)
        runs = []
        for _ in range(2):
            before = [double.books() for double in doubles]
            answers = tl.SqliteAnswers(Path(folder) / "answers.db")
            out = tl.enrich(rows, providers=providers, want={**TITLED, **VERIFIED}, answers=answers)
            answers.close()
            runs.append(_billed(rows, out, before, [double.books() for double in doubles]))
    return {"distinct": options.rows, "fewest": known + options.rows, "first": runs[0], "second": runs[1]}


def _with_repeats(people: list[Person]) -> pa.Table:
    """Give leads of all of them in no order, every fourth twice: the second time in capitals."""
    rows = leads(range(len(people))).to_pylist()
    rows += [{**row, "E-Mail": row["E-Mail"].upper()} for row in rows[::4]]
    random.Random(1).shuffle(rows)
    return pa.Table.from_pylist(rows)


def _billed(rows: pa.Table, out: pa.Table, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[str, Any]:
    told = [json.loads(text or "[]") for text in out["tl_answers"].to_pylist()]
    parts = [part for parts in told for part in parts if not part.get("kept")]
    same = out.select(rows.column_names).equals(rows)
    return {
        "rows_lost": rows.num_rows - sum(len(parts) == len(after) for parts in told) if same else rows.num_rows,
        "calls": _more(before, after, "calls"),
        "faults": _more(before, after, "faults"),
        "bills": _more(before, after, "bills"),
        "bills_of_the_same": _more(before, after, "bills") - _more(before, after, "subjects"),
        "outcomes": dict(Counter(part["outcome"] for part in parts)),
        "reasons": dict(Counter(f"{p['provider']}: {p['reason']}" for p in parts if p["outcome"] in LOST)),
        "cost": str(sum((cost for cost in out["tl_cost"].to_pylist() if cost), Decimal(0))),
    }


def _more(before: list[dict[str, Any]], after: list[dict[str, Any]], name: str) -> int:
    return sum(int(book[name]) for book in after) - sum(int(book[name]) for book in before)


def cheapest(options: Options) -> dict[str, Any]:
    """Let the order be learnt, and compare what it costs with the best fixed one."""
    mix = mixes.MIXES[options.mix]
    hits = mixes.drawn(mix, options.rows)
    orders, least = mixes.best_order(mix, hits)
    named = {attribute.value: [f"offer_{number}" for number in numbers] for attribute, numbers in orders.items()}
    fixed = _cost(mix, hits, list(named), named)
    if fixed != least:
        raise RuntimeError(f"the best fixed order costs {fixed}, and {least} by the oracle")
    as_listed = _cost(mix, hits, sorted(named), "fixed")
    learnt = _cost(mix, hits, sorted(named), "cheapest")
    costs = {"best_fixed": least, "as_listed": as_listed, "cheapest": learnt}
    return {**{name: float(cost) for name, cost in costs.items()}, "order": named, "ratio": float(learnt / least)}


def _cost(mix: Sequence[mixes.Offer], hits: Sequence[mixes.Hits], want: Sequence[str], order: Any) -> Decimal:
    people = [invent(number) for number in range(len(hits))]
    knows = [{person.email: lead[n] for person, lead in zip(people, hits, strict=True)} for n in range(len(mix))]
    providers = [mixes.Simulated(f"offer_{number}", offer, knows[number]) for number, offer in enumerate(mix)]
    out = tl.enrich(table(people), providers=providers, want=dict.fromkeys(want, 0.8), order=order)
    return sum((cost for cost in out["tl_cost"].to_pylist() if cost), Decimal(0))


RUNS: dict[str, Callable[[Options], dict[str, Any]]] = {
    run.__name__: run for run in (alone, speed, bulk, rate, queued, through, bills, cheapest)
}


def main() -> None:
    """Do one of them and print its JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", choices=RUNS)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--rates", nargs="+", default=[], help="calls/seconds")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--dir", help="where files lie while it runs")
    parser.add_argument("--mix", choices=mixes.MIXES)
    options = parser.parse_args()
    print(json.dumps(RUNS[options.run](options)))


if __name__ == "__main__":
    main()
