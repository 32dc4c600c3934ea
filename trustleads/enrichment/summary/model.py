"""What a summary holds: frozen, comparable, picklable, JSON-ready.

Examples carry values of the caller's rows. They are shown where somebody asks for the report (``str``,
``_repr_html_``, ``to_dict``) and are in no ``repr``, so that a log line or a traceback holds no personal data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.summary.codes import CODES, Outcome
from trustleads.enrichment.summary.providers import ProviderReport
from trustleads.enrichment.summary.signs import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

    from trustleads.enrichment.columns import ColumnReport


@dataclass(frozen=True, slots=True)
class Reason:
    """How many rows of one field have one code.

    Attributes:
        code: A code of ``docs/reference/columns.md``.
        count: Number of rows.
    """

    code: str
    count: int

    @property
    def outcome(self) -> Outcome:
        """Pass, warn, fail or missing."""
        return CODES[self.code].outcome

    @property
    def meaning(self) -> str:
        """The code in words."""
        return CODES[self.code].meaning


@dataclass(frozen=True, slots=True)
class Example:
    """One row that did not pass.

    Attributes:
        row: Row number, from 0, as in the ``duplicate_of`` column.
        reason: Its code.
        value: What stood in the caller's column, cut at 200 characters; None where the column is not known.
        hint: What enrichment proposes instead (the e-mail suggestion, the derived name), if anything.
    """

    row: int
    reason: str
    value: str | None = field(default=None, repr=False)
    hint: str | None = field(default=None, repr=False)

    @property
    def outcome(self) -> Outcome:
        """Warn or fail."""
        return CODES[self.reason].outcome

    def to_dict(self) -> dict[str, Any]:
        """Give the example as JSON-ready values."""
        return {"row": self.row, "reason": self.reason, "value": self.value, "hint": self.hint}


@dataclass(frozen=True, slots=True)
class FieldReport:
    """How one field fares: ``passed + warned + failed + missing == total``.

    Attributes:
        name: ``email``, ``phone``, ``name``, ``job_title``, ``company`` or ``domain``.
        total: Number of rows.
        reasons: Count of every code that occurred, commonest first; they add up to ``total``.
        examples: The first rows of each code that warns or fails, in row order.
        verdicts: Rows by verdict (``valid``, ``risky``, ``invalid``, ``unknown``); only for e-mail and phone.
    """

    name: str
    total: int
    reasons: tuple[Reason, ...]
    examples: tuple[Example, ...] = ()
    verdicts: tuple[tuple[str, int], ...] = ()

    @property
    def label(self) -> str:
        """The name for people."""
        return self.name.replace("_", " ").capitalize()

    @property
    def passed(self) -> int:
        """Rows with nothing to complain about."""
        return self.count(Outcome.PASS)

    @property
    def warned(self) -> int:
        """Rows that are usable but worth a look."""
        return self.count(Outcome.WARN)

    @property
    def failed(self) -> int:
        """Rows whose value cannot be used."""
        return self.count(Outcome.FAIL)

    @property
    def missing(self) -> int:
        """Rows without a value."""
        return self.count(Outcome.MISSING)

    @property
    def problems(self) -> tuple[Reason, ...]:
        """The reasons that warn or fail, commonest first."""
        return tuple(reason for reason in self.reasons if reason.outcome in {Outcome.WARN, Outcome.FAIL})

    def count(self, outcome: Outcome) -> int:
        """Give the number of rows with this outcome."""
        return sum(reason.count for reason in self.reasons if reason.outcome is outcome)

    def share(self, count: int) -> float:
        """Give a number of rows as a share of all rows, 0 to 1; 0 where there are no rows."""
        return count / self.total if self.total else 0.0

    def to_dict(self, *, examples: bool = True) -> dict[str, Any]:
        """Give the report as JSON-ready values; ``examples=False`` leaves out the caller's values."""
        counts = {"passed": self.passed, "warned": self.warned, "failed": self.failed, "missing": self.missing}
        result = {"total": self.total, **counts, "reasons": {r.code: r.count for r in self.reasons}}
        if self.verdicts:
            result["verdicts"] = dict(self.verdicts)
        if examples:
            result["examples"] = [example.to_dict() for example in self.examples]
        return result


@dataclass(frozen=True, slots=True)
class BadLine:
    """One line of the input that could not be read as a row.

    Attributes:
        line: Line number in the input, from 1.
        reason: Code of the fault, see ``docs/reference/csv.md``.
    """

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class BadRows:
    """The rows that were reported instead of enriched.

    Attributes:
        count: How many there are.
        first: The first few of them.
        path: The file that holds them all, unchanged; None where there is none.
    """

    count: int
    first: tuple[BadLine, ...] = ()
    path: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give them as JSON-ready values; they hold no value of a row."""
        first = [{"line": row.line, "reason": row.reason} for row in self.first]
        return {"count": self.count, "first": first, "path": self.path}


NO_BAD_ROWS = BadRows(0)


@dataclass(frozen=True, slots=True, repr=False)
class Summary:
    """A data-quality report on enriched leads.

    ``print(summary)`` is the report as text, a notebook shows it as a table with a chart, ``to_dict`` is for
    programs; ``repr`` is one line without personal data.

    Attributes:
        rows: Number of rows.
        fields: One report per field that enrichment was asked for and could say anything about.
        absent: The other fields it was asked for: the caller has no such column, or nothing in it.
        filled: Rows with a value, per added column that holds one.
        duplicates: Rows that repeat an earlier row's e-mail address; None where that is not known.
        disposable: Rows with a throw-away mailbox; None where that is not known.
        free: Rows with a free-mail address; None where that is not known.
        role: Rows with a role account (``info@``); None where that is not known.
        providers: What each provider did, in the order in which the rows name them first: not always
            that in which they were passed.
        bad_rows: Rows that could not be read, and are not among ``rows``.
        columns: Which columns were recognised; None where that is not known.
        notes: Further sentences for people.
    """

    rows: int
    fields: tuple[FieldReport, ...]
    absent: tuple[str, ...] = ()
    filled: tuple[tuple[str, int], ...] = ()
    duplicates: int | None = None
    disposable: int | None = None
    free: int | None = None
    role: int | None = None
    providers: tuple[ProviderReport, ...] = ()
    bad_rows: BadRows = NO_BAD_ROWS
    columns: ColumnReport | None = None
    notes: tuple[str, ...] = ()

    @property
    def fill_rates(self) -> dict[str, float]:
        """Share of the rows with a value, 0 to 1, per added column that holds one."""
        return {name: count / self.rows if self.rows else 0.0 for name, count in self.filled}

    def field(self, name: str) -> FieldReport:
        """Give the report of one field.

        Args:
            name: ``email``, ``phone``, ``name``, ``job_title``, ``company`` or ``domain``.

        Raises:
            InvalidInput: This summary has no such field (``unknown_field``).
        """
        reports = {report.name: report for report in self.fields}
        if name not in reports:
            raise InvalidInput(
                f"this summary has no field {name!r}; it has: {', '.join(reports) or 'none'}", reason="unknown_field"
            )
        return reports[name]

    def to_dict(self, *, examples: bool = True) -> dict[str, Any]:
        """Give everything as JSON-ready values.

        Args:
            examples: Whether the examples, and with them personal data of the rows, are part of it.
        """
        return {
            "rows": self.rows,
            "fields": {report.name: report.to_dict(examples=examples) for report in self.fields},
            "absent": list(self.absent),
            "filled": dict(self.filled),
            "duplicates": self.duplicates,
            "disposable": self.disposable,
            "free": self.free,
            "role": self.role,
            "providers": {report.name: report.to_dict() for report in self.providers},
            "bad_rows": self.bad_rows.to_dict(),
            "columns": self.columns.to_dict() if self.columns else None,
            "notes": list(self.notes),
        }

    def rich_report(self) -> RenderableType:
        """Give the report with colours, for a ``rich`` console."""
        from trustleads.enrichment.summary import terminal  # noqa: PLC0415 - rich is loaded by those who use it

        return terminal.render(self)

    def __rich__(self) -> RenderableType:
        return self.rich_report()

    def __str__(self) -> str:
        from trustleads.enrichment.summary import text  # noqa: PLC0415 - text imports the classes above

        return text.render(self)

    def __repr__(self) -> str:
        """One line, without a value of any row."""
        shares = [f"{report.name} {report.share(report.passed):.1%}" for report in self.fields]
        stopped = ", ".join(f"{visible(r.name)} ({r.stopped})" for r in self.providers if r.stopped)
        passed = f"pass: {', '.join(shares) or 'nothing judged'}" + (f"; stopped: {stopped}" if stopped else "")
        return f"<Summary: {self.rows:,} rows; {passed}; print() shows more>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show the report where IPython in a terminal shows a result."""
        printer.text(repr(self) if cycle else str(self))

    def _repr_html_(self) -> str:
        """Show the report where a notebook shows a result."""
        from trustleads.enrichment.summary import html  # noqa: PLC0415 - html imports the classes above

        return html.render(self)
