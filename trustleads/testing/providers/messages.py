"""What goes in and out of a provider's double, and whom it knows."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from trustleads.enrichment.normalize.company.names import normal_name


@dataclass(frozen=True, slots=True)
class Request:
    """One call, as it arrived.

    Attributes:
        method: ``"GET"``, ``"POST"`` ...
        path: Below the server's root: ``"/person/bulk"`` for ``https://.../v5/person/bulk``.
        query: Decoded names and values, in their order.
        headers: By lower-case name.
        body: As sent.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def params(self) -> dict[str, str]:
        """The query by name; the last of equal names counts."""
        return dict(self.query)

    def form(self) -> dict[str, str]:
        """The body, read as ``application/x-www-form-urlencoded``."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def json(self) -> Any:
        """The body, read as JSON.

        Raises:
            ValueError: It is none.
        """
        return jsonlib.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back.

    Attributes:
        status: HTTP status.
        json: The body, where it is JSON.
        text: The body, where it is not; it goes before ``json``.
        headers: Beside content type and length, which the server sets; a content type here wins.
    """

    status: int = 200
    json: Any = None
    text: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """The bytes of the body."""
        if self.text is not None:
            return self.text.encode()
        return jsonlib.dumps(self.json, separators=(",", ":")).encode()

    def header_lines(self) -> dict[str, str]:
        """Every header but the length."""
        kind = "application/json" if self.text is None else "text/plain"
        return {"content-type": f"{kind}; charset=utf-8"} | {name.lower(): text for name, text in self.headers.items()}


_MAILBOXES = (
    *("valid", "invalid", "catch_all", "unknown", "risky"),
    *("accept_all", "webmail", "disposable", "pending", "smtp_failed"),  # Hunter's
    *("do_not_mail", "spamtrap", "abuse"),  # ZeroBounce's
    "locked",  # Apollo's
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented whom a double knows.

    Attributes:
        mailbox: What a verifier says of the address, in the words of the vendor's contract or the common ones:
            ``valid``, ``invalid``, ``catch_all``, ``unknown``, ``risky``.
        restricted: Whether the vendor must not tell (HTTP 451 where it has that).

    Raises:
        ValueError: ``mailbox`` is no such word.
    """

    first_name: str
    last_name: str
    email: str
    phone: str = "+442079460000"
    job_title: str = "Engineer"
    company: str = "Example Ltd"
    domain: str = "example.com"
    mailbox: str = "valid"
    restricted: bool = False

    def __post_init__(self) -> None:
        if self.mailbox not in _MAILBOXES:
            raise ValueError(f"mailbox= is one of {', '.join(_MAILBOXES)}")

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


_FIRST = ("Ada", "Bruno", "Clara", "Dario", "Elif", "Femi", "Greta", "Hugo")
_LAST = ("Testarossa", "Fictus", "Beispiel", "Modello", "Placeholder", "Ejemplo", "Muster", "Dupont-Essai")
_SYLLABLES = ("ba", "de", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu")  # one per digit: names are made of letters


def invent(number: int) -> Person:
    """Make up a person: always the same one for the same number, no two with the same name or address.

    Names have no digits, which would make them none. Phone numbers are of Ofcom's range for drama, so a thousand people
    share one; domains are reserved (RFC 2606).
    """
    first, family = _FIRST[number % len(_FIRST)], _LAST[number // len(_FIRST) % len(_LAST)]
    last = f"{family}-{''.join(_SYLLABLES[int(digit)] for digit in str(number)).capitalize()}"
    domain = f"company-{number % 997}.example"
    return Person(
        first_name=first,
        last_name=last,
        email=f"{first}.{last}@{domain}".lower(),
        phone=f"+442079460{number % 1000:03d}",
        company=f"Company {number % 997} Ltd",
        domain=domain,
    )


class People:
    """Finds people by what a provider matches by; letter case does not count, nor does the legal form of a company."""

    def __init__(self, people: Iterable[Person]) -> None:
        """Know these people; the first of those who share something is found by it."""
        self._known: dict[tuple[str, ...], Person] = {}
        for person in people:
            for key in _keys(person):
                self._known.setdefault(key, person)

    def find(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        name: str | None = None,
        domain: str | None = None,
        company: str | None = None,
    ) -> Person | None:
        """Find by address, else by phone, else by full name with domain, else by full name with company."""
        wanted = [("email", email), ("phone", phone), ("domain", name, domain), ("company", name, _bare(company))]
        for kind, *parts in wanted:
            person = self._known.get((str(kind), *(part.casefold() for part in parts if part)))
            if person is not None:
                return person
        return None


def _keys(person: Person) -> list[tuple[str, ...]]:
    name = person.full_name.casefold()
    return [
        ("email", person.email.casefold()),
        ("phone", person.phone.casefold()),
        ("domain", name, person.domain.casefold()),
        ("company", name, _bare(person.company).casefold()),
    ]


def _bare(company: str | None) -> str:
    return normal_name(company or "") or ""
