"""The benchmarks' input: leads of invented people, as many as wanted, the same for the same seed.

Ten countries, eleven columns, about 166 bytes a row; one field in ten of e-mail and phone has a fault, one
row in twenty repeats an earlier lead. Companies live under the reserved top-level domain ``.example``
(RFC 2606); the free-mail and disposable domains are real by necessity, the mailboxes on them are invented.

    python benchmarks/generate.py --rows 1000000 --out benchmarks/data/leads.csv
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import phonenumbers
from numpy.random import Generator

INVENTED = Path(__file__).resolve().parents[1] / "scripts" / "invented.json"
SEED = 7
CHUNK = 10_000  # rows are made in whole chunks, so a short file is the beginning of a long one
HEADS_PER_LINE_TYPE = 60  # distinct number heads per country and line type; four random digits follow each

Fault = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows, column by column, and the ISO region that each row's country cell names."""

    columns: dict[str, list[str]]
    regions: list[str | None]


def emails(rows: int, seed: int = SEED) -> list[str]:
    """Give the e-mail column of the first rows; a missing address is an empty string."""
    return list(itertools.islice((v for c in chunks(seed) for v in c.columns["Work E-Mail"]), rows))


def phones(rows: int, seed: int = SEED) -> list[tuple[str, str | None]]:
    """Give phone and ISO region of the first rows; the region is None where the country cell is empty."""
    pairs = (pair for c in chunks(seed) for pair in zip(c.columns["Phone"], c.regions, strict=True))
    return list(itertools.islice(pairs, rows))


def write(path: Path, rows: int, seed: int = SEED) -> None:
    """Write a CSV file with a header, commas, LF, and quotes where needed."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("Record ID", *next(chunks(seed)).columns))
        lines = (line for c in chunks(seed) for line in zip(*c.columns.values(), strict=True))
        for number, line in enumerate(itertools.islice(lines, rows)):
            writer.writerow((10_000_000 + number, *line))


@cache
def invented() -> dict[str, Any]:
    """Load the vocabulary: names, places, companies and titles per country."""
    words: dict[str, Any] = json.loads(INVENTED.read_text("utf-8"))
    return words


def chunks(seed: int) -> Iterator[Chunk]:
    """Make rows without end."""
    rng = np.random.default_rng(seed)
    earlier: Chunk | None = None
    while True:
        chunk = _fresh_rows(rng)
        _repeat_leads(rng, chunk, earlier or chunk)
        earlier = chunk
        yield chunk


def _fresh_rows(rng: Generator) -> Chunk:
    countries = pick(rng, invented()["countries"])
    first, last = local_pick(rng, countries, "first"), local_pick(rng, countries, "last")
    brands, company = _companies(rng, countries)
    slugs = [slug(brand) for brand in brands]
    email, phone, country = _emails(rng, first, last, slugs), _phones(rng, countries), _countries(rng, countries)
    regions = [c["code"] if cell else None for c, cell in zip(countries, country, strict=True)]
    spoil(rng, first, 0.04, [str.upper, str.lower, _blank, _spaced])
    spoil(rng, last, 0.04, [str.upper, str.lower, _blank, _spaced])
    columns = {
        "First Name": first,
        "Last Name": last,
        "Work E-Mail": email,
        "Phone": phone,
        "Job Title": _titles(rng, countries),
        "Company": company,
        "Website": _websites(rng, slugs),
        "Country": country,
        "City": local_pick(rng, countries, "cities"),
        "Note": _notes(rng),
    }
    return Chunk(columns, regions)


def _repeat_leads(rng: Generator, chunk: Chunk, earlier: Chunk) -> None:
    """Overwrite one row in twenty with a lead of this or the chunk before; half of them in other spelling."""
    rows = np.flatnonzero(rng.random(CHUNK) < 0.05).tolist()
    for row, source, spelling in zip(
        rows, rng.integers(CHUNK, size=len(rows)).tolist(), rng.random(len(rows)), strict=True
    ):
        for name, values in chunk.columns.items():
            values[row] = earlier.columns[name][source]
        chunk.regions[row] = earlier.regions[source]
        if spelling < 0.5:
            chunk.columns["Work E-Mail"][row] = chunk.columns["Work E-Mail"][row].title()


def _companies(rng: Generator, countries: Sequence[dict[str, Any]]) -> tuple[list[str], list[str]]:
    words = invented()
    brands = [
        f"{head}{tail} {noun}"
        for head, tail, noun in zip(
            pick(rng, words["company_heads"]),
            pick(rng, words["company_tails"]),
            pick(rng, words["company_nouns"]),
            strict=True,
        )
    ]
    legal = local_pick(rng, countries, "legal")
    names = [brand + form if form[0] == "," else f"{brand} {form}" for brand, form in zip(brands, legal, strict=True)]
    spoil(rng, names, 0.05, [str.upper, _blank, _spaced])
    return brands, names


def _emails(rng: Generator, first: list[str], last: list[str], slugs: list[str]) -> list[str]:
    words = invented()
    shapes = ("{0}.{1}@{2}", "{0}.{1}@{2}", "{3}.{1}@{2}", "{3}{1}@{2}", "{0}@{2}", "{0}_{1}@{2}")
    domains = [s + zone for s, zone in zip(slugs, pick(rng, [".example"] * 9 + [".example.com"]), strict=True)]
    values = [
        shape.format(f, slug(surname), domain, f[:1])
        for shape, f, surname, domain in zip(pick(rng, shapes), map(slug, first), last, domains, strict=True)
    ]
    numbers = iter(rng.integers(100_000, size=CHUNK).tolist())

    def at(places: Sequence[str]) -> Fault:
        turn = itertools.cycle(places)
        return lambda value: f"invented.{value.partition('@')[0]}{next(numbers)}@{next(turn)}"

    roles = itertools.cycle(words["role_locals"])
    spoil(rng, values, 0.12, [at(words["free_mail"])])
    spoil(rng, values, 0.03, [lambda value: f"{next(roles)}@{value.partition('@')[2]}"])
    spoil(rng, values, 0.02, [at(words["typo_domains"]), at(words["disposable"])])
    spoil(rng, values, 0.08, [str.title, str.upper, _spaced, _blank, _no_at, _double_dot, _inner_space, _short_host])
    spoil(rng, values, 0.001, [_idn])
    return values


@cache
def phone_templates(code: str) -> tuple[str, ...]:
    """Give ways to write a number of a country, each with four places for digits at the end.

    The heads are random ones under which the numbering plan takes the four digits tried; more ways than
    needed are given, so that the usual ones are the commonest.
    """
    rng = np.random.default_rng(SEED)
    ways: list[str] = []
    for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
        base = _example(code, kind)[:-4]
        heads: set[str] = set()
        while len(heads) < HEADS_PER_LINE_TYPE:
            head = base[:1] + "".join(map(str, rng.integers(10, size=len(base) - 1)))
            if all(_is_valid(head + tail, code) for tail in ("0000", "9999", "1234", "5678")):
                heads.add(head)
        ways += [_template(way) for head in sorted(heads) for way in _spellings(head + "0000", code)]
    return tuple(ways)


def _example(code: str, kind: int) -> str:
    example = phonenumbers.example_number_for_type(code, kind)
    if example is None:
        raise LookupError(f"{code} has no numbers of type {kind}")
    return phonenumbers.national_significant_number(example)


def _is_valid(national: str, code: str) -> bool:
    return phonenumbers.is_valid_number_for_region(phonenumbers.parse(national, code), code)


def _spellings(national: str, code: str) -> list[str]:
    number = phonenumbers.parse(national, code)
    e164, far, near, _ = (phonenumbers.format_number(number, form) for form in range(4))
    dotted = far.replace(" ", ".").replace("-", ".")
    idd = ("011" if number.country_code == 1 else "00") + e164[1:]
    return [far] * 8 + [near] * 6 + [e164] * 4 + [dotted, idd]


def _template(way: str) -> str:
    places = [i for i, sign in enumerate(way) if sign.isdigit()][-4:]
    return "".join("%s" if i in places else sign for i, sign in enumerate(way))


def _phones(rng: Generator, countries: Sequence[dict[str, Any]]) -> list[str]:
    ways, tails = rng.integers(1 << 30, size=CHUNK).tolist(), rng.integers(10_000, size=CHUNK).tolist()
    values = []
    for country, way, tail in zip(countries, ways, tails, strict=True):
        templates = phone_templates(country["code"])
        values.append(templates[way % len(templates)] % tuple(f"{tail:04d}"))
    spoil(rng, values, 0.10, [_blank, _blank, _blank, _spaced, _cut, _longer, _na, _dashed])
    spoil(rng, values, 0.001, [lambda value: value + " ext. 12", lambda value: "Tel: " + value])
    return values


def _titles(rng: Generator, countries: Sequence[dict[str, Any]]) -> list[str]:
    values = local_pick(rng, countries, "titles")
    spoil(rng, values, 0.08, [str.upper, str.lower, _blank, _spaced, lambda v: v + ", EMEA", lambda v: "Interim " + v])
    return values


def _websites(rng: Generator, slugs: list[str]) -> list[str]:
    shapes = ("https://www.{}.example", "https://www.{}.example/", "http://{}.example/", "www.{}.example", "{}.example")
    values = [shape.format(s) for shape, s in zip(pick(rng, shapes), slugs, strict=True)]
    spoil(rng, values, 0.06, [str.upper, _blank, _na, lambda v: v.rstrip("/") + "/en/contact?utm_source=list"])
    return values


def _countries(rng: Generator, countries: Sequence[dict[str, Any]]) -> list[str]:
    ways = rng.integers(10, size=CHUNK).tolist()
    values = [c["spellings"][max(0, way - 6) % len(c["spellings"])] for c, way in zip(countries, ways, strict=True)]
    spoil(rng, values, 0.03, [_blank, _spaced, str.upper])
    return values


def _notes(rng: Generator) -> list[str]:
    words = invented()
    return pick(rng, [""] * 350 + words["notes"] * 10 + words["formula_notes"][:1])


def pick(rng: Generator, choices: Sequence[Any]) -> list[Any]:
    """Choose one of the same choices for each row of a chunk."""
    return [choices[i] for i in rng.integers(len(choices), size=CHUNK).tolist()]


def local_pick(rng: Generator, countries: Sequence[dict[str, Any]], what: str) -> list[str]:
    """Choose for each row one of its country's values."""
    draws = rng.integers(1 << 30, size=CHUNK).tolist()
    return [country[what][draw % len(country[what])] for country, draw in zip(countries, draws, strict=True)]


def spoil(rng: Generator, values: list[str], share: float, faults: Sequence[Fault]) -> None:
    """Put a fault, each as likely as the others, into a share of the values."""
    rows = np.flatnonzero(rng.random(CHUNK) < share).tolist()
    for row, kind in zip(rows, rng.integers(len(faults), size=len(rows)).tolist(), strict=True):
        values[row] = faults[kind](values[row])


@cache
def slug(text: str) -> str:
    """Write a name as mail addresses and host names do: ASCII letters, digits and hyphens."""
    plain = text.lower()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("ø", "o")):
        plain = plain.replace(umlaut, letters)
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return "".join(c for c in ascii_only.replace(" ", "-") if c.isalnum() or c == "-")


def _blank(_value: str) -> str:
    return ""


def _na(_value: str) -> str:
    return "n/a"


def _spaced(value: str) -> str:
    return f" {value} "


def _no_at(value: str) -> str:
    return value.replace("@", ".at.")


def _double_dot(value: str) -> str:
    return value.replace("@", "..@")


def _inner_space(value: str) -> str:
    return value.replace("@", " @ ")


def _short_host(value: str) -> str:
    return value.partition(".example")[0]


def _idn(value: str) -> str:
    return value.replace("@", "@müller-")


def _cut(value: str) -> str:
    return value[: len(value) // 2]


def _longer(value: str) -> str:
    return value + "123456"


def _dashed(value: str) -> str:
    return value.replace(" ", "-").replace("(", "").replace(")", "")


def main() -> None:
    """Write the file that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write(options.out, options.rows, options.seed)


if __name__ == "__main__":
    main()
