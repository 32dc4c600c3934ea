"""One host, reached over TLS: directly, through a proxy, or over a transport of the caller's (LEAD-5).

The only module that knows httpx, which serves the last two.
"""

from __future__ import annotations

import asyncio
import json as jsons
import re
import ssl
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urlsplit
from weakref import WeakKeyDictionary

import httpx

from trustleads._version import __version__
from trustleads.core.errors import InvalidInput
from trustleads.enrichment.leaving import may_send, sending
from trustleads.enrichment.providers.line import Call, Carrier, Lines, open_line, unreachable
from trustleads.enrichment.providers.replies import Reply
from trustleads.enrichment.questions import Declined, Unsure

_USUAL_HEADERS = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": f"trustleads/{__version__}"}
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]*")  # RFC 3986 section 2.3
_SAFE = "/?%:@!$&'()*+,;=~"  # what a path may hold as it is, percent signs of what is encoded already among it
_SAFE_PATH = re.compile(rf"[A-Za-z0-9_.{re.escape(_SAFE)}-]*")
_CONNECT = 10.0  # seconds


class Host:
    """The connections to one host; usable in several event loops at once, each of which has its own.

    Connections hold their loop, and are held here: ``aclose``, in that loop, frees it.
    """

    def __init__(
        self,
        url: object,
        *,
        seconds: Callable[[], float],
        most_bytes: int,
        tls: ssl.SSLContext | None = None,
        proxy: str | None = None,
        transport: Any = None,
    ) -> None:
        """Check everything; nothing is opened before the first call.

        Args:
            url: ``https://`` address, without user name and query.
            seconds: Says, for each call, the longest time it may take.
            most_bytes: Longest body of a reply, before and after decompression.
            tls: See ``HttpProvider``.
            proxy: See ``HttpProvider``.
            transport: See ``HttpProvider``.

        Raises:
            InvalidInput: One of them cannot be used.
        """
        self._root = _checked_root(url)
        self._options: dict[str, Any] = {"tls": tls, "proxy": proxy, "transport": transport}
        self._seconds, self._most_bytes = seconds, most_bytes
        self._tls = None if tls is None else _checked_tls(tls)
        self._proxy = None if proxy is None else _checked_proxy(proxy)
        self._transport: httpx.AsyncBaseTransport | None = transport
        self._lock = threading.Lock()
        self._lines: WeakKeyDictionary[asyncio.AbstractEventLoop, Lines] = WeakKeyDictionary()

    def another(self, url: str) -> Host:
        """Give another host, reached the same way."""
        return Host(url, seconds=self._seconds, most_bytes=self._most_bytes, **self._options)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Call:
        """Write a call; see ``HttpProvider.send``.

        Args:
            method: ``"GET"``, ``"POST"`` ...
            path: Follows the host's own path.
            query: Parameters after the question mark.
            json: Body, to be written as JSON.
            form: Body, to be written as a form; instead of ``json``.
            headers: Beside the usual ones.
        """
        body = b"" if json is None else _compact(json)
        if form is not None:
            body = urlencode(form).encode("ascii")
        kind = {"content-type": _JSON if form is None else _FORM} if body else {}
        target = _target(self._root.path + path or "/", query)
        return Call(method, target, {**_USUAL_HEADERS, **kind, **(headers or {})}, body)

    async def carry(self, call: Call) -> Reply:
        """Make one attempt at a call.

        Raises:
            AskAgain: Nothing was sent.
            Declined: Nothing was sent, as it cannot be written (reason ``bad_request``).
            StopAsking: Nothing was sent, and no attempt would change that: ``line.unreachable`` says when.
            Unsure: It was sent, and what came back is late, torn, or too long.
        """
        await may_send()
        return await self._lines_here().carry(call, self._seconds())

    async def aclose(self) -> None:
        """Close the connections of the running loop; the next call opens new ones."""
        with self._lock:
            lines = self._lines.pop(asyncio.get_running_loop(), None)
        if lines is not None:
            await lines.aclose()

    def trust(self) -> ssl.SSLContext:
        """Give what decides about the host's certificate."""
        if self._tls is None:
            self._tls = httpx.create_ssl_context(trust_env=False)
            self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
            self._tls.keylog_filename = None  # type: ignore[assignment]  # which the environment may have set, and the keys would lie there
        return self._tls

    def _lines_here(self) -> Lines:
        loop = asyncio.get_running_loop()
        with self._lock:
            lines = self._lines.get(loop)
            if lines is None:
                lines = self._lines[loop] = Lines(self._open)
        return lines

    async def _open(self) -> Carrier:
        seconds, root = self._seconds(), self._root
        if self._transport is None and self._proxy is None:
            host, port = root.hostname or "", root.port or 443
            return await open_line(
                host, port, self.trust(), named=root.netloc, seconds=_step(seconds), most_bytes=self._most_bytes
            )
        own = self._transport is None
        transport = self._transport or httpx.AsyncHTTPTransport(verify=self.trust(), proxy=self._proxy)
        return _HttpxCarrier(transport, f"https://{root.netloc}", seconds, self._most_bytes, own=own)


class _HttpxCarrier:
    """A call over one of httpx's transports; of its client nothing, as that writes every URL to the log."""

    usable = True

    def __init__(
        self, transport: httpx.AsyncBaseTransport, root: str, seconds: float, most_bytes: int, *, own: bool
    ) -> None:
        self._transport, self._root, self._most_bytes, self._own = transport, root, most_bytes, own
        step = _step(seconds)
        self._extensions = {"timeout": {"connect": step, "pool": step, "read": seconds, "write": seconds}}

    async def carry(self, call: Call, ends: float) -> Reply:
        """Send, and read the reply whole; see ``Carrier``."""
        try:
            async with asyncio.timeout_at(ends):
                return await self._attempt(call)
        except TimeoutError:
            raise Unsure("timeout") from None

    async def aclose(self) -> None:
        """Close at once what was opened here; the caller's transport may be in use elsewhere."""
        if self._own:
            await self._transport.aclose()

    async def _attempt(self, call: Call) -> Reply:
        try:
            return await self._exchange(self._request(call))
        except UnicodeEncodeError:  # of a header: nothing was sent
            raise Declined("bad_request") from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise unreachable(error) from None
        except httpx.TimeoutException:
            raise Unsure("timeout") from None
        except httpx.DecodingError:
            raise Unsure("bad_answer") from None
        except (httpx.TransportError, OSError):
            raise Unsure("torn_answer") from None

    def _request(self, call: Call) -> httpx.Request:
        return httpx.Request(
            call.method,
            self._root + call.target,
            headers=dict(call.headers),
            content=call.body,
            extensions=self._extensions,
        )

    async def _exchange(self, request: httpx.Request) -> Reply:
        sending()  # it may still have to connect: only the transport knows
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


def _compact(value: Any) -> bytes:
    return jsons.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")


def _target(path: str, query: Mapping[str, str] | None) -> str:
    target = path if _SAFE_PATH.fullmatch(path) else quote(path, safe=_SAFE)
    if not query:
        return target
    parts = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in query.items())
    return f"{target}{'&' if '?' in path else '?'}{parts}"


def _encoded(text: str) -> str:
    """Percent-encode; addresses mostly by one look at each half, where ``quote`` takes each letter by itself."""
    return "%40".join(part if _UNRESERVED.fullmatch(part) else quote(part, safe="") for part in text.split("@"))


def _step(seconds: float) -> float:
    """Give the time that connecting may take: so little that a call which runs out of its whole time was sent."""
    return min(_CONNECT, seconds / 3)


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
