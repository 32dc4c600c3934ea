"""The e-mail kernel against its oracle, row by row; prints JSON.

    python benchmarks/email_kernel.py --corpus leads
    python benchmarks/email_kernel.py --corpus hostile --rows 200000

Both run in one thread and are timed in CPU seconds, the best of some rounds. The kernel gets plain Arrow batches of
65,536 rows; the oracle gets a sample of them as trimmed Python strings, and each row of the sample is compared in
verdict, normal form and domain. The first call is timed too: it builds the tables, and asks about each character
that it meets for the first time. ``leads``: the generated file. ``hostile``: other scripts, punycode, quotes, lengths.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence

import email_validator
import generate
import pyarrow as pa
from email_corpora import SEED, hostile
from harness import machine

from trustleads.enrichment.normalize.email import Emails, validate_emails
from trustleads.enrichment.normalize.email.shape import TRIMMED

BATCH_ROWS = 65_536
ROUNDS = 5
USUAL_ROWS = {"leads": 1_000_000, "hostile": 200_000}


def oracle(value: str) -> tuple[str | None, str | None]:
    """Give normal form and ASCII domain as the reference library does, or None twice."""
    try:
        answer = email_validator.validate_email(value, check_deliverability=False)
    except email_validator.EmailNotValidError:
        return None, None
    return answer.normalized, answer.ascii_domain


def best_seconds(work: Callable[[], object], rounds: int) -> float:
    """Give the least CPU time of some rounds."""
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def judge(batches: Sequence[pa.StringArray]) -> None:
    """Run the kernel over all batches, and keep nothing: as in a stream, the memory of one batch serves the next."""
    for batch in batches:
        validate_emails(batch)


def measure(values: Sequence[str], sample_rows: int) -> dict[str, object]:
    """Time both on the same rows and compare their answers."""
    batches = [pa.array(values[i : i + BATCH_ROWS], pa.string()) for i in range(0, len(values), BATCH_ROWS)]
    sample = [value.strip(TRIMMED) for value in values[:sample_rows]]
    first = best_seconds(lambda: judge(batches), 1)
    kernel = best_seconds(lambda: judge(batches), ROUNDS)
    reference = best_seconds(lambda: list(map(oracle, sample)), 2)
    results: list[Emails] = list(map(validate_emails, batches))
    ours = [pair for r in results for pair in zip(r.email.to_pylist(), r.domain.to_pylist(), strict=True)]
    ratio = (len(values) / kernel) / (len(sample) / reference)
    return {
        "rows": len(values),
        "kernel_rows_per_second": round(len(values) / kernel),
        "oracle_rows_per_second": round(len(sample) / reference),
        "ratio": round(ratio, 1),
        "ratio_of_first_call": round(ratio * kernel / first, 1),
        "exact_rows": sum(result.exact_rows for result in results),
        "exact_share": round(sum(result.exact_rows for result in results) / len(values), 5),
        "compared_rows": len(sample),
        "differences": sum(a != b for a, b in zip(map(oracle, sample), ours, strict=False)),
        "reasons": dict(Counter(value for result in results for value in result.reason.to_pylist())),
    }


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", choices=tuple(USUAL_ROWS), default="leads")
    parser.add_argument("--rows", type=int, default=0, help=f"default: {USUAL_ROWS}")
    parser.add_argument("--sample", type=int, default=50_000, help="rows that the oracle gets")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    make = generate.emails if options.corpus == "leads" else hostile
    pa.set_cpu_count(1)
    figures = measure(make(options.rows or USUAL_ROWS[options.corpus], options.seed), options.sample)
    print(json.dumps({"corpus": options.corpus, "seed": options.seed, **figures, "machine": machine()}, indent=2))


if __name__ == "__main__":
    main()
