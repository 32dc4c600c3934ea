"""Replies of an HTTP/1.1 server, out of the bytes of a connection (RFC 9112)."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httptools

from trustleads.enrichment.questions import AskAgain, Unsure

_MOST_BETWEEN = 64 * 2**10  # bytes that may come without a byte of the body: status line, headers, trailers
_GZIP = 16 + zlib.MAX_WBITS
_FIRST_FINAL, _FIRST = 200, 100  # status codes: below the one is no reply yet, below the other none at all
_TOO_MANY = 429  # RFC 6585 section 4
_NOT_DONE = frozenset({408, 425, 500, 502, 503, 520, 521, 522, 523, 525, 526, 530})
_MAYBE_DONE = frozenset({504, 524})  # a gateway gave up waiting for a server that may still have worked


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server sent.

    Attributes:
        status: HTTP status code.
        headers: By lower-case name; values of one name are joined by commas.
        body: Decompressed.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """Read the body.

        Raises:
            Unsure: It is no JSON (reason ``bad_answer``).
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unsure("bad_answer") from None

    def retry_after(self) -> float | None:
        """Seconds for which the server wants to be left alone (RFC 9110 section 10.2.3), None where it does not say.

        A date is read by the server's own clock where it tells its time.
        """
        text = self.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        then = _date(text)
        now = _date(self.headers.get("date", "")) or datetime.now(UTC)
        return None if then is None else max(0.0, (then - now).total_seconds())


def put_off(reply: Reply) -> AskAgain | Unsure | None:
    """Say what a status means by which a server does not answer now, and may later; None for any other."""
    after = reply.retry_after()
    if reply.status == _TOO_MANY:
        return AskAgain("rate_limited", after=after, everyone=True)
    if reply.status in _NOT_DONE:
        return AskAgain("server_error", after=after, everyone=after is not None)
    return Unsure("timeout") if reply.status in _MAYBE_DONE else None


class ReplyReader:
    """Reads one reply after the other from a connection.

    ``httptools`` parses, in C, and calls back here: the methods that begin with ``on_`` are its side.
    """

    def __init__(self, most_bytes: int) -> None:
        """Begin a connection.

        Args:
            most_bytes: Longest body, before and after decompression.
        """
        self._most_bytes = most_bytes
        self._parser = httptools.HttpResponseParser(self)
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()
        self._status = self._between = 0
        self._done = self.spoilt = False

    def expect(self) -> None:
        """Begin with the next reply."""
        self._headers, self._body = [], bytearray()
        self._status = self._between = 0
        self._done = False

    def read(self, data: bytes) -> Reply | None:
        """Take what came, and give the reply once it is whole. No other follows where ``spoilt`` is true then.

        Raises:
            Unsure: It is no reply (reason ``torn_answer``), or none that can be used (``bad_answer``).
        """
        body = len(self._body)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.spoilt = True
            if not self._done:
                raise Unsure("torn_answer") from None
        if len(self._body) > self._most_bytes:
            raise Unsure("bad_answer")
        if self._done:
            return self._reply()
        self._between = self._between + len(data) if len(self._body) == body else 0
        if self.spoilt or self._between > _MOST_BETWEEN:
            raise Unsure("torn_answer")
        return None

    def end(self, _: bytes = b"") -> Reply:
        """Learn that nothing comes any more: a reply that says no length is whole by that (RFC 9112 section 6.3).

        Raises:
            Unsure: It is torn.
        """
        self.spoilt = True
        if not self._status or {b"content-length", b"transfer-encoding"} & {name.lower() for name, _ in self._headers}:
            raise Unsure("torn_answer")
        return self._reply()

    def _reply(self) -> Reply:
        headers = _joined(self._headers)
        body = _plain(bytes(self._body), headers.get("content-encoding", ""), self._most_bytes)
        return Reply(self._status, headers, body)

    def on_message_begin(self) -> None:
        """Begin a message; after a whole one it is what nobody asked for."""
        self.spoilt = self.spoilt or self._done

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; those behind the body tell nothing that is asked for."""
        if not self._status:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Take the status; what is no reply yet is passed over."""
        status = self._parser.get_status_code()
        if self._done:
            return
        if status >= _FIRST_FINAL:
            self._status = status
        elif status >= _FIRST:
            self._headers = []
        else:
            self.spoilt = True
            self._status = 0

    def on_body(self, data: bytes) -> None:
        """Take a part of the body."""
        if not self._done:
            self._body += data

    def on_message_complete(self) -> None:
        """Learn that a message is whole."""
        if self._status:
            self._done = True
            self.spoilt = self.spoilt or not self._parser.should_keep_alive()


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip()
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    return joined


def _plain(body: bytes, encoding: str, most_bytes: int) -> bytes:
    """Decompress what may be compressed; never into more than is allowed."""
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "x-gzip"}:
        raise Unsure("bad_answer")
    unzip = zlib.decompressobj(_GZIP)
    try:
        plain = unzip.decompress(body, most_bytes + 1)
    except zlib.error:
        raise Unsure("bad_answer") from None
    if len(plain) > most_bytes or not unzip.eof:
        raise Unsure("bad_answer")
    return plain


def _date(text: str) -> datetime | None:
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # no date, or one whose numbers are none
        return None
    return then if then.tzinfo else then.replace(tzinfo=UTC)
