"""ZeroBounce: whether addresses take mail (LEAD-4).

Contract: zerobounce.net/docs, "Batch Email Validator", "Status codes", "API Rate Limits".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from trustleads.enrichment.ports import Limits, Rate
from trustleads.enrichment.providers.http import HttpProvider, Reply
from trustleads.enrichment.questions import (
    Answer,
    AskAgain,
    Attribute,
    Mailbox,
    Outcome,
    Question,
    StopAsking,
    Unsure,
)

_MAILBOXES = {
    "valid": Mailbox.EXISTS,
    "invalid": Mailbox.MISSING,
    "catch-all": Mailbox.CATCH_ALL,
    "unknown": Mailbox.UNKNOWN,
    "spamtrap": Mailbox.RISKY,
    "abuse": Mailbox.RISKY,
    "do_not_mail": Mailbox.RISKY,
}
# Where the second word says something else about the mailbox than the first.
_EXCEPTIONS = {
    "role_based": Mailbox.EXISTS,  # info@, sales@: that it is a role is told elsewhere, and no reason to doubt it
    "role_based_catch_all": Mailbox.CATCH_ALL,
    "role_based_accept_all": Mailbox.CATCH_ALL,
    "mailbox_quota_exceeded": Mailbox.RISKY,  # full, not missing
}
_CODE = re.compile(r"[a-z0-9_-]{1,40}")
_BLOCK = 600.0  # seconds for which too many batches are answered with a refusal; the reply does not say so
_MARGIN = 10.0  # seconds between the time ZeroBounce is given and the time the call may take


class ZeroBounce(HttpProvider):
    """Tells whether given e-mail addresses take mail; a domain that takes everything stays ``Mailbox.CATCH_ALL``.

    A hundred addresses are checked in one call (``POST /validatebatch``). ``Answer.reason`` is ZeroBounce's own
    sub-status. Its "unknown" is a miss, and costs nothing.

    ``list_price`` is of one credit, which is one address. It is a cautious round figure, as the price of a credit
    depends on how many are bought: pass ``price=`` for yours. ``base_url="https://api-eu.zerobounce.net/v2"`` (or
    ``api-us``) keeps the addresses in that region.
    """

    base_url: ClassVar[str] = "https://bulkapi.zerobounce.net/v2"
    list_price: ClassVar[str] = "0.02 USD"
    usual_limits: ClassVar[Limits] = Limits(rates=(Rate(20, 60.0),), in_flight=10, timeout=90.0)

    name = "zerobounce"
    fills = frozenset[Attribute]()
    verifies = True
    matches = (frozenset({Attribute.EMAIL}),)
    batch_size = 100
    confidence: Mapping[Attribute, float] = {Attribute.EMAIL: 0.97}

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        """Ask once about up to a hundred addresses; see ``ports.Provider``."""
        addresses = [question.given[Attribute.EMAIL] for question in questions]
        batch = [{"email_address": address, "ip_address": None} for address in addresses]
        seconds = min(max(self.limits.timeout - _MARGIN, 10), 120)
        # The time is text, as ZeroBounce's own clients send it.
        call = {"api_key": self._key, "email_batch": batch, "timeout": str(int(seconds))}
        reply = await self.send("POST", "/validatebatch", json=call)
        verdicts, errors = _read(reply.json())
        return _in_order(addresses, verdicts, errors)

    def judge(self, reply: Reply) -> None:
        """Raise what a status means: 403 is a shield in front of the API, and blocks come without a time."""
        match reply.status:
            case 403:
                raise AskAgain("blocked", everyone=True)
            case 404:
                raise StopAsking("check_base_url")  # the address of the API itself
            case 429 if reply.retry_after() is None:
                raise AskAgain("blocked", after=_BLOCK, everyone=True)
        super().judge(reply)


def _read(body: Any) -> tuple[dict[str, Mapping[str, Any]], set[str]]:
    """Give what is said of each address, and the addresses that were refused, both by casefolded address."""
    if not isinstance(body, dict):
        raise Unsure("bad_answer")
    errors = _rows(body.get("errors") or [], "email_address")
    refusal = errors.get("all", body)
    if isinstance(refusal.get("error"), str):
        raise StopAsking("key_refused" if "key" in refusal["error"].casefold() else "no_credit")
    return _rows(body.get("email_batch"), "address"), set(errors)


def _rows(rows: Any, name: str) -> dict[str, Mapping[str, Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get(name), str) for row in rows):
        raise Unsure("bad_answer")
    return {row[name].strip().casefold(): row for row in rows}


def _in_order(addresses: Sequence[str], verdicts: Mapping[str, Mapping[str, Any]], errors: set[str]) -> list[Answer]:
    """Give each address what is said of it, in whatever order it came.

    What is said of addresses that nobody asked about was paid for in the place of those that are missing.
    """
    asked = [address.casefold() for address in addresses]
    strangers = bool(verdicts.keys() - set(asked))
    absent = (
        Answer(Outcome.FAILED, units=1, reason="wrong_subject")
        if strangers
        else Answer(Outcome.MAYBE_BILLED, reason="torn_answer")
    )
    refused = Answer(Outcome.FAILED, reason="bad_request")
    return [
        _answer(verdicts[address]) if address in verdicts else refused if address in errors else absent
        for address in asked
    ]


def _answer(verdict: Mapping[str, Any]) -> Answer:
    word, second = str(verdict.get("status")).lower(), str(verdict.get("sub_status") or "").lower()
    mailbox = _MAILBOXES.get(word)
    if mailbox is None:
        return Answer(Outcome.MAYBE_BILLED, reason="bad_answer")
    if mailbox is Mailbox.UNKNOWN:
        return Answer(Outcome.MISS, mailbox=mailbox, reason=_code(second))
    return Answer(Outcome.FOUND, mailbox=_EXCEPTIONS.get(second, mailbox), reason=_code(second))


def _code(text: str) -> str | None:
    """A sub-status as a reason code; anything else is not repeated."""
    return text if _CODE.fullmatch(text) else None
