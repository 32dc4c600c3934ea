"""JSON APIs described by data: requests, answers, rules and pages."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.ports import Limits, Rate
from trustleads.enrichment.providers.json_api import JsonProvider
from trustleads.enrichment.questions import (
    Answer,
    AskAgain,
    Attribute,
    Declined,
    Mailbox,
    Outcome,
    Question,
    Signal,
    StopAsking,
    Unsure,
)

KEY = "json-key-of-nobody"
ADA, BO = "ada@acme.example", "bo@acme.example"
ONE: dict[str, Any] = {
    "name": "acme_people",
    "url": "https://api.people.example/v1/people",
    "price": "0.05 USD",
    "matches": [["email"], ["full_name", "company"]],
    "confidence": 0.8,
    "auth": {"kind": "header", "name": "X-Key"},
    "request": {"query": {"mail": "{email}", "who": "{full_name} of {company}", "brief": True}},
    "answer": {
        "path": "data.person",
        "echo": {"email": "email"},
        "request_id": "meta.id",
        "values": {
            "job_title": "work.0.title",
            "phone": {"path": "phone", "confidence": "score", "scale": 100, "source": "from", "last_seen": "seen"},
        },
    },
}
MANY: dict[str, Any] = {
    "name": "acme_batch",
    "url": "https://api.people.example/v1/batch",
    "method": "POST",
    "price": "0.05 USD",
    "matches": [["email"]],
    "confidence": 0.8,
    "auth": {"kind": "bearer"},
    "request": {
        "batch_size": 3,
        "json": {"all": "{items}", "brief": True},
        "item": {"id": "{number}", "mail": "{email}"},
    },
    "answer": {"path": "rows", "echo": {"number": "id"}, "values": {"job_title": "title"}},
}
PERSON = {
    "email": ADA,
    "work": [{"title": "Head of Sales"}],
    "phone": "+1 202 555 0101",
    "score": 90,
    "from": "u",
    "seen": "d",
}
FOUND = {"data": {"person": PERSON}, "meta": {"id": 7}}


class Wire:
    """Gives replies in turn, the last one for ever, and keeps what was sent."""

    def __init__(self, *bodies: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.bodies, self.status, self.headers = list(bodies), status, dict(headers or {})
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = self.bodies[min(len(self.sent), len(self.bodies) - 1)]
        self.sent.append(request)
        if isinstance(body, httpx.Response):
            return body
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.Response(self.status, content=content, headers=self.headers)


def changed(base: Mapping[str, Any], **parts: Any) -> dict[str, Any]:
    """The description with parts replaced: ``answer__path="x"`` is a key of a table; ``None`` takes a key out."""
    description = copy.deepcopy(dict(base))
    for name, part in parts.items():
        *tables, key = name.split("__")
        table = description
        for one in tables:
            table = table.setdefault(one, {})
        table[key] = part
        if part is None:
            del table[key]
    return description


def ask(description: Any, wire: Wire, *given: Mapping[Attribute, str], wanted: Any = Attribute) -> list[Answer]:
    provider = JsonProvider(description, KEY, transport=httpx.MockTransport(wire))
    questions = [Question(one, frozenset(wanted)) for one in given or ({Attribute.EMAIL: ADA},)]
    return list(asyncio.run(provider.lookup(questions)))


def emails(*addresses: str) -> list[dict[Attribute, str]]:
    return [{Attribute.EMAIL: address} for address in addresses]


# What is sent


@pytest.mark.clause("GDPR-1")
@pytest.mark.parametrize(
    ("given", "query"),
    [
        ({Attribute.EMAIL: "a+b@acme.example"}, {"mail": "a+b@acme.example", "brief": "true"}),
        ({Attribute.FULL_NAME: "Bo & Co", Attribute.COMPANY: "A=B"}, {"who": "Bo & Co of A=B", "brief": "true"}),
    ],
)
def test_query_holds_what_is_given(given: dict[Attribute, str], query: dict[str, str]) -> None:
    wire = Wire({"data": {"person": None}})
    ask(ONE, wire, given)
    assert (wire.sent[0].method, dict(wire.sent[0].url.params)) == ("GET", query)


@pytest.mark.clause("LEAD-4")
def test_a_batch_in_one_body() -> None:
    wire = Wire({"rows": [None, None]})
    ask(MANY, wire, *emails(ADA, BO))
    expected = {"all": [{"id": "0", "mail": ADA}, {"id": "1", "mail": BO}], "brief": True}
    assert json.loads(wire.sent[0].content) == expected


def test_a_form_and_a_place_in_the_path() -> None:
    url = "https://api.people.example/of/{company}/x"
    description = changed(
        ONE, url=url, method="POST", request={"form": {"n": "{full_name}"}}, matches=[["full_name", "company"]]
    )
    wire = Wire({"data": {"person": None}})
    ask(description, wire, {Attribute.FULL_NAME: "Bo Sample", Attribute.COMPANY: "A/B ?"})
    assert wire.sent[0].url.raw_path == b"/of/A%2FB%20%3F/x"
    assert wire.sent[0].content == b"n=Bo+Sample"


@pytest.mark.parametrize(
    ("auth", "header", "query"),
    [
        ({"kind": "header", "name": "X-Key"}, ("x-key", KEY), None),
        ({"kind": "bearer"}, ("authorization", f"Bearer {KEY}"), None),
        ({"kind": "query", "name": "api_key"}, None, ("api_key", KEY)),
    ],
)
def test_how_the_key_is_shown(auth: Any, header: Any, query: Any) -> None:
    wire = Wire(FOUND)
    ask(changed(ONE, auth=auth), wire)
    (request,) = wire.sent
    assert (KEY in str(request.url)) is (query is not None)
    assert (KEY in str(dict(request.headers))) is (header is not None)
    assert header is None or request.headers[header[0]] == header[1]
    assert query is None or request.url.params[query[0]] == query[1]


@pytest.mark.parametrize(
    ("request_", "content"),
    [({"form": {"m": "{email}"}}, b"m=ada%40acme.example&k=" + KEY.encode()), ({"json": {"m": "{email}"}}, None)],
)
def test_a_key_in_the_body(request_: dict[str, Any], content: bytes | None) -> None:
    auth = {"kind": "body", "name": "k"}
    wire = Wire(FOUND)
    ask(changed(ONE, method="POST", matches=[["email"]], auth=auth, request=request_), wire)
    (sent,) = wire.sent
    assert KEY not in f"{sent.url} {sent.headers}"
    assert sent.content == content if content else json.loads(sent.content) == {"m": ADA, "k": KEY}


@pytest.mark.parametrize(
    ("body", "status", "outcome"),
    [
        (FOUND, 200, Outcome.FOUND),
        ({"data": {"person": {**PERSON, "email": BO}}}, 200, Outcome.FAILED),
        ({}, 404, Outcome.MISS),
        ({}, 451, Outcome.REFUSED),
    ],
)
def test_the_name_of_a_call_may_be_in_a_header(body: Any, status: int, outcome: Outcome) -> None:
    description = changed(ONE, answer__request_id={"header": "X-Request-Id"})
    (answer,) = ask(description, Wire(body, status=status, headers={"x-request-ID": "r-1"}))
    assert (answer.outcome, answer.request_id) == (outcome, "r-1")
    (answer,) = ask(description, Wire(body, status=status))
    assert (answer.outcome, answer.request_id) == (outcome, None)


def test_no_key_where_none_is_needed() -> None:
    wire = Wire(FOUND)
    provider = JsonProvider(changed(ONE, auth={"kind": "none"}), transport=httpx.MockTransport(wire))
    asyncio.run(provider.lookup([Question({Attribute.EMAIL: ADA}, frozenset(Attribute))]))
    assert not {"authorization", "x-key"} & set(wire.sent[0].headers)
    with pytest.raises(InvalidInput, match="key"):
        JsonProvider(ONE)


def test_the_key_is_not_in_the_repr() -> None:
    assert repr(JsonProvider(ONE, KEY)) == "JsonProvider('acme_people', key=***)"


# What it is


def test_it_describes_itself() -> None:
    description = changed(
        ONE, limits={"rates": [[10, 1.0]], "in_flight": 3, "timeout": 5, "longest_pause": 9}, most_units=2
    )
    provider = JsonProvider(description, KEY)
    assert provider.limits == Limits((Rate(10, 1.0),), 3, 5.0, 9.0)
    assert (str(provider.price), provider.most_units, provider.batch_size) == ("0.05 USD", 2, 1)
    assert provider.fills == set(provider.confidence) == {Attribute.JOB_TITLE, Attribute.PHONE}
    assert not provider.verifies
    assert str(JsonProvider(description, KEY, price="1 EUR").price) == "1 EUR"


# What is read


@pytest.mark.clause("LEAD-4")
def test_values_with_confidence_and_source() -> None:
    (answer,) = ask(ONE, Wire(FOUND))
    title, phone = answer.found[Attribute.JOB_TITLE], answer.found[Attribute.PHONE]
    assert (title.text, title.confidence, title.source_uri) == ("Head of Sales", 0.8, None)
    assert (phone.confidence, phone.source_uri, phone.last_seen) == (0.9, "u", "d")
    assert (answer.outcome, answer.request_id, answer.billed_units) == (Outcome.FOUND, "7", 1)


def test_only_what_is_wanted() -> None:
    (answer,) = ask(ONE, Wire(FOUND), wanted=[Attribute.PHONE])
    assert set(answer.found) == {Attribute.PHONE}


@pytest.mark.parametrize(
    ("score", "confidence"),
    [(250, 1.0), (0, 0.0), (-1, 0.8), ("90", 0.8), (None, 0.8), (True, 0.8), (10**400, 0.8)],
)
def test_confidence_is_a_share(score: Any, confidence: float) -> None:
    (answer,) = ask(ONE, Wire({"data": {"person": {**PERSON, "score": score}}}))
    assert answer.found[Attribute.PHONE].confidence == confidence


@pytest.mark.parametrize("body", [{"data": None}, {"data": {"person": None}}, {"data": {"person": {"email": ADA}}}])
def test_nothing_there_is_a_miss(body: Any) -> None:
    (answer,) = ask(ONE, Wire(body))
    assert (answer.outcome, answer.billed_units) == (Outcome.MISS, 0)


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    "body", [b"<html>", [], {}, {"data": {}}, {"data": {"person": "Ada"}}, {"data": {"person": [7]}}]
)
def test_a_senseless_answer_may_be_billed(body: Any) -> None:
    with pytest.raises(Unsure, match="bad_answer"):
        ask(ONE, Wire(body))


def test_a_miss_may_cost_and_a_record_may_say_what() -> None:
    (miss,) = ask(changed(ONE, answer__billed="asked"), Wire({"data": None}))
    (found,) = ask(changed(ONE, answer__units="cost"), Wire({"data": {"person": {**PERSON, "cost": 3}}}))
    assert (miss.outcome, miss.billed_units, found.billed_units) == (Outcome.MISS, 1, 3)


@pytest.mark.clause("LEAD-4")
@pytest.mark.parametrize("email", ["eve@acme.example", None, 7])
def test_somebody_else_is_dropped(email: Any) -> None:
    (answer,) = ask(ONE, Wire({"data": {"person": {**PERSON, "email": email}}}))
    assert (answer.outcome, answer.reason, answer.found, answer.units) == (Outcome.FAILED, "wrong_subject", {}, 1)


def test_the_one_who_was_asked_about_is_picked_from_a_list() -> None:
    people = [{"email": "eve@acme.example"}, {**PERSON, "email": "ADA@acme.example"}]
    assert ask(ONE, Wire({"data": {"person": people}}))[0].outcome is Outcome.FOUND
    assert ask(ONE, Wire({"data": {"person": []}}))[0].outcome is Outcome.MISS


@pytest.mark.clause("LEAD-4")
def test_a_batch_in_order() -> None:
    rows = [{"id": 0, "title": "A"}, None, {"id": 9, "title": "C"}]
    answers = ask(MANY, Wire({"rows": rows}), *emails(ADA, BO, "cy@acme.example"))
    assert [answer.outcome for answer in answers] == [Outcome.FOUND, Outcome.MISS, Outcome.FAILED]


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize("rows", [[], [None], [None] * 3, {}, None])
def test_a_batch_of_the_wrong_length_may_be_billed(rows: Any) -> None:
    with pytest.raises(Unsure, match="bad_answer"):
        ask(MANY, Wire({"rows": rows}), *emails(ADA, BO))


@pytest.mark.parametrize(
    ("rows", "absent", "outcomes"),
    [
        ([{"id": "1", "title": "B"}, {"id": "0", "title": "A"}], "unsure", [Outcome.FOUND, Outcome.FOUND]),
        ([{"id": "1", "title": "B"}], "unsure", [Outcome.MAYBE_BILLED, Outcome.FOUND]),
        ([{"id": "1", "title": "B"}], "miss", [Outcome.MISS, Outcome.FOUND]),
        ([{"id": "1", "title": "B"}, {"id": "8", "title": "H"}], "miss", [Outcome.FAILED, Outcome.FOUND]),
    ],
)
def test_a_batch_in_any_order(rows: Any, absent: str, outcomes: list[Outcome]) -> None:
    description = changed(MANY, answer__in_order=False, answer__absent=absent)
    answers = ask(description, Wire({"rows": rows}), *emails(ADA, BO))
    assert [answer.outcome for answer in answers] == outcomes
    assert answers[1].found[Attribute.JOB_TITLE].text == "B"


@pytest.mark.clause("LEAD-4")
@pytest.mark.parametrize(
    ("word", "mailbox", "outcome"),
    [
        ("ok", Mailbox.EXISTS, Outcome.FOUND),
        ("any", Mailbox.CATCH_ALL, Outcome.FOUND),
        (False, Mailbox.MISSING, Outcome.FOUND),
        ("?", Mailbox.UNKNOWN, Outcome.MISS),
        ("new", None, Outcome.MISS),
        ([], None, Outcome.MISS),
    ],
)
def test_a_verifier(word: Any, mailbox: Mailbox | None, outcome: Outcome) -> None:
    words = {"ok": "exists", "any": "catch_all", "false": "missing", "?": "unknown"}
    description = changed(
        ONE,
        matches=[["email"]],
        request={"query": {"m": "{email}"}},
        answer={"mailbox": {"path": "state", "words": words}},
    )
    provider = JsonProvider(description, KEY)
    assert provider.verifies
    assert (provider.fills, provider.confidence) == (frozenset(), {Attribute.EMAIL: 0.8})
    (answer,) = ask(description, Wire({"state": word}))
    assert (answer.mailbox, answer.outcome) == (mailbox, outcome)


# Rules


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    ("rule", "status", "body", "signal"),
    [
        ({"status": 403, "outcome": "again", "everyone": True}, 403, {}, AskAgain("rate_limited", everyone=True)),
        ({"status": [429], "outcome": "stop", "reason": "no_credit"}, 429, {}, StopAsking("no_credit")),
        (
            {"path": "error.code", "equals": ["auth"], "outcome": "stop"},
            200,
            {"error": {"code": "auth"}},
            StopAsking("key_refused"),
        ),
        (
            {"path": "error", "outcome": "again", "after": 9},
            200,
            {"error": "busy"},
            AskAgain("rate_limited", after=9.0),
        ),
        ({"path": "data", "missing": True, "outcome": "unsure"}, 200, {}, Unsure("bad_answer")),
        (
            {"status": 200, "path": "ok", "equals": False, "outcome": "declined"},
            200,
            {"ok": False},
            Declined("bad_request"),
        ),
        (
            {"status": 200, "path": "ok", "equals": False, "outcome": "declined"},
            401,
            {"ok": False},
            StopAsking("key_refused"),
        ),
        ({"path": "ok", "missing": True, "outcome": "miss"}, 200, b"torn{", Unsure("bad_answer")),
    ],
)
def test_rules_about_the_call(rule: dict[str, Any], status: int, body: Any, signal: Signal) -> None:
    with pytest.raises(Signal) as raised:
        ask(changed(ONE, rules=[rule]), Wire(body, status=status))
    assert type(raised.value) is type(signal)
    assert vars(raised.value) == vars(signal)


@pytest.mark.clause("LEAD-5")
@pytest.mark.parametrize(
    ("rule", "status", "expected"),
    [
        (None, 404, Answer(Outcome.MISS)),
        (None, 451, Answer(Outcome.REFUSED, reason="restricted")),
        ({"status": 202, "outcome": "later"}, 202, Answer(Outcome.LATER, units=0, reason="not_ready", after=4.0)),
        (
            {"status": 202, "outcome": "later", "after": 2},
            202,
            Answer(Outcome.LATER, units=0, reason="not_ready", after=2.0),
        ),
        ({"status": 400, "outcome": "miss"}, 400, Answer(Outcome.MISS, units=0)),
        ({"status": 410, "outcome": "refused"}, 410, Answer(Outcome.REFUSED, units=0, reason="restricted")),
        ({"status": 400, "outcome": "failed"}, 400, Answer(Outcome.FAILED, units=0, reason="bad_request")),
    ],
)
def test_answers_by_status(rule: dict[str, Any] | None, status: int, expected: Answer) -> None:
    wire = Wire(b"", status=status, headers={"retry-after": "4"})
    assert ask(changed(ONE, rules=[rule] if rule else []), wire) == [expected]


def test_an_odd_status_may_be_read() -> None:
    (answer,) = ask(
        changed(ONE, rules=[{"status": 299, "outcome": "miss"}, {"status": 400, "outcome": "read"}]),
        Wire(FOUND, status=400),
    )
    assert answer.outcome is Outcome.FOUND


def test_rules_about_a_record() -> None:
    rules = [
        {"of": "record", "path": "state", "equals": 451, "outcome": "refused"},
        {"of": "record", "path": "state", "equals": "wait", "outcome": "later", "after": 3},
        {"of": "record", "path": "state", "outcome": "failed"},
    ]
    rows = [{"id": 0, "state": 451}, {"id": 1, "state": "wait"}, {"id": 2, "state": True}]
    answers = ask(changed(MANY, rules=rules), Wire({"rows": rows}), *emails(ADA, BO, "cy@acme.example"))
    assert [answer.outcome for answer in answers] == [Outcome.REFUSED, Outcome.LATER, Outcome.FAILED]
    assert [answer.after for answer in answers] == [None, 3.0, None]


# Pages


PAGED = changed(MANY, paging={"next": "next", "query": "page", "most": 3})


@pytest.mark.clause("LEAD-4")
def test_pages_are_put_together() -> None:
    wire = Wire({"rows": [{"id": 0, "title": "A"}], "next": 2}, {"rows": [{"id": 1, "title": "B"}], "next": None})
    answers = ask(PAGED, wire, *emails(ADA, BO))
    assert [answer.found[Attribute.JOB_TITLE].text for answer in answers] == ["A", "B"]
    assert [dict(request.url.params) for request in wire.sent] == [{}, {"page": "2"}]


def test_pages_come_to_an_end() -> None:
    wire = Wire({"rows": [None], "next": "x"})
    ask(PAGED, wire, *emails(ADA, BO, "cy@acme.example"))
    assert len(wire.sent) == 3


@pytest.mark.clause("LEAD-5")
def test_a_fault_after_the_first_page_may_be_billed() -> None:
    wire = Wire({"rows": [None], "next": "x"}, httpx.Response(429))
    with pytest.raises(Unsure, match="rate_limited"):
        ask(PAGED, wire, *emails(ADA, BO))
