"""The exact path: addresses that need Unicode's rules, by asking ``email-validator``, the reference.

An address is valid when its local part is, its domain is, and the whole keeps the length limits. Halves recur, and
most rules for them are about single characters, so the library is asked about a *character* once and remembers
the answer. What remains are rules about neighbours, few enough to name:

* the local part: a dot-atom (known before), no mark in front; then composed into Unicode's normal form C;
* the domain: no mark in front; mapped character by character (UTS 46) and composed; then in every label neither
  hyphen nor mark in front, no hyphen at the end or in both third and fourth place, at most 63 octets in ASCII; at
  least two labels, the last one no special name and ending in a letter.

A character is *simple* when it may stand between two Latin letters. Right-to-left ones and those that depend on others
around them (RFC 5892, RFC 5893) may not: a domain with one of them is asked about as a whole, once per distinct domain.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

import email_validator

from trustleads.enrichment.models import EmailReason
from trustleads.enrichment.normalize.email.punycode import ACE, to_ascii, to_unicode
from trustleads.enrichment.normalize.email.shape import CASELESS_LOCALS, MAX_ADDRESS, MAX_LABEL, SPECIAL_TLDS

_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")  # the other label separators of UTS 46
_REMEMBERED_CHARACTERS = 1 << 17  # more than there are valid ones


class Answer(NamedTuple):
    """What became of one address: both forms when it is valid, neither when not.

    Attributes:
        reason: ``EmailReason.OK``, or why not.
        normal: The normal form, domain in Unicode.
        wire: The same with the domain in ASCII form.
    """

    reason: EmailReason
    normal: str | None = None
    wire: str | None = None


class Host(NamedTuple):
    """A valid domain in both forms."""

    normal: str
    wire: str


def decide(typed: Iterable[str], lowered: Iterable[str]) -> list[Answer]:
    """Decide addresses that have the right shape and no more than 254 octets.

    Args:
        typed: The addresses, trimmed.
        lowered: The same with their ASCII letters in lower case.

    Returns:
        One answer per address.
    """
    local_of, host_of = functools.cache(_local), functools.cache(_host)  # for this call: memory is bounded by the batch
    answers = []
    for as_typed, as_lowered in zip(typed, lowered, strict=True):
        local = local_of(as_typed.partition("@")[0])
        host = EmailReason.SYNTAX if local is None else host_of(as_lowered.partition("@")[2])
        answers.append(Answer(host) if isinstance(host, EmailReason) else _joined(local, host))
    return answers


def _joined(local: str | None, host: Host) -> Answer:
    normal, wire = f"{local}@{host.normal}", f"{local}@{host.wire}"
    if len(normal.encode()) > MAX_ADDRESS or len(wire.encode()) > MAX_ADDRESS:
        return Answer(EmailReason.TOO_LONG)
    return Answer(EmailReason.OK, normal, wire)


def _local(local: str) -> str | None:
    """Give the normal form of a local part, or None when it is not valid."""
    if local.isascii():  # valid by its shape
        return local.lower() if local.lower() in CASELESS_LOCALS else local
    if _is_mark(local[0]) or not all(map(_may_be_in_local, local)):
        return None
    normal = unicodedata.normalize("NFC", local)  # what composes out of such characters is one of them
    return normal.lower() if normal.lower() in CASELESS_LOCALS else normal


def _host(domain: str) -> Host | EmailReason:
    """Give both forms of a domain, or why it has none."""
    if not domain.isprintable():  # controls, separators, unassigned and private characters: unsafe wherever they stand
        return EmailReason.SYNTAX
    labels = _simple_labels(domain)
    if labels is None:
        answer = _ask(f"a@{domain}")
        return _why_no_host(domain) if answer is None else Host(answer.domain, answer.ascii_domain)
    if _is_mark(domain[0]) or not all(map(_is_label, labels)):
        return EmailReason.SYNTAX
    wires = [to_ascii(label) for label in labels]
    if reason := _overlong_or_special(wires):
        return reason
    if len(wires) == 1 or not wires[-1][-1].isalpha():
        return EmailReason.SYNTAX
    return Host(".".join(labels), ".".join(wires))


def _simple_labels(domain: str) -> list[str] | None:
    """Give the Unicode labels of a domain (empty where one has no such form); None if not all of it is simple."""
    text = domain if domain.isascii() else _mapped(domain)
    if text is None:
        return None
    labels = text.split(".")
    if ACE in text:
        labels = [to_unicode(label) if label.startswith(ACE) else label for label in labels]
    return labels if all(map(_is_simple_in_host, "".join(labels))) else None


def _mapped(domain: str) -> str | None:
    """Map and compose a domain as UTS 46 does, None if a character may only be right because of those around it."""
    mapped = [_mapped_in_host(char) for char in domain]
    return None if None in mapped else unicodedata.normalize("NFC", "".join(filter(None, mapped)))


def _is_label(label: str) -> bool:
    return label != "" and "-" not in (label[0], label[-1]) and label[2:4] != "--" and not _is_mark(label[0])


def _overlong_or_special(wires: list[str]) -> EmailReason | None:
    if max(map(len, wires)) > MAX_LABEL:
        return EmailReason.TOO_LONG
    return EmailReason.SPECIAL_DOMAIN if wires[-1] in SPECIAL_TLDS else None


def _why_no_host(domain: str) -> EmailReason:
    """Name the reason for an invalid domain that is not simple: a limit, a special name, or else its syntax."""
    labels = unicodedata.normalize("NFKC", domain).translate(_DOTS).lower().split(".")
    return _overlong_or_special([to_ascii(label) for label in labels]) or EmailReason.SYNTAX


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] == "M"


@functools.lru_cache(_REMEMBERED_CHARACTERS)
def _may_be_in_local(char: str) -> bool:
    """Whether a character may stand in a local part, but for the place of marks; the shape's ASCII ones all may."""
    return char.isascii() or _ask(f"a{char}@a.a") is not None


@functools.lru_cache(_REMEMBERED_CHARACTERS)
def _mapped_in_host(char: str) -> str | None:
    """Give what a character becomes in a host name; None where it may not stand between two letters.

    The letter is one that nothing composes with, so what comes back between the two is the character's own.
    """
    if char.isascii():
        return char
    answer = _ask(f"a@q{char}q.aa")
    return None if answer is None else answer.domain.removeprefix("q").removesuffix("q.aa")


@functools.lru_cache(_REMEMBERED_CHARACTERS)
def _is_simple_in_host(char: str) -> bool:
    """Whether a character is valid, and stays as it is, wherever it stands in a label (but for marks and hyphens)."""
    return char.isascii() or _mapped_in_host(char) == char


def _ask(address: str) -> email_validator.ValidatedEmail | None:
    """Ask the reference library, with its defaults spelt out: they are settings that the host may have changed."""
    try:
        return email_validator.validate_email(
            address,
            allow_smtputf8=True,
            allow_empty_local=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            strict=False,
            check_deliverability=False,
            test_environment=False,
            globally_deliverable=True,
        )
    except email_validator.EmailNotValidError:
        return None
