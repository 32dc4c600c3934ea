"""What enrichment needs from outside, as Protocols with their semantics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Protocol


class MxAnswer(Enum):
    """Whether a domain takes mail, as its DNS says (RFC 5321 section 5.1, RFC 7505)."""

    ACCEPTS = "accepts"  # an MX record, or without one an A or AAAA record
    NULL_MX = "null_mx"  # one MX record of preference 0 that names the root: takes no mail
    NO_MAIL_HOST = "no_mail_host"  # no such domain, or neither MX nor address record
    FAILED = "failed"  # no usable answer: timeout, SERVFAIL, REFUSED ... says nothing about the domain


class MxResolver(Protocol):
    """Answers for domains.

    Semantics every implementation keeps: each distinct domain is asked at most once per lifetime of its
    answer, however often it is passed in; the call returns within a time limit of its own; a failure to
    learn the answer is ``MxAnswer.FAILED`` and is never raised, never cached as an answer about the domain.
    Safe to call from several threads.
    """

    def lookup(self, domains: Iterable[str]) -> Mapping[str, MxAnswer]:
        """Give the answer for each distinct domain (ASCII form, lower case)."""
        ...
