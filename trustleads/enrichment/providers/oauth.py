"""Tokens for a client that acts for itself: OAuth 2.0 client credentials (RFC 6749 section 4.4, RFC 6750)."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn
from urllib.parse import quote_plus

from trustleads.enrichment.leaving import uncounted
from trustleads.enrichment.providers.host import Host
from trustleads.enrichment.providers.json_auth import Client
from trustleads.enrichment.providers.line import Call
from trustleads.enrichment.providers.replies import Reply, put_off
from trustleads.enrichment.questions import AskAgain, Signal, StopAsking, Unsure

_OK, _UNAUTHORIZED, _FORBIDDEN = 200, 401, 403
# Section 5.2: what says that it is this client which gets no token, and not that the question was a wrong one.
_REFUSALS = frozenset({"invalid_client", "unauthorized_client", "invalid_grant", "access_denied"})
_TOKEN = re.compile(r"[!-~]+")
_FOR_EVER = 1e9  # seconds
_MARGIN = 60.0  # seconds before its end at which a token is not used any more, if it lasts ten times as long


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    good_until: float


class Tokens:
    """Gets tokens, and keeps the last one in memory; usable in several event loops at once."""

    def __init__(self, client: Client, secret: str, host: Host, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the client's secret, and the host that gives tokens for it; nothing is sent yet."""
        self._client, self._secret, self._host, self._clock = client, secret, host, clock
        self._token: _Token | None = None
        self._lock = threading.Lock()
        self._fetches: dict[asyncio.AbstractEventLoop, asyncio.Task[_Token]] = {}

    def __getstate__(self) -> NoReturn:
        """Refuse: a pickle would carry the secret."""
        raise TypeError("Tokens hold a secret and are not pickled: make them where they are used")

    async def carry(self, call: Call, attempt: Callable[[Call], Awaitable[Reply]], seconds: float) -> Reply:
        """Make a call with a token and, if the token is refused, once more with another one.

        Args:
            call: Without a token.
            attempt: Makes a call.
            seconds: Longest time for all of it.

        Raises:
            AskAgain: There was no token, and later there may be.
            StopAsking: There will be no token: reason ``key_refused``, or ``check_auth`` where what is said at
                ``auth`` in the description is wrong, or one of ``Host.carry``.
            Unsure: The time was over when the call was under way.
            Signal: What else ``attempt`` says.
        """
        sent = False
        try:
            async with asyncio.timeout(seconds):
                token = await self._get()
                sent = True
                reply = await attempt(_with(call, token))
                if reply.status == _UNAUTHORIZED:
                    sent = False
                    token = await self._get(refused=token)
                    sent = True
                    reply = await attempt(_with(call, token))
        except TimeoutError:
            raise Unsure("timeout") if sent else AskAgain("timeout") from None
        return reply

    async def aclose(self) -> None:
        """Close what is open in the running loop; the next call opens it again."""
        with self._lock:
            fetch = self._fetches.pop(asyncio.get_running_loop(), None)
        if fetch is not None:
            fetch.cancel()
            await asyncio.wait([fetch])
        await self._host.aclose()

    async def _get(self, refused: _Token | None = None) -> _Token:
        """Give the token that is kept, else a new one, which all who wait in this loop share."""
        token = self._token
        if token is not None and token is not refused and self._clock() < token.good_until:
            return token
        loop = asyncio.get_running_loop()
        with self._lock:
            fetch = self._fetches.get(loop)
            if fetch is None or fetch.done():
                with uncounted():  # the API's rates are not about it, nor is it of the call that happens to need it
                    fetch = self._fetches[loop] = loop.create_task(self._fetch())
                fetch.add_done_callback(self._fetched)
        return await asyncio.shield(fetch)

    def _fetched(self, fetch: asyncio.Task[_Token]) -> None:
        """Let go of it, and of its loop; and look at what became of it: nobody may be waiting any more."""
        with self._lock:
            if self._fetches.get(fetch.get_loop()) is fetch:
                del self._fetches[fetch.get_loop()]
        if not fetch.cancelled():
            fetch.exception()

    async def _fetch(self) -> _Token:
        asked_at = self._clock()
        try:
            reply = await self._host.carry(self._call())
            busy = put_off(reply)
            if busy is not None:
                raise busy
        except Unsure as unsure:  # a token costs nothing: it may be asked for as often as it takes
            raise AskAgain(unsure.reason) from None
        if reply.status != _OK:
            raise _refusal(reply)
        self._token = token = _read(_json(reply), asked_at)
        return token

    def _call(self) -> Call:
        client, form, headers = self._client, {"grant_type": "client_credentials", **self._client.form}, {}
        if client.in_body:
            form |= {"client_id": client.id, "client_secret": self._secret}
        else:
            pair = f"{quote_plus(client.id)}:{quote_plus(self._secret)}"
            headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        return self._host.call("POST", client.path, form=form, headers=headers)


def _with(call: Call, token: _Token) -> Call:
    return replace(call, headers={**call.headers, "authorization": f"Bearer {token.text}"})


def _read(body: Any, asked_at: float) -> _Token:
    """Read what section 5.1 says; without ``expires_in`` a token is good until it is refused."""
    said = body if isinstance(body, dict) else {}
    text, kind = said.get("access_token"), said.get("token_type", "bearer")
    if not isinstance(text, str) or not _TOKEN.fullmatch(text) or str(kind).lower() != "bearer":
        raise StopAsking("check_auth")
    lasts = _seconds(said.get("expires_in"))
    return _Token(text, asked_at + lasts - min(_MARGIN, lasts / 10))


def _seconds(value: Any) -> float:
    """Read a time; some servers write it as a text."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = float(value)
    if not isinstance(value, int | float) or isinstance(value, bool) or not value < _FOR_EVER:
        return _FOR_EVER
    return max(float(value), 0.0)


def _refusal(reply: Reply) -> Signal:
    """Say what it means that there will be no token (section 5.2)."""
    body = _json(reply)
    error = body.get("error") if isinstance(body, dict) else None
    refused = reply.status in (_UNAUTHORIZED, _FORBIDDEN) or (isinstance(error, str) and error in _REFUSALS)
    return StopAsking("key_refused" if refused else "check_auth")


def _json(reply: Reply) -> Any:
    try:
        return reply.json()
    except Unsure:
        return None
