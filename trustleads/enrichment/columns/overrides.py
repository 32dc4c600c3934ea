"""What the caller says about columns, checked (LEAD-1)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.columns.content import looks_like_data
from trustleads.enrichment.columns.headers import split_header
from trustleads.enrichment.columns.report import ColumnReport
from trustleads.enrichment.models import Role

_SHOWN = 40  # column names listed in a message


def read_overrides(names: Sequence[str], overrides: Mapping[str, str | None]) -> dict[Role, str | None]:
    """Check ``columns=`` against the columns that there are.

    Raises:
        InvalidInput: An unknown role (reason ``unknown_role``), a column that is not there
            (``unknown_column``) or one that is there more than once (``duplicate_column``).
    """
    return {role_of(key): None if column is None else _column(names, key, column) for key, column in overrides.items()}


def role_of(key: str) -> Role:
    """Give the role of this name.

    Raises:
        InvalidInput: There is none (reason ``unknown_role``); the message lists those there are.
    """
    try:
        return Role(key)
    except ValueError:
        guess = _guess(str(key), [role.value for role in Role])
        raise InvalidInput(
            f"columns: {key!r} is not a role{guess}; the roles are {', '.join(Role)}", reason="unknown_role"
        ) from None


def _column(names: Sequence[str], key: str, column: str) -> str:
    count = list(names).count(column)
    if count == 1:
        return column
    if count:
        raise InvalidInput(f"columns: {key} names {column!r}, which is there {count} times", reason="duplicate_column")
    raise InvalidInput(
        f"columns: {key} names {column!r}, which is not there{_guess(column, names)}; there is: {listed(names)}",
        reason="unknown_column",
    )


def _guess(wrong: str, right: Sequence[str]) -> str:
    """Suggest what was meant: the same words in another spelling, or else the closest spelling."""
    words = split_header(wrong)
    for name in right:
        if words and split_header(name) == words:
            return f" (did you mean {name!r}?)"
    folded = {name.casefold(): name for name in reversed(right) if not looks_like_data(name)}
    close = difflib.get_close_matches(wrong.casefold(), folded, n=1)
    return f" (did you mean {folded[close[0]]!r}?)" if close else ""


def listed(names: Sequence[str]) -> str:
    """List column names for a message; if one looks like data, as in a file without a header, none is named."""
    if any(map(looks_like_data, names)):
        place = next(i for i, name in enumerate(names) if looks_like_data(name))
        return f"{len(names)} columns without a header (the name of column {place + 1} looks like data)"
    shown = [repr(name) for name in names[:_SHOWN]]
    more = [f"and {len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    return ", ".join(shown + more) or "no column at all"


def require_any(report: ColumnReport) -> ColumnReport:
    """Give the report back if it names anything to validate or enrich.

    Raises:
        InvalidInput: No role was found (a country alone is nothing to work on; reason ``no_roles``). The
            message lists what was looked for and what was there.
    """
    if set(report.roles) - {Role.COUNTRY}:
        return report
    wanted = ", ".join(role for role in Role if role is not Role.COUNTRY)
    raise InvalidInput(
        f"no column was recognised: looked for {wanted}; there is: {listed(report.columns)}. "
        'Name them yourself: columns={"email": "the name of your e-mail column"}',
        reason="no_roles",
    )
