"""Any encoding to UTF-8, piece by piece."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.csvio.faults import CsvFault

ToUtf8 = Callable[[bytes, bool], bytes]

_NOT_TEXT = b"\xff"  # a byte that no UTF-8 text has: the scanner finds it, and names line and column


def to_utf8(encoding: str) -> ToUtf8:
    """Give the function that turns one piece after the other into UTF-8.

    Bytes that are no text in the encoding become bytes that are no text in UTF-8, so that whoever checks the
    result finds them in their place.

    Args:
        encoding: Name of the encoding, as ``codecs`` knows it.

    Returns:
        A function of a piece and whether it is the last (which then may be empty).
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
                return _NOT_TEXT
            raise InvalidInput(f"the file is no {encoding} text", reason=CsvFault.INVALID_ENCODING) from None

    return transcode
