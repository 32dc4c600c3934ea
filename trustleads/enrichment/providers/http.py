"""What all providers behind HTTPS share: one attempt at one call, and what became of it (LEAD-4, LEAD-5).

The only module that knows httpx, which carries calls through a proxy, or over a transport of the caller's.
Redirects are not followed, cookies not kept, and settings of the environment not looked at.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NoReturn
from urllib.parse import SplitResult, quote, urlencode, urlsplit
from weakref import WeakKeyDictionary

import httpx

from trustleads._version import __version__
from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.providers.line import Call, Carrier, Lines, Reply, open_line, unreachable
from trustleads.enrichment.questions import Answer, AskAgain, Attribute, Declined, Question, StopAsking, Unsure

__all__ = ["HttpProvider", "Reply"]

_USUAL_HEADERS = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": f"trustleads/{__version__}"}
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_SAFE = "/?%:@!$&'()*+,;=~"  # what a path may hold as it is, percent signs of what is encoded already among it
_KEY = re.compile(r"[!-~]+")
_CONNECT = 10.0  # seconds
_NOT_DONE = frozenset({500, 502, 503, 520, 521, 522, 523, 525, 526, 530})
_MAYBE_DONE = frozenset({504, 524})  # a gateway gave up waiting for a server that may still have worked
_NOT_FOUND, _RESTRICTED = 404, 451
_SIGNALS: Mapping[int, tuple[type[StopAsking | Declined], str]] = {
    401: (StopAsking, "key_refused"),
    402: (StopAsking, "no_credit"),
    403: (StopAsking, "key_refused"),
    405: (StopAsking, "check_base_url"),
}


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
        most_bytes: The longest body that is read, in bytes after decompression; a longer one is no usable answer. Two
            MiB are several times what the shipped providers send, and take a tenth of a second to parse at worst,
            during which no other call goes on: a thread would not help, as Python's parser lets nobody else run.
    """

    base_url: ClassVar[str]
    list_price: ClassVar[str]
    usual_limits: ClassVar[Limits] = Limits()
    most_bytes: ClassVar[int] = 2 * 2**20

    name: str
    fills: frozenset[Attribute]
    verifies: bool = False
    matches: Sequence[frozenset[Attribute]]
    most_units: int = 1
    keeps: bool = True
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
        self.limits = self.usual_limits if limits is None else _checked_limits(limits)
        self._root = _checked_root(self.base_url if base_url is None else base_url)
        self._tls = None if tls is None else _checked_tls(tls)
        self._proxy = None if proxy is None else _checked_proxy(proxy)
        self._transport: httpx.AsyncBaseTransport | None = transport
        self._lock = threading.Lock()
        self._lines: WeakKeyDictionary[asyncio.AbstractEventLoop, Lines] = WeakKeyDictionary()

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

        2xx passes, and so do 404 and 451, which say something about the subject. A redirect, and a 404 with a body
        that is no JSON, come from somewhere else than the API: ``base_url`` is to be looked at, and nobody is asked
        there any more. A subclass looks at what its provider means otherwise, and leaves the rest to this.

        Raises:
            Signal: The call came to nothing.
        """
        status = reply.status
        if 200 <= status < 300 or status == _RESTRICTED:  # noqa: PLR2004 - the classes of RFC 9110 section 15
            return
        if status == _NOT_FOUND and _may_be_of_an_api(reply):
            return
        if 300 <= status < 400 or status == _NOT_FOUND:  # noqa: PLR2004 - as above
            raise StopAsking("check_base_url")
        if status == 429:  # noqa: PLR2004 - RFC 6585 section 4
            raise AskAgain("rate_limited", after=reply.retry_after(), everyone=True)
        if status in _NOT_DONE or status in {408, 425}:
            after = reply.retry_after()
            raise AskAgain("server_error", after=after, everyone=after is not None)
        if status in _MAYBE_DONE:
            raise Unsure("timeout")
        kind, reason = _SIGNALS.get(status, (Declined, "bad_request"))
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
            StopAsking: Nothing was sent, and no attempt would change that: ``line.unreachable`` says when.
            Unsure: It was sent, and what came back is late, torn, or too long.
            Signal: What else ``judge`` says.
        """
        body = b"" if json is None else _compact(json)
        if form is not None:
            body = urlencode(form).encode("ascii")
        kind = "" if not body else _JSON if form is None else _FORM
        headers = {**_USUAL_HEADERS, **({"content-type": kind} if kind else {}), **self.headers()}
        reply = await self._attempt(Call(method, _target(self._root.path + path, query), headers, body))
        self.judge(reply)
        return reply

    async def aclose(self) -> None:
        """Close the connections of the running loop; the next ``lookup`` opens new ones."""
        with self._lock:
            lines = self._lines.pop(asyncio.get_running_loop(), None)
        if lines is not None:
            await lines.aclose()

    async def _attempt(self, call: Call) -> Reply:
        try:
            async with asyncio.timeout(self.limits.timeout):
                return await self._lines_here().carry(call)
        except TimeoutError:
            raise Unsure("timeout") from None

    def _lines_here(self) -> Lines:
        loop = asyncio.get_running_loop()
        with self._lock:
            lines = self._lines.get(loop)
            if lines is None:
                lines = self._lines[loop] = Lines(self._open)
        return lines

    async def _open(self) -> Carrier:
        seconds, root = self.limits.timeout, self._root
        if self._transport is None and self._proxy is None:
            host, port = root.hostname or "", root.port or 443
            return await open_line(
                host, port, self._trust(), named=root.netloc, seconds=_step(seconds), most_bytes=self.most_bytes
            )
        own = self._transport is None
        transport = self._transport or httpx.AsyncHTTPTransport(verify=self._trust(), proxy=self._proxy)
        return _Carried(transport, f"https://{root.netloc}", seconds, self.most_bytes, own=own)

    def _trust(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = httpx.create_ssl_context(trust_env=False)
            self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
            self._tls.keylog_filename = None  # type: ignore[assignment]  # which the environment may have set, and the keys would lie there
        return self._tls


class _Carried:
    """A call over one of httpx's transports; of its client nothing, as that writes every URL to the log."""

    usable = True

    def __init__(
        self, transport: httpx.AsyncBaseTransport, root: str, seconds: float, most_bytes: int, *, own: bool
    ) -> None:
        self._transport, self._root, self._most_bytes, self._own = transport, root, most_bytes, own
        step = _step(seconds)
        self._extensions = {"timeout": {"connect": step, "pool": step, "read": seconds, "write": seconds}}

    async def carry(self, call: Call) -> Reply:
        """Send, and read the reply whole; see ``Carrier``."""
        request = httpx.Request(
            call.method,
            self._root + call.target,
            headers=dict(call.headers),
            content=call.body,
            extensions=self._extensions,
        )
        try:
            return await self._exchange(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise unreachable(error) from None
        except httpx.TimeoutException:
            raise Unsure("timeout") from None
        except httpx.DecodingError:
            raise Unsure("bad_answer") from None
        except (httpx.TransportError, OSError):
            raise Unsure("torn_answer") from None

    async def aclose(self) -> None:
        """Close at once what was opened here; the caller's transport may be in use elsewhere."""
        if self._own:
            await self._transport.aclose()

    async def _exchange(self, request: httpx.Request) -> Reply:
        response = await self._transport.handle_async_request(request)
        try:
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > self._most_bytes:
                    raise Unsure("bad_answer")
        finally:
            await response.aclose()
        return Reply(response.status_code, dict(response.headers.items()), bytes(body))


def _may_be_of_an_api(reply: Reply) -> bool:
    """Whether a body is empty or structured, and not the page of a web server or proxy."""
    try:
        return not reply.body.strip() or not isinstance(reply.json(), str | int | float)
    except Unsure:
        return False


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")


def _step(seconds: float) -> float:
    """Give the time that connecting may take: so little that a call which runs out of its whole time was sent."""
    return min(_CONNECT, seconds / 3)


def _target(path: str, query: Mapping[str, str] | None) -> str:
    target = quote(path, safe=_SAFE)
    return f"{target}{'&' if '?' in path else '?'}{urlencode(query, quote_via=quote)}" if query else target


def _checked_key(key: object, provider: str) -> str:
    if isinstance(key, str) and _KEY.fullmatch(key):
        return key
    raise InvalidInput(
        f"{provider} needs its API key: a text of visible ASCII characters without spaces", reason="provider_key"
    )


def _checked_limits(limits: object) -> Limits:
    if isinstance(limits, Limits):
        return limits
    raise InvalidInput(
        "limits= is Limits, such as Limits(rates=(Rate(300, 60.0),), in_flight=10, timeout=30.0)",
        reason="provider_limits",
    )


def _checked_root(url: object) -> SplitResult:
    parts = _split(url)
    if parts is None or parts.scheme != "https" or "@" in parts.netloc or parts.query or parts.fragment:
        raise InvalidInput("base_url= is an https:// address without user name and query", reason="provider_url")
    return parts._replace(path=parts.path.rstrip("/"))


def _checked_tls(tls: object) -> ssl.SSLContext:
    if not isinstance(tls, ssl.SSLContext):
        raise InvalidInput("tls= is an ssl.SSLContext", reason="provider_tls")
    if tls.verify_mode != ssl.CERT_REQUIRED or not tls.check_hostname:
        raise InvalidInput("tls= has to verify certificates and host names", reason="provider_tls")
    if tls.minimum_version < ssl.TLSVersion.TLSv1_2:
        raise InvalidInput("tls= has to refuse versions before TLS 1.2: set its minimum_version", reason="provider_tls")
    return tls


def _checked_proxy(proxy: object) -> httpx.Proxy:
    parts = _split(proxy)
    if parts is None or parts.scheme not in {"http", "https"}:
        raise InvalidInput("proxy= is the http:// or https:// address of a proxy", reason="provider_proxy")
    return httpx.Proxy(parts.geturl())


def _split(url: object) -> SplitResult | None:
    """Take an address apart; None where it is none, or not written in ASCII."""
    if not isinstance(url, str) or not url.isascii():
        return None
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:  # of the port, or of the brackets around an IPv6 address
        return None
    return parts if usable else None
