"""The phone kernel against its oracle, row by row; prints JSON.

    python benchmarks/phone_kernel.py --corpus leads
    python benchmarks/phone_kernel.py --corpus examples
    python benchmarks/phone_kernel.py --corpus messy --rows 300000

Both run in one thread and are timed in CPU seconds, the best of some rounds. The kernel gets plain Arrow batches of
65,536 rows; the oracle gets a sample of them as Python strings, and each row of the sample is compared in every column.
The oracle keeps its compiled patterns here (``enable_pattern_cache``), as a caller in a hurry would let it do; the
rows that the kernel leaves to the oracle profit as well. ``leads``: the generated file. ``examples``: valid numbers of
all regions and calling codes, all line types, in the usual spellings. ``messy``: the same, spoilt.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence

import generate
import numpy as np
import phonenumbers
import pyarrow as pa
from phone_corpora import SEED, Pair, examples, messy
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from phonenumbers.re_util import enable_pattern_cache

from trustleads.enrichment.normalize.phone import Phones, validate_phones

BATCH_ROWS = 65_536
ROUNDS = 5


def oracle(value: str, region: str | None) -> tuple[str | None, str | None, str | None]:
    """Give E.164, line type and region as the reference library does, or None three times."""
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None, None, None
    if not phonenumbers.is_valid_number(number):
        return None, None, None
    kind = PhoneNumberType.to_string(phonenumbers.number_type(number)).lower()
    country = phonenumbers.region_code_for_number(number)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164), kind, country if country != "001" else None


def best_seconds(work: Callable[[], object], rounds: int) -> float:
    """Give the least CPU time of some rounds."""
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def measure(pairs: Sequence[Pair], sample_rows: int) -> dict[str, object]:
    """Time both on the same rows and compare their answers."""
    batches = [_batch(pairs[i : i + BATCH_ROWS]) for i in range(0, len(pairs), BATCH_ROWS)]
    sample = pairs[:sample_rows]
    first = best_seconds(lambda: validate_phones(*batches[0]), 1)  # builds the tables that the rows need
    kernel = best_seconds(lambda: [validate_phones(*batch) for batch in batches], ROUNDS)
    reference = best_seconds(lambda: [oracle(*pair) for pair in sample], 2)
    results = [validate_phones(*batch) for batch in batches]
    answers = [answer for result in results for answer in _answers(result)]
    return {
        "rows": len(pairs),
        "regions": len({region for _, region in pairs if region}),
        "kernel_rows_per_second": round(len(pairs) / kernel),
        "first_batch_seconds": round(first, 3),
        "phonenumbers_rows_per_second": round(len(sample) / reference),
        "ratio": round((len(pairs) / kernel) / (len(sample) / reference), 1),
        "exact_share": round(sum(result.exact_rows for result in results) / len(pairs), 5),
        "compared_rows": len(sample),
        "differences": sum(oracle(*pair) != answer for pair, answer in zip(sample, answers, strict=False)),
        "reasons": dict(Counter(value for result in results for value in result.reason.to_pylist())),
    }


def _batch(pairs: Sequence[Pair]) -> tuple[pa.StringArray, pa.StringArray]:
    values, regions = zip(*pairs, strict=True)
    return pa.array(values, pa.string()), pa.array(regions, pa.string())


def _answers(phones: Phones) -> list[tuple[str | None, str | None, str | None]]:
    return list(zip(phones.phone.to_pylist(), phones.type.to_pylist(), phones.country.to_pylist(), strict=True))


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", choices=("leads", "examples", "messy"), default="leads")
    parser.add_argument("--rows", type=int, default=0, help="default: 1,000,000 leads, 200,000 of the others")
    parser.add_argument("--sample", type=int, default=20_000, help="rows that the oracle gets")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    corpora = {"leads": (generate.phones, 1_000_000), "examples": (examples, 200_000), "messy": (messy, 200_000)}
    make, usual = corpora[options.corpus]
    pa.set_cpu_count(1)
    enable_pattern_cache()
    figures = measure(make(options.rows or usual, options.seed), options.sample)
    print(json.dumps({"corpus": options.corpus, "seed": options.seed, **figures, **versions()}, indent=2))


def versions() -> dict[str, str]:
    """Name what the figures depend on."""
    return {
        "python": sys.version,
        "implementation": f"{platform.python_implementation()} {platform.python_compiler()}",
        "machine": f"{platform.machine()}, {platform.system()}",
        "pyarrow": pa.__version__,
        "numpy": np.__version__,
        "phonenumbers": phonenumbers.__version__,
    }


if __name__ == "__main__":
    main()
