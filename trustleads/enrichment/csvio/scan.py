"""The exact scanner: row by row, with the place of each fault. Slow and sure.

It runs on the header, and on the blocks that the quick checks do not pass. Its rules are those of RFC 4180,
with the one liberty that Python's ``csv``, pyarrow and spreadsheets take too: a quote *inside* an unquoted
field (``5" pipe``) is an ordinary character. Every decision depends on the bytes of the row alone, never on
where a block happens to end.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from trustleads.enrichment.csvio.faults import MESSAGES, BadRow, CsvFault

MAX_RECORD = 1 << 20
HALF_CHARACTER = b"\xed\xb0\x80"  # stands at the end of a file that ends inside a character; no text in UTF-8
_SURROGATE = re.compile("[\ud800-\udfff]")

Span = tuple[int, int]
Text = bytes | bytearray


@dataclass(frozen=True, slots=True)
class Layout:
    """What every row of a file has in common.

    Attributes:
        delimiter: One byte.
        columns: Number of fields of each row; 0 where any number will do.
        max_record: Longest row in bytes, line end included.
        encoding: Of the file; what is scanned is UTF-8 made from it.
    """

    delimiter: bytes
    columns: int = 0
    max_record: int = MAX_RECORD
    encoding: str = "utf-8"


class Record(NamedTuple):
    """One row in the bytes scanned.

    Attributes:
        start: Where it begins.
        end: Where the next one begins.
        fields: How many fields it has; as far as the scanner came, where there is a fault.
        fault: What is wrong, None where nothing is.
        fault_at: Where that is.
        whole: Whether its end is in the bytes scanned; only of an over-long row it may not be.
    """

    start: int
    end: int
    fields: int
    fault: CsvFault | None = None
    fault_at: int = 0
    whole: bool = True


def records(data: Text, layout: Layout, *, final: bool = True) -> Iterator[Record]:
    """Give the rows of a block one after the other, blank lines included.

    Args:
        data: UTF-8 text that begins at the beginning of a row.
        layout: Delimiter and limits.
        final: Whether the input ends with ``data``. Otherwise a last row without its end is not given.

    Yields:
        Rows that join without a gap: each begins where the one before it ends.
    """
    shape = _shape_of_a_row(layout.delimiter, layout.columns) if layout.columns and _has_only_text(data) else None
    start = 0
    while start < len(data):
        row = shape.match(data, start, start + layout.max_record) if shape else None
        try:
            record = Record(start, row.end(), layout.columns) if row else _Walk(data, start, layout, final).record()
        except _Incomplete:
            return
        yield record
        start = record.end


def _has_only_text(data: Text) -> bool:
    """Whether no row, a last one without its end aside, has a fault of content."""
    try:
        data[: data.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in data


@lru_cache(maxsize=16)
def _shape_of_a_row(delimiter: bytes, columns: int) -> re.Pattern[bytes]:
    """Make the pattern of a row in order, line end included: what it matches need not be walked through.

    Nothing in it can be matched in two ways, so it never goes back.
    """
    end = re.escape(delimiter)
    field = rb'(?>"[^"]*+(?:""[^"]*+)*+"|[^"' + end + rb"\r\n][^" + end + rb"\r\n]*+|)"
    return re.compile(field + rb"(?:" + end + field + rb"){%d}\r?\n" % (columns - 1))


def is_blank(data: Text, record: Record) -> bool:
    """Whether the row is a line with nothing in it: no row at all, unless the file has but one column."""
    return data[record.start : record.end] in (b"\n", b"\r\n")


def field_spans(data: Text, record: Record, delimiter: bytes) -> list[Span]:
    """Give the place of each field of a row, quotes included, line end excluded.

    Only for rows whose quotes are in order.
    """
    end = record.end
    end -= data.endswith(b"\n", record.start, end)
    end -= data.endswith(b"\r", record.start, end)
    spans, pos = [], record.start
    while pos <= end:
        closing = _closing_quote(data, pos, end) if data.startswith(b'"', pos, end) else pos
        stop = data.find(delimiter, closing, end)
        spans.append((pos, stop if stop >= 0 else end))
        pos = spans[-1][1] + 1
    return spans


def bad_row(data: Text, record: Record, layout: Layout, line: int) -> BadRow:
    """Make the report on a row with a fault.

    Args:
        data: The bytes scanned.
        record: The row.
        layout: Delimiter and limits.
        line: Line number of its beginning.
    """
    if record.fault is None:
        raise ValueError("the row is in order")
    before = data.rfind(b"\n", record.start, record.fault_at)
    line_start = record.start if before < 0 else before + 1
    message = MESSAGES[record.fault].format(
        limit=layout.max_record,
        found=record.fields,
        fields="field" if record.fields == 1 else "fields",
        wanted=layout.columns,
    )
    return BadRow(
        line=line + data.count(b"\n", record.start, record.fault_at),
        column=len(data[line_start : record.fault_at].decode("utf-8", "replace")) + 1,
        reason=record.fault,
        message=message,
        raw=_as_it_stood(
            bytes(data[record.start : min(record.end, record.start + layout.max_record)]), layout.encoding
        ),
    )


def _as_it_stood(row: bytes, encoding: str) -> bytes:
    """Give a row for people to mend: as UTF-8, or if that it cannot be, as the bytes of the file.

    Where these are not known any more (UTF-16: half a pair of surrogates), it is UTF-8 with Python's escape in
    place of what is no text.
    """
    if encoding == "utf-8":
        return row
    row = row.replace(HALF_CHARACTER, b"")
    text = codecs.getincrementaldecoder("utf-8")("surrogatepass").decode(row)  # the cut may be inside a character
    if not _SURROGATE.search(text):
        return row
    original = b""
    if not encoding.startswith("utf"):
        with suppress(UnicodeError):
            original = text.encode(encoding, "surrogateescape")
    return original or text.encode("utf-8", "backslashreplace")


class _Incomplete(Exception):  # a signal: the row's end is not in the data
    pass


class _Unclosed(Exception):  # a signal: the quoted field that opens at args[0] has no end
    pass


class _OverLong(Exception):  # a signal: no end within the limit, in the field that begins at args[0]
    pass


@dataclass(slots=True)
class _Walk:
    """One row's reading: alternately through quoted fields and through plain stretches of a line."""

    data: Text
    start: int
    layout: Layout
    final: bool
    fields: int = 1
    fault: CsvFault | None = None
    fault_at: int = 0
    limit: int = field(init=False)

    def __post_init__(self) -> None:
        self.limit = self.start + self.layout.max_record

    def record(self) -> Record:
        try:
            end, whole = self._end(), True
            self._check_content(end)
        except _OverLong as signal:
            self._blame(CsvFault.OVER_LONG_FIELD, signal.args[0])
            newline = self.data.find(b"\n", self.limit)
            end, whole = (newline + 1, True) if newline >= 0 else (len(self.data), self.final)
        return Record(self.start, end, self.fields, self.fault, self.fault_at, whole)

    def _end(self) -> int:
        """Find where the row ends; reading resumes in the line after one whose quote is never closed."""
        try:
            pos: int | None = self.start
            while pos is not None:
                here = self._past_quotes(pos) if self.data.startswith(b'"', pos) else pos
                pos = self._next_quoted(here)
        except _Unclosed as signal:
            here = signal.args[0]
            self._line_end(here)  # a line without end is the worse fault
            self._blame(CsvFault.UNCLOSED_QUOTE, here)
        return min(self._line_end(here) + 1, len(self.data))

    def _past_quotes(self, opening: int) -> int:
        """Give the position behind the closing quote of a field."""
        closing = _closing_quote(self.data, opening, self.limit)
        if closing < 0:
            self._need(self.limit)
            raise _Unclosed(opening)
        self._need(closing + 2)
        after = self.data[closing + 1 : closing + 2]
        if after and after not in (self.layout.delimiter, b"\n", b"\r"):
            if closing > opening + 1 and self.data[closing - 1 : closing] in (self.layout.delimiter, b"\n"):
                raise _Unclosed(opening)  # what seems to close it opens a field of its own: ',"text'
            self._blame(CsvFault.STRAY_QUOTE, closing + 1)
        return closing + 1

    def _next_quoted(self, pos: int) -> int | None:
        """Read the rest of the line up to the next field in quotes; None where there is none."""
        end = self._line_end(pos)
        opening = self.data.find(self.layout.delimiter + b'"', pos, end)
        stop = end if opening < 0 else opening + 1
        self.fields += self.data.count(self.layout.delimiter, pos, stop)
        cr = self.data.find(b"\r", pos, stop)
        if cr >= 0 and not self.data.startswith((b"\r\n", b"\r" + HALF_CHARACTER), cr):
            self._blame(CsvFault.LONE_CR, cr)
        return None if opening < 0 else stop

    def _line_end(self, pos: int) -> int:
        """Give the position of the line's LF, or of the end of the input."""
        newline = self.data.find(b"\n", pos, self.limit)
        if newline >= 0:
            return newline
        self._need(self.limit)
        if len(self.data) >= self.limit:
            raise _OverLong(self._endless_field(pos))
        return len(self.data)

    def _endless_field(self, pos: int) -> int:
        """Give the beginning of the field that reaches the limit."""
        if self.data.startswith(b'"', pos):
            return pos
        cr = self.data.find(b"\r", pos, self.limit - 1)
        if cr >= 0:
            self._blame(CsvFault.LONE_CR, cr)  # a file of old Mac line ends seems to be one long line
        return max(pos, self.data.rfind(self.layout.delimiter, pos, self.limit) + 1)

    def _need(self, position: int) -> None:
        """Stop here, unless the data reach so far or there are no more."""
        if len(self.data) < position and not self.final:
            raise _Incomplete

    def _check_content(self, end: int) -> None:
        """Look for the faults that do not move the row's end."""
        raw = self.data[self.start : end]
        nul = raw.find(b"\0")
        if nul >= 0:
            self._blame(CsvFault.NUL_BYTE, self.start + nul)
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            self._blame(CsvFault.INVALID_ENCODING, self.start + error.start)
        self._check_fields(end)

    def _check_fields(self, end: int) -> None:
        wanted = self.layout.columns
        row = Record(self.start, end, self.fields)
        if self.fault is None and wanted not in (0, self.fields) and not (wanted > 1 and is_blank(self.data, row)):
            spans = field_spans(self.data, row, self.layout.delimiter)
            self._blame(CsvFault.RAGGED_ROW, spans[-1][1] if self.fields < wanted else spans[wanted][0])

    def _blame(self, fault: CsvFault, position: int) -> None:
        """Note the first fault of the row; later ones may follow from it."""
        if self.fault is None:
            self.fault, self.fault_at = fault, position


def _closing_quote(data: Text, opening: int, stop: int) -> int:
    """Find the quote that closes the field opened here and is not doubled; -1 where there is none before ``stop``."""
    closing = data.find(b'"', opening + 1, stop)
    while closing >= 0 and data.startswith(b'""', closing):
        closing = data.find(b'"', closing + 2, stop)
    return closing
