"""The error tree: one root, children by what the caller can do about it.

Every error has a stable ``code`` (for programs), a message that says what is wrong, where, and what to
do (for people), and ``retryable``. No message ever contains personal data: rows are named by line and
column, never by their content.
"""

from __future__ import annotations

from typing import ClassVar


class TrustLeadsError(Exception):
    """Root of every error this library raises on purpose.

    Attributes:
        code: Stable identifier, part of the public API.
        retryable: Whether the same call may succeed later without a change.
    """

    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False


class InvalidInput(TrustLeadsError):
    """The data or an option is wrong; nothing was changed.

    Attributes:
        line: One-based line in the input file, where one is to blame.
        column: One-based character position in that line, where known.
        reason: Short stable code of the fault (for files: see ``docs/reference/csv.md``).
    """

    code = "invalid_input"

    def __init__(
        self, message: str, *, reason: str = "invalid", line: int | None = None, column: int | None = None
    ) -> None:
        """Build the message; the position is in front of it when there is one."""
        where = "" if line is None else f"line {line}: " if column is None else f"line {line}, column {column}: "
        super().__init__(f"{where}{message}")
        self.reason = reason
        self.line = line
        self.column = column

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle whole: engines and process pools carry errors between processes."""
        return _rebuild, (type(self), str(self), self.reason, self.line, self.column)


def _rebuild(kind: type[InvalidInput], message: str, reason: str, line: int | None, column: int | None) -> InvalidInput:
    error = kind(message, reason=reason)
    error.line, error.column = line, column
    return error


class MissingExtra(TrustLeadsError, ImportError):
    """An optional dependency is not installed; the message names the command that installs it."""

    code = "missing_extra"

    def __init__(self, package: str, extra: str) -> None:
        """Name the package that is missing and the extra that brings it."""
        super().__init__(f"{package} is needed for this: pip install 'trustleads[{extra}]'")
        self.package = package
        self.extra = extra

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle whole."""
        return type(self), (self.package, self.extra)


class Unavailable(TrustLeadsError):
    """A part outside this process does not answer; the same call may succeed later."""

    code = "unavailable"
    retryable = True
