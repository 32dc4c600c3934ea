"""Numbering plans as tables, and the two walks through them that serve all rows at once, one digit a step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trustleads.enrichment.normalize.arrays import Bytes, Mask
from trustleads.enrichment.normalize.phone.automata import DEAD
from trustleads.enrichment.normalize.phone.plans import MAX_LENGTH

LENGTHS = MAX_LENGTH + 2
"""Tables by length have a column for 0, 1 ... ``MAX_LENGTH`` digits, and a last one for more."""

Integers = NDArray[np.int32]

_HERE, _CAPTURED, _CAPTURED_AT_END = 0b0001, 0b0100, 0b1010
"""What a prefix automaton's state says. Its first pattern is the prefix (bits 0 and 1), its second the same where its
group takes part (bits 2 and 3), whose digits a transform rule would move; see ``Automaton.outcomes``."""


@dataclass(frozen=True, slots=True)
class States:
    """One automaton, or several behind each other with one dead state (0) for all.

    Attributes:
        steps: int32 (states, 10): next state for each digit.
        verdict: uint16 (states, LENGTHS): what a number of this length is that ends in this state; see ``plans``.
        general: uint64 (states,): bit i is set where the number matches the general pattern of region i of its code.
        endings: uint8 (states,): bits that say whether a prefix ends here.
    """

    steps: Integers
    verdict: NDArray[np.uint16]
    general: NDArray[np.uint64]
    endings: NDArray[np.uint8]

    def walk(self, digits: Bytes, start: Integers, end: Integers, state: Integers) -> Integers:
        """Walk each row's digits from its state; give the states in which they end.

        Rows are ordered by length, so that those still under way are always the first ones. Nothing matches
        ``LENGTHS`` digits: the walk ends there.
        """
        length = np.clip(end - start, 0, LENGTHS).astype(np.uint8)
        order = np.argsort(LENGTHS - length, kind="stable")
        under_way = len(length) - np.cumsum(np.bincount(length, minlength=LENGTHS + 1))
        at, now, flat = start.take(order), state.take(order), self.steps.ravel()
        for step, count in enumerate(under_way[: int(length.max(initial=0))]):
            now[:count] = flat.take(now[:count] * 10 + digits.take(at[:count] + step))
        ended = np.empty_like(now)
        ended[order] = now
        return ended

    def longest_prefix(self, digits: Bytes, start: Integers, end: Integers, state: Integers) -> tuple[Integers, Mask]:
        """Find the longest prefix of each row's digits that its automaton takes (0: none).

        Returns:
            The lengths, and where a transform rule would have digits to move.
        """
        length, captured, flat = np.zeros_like(start), np.zeros(len(start), np.bool_), self.steps.ravel()
        now = flat.take(state * 10 + digits.take(start))  # the first digit already rules most rows out
        rows, step = np.flatnonzero((now != DEAD) & (end > start)), 1
        now, at = now.take(rows), start.take(rows)
        left = end.take(rows) - at
        while len(rows):
            ending, last = self.endings.take(now), left == step
            length[rows[ending & _HERE != 0]] = step
            captured[rows[(ending & _CAPTURED != 0) | last & (ending & _CAPTURED_AT_END != 0)]] = True
            alive = np.flatnonzero((now != DEAD) & ~last)
            rows, at, left = rows.take(alive), at.take(alive), left.take(alive)
            now = flat.take(now.take(alive) * 10 + digits.take(at + step))
            step += 1
        return length, captured


@dataclass(frozen=True, slots=True)
class Atlas:
    """Automata, and where each entity finds its own; zero for entities that are not in this atlas.

    All arrays by entity have one place more, that of ``NOBODY`` (-1), who is known and has nothing.

    Attributes:
        states: The automata.
        known: bool (entities + 1,): which entities are in here.
        place: uint64 (entities + 1,): the bit of ``States.general`` that is the entity's.
        number: int32 (entities + 1,): state in which its national numbers start.
        dialling: int32 (entities + 1,): state in which its international dialling prefix (00, 011 ...) starts.
        trunk: int32 (entities + 1,): state in which its national prefix (0, 1 ...) starts.
        sizes: uint8 (entities + 1, LENGTHS): the ``Size`` of each length.
    """

    states: States
    known: Mask
    place: NDArray[np.uint64]
    number: Integers
    dialling: Integers
    trunk: Integers
    sizes: NDArray[np.uint8]

    def general(self, ended: Integers, entity: Integers) -> Mask:
        """Tell which numbers match the general pattern of their entity by the state in which they end."""
        found: Mask = self.states.general.take(ended) & self.place.take(entity) != 0
        return found

    def size(self, entity: Integers, length: Integers) -> NDArray[np.uint8]:
        """Look up the ``Size`` of numbers of these lengths."""
        return self.sizes.ravel().take(entity * LENGTHS + np.minimum(length, LENGTHS - 1))

    def verdict(self, ended: Integers, length: Integers) -> NDArray[np.uint16]:
        """Look up the verdicts on numbers of these lengths that end in these states."""
        return self.states.verdict.ravel().take(ended * LENGTHS + np.minimum(length, LENGTHS - 1))
