from __future__ import annotations

import random
import re

import numpy as np
import pytest
from phonenumbers import PhoneMetadata
from phonenumbers.phonemetadata import PhoneNumberDesc

from trustleads.enrichment.normalize.phone.automata import START, Automaton, compile_patterns
from trustleads.enrichment.normalize.phone.charts import atlas
from trustleads.enrichment.normalize.phone.patterns import (
    Choice,
    Digit,
    Group,
    Node,
    Repeat,
    Rest,
    Sequel,
    UnknownSyntaxError,
    parse,
    through_last_group,
)
from trustleads.enrichment.normalize.phone.plans import ENTITIES, Range, plan
from trustleads.enrichment.normalize.phone.tables import States

pytestmark = pytest.mark.clause("LEAD-3")
CODES = sorted({code for code, _ in ENTITIES})


def matched(patterns: list[Node], text: str) -> int:
    return walk(compile_patterns(patterns), text)


def walk(automaton: Automaton, text: str) -> int:
    state = START
    for digit in text:
        state = int(automaton.steps[state, int(digit)])
    return automaton.outcomes[automaton.outcome[state]]


def word(node: Node, rng: random.Random) -> str:
    """Make a text that a pattern matches."""
    match node:
        case Digit(allowed):
            return str(rng.choice([d for d in range(10) if allowed >> d & 1]))
        case Sequel(parts):
            return "".join(word(part, rng) for part in parts)
        case Choice(options):
            return word(rng.choice(options), rng)
        case Repeat(inner, least, most):
            return "".join(word(inner, rng) for _ in range(rng.randint(least, most)))
        case Group(inner):
            return word(inner, rng)
    return ""


def near(text: str, rng: random.Random) -> str:
    """Leave a text as it is, change a digit, lose one or add some."""
    at = rng.randrange(len(text) + 1)
    return rng.choice((text, text, text[:at] + str(rng.randrange(10)) + text[at + 1 :], text[:at], text + "071"[:at]))


@pytest.mark.parametrize(
    "pattern", ["12", "1|2", "[2-46-8]", r"\d{3}", "1{2,3}", "1?2", "(?:1|23)?4", "(1)2", "1(?:2|3(?:4|5)){2}6|7", ""]
)
def test_an_automaton_matches_what_the_pattern_matches(pattern: str) -> None:
    texts = [*map(str, range(1000)), "", *(f"0{i}" for i in range(100)), "12345", "13526", "1342566"]
    assert [bool(matched([parse(pattern)], text)) for text in texts] == [
        bool(re.fullmatch(pattern, text)) for text in texts
    ]


def test_several_patterns_are_told_apart_and_the_end_is_asked_for() -> None:
    patterns = [parse(r"1\d"), parse("12$|3"), Sequel((parse("1"), Rest()))]
    assert matched(patterns, "12") == 0b01_10_01
    assert matched(patterns, "3") == 0b00_01_00
    assert matched(patterns, "1999999999999999999") == 0b01_00_00
    assert matched(patterns, "2") == 0


@pytest.mark.parametrize(
    "pattern",
    ["a", "1*", "1+", "1.", "(", "(1", "1)", "(?=1)", "[^1]", "[]", "[-]", "?", "{2}", "1{2}{3}", "1??", r"\D", "^1"],
)
def test_what_the_reader_does_not_know_is_refused(pattern: str) -> None:
    with pytest.raises(UnknownSyntaxError):
        parse(pattern)


def test_the_end_may_only_be_asked_for_at_the_end() -> None:
    with pytest.raises(UnknownSyntaxError):
        compile_patterns([parse("(?:1$|2)3")])


@pytest.mark.parametrize(
    ("pattern", "narrowed"),
    [
        ("(1)|2", "(1)"),
        ("0?(?:(1)5)?", "0?(?:(1)5)"),
        ("0(?:(1)(2)?)?", "0(?:(1)(2))"),
        ("(1(2|3)?)4", "(1(2|3))4"),
        (r"0(1\d|2)|9", r"0(1\d|2)"),
    ],
)
def test_narrowing_to_the_last_group(pattern: str, narrowed: str) -> None:
    node = through_last_group(parse(pattern))
    assert node is not None
    texts = [*map(str, range(1000)), *(f"0{i}" for i in range(1000))]
    assert [bool(matched([node], text)) for text in texts] == [bool(re.fullmatch(narrowed, text)) for text in texts]


def test_without_a_group_there_is_nothing_to_narrow() -> None:
    assert through_last_group(parse("1(?:2|3)?4{2}$")) is None


def test_a_repeated_group_is_refused() -> None:
    with pytest.raises(UnknownSyntaxError):
        through_last_group(parse("(1){2}"))


def test_all_plans_of_the_library_can_be_compiled() -> None:
    assert atlas(frozenset(CODES)).known.all()


def patterns_of(code: int) -> list[str]:
    regions = [PhoneMetadata.metadata_for_region_or_calling_code(*entity) for entity in ENTITIES if entity[0] == code]
    descs = [value for region in regions for value in vars(region).values() if isinstance(value, PhoneNumberDesc)]
    return sorted({desc.national_number_pattern for desc in descs if desc.national_number_pattern})


@pytest.mark.parametrize("code", CODES)
def test_patterns_of_a_plan_match_as_regular_expressions_do(code: int) -> None:
    rng = random.Random(code)
    patterns = patterns_of(code)
    nodes = [parse(pattern) for pattern in patterns]
    texts = [near(word(node, rng), rng) for node in nodes for _ in range(5)]
    automaton = compile_patterns(nodes)
    for text in texts:
        expected = sum(1 << 2 * i for i, pattern in enumerate(patterns) if re.fullmatch(pattern, text))
        assert walk(automaton, text) == expected


@pytest.mark.parametrize("kind", ["dialling", "trunk"])
def test_prefixes_are_cut_as_regular_expressions_do(kind: str) -> None:
    rng = random.Random(1)
    maps = atlas(frozenset(CODES))
    moved = 0
    for region in (region for code in CODES for region in plan(code).regions):
        prefix = getattr(region, f"{kind}_prefix")
        pattern, sample = prefix or "(?!)", parse(prefix or "0")  # no prefix is one that never fits
        texts = [near(word(sample, rng), rng) + word(parse(r"\d{0,12}"), rng) for _ in range(20)]
        lengths, captured = _longest(texts, maps.states, int(getattr(maps, kind)[region.entity]))
        for text, length, moves in zip(texts, lengths, captured, strict=True):
            match = re.match(pattern, text)
            has_last_group = match is not None and match.re.groups > 0 and match[match.re.groups] is not None
            assert moves == (kind == "trunk" and region.transforms and has_last_group), (region.entity, text)
            assert moves or length == (match.end() if match else 0), (region.entity, text)
            moved += moves
    assert (moved > 20) == (kind == "trunk")


def _longest(texts: list[str], states: States, start: int) -> tuple[list[int], list[bool]]:
    digits = np.frombuffer("".join(texts).encode() + b"0", np.uint8) - ord("0")
    ends = np.cumsum([len(text) for text in texts]).astype(np.int32)
    starts = ends - np.array([len(text) for text in texts], np.int32)
    lengths, captured = states.longest_prefix(digits, starts, ends, np.full(len(texts), start, np.int32))
    return lengths.tolist(), captured.tolist()


def test_a_kind_of_number_is_told_by_pattern_and_length() -> None:
    assert Range(0b100, (9, 10)).holds(0b101, 9)
    assert not Range(0b100, (9, 10)).holds(0b101, 8)
    assert not Range(0b100, (9, 10)).holds(0b001, 9)
    assert Range(0b100, ()).holds(0b100, 3)
