"""ZeroBounce's API (v2), as its public documentation and its SDK have it: zerobounce.net/docs.

Its traps: a refused key and used-up credit come inside a 200, for a batch as an error about the address ``all``;
booleans may be strings; the batch's time limit has to be one; no rate-limit answer says when to come back; 403 is the
shield in front of the API and says nothing about the key.
"""

from __future__ import annotations

from typing import Any

from trustleads.testing.providers.faults import FaultKind
from trustleads.testing.providers.messages import Reply, Request
from trustleads.testing.providers.server import ProviderServer

_BATCH = 100  # the page says 200, the SDK and the newer pages 100
_BATCH_TIMES = range(10, 121)  # seconds
_SINGLE_TIMES = range(3, 61)
_PARAMETERS = {"api_key", "email", "ip_address", "timeout", "activity_data", "verify_plus"}
_REFUSED = "Invalid API key, or no credits left."
_STATUS = {
    "valid": ("valid", ""),
    "invalid": ("invalid", "mailbox_not_found"),
    "catch_all": ("catch-all", ""),
    "unknown": ("unknown", "mail_server_temporary_error"),
    "risky": ("do_not_mail", "toxic"),
    "do_not_mail": ("do_not_mail", "role_based"),
    "spamtrap": ("spamtrap", ""),
    "abuse": ("abuse", ""),
}


class ZeroBounceServer(ProviderServer):
    """ZeroBounce's validator, one address at a time and in batches, and its credits.

    Bills every address with a result; ``unknown`` is free. Beside the common words ``Person.mailbox`` may be
    ``spamtrap``, ``abuse`` or ``do_not_mail``. Who is restricted is ``do_not_mail``, ``global_suppression``.
    """

    root = "/v2"
    answers_at = "email_batch"

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        if request.path == "/validate" and request.method in ("GET", "POST"):
            return self._validate(request.form() if request.method == "POST" else request.params())
        if request.path == "/validatebatch" and request.method == "POST":
            return self._batch(request)
        if request.path == "/getcredits" and request.method == "GET":
            return self._credits(request.params())
        return _error(404, "There is nothing at this address.")

    def fault_reply(self, kind: FaultKind) -> Reply:
        """A timed block without Retry-After, or the gateway's own page for a time-out."""
        if kind is FaultKind.SERVER_ERROR:
            return Reply(524, text="<html>A timeout occurred</html>", headers={"content-type": "text/html"})
        return _error(429, "Too many requests: blocked for a while.")

    def silent_reply(self) -> Reply:
        """The shield."""
        return Reply(403, text="<html>Forbidden</html>", headers={"content-type": "text/html"})

    def _validate(self, given: dict[str, str]) -> Reply:
        if not self.knows_key(given.get("api_key")) or not self.can_pay():
            return _error(200, _REFUSED)
        if not given.keys() <= _PARAMETERS or not given.get("email"):
            return _error(400, "The email parameter is missing, or a parameter is unknown.")
        if not _in(given.get("timeout", "3"), _SINGLE_TIMES):
            return _error(400, "timeout is 3 to 60.")
        return Reply(200, self._verdict(given["email"]))

    def _batch(self, request: Request) -> Reply:
        given = _object(request)
        if (fault := _fault_of(given)) is not None:
            return _error(400, fault)
        wanted = [part.get("email_address") for part in given["email_batch"]]
        if not self.knows_key(given.get("api_key")) or not self.can_pay(len(wanted)):
            return Reply(200, {"email_batch": [], "errors": [{"error": _REFUSED, "email_address": "all"}]})
        errors = [{"error": "email_address is missing.", "email_address": email} for email in wanted if not email]
        return Reply(200, {"email_batch": [self._verdict(email) for email in wanted if email], "errors": errors})

    def _credits(self, given: dict[str, str]) -> Reply:
        left = 10**6 if self.credits is None else self.credits
        return Reply(200, {"Credits": str(left if self.knows_key(given.get("api_key")) else -1)})

    def _verdict(self, email: str) -> dict[str, Any]:
        status, detail = self._status(email)
        if status != "unknown":
            self.bill(email.casefold())
        account, _, domain = email.rpartition("@")
        person = self.people.find(email=email)
        return {
            "address": email,
            "status": status,
            "sub_status": detail,
            "account": account,
            "domain": domain,
            "did_you_mean": None,
            "domain_age_days": "9692",
            "free_email": False,
            "mx_found": "true",  # a string here, a boolean above: the documentation shows both
            "mx_record": f"mx.{domain}",
            "smtp_provider": None,
            "catchall_domain": status == "catch-all",
            "firstname": person and person.first_name,
            "lastname": person and person.last_name,
            **dict.fromkeys(("gender", "city", "region", "zipcode", "country")),
            "processed_at": "2026-01-15 12:00:00.000",
        }

    def _status(self, email: str) -> tuple[str, str]:
        if "@" not in email:
            return "invalid", "failed_syntax_check"
        person = self.people.find(email=email)
        if person is None:
            return _STATUS["invalid"]
        return (
            ("do_not_mail", "global_suppression")
            if person.restricted
            else _STATUS.get(person.mailbox, (person.mailbox, ""))
        )


def _object(request: Request) -> dict[str, Any]:
    """The body as a JSON object; an empty one where it is none."""
    try:
        given = request.json()
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _fault_of(given: dict[str, Any]) -> str | None:
    """What the contract forbids in a batch, if anything."""
    batch, limit = given.get("email_batch"), given.get("timeout", "70")
    if not isinstance(batch, list) or not 1 <= len(batch) <= _BATCH:
        return f"email_batch holds 1 to {_BATCH} addresses."
    if not all(isinstance(part, dict) and part.keys() <= {"email_address", "ip_address"} for part in batch):
        return "email_batch holds objects of email_address and ip_address."
    if not isinstance(limit, str) or not _in(limit, _BATCH_TIMES):
        return "timeout is a string, 10 to 120."
    return None if given.keys() <= {"api_key", "email_batch", "timeout"} else "A key is unknown."


def _in(text: str, numbers: range) -> bool:
    return text.isdecimal() and int(text) in numbers


def _error(status: int, text: str) -> Reply:
    return Reply(status, {"error": text})
