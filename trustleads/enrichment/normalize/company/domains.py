"""The exact path from a website cell to the registrable domain (RFC 3986, RFC 5890, public suffix list).

The registrable domain is the public suffix and one label more: "acme.co.uk" of "shop.acme.co.uk". Suffixes under which
anybody may have a name of their own ("github.io") count as public, so a company's page there stays its own.
"""

from __future__ import annotations

import re
from functools import cache

import idna
from publicsuffixlist import PublicSuffixList

_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|(?:mailto|https?):", re.IGNORECASE)
_HOST_ENDS = re.compile(r"[/?#\\]")
_PORT = re.compile(r":\d*$")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
RESERVED = "example"  # RFC 2606: no suffix of the list, but documentation and tests live there
LONGEST_HOST = 253  # RFC 1035 section 2.3.4, without the root's dot


def domain_of(text: str) -> str | None:
    """Give the registrable domain of a URL, a host or an e-mail address; None where there is none.

    ASCII and lower case; labels in other scripts in their A-label form. IP addresses, single labels, unknown top-level
    domains, public suffixes themselves and hosts of more than ``LONGEST_HOST`` characters give None.

    >>> domain_of("https://www.Shop.Acme.co.uk:8443/en?x=1"), domain_of("jane@müller.example"), domain_of("10.0.0.1")
    ('acme.co.uk', 'xn--mller-kva.example', None)
    """
    host = _host(text)
    return registrable(host) if host else None


def registrable(host: str) -> str | None:
    """Give the registrable domain of a host in ASCII and lower case."""
    labels = host.split(".")
    if len(labels) < 2 or len(host) > LONGEST_HOST or not all(map(_LABEL.fullmatch, labels)):  # noqa: PLR2004 - a name and a suffix
        return None
    if labels[-1] == RESERVED:
        return ".".join(labels[-2:])
    domain: str | None = suffixes().privatesuffix(host, accept_unknown=False)
    return domain


def _host(text: str) -> str | None:
    bare = text.strip()
    scheme = _SCHEME.match(bare)
    authority = _HOST_ENDS.split(bare[scheme.end() :] if scheme else bare, maxsplit=1)[0]
    host = _PORT.sub("", authority.rpartition("@")[2]).rstrip(".").lower()
    if len(host) > LONGEST_HOST:  # before the encoding, whose work grows with the square of a label's length
        return None
    if host.isascii() and "xn--" not in host:
        return host
    try:
        return idna.encode(host, uts46=True).decode()
    except UnicodeError:  # idna's own errors are of this kind
        return None


@cache
def suffixes() -> PublicSuffixList:
    """Load the public suffix list that the package ships."""
    return PublicSuffixList()
