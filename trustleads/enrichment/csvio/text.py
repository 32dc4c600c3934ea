"""The caller's file as UTF-8 text, whatever its encoding: counted, and read into memory that is already there."""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from trustleads.core.atomic import from_os_error
from trustleads.core.errors import InvalidInput
from trustleads.enrichment.csvio.dialect import check_is_text, checked_encoding, split_bom
from trustleads.enrichment.csvio.faults import CsvFault
from trustleads.enrichment.csvio.scan import HALF_CHARACTER

HEAD = 1 << 16  # bytes that are read before anything else, to know the file by

_READ_INTO = (io.FileIO, io.BufferedReader)  # that what others promise works is not sure, and read() always does


class TextInput:
    """Reads a binary file as UTF-8.

    Attributes:
        size: Bytes from where the file stands to its end, None where nobody knows.
        encoding: Name of its encoding.
        bom: Whether it begins with a byte order mark.
    """

    def __init__(self, file: Any, name: str, encoding: str | None) -> None:
        """Read the first bytes and find out the encoding.

        Args:
            file: Anything with a ``read`` that gives bytes.
            name: For messages.
            encoding: The caller's word for a file without byte order mark.

        Raises:
            InvalidInput: The encoding is unknown, or this is no text.
            Unavailable: The file cannot be read.
        """
        self._file = file
        self._name = name
        self._read_into = file.readinto if type(file) in _READ_INTO else None
        self._ended = False
        self._consumed = 0
        self.size = _size(file)
        own = "utf-8" if encoding is None else checked_encoding(encoding)
        head = self._read_head()
        bom, told = split_bom(head)
        self.bom = bool(bom)
        self.encoding = told or own
        self._decode = _transcoder(self.encoding)
        self._made = len(bom)
        self._ready = self._decoded(head[len(bom) :])
        check_is_text(head[len(bom) :], self._ready)

    def read_into(self, room: memoryview) -> int:
        """Fill the beginning of ``room``; 0 at the end of the file.

        Raises:
            InvalidInput: The file does not give bytes.
            Unavailable: It cannot be read.
        """
        if self.encoding == "utf-8" and not self._ready and self._read_into is not None:
            count = self._checked(self._call(self._read_into, room), int)
            self._consumed += count
            self._made += count
            return int(count)
        while not self._ready and not self._ended:
            self._ready = self._decoded(self._read(len(room)))
        piece, self._ready = self._ready[: len(room)], self._ready[len(room) :]
        room[: len(piece)] = piece
        return len(piece)

    def done(self, pending: int) -> int:
        """Say how many bytes of the file the caller is through with; an estimate where it is not UTF-8.

        Args:
            pending: Bytes of UTF-8 that the caller has taken and still has to do.
        """
        return self._consumed - (pending + len(self._ready)) * self._consumed // max(1, self._made)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read_head(self) -> bytes:
        head = b""
        while len(head) < HEAD and not self._ended:
            head += self._read(HEAD - len(head))
        self._ended = False  # the decoder has yet to be told
        return head

    def _read(self, size: int) -> bytes:
        data: bytes = self._checked(self._call(self._file.read, size), bytes)
        self._ended = not data
        self._consumed += len(data)
        return data

    def _decoded(self, data: bytes) -> bytes:
        text = None
        with suppress(UnicodeError):  # not always UnicodeDecodeError: UTF-16 without a mark that says which one it is
            text = self._decode(data, self._ended)
        if text is None:  # raised out here, without the error that holds the text
            raise InvalidInput(self._no_text(), reason=CsvFault.INVALID_ENCODING)
        self._made += len(text)
        return text

    def _no_text(self) -> str:
        message = f"{self._name} is no {self.encoding} text"
        if self.encoding in {"utf-16", "utf-32"}:
            message += f": it has no byte order mark; pass encoding='{self.encoding}-le' or '{self.encoding}-be'"
        return message

    def _call(self, method: Callable[[Any], Any], argument: Any) -> Any:
        try:
            return method(argument)
        except OSError as error:
            raise from_os_error(error, f"cannot read {self._name}") from error

    def _checked(self, result: Any, kind: type) -> Any:
        if not isinstance(result, kind):
            raise InvalidInput(f"{self._name} does not give bytes: open it in binary mode, 'rb'", reason="not_binary")
        return result


def _transcoder(encoding: str) -> Callable[[bytes, bool], bytes]:
    """Give the function that turns one piece after the other into UTF-8, the last one marked as such.

    Bytes that are no text in the encoding become bytes that are no text in UTF-8, so that whoever checks the
    result finds them in their place.
    """
    if encoding == "utf-8":
        return lambda piece, _last: piece
    errors = "surrogatepass" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    decoder = codecs.getincrementaldecoder(encoding)(errors)

    def transcode(piece: bytes, last: bool) -> bytes:
        try:
            return decoder.decode(piece, last).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            if last and not piece:  # the file ends in the middle of a character
                return HALF_CHARACTER  # the scanner finds it, and names line and column
            raise

    return transcode


def _size(file: Any) -> int | None:
    """Measure what is left of a file that can be measured."""
    try:
        if not file.seekable():
            return None
        here = int(file.tell())
        size = int(file.seek(0, os.SEEK_END)) - here
        file.seek(here)
    except (AttributeError, OSError):
        return None
    return size
