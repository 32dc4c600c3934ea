"""What all providers behind HTTPS share: what is sent, what a status means, what is refused, what stays secret."""

from __future__ import annotations

import asyncio
import copy
import json as jsons
import logging
import pickle
import ssl
from typing import Any

import httpx
import pytest

from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.ports import Limits, Rate
from trustleads.enrichment.providers.http import HttpProvider, Reply
from trustleads.enrichment.questions import AskAgain, Attribute, Declined, Signal, StopAsking, Unsure

KEY = "key-of-nobody"
Send = dict[str, Any]


class Echo(HttpProvider):
    base_url = "https://api.acme.example/v1/"
    list_price = "0.10 USD"
    usual_limits = Limits(timeout=5.0)
    most_bytes = 100
    name = "echo"
    fills = frozenset({Attribute.EMAIL})
    matches = (frozenset({Attribute.DOMAIN}),)
    confidence = {Attribute.EMAIL: 0.5}  # noqa: RUF012 - as hosts will write it

    async def lookup(self, questions):
        raise NotImplementedError

    def headers(self):
        return {"x-key": self._key}


def send(handler: Any, method: str = "GET", path: str = "/find", **options: Any) -> Reply:
    provider = Echo(KEY, transport=httpx.MockTransport(handler))
    return asyncio.run(provider.send(method, path, **options))


def answering(status: int, headers: dict[str, str] | None = None, body: bytes = b"{}") -> Any:
    return lambda _: httpx.Response(status, headers=headers, content=body)


@pytest.mark.clause("GDPR-1")
@pytest.mark.parametrize(
    ("options", "url", "kind", "body"),
    [
        ({"query": {"q": "a+b @é&c"}}, "https://api.acme.example/v1/find?q=a%2Bb%20%40%C3%A9%26c", None, b""),
        (
            {"json": {"q": "é", "n": [1]}},
            "https://api.acme.example/v1/find",
            "application/json",
            b'{"q":"\\u00e9","n":[1]}',
        ),
        (
            {"form": {"q": "a b&c"}},
            "https://api.acme.example/v1/find",
            "application/x-www-form-urlencoded",
            b"q=a+b%26c",
        ),
    ],
)
def test_what_is_sent(options: Send, url: str, kind: str | None, body: bytes) -> None:
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"a": 1}, headers={"X-Request-Id": "r1"})

    reply = send(handler, "GET" if "query" in options else "POST", **options)
    (request,) = sent
    assert (str(request.url), request.headers.get("content-type"), request.content) == (url, kind, body)
    assert request.headers["x-key"] == KEY
    assert request.headers["user-agent"].startswith("trustleads/")
    assert (reply.status, reply.headers["x-request-id"], reply.json()) == (200, "r1", {"a": 1})


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    ("status", "signal", "reason"),
    [
        (301, StopAsking, "check_base_url"),
        (307, StopAsking, "check_base_url"),
        (400, Declined, "bad_request"),
        (401, StopAsking, "key_refused"),
        (402, StopAsking, "no_credit"),
        (403, StopAsking, "key_refused"),
        (405, StopAsking, "check_base_url"),
        (408, AskAgain, "server_error"),
        (413, Declined, "bad_request"),
        (422, Declined, "bad_request"),
        (425, AskAgain, "server_error"),
        (429, AskAgain, "rate_limited"),
        (500, AskAgain, "server_error"),
        (501, Declined, "bad_request"),
        (502, AskAgain, "server_error"),
        (503, AskAgain, "server_error"),
        (504, Unsure, "timeout"),
        (520, AskAgain, "server_error"),
        (524, Unsure, "timeout"),
        (599, Declined, "bad_request"),
    ],
)
def test_what_a_status_means(status: int, signal: type[Signal], reason: str) -> None:
    with pytest.raises(signal) as caught:
        send(answering(status, {"location": "https://other.example/"}))
    assert type(caught.value) is signal
    assert caught.value.reason == reason


@pytest.mark.parametrize("status", [200, 202, 222, 404, 451])
def test_what_is_about_the_subject_passes(status: int) -> None:
    assert send(answering(status)).status == status


@pytest.mark.parametrize("body", [b"", b" ", b"null", b'{"error": "nobody"}', b"[]"])
def test_a_404_of_the_api_passes(body: bytes) -> None:
    assert send(answering(404, body=body)).body == body


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize("body", [b"<html>Not here</html>", b"404 page not found", b"404", b"\xff"])
def test_a_404_of_something_else_says_what_to_look_at(body: bytes) -> None:
    with pytest.raises(StopAsking, match="check_base_url"):
        send(answering(404, body=body))


def test_the_usual_ceiling_does_not_stop_the_other_calls_for_long() -> None:
    assert HttpProvider.most_bytes <= 2 * 2**20


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "²"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", "date": "Wed, 21 Oct 2026 07:29:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], after: float | None) -> None:
    reply = Reply(429, headers, b"")
    assert reply.retry_after() == after
    with pytest.raises(AskAgain) as caught:
        Echo(KEY).judge(reply)
    assert (caught.value.after, caught.value.everyone) == (after, True)


def test_a_server_in_trouble_stops_everyone_only_when_it_says_how_long() -> None:
    for headers, everyone in (({}, False), ({"retry-after": "3"}, True)):
        with pytest.raises(AskAgain) as caught:
            Echo(KEY).judge(Reply(503, headers, b""))
        assert caught.value.everyone is everyone


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe{", b"[" * 100_000, b"{"])
def test_what_is_no_json(body: bytes) -> None:
    with pytest.raises(Unsure) as caught:
        Reply(200, {}, body).json()
    assert caught.value.reason == "bad_answer"
    assert caught.value.__cause__ is None


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    ("error", "signal", "reason"),
    [
        (httpx.ConnectError("x"), AskAgain, "connection"),
        (httpx.ConnectTimeout("x"), AskAgain, "connection"),
        (httpx.PoolTimeout("x"), AskAgain, "connection"),
        (httpx.ProxyError("x"), AskAgain, "connection"),
        (httpx.ReadTimeout("x"), Unsure, "timeout"),
        (httpx.WriteTimeout("x"), Unsure, "timeout"),
        (TimeoutError(), Unsure, "torn_answer"),
        (httpx.ReadError("x"), Unsure, "torn_answer"),
        (httpx.RemoteProtocolError("x"), Unsure, "torn_answer"),
        (httpx.DecodingError("x"), Unsure, "bad_answer"),
        (ssl.SSLError("x"), Unsure, "torn_answer"),
    ],
)
def test_what_a_fault_means(error: Exception, signal: type[Signal], reason: str) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(signal) as caught:
        send(handler)
    assert caught.value.reason == reason


def test_a_body_that_is_too_long_is_no_answer() -> None:
    assert send(answering(200, body=b"x" * 100)).body == b"x" * 100
    with pytest.raises(Unsure):
        send(answering(200, body=b"x" * 101))


def test_the_transport_of_the_caller_stays_open() -> None:
    class Mine(httpx.MockTransport):
        closed = False

        async def aclose(self) -> None:
            self.closed = True

    async def calls(mine: Mine) -> None:
        provider = Echo(KEY, transport=mine)
        with pytest.raises(Unsure):
            await provider.send("GET", "/")
        await provider.aclose()

    mine = Mine(answering(200, body=b"x" * 101))
    asyncio.run(calls(mine))
    assert not mine.closed


@pytest.mark.parametrize("key", ["", " ", "a b", "a\n", "k\u00e9y", "a\x00b", None, 7, b"key"])
def test_a_key_that_cannot_be_one(key: Any) -> None:
    with pytest.raises(InvalidInput, match="Echo needs its API key") as caught:
        Echo(key)
    assert str(key).strip() == "" or repr(key) not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://api.acme.example",
            "api.acme.example",
            "https://",
            "https://u:p@acme.example",
            "https://a.example?b=c",
        ),
        *(
            "https://a.example#b",
            "https://a.example:x",
            "https://[::1",
            "https://\u00e9.example",
            "ftp://a.example",
            "",
            7,
        ),
    ],
)
def test_an_address_that_cannot_be_used(url: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        Echo(KEY, base_url=url)
    assert caught.value.reason == "provider_url"
    assert "u:p" not in str(caught.value)


def loose(change: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if change == "host":
        context.check_hostname = False
    if change == "certificate":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if change == "version":
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    return context


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize("tls", ["host", "certificate", "version", None])
def test_tls_has_to_verify(tls: str | None) -> None:
    context: Any = loose(tls) if tls else "tls"
    with pytest.raises(InvalidInput) as caught:
        Echo(KEY, tls=context)
    assert caught.value.reason == "provider_tls"
    assert Echo(KEY, tls=loose("nothing"))


def test_the_usual_trust_is_tls_1_2_and_verifies() -> None:
    context = Echo(KEY)._host.trust()
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize("proxy", ["acme.example:80", "socks5://acme.example", "http://", "", 7])
def test_a_proxy_that_cannot_be_used(proxy: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        Echo(KEY, proxy=proxy)
    assert caught.value.reason == "provider_proxy"


def test_price_and_limits() -> None:
    assert Echo(KEY).price == Money.of("0.10 USD")
    assert Echo(KEY, price="0.05 EUR").price == Money.of("0.05 EUR")
    assert Echo(KEY).limits.timeout == 5.0
    assert Echo(KEY, limits=Limits(in_flight=3)).limits.in_flight == 3
    with pytest.raises(InvalidInput, match="price="):
        Echo(KEY, price="cheap")


@pytest.mark.parametrize("limits", [5, (Rate(5, 1.0),), {"in_flight": 5}, Rate(5, 1.0), "fast"])
def test_what_are_no_limits(limits: Any) -> None:
    with pytest.raises(InvalidInput, match=r"limits= is Limits, such as Limits\(rates=") as caught:
        Echo(KEY, limits=limits)
    assert caught.value.reason == "provider_limits"


@pytest.mark.clause("LEAD-5")
def test_the_key_is_in_no_repr_pickle_or_copy() -> None:
    provider = Echo(KEY)
    assert repr(provider) == "Echo(key=***)"
    for act in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled") as caught:
            act(provider)
        assert KEY not in str(caught.value)


def test_reprs_hide_what_was_said() -> None:
    assert "ada" not in repr(Reply(200, {"x": "ada"}, jsons.dumps({"email": "ada@acme.example"}).encode()))


@pytest.mark.clause("GDPR-1")
def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send(answering(200), query={"email": "ada@acme.example"})
    assert "ada" not in caplog.text
    assert KEY not in caplog.text
