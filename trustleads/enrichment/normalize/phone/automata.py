"""Patterns of digits, compiled to tables that NumPy walks for all rows at once.

As patterns have no loops, each is compiled *backwards*, from its end to its start: a step is a set of digits and what
may follow; two steps that agree in both are one, and so equal tails are shared by construction. A set of steps is an
integer, a bit for each, and the states of the deterministic automaton are such sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trustleads.enrichment.normalize.phone.patterns import (
    ALL_DIGITS,
    Choice,
    Digit,
    End,
    Group,
    Node,
    Repeat,
    Rest,
    Sequel,
    UnknownSyntaxError,
)

DEAD, START = 0, 1
"""In every automaton: the state from which nothing can match any more, and the one to start from."""


@dataclass(frozen=True, slots=True)
class Automaton:
    """A deterministic automaton over digits.

    Attributes:
        steps: int32 (states, 10): the next state for each digit.
        outcome: int32 (states,): which of ``outcomes`` it is that the number ends in this state.
        outcomes: Sets of patterns that match, nothing (0) first. Pattern i is bit 2i, or bit 2i + 1 where it asks for
            the end of the number (``$``), so that whoever walks must see to that.
    """

    steps: NDArray[np.int32]
    outcome: NDArray[np.int32]
    outcomes: tuple[int, ...]


class _Net:
    """A non-deterministic automaton, built from its ends to its start; sets of steps are bits of an integer."""

    def __init__(self, patterns: int) -> None:
        self.marks = 2 * patterns  # the lowest bits are no steps, but say which pattern is through
        self.steps: list[tuple[int, int]] = []  # digits allowed, what follows
        self._known: dict[tuple[int, int], int] = {}

    def entries(self, node: Node, after: int) -> int:  # noqa: PLR0911 - an answer for each kind of node
        """Give the steps that begin a node, ``after`` being those that follow it."""
        match node:
            case Digit(allowed):
                return self._step(allowed, after)
            case Sequel(parts):
                for part in reversed(parts):
                    after = self.entries(part, after)
                return after
            case Choice(options):
                return _union(self.entries(option, after) for option in options)
            case Repeat(inner, least, most):
                return self._repeat(inner, least, most, after)
            case Group(inner):
                return self.entries(inner, after)
            case End():
                return self._only_at_end(after)
            case Rest():
                return self._any_more(after)

    def _step(self, allowed: int, after: int) -> int:
        key = (allowed, after)
        if key not in self._known:
            self._known[key] = 1 << self.marks + len(self.steps)
            self.steps.append(key)
        return self._known[key]

    def _repeat(self, node: Node, least: int, most: int, after: int) -> int:
        entries = after
        for _ in range(most - least):
            entries = self.entries(node, entries) | after
        for _ in range(least):
            entries = self.entries(node, entries)
        return entries

    def _any_more(self, after: int) -> int:
        itself = 1 << self.marks + len(self.steps)  # the one step that may follow itself
        return self._step(ALL_DIGITS, after | itself) | after

    def _only_at_end(self, after: int) -> int:
        if after.bit_length() > self.marks or after.bit_count() != 1:
            raise UnknownSyntaxError("the end of the number can only be asked for at the end of a pattern")
        return after << 1


def compile_patterns(patterns: Sequence[Node]) -> Automaton:
    """Compile patterns into one deterministic automaton that tells which of them match a number as a whole."""
    net = _Net(len(patterns))
    start = _union(net.entries(node, 1 << 2 * i) for i, node in enumerate(patterns))
    allowed = [_union(1 << net.marks + i for i, step in enumerate(net.steps) if step[0] >> d & 1) for d in range(10)]
    numbers = {0: DEAD, start: START}
    todo = [0, start]
    steps = []
    for state in todo:  # grows while it is walked
        targets = [_follow(net, state & digit) for digit in allowed]
        for target in targets:
            if target not in numbers:
                numbers[target] = len(todo)
                todo.append(target)
        steps.append([numbers[target] for target in targets])
    marks = (1 << net.marks) - 1
    outcomes = dict.fromkeys(state & marks for state in todo)
    index = {outcome: i for i, outcome in enumerate(outcomes)}
    outcome = [index[state & marks] for state in todo]
    return Automaton(np.array(steps, np.int32), np.array(outcome, np.int32), tuple(outcomes))


def _follow(net: _Net, hit: int) -> int:
    """Join what follows each of a set of steps."""
    after = 0
    while hit:
        lowest = hit & -hit
        after |= net.steps[lowest.bit_length() - 1 - net.marks][1]
        hit ^= lowest
    return after


def _union(sets: Iterable[int]) -> int:
    joined = 0
    for one in sets:
        joined |= one
    return joined
