"""What the e-mail kernel gives back, and the small codes it computes with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.enrichment.models import EmailReason, Verdict
from trustleads.enrichment.normalize.arrays import labels

Codes = NDArray[np.uint8]

REASONS = tuple(EmailReason)
CODE = {reason: np.uint8(code) for code, reason in enumerate(REASONS)}
_INVALID = (
    EmailReason.SYNTAX,
    EmailReason.TOO_LONG,
    EmailReason.SPECIAL_DOMAIN,
    EmailReason.MAILBOX_MISSING,
    EmailReason.NULL_MX,
    EmailReason.NO_MAIL_HOST,
)
_RISKY = (
    EmailReason.TYPO_DOMAIN,
    EmailReason.DISPOSABLE,
    EmailReason.ROLE_ACCOUNT,
    EmailReason.MAILBOX_RISKY,
    EmailReason.CATCH_ALL,
)
_VERDICTS: dict[EmailReason, Verdict] = {
    EmailReason.OK: Verdict.VALID,
    **dict.fromkeys(_INVALID, Verdict.INVALID),
    **dict.fromkeys(_RISKY, Verdict.RISKY),
    EmailReason.MISSING: Verdict.UNKNOWN,
    EmailReason.DNS_FAILURE: Verdict.UNKNOWN,
}
_STATUS_WORDS = tuple(_VERDICTS[reason].value for reason in REASONS)


@dataclass(frozen=True, slots=True)
class Emails:
    """Verdicts on a column of n e-mail addresses; every array has n rows (LEAD-2).

    Attributes:
        email: Normal form: no surrounding space, domain in lower case and in Unicode, local part as typed, in
            Unicode form C. Null where there is no well-formed address.
        status: A ``Verdict``.
        reason: An ``EmailReason``.
        disposable: Whether the domain gives throw-away mailboxes; this and all that follow are null where
            ``email`` is.
        free: Whether the domain gives mailboxes to anyone (a flag, not a fault).
        role: Whether the local part names a function, not a person.
        suggestion: The whole address as it was probably meant, where the domain looks mistyped; mostly null.
        domain: Domain in lower case and in ASCII form (``xn--``): the key for DNS and for comparing.
        local: Local part, its ASCII letters in lower case: what names are derived from.
        exact_rows: How many rows the column kernel could not decide and the reference library was asked about.
    """

    email: pa.StringArray
    status: pa.StringArray
    reason: pa.StringArray
    disposable: pa.BooleanArray
    free: pa.BooleanArray
    role: pa.BooleanArray
    suggestion: pa.StringArray
    domain: pa.StringArray
    local: pa.StringArray
    exact_rows: int


def status_column(reasons: Codes) -> pa.StringArray:
    """Give the verdict that follows from each reason code."""
    return labels(reasons, _STATUS_WORDS)


def reason_column(reasons: Codes) -> pa.StringArray:
    """Spell out reason codes."""
    return labels(reasons, [reason.value for reason in REASONS])


def reason_codes(reasons: pa.StringArray) -> Codes:
    """Undo ``reason_column``."""
    words = pa.array([reason.value for reason in REASONS], pa.string())
    return np.array(pc.index_in(reasons, value_set=words), np.uint8)
