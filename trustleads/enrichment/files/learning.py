"""A first look at the whole input, for providers that learn from the caller's rows."""

from __future__ import annotations

import os
from typing import Any

import pyarrow as pa

from trustleads.enrichment.files.inputs import is_file, open_input
from trustleads.enrichment.filling import Filler


def learn_first(data: Any, filler: Filler, *, encoding: str | None = None, delimiter: str | None = None) -> None:
    """Let providers learn from all rows before the first one is asked about.

    What can be read only once is not: there, each batch is learnt from before its own rows are asked about.

    Args:
        data: What ``open_input`` takes.
        filler: Whose providers learn.
        encoding: Of a CSV file.
        delimiter: Of a CSV file.

    Raises:
        InvalidInput: The input has a fault, but for rows that cannot be parsed.
    """
    read_once = isinstance(data, pa.RecordBatchReader) or (is_file(data) and not isinstance(data, (str, os.PathLike)))
    if read_once or not filler.learners:
        return
    with open_input(data, encoding=encoding, delimiter=delimiter, on_bad_row="report") as source:
        roles = filler.detect(source.names, source.sample()).roles
        for piece in source.pieces():
            filler.learn(source.parse(piece).batch, roles)
