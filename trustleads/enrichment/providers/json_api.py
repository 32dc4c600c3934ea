"""Any JSON API, described by data (LEAD-4)."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import Any, ClassVar
from urllib.parse import quote

from trustleads.core.money import Money
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.providers.http import HttpProvider
from trustleads.enrichment.providers.json_answers import (
    OUTCOMES,
    answers_of,
    as_text,
    follow,
    records_of,
    rule_for,
    ruled,
    signal_of,
)
from trustleads.enrichment.providers.json_description import PLACEHOLDER
from trustleads.enrichment.providers.json_description import read as read_description
from trustleads.enrichment.providers.json_requests import facts_of, fill, parameters
from trustleads.enrichment.providers.line import Call
from trustleads.enrichment.providers.oauth import Tokens
from trustleads.enrichment.providers.replies import Reply
from trustleads.enrichment.questions import MISS, Answer, Attribute, Outcome, Question, Signal, Unsure

_NOT_FOUND, _RESTRICTED = 404, 451


class JsonProvider(HttpProvider):
    """Asks an API that speaks JSON over HTTPS, of which all that matters is said in a description.

    The description is a mapping, or a ``.toml`` or ``.json`` file. A *path* is a text such as ``data.people.0.title``:
    names and places, from the whole body, or (for everything under ``answer`` but ``path`` and ``request_id``) from
    the record of one lead. ``{email}``, ``{first_name}`` ... in a request stand for what a lead is matched by; a part
    of the request that needs what is not given is left out.

    ====================  ==========================================================================================
    key                   what it says
    ====================  ==========================================================================================
    name                  name of the provider, such as ``"acme_people"``
    url                   ``https://`` address, may hold ``{...}`` in its path
    method                ``GET`` (default), ``POST`` or ``PUT``
    price                 of one unit, such as ``"0.05 USD"``; ``most_units`` (1): the most that one lead can cost
    matches               lists of what a lead is matched by, the best first: ``[["email"], ["full_name", "company"]]``
    confidence            0 to 1: of every value that has none of its own
    auth                  ``kind``: ``header``, ``query`` or ``body``, each with a ``name``; ``bearer``; ``none``; or
                          ``oauth``, see below
    limits                ``rates`` (list of ``[calls, seconds]``), ``in_flight``, ``timeout``, and ``longest_pause``:
                          seconds that rows wait where the API wants to be left alone
    request               ``query``, and for a body ``form`` or ``json``; for several leads in one call ``batch_size``,
                          ``item`` (what is said of each), and ``"{items}"`` in ``json`` where the list of them goes;
                          ``{number}`` is the place of a lead in the call, from 0
    answer.path           path to the record, or to the list of records; without it the whole body
    answer.in_order       whether the records of a batch are in the order of its leads (true), one for each, null for
                          a miss; else they are found by their echo, and ``absent`` says what a lead without one is: a
                          ``miss``, or maybe billed (``unsure``, the default)
    answer.echo           what a record repeats of its lead: ``{email = "input.email"}``, ``{number = "id"}``
    answer.values         attribute to path, or to a table: ``path``, ``confidence`` (number, or path to the
                          record's own, which is at most ``scale``), ``source``, ``last_seen``
    answer.mailbox        for a verifier: ``path``, and ``words``: word to exists, missing, catch_all, risky, unknown
    answer.request_id     path to the name of the call, or ``{header = "x-request-id"}``
    answer.units          path to what a record cost; without it ``billed`` says what costs one unit: every lead that is
                          ``found`` (default) or ``asked``
    paging                ``next`` (path to the mark of the next page), ``query`` (parameter for it), ``most`` (10)
    rules                 list; the first that holds counts. ``of``: ``call`` (default) or ``record``; it holds by
                          ``status`` (one or several), ``path`` with ``equals`` (one or several; without it anything
                          but null), or with ``missing``; ``outcome``: read, miss, refused, failed, later, and of a call
                          also again, unsure, declined, stop; ``reason``, ``after`` (seconds), ``everyone``
    ====================  ==========================================================================================

    With ``oauth`` the key is a client's secret, and calls are made with a token that is got for it (OAuth 2.0 client
    credentials, RFC 6749 section 4.4). ``auth`` then has ``token_url`` (``https://`` address, or a path on the API's
    own host), ``client_id``, and where needed ``scope``, ``form`` (a table of what else is said there, such as
    ``audience``), and ``client``: where id and secret go, ``basic`` (default) or ``body``. A token is kept in memory
    alone, until shortly before it runs out; on a 401 another one is got, once, and the call repeated. Getting a token
    is no call, neither for ``rates`` nor for the budget.

    Statuses without a rule mean what they usually do (``HttpProvider.judge``); a 404 with JSON or without a body is a
    miss, 451 a refusal. Where a 404 can also mean that there is no such address, two rules tell them apart: the first
    by what the API says of a lead it does not know, the second ``{status = 404, outcome = "stop", reason =
    "check_base_url"}``. All pages of an answer are one call of the budget, while each is a request that ``rates``
    count, and so is a call that is repeated with another token.
    """

    base_url: ClassVar[str] = ""  # both are in the description
    list_price: ClassVar[str] = ""

    def __init__(
        self,
        description: Mapping[str, Any] | str | PathLike[str],
        key: str | None = None,
        *,
        price: str | Money | None = None,
        limits: Limits | None = None,
        base_url: str | None = None,
        tls: ssl.SSLContext | None = None,
        proxy: str | None = None,
        transport: Any = None,
    ) -> None:
        """Read and check the description.

        Args:
            description: The API, or the file that describes it.
            key: The key for the API, for ``oauth`` the client's secret; None where ``auth.kind`` is ``none``.
            price: In place of the description's.
            limits: In place of the description's.
            base_url: In place of scheme and host in the description's ``url``.
            tls: See ``HttpProvider``.
            proxy: See ``HttpProvider``.
            transport: See ``HttpProvider``.

        Raises:
            InvalidInput: Something cannot be used; the message names the key of the description.
        """
        api = read_description(description)
        super().__init__(
            "none" if api.auth.kind == "none" and key is None else key or "",
            price=api.price if price is None else price,
            limits=api.limits if limits is None else limits,
            base_url=api.root if base_url is None else base_url,
            tls=tls,
            proxy=proxy,
            transport=transport,
        )
        self._api = api
        self._tokens = None
        client = api.auth.client
        if client is not None:
            host = self._host if client.root is None else self._host.another(client.root)
            self._tokens = Tokens(client, self._key, host)
        self.name = api.name
        self.matches, self.batch_size, self.most_units = api.matches, api.batch_size, api.most_units
        self.fills, self.verifies = frozenset(api.values), api.mailbox is not None
        self.confidence = {attribute: value.confidence for attribute, value in api.values.items()}
        if self.verifies:
            self.confidence.setdefault(Attribute.EMAIL, api.confidence)

    def __repr__(self) -> str:
        return f"JsonProvider({self.name!r}, key=***)"

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        """Ask once about up to ``batch_size`` leads; see ``ports.Provider``."""
        reply = await self._send(questions, {})
        answer = self._answer_to_all(reply)
        if answer is not None:
            return self._named([answer] * len(questions), reply, None)
        body = reply.json()
        records = records_of(self._api, body)
        async for more in self._more_pages(questions, body):
            records += records_of(self._api, more)
        return self._named(answers_of(self._api, questions, records), reply, body)

    async def aclose(self) -> None:
        """Close the connections of the running loop; the next ``lookup`` opens new ones."""
        await super().aclose()
        if self._tokens is not None:
            await self._tokens.aclose()

    def headers(self) -> Mapping[str, str]:
        """Give the header that shows the key, where it goes in one."""
        auth = self._api.auth
        if auth.kind == "bearer":
            return {"authorization": f"Bearer {self._key}"}
        return {auth.name: self._key} if auth.kind == "header" else {}

    def judge(self, reply: Reply) -> None:
        """Raise what the rules say of a reply and, if they say nothing, what its status usually means."""
        rule = rule_for(self._api, reply)
        if rule is None:
            super().judge(reply)
        elif rule.outcome not in OUTCOMES and rule.outcome != "read":
            raise signal_of(rule, reply)

    def _answer_to_all(self, reply: Reply) -> Answer | None:
        rule = rule_for(self._api, reply)
        if rule is not None:
            return None if rule.outcome == "read" else ruled(self._api, rule, reply.retry_after())
        if reply.status == _RESTRICTED:
            return Answer(Outcome.REFUSED, reason="restricted")
        return MISS if reply.status == _NOT_FOUND else None

    def _named(self, answers: list[Answer], reply: Reply, body: Any) -> list[Answer]:
        """Give the answers the name of their call."""
        name, header = as_text(follow(body, self._api.request_id)), self._api.request_id_header
        request_id = name if header is None else as_text(reply.headers.get(header))
        return answers if request_id is None else [replace(answer, request_id=request_id) for answer in answers]

    async def _carry(self, call: Call) -> Reply:
        if self._tokens is None:
            return await super()._carry(call)
        return await self._tokens.carry(call, super()._carry, self.limits.timeout)

    async def _send(self, questions: Sequence[Question], page: Mapping[str, str]) -> Reply:
        api, lead = self._api, facts_of(0, questions[0])
        items = [fill(api.item, facts_of(number, question)) for number, question in enumerate(questions)]
        kind, key = api.auth.kind, {api.auth.name: self._key}
        query = parameters(api.query, lead) | dict(page) | (key if kind == "query" else {})
        form = None if api.form is None else parameters(api.form, lead) | (key if kind == "body" else {})
        body = None if api.json is None else fill(api.json, lead, items)
        if kind == "body" and body is not None:
            body |= key
        path = PLACEHOLDER.sub(lambda found: quote(lead.get(found[1], ""), safe=""), api.path)
        return await self.send(api.method, path, query=query, json=body, form=form)

    async def _more_pages(self, questions: Sequence[Question], body: Any) -> Any:
        """Give the bodies of further pages; as the first one may be billed, no fault after it leaves nothing done."""
        if self._api.page is None:
            return
        steps, parameter, most = self._api.page
        for _ in range(most - 1):
            mark = as_text(follow(body, steps))
            if mark is None:
                return
            try:
                body = (await self._send(questions, {parameter: mark})).json()
            except Signal as signal:
                raise Unsure(signal.reason) from None
            yield body
