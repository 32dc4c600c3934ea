"""Answers as bytes that are kept, and digests of whom they are about (LEAD-5, GDPR-4).

A digest is a lookup key, not a disguise: there is no secret in it, and who guesses an address can check the guess.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from trustleads.enrichment.normalize.company.domains import domain_of
from trustleads.enrichment.normalize.company.names import normal_name
from trustleads.enrichment.normalize.email.punycode import to_ascii
from trustleads.enrichment.questions import Answer, Attribute, Finding, Mailbox, Outcome, Question

_VERSION = 2  # 1: subjects were found by fewer spellings of a company
_DIGEST_BYTES = 16
_IDENTIFYING = (Attribute.EMAIL, Attribute.PHONE)
_WORKPLACES = (Attribute.COMPANY, Attribute.DOMAIN)
_PHONE = re.compile(r"[+(0-9][0-9+().\-/\s]*")  # what follows is an extension
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")  # as in +49 (0)30: not dialled from abroad
_BARE_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?([^/?#:]*)")


def dump(answer: Answer) -> bytes:
    """Write an answer as JSON in ASCII; ``load`` reads it."""
    parts = {
        "v": _VERSION,
        "outcome": answer.outcome,
        "found": {key: [one.text, one.confidence, one.source_uri, one.last_seen] for key, one in answer.found.items()},
        "mailbox": answer.mailbox,
        "units": answer.units,
        "reason": answer.reason,
        "request_id": answer.request_id,
        "after": answer.after,
    }
    return json.dumps({key: value for key, value in parts.items() if value is not None}).encode()


def load(payload: bytes) -> Answer | None:
    """Read an answer that ``dump`` wrote.

    Returns:
        The answer; None where the bytes are none, or another version wrote them: the question is then asked anew.
    """
    try:
        return _answer(json.loads(payload))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def _answer(parts: dict[str, Any]) -> Answer:
    if parts.pop("v") != _VERSION:
        raise ValueError("written by another version")
    found = {Attribute(key): _finding(*one) for key, one in parts.pop("found").items()}
    mailbox = parts.pop("mailbox", None)
    return Answer(
        Outcome(parts.pop("outcome")),
        found,
        None if mailbox is None else Mailbox(mailbox),
        **{key: _checked(value, *_REST[key]) for key, value in parts.items()},
    )


_REST: dict[str, tuple[type, ...]] = {"units": (int,), "reason": (str,), "request_id": (str,), "after": (int, float)}


def _finding(text: object, confidence: object, source_uri: object, last_seen: object) -> Finding:
    return Finding(
        _checked(text, str),
        _checked(confidence, int, float),
        _checked(source_uri, str, type(None)),
        _checked(last_seen, str, type(None)),
    )


def _checked(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds):
        raise TypeError("not written by dump")
    return value


def subject_digest(kind: Attribute, text: str, *, name: str = "") -> bytes:
    """Sixteen bytes that stand for a person: equal however the same value is written.

    Letter case, spacing and Unicode forms do not count; nor do the punctuation of a phone number, the legal form of a
    company and quotation marks around it, all of a web address but its registrable domain, and whether that is in
    Unicode or ASCII (``xn--``). A company and a domain are taken as the columns of ``enrich`` have them: a legal form
    that is a word as well counts as one only where it is written so (``"Nordlys AS"``, not ``"Nordlys as"``).

    Args:
        kind: ``EMAIL`` or ``PHONE``, which name a person; or ``COMPANY`` or ``DOMAIN``, which do with a name.
        text: Its value. A phone number written without its country is another one.
        name: First and last name of the person, for ``COMPANY`` and ``DOMAIN``.
    """
    key = json.dumps([kind.value, _NORMAL.get(kind, _folded)(text), _folded(name)])
    return hashlib.blake2b(key.encode(), digest_size=_DIGEST_BYTES).digest()


def subject_digests(question: Question, answer: Answer) -> frozenset[bytes]:
    """Give the digests by which an answer is found and erased: of everybody it, or its question, may be about.

    These are each e-mail address and phone number, and each name together with each company and each domain.
    """
    known = [question.given, {key: finding.text for key, finding in answer.found.items()}]
    pairs = [(key, text) for part in known for key, text in part.items() if text]
    names = _names(known)
    people = {subject_digest(key, text) for key, text in pairs if key in _IDENTIFYING}
    people |= {subject_digest(key, text, name=name) for key, text in pairs if key in _WORKPLACES for name in names}
    return frozenset(people)


def _names(known: Iterable[Mapping[Attribute, str]]) -> set[str]:
    """Give every name: as asked, as answered, and what both make together (the answer may know but one half)."""
    merged = {key: text for part in known for key, text in part.items()}
    full = {part[Attribute.FULL_NAME] for part in known if part.get(Attribute.FULL_NAME)}
    halves = [(part.get(Attribute.FIRST_NAME), part.get(Attribute.LAST_NAME)) for part in (*known, merged)]
    return full | {f"{first} {last}" for first, last in halves if first and last}


def _folded(text: str) -> str:
    if text.isascii():  # most is, and has no other form
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def _email(text: str) -> str:
    local, at, domain = _folded(text).rpartition("@")
    return f"{local}{at}{_ascii(domain)}"


def _phone(text: str) -> str:
    number = _PHONE.search(unicodedata.normalize("NFKC", text))
    digits = re.sub(r"[^0-9]", "", _TRUNK_ZERO.sub("", number[0])) if number else ""
    return digits.removeprefix("00")


@lru_cache(maxsize=4096)  # many people work at few companies
def _company(text: str) -> str:
    return _folded(normal_name(unicodedata.normalize("NFKC", text)) or text)


@lru_cache(maxsize=4096)
def _domain(text: str) -> str:
    return domain_of(text) or _host(text)


def _host(text: str) -> str:
    """Give the host of what has no registrable domain."""
    host = _BARE_HOST.match(_folded(text))
    return _ascii(host[1] if host else "")


def _ascii(domain: str) -> str:
    return ".".join(map(to_ascii, domain.removesuffix(".").split(".")))


_NORMAL: Mapping[Attribute, Callable[[str], str]] = {
    Attribute.EMAIL: _email,
    Attribute.PHONE: _phone,
    Attribute.COMPANY: _company,
    Attribute.DOMAIN: _domain,
}
