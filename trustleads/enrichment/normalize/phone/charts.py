"""Compiles numbering plans into tables, calling code by calling code, and joins those that a batch needs.

A code is compiled once, when a batch first needs it. ``atlas`` lays the automata of all the codes of a batch behind
each other in one space of states, so that rows of any countries walk together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trustleads.enrichment.normalize.phone.automata import DEAD, START, Automaton, compile_patterns
from trustleads.enrichment.normalize.phone.patterns import UnknownSyntaxError, parse, through_last_group
from trustleads.enrichment.normalize.phone.plans import ENTITIES, MAX_LENGTH, MIN_LENGTH, Plan, plan
from trustleads.enrichment.normalize.phone.tables import LENGTHS, Atlas, Integers, States

_NOTHING = Automaton(np.zeros((2, 10), np.int32), np.zeros(2, np.int32), (0,))


@lru_cache(maxsize=8)
def atlas(codes: frozenset[int]) -> Atlas:
    """Join the tables of some calling codes; those whose patterns are beyond ``automata`` are left out."""
    parts = [_blank(_states(_NOTHING)), *(part for code in sorted(codes) if (part := _chart(code)))]
    states, bases = _stack([part.states for part in parts])

    def joined(name: str) -> Any:  # each entity is in one part only; the others hold zeros
        return np.stack([getattr(part, name) for part in parts]).max(axis=0)

    def starts(name: str) -> Any:
        moved = [_moved(getattr(part, name), base) for part, base in zip(parts, bases, strict=True)]
        return np.stack(moved).max(axis=0)

    return Atlas(
        states=states,
        known=joined("known"),
        place=joined("place"),
        number=starts("number"),
        dialling=starts("dialling"),
        trunk=starts("trunk"),
        sizes=joined("sizes"),
    )


@cache
def _chart(code: int) -> Atlas | None:
    """Compile one calling code, unless its patterns are beyond ``automata``."""
    try:
        its_plan = plan(code)
        regions = its_plan.regions
        diallings = [_prefix_states(region.dialling_prefix, transforms=False) for region in regions]
        trunks = [_prefix_states(region.trunk_prefix, transforms=region.transforms) for region in regions]
        states, bases = _stack([_number_states(its_plan), *diallings, *trunks])
    except UnknownSyntaxError:
        return None
    chart, count = _blank(states), len(regions)
    for i, region in enumerate(regions):
        at = region.entity
        chart.known[at], chart.place[at], chart.number[at] = True, 1 << i, START
        chart.dialling[at], chart.trunk[at] = bases[1 + i] + START, bases[1 + count + i] + START
        chart.sizes[at] = [region.size(length) for length in range(LENGTHS)]
    return chart


def _blank(states: States) -> Atlas:
    """Make an atlas that has no entity yet, but the place of nobody behind them all."""
    count = len(ENTITIES) + 1
    return Atlas(
        states=states,
        known=np.arange(count) == len(ENTITIES),
        place=np.zeros(count, np.uint64),
        number=np.zeros(count, np.int32),
        dialling=np.zeros(count, np.int32),
        trunk=np.zeros(count, np.int32),
        sizes=np.zeros((count, LENGTHS), np.uint8),
    )


def _states(automaton: Automaton) -> States:
    """Take an automaton over whose states nothing is known yet."""
    count = len(automaton.steps)
    return States(
        steps=automaton.steps,
        verdict=np.zeros((count, LENGTHS), np.uint16),
        general=np.zeros(count, np.uint64),
        endings=np.zeros(count, np.uint8),
    )


def _number_states(its_plan: Plan) -> States:
    """Compile all patterns of a calling code; decide beforehand what a number is by those that it matches."""
    automaton = compile_patterns(its_plan.patterns)
    lengths = range(MIN_LENGTH, MAX_LENGTH + 1)
    verdicts = np.zeros((len(automaton.outcomes), LENGTHS), np.uint16)
    for i, matched in enumerate(automaton.outcomes):
        verdicts[i, MIN_LENGTH : MAX_LENGTH + 1] = [its_plan.verdict(matched, length) for length in lengths]
    general = np.array([its_plan.general(matched) for matched in automaton.outcomes], np.uint64)
    return replace(_states(automaton), verdict=verdicts[automaton.outcome], general=general[automaton.outcome])


@cache
def _prefix_states(prefix: str | None, *, transforms: bool) -> States:
    """Compile a prefix, and beside it what of it moves digits by a transform rule."""
    if not prefix:
        return _states(_NOTHING)
    whole = parse(prefix)
    moving = through_last_group(whole) if transforms else None
    automaton = compile_patterns([whole] if moving is None else [whole, moving])
    endings = np.array(automaton.outcomes, np.uint8)
    return replace(_states(automaton), endings=endings[automaton.outcome])


def _stack(parts: Sequence[States]) -> tuple[States, Sequence[int]]:
    """Lay automata behind each other; also give what was added to the states of each."""
    counts = [len(part.steps) - 1 for part in parts]
    bases = [sum(counts[:i]) for i in range(len(parts))]
    parts = [replace(part, steps=_moved(part.steps, base)) for part, base in zip(parts, bases, strict=True)]

    def joined(name: str) -> NDArray[Any]:
        arrays = [getattr(part, name) for part in parts]
        return np.concatenate([arrays[0][:1], *(array[1:] for array in arrays)])

    return States(joined("steps"), joined("verdict"), joined("general"), joined("endings")), bases


def _moved(state: Integers, base: int) -> Integers:
    return np.where(state == DEAD, DEAD, state + base).astype(np.int32)
