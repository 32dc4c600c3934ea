"""What column detection found, for programs and for people (LEAD-1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from trustleads.enrichment.models import Role

if TYPE_CHECKING:
    from rich.text import Text

Source = Literal["override", "header", "content"]

_TITLES = ("role", "column", "from", "sure", "note")


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """One column that may have one role.

    Attributes:
        role: What the column would mean.
        column: Its name, as the caller has it.
        source: ``override`` (the caller said so), ``header`` or ``content``.
        confidence: How sure we are that this is the column to use for the role, 0 to 1.
        chosen: Whether it is used; a role has at most one chosen column, and the others are runners-up.
        note: Why not, or what is odd; never the content of a cell.
    """

    role: Role
    column: str
    source: Source
    confidence: float
    chosen: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """Which column has which role, why, and how surely.

    ``str()`` gives an aligned table for a terminal; in a notebook it shows as a table.

    Attributes:
        matches: By role in the order of ``Role``, within a role the chosen column first.
        columns: Every column name that was looked at, in order.
    """

    matches: tuple[ColumnMatch, ...]
    columns: tuple[str, ...]

    @property
    def roles(self) -> Mapping[Role, str]:
        """The chosen column of each role that has one."""
        return {match.role: match.column for match in self.matches if match.chosen}

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, ready for JSON."""
        return {
            "roles": {role.value: column for role, column in self.roles.items()},
            "matches": [{**asdict(match), "role": match.role.value} for match in self.matches],
            "columns": list(self.columns),
        }

    def __str__(self) -> str:
        rows = [_TITLES, *self._rows()]
        widths = [max(len(row[i]) for row in rows) for i in range(len(_TITLES))]
        return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)

    def __rich__(self) -> Text:
        from rich.text import Text  # noqa: PLC0415 - rich is loaded by those who use it

        return Text(str(self), no_wrap=True, overflow="ignore")

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{title}</th>" for title in _TITLES)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in self._rows())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        """One row of text a match; a runner-up leaves the role out, and a role without a match says so."""
        for role in Role:
            matches = [match for match in self.matches if match.role is role]
            for i, match in enumerate(matches):
                column = match.column if match.chosen else f"({match.column})"
                label = "" if i else role.value
                yield label, _one_line(column), match.source, f"{match.confidence:.0%}", match.note
            if not matches:
                yield role.value, "-", "", "", "not found"


def _one_line(text: str) -> str:
    """Keep a column name with line breaks or control characters from breaking the table."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
