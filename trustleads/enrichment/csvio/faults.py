"""What can be wrong with a CSV file: the closed list of reasons, and the row that carries one.

``docs/reference/csv.md`` explains each code, and a test holds page and module together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from trustleads.core.errors import InvalidInput


class CsvFault(StrEnum):
    """Why a row, or the whole file, cannot be read."""

    # Faults of one row: on_bad_row="report" goes on behind it.
    NUL_BYTE = "nul_byte"
    LONE_CR = "lone_cr"
    UNCLOSED_QUOTE = "unclosed_quote"
    STRAY_QUOTE = "stray_quote"
    RAGGED_ROW = "ragged_row"
    INVALID_ENCODING = "invalid_encoding"
    OVER_LONG_FIELD = "over_long_field"
    # Faults of the file: always raised.
    EMPTY_FILE = "empty_file"
    NO_ROWS = "no_rows"
    DUPLICATE_HEADER = "duplicate_header"
    NOT_TEXT = "not_text"
    UNKNOWN_ENCODING = "unknown_encoding"
    BAD_DELIMITER = "bad_delimiter"


MESSAGES: dict[CsvFault, str] = {
    CsvFault.NUL_BYTE: "NUL byte; a text file has none. The file is damaged, or in another encoding than it says",
    CsvFault.LONE_CR: "bare carriage return (CR) outside quotes; lines end with LF or CR LF",
    CsvFault.UNCLOSED_QUOTE: "the quote that opens here is never closed",
    CsvFault.STRAY_QUOTE: 'text after the closing quote; a quote inside a quoted field is doubled: ""',
    CsvFault.INVALID_ENCODING: "bytes that are no text in this encoding; name the right one, such as encoding='cp1252'",
    CsvFault.OVER_LONG_FIELD: "a field without end: the row is longer than {limit:,} bytes",
    CsvFault.RAGGED_ROW: "{found:,} {fields} where the header has {wanted:,}",
    CsvFault.EMPTY_FILE: "the file is empty",
    CsvFault.NO_ROWS: "there is a header but no row",
    CsvFault.DUPLICATE_HEADER: "columns {first} and {second} have the same name; each needs its own",
}


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot be read as the header promises.

    Attributes:
        line: One-based line of the fault; a row with quoted line breaks begins further up.
        column: One-based character position of the fault in that line.
        reason: Why; one of the first half of ``CsvFault``.
        message: The same for people; holds nothing of the row's content.
        raw: The row as UTF-8, line end included, cut off at the longest row allowed; one that is no text in the
            file's encoding as the bytes of the file (``docs/reference/csv.md``). It may hold personal data, and is
            left out of ``repr``.
    """

    line: int
    column: int
    reason: CsvFault
    message: str
    raw: bytes = field(repr=False)

    def error(self) -> InvalidInput:
        """Make the error that ``on_bad_row="raise"`` raises."""
        return InvalidInput(self.message, reason=self.reason, line=self.line, column=self.column)
