"""Single values, judged by the reference libraries: for what comes one at a time (LEAD-2, LEAD-3).

The column kernels answer the same (their tests hold them to it), but a call of theirs costs a millisecond.
"""

from __future__ import annotations

import email_validator
import phonenumbers

from trustleads.enrichment.normalize.names.cells import given, surname


def is_email(text: str) -> bool:
    """Tell whether this is an address that mail can be sent to, as far as its form goes."""
    try:
        email_validator.validate_email(text.strip(), check_deliverability=False)
    except email_validator.EmailNotValidError:
        return False
    return True


def is_phone(text: str, country: str | None) -> bool:
    """Tell whether this is a phone number in use.

    Args:
        text: In international form, or in that of ``country``.
        country: ISO 3166 code, None where nobody knows.
    """
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, country))
    except phonenumbers.NumberParseException:
        return False


def is_first_name(text: str) -> bool:
    """Tell whether this may be a given name."""
    return given(text).text is not None


def is_last_name(text: str) -> bool:
    """Tell whether this may be a surname."""
    return surname(text).text is not None
