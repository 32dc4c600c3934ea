"""Whole columns of phone numbers decided by tables: the library's parsing, step by step, for all rows at once.

The steps are those of ``phonenumbers.parse``: the calling code behind a plus or an international dialling prefix, the
own calling code in front of a national number, the national prefix, and then validity, type and region. Rows that a
transform rule may rewrite, and those of plans that could not be compiled, are handed back for the library to decide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trustleads.enrichment.models import PhoneReason
from trustleads.enrichment.normalize.arrays import Bytes, Mask
from trustleads.enrichment.normalize.phone.charts import atlas
from trustleads.enrichment.normalize.phone.plans import ENTITIES, INVALID, MIN_LENGTH, Size
from trustleads.enrichment.normalize.phone.tables import Atlas, Integers

NOBODY = -1
"""In place of an entity: there is none."""

REASONS = tuple(PhoneReason)
_OK, _TOO_SHORT, _TOO_LONG = map(REASONS.index, (PhoneReason.OK, PhoneReason.TOO_SHORT, PhoneReason.TOO_LONG))
_NOT_ASSIGNED, _NO_REGION, _UNKNOWN_COUNTRY = map(
    REASONS.index, (PhoneReason.NOT_ASSIGNED, PhoneReason.NO_REGION, PhoneReason.UNKNOWN_COUNTRY)
)
_REASON_OF_SIZE = np.zeros(len(Size), np.uint8)
_REASON_OF_SIZE[[Size.POSSIBLE, Size.BETWEEN]] = _NOT_ASSIGNED
_REASON_OF_SIZE[[Size.TOO_SHORT, Size.LOCAL_ONLY]] = _TOO_SHORT
_REASON_OF_SIZE[Size.TOO_LONG] = _TOO_LONG

_REASON_OF_PLUS = np.array([_NO_REGION, _UNKNOWN_COUNTRY], np.uint8)

_STAYS = np.zeros(len(Size), np.bool_)
_STAYS[[Size.TOO_SHORT, Size.LOCAL_ONLY, Size.BETWEEN]] = True

_CODE = np.array([code for code, _ in ENTITIES], np.int32)
_CODE_LENGTH = np.array([*(len(str(code)) for code, _ in ENTITIES), 0], np.int32)  # that of nobody is none
_MAIN = np.array([next(i for i, (code, _) in enumerate(ENTITIES) if code == own) for own, _ in ENTITIES], np.int32)


def _main_entities() -> Integers:
    """Give for each three digits (as a number) the main entity of the calling code that they begin with."""
    table = np.full(1000, NOBODY, np.int32)
    for entity in _MAIN:
        code = str(_CODE[entity])
        first = int(code.ljust(3, "0"))
        table[first : first + 10 ** (3 - len(code))] = entity
    return table


_MAIN_ENTITY = _main_entities()


@dataclass(frozen=True, slots=True)
class Numbers:
    """Rows of digits on their way.

    Attributes:
        digits: The digits (0 to 9) of all rows, a few bytes longer than they are.
        start: int32 (n,): position of a row's first digit that still counts.
        end: int32 (n,): position behind its last digit.
        entity: int32 (n,): by whose plan it is to be read, or ``NOBODY``.
    """

    digits: Bytes
    start: Integers
    end: Integers
    entity: Integers

    def at(self, rows: NDArray[np.intp], start: Integers | None = None) -> Numbers:
        """Choose rows, if need be with another start."""
        start = self.start.take(rows) if start is None else start
        return Numbers(self.digits, start, self.end.take(rows), self.entity.take(rows))

    def main_entity(self) -> Integers:
        """Read the calling code at the start; ``NOBODY`` where there is none."""
        first, second, third = (self.digits.take(self.start + i).astype(np.int32) for i in range(3))
        return _MAIN_ENTITY.take(first * 100 + second * 10 + third)


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of n rows.

    Attributes:
        verdict: uint16 (n,): see ``plans.TYPE_BITS``.
        reason: uint8 (n,): index into ``REASONS``.
        start: int32 (n,): position of the first digit of the national number.
        open: bool (n,): rows that the library must decide; the other arrays say nothing about them.
    """

    verdict: NDArray[np.uint16]
    reason: NDArray[np.uint8]
    start: Integers
    open: Mask


def decide(numbers: Numbers, plus: Mask) -> Decision:
    """Decide rows by tables alone.

    Args:
        numbers: The digits; ``entity`` is the region that each row is dialled in.
        plus: bool (n,): whether a plus stands in front.
    """
    parsing = _Parsing(numbers, plus)
    parsing.read_code_behind_plus()
    parsing.read_code_behind_dialling_prefix()
    parsing.read_own_code()
    return parsing.settle()


class _Parsing:
    """One batch on its way through the steps of the library; each step settles where some rows' numbers start."""

    def __init__(self, numbers: Numbers, plus: Mask) -> None:
        self._numbers = numbers
        self._plus = plus
        self._national = np.zeros(0, np.intp)  # rows
        self._entity = np.full_like(numbers.entity, NOBODY)  # by whose plan the rest is to be read, once that is known
        self._start = numbers.start.copy()
        self._reason = _REASON_OF_PLUS.take(plus)  # for rows without an entity
        self._open = np.zeros(len(plus), np.bool_)
        self._taking_part = np.zeros(len(ENTITIES) + 1, np.bool_)  # entities, nobody last
        self._taking_part[numbers.entity] = True

    def read_code_behind_plus(self) -> None:
        """A plus announces a calling code."""
        rows = np.flatnonzero(self._plus)
        self._read_code(rows, self._start.take(rows))

    def read_code_behind_dialling_prefix(self) -> None:
        """So does 00, 011 ... where the region uses it, even behind a plus that announced nothing.

        A zero behind the prefix shows that it was none. Other rows without a plus are national.
        """
        rows = np.flatnonzero((self._entity == NOBODY) & (self._numbers.entity != NOBODY))
        dialled, maps = self._numbers.at(rows), self._atlas()
        self._open[rows] = ~maps.known.take(dialled.entity)
        automaton = maps.dialling.take(dialled.entity)
        length, _ = maps.states.longest_prefix(dialled.digits, dialled.start, dialled.end, automaton)
        begun = np.flatnonzero(length)
        start, end = dialled.start.take(begun) + length.take(begun), dialled.end.take(begun)
        announced = (dialled.digits.take(start) != 0) | (start == end)
        enough = end - start > MIN_LENGTH
        foreign = rows[begun]
        self._reason[foreign[announced]] = np.where(enough, _UNKNOWN_COUNTRY, _TOO_SHORT)[announced]
        self._read_code(foreign[announced & enough], start[announced & enough])
        national = ~self._plus.take(rows)
        national[begun[announced]] = False
        self._national = rows[national]
        self._entity[self._national] = dialled.entity[national]

    def read_own_code(self) -> None:
        """The region's own calling code may stand in front of a national number without any sign.

        It does if the number matches the general pattern without it and not with it, or is too long with it.
        """
        whole = self._numbers.at(self._national)
        own = np.flatnonzero((whole.main_entity() == _MAIN.take(whole.entity)) & (whole.end - whole.start > MIN_LENGTH))
        rows, whole, maps = self._national[own], whole.at(own), self._atlas()
        rest = replace(whole, start=whole.start + _CODE_LENGTH.take(whole.entity))
        rest, ended, open_rows = _without_trunk_prefix(rest, maps, by_length=False)
        ended_whole = maps.states.walk(whole.digits, whole.start, whole.end, maps.number.take(whole.entity))
        better = maps.general(ended, whole.entity) & ~maps.general(ended_whole, whole.entity)
        better |= maps.size(whole.entity, whole.end - whole.start) == Size.TOO_LONG
        self._open[rows[open_rows]] = True
        self._entity[rows[better]] = _MAIN.take(whole.entity[better])
        self._start[rows[better]] = rest.start[better]

    def settle(self) -> Decision:
        """Take the national prefix off and look up what is left."""
        entity, maps = self._entity, self._atlas()
        self._open |= ~maps.known.take(entity)
        numbers = replace(self._numbers, start=self._start, entity=entity)
        numbers, ended, rewritten = _without_trunk_prefix(numbers, maps, by_length=True)
        self._open |= rewritten
        length = numbers.end - numbers.start
        verdict = maps.verdict(ended, length)
        failed = np.flatnonzero((verdict == INVALID) & (entity != NOBODY))
        size = maps.size(_MAIN.take(entity[failed]), length[failed])
        self._reason[verdict != INVALID] = _OK
        self._reason[failed] = _REASON_OF_SIZE.take(size)
        return Decision(verdict, self._reason, numbers.start, self._open)

    def _read_code(self, rows: NDArray[np.intp], start: Integers) -> None:
        """Let rows be read behind the calling code at ``start``, if there is one."""
        entity = self._numbers.at(rows, start).main_entity()
        self._entity[rows] = entity
        self._start[rows] = start + _CODE_LENGTH.take(entity)
        self._taking_part[entity] = True

    def _atlas(self) -> Atlas:
        """Give the tables of all calling codes that are known to take part by now."""
        return atlas(frozenset(_CODE[self._taking_part[:NOBODY]].tolist()))


def _without_trunk_prefix(numbers: Numbers, maps: Atlas, *, by_length: bool) -> tuple[Numbers, Integers, Mask]:
    """Take national prefixes off, and walk the rest.

    A prefix stays if the number matches the general pattern with it and not without, and, ``by_length``, if the rest
    would be too short for a number.

    Returns:
        What is left, the states in which it ends, and which rows a transform rule may rewrite.
    """
    digits, start, end, entity = numbers.digits, numbers.start, numbers.end, numbers.entity
    cut, rewritten = maps.states.longest_prefix(digits, start, end, maps.trunk.take(entity))
    if by_length:
        rows = np.flatnonzero(cut)
        size = maps.size(entity.take(rows), (end - start - cut).take(rows))
        cut[rows[_STAYS.take(size)]] = 0
    start, number = start + cut, maps.number.take(entity)
    ended = maps.states.walk(digits, start, end, number)
    rows = np.flatnonzero(cut)
    rows = rows[~maps.general(ended.take(rows), entity.take(rows))]
    whole = numbers.at(rows)
    ended_whole = maps.states.walk(digits, whole.start, whole.end, number.take(rows))
    stays = maps.general(ended_whole, whole.entity)
    start[rows[stays]], ended[rows[stays]] = whole.start[stays], ended_whole[stays]
    return replace(numbers, start=start), ended, rewritten
