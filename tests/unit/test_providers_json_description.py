"""Descriptions of JSON APIs: from files, and with every mistake named."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.providers.json_auth import Auth
from trustleads.enrichment.providers.json_description import read

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


@pytest.mark.parametrize("ending", ["json", "toml"])
def test_a_description_in_a_file(tmp_path: Path, ending: str) -> None:
    toml = """
        name = "acme_people"
        url = "https://api.people.example/v1/people"
        price = "0.05 USD"
        matches = [["email"]]
        confidence = 0.8
        auth = { kind = "bearer" }
        request.query.mail = "{email}"
        [answer.values]
        job_title = "title"
    """
    path = tmp_path / f"api.{ending}"
    values = {"values": {"job_title": "title"}}
    plain = changed(
        ONE, auth={"kind": "bearer"}, matches=[["email"]], request={"query": {"m": "{email}"}}, answer=values
    )
    path.write_text(toml if ending == "toml" else json.dumps(plain))
    assert read(path) == read(str(path))
    assert (read(path).auth, read(path).records) == (Auth("bearer"), ())
    assert [value.steps for value in read(path).values.values()] == [("title",)]


@pytest.mark.parametrize(
    ("description", "where"),
    [
        (changed(ONE, name=None), "name is missing"),
        (changed(ONE, name="Acme People"), "name "),
        (changed(ONE, nmae="x"), "nmae is unknown"),
        (changed(ONE, confidence=None, confidnce=0.8), "confidnce is unknown here (did you mean confidence?)"),
        (changed(ONE, auth={"kind": "header", "nmea": "X-Key"}), "auth.nmea is unknown here (did you mean name?)"),
        (changed(ONE, url="http://api.people.example/"), "url begins with https:// and a host, and not http://"),
        (changed(ONE, url="api.people.example/v1"), "url begins with https:// and a host: https:// is missing"),
        (changed(ONE, url="ftp://api.people.example/"), "url begins with https:// and a host"),
        (changed(ONE, price=0.02), "; the currency is missing: '0.02 USD'?"),
        (changed(ONE, url="https://{company}.example/"), "url "),
        (changed(ONE, url="https://api.people.example/?a=b"), "url "),
        (changed(ONE, url="https://[::1"), "url "),
        (changed(ONE, url=7), "url is a text"),
        (changed(ONE, method="get"), "method is one of GET"),
        (changed(ONE, price="cheap"), "price"),
        (changed(ONE, confidence=1.5), "confidence is at most 1"),
        (changed(ONE, confidence=True), "confidence is a number"),
        (changed(ONE, most_units=1.5), "most_units is a whole number"),
        (changed(ONE, matches=[]), "matches "),
        (changed(ONE, matches=[["mail"]]), "matches is one of email"),
        (changed(ONE, matches=[["mail"]]), "(did you mean email?)"),
        (changed(ONE, matches=[[["mail"]]]), "matches is one of email"),
        (changed(ONE, matches=[[7]]), "matches is one of email"),
        (changed(ONE, matches=["email"]), "matches is a list"),
        (changed(ONE, matches=[["email"]]), "none of matches"),
        (changed(ONE, matches=[["email"], ["full_name", "company"], ["phone"]]), "matches has phone"),
        (changed(ONE, auth=None), "auth is missing"),
        (changed(ONE, auth="bearer"), "auth is a table"),
        (changed(ONE, auth__kind="basic"), "auth.kind is one of"),
        (changed(ONE, auth={"kind": "query"}), "auth.name is missing"),
        (changed(ONE, auth={"kind": "body", "name": "k"}), "auth.kind is body where"),
        (changed(ONE, auth={"kind": "header", "name": "X Key"}), "auth.name "),
        (changed(ONE, auth={"kind": "bearer", "name": "x"}), "auth.name is unknown"),
        (changed(ONE, answer__request_id={"header": "X Id"}), "answer.request_id.header is the name of a header"),
        (changed(ONE, answer__request_id={"path": "id"}), "answer.request_id.header is missing"),
        (changed(ONE, answer__request_id=7), "answer.request_id is a table"),
        (changed(ONE, limits={"rates": [[1]]}), "limits.rates "),
        (changed(ONE, limits={"rates": [[0, 1]]}), "limits.rates "),
        (changed(ONE, limits={"timeout": float("inf")}), "limits.timeout "),
        (changed(ONE, limits={"timeout": 10**400}), "limits.timeout "),
        (changed(ONE, limits={"longest_pause": 0}), "limits.longest_pause is a number above 0"),
        (changed(ONE, limits={"in_flight": "1"}), "limits.in_flight "),
        (changed(ONE, request__query={"m": "{e_mail}"}), "request.query has {e_mail}"),
        (changed(ONE, request__query={"m": ["{email}"]}), "request.query is a table"),
        (changed(ONE, request__query={"m": "{items}"}), "request.query has {items}"),
        (changed(ONE, request__json={}), "method is POST or PUT"),
        (changed(ONE, method="POST", request__json={}, request__form={}), "request has either"),
        (changed(ONE, request__bath_size=2), "request.bath_size is unknown"),
        (changed(ONE, request__batch_size=2), "request of several leads"),
        (changed(MANY, request__json={"all": "x {items}"}), "request.json has {items}"),
        (changed(MANY, request__json={"all": "{items}", "m": "{email}"}), "request says in item"),
        (changed(ONE, answer=None), "answer is missing"),
        (changed(ONE, answer__values=None), "answer has neither"),
        (changed(ONE, answer__values={"full_name": "n"}), "answer.values.full_name is unknown"),
        (changed(ONE, answer__values={"phone": "a..b"}), "answer.values.phone is a path"),
        (changed(ONE, answer__values={"phone": {"path": "p", "confidence": 2}}), "answer.values.phone.confidence "),
        (changed(ONE, answer__values={"phone": {"confidence": 1}}), "answer.values.phone.path is missing"),
        (changed(ONE, answer__mailbox={"path": "s", "words": {"ok": "fine"}}), "answer.mailbox.words.ok is one of"),
        (changed(ONE, answer__billed="always"), "answer.billed is one of"),
        (changed(ONE, answer__echo={"mail": "x"}), "answer.echo.mail is unknown"),
        (changed(MANY, answer__echo=None), "answer.echo is needed"),
        (changed(MANY, answer__path=None), "answer.path is needed"),
        (changed(ONE, answer__in_order=False, answer__echo={}), "answer.echo is needed"),
        (changed(ONE, paging={"next": "n"}), "paging.query is missing"),
        (changed(ONE, rules={}), "rules is a list"),
        (changed(ONE, rules=[{"status": 1, "outcome": "miss"}, {"outcome": "miss"}]), "rules.1 has a status"),
        (changed(ONE, rules=[{"status": 1, "outcome": "lost"}]), "rules.0.outcome is one of"),
        (changed(ONE, rules=[{"status": "x", "outcome": "miss"}]), "rules.0.status "),
        (changed(ONE, rules=[{"status": 1, "missing": True, "outcome": "miss"}]), "rules.0.path is missing"),
        (changed(ONE, rules=[{"of": "record", "status": 1, "outcome": "miss"}]), "rules.0.status is unknown"),
        (changed(ONE, rules=[{"of": "record", "path": "p", "outcome": "stop"}]), "rules.0.outcome is one of"),
        (changed(ONE, rules=[{"status": 1, "outcome": "stop", "reason": "No!"}]), "rules.0.reason "),
    ],
)
def test_a_mistake_is_named(description: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(description)
    assert where in str(raised.value)
    assert raised.value.reason in ("description", "money")


def test_what_is_misspelt_has_the_known_names_beside_it() -> None:
    with pytest.raises(InvalidInput) as raised:
        read(changed(ONE, answer__values={"job_titel": "work.0.title"}))
    assert "answer.values.job_titel is unknown here (did you mean job_title?); known are company, " in str(raised.value)
    assert "full_name" not in str(raised.value)
    with pytest.raises(InvalidInput) as raised:
        read(changed(ONE, answer__echo={"emial": "x"}))
    assert "answer.echo.emial is unknown here (did you mean email?); known are company, " in str(raised.value)
    assert "number" in str(raised.value)
    with pytest.raises(InvalidInput, match="qqq is unknown here; known are answer, "):
        read(changed(ONE, qqq=1))


@pytest.mark.parametrize("source", [None, 7, [ONE], b"api.toml"])
def test_what_is_no_description(source: Any) -> None:
    with pytest.raises(InvalidInput, match=r"is a table, or the path of a \.toml or \.json file"):
        read(source)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda folder: folder / "api.yaml", r"file .*api\.yaml is not one that ends in \.toml or \.json"),
        (lambda folder: folder / "api.toml", r"file .*api\.toml cannot be read: No such file"),
        (lambda folder: _written(folder / "a.json", b"{"), r"file .*a\.json is not JSON"),
        (lambda folder: _written(folder / "a.toml", b"= 1"), r"file .*a\.toml is not TOML"),
        (lambda folder: _written(folder / "a.json", b"\xff"), r"file .*a\.json is not JSON"),
        (lambda folder: _written(folder / "a.json", b"[]"), "description is a table"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, make: Callable[[Path], Path], what: str) -> None:
    with pytest.raises(InvalidInput, match=what):
        read(make(tmp_path))


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
