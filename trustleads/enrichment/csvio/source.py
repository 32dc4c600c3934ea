"""A CSV file being read: its header at once, its rows in blocks of bounded size."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from types import TracebackType
from typing import Any, BinaryIO, Self

from trustleads.core.atomic import from_os_error
from trustleads.core.errors import InvalidInput, TrustLeadsError
from trustleads.enrichment.csvio.blocks import Block, Cut, find_cut, line_count
from trustleads.enrichment.csvio.dialect import Header, read_header, split_separator_line
from trustleads.enrichment.csvio.faults import MESSAGES, CsvFault
from trustleads.enrichment.csvio.scan import MAX_RECORD, Layout
from trustleads.enrichment.csvio.text import HEAD, TextInput

BLOCK_SIZE = 27 << 19  # a longer one costs less per row, and takes memory once per worker
_LONGEST_NAME = 255  # characters; longer paths exist, but then they can be opened
_BLANK_LINES = re.compile(rb"(?:\r?\n)+")


def open_source(
    file: str | os.PathLike[str] | BinaryIO,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    max_record: int = MAX_RECORD,
) -> CsvSource:
    """Open a CSV file and read its header.

    Args:
        file: A path, or a file object that gives bytes; it is read from where it stands, and never closed here.
        encoding: Encoding of a file without a byte order mark (which says more than the caller can know);
            UTF-8 by default.
        delimiter: One ASCII character; by default comma, semicolon or tab, whichever the header shows.
        max_record: Longest row in bytes of UTF-8.

    Returns:
        The source; it is a context manager, and closes what it opened.

    Raises:
        InvalidInput: There is no such file, it is no CSV file, its header has a fault, or it has no row.
        Unavailable: The file cannot be read.
    """
    name = os.fspath(file) if isinstance(file, (str, os.PathLike)) else "the input"
    opened: Any = _open(name) if isinstance(file, (str, os.PathLike)) else file
    try:
        return CsvSource(TextInput(opened, name, encoding), delimiter, max_record, close=opened is not file)
    except BaseException:
        if opened is not file:
            opened.close()
        raise


class CsvSource:
    """An open CSV file.

    Attributes:
        names: Column names, exactly as in the header; a single one may be empty.
        delimiter: One character.
        encoding: Name of the file's encoding.
        bom: Whether it begins with a byte order mark.
        size: Bytes to read, None where nobody knows (pipes).
        layout: What the scanner needs to know of each row.
    """

    def __init__(self, text: TextInput, delimiter: str | None, max_record: int, *, close: bool) -> None:
        """Read the header; ``open_source`` is the way in."""
        self._text = text
        self._close = close
        self._ended = False
        self._index = 0
        self._line = 1
        self._offset = 0
        self._pending = bytearray()
        self.size = text.size
        self.encoding = text.encoding
        self.bom = text.bom
        self._fill(HEAD)
        header = self._read_header(delimiter, max_record)
        self.names = header.names
        self.delimiter = header.delimiter
        self.layout = Layout(header.delimiter.encode(), len(header.names), max_record, self.encoding)
        self._find_first_row()

    def blocks(self, block_size: int = BLOCK_SIZE) -> Iterator[Block]:
        """Give the rest of the file in blocks of whole rows; not for two threads at once.

        Args:
            block_size: Bytes to read at a time, at least 1; a block is longer only where one row is.

        Yields:
            Blocks without a gap between them.

        Raises:
            Unavailable: The file cannot be read.
        """
        wanted = block_size
        while self._pending or not self._ended:
            self._fill(wanted)
            cut = find_cut(self._pending, self.layout, final=self._ended)
            wanted = block_size if cut.end else max(block_size, 2 * len(self._pending))
            if cut.end:
                yield self._take(cut)

    def peek(self, size: int = MAX_RECORD) -> Block:
        """Give the first whole rows within ``size`` bytes; ``blocks`` will give them again."""
        self._fill(size)
        cut = find_cut(self._pending, self.layout, final=self._ended)
        data = bytes(memoryview(self._pending)[: cut.end])
        return Block(data, self._index, self._line, self._offset, self._offset, cut.regular)

    def close(self) -> None:
        """Close the file if this object opened it."""
        if self._close:
            self._text.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self, cut: Cut) -> Block:
        data, self._pending = self._pending, self._pending[cut.end :]
        del data[cut.end :]
        index, line, offset = self._index, self._line, self._offset
        self._index += 1
        self._line += line_count(data)
        if not cut.whole:
            self._skip_line()
        self._offset = self._text.done(len(self._pending))
        return Block(data, index, line, offset, self._offset, cut.regular)

    def _skip_line(self) -> None:
        """Drop the rest of an over-long row, however long it is."""
        while b"\n" not in self._pending and not self._ended:
            self._pending = bytearray()
            self._fill(HEAD)
        _, newline, self._pending = self._pending.partition(b"\n")
        self._line += len(newline)

    def _fill(self, size: int) -> None:
        """Read until so many bytes are pending, or the file ends."""
        have = len(self._pending)
        if have >= size or self._ended:
            return
        pending = bytearray(size)
        pending[:have] = self._pending
        with memoryview(pending) as room:
            while have < size and not self._ended:
                count = self._text.read_into(room[have:])
                self._ended = count == 0
                have += count
        del pending[have:]
        self._pending = pending

    def _read_header(self, delimiter: str | None, max_record: int) -> Header:
        self._skip_blank_lines()
        length, told = split_separator_line(self._pending)
        if length:
            self._pending, self._line = self._pending[length:], self._line + 1
            self._skip_blank_lines()
        if delimiter is None:
            delimiter = told
        header = None
        while header is None:
            if not self._pending:
                raise _file_fault(CsvFault.EMPTY_FILE, 1)
            header = read_header(self._pending, delimiter, Layout(b",", 0, max_record), self._line, final=self._ended)
            if header is None:
                self._fill(2 * len(self._pending))
        self._pending = self._pending[header.end :]
        self._line = header.next_line
        return header

    def _find_first_row(self) -> None:
        if self.layout.columns > 1:
            self._skip_blank_lines()
        self._fill(1)
        if not self._pending:
            raise _file_fault(CsvFault.NO_ROWS, self._line)
        self._offset = self._text.done(len(self._pending))

    def _skip_blank_lines(self) -> None:
        """Drop empty lines, however many there are."""
        while not self._ended or self._pending:
            self._fill(HEAD)
            blank = _BLANK_LINES.match(self._pending)
            if blank is None:
                return
            self._line += blank[0].count(b"\n")
            self._pending = self._pending[blank.end() :]


def path_error(path: str, error: Exception) -> TrustLeadsError:
    """Say why there is no reading a path; one that looks like the content of a file is not shown.

    Raise it where ``error``, which shows it, is no longer being handled.
    """
    if len(path) > _LONGEST_NAME or any(sign in path for sign in "\r\n"):
        message = "this is no path of a file; for text that is CSV itself pass io.BytesIO(text.encode())"
        return InvalidInput(message, reason="bad_path")
    if isinstance(error, OSError):
        return from_os_error(error, f"cannot read {path}")
    return InvalidInput("a path cannot hold a NUL, nor a surrogate without its pair", reason="bad_path")


def _open(path: str) -> io.FileIO:
    try:
        return io.FileIO(path)
    except (OSError, ValueError) as error:
        failure = path_error(path, error)
    raise failure


def _file_fault(fault: CsvFault, line: int) -> InvalidInput:
    return InvalidInput(MESSAGES[fault], reason=fault, line=line, column=1)
