"""The same job done in other ways, and by us; each run in a process of its own that prints JSON.

"E-mail and phone" means the same answers as ours: normal form and validity, E.164, validity, line type and country.

    python benchmarks/rivals.py ours LEADS TO [--workers 2]
    python benchmarks/rivals.py naive LEADS TO          the row loop everybody writes first; e-mail and phone only
    python benchmarks/rivals.py parts LEADS TO          pyarrow + emval + rphonenumbers; e-mail and phone only
    python benchmarks/rivals.py parts-polars LEADS TO   the same with emval's Polars plug-in in place of its function
    python benchmarks/rivals.py parts-processes LEADS TO   the same as "parts" in one process per processor
    python benchmarks/rivals.py bare LEADS TO --enriched FILE   reading the leads, writing our output, nothing else

Every run first does the job on a short file, so imports, tables and memory are there when the clock starts.
Processor time and memory are those of the process itself, not of helper processes.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import multiprocessing
import os
import resource
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
from generate import invented

EMAIL, PHONE, COUNTRY = "Work E-Mail", "Phone", "Country"
ADDED = ("email", "email_valid", "phone", "phone_valid", "phone_type", "phone_country")
READ = pa_csv.ReadOptions(block_size=8 << 20)
WARM_UP_ROWS = 20_000
Values = list[str | None]
Phone = tuple[str | None, str | None, str | None]  # E.164, line type, country
NO_PHONE: Phone = (None, None, None)
Judged = tuple[pa.RecordBatch, Values, list[Phone]]


@cache
def regions() -> dict[str, str]:
    """Spelling of a country to its ISO code, as a table that anybody would put beside such a loop."""
    return {spelling.upper(): c["code"] for c in invented()["countries"] for spelling in c["spellings"]}


def ours(leads: Path, to: Path, workers: int) -> None:
    """Do the whole job, with all added columns."""
    import trustleads as tl  # noqa: PLC0415 - the rivals' processes must not load it

    tl.enrich(str(leads), to=str(to), workers=workers, progress=False)


def naive(leads: Path, to: Path) -> None:
    """Loop over the rows with the two reference libraries."""
    import email_validator  # noqa: PLC0415 - only this rival needs it
    import phonenumbers  # noqa: PLC0415

    def email(value: str) -> str | None:
        try:
            return email_validator.validate_email(value.strip(), check_deliverability=False).normalized
        except email_validator.EmailNotValidError:
            return None

    def phone(value: str, country: str) -> Phone:
        try:
            number = phonenumbers.parse(value, regions().get(country.strip().upper()))
        except phonenumbers.NumberParseException:
            return NO_PHONE
        if not phonenumbers.is_valid_number(number):
            return NO_PHONE
        kind = phonenumbers.PhoneNumberType.to_string(phonenumbers.number_type(number))
        region = phonenumbers.region_code_for_number(number)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), kind, region

    with leads.open(newline="", encoding="utf-8") as source, to.open("w", newline="", encoding="utf-8") as sink:
        reader = csv.DictReader(source)
        writer = csv.DictWriter(sink, [*(reader.fieldnames or ()), *ADDED])
        writer.writeheader()
        for row in reader:
            address, (number, kind, region) = email(row[EMAIL]), phone(row[PHONE], row[COUNTRY])
            judged = (address, address is not None, number, number is not None, kind, region)
            writer.writerow({**row, **dict(zip(ADDED, judged, strict=True))})


def parts(leads: Path, to: Path) -> None:
    """Read and write by pyarrow, batch by batch; loop over the two columns with the two Rust libraries."""
    _stream(leads, to, lambda batches: ((batch, *judge(*_lists(batch))) for batch in batches))


def parts_polars(leads: Path, to: Path) -> None:
    """Let emval's plug-in for Polars take the whole e-mail column at once."""
    import polars as pl  # noqa: PLC0415 - only this rival needs it
    from emval.polars import validate_email  # noqa: PLC0415

    judged = validate_email(
        pl.col(EMAIL).str.strip_chars(),
        allow_smtputf8=True,
        allow_empty_local=False,
        allow_quoted_local=False,
        allow_domain_literal=False,
        deliverable_address=False,
        allowed_special_domains=[],
    ).struct.field("normalized")

    def judge_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[Judged]:
        for batch in batches:
            emails = pl.DataFrame({EMAIL: pl.from_arrow(batch[EMAIL])}).select(judged).to_series().to_list()
            yield batch, emails, judge_phones(*_lists(batch)[1:])

    _stream(leads, to, judge_batches)


@cache
def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(len(os.sched_getaffinity(0)), multiprocessing.get_context("spawn"))


def parts_processes(leads: Path, to: Path) -> None:
    """Spread the loop of "parts" over one process per processor, which are there already when the clock starts."""

    def judge_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[Judged]:
        ahead: deque[tuple[pa.RecordBatch, Future[tuple[Values, list[Phone]]]]] = deque()
        for batch in batches:
            ahead.append((batch, _pool().submit(judge, *_lists(batch))))
            if len(ahead) > 2 * len(os.sched_getaffinity(0)):
                done, answer = ahead.popleft()
                yield done, *answer.result()
        yield from ((done, *answer.result()) for done, answer in ahead)

    _stream(leads, to, judge_batches)


def _stream(leads: Path, to: Path, judge_batches: Callable[[Iterator[pa.RecordBatch]], Iterable[Judged]]) -> None:
    with pa_csv.open_csv(leads, READ, convert_options=_text_columns(leads)) as reader:
        added = (
            ("email", pa.string()),
            ("email_valid", pa.bool_()),
            ("phone", pa.string()),
            ("phone_valid", pa.bool_()),
            ("phone_type", pa.string()),
            ("phone_country", pa.string()),
        )
        schema = pa.schema([*reader.schema, *(pa.field(*column) for column in added)])
        with pa_csv.CSVWriter(to, schema) as writer:
            for batch, emails, phones in judge_batches(iter(reader)):
                address = pa.array(emails, pa.string())
                number, kind, region = (pa.array(list(c), pa.string()) for c in zip(*phones, strict=True))
                columns = [*batch.columns, address, address.is_valid(), number, number.is_valid(), kind, region]
                writer.write_batch(pa.record_batch(columns, schema=schema))


def _lists(batch: pa.RecordBatch) -> tuple[list[str], list[str], list[str]]:
    emails, phones, countries = (batch[name].to_pylist() for name in (EMAIL, PHONE, COUNTRY))
    return emails, phones, countries


def judge(emails: list[str], phones: list[str], countries: list[str]) -> tuple[Values, list[Phone]]:
    """Give the normal forms of two columns, None where not valid."""
    import emval  # noqa: PLC0415 - only this rival needs it

    check, normal = emval.EmailValidator(deliverable_address=False).validate_email, []
    for value in emails:
        try:
            normal.append(check(value.strip()).normalized if value else None)
        except Exception:  # noqa: BLE001 - emval raises SyntaxError and more for a bad address
            normal.append(None)
    return normal, judge_phones(phones, countries)


def judge_phones(phones: list[str], countries: list[str]) -> list[Phone]:
    """Give the numbers in E.164 form with line type and country, None where not valid."""
    import rphonenumbers  # noqa: PLC0415 - only this rival needs it

    parse, is_valid, write = rphonenumbers.parse, rphonenumbers.is_valid_number, rphonenumbers.format_number
    type_of, region_of = rphonenumbers.number_type, rphonenumbers.region_code_for_number
    form, code_of = rphonenumbers.PhoneNumberFormat.E164, regions().get
    name_of = rphonenumbers.PhoneNumberType.to_string
    judged: list[Phone] = []
    for value, country in zip(phones, countries, strict=True):
        try:
            number = parse(value, code_of(country.strip().upper())) if value else None
        except rphonenumbers.NumberParseException:
            number = None
        if number is None or not is_valid(number):
            judged.append(NO_PHONE)
        else:
            judged.append((write(number, form), name_of(type_of(number)), region_of(number)))
    return judged


def bare(leads: Path, to: Path, enriched: pa.Table) -> None:
    """Read the leads and write the ready output: what the job would cost if the thinking were free."""
    pa_csv.read_csv(leads, convert_options=_text_columns(leads))
    pa_csv.write_csv(enriched, to)


def read_enriched(path: Path) -> pa.Table:
    """Read an output so that writing it gives the same bytes: null and the empty text stay apart."""
    options = _text_columns(path)
    options.null_values, options.strings_can_be_null, options.quoted_strings_can_be_null = [""], True, False
    return pa_csv.read_csv(path, convert_options=options)


def _text_columns(path: Path) -> pa_csv.ConvertOptions:
    with path.open(newline="", encoding="utf-8") as file:
        return pa_csv.ConvertOptions(column_types=dict.fromkeys(next(csv.reader(file)), pa.string()))


def head(path: Path, rows: int, folder: Path) -> Path:
    """Write the first rows to a file of their own."""
    short = folder / f"{path.stem}-{rows}.csv"
    with path.open("rb") as source:
        short.write_bytes(b"".join(itertools.islice(source, rows + 1)))
    return short


def main() -> None:
    """Run one way of doing the job, once or more, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=("ours", "naive", "parts", "parts-polars", "parts-processes", "bare"))
    parser.add_argument("leads", type=Path)
    parser.add_argument("to", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--enriched", type=Path)
    options = parser.parse_args()
    ways: dict[str, Callable[[Path, Path], None]] = {
        "ours": partial(ours, workers=options.workers),
        "naive": naive,
        "parts": parts,
        "parts-polars": parts_polars,
        "parts-processes": parts_processes,
        "bare": partial(bare, enriched=read_enriched(options.enriched) if options.enriched else pa.table({})),
    }
    way = ways[options.way]
    way(head(options.leads, WARM_UP_ROWS, options.to.parent), options.to)
    begin, cpu = time.perf_counter(), time.process_time()
    way(options.leads, options.to)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak, "bytes": options.to.stat().st_size}))


if __name__ == "__main__":
    main()
