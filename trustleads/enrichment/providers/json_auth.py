"""How a JSON API that is described by data wants its key shown (LEAD-4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from trustleads.enrichment.providers.json_fields import Table, a_header, a_text, one_of, scheme_fault, wrong


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks for tokens, and where (RFC 6749 section 4.4).

    Attributes:
        id: The client's name, which is no secret (section 2.2).
        root: Scheme and host of the token endpoint; None for the API's own.
        path: Of the token endpoint.
        in_body: Whether name and secret go into the form, and not into a header (section 2.3.1).
        form: What else the form holds: the scope, the audience ...
    """

    id: str
    root: str | None
    path: str
    in_body: bool = False
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Auth:
    """How the key is shown.

    Attributes:
        kind: ``"header"``, ``"query"``, ``"body"``, ``"bearer"``, ``"oauth"`` or ``"none"``.
        name: Of the header or parameter, for the first three.
        client: For ``"oauth"``.
    """

    kind: str
    name: str = ""
    client: Client | None = None


def read_auth(table: Table) -> Auth:
    """Read the part ``auth`` of a description.

    Raises:
        InvalidInput: Something in it is missing, unknown or wrong; the message names the key.
    """
    kind = table.take("kind", one_of(("header", "query", "body", "bearer", "oauth", "none")))
    name = table.take("name", a_header) if kind in ("header", "query", "body") else ""
    client = _client(table) if kind == "oauth" else None
    table.close()
    return Auth(kind, name, client)


def _client(table: Table) -> Client:
    in_body = table.take("client", one_of(("basic", "body")), "basic") == "body"  # first: it is no client_id misspelt
    root, path = table.take("token_url", _token_url)
    return Client(
        id=table.take("client_id", a_text),
        root=root,
        path=path,
        in_body=in_body,
        form=table.take("form", _texts, {}) | table.some(("scope",), a_text),
    )


def _token_url(value: Any, where: str) -> tuple[str | None, str]:
    text = a_text(value, where)
    if text.startswith("/") and not text.startswith("//") and "#" not in text:
        return None, text
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        raise wrong(where, "is no URL") from None
    if parts.scheme != "https" or not host or "@" in parts.netloc or parts.fragment:
        raise wrong(
            where, f"begins with https:// and a host{scheme_fault(text)}; or it is a path on the API's own host"
        )
    return f"https://{parts.netloc}", parts.path + (f"?{parts.query}" if parts.query else "")


def _texts(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(part, str) for part in value.values()):
        raise wrong(where, "is a table of texts")
    taken = value.keys() & {"grant_type", "client_id", "client_secret", "scope"}
    if taken:
        raise wrong(f"{where}.{min(taken)}", "is not said here: a secret is in no description, the rest is added")
    return dict(value)
