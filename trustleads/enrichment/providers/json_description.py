"""What a JSON API is like, read from data: every mistake names its key (LEAD-4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trustleads.core.money import Money
from trustleads.enrichment.ports import Limits, Rate
from trustleads.enrichment.providers.json_auth import Auth, read_auth
from trustleads.enrichment.providers.json_fields import (
    Steps,
    Table,
    a_code,
    a_count,
    a_flag,
    a_header,
    a_list,
    a_number,
    a_path,
    a_share,
    a_text,
    load,
    one_of,
    scheme_fault,
    wrong,
)
from trustleads.enrichment.questions import Attribute, Mailbox

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
ITEMS = "{items}"
NUMBER = "number"  # stands for the place of a lead in its call, where an API repeats what it was told
_METHODS = ("GET", "POST", "PUT")
_OUTCOMES = {  # outcome to the reason it has if none is given
    "read": None,
    "miss": None,
    "refused": "restricted",
    "failed": "bad_request",
    "later": "not_ready",
    "again": "rate_limited",
    "unsure": "bad_answer",
    "declined": "bad_request",
    "stop": "key_refused",
}
_OF_A_RECORD = ("read", "miss", "refused", "failed", "later")


@dataclass(frozen=True, slots=True)
class Value:
    """Where one value is in a record.

    Attributes:
        steps: The path to it.
        confidence: Fixed, or what counts where the record has none.
        own_confidence: The path to the record's own figure.
        scale: What that figure is at most.
        source: The path to where the API has it from.
        last_seen: The path to when it was there last.
    """

    steps: Steps
    confidence: float
    own_confidence: Steps | None = None
    scale: float = 1.0
    source: Steps | None = None
    last_seen: Steps | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What a reply, or a record, means that looks like this; all that is set has to hold."""

    outcome: str
    reason: str | None
    status: frozenset[int]
    steps: Steps | None
    equals: tuple[Any, ...]
    missing: bool
    of_record: bool
    after: float | None
    everyone: bool


@dataclass(frozen=True, slots=True)
class Description:
    """A JSON API; ``JsonProvider`` says what each part means."""

    name: str
    root: str
    path: str
    method: str
    auth: Auth
    price: Money
    most_units: int
    limits: Limits
    matches: tuple[frozenset[Attribute], ...]
    batch_size: int
    query: Mapping[str, Any]
    form: Mapping[str, Any] | None
    json: Any
    item: Any
    records: Steps
    in_order: bool
    absent_is_miss: bool
    echo: Mapping[str, Steps]
    values: Mapping[Attribute, Value]
    confidence: float
    mailbox: Steps | None
    mailbox_words: Mapping[str, Mailbox]
    request_id: Steps | None
    request_id_header: str | None
    units: Steps | None
    billed_when_asked: bool
    page: tuple[Steps, str, int] | None
    rules: tuple[Rule, ...]


def read(source: Mapping[str, Any] | str | PathLike[str]) -> Description:
    """Read a description from a mapping, or from a ``.toml`` or ``.json`` file.

    Raises:
        InvalidInput: Something in it is missing, unknown or wrong; the message names the key.
    """
    if not isinstance(source, Mapping | str | PathLike):
        raise wrong("itself", "is a table, or the path of a .toml or .json file")
    top = Table(source if isinstance(source, Mapping) else load(Path(source)), "")
    matches = top.take("matches", _matches)
    root, path = top.take("url", _url)
    confidence = top.take("confidence", a_share)
    request, answer = top.table("request", {}), top.table("answer")
    description = Description(
        name=top.take("name", a_code),
        root=root,
        path=path,
        method=top.take("method", one_of(_METHODS), "GET"),
        auth=read_auth(top.table("auth")),
        price=top.take("price", lambda value, where: Money.of(value, name=where)),
        most_units=top.take("most_units", a_count, 1),
        limits=_limits(top.table("limits", {})),
        matches=matches,
        confidence=confidence,
        page=_page(top),
        rules=tuple(_rule(Table(rule, f"rules.{n}")) for n, rule in enumerate(top.take("rules", a_list, []))),
        **_request(request),
        **_answer(answer, confidence),
    )
    top.close()
    _check_whole(description)
    return description


def _attribute(value: Any, where: str) -> Attribute:
    return Attribute(one_of(tuple(Attribute))(value, where))


def _matches(value: Any, where: str) -> tuple[frozenset[Attribute], ...]:
    matches = tuple(frozenset(_attribute(one, where) for one in a_list(match, where)) for match in a_list(value, where))
    if not matches or not all(matches):
        raise wrong(where, "is a list of lists of what a lead is matched by, such as [['email']]")
    return matches


def _url(value: Any, where: str) -> tuple[str, str]:
    text = a_text(value, where)
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        raise wrong(where, "is no URL") from None
    if parts.scheme != "https" or not host or "{" in parts.netloc or "@" in parts.netloc:
        raise wrong(where, f"begins with https:// and a host{scheme_fault(text)}")
    if parts.query or parts.fragment:
        raise wrong(where, "has no question mark: parameters are in request.query")
    return f"https://{parts.netloc}", parts.path or "/"


def _limits(table: Table) -> Limits:
    usual = Limits()
    limits = Limits(
        rates=table.take("rates", _rates, ()),
        in_flight=table.take("in_flight", a_count, usual.in_flight),
        timeout=table.take("timeout", a_number, usual.timeout),
        longest_pause=table.take("longest_pause", a_number, usual.longest_pause),
    )
    table.close()
    return limits


def _rates(value: Any, where: str) -> tuple[Rate, ...]:
    pairs = [a_list(pair, where) for pair in a_list(value, where)]
    if not all(len(pair) == 2 for pair in pairs):  # noqa: PLR2004 - calls and seconds
        raise wrong(where, "is a list of pairs [calls, seconds]")
    return tuple(Rate(a_count(calls, where), a_number(seconds, where)) for calls, seconds in pairs)


def _request(table: Table) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "query": table.take("query", _flat, {}),
        "form": table.take("form", _flat, None),
        "json": table.take("json", _template, None),
        "item": table.take("item", _template, None),
        "batch_size": table.take("batch_size", a_count, 1),
    }
    table.close()
    return parts


def _template(value: Any, where: str) -> Any:
    for text in texts(value):
        for name in PLACEHOLDER.findall(text):
            if name not in (*Attribute, NUMBER) and text != ITEMS:
                raise wrong(where, f"has {{{name}}}; there are {', '.join(Attribute)}, {NUMBER}, and {ITEMS} alone")
    return value


def _flat(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(part, str | int | float) for part in value.values()):
        raise wrong(where, "is a table of texts, numbers, true and false")
    if ITEMS in value.values():
        raise wrong(where, f"has {ITEMS}, which is for request.json")
    return _template(value, where)  # type: ignore[no-any-return]  # what went in


def texts(template: Any) -> Iterator[str]:
    """Every text in a template; names of parameters are no templates."""
    if isinstance(template, str):
        yield template
    elif isinstance(template, Mapping | list | tuple):
        for part in template.values() if isinstance(template, Mapping) else template:
            yield from texts(part)


def _answer(table: Table, confidence: float) -> dict[str, Any]:
    mailbox = table.take("mailbox", _mailbox, (None, {}))
    request_id, request_id_header = table.take("request_id", _request_id, (None, None))
    parts: dict[str, Any] = {
        "records": table.take("path", a_path, ()),
        "in_order": table.take("in_order", a_flag, True),
        "absent_is_miss": table.take("absent", one_of(("miss", "unsure")), "unsure") == "miss",
        "echo": table.take("echo", _echo, {}),
        "values": table.take("values", lambda value, where: _values(value, where, confidence), {}),
        "mailbox": mailbox[0],
        "mailbox_words": mailbox[1],
        "request_id": request_id,
        "request_id_header": request_id_header,
        "units": table.take("units", a_path, None),
        "billed_when_asked": table.take("billed", one_of(("found", "asked")), "found") == "asked",
    }
    table.close()
    return parts


def _request_id(value: Any, where: str) -> tuple[Steps | None, str | None]:
    if isinstance(value, str):
        return a_path(value, where), None
    table = Table(value, where)
    name = table.take("header", a_header).lower()
    table.close()
    return None, name


def _echo(value: Any, where: str) -> Mapping[str, Steps]:
    table = Table(value, where)
    echo = table.some((*Attribute, NUMBER), a_path)
    table.close()
    return echo


def _values(value: Any, where: str, confidence: float) -> Mapping[Attribute, Value]:
    table = Table(value, where)
    known: list[Attribute] = [one for one in Attribute if one != Attribute.FULL_NAME]
    values = table.some(known, lambda part, place: _value(part, place, confidence))
    table.close()
    return values


def _value(value: Any, where: str, confidence: float) -> Value:
    if isinstance(value, str):
        return Value(a_path(value, where), confidence)
    table = Table(value, where)
    own = table.take(
        "confidence", lambda one, place: (a_path if isinstance(one, str) else a_share)(one, place), confidence
    )
    parsed = Value(
        steps=table.take("path", a_path),
        confidence=own if isinstance(own, float) else confidence,
        own_confidence=own if isinstance(own, tuple) else None,
        scale=table.take("scale", a_number, 1.0),
        source=table.take("source", a_path, None),
        last_seen=table.take("last_seen", a_path, None),
    )
    table.close()
    return parsed


def _mailbox(value: Any, where: str) -> tuple[Steps, Mapping[str, Mailbox]]:
    table = Table(value, where)
    steps = table.take("path", a_path)
    words = table.take("words", lambda part, place: dict(_words(part, place)))
    table.close()
    return steps, words


def _words(value: Any, where: str) -> Iterator[tuple[str, Mailbox]]:
    table = Table(value, where)
    for word in value:
        yield word, Mailbox(table.take(word, one_of(tuple(Mailbox))))


def _page(top: Table) -> tuple[Steps, str, int] | None:
    table = top.take("paging", Table, None)
    if table is None:
        return None
    page = table.take("next", a_path), table.take("query", a_header), table.take("most", a_count, 10)
    table.close()
    return page


def _rule(table: Table) -> Rule:
    of_record = table.take("of", one_of(("call", "record")), "call") == "record"
    outcome = table.take("outcome", one_of(_OF_A_RECORD if of_record else tuple(_OUTCOMES)))
    rule = Rule(
        outcome=outcome,
        reason=table.take("reason", a_code, _OUTCOMES[outcome]),
        status=frozenset() if of_record else table.take("status", _statuses, frozenset()),
        steps=table.take("path", a_path, None),
        equals=table.take("equals", lambda one, _: tuple(one) if isinstance(one, list | tuple) else (one,), ()),
        missing=table.take("missing", a_flag, False),
        of_record=of_record,
        after=table.take("after", a_number, None),
        everyone=table.take("everyone", a_flag, False),
    )
    table.close()
    if not rule.status and rule.steps is None:
        raise wrong(table.where, "has a status or a path: else it would always hold")
    if rule.steps is None and (rule.equals or rule.missing):
        raise wrong(f"{table.where}.path", "is missing: equals and missing are about what is there")
    return rule


def _statuses(value: Any, where: str) -> frozenset[int]:
    return frozenset(a_count(one, where) for one in (value if isinstance(value, list | tuple) else [value]))


def _check_whole(api: Description) -> None:
    """Check what no part can tell alone."""
    _check_request(api)
    if not api.values and api.mailbox is None:
        raise wrong("answer", "has neither values nor mailbox: there is nothing to be learnt from it")
    if not api.in_order and not api.echo:
        raise wrong("answer.echo", "is needed where answers are not in order")
    if api.batch_size > 1 and not api.echo:
        raise wrong("answer.echo", "is needed where several leads are in one call: whose answer is whose?")
    if api.batch_size > 1 and not api.records:
        raise wrong("answer.path", "is needed where several leads are in one call: where is the list?")


def _check_request(api: Description) -> None:
    if api.form is not None and api.json is not None:
        raise wrong("request", "has either form or json")
    if api.method == "GET" and (api.form is not None or api.json is not None):
        raise wrong("method", "is POST or PUT where the request has a body")
    if api.auth.kind == "body" and api.form is None and not isinstance(api.json, Mapping):
        raise wrong("auth.kind", "is body where the request has a table, form or json, for the key to go into")
    if (api.batch_size > 1 or api.item is not None) and (ITEMS not in texts(api.json) or api.item is None):
        raise wrong("request", f"of several leads has item, and {ITEMS} in json where the list of them goes")
    if api.item is not None:
        _check_no_lead(api)
    _check_used({*_names(api.path), *_names(api.query), *_names(api.form), *_names(api.json), *_names(api.item)}, api)


def _check_no_lead(api: Description) -> None:
    if (_names(api.path) | _names(api.query) | _names(api.json)) - {"items"}:
        raise wrong("request", "says in item what is about one lead: url, query and json are about the whole call")


def _check_used(used: set[str], api: Description) -> None:
    """Whatever a lead is matched by is sent, and nothing is sent that is not (GDPR-1)."""
    given = {attribute.value for match in api.matches for attribute in match}
    for name in sorted(used - given - {"items", NUMBER}):
        raise wrong("request", f"has {{{name}}}, which is in none of matches")
    for name in sorted(given - used):
        raise wrong("matches", f"has {name}, which is nowhere in the request")


def _names(template: Any) -> set[str]:
    return {name for text in texts(template) for name in PLACEHOLDER.findall(text)}
