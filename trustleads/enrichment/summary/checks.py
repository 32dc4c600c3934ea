"""Which added columns decide about a field of the report, and which rows of a batch do not pass.

Most rows of ordinary leads pass, and one comparison of a whole column finds them. Only the rest is looked
at by code, so a batch of 64k rows costs well under a millisecond per field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.models import Department, Role, Seniority
from trustleads.enrichment.normalize.arrays import WORD_MASKS, Mask, buffers, mask, plain_strings, words_at
from trustleads.enrichment.summary.codes import CODES, NOT_RECOGNISED, OK, UNSAID
from trustleads.enrichment.summary.providers import Part, parts_of

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Faults:
    """The rows of one batch that do not simply pass.

    Attributes:
        rows: Their m positions in the batch; ascending for each code.
        kinds: For each of them an index into ``codes``.
        codes: The codes that occur.
    """

    rows: Rows
    kinds: NDArray[np.int32]
    codes: tuple[str, ...]


class Columns:
    """The added columns of one batch, by field name, in the layout that comparisons need."""

    def __init__(self, batch: pa.RecordBatch | pa.Table, prefix: str) -> None:
        self._batch = batch
        self._prefix = prefix
        self._blanks: dict[str, Mask] = {}

    def _column(self, name: str) -> pa.Array:
        return self._batch.column(self._prefix + name)

    def strings(self, name: str) -> pa.StringArray:
        """Give a text column as plain utf8."""
        return plain_strings(self._column(name))

    def count_true(self, name: str) -> int:
        """Count the rows that a yes/no column, or what a CSV file made of it, says yes to.

        Raises:
            InvalidInput: The column holds something else.
        """
        column = self._column(name)
        if pa.types.is_boolean(column.type):
            return pc.sum(column).as_py() or 0
        words = pc.ascii_lower(plain_strings(column))
        if not {"true", "false", "", None} >= set(pc.unique(words).to_pylist()):
            raise _foreign(self._prefix + name)
        return pc.sum(pc.equal(words, "true")).as_py() or 0

    def blank(self, name: str) -> Mask:
        """Tell which rows of a text column have no value: null, or empty as a CSV file gives it back."""
        if name not in self._blanks:
            self._blanks[name] = _of_length(self.strings(name), 0)
        return self._blanks[name]

    def filled(self, name: str) -> int:
        """Count the rows with a value."""
        column = self._column(name)
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            return int(len(column) - column.null_count)
        return len(column) - int(np.count_nonzero(self.blank(name)))

    def parts(self, name: str) -> Counter[Part]:
        """Count what providers did, as a column of answers says.

        Raises:
            InvalidInput: The column holds something else.
        """
        try:
            return parts_of(self.strings(name).to_pylist())
        except ValueError:
            raise _foreign(self._prefix + name) from None

    def cells(self, names: Sequence[str], row: int) -> list[str]:
        """Give what stands in one row of these columns, as text; nothing for those that are empty there."""
        return cells([self._column(name) for name in names], row)

    def words(self, name: str) -> Faults:
        """Find the rows of a column of codes that are not "ok", the only code of two letters.

        Raises:
            InvalidInput: The column holds words that enrichment never writes.
        """
        column = self.strings(name)
        rows = np.flatnonzero(~_of_length(column, len(OK)))
        rest = column.take(pa.array(rows)).dictionary_encode(null_encoding="encode")
        codes = tuple(word or UNSAID for word in rest.dictionary.to_pylist())
        if not CODES.keys() >= set(codes) - {UNSAID}:
            raise _foreign(self._prefix + name)
        return Faults(rows, rest.indices.to_numpy(), codes)


def cells(columns: Iterable[pa.Array], row: int) -> list[str]:
    """Give what stands in one row of some columns, as text; nothing for those that are empty there."""
    texts = (plain_strings(column.slice(row, 1))[0].as_py() for column in columns)
    return [text for text in texts if text and not text.isspace()]


def _of_length(column: pa.StringArray, length: int) -> Mask:
    """Tell which rows hold a text of so many bytes; null has none."""
    _, starts = buffers(column)
    found: Mask = starts[1:] - starts[:-1] == length
    if not column.null_count:
        return found
    valid = mask(column.is_valid())
    return found | ~valid if length == 0 else found & valid


def _foreign(column: str) -> InvalidInput:
    return InvalidInput(
        f"column {column!r} holds values that enrichment does not write: name the added columns with prefix=",
        reason="not_enriched",
    )


@dataclass(frozen=True, slots=True)
class Check:
    """How one field of the report is judged.

    Attributes:
        field: Name in the report.
        column: The added column that the field is reported for.
        find: Gives the rows of a batch that do not simply pass.
        sources: The caller's columns whose values examples show: of the first group that holds any.
        values: The added columns that hold the field's values.
        hints: The added columns that show what enrichment proposes, joined by a space.
        hinted: The codes for which it proposes anything.
        has_verdicts: Whether the codes stand for verdicts.
    """

    field: str
    column: str
    find: Callable[[Columns], Faults]
    sources: tuple[tuple[Role, ...], ...]
    values: tuple[str, ...]
    hints: tuple[str, ...] = ()
    hinted: frozenset[str] = frozenset()
    has_verdicts: bool = False


def _emptiness(columns: Columns, name: str) -> Faults:
    rows = np.flatnonzero(columns.blank(name))
    return Faults(rows, np.zeros(len(rows), np.int32), (UNSAID,))


def _titles(columns: Columns, known: Collection[str]) -> Faults:
    """A title passes when its seniority or its department could be told, or when neither was asked for."""
    missing = columns.blank("job_title")
    vague = {"seniority": Seniority.STAFF.value, "department": Department.OTHER.value}
    asked = [name for name in vague if name in known]
    unclear = ~missing if asked else np.zeros_like(missing)
    for name in asked:
        unclear &= _vague(columns.strings(name), vague[name])
    rows, unclear_rows = np.flatnonzero(missing), np.flatnonzero(unclear)
    kinds = np.repeat(np.array([0, 1], np.int32), [len(rows), len(unclear_rows)])
    return Faults(np.concatenate([rows, unclear_rows]), kinds, (UNSAID, NOT_RECOGNISED))


def _vague(column: pa.StringArray, word: str) -> Mask:
    """Tell which rows hold this word (of at most eight bytes) or none; its length rules out most others cheaply."""
    rows = np.flatnonzero(_of_length(column, len(word)))
    data, starts = buffers(column)
    found = _of_length(column, 0)
    found[
        rows[words_at(data)[starts.take(rows)] & WORD_MASKS[len(word)] == int.from_bytes(word.encode(), "little")]
    ] = True
    return found


def checks_for(known: Collection[str]) -> tuple[Check, ...]:
    """Choose the checks that these added columns (no prefix) allow, in the order of the report."""
    hint = tuple(name for name in ("email_suggestion",) if name in known)
    names = tuple(name for name in ("first_name", "last_name") if name in known)
    name_roles = ((Role.FULL_NAME,), (Role.FIRST_NAME, Role.LAST_NAME))
    possible = (
        _judged("email", known, hint, frozenset({"typo_domain"})),
        _judged("phone", known),
        Check("name", "name_status", _words("name_status"), name_roles, names, names, frozenset({"derived"})),
        _plain(Role.JOB_TITLE, partial(_titles, known=frozenset(known))),
        _plain(Role.COMPANY, partial(_emptiness, name="company")),
        _plain(Role.DOMAIN, partial(_emptiness, name="domain")),
    )
    return tuple(check for check in possible if check.column in known)


def _plain(role: Role, find: Callable[[Columns], Faults]) -> Check:
    return Check(role.value, role.value, find, ((role,),), (role.value,))


def _judged(
    kind: str, known: Collection[str], hints: tuple[str, ...] = (), hinted: frozenset[str] = frozenset()
) -> Check:
    """Check by reason where there is one: it has exactly one verdict, so it says all that the verdict says."""
    reason = f"{kind}_reason"
    name = reason if reason in known else f"{kind}_status"
    return Check(kind, name, _words(name), ((Role(kind),),), (kind,), hints, hinted, has_verdicts=True)


def _words(name: str) -> Callable[[Columns], Faults]:
    return partial(Columns.words, name=name)
