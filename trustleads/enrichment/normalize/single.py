"""Single values, judged by the reference libraries: for what comes one at a time (LEAD-2, LEAD-3).

The column kernels answer the same (their tests hold them to it), but a call of theirs costs a millisecond.
"""

from __future__ import annotations

import email_validator
import phonenumbers

from trustleads.enrichment.normalize.names.cells import given, surname

_FEWEST, _MOST = 6, 14  # digits of a national number: of nearly all in use, and what E.164 leaves beside +1
_SOMEWHERE = "US"  # any will do, to read a number in national form


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


def may_be_phone(text: str, country: str | None) -> bool:
    """Tell whether this is a phone number in use, or may be one in another country.

    Args:
        text: In international form, or in that of ``country`` or one that is not known here; the latter counts if it
            has six to fourteen digits.
        country: ISO 3166 code, None where nobody knows.
    """
    if is_phone(text, country):
        return True
    try:
        number = phonenumbers.parse(text, country or _SOMEWHERE, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return False
    if number.country_code_source == phonenumbers.CountryCodeSource.FROM_NUMBER_WITH_PLUS_SIGN:
        return False
    return _FEWEST <= len(phonenumbers.national_significant_number(number)) <= _MOST


def is_first_name(text: str) -> bool:
    """Tell whether this may be a given name."""
    return given(text).text is not None


def is_last_name(text: str) -> bool:
    """Tell whether this may be a surname."""
    return surname(text).text is not None
