"""What each code of the output means in a data-quality report: pass, warn, fail or missing, and in words.

One code has one meaning whatever the field, so one table serves all fields. A test holds it equal to the
closed vocabularies of ``models``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from trustleads.enrichment.models import Verdict


class Outcome(StrEnum):
    """What a report says about one value."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    WARN = "warn"  # usable, but worth a look
    FAIL = "fail"
    MISSING = "missing"  # nothing to judge


@dataclass(frozen=True, slots=True)
class Code:
    """One code.

    Attributes:
        outcome: What the report makes of a row with this code.
        meaning: Half a sentence for people.
        verdict: The e-mail or phone verdict that goes with the code; None where only names or titles have it.
    """

    outcome: Outcome
    meaning: str
    verdict: Verdict | None = None


OK = "ok"
MISSING = "missing"
UNSAID = ""  # the added column says nothing about the row; counted with the missing ones
NOT_RECOGNISED = "not_recognised"  # a job title of which neither seniority nor department could be told

_PASS, _WARN, _FAIL, _MISSING = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.MISSING
_VALID, _RISKY, _INVALID, _UNKNOWN = Verdict.VALID, Verdict.RISKY, Verdict.INVALID, Verdict.UNKNOWN

CODES: Mapping[str, Code] = MappingProxyType(
    {
        OK: Code(_PASS, "nothing to complain about", _VALID),
        MISSING: Code(_MISSING, "nothing there", _UNKNOWN),
        # e-mail
        "syntax": Code(_FAIL, "not an address that mail can be sent to", _INVALID),
        "special_domain": Code(_FAIL, "reserved domain, takes no mail", _INVALID),
        "null_mx": Code(_FAIL, "the domain says that it takes no mail", _INVALID),
        "no_mail_host": Code(_FAIL, "no such domain, or no mail server", _INVALID),
        "mailbox_missing": Code(_FAIL, "no such mailbox, a provider says", _INVALID),
        "dns_failure": Code(_WARN, "the DNS did not answer, ask again", _UNKNOWN),
        "typo_domain": Code(_WARN, "the domain looks mistyped", _RISKY),
        "disposable": Code(_WARN, "throw-away mailbox", _RISKY),
        "role_account": Code(_WARN, "a function, not a person", _RISKY),
        "mailbox_risky": Code(_WARN, "not to be written to, a provider says", _RISKY),
        "catch_all": Code(_WARN, "the domain takes everything, so nobody can tell", _RISKY),
        # phone
        "no_region": Code(_WARN, "national number, and the country is not known", _UNKNOWN),
        "not_a_number": Code(_FAIL, "does not look like a phone number", _INVALID),
        "unknown_country": Code(_FAIL, "no such country calling code", _INVALID),
        "too_short": Code(_FAIL, "too few digits", _INVALID),
        "not_assigned": Code(_FAIL, "in no range that is in use", _INVALID),
        # e-mail and phone
        "too_long": Code(_FAIL, "longer than the standard, or the country, allows", _INVALID),
        # name
        "partial": Code(_WARN, "first or last name only"),
        "derived": Code(_WARN, "guessed from the e-mail address"),
        "junk": Code(_FAIL, "something stands there, but not a name"),
        # job title
        NOT_RECOGNISED: Code(_WARN, "neither seniority nor department could be told"),
        # verdicts, where they are all there is to go by
        "valid": Code(_PASS, "valid", _VALID),
        "risky": Code(_WARN, "risky", _RISKY),
        "invalid": Code(_FAIL, "invalid", _INVALID),
        "unknown": Code(_WARN, "could not be told", _UNKNOWN),
    }
)
