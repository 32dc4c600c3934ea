"""What the DNS says about mail domains, laid over verdicts; pure, the asking is done elsewhere (LEAD-2)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from trustleads.enrichment.models import EmailReason
from trustleads.enrichment.normalize.arrays import labels
from trustleads.enrichment.normalize.email.result import CODE, Codes, Emails, reason_codes, reason_column, status_column
from trustleads.enrichment.ports import MxAnswer

_NOT_ASKED = len(MxAnswer)
_MX_WORDS = {MxAnswer.ACCEPTS: "yes", MxAnswer.NULL_MX: "no", MxAnswer.NO_MAIL_HOST: "no", MxAnswer.FAILED: None}
_REASONS = {
    MxAnswer.NULL_MX: EmailReason.NULL_MX,
    MxAnswer.NO_MAIL_HOST: EmailReason.NO_MAIL_HOST,
    MxAnswer.FAILED: EmailReason.DNS_FAILURE,
}


def apply_mx(emails: Emails, answers: Mapping[str, MxAnswer]) -> tuple[Emails, pa.StringArray]:
    """Let answers about domains speak in the verdicts.

    A domain that takes no mail makes its addresses invalid, one that could not be asked makes them unknown: both
    come before the reasons for which an address is merely risky. Normal form, flags and suggestion stay: the
    address is still well-formed, and a slip in the domain is likelier than ever.

    Args:
        emails: Verdicts of n rows.
        answers: Answer per domain, in the ASCII form of ``emails.domain``; rows of other domains stay as they are.

    Returns:
        The new verdicts, and the column ``email_mx`` of n rows: "yes", "no", or null for no answer.
    """
    answer = _answer_codes(emails.domain, answers)
    reasons = reason_codes(emails.reason)
    for code, meaning in enumerate(MxAnswer):
        if meaning in _REASONS:
            reasons[answer == code] = CODE[_REASONS[meaning]]
    changed = dataclasses.replace(emails, status=status_column(reasons), reason=reason_column(reasons))
    return changed, labels(answer, [*(_MX_WORDS[meaning] for meaning in MxAnswer), None])


def _answer_codes(domains: pa.StringArray, answers: Mapping[str, MxAnswer]) -> Codes:
    """Give the place of each row's answer in ``MxAnswer``, or ``_NOT_ASKED``; one look-up per distinct domain."""
    places = {meaning: place for place, meaning in enumerate(MxAnswer)}
    encoded = domains.dictionary_encode()
    known = [places[answers[domain]] if domain in answers else _NOT_ASKED for domain in encoded.dictionary.to_pylist()]
    codes: Codes = np.array([*known, _NOT_ASKED], np.uint8)  # the last one is for rows without a domain
    return codes.take(np.asarray(encoded.indices.fill_null(len(known))))
