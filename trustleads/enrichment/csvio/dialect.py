"""What the beginning of a file tells: whether it is text, in which encoding, and how its header reads."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Any

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.csvio.faults import MESSAGES, CsvFault
from trustleads.enrichment.csvio.scan import Layout, Record, Text, bad_row, field_spans, records

DELIMITERS = (",", ";", "\t")

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

_NOT_CSV: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP file or an Excel workbook (.xlsx): unpack it, or save the sheet as CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls): save the sheet as CSV UTF-8"),
    (b"\x1f\x8b", "compressed with gzip: unpack it first (gunzip)"),
    (b"BZh", "compressed with bzip2: unpack it first (bunzip2)"),
    (b"\xfd7zXZ", "compressed with xz: unpack it first (unxz)"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard: unpack it first (unzstd)"),
    (b"7z\xbc\xaf", "a 7-Zip archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"PAR1", "a Parquet file: give it a name that ends in .parquet"),
    (b"ARROW1", "an Arrow file: load it with pyarrow and pass the table"),
    (b"SQLite format 3", "an SQLite database: export the table as CSV"),
    (b"%PDF", "a PDF document: export the data as CSV"),
    (b"{\\rtf", "an RTF document: save it as plain text"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b'{"', "JSON: load it and pass the list of objects"),
    (b"[{", "JSON: load it and pass the list of objects"),
    (b"<?xml", "XML: export the data as CSV"),
    (b"<!doctype", "a web page: the download was perhaps a sign-in page"),  # lower case: tags have no case
    (b"<html", "a web page: the download was perhaps a sign-in page"),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SEPARATOR_LINE = re.compile(rb"sep=(.)\r?\n")  # Excel's own way to name the delimiter
_NO_DELIMITERS = '"\r\n\0+-.'
_NO_FILES = {"idna", "punycode"}  # encodings of names, not of files
_MOST_CONTROL = 0.02  # share of control characters above which bytes are no text ...
_FEW_CONTROL = 8  # ... unless there are so few that they are faults of single rows


@dataclass(frozen=True, slots=True)
class Header:
    """A file's first row.

    Attributes:
        names: Column names, exactly as they stand there.
        delimiter: One character.
        end: Length of the header in bytes, line end included.
        next_line: Line number of what follows it.
    """

    names: tuple[str, ...]
    delimiter: str
    end: int
    next_line: int


def split_bom(head: bytes) -> tuple[bytes, str | None]:
    """Give the byte order mark that the file begins with, and the encoding it stands for."""
    return next(((bom, name) for bom, name in _BOMS if head.startswith(bom)), (b"", None))


def checked_encoding(name: Any) -> str:
    """Give the usual name of an encoding.

    Raises:
        InvalidInput: Python knows no such text encoding.
    """
    try:
        " ".encode(name)
        found = codecs.lookup(name).name
    except (LookupError, ValueError, TypeError):
        found = ""
    if not found or found in _NO_FILES:
        shown = repr(name) if isinstance(name, str) else f"(a {type(name).__name__})"
        message = f"encoding={shown} is no text encoding; usual ones are 'utf-8', 'cp1252', 'latin-1', 'utf-16'"
        raise InvalidInput(message, reason=CsvFault.UNKNOWN_ENCODING)
    return "utf-8" if found == "utf-8-sig" else str(found)


def checked_delimiter(delimiter: Any) -> str:
    """Check a delimiter that the caller chose.

    Raises:
        InvalidInput: It is not one ASCII character, or one that means something else in CSV or in a number.
    """
    text = isinstance(delimiter, str)
    if not text or len(delimiter) != 1 or not delimiter.isascii() or delimiter.isalnum() or delimiter in _NO_DELIMITERS:
        shown = repr(delimiter) if text else f"(a {type(delimiter).__name__})"
        message = f"delimiter={shown} is not possible: it is one sign, such as ',' or ';' or '|' or a tab"
        raise InvalidInput(message, reason=CsvFault.BAD_DELIMITER)
    return str(delimiter)


def check_is_text(head: bytes, text: bytes) -> None:
    """Refuse what is something else than CSV, and say what to do with it.

    Args:
        head: The first bytes of the file, without a byte order mark.
        text: The same in UTF-8.

    Raises:
        InvalidInput: A known other format, or binary data.
    """
    binary = len(_CONTROL.findall(text)) > max(_FEW_CONTROL, len(text) * _MOST_CONTROL)
    what = _other_format(head, binary=binary) or _wide_text(text) or ("binary data" if binary else None)
    if what:
        raise InvalidInput(f"this is no CSV file but {what}", reason=CsvFault.NOT_TEXT, line=1, column=1)


def _other_format(head: bytes, *, binary: bool) -> str | None:
    """Know a format by its first bytes; those that are letters could also begin the name of a column."""
    start = head.lstrip()[:16]
    for magic, what in _NOT_CSV:
        if (start.startswith(magic) and (binary or not magic.isalnum())) or start.lower().startswith(magic):
            return what
    return None


def _wide_text(text: bytes) -> str | None:
    """Know UTF-16 by the NUL that is half of each Latin letter."""
    halves = {"utf-16-le": (text[1::2], text[0::2]), "utf-16-be": (text[0::2], text[1::2])}
    for name, (high, low) in halves.items():
        if high.count(0) > len(high) / 2 and low.count(0) < len(low) / 10:
            return f"UTF-16 text without a byte order mark: pass encoding={name!r}"
    return None


def split_separator_line(data: Text) -> tuple[int, str | None]:
    """Give the length of the line with which Excel names the delimiter, and the delimiter; 0 and None without one."""
    line = _SEPARATOR_LINE.match(data)
    return (line.end(), line[1].decode("ascii", "replace")) if line else (0, None)


def read_header(data: Text, delimiter: str | None, layout: Layout, line: int, *, final: bool) -> Header | None:
    """Read the names of the columns.

    Args:
        data: UTF-8 text from the header on.
        delimiter: What the caller or the file's first line says; None to find it out.
        layout: The limits.
        line: Line number of the first byte.
        final: Whether the input ends with ``data``.

    Returns:
        The header; None if ``data`` does not hold all of it.

    Raises:
        InvalidInput: The header has a fault, or two columns have the same name.
    """
    chosen = (
        checked_delimiter(delimiter).encode() if delimiter is not None else _find_delimiter(data, layout, final=final)
    )
    if chosen is None:
        return None
    layout = Layout(chosen, 0, layout.max_record)
    record = next(records(data, layout, final=final), None)
    if record is None:
        return None
    if record.fault is not None:
        raise bad_row(data, record, layout, line).error()
    names = _names(data, record, chosen, line)
    return Header(names, chosen.decode(), record.end, line + data.count(b"\n", 0, record.end))


def _find_delimiter(data: Text, layout: Layout, *, final: bool) -> bytes | None:
    """Take the delimiter that makes most columns of the header; where two do, the one that fits the next row too.

    None where the data do not hold all of the header.
    """
    merits: dict[bytes, tuple[bool, int, bool]] = {}
    for delimiter in (name.encode() for name in DELIMITERS):
        rows = records(data, Layout(delimiter, 0, layout.max_record), final=final)
        header, row = next(rows, None), next(rows, None)
        if header is None:
            return None
        agrees = row is not None and row.fields == header.fields
        merits[delimiter] = (header.fields > 1 and header.fault is None, header.fields, agrees)
    return max(merits, key=lambda delimiter: merits[delimiter])


def _names(data: Text, header: Record, delimiter: bytes, line: int) -> tuple[str, ...]:
    spans = field_spans(data, header, delimiter)
    names = tuple(_unquoted(data[start:end].decode()) for start, end in spans)
    first: dict[str, int] = {}
    for number, name in enumerate(names):
        if name in first:
            at = spans[number][0]
            message = MESSAGES[CsvFault.DUPLICATE_HEADER].format(first=first[name] + 1, second=number + 1)
            column = len(data[data.rfind(b"\n", 0, at) + 1 : at].decode()) + 1
            line += data.count(b"\n", 0, at)
            raise InvalidInput(message, reason=CsvFault.DUPLICATE_HEADER, line=line, column=column)
        first[name] = number
    return names


def _unquoted(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text
