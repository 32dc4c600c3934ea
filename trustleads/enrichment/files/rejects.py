"""The rows that could not be parsed, kept in a file of their own: none is lost (LEAD-1)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from trustleads.core.atomic import AtomicFile, Spool
from trustleads.core.errors import InvalidInput
from trustleads.enrichment.csvio import BadRow, neutralise
from trustleads.enrichment.files.outputs import check_stream
from trustleads.enrichment.summary import BadLine, BadRows

SHOWN = 10  # bad rows that the summary names one by one
HEADER = b"line,column,reason,row\n"


class Rejects:
    """Takes bad rows in order; CSV with the columns line, column, reason and row (as it stood in the input)."""

    def __init__(self, file: AtomicFile | Spool, path: str | None) -> None:
        self._file = file
        self._path = path
        self._count = 0
        self._first: list[BadLine] = []
        file.write(HEADER)

    def add(self, row: BadRow) -> None:
        """Keep one row."""
        self._count += 1
        if len(self._first) < SHOWN:
            self._first.append(BadLine(row.line, row.reason))
        self._file.write(b'%d,%d,%s,"%s"\n' % (row.line, row.column, row.reason.encode(), _cell(row.raw)))

    def report(self) -> BadRows:
        """What the summary says of them."""
        return BadRows(self._count, tuple(self._first), self._path)


def _cell(raw: bytes) -> bytes:
    """Quote a row as one cell, byte for byte, harmless in a spreadsheet."""
    text = raw.decode(errors="replace")
    apostrophe = b"'" if neutralise(pa.array([text]))[0].as_py() != text else b""
    return apostrophe + raw.rstrip(b"\r\n").replace(b'"', b'""')


def check_rejects(rejects: Any, data: Any, to: Any) -> Any:
    """Tell where bad rows go: where the caller says, else beside the output.

    Raises:
        InvalidInput: The output is a stream, which has no beside; or it, or the input, is the same file.
    """
    if rejects is None:
        if not isinstance(to, (str, os.PathLike)):
            raise InvalidInput("with on_bad_row='report' name a file for the rejected rows: rejects=", reason="rejects")
        rejects = Path(to).with_name(f"{Path(to).stem}.rejected.csv")
    if not isinstance(rejects, (str, os.PathLike)):
        check_stream(rejects, "rejects")
    if _place(rejects) in (_place(data), _place(to)):
        raise InvalidInput(
            "the rejected rows would overwrite the input or the output: name another file with rejects=",
            reason="rejects",
        )
    return rejects


def _place(file: Any) -> str | int:
    if not isinstance(file, (str, os.PathLike)):
        return id(file)
    try:
        return os.path.realpath(file)
    except ValueError:  # no path can have this name; who opens it will say so
        return os.fspath(file)


@contextmanager
def open_rejects(target: Any) -> Iterator[Rejects]:
    """Open the file; it is there when the block is left, even if it holds no row."""
    if isinstance(target, (str, os.PathLike)):
        with AtomicFile(target) as file:
            yield Rejects(file, os.fspath(target))
    else:
        with Spool(target) as spool:
            yield Rejects(spool, None)
