"""What all providers behind HTTPS share: one attempt at one call, and what became of it (LEAD-4, LEAD-5).

Redirects are not followed, cookies not kept, and settings of the environment not looked at.
"""

from __future__ import annotations

import re
import ssl
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NoReturn

from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.providers.host import Host
from trustleads.enrichment.providers.line import Call
from trustleads.enrichment.providers.replies import Reply, put_off
from trustleads.enrichment.questions import Answer, Attribute, Declined, Question, StopAsking, Unsure

__all__ = ["HttpProvider", "Reply"]

_KEY = re.compile(r"[!-~]+")
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
    verifies_apart: bool = False
    matches: Sequence[frozenset[Attribute]]
    most_units: int = 1
    keeps: bool = True
    tells_leaving: bool = True
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
        self._host = Host(
            self.base_url if base_url is None else base_url,
            seconds=lambda: self.limits.timeout,
            most_bytes=self.most_bytes,
            tls=tls,
            proxy=proxy,
            transport=transport,
        )

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
        later = put_off(reply)
        if later is not None:
            raise later
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
        call = self._host.call(method, path, query=query, json=json, form=form, headers=self.headers())
        reply = await self._carry(call)
        self.judge(reply)
        return reply

    async def aclose(self) -> None:
        """Close the connections of the running loop; the next ``lookup`` opens new ones."""
        await self._host.aclose()

    async def _carry(self, call: Call) -> Reply:
        return await self._host.carry(call)


def _may_be_of_an_api(reply: Reply) -> bool:
    """Whether a body is empty or structured, and not the page of a web server or proxy."""
    try:
        return not reply.body.strip() or not isinstance(reply.json(), str | int | float)
    except Unsure:
        return False


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
