"""What all providers behind HTTPS share: one attempt at one call, and what became of it (LEAD-4, LEAD-5).

The only module that knows httpx. It uses httpx's transports and not its client: the client writes every URL to the
log, and with it the person who is asked about. Redirects, cookies, and settings from the environment are things of
the client too, so that there are none.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, NoReturn
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import httpx

from trustleads._version import __version__
from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.questions import Answer, AskAgain, Attribute, Declined, Question, StopAsking, Unsure

_KEY = re.compile(r"[!-~]+")
_CONNECT = 10.0  # seconds for TCP, and as many for TLS
_IDLE = 15.0  # seconds after which a connection is not used again: servers often close theirs after 20 to 60
_NOT_DONE = frozenset({500, 502, 503, 520, 521, 522, 523, 525, 526, 530})
_MAYBE_DONE = frozenset({504, 524})  # a gateway gave up waiting for a server that may still have worked
_ABOUT_THE_SUBJECT = frozenset({404, 451})
_SIGNALS: Mapping[int, tuple[type[StopAsking | Declined], str]] = {
    401: (StopAsking, "key_refused"),
    402: (StopAsking, "no_credit"),
    403: (StopAsking, "key_refused"),
}


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


class HttpProvider(ABC):
    """A provider behind HTTPS: everything but ``lookup``.

    A subclass sets the attributes of ``ports.Provider`` at class level (a default price as ``list_price``, default
    limits as ``usual_limits``), writes ``lookup`` with ``send``, and says by ``headers`` how the key is shown and by
    ``judge`` what a status means where the provider has ways of its own. It can be used in several event loops at
    once, each of which has its own connections. The key is in no repr, log, error or pickle.

    Attributes:
        base_url: Where the provider's API is by default.
        list_price: Of one unit, such as ``"0.10 USD"``.
        usual_limits: How hard the provider may be asked on a usual plan.
        most_bytes: The longest body that is read, in bytes after decompression; a longer one is no usable answer.
    """

    base_url: ClassVar[str]
    list_price: ClassVar[str]
    usual_limits: ClassVar[Limits] = Limits()
    most_bytes: ClassVar[int] = 16 * 2**20

    name: str
    fills: frozenset[Attribute]
    verifies: bool = False
    matches: Sequence[frozenset[Attribute]]
    most_units: int = 1
    batch_size: int = 1
    confidence: Mapping[Attribute, float]

    def __init__(
        self,
        key: str,
        *,
        price: str | Money | None = None,
        limits: Limits | None = None,
        base_url: str | None = None,
        tls: ssl.SSLContext | None = None,
        proxy: str | None = None,
        transport: Any = None,
    ) -> None:
        """Check everything; nothing is opened before the first ``lookup``.

        Args:
            key: The key for the provider's API.
            price: Of one unit on the caller's plan, in place of the list price.
            limits: In place of the usual ones, where the caller's plan has others.
            base_url: In place of the provider's own address; ``https://`` only.
            tls: In place of a context that trusts the usual authorities; it has to verify, by TLS 1.2 or later.
            proxy: ``http://`` or ``https://`` address of a proxy; by default, and whatever the environment says, none.
            transport: An ``httpx.AsyncBaseTransport`` that is used in place of the network.

        Raises:
            InvalidInput: One of them cannot be used.
        """
        self._key = _checked_key(key, type(self).__name__)
        self.price = Money.of(self.list_price if price is None else price, name="price")
        self.limits = self.usual_limits if limits is None else limits
        self._root = _checked_root(self.base_url if base_url is None else base_url)
        self._tls = None if tls is None else _checked_tls(tls)
        self._proxy = None if proxy is None else _checked_proxy(proxy)
        self._transport: httpx.AsyncBaseTransport | None = transport
        self._lock = threading.Lock()
        self._lines: WeakKeyDictionary[asyncio.AbstractEventLoop, _Lines] = WeakKeyDictionary()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key=***)"

    def __getstate__(self) -> NoReturn:
        """Refuse: a pickle would carry the key."""
        raise TypeError(f"{type(self).__name__} holds a key and is not pickled: make it where it is used")

    @abstractmethod
    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        """Ask once about up to ``batch_size`` leads; see ``ports.Provider``."""

    def headers(self) -> Mapping[str, str]:
        """Give the headers that show the key; none where it goes another way."""
        return {}

    def judge(self, reply: Reply) -> None:
        """Raise what a status means for the whole call.

        2xx passes, and so do 404 and 451, which say something about the subject. A subclass looks at what its
        provider means otherwise, and leaves the rest to this.

        Raises:
            Signal: The call came to nothing.
        """
        status = reply.status
        if 200 <= status < 300 or status in _ABOUT_THE_SUBJECT:  # noqa: PLR2004 - the classes of RFC 9110 section 15
            return
        if status == 429:  # noqa: PLR2004 - RFC 6585 section 4
            raise AskAgain("rate_limited", after=reply.retry_after(), everyone=True)
        if status in _NOT_DONE or status in {408, 425}:
            after = reply.retry_after()
            raise AskAgain("server_error", after=after, everyone=after is not None)
        if status in _MAYBE_DONE:
            raise Unsure("timeout")
        kind, reason = _SIGNALS.get(status, (Declined, "redirect" if 300 <= status < 400 else "bad_request"))  # noqa: PLR2004 - as above
        raise kind(reason)

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Reply:
        """Make one attempt at a call and judge the reply.

        Args:
            method: ``"GET"``, ``"POST"`` ...
            path: Follows the base address; begins with a slash, and is percent-encoded.
            query: Parameters after the question mark.
            json: Body, to be written as JSON.
            form: Body, to be written as a form; instead of ``json``.

        Raises:
            AskAgain: Nothing was sent, or ``judge`` says so.
            Unsure: It was sent, and what came back is late, torn, or too long.
            Signal: What else ``judge`` says.
        """
        request = httpx.Request(
            method,
            self._root + path,
            params=query,
            data=form,
            content=None if json is None else _compact(json),
            headers={**_usual_headers(body_is_json=json is not None), **self.headers()},
            extensions={"timeout": _phases(self.limits.timeout)},
        )
        reply = await self._attempt(request)
        self.judge(reply)
        return reply

    async def aclose(self) -> None:
        """Close the connections of the running loop; the next ``lookup`` opens new ones."""
        with self._lock:
            lines = self._lines.pop(asyncio.get_running_loop(), None)
        if lines is not None:
            await lines.aclose()

    async def _attempt(self, request: httpx.Request) -> Reply:
        try:
            async with asyncio.timeout(self.limits.timeout):
                return await self._lines_here().exchange(request, self.most_bytes)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError):
            raise AskAgain("connection") from None
        except (httpx.TimeoutException, TimeoutError):
            raise Unsure("timeout") from None
        except httpx.DecodingError:
            raise Unsure("bad_answer") from None
        except (httpx.TransportError, OSError):
            raise Unsure("torn_answer") from None

    def _lines_here(self) -> _Lines:
        loop = asyncio.get_running_loop()
        with self._lock:
            lines = self._lines.get(loop)
            if lines is None:
                lines = self._lines[loop] = _Lines(self._open)
        return lines

    def _open(self) -> httpx.AsyncBaseTransport:
        if self._transport is not None:
            return self._transport
        if self._tls is None:
            self._tls = httpx.create_ssl_context(trust_env=False)
            self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        one = httpx.Limits(max_connections=1, keepalive_expiry=_IDLE)
        return httpx.AsyncHTTPTransport(verify=self._tls, proxy=self._proxy, limits=one, trust_env=False)


class _Lines:
    """Kept-open connections of one event loop, each used by one call at a time.

    Each is a transport of its own. A common pool walks over all its connections, twice for every call, which with 200
    of them takes longer than the call itself.
    """

    def __init__(self, opener: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._opener = opener
        self._free: list[httpx.AsyncBaseTransport] = []
        self._closed = False

    async def exchange(self, request: httpx.Request, most_bytes: int) -> Reply:
        """Send, and read the reply whole; a line that something happened to is not used again."""
        line = self._free.pop() if self._free else self._opener()
        try:
            reply = await _exchange(line, request, most_bytes)
        except BaseException:
            await line.aclose()
            raise
        if self._closed:
            await line.aclose()
        else:
            self._free.append(line)
        return reply

    async def aclose(self) -> None:
        """Close the free lines now, the others when their calls are done."""
        self._closed = True
        while self._free:
            await self._free.pop().aclose()


async def _exchange(line: httpx.AsyncBaseTransport, request: httpx.Request, most_bytes: int) -> Reply:
    response = await line.handle_async_request(request)
    try:
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > most_bytes:
                raise Unsure("bad_answer")
    finally:
        await response.aclose()
    return Reply(response.status_code, dict(response.headers.items()), bytes(body))


def _usual_headers(*, body_is_json: bool) -> dict[str, str]:
    usual = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": f"trustleads/{__version__}"}
    return usual | ({"content-type": "application/json"} if body_is_json else {})


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")


def _phases(timeout: float) -> dict[str, float]:
    # A connection takes up to two steps; when they time out there is time left, so that a call which runs out of its
    # whole time is known to have been sent.
    step = min(_CONNECT, timeout / 3)
    return {"connect": step, "pool": step, "read": timeout, "write": timeout}


def _date(text: str) -> datetime | None:
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    return then if then.tzinfo else then.replace(tzinfo=UTC)


def _checked_key(key: object, provider: str) -> str:
    if isinstance(key, str) and _KEY.fullmatch(key):
        return key
    raise InvalidInput(
        f"{provider} needs its API key: a text of visible ASCII characters without spaces", reason="provider_key"
    )


def _checked_root(url: object) -> str:
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.query:
        raise InvalidInput("base_url= is an https:// address without user name and query", reason="provider_url")
    return parts.geturl().rstrip("/")


def _checked_tls(tls: object) -> ssl.SSLContext:
    if not isinstance(tls, ssl.SSLContext):
        raise InvalidInput("tls= is an ssl.SSLContext", reason="provider_tls")
    if tls.verify_mode != ssl.CERT_REQUIRED or not tls.check_hostname:
        raise InvalidInput("tls= has to verify certificates and host names", reason="provider_tls")
    if tls.minimum_version < ssl.TLSVersion.TLSv1_2:
        raise InvalidInput("tls= has to refuse versions before TLS 1.2: set its minimum_version", reason="provider_tls")
    return tls


def _checked_proxy(proxy: object) -> httpx.Proxy:
    parts = urlsplit(proxy) if isinstance(proxy, str) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidInput("proxy= is the http:// or https:// address of a proxy", reason="provider_proxy")
    return httpx.Proxy(parts.geturl())
