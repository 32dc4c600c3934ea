"""The door: a column of texts in, columns of verdicts out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trustleads.enrichment.models import PhoneReason, PhoneType, Verdict
from trustleads.enrichment.normalize.arrays import Bytes, buffers, gather, labels, mask
from trustleads.enrichment.normalize.phone.exact import ask
from trustleads.enrichment.normalize.phone.kernel import NOBODY, REASONS, Numbers, decide
from trustleads.enrichment.normalize.phone.plans import ENTITIES, ENTITY_OF_REGION, INVALID, TYPE_BITS
from trustleads.enrichment.normalize.phone.reading import Reading, Treatment, read
from trustleads.enrichment.normalize.phone.tables import Integers

_UNKNOWN = (PhoneReason.MISSING, PhoneReason.NO_REGION)
_STATUS = {reason: Verdict.UNKNOWN if reason in _UNKNOWN else Verdict.INVALID for reason in REASONS}
_STATUS[PhoneReason.OK] = Verdict.VALID
_REASON_OF_TREATMENT = np.zeros(len(Treatment), np.uint8)
_REASON_OF_TREATMENT[Treatment.MISSING] = REASONS.index(PhoneReason.MISSING)
_REASON_OF_TREATMENT[Treatment.NOT_A_NUMBER] = REASONS.index(PhoneReason.NOT_A_NUMBER)

_COUNTRIES = [region if region in ENTITY_OF_REGION else None for _, region in ENTITIES]
_PREFIXES = [f"+{code}" for code, _ in ENTITIES]
_PREFIX_TEXT = np.frombuffer("".join(_PREFIXES).encode(), np.uint8)
_PREFIX_EDGES = np.cumsum([0, *map(len, _PREFIXES)], dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Phones:
    """Verdicts on n phone numbers.

    Attributes:
        phone: string: E.164, without an extension; null if the number is not valid.
        status: string: a ``Verdict``: valid, invalid or unknown.
        reason: string: a ``PhoneReason``.
        type: string: a ``PhoneType``; null if the number is not valid.
        country: string: ISO 3166-1 alpha-2 code of the number's own region; null if the number is not valid or belongs
            to no country (+800, +883 ...).
        exact_rows: How many rows the tables left to the library.
    """

    phone: pa.StringArray
    status: pa.StringArray
    reason: pa.StringArray
    type: pa.StringArray
    country: pa.StringArray
    exact_rows: int


@dataclass(frozen=True, slots=True)
class _Findings:
    """What is known of n rows: verdict, reason, and where in ``text`` the national number stands."""

    text: Bytes
    start: Integers
    end: Integers
    verdict: NDArray[np.uint16]
    reason: NDArray[np.uint8]


def validate_phones(column: pa.StringArray, regions: pa.StringArray | str | None) -> Phones:
    """Judge a column of phone numbers (LEAD-3).

    A national number is read by the plan of the row's region, an international one by that of its calling code.
    Verdict, E.164, type and region are those of ``phonenumbers``. An extension is understood and left out of E.164.
    Letters are read as on a keypad if there are three or more.

    Args:
        column: Plain strings (``arrays.plain_strings``), n rows.
        regions: Where each number is dialled: ISO 3166-1 alpha-2 codes in any case, one per row, or one for all. Null
            and unknown codes stand for no region at all.

    Returns:
        Verdicts in the same order.
    """
    reading = read(column)
    entity = _entities(regions, len(column))
    findings, exact = _decide(reading, entity)
    if len(exact):
        findings = _ask(column, entity, exact, findings)
    return _phones(findings, len(exact))


def _entities(regions: pa.StringArray | str | None, count: int) -> Integers:
    """Look the regions up; two letters of any case are one of 65,536 numbers."""
    if regions is None or isinstance(regions, str):
        return np.full(count, ENTITY_OF_REGION.get((regions or "").upper(), NOBODY), np.int32)
    data, offsets = buffers(regions)
    data = np.append(data, np.zeros(2, np.uint8))
    first = offsets[:-1]
    letters = data.take(first).astype(np.int32) << 8 | data.take(first + 1)
    named = np.diff(offsets) == 2  # noqa: PLR2004 - letters
    if regions.null_count:
        named &= mask(regions.is_valid())
    return np.where(named, _ENTITY_OF_LETTERS.take(letters), NOBODY)


def _letters() -> Integers:
    """Give the entity for each two bytes that name a region."""
    table = np.full(1 << 16, NOBODY, np.int32)
    for region, entity in ENTITY_OF_REGION.items():
        for first in (region[0], region[0].lower()):
            table[[ord(first) << 8 | ord(second) for second in (region[1], region[1].lower())]] = entity
    return table


_ENTITY_OF_LETTERS = _letters()


def _decide(reading: Reading, entity: Integers) -> tuple[_Findings, NDArray[np.intp]]:
    """Decide what the tables can; also give the rows that they cannot."""
    others = np.flatnonzero(reading.treatment != Treatment.TABLES)
    entity, plus = entity.copy(), reading.plus.copy()
    entity[others], plus[others] = NOBODY, False  # so the tables find nothing to do in these rows
    decision = decide(Numbers(reading.text - ord("0"), reading.start, reading.end, entity), plus)
    treatment = reading.treatment.take(others)
    decision.reason[others] = _REASON_OF_TREATMENT.take(treatment)
    decision.open[others] = treatment == Treatment.EXACT
    findings = _Findings(reading.text, decision.start, reading.end, decision.verdict, decision.reason)
    return findings, np.flatnonzero(decision.open)


def _ask(column: pa.StringArray, entity: Integers, rows: NDArray[np.intp], findings: _Findings) -> _Findings:
    """Let the library decide rows, each distinct question once; its digits go behind those that were read.

    Questions about one region follow each other, which spares the library much compiling.
    """
    questions = list(zip(entity[rows].tolist(), column.take(pa.array(rows)).to_pylist(), strict=True))
    known = {question: ask(question[1], _region(question[0])) for question in sorted(set(questions))}
    answers = [known[question] for question in questions]
    digits = np.frombuffer("".join(answer.national for answer in answers).encode(), np.uint8)
    start, end = findings.start.copy(), findings.end.copy()
    end[rows] = len(findings.text) + np.cumsum([len(answer.national) for answer in answers])
    start[rows] = end[rows] - [len(answer.national) for answer in answers]
    findings.verdict[rows] = [answer.verdict for answer in answers]
    findings.reason[rows] = [REASONS.index(answer.reason) for answer in answers]
    return _Findings(np.concatenate([findings.text, digits]), start, end, findings.verdict, findings.reason)


def _region(entity: int) -> str | None:
    return None if entity == NOBODY else ENTITIES[entity][1]


def _phones(findings: _Findings, exact_rows: int) -> Phones:
    entity, kind = findings.verdict >> TYPE_BITS, findings.verdict & (1 << TYPE_BITS) - 1
    entity[findings.verdict == INVALID] = len(ENTITIES)
    return Phones(
        phone=_e164(findings),
        status=labels(findings.reason, [_STATUS[reason] for reason in REASONS]),
        reason=labels(findings.reason, REASONS),
        type=labels(kind, [None, *PhoneType]),
        country=labels(entity, [*_COUNTRIES, None]),
        exact_rows=exact_rows,
    )


def _e164(findings: _Findings) -> pa.StringArray:
    """Write plus, calling code and national number of the valid rows behind each other.

    Prefixes and numbers are pieces of one buffer. One gather takes two pieces a row, and as they come to stand behind
    each other, every second offset ends a row.
    """
    count, numbers = len(findings.verdict), 2 * len(findings.verdict)
    valid = findings.verdict != INVALID
    edges = np.empty(numbers + len(_PREFIX_EDGES) + 1, np.int32)
    edges[:numbers:2], edges[1:numbers:2] = findings.start, findings.end
    edges[numbers:-1] = _PREFIX_EDGES + np.int32(len(findings.text))
    edges[-1] = edges[-2]  # the last piece is empty: invalid rows take it twice
    chosen = np.empty(numbers, np.int32)
    chosen[::2], chosen[1::2] = (
        np.int32(numbers) + (findings.verdict >> TYPE_BITS),
        np.arange(0, numbers, 2, dtype=np.int32),
    )
    chosen.reshape(count, 2)[~valid] = len(edges) - 2
    text = pa.py_buffer(np.concatenate([findings.text, _PREFIX_TEXT]))
    pieces = gather(pa.StringArray.from_buffers(len(edges) - 1, pa.py_buffer(edges), text), pa.array(chosen))
    data, offsets = buffers(pieces)
    bits = np.packbits(valid, bitorder="little")
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets[::2].copy()), pa.py_buffer(data), pa.py_buffer(bits))
