"""Phone numbers for benchmarks and tests: valid ones of all regions in the usual spellings, and spoilt ones.

Everything derives from the example numbers of ``phonenumbers`` and a seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

SEED = 7
TYPES = tuple(kind for kind in PhoneNumberType.values() if kind not in (PhoneNumberType.UNKNOWN, 2))
SEPARATORS = (" ", "-", ".", "/", "  ", " - ", "", ") ", " (0) ")
AROUND = (
    "Tel: {}",
    "({})",
    " {} ",
    "'{}",
    "{} (office)",
    "T {}",
    "{}\t",
    "phone {} ok",
    "{},",
    "{};",
    "+{}",
    "{}+",
    "<{}>",
)
EXTENSIONS = (" x{}", " ext. {}", " ext{}", "#{}", ",{}", ";ext={}", " Durchwahl {}", "~{}", " int {}")
OTHERS = (
    "n/a",
    "-",
    "unknown",
    "none",
    "0",
    "12",
    "+49",
    "4.93012E+10",
    "1-800-FLOWERS",
    "+1 800 GOFEDEX",
    "110",
    "??",
)
SIGNS = "0123456789+-() ./x#,;:*~\u00a0\u2013\uff10\u0663äA"

Pair = tuple[str, str | None]


def examples(rows: int, seed: int = SEED) -> list[Pair]:
    """Give valid numbers of every region and calling code in turn, the last four digits drawn until they are valid."""
    rng = random.Random(seed)
    return [_example(rng, i) for i in range(rows)]


def messy(rows: int, seed: int = SEED) -> list[Pair]:
    """Give numbers as people spoil them: cut, mixed up, with words, extensions and foreign or no regions."""
    rng = random.Random(seed)
    return [_messy(rng, i) for i in range(rows)]


@cache
def _models() -> tuple[tuple[phonenumbers.PhoneNumber, str], ...]:
    """Collect the library's example of each line type of each region and of each calling code without one."""
    regions = sorted(phonenumbers.SUPPORTED_REGIONS)
    found = [(phonenumbers.example_number_for_type(region, kind), region) for region in regions for kind in TYPES]
    codes = sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS)
    found += [(phonenumbers.example_number_for_non_geo_entity(code), "DE") for code in codes]
    return tuple((number, region) for number, region in found if number is not None)


def _number(rng: random.Random, turn: int) -> tuple[phonenumbers.PhoneNumber, str]:
    model, region = _models()[turn % len(_models())]
    number = phonenumbers.PhoneNumber()
    number.merge_from(model)
    for _ in range(5):
        number.national_number = (model.national_number or 0) // 10_000 * 10_000 + rng.randrange(10_000)
        if phonenumbers.is_valid_number(number):
            return number, region
    return model, region


def _example(rng: random.Random, turn: int) -> Pair:
    number, region = _number(rng, turn)
    way = rng.randrange(5)
    if way == 3:  # dialled from abroad
        return phonenumbers.format_out_of_country_calling_number(number, "DE"), "DE"
    if way == 4:  # the plus forgotten
        return phonenumbers.format_number(number, PhoneNumberFormat.E164).removeprefix("+"), region
    return phonenumbers.format_number(number, way), region


def _messy(rng: random.Random, turn: int) -> Pair:
    text, region = _example(rng, turn)
    for _ in range(rng.choice((0, 1, 1, 2))):
        text = rng.choice(FAULTS)(rng, text)
    regions = (region, region, region, region, rng.choice(_models())[1], None)
    return text, rng.choice(regions)


def _cut(rng: random.Random, text: str) -> str:
    return text[: rng.randrange(len(text) + 1)]


def _cut_front(rng: random.Random, text: str) -> str:
    return text[rng.randrange(4) :]


def _longer(rng: random.Random, text: str) -> str:
    return text + str(rng.randrange(10 ** rng.randint(1, 6)))


def _other_digit(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) or 1)
    return text[:at] + str(rng.randrange(10)) + text[at + rng.randrange(2) :]


def _separated(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) or 1)
    return text[:at] + rng.choice(SEPARATORS) + text[at:]


def _prefixed(rng: random.Random, text: str) -> str:
    return rng.choice(("0", "00", "+", "1", "8", "011", "+00", "+0", "000", "15")) + text


def _around(rng: random.Random, text: str) -> str:
    return rng.choice(AROUND).format(text)


def _extended(rng: random.Random, text: str) -> str:
    return text + rng.choice(EXTENSIONS).format(rng.randrange(10_000))


def _sign(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(SIGNS) + text[at:]


def _other(rng: random.Random, _text: str) -> str:
    return rng.choice(OTHERS)


_COMMON = (_cut, _cut_front, _longer, _other_digit, _separated, _prefixed)
FAULTS: tuple[Callable[[random.Random, str], str], ...] = (*_COMMON * 4, _around, _extended, _sign, _other)
