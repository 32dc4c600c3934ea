"""Builds a summary while the batches pass by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from trustleads.enrichment.models import FIELDS, Role, Verdict, waterfall_fields
from trustleads.enrichment.options import DEFAULT_PREFIX
from trustleads.enrichment.summary.checks import Check, Columns, Faults, cells, checks_for
from trustleads.enrichment.summary.codes import CODES, MISSING, OK, UNSAID, Outcome
from trustleads.enrichment.summary.model import NO_BAD_ROWS, BadRows, Example, FieldReport, Reason, Summary
from trustleads.enrichment.summary.providers import ANSWERS, Part, parts_of, reports_of
from trustleads.enrichment.waterfall import WANTABLE

if TYPE_CHECKING:
    from trustleads.enrichment.columns import ColumnReport

VALUES = ("email", "phone", "first_name", "last_name", "job_title", "company", "domain")
FLAGS = ("email_disposable", "email_free", "email_role")
DUPLICATES = "duplicate_of"
COUNTED = (*VALUES, *FLAGS, DUPLICATES)
LONGEST_VALUE = 200
ADDED = frozenset(f.name for f in (*FIELDS, *waterfall_fields(WANTABLE)))

Batch: TypeAlias = "pa.RecordBatch | pa.Table"


@dataclass(slots=True)
class _Tally:
    """What is known about one field so far: rows per code, and the first rows of each that does not pass."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Example]] = field(default_factory=dict)

    def keep(self, code: str, found: Sequence[Example], limit: int) -> None:
        kept = [*self.examples.get(code, ()), *found]
        self.examples[code] = sorted(kept, key=lambda example: example.row)[:limit]

    def wants(self, code: str, first_row: int, limit: int) -> bool:
        """Whether a row from here on could be among the first ones of this code."""
        kept = self.examples.get(code, ())
        return len(kept) < limit or any(example.row > first_row for example in kept)

    def report(self, name: str, total: int, *, has_verdicts: bool) -> FieldReport:
        counts = self.counts.copy()
        counts[MISSING] += counts.pop(UNSAID, 0)
        reasons = sorted((Reason(code, count) for code, count in counts.items() if count), key=_commonest)
        examples = sorted((e for kept in self.examples.values() for e in kept), key=lambda e: (e.row, e.reason))
        return FieldReport(name, total, tuple(reasons), tuple(examples), _verdicts(counts) if has_verdicts else ())


def _is_problem(code: str) -> bool:
    return code != UNSAID and CODES[code].outcome in {Outcome.WARN, Outcome.FAIL}


def _commonest(reason: Reason) -> tuple[int, str]:
    return -reason.count, reason.code


def _verdicts(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    by_verdict: Counter[str] = Counter()
    for code, count in counts.items():
        verdict = CODES[code].verdict
        if verdict is not None:
            by_verdict[verdict.value] += count
    return tuple((verdict.value, by_verdict[verdict.value]) for verdict in Verdict)


@dataclass(frozen=True, slots=True)
class Counted:
    """One batch, counted but not yet part of a summary.

    Attributes:
        rows: Number of rows.
        fields: The added columns reported on, without prefix.
        columns: The added columns, for the hints that examples show.
        faults: For each field of the report the rows that do not simply pass.
        filled: Rows with a value, or with a yes, per added column.
        told: What providers did, and how often.
    """

    rows: int
    fields: frozenset[str]
    columns: Columns
    faults: tuple[tuple[Check, Faults], ...]
    filled: Mapping[str, int]
    told: Counter[Part]


class SummaryBuilder:
    """Counts batch after batch; picklable, and parts counted elsewhere can be merged.

    Not safe for several threads at once, but for ``count``: add in turn, or one builder per thread and ``merge``.

    Example:
        >>> import pyarrow as pa
        >>> builder = SummaryBuilder(prefix="tl_")
        >>> builder.add(pa.record_batch({"tl_phone_reason": ["ok", "too_short"]}))
        >>> builder.finish().field("phone").failed
        1
    """

    def __init__(self, *, prefix: str = DEFAULT_PREFIX, fields: Iterable[str] | None = None, examples: int = 3) -> None:
        """Start with no rows.

        Args:
            prefix: What stands before the names of the added columns.
            fields: The added columns to report on, without prefix; by default those of the first batch.
            examples: How many rows to keep per field and reason, with the caller's values; 0 keeps none.
        """
        self.rows = 0
        self._prefix = prefix
        self._fields = None if fields is None else frozenset(fields)
        self._limit = examples
        self._tallies: dict[str, _Tally] = {}
        self._counts: Counter[str] = Counter()
        self._told: Counter[Part] = Counter()

    def add(
        self,
        added: Batch,
        original: Batch | None = None,
        roles: Mapping[Role, str] | None = None,
        *,
        first_row: int | None = None,
    ) -> None:
        """Count one batch.

        Args:
            added: n rows with the added columns; others are not looked at.
            original: The caller's n rows, for the values that examples show; None shows none.
            roles: What the caller's columns mean.
            first_row: Number of the first row; by default the batch follows those counted so far.

        Raises:
            InvalidInput: A column holds values that enrichment does not write.
        """
        self.take(self.count(added), original, roles, first_row=first_row)

    def count(self, added: Batch, answers: pa.Array | None = None) -> Counted:
        """Do the part of ``add`` that changes nothing here: it may run in any thread and any order.

        Args:
            added: n rows with the added columns; others are not looked at.
            answers: What providers did for these rows, for a caller who does not keep that column; by default it is
                among ``added``, if anywhere.

        Returns:
            What ``take`` wants.

        Raises:
            InvalidInput: A column holds values that enrichment does not write.
        """
        fields, columns = self._known(added), Columns(added, self._prefix)
        return Counted(
            rows=added.num_rows,
            fields=fields,
            columns=columns,
            faults=tuple((check, check.find(columns)) for check in checks_for(fields)),
            filled={
                name: columns.count_true(name) if name in FLAGS else columns.filled(name)
                for name in COUNTED
                if name in fields
            },
            told=_told(columns, fields) if answers is None else parts_of(answers.to_pylist()),
        )

    def take(
        self,
        counted: Counted,
        original: Batch | None = None,
        roles: Mapping[Role, str] | None = None,
        *,
        first_row: int | None = None,
    ) -> None:
        """Take over what ``count`` found; the other arguments are those of ``add``."""
        rows = _Rows(counted.columns, original, roles or {}, self.rows if first_row is None else first_row)
        self._fields = counted.fields
        for check, faults in counted.faults:
            self._tell(check, faults, rows, counted.rows)
        for name, count in counted.filled.items():
            self._counts[name] += count
        self._told.update(counted.told)
        self.rows += counted.rows

    def _known(self, added: Batch) -> frozenset[str]:
        if self._fields is not None:
            return self._fields
        return frozenset(name for name in ADDED if self._prefix + name in added.schema.names)

    def _tell(self, check: Check, faults: Faults, rows: _Rows, total: int) -> None:
        tally = self._tally(check)
        tally.counts[OK] += total - len(faults.rows)
        for kind, count in enumerate(np.bincount(faults.kinds, minlength=len(faults.codes)).tolist()):
            code = faults.codes[kind]
            tally.counts[code] += count
            if count and _is_problem(code) and tally.wants(code, rows.first, self._limit):
                found = faults.rows[np.flatnonzero(faults.kinds == kind)[: self._limit]]
                tally.keep(code, [rows.example(check, code, int(row)) for row in found], self._limit)

    def merge(self, other: SummaryBuilder, *, first_row: int | None = None) -> None:
        """Take over what another builder counted on other rows of the same run.

        Args:
            other: Made with the same prefix and fields.
            first_row: Number that the other's row 0 has in this one; by default its rows follow these. Pass 0
                when both were given true row numbers.

        Raises:
            ValueError: The other one counts other columns.
        """
        mine = (self._prefix, self._fields or other._fields)
        if mine != (other._prefix, other._fields or self._fields):
            raise ValueError("summaries of different added columns do not merge")
        shift = self.rows if first_row is None else first_row
        self._fields = mine[1]
        self._counts.update(other._counts)
        self._told.update(other._told)
        for name, theirs in other._tallies.items():
            tally = self._tallies.setdefault(name, _Tally())
            tally.counts.update(theirs.counts)
            for code, examples in theirs.examples.items():
                tally.keep(code, [replace(e, row=e.row + shift) for e in examples], self._limit)
        self.rows += other.rows

    def finish(
        self,
        *,
        columns: ColumnReport | None = None,
        bad_rows: BadRows = NO_BAD_ROWS,
        notes: Iterable[str] = (),
    ) -> Summary:
        """Give the summary of what was counted so far; more may follow.

        Args:
            columns: Which of the caller's columns were recognised.
            bad_rows: Rows that could not be read, and so were not counted here.
            notes: Further sentences for people.
        """
        checks = checks_for(self._fields or frozenset())
        absent = [check for check in checks if self.rows and self._tally(check).counts[UNSAID] == self.rows]
        hidden = {name for check in absent for name in check.values}
        if "email" in {check.field for check in absent}:
            hidden |= {*FLAGS, DUPLICATES}
        counts = {name: self._counts[name] for name in COUNTED if name in (self._fields or ()) and name not in hidden}
        return Summary(
            rows=self.rows,
            fields=tuple(self._report(check) for check in checks if check not in absent),
            absent=tuple(check.field for check in absent),
            filled=tuple((name, counts[name]) for name in VALUES if name in counts),
            duplicates=counts.get(DUPLICATES),
            disposable=counts.get("email_disposable"),
            free=counts.get("email_free"),
            role=counts.get("email_role"),
            providers=reports_of(self._told),
            bad_rows=bad_rows,
            columns=columns,
            notes=tuple(notes),
        )

    def _tally(self, check: Check) -> _Tally:
        return self._tallies.setdefault(check.field, _Tally())

    def _report(self, check: Check) -> FieldReport:
        return self._tally(check).report(check.field, self.rows, has_verdicts=check.has_verdicts)


def _told(columns: Columns, fields: frozenset[str]) -> Counter[Part]:
    return columns.parts(ANSWERS) if ANSWERS in fields else Counter()


class _Rows:
    """The rows of one batch, where examples come from."""

    def __init__(self, columns: Columns, original: Batch | None, roles: Mapping[Role, str], first: int) -> None:
        self._columns = columns
        self._original = original
        self._roles = roles
        self.first = first

    def example(self, check: Check, code: str, row: int) -> Example:
        hint = _join(self._columns.cells(check.hints, row)) if code in check.hinted else None
        return Example(self.first + row, code, self._value(check, row), hint)

    def _value(self, check: Check, row: int) -> str | None:
        if self._original is None:
            return None
        for group in check.sources:
            names = [self._roles[role] for role in group if role in self._roles]
            value = _join(cells([self._original.column(name) for name in names], row))
            if value:
                return value
        return None


def _join(parts: Iterable[str]) -> str | None:
    """Join what is there, and cut what no report could show; None where there is nothing."""
    text = " ".join(parts)
    return (text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…") or None
