"""Tokens for JSON APIs: how they are got, kept, shared and renewed, and what it means that there is none."""

from __future__ import annotations

import asyncio
import gc
import json
import pickle
import traceback
from base64 import b64decode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl
from weakref import ref

import httpx
import pytest

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.leaving import count_with
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.providers.json_api import JsonProvider
from trustleads.enrichment.questions import (
    Answer,
    AskAgain,
    Attribute,
    Outcome,
    Question,
    Signal,
    StopAsking,
    Unsure,
)

pytestmark = pytest.mark.clause("LEAD-4", "LEAD-5")

SECRET = "s3cret/of+nobody"  # noqa: S105 - an invented one
ADA = Question({Attribute.EMAIL: "ada@acme.example"}, frozenset({Attribute.JOB_TITLE}))
OAUTH = {"kind": "oauth", "token_url": "https://login.people.example/oauth/token/?p=a", "client_id": "acme:1"}


def described(**auth: Any) -> dict[str, Any]:
    return {
        "name": "acme_people",
        "url": "https://api.people.example/v1/people",
        "price": "0.05 USD",
        "matches": [["email"]],
        "confidence": 0.8,
        "auth": {name: part for name, part in {**OAUTH, **auth}.items() if part is not None},
        "request": {"query": {"mail": "{email}"}},
        "answer": {"values": {"job_title": "title"}},
    }


class Vendor:
    """Gives tokens that last, and people to those who show the last one."""

    def __init__(self, *, lasts: Any = 3600, latency: float = 0.0) -> None:
        self.lasts, self.latency = lasts, latency
        self.fetched: list[httpx.Request] = []
        self.asked: list[httpx.Request] = []
        self.valid = ""
        self.refusal: httpx.Response | Exception | None = None
        self.after_the_call: Callable[[], None] = lambda: None

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/oauth"):
            self.fetched.append(request)
            await asyncio.sleep(self.latency)
            return self._token()
        self.asked.append(request)
        if request.headers["authorization"] != f"Bearer {self.valid}":
            return httpx.Response(401)
        self.after_the_call()
        return httpx.Response(200, json={"title": "Buyer"})

    def _token(self) -> httpx.Response:
        if isinstance(self.refusal, Exception):
            raise self.refusal
        if self.refusal is not None:
            return self.refusal
        self.valid = f"token-{len(self.fetched)}"
        lasts = {} if self.lasts is None else {"expires_in": self.lasts}
        return httpx.Response(200, content=json.dumps({"access_token": self.valid, "token_type": "Bearer", **lasts}))

    def provider(self, limits: Limits | None = None, **auth: Any) -> JsonProvider:
        return JsonProvider(described(**auth), SECRET, transport=httpx.MockTransport(self), limits=limits)


def ask(provider: JsonProvider, times: int = 1, *, together: bool = False) -> Sequence[Answer]:
    async def calls() -> Sequence[Answer]:
        try:
            if together:
                each = await asyncio.gather(*(provider.lookup([ADA]) for _ in range(times)))
                return [answer for answers in each for answer in answers]
            return [answer for _ in range(times) for answer in await provider.lookup([ADA])]
        finally:
            await provider.aclose()

    return asyncio.run(calls())


def test_a_token_is_got_once_and_shown() -> None:
    vendor = Vendor()
    answers = ask(vendor.provider(scope="people.read", form={"audience": "people"}), 3)
    assert [answer.outcome for answer in answers] == [Outcome.FOUND] * 3
    (fetch,) = vendor.fetched
    assert (fetch.method, str(fetch.url)) == ("POST", OAUTH["token_url"])
    assert dict(parse_qsl(fetch.content.decode())) == {
        "grant_type": "client_credentials",
        "scope": "people.read",
        "audience": "people",
    }
    kind, _, pair = fetch.headers["authorization"].partition(" ")
    assert (kind, b64decode(pair)) == ("Basic", b"acme%3A1:s3cret%2Fof%2Bnobody")  # section 2.3.1: encoded first
    assert {call.headers["authorization"] for call in vendor.asked} == {"Bearer token-1"}
    assert not any(SECRET in f"{call.url}{call.headers}" for call in vendor.asked)


def test_the_secret_may_go_into_the_body_and_the_token_come_from_the_api_itself() -> None:
    vendor = Vendor()
    ask(vendor.provider(client="body", token_url="/oauth/token"))  # noqa: S106 - an address
    (fetch,) = vendor.fetched
    assert str(fetch.url) == "https://api.people.example/oauth/token"
    assert "authorization" not in fetch.headers
    assert dict(parse_qsl(fetch.content.decode())) == {
        "grant_type": "client_credentials",
        "client_id": "acme:1",
        "client_secret": SECRET,
    }


def test_those_who_wait_share_one_token() -> None:
    vendor = Vendor(latency=0.05)
    assert len(ask(vendor.provider(), 50, together=True)) == 50
    assert len(vendor.fetched) == 1


def test_those_who_wait_share_one_refusal() -> None:
    vendor = Vendor(latency=0.05)
    vendor.refusal = httpx.Response(401)
    provider = vendor.provider()

    async def calls() -> Sequence[Any]:
        return await asyncio.gather(*(provider.lookup([ADA]) for _ in range(20)), return_exceptions=True)

    assert [getattr(error, "reason", None) for error in asyncio.run(calls())] == ["key_refused"] * 20
    assert len(vendor.fetched) == 1


@pytest.mark.parametrize(
    ("lasts", "fetches"),
    [(3600, 1), ("3600", 1), (None, 1), (1e400, 1), (10**400, 1), (float("nan"), 1), (0, 3), (-5, 3), ("soon", 1)],
)
def test_a_token_that_has_run_out_is_not_shown(lasts: Any, fetches: int) -> None:
    vendor = Vendor(lasts=lasts)
    ask(vendor.provider(), 3)
    assert len(vendor.fetched) == fetches
    assert len(vendor.asked) == 3


def test_a_refused_token_is_renewed_once() -> None:
    vendor = Vendor()

    def revoke() -> None:
        vendor.valid = "another"

    vendor.after_the_call = revoke
    assert [answer.outcome for answer in ask(vendor.provider(), 2)] == [Outcome.FOUND] * 2
    assert (len(vendor.fetched), len(vendor.asked)) == (2, 3)


def test_who_is_refused_with_a_new_token_stops() -> None:
    vendor = Vendor()
    provider = vendor.provider()
    get = vendor._token

    def of_no_use() -> httpx.Response:
        reply = get()
        vendor.valid = "another"
        return reply

    vendor._token = of_no_use  # type: ignore[method-assign]
    with pytest.raises(StopAsking, match="key_refused"):
        ask(provider)
    assert (len(vendor.fetched), len(vendor.asked)) == (2, 2)


def error(status: int, code: str = "", **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"error": code, "error_description": SECRET}, headers=headers)


@pytest.mark.parametrize(
    ("refusal", "signal", "reason"),
    [
        (error(401, "invalid_client"), StopAsking, "key_refused"),
        (error(400, "invalid_client"), StopAsking, "key_refused"),
        (error(400, "unauthorized_client"), StopAsking, "key_refused"),
        (httpx.Response(403), StopAsking, "key_refused"),
        (error(400, "invalid_scope"), StopAsking, "check_auth"),
        (error(400, "unsupported_grant_type"), StopAsking, "check_auth"),
        (httpx.Response(400, json={"error": ["invalid_client"]}), StopAsking, "check_auth"),
        (httpx.Response(302, headers={"location": "https://other.example/"}), StopAsking, "check_auth"),
        (httpx.Response(404, text="<html>"), StopAsking, "check_auth"),
        (httpx.Response(200, text="<html>"), StopAsking, "check_auth"),
        (httpx.Response(200, json=[]), StopAsking, "check_auth"),
        (httpx.Response(200, json={"access_token": "a b"}), StopAsking, "check_auth"),
        (httpx.Response(200, json={"access_token": "a\r\nx: y"}), StopAsking, "check_auth"),
        (httpx.Response(200, json={"access_token": "a", "token_type": "mac"}), StopAsking, "check_auth"),
        (httpx.Response(429, headers={"retry-after": "7"}), AskAgain, "rate_limited"),
        (httpx.Response(503), AskAgain, "server_error"),
        (httpx.Response(504), AskAgain, "timeout"),
        (httpx.ConnectError("no"), AskAgain, "connection"),
        (httpx.ReadError("torn"), AskAgain, "torn_answer"),
        (httpx.ReadTimeout("late"), AskAgain, "timeout"),
    ],
)
def test_what_it_means_that_there_is_no_token(refusal: Any, signal: type[Signal], reason: str) -> None:
    vendor = Vendor()
    vendor.refusal = refusal
    with pytest.raises(signal) as caught:
        ask(vendor.provider())
    assert (type(caught.value), caught.value.reason) == (signal, reason)
    assert not vendor.asked
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    if isinstance(caught.value, AskAgain):
        assert caught.value.everyone is (reason == "rate_limited")


def test_time_is_that_of_all_together() -> None:
    late = Vendor(latency=5.0)
    with pytest.raises(AskAgain, match="timeout"):
        ask(late.provider(limits=Limits(timeout=0.05)))
    assert not late.asked


def test_a_call_that_is_late_is_unsure() -> None:
    async def late(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/oauth"):
            return httpx.Response(200, json={"access_token": "a"})
        await asyncio.sleep(5.0)
        raise AssertionError

    provider = JsonProvider(described(), SECRET, transport=httpx.MockTransport(late), limits=Limits(timeout=0.05))
    with pytest.raises(Unsure, match="timeout"):
        ask(provider)


def test_who_gives_up_waiting_leaves_the_others_their_token() -> None:
    vendor = Vendor(latency=0.05)
    provider = vendor.provider()

    async def calls() -> Sequence[Answer]:
        first, second = (asyncio.ensure_future(provider.lookup([ADA])) for _ in range(2))
        await asyncio.sleep(0.01)
        first.cancel()
        return await second

    assert asyncio.run(calls())[0].outcome is Outcome.FOUND
    assert len(vendor.fetched) == 1


def test_closing_ends_the_getting_too() -> None:
    vendor = Vendor(latency=60.0)
    provider = vendor.provider()

    async def calls() -> None:
        waiting = asyncio.ensure_future(provider.lookup([ADA]))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await provider.aclose()
        assert len(asyncio.all_tasks()) <= 2

    asyncio.run(calls())


@pytest.mark.parametrize("refused", [False, True])
def test_getting_a_token_does_not_count_for_the_rates_of_the_api(refused: bool) -> None:
    vendor = Vendor()
    provider, left = vendor.provider(), list[int]()

    class Counting:
        async def may_send(self) -> None:
            """Nobody has to wait."""

        def sending(self) -> None:
            left.append(len(vendor.asked))

    async def calls() -> None:
        count_with(Counting())
        await provider.lookup([ADA])
        if refused:
            vendor.valid = "another"
        await provider.lookup([ADA])
        await provider.aclose()

    asyncio.run(calls())
    assert left == list(range(len(vendor.asked))) == ([0, 1, 2] if refused else [0, 1])
    assert len(vendor.fetched) == 1 + refused


def test_a_loop_is_let_go_when_its_token_has_come() -> None:
    provider = Vendor().provider()
    with asyncio.Runner() as runner:
        runner.run(provider.lookup([ADA]))
        assert provider._tokens is not None
        assert not provider._tokens._fetches
        runner.run(provider.aclose())
        loop = ref(runner.get_loop())
    del runner
    gc.collect()
    assert loop() is None


def test_loops_share_the_token() -> None:
    vendor = Vendor()
    provider = vendor.provider()
    ask(provider)
    with ThreadPoolExecutor(4) as pool:
        assert all(answers for answers in pool.map(lambda _: ask(provider), range(8)))
    assert len(vendor.fetched) == 1


def test_the_secret_is_in_no_repr_and_no_pickle() -> None:
    provider = Vendor().provider()
    tokens = provider._tokens
    assert SECRET not in f"{provider!r} {tokens!r} {provider._api!r}"
    for one in (provider, tokens):
        with pytest.raises(TypeError) as caught:
            pickle.dumps(one)
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("auth", "where"),
    [
        ({"token_url": None}, "auth.token_url is missing"),
        ({"token_url": "http://login.people.example/"}, "https:// and a host, and not http://"),
        ({"token_url": "login.people.example/token"}, "and a host: https:// is missing; or it is a path on the"),
        ({"client_id": None, "client": "body"}, "auth.client_id is missing"),
        ({"token_url": "//login.people.example/"}, "auth.token_url begins with https://"),
        ({"token_url": "https://me@login.people.example/"}, "auth.token_url begins with https://"),
        ({"token_url": "https://[::1"}, "auth.token_url is no URL"),
        ({"token_url": 7}, "auth.token_url is a text"),
        ({"client_id": None}, "auth.client_id is missing"),
        ({"client_secret": "x"}, "auth.client_secret is unknown"),
        ({"client": "header"}, "auth.client is one of basic, body"),
        ({"scope": 7}, "auth.scope is a text"),
        ({"form": {"audience": 7}}, "auth.form is a table of texts"),
        ({"form": {"client_secret": "x"}}, "auth.form.client_secret is not said here"),
        ({"name": "X-Key"}, "auth.name is unknown"),
    ],
)
def test_a_mistake_in_the_description_names_its_key(auth: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Vendor().provider(**auth)
    assert where in str(caught.value)


def test_a_secret_is_needed() -> None:
    with pytest.raises(InvalidInput, match="key"):
        JsonProvider(described())
