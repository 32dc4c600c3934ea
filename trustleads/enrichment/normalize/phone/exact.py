"""Phone numbers decided by ``phonenumbers`` itself, one distinct value at a time: the reference for all the tables."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, ValidationResult

from trustleads.enrichment.models import PhoneReason, PhoneType
from trustleads.enrichment.normalize.phone.plans import ENTITIES, INVALID, pack

_PARSE_REASONS = {
    NumberParseException.NOT_A_NUMBER: PhoneReason.NOT_A_NUMBER,
    NumberParseException.TOO_SHORT_AFTER_IDD: PhoneReason.TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: PhoneReason.TOO_SHORT,
    NumberParseException.TOO_LONG: PhoneReason.TOO_LONG,
}
_LENGTH_REASONS = {
    ValidationResult.TOO_SHORT: PhoneReason.TOO_SHORT,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: PhoneReason.TOO_SHORT,
    ValidationResult.TOO_LONG: PhoneReason.TOO_LONG,
}
_PLUS_FIRST = re.compile("[^+\uff0b\\d]*[+\uff0b]")
_ENTITY: dict[tuple[int | None, str | None], int] = {entity: i for i, entity in enumerate(ENTITIES)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library says about one value.

    Attributes:
        reason: ``ok`` if the number is valid.
        verdict: See ``plans.TYPE_BITS``.
        national: The national number's digits if it is valid, else nothing.
    """

    reason: PhoneReason
    verdict: int = INVALID
    national: str = ""


def ask(value: str, region: str | None) -> Answer:
    """Ask the library.

    Args:
        value: Any text.
        region: ISO 3166-1 alpha-2 code, or None.
    """
    if not value.strip():
        return Answer(PhoneReason.MISSING)
    try:
        number = phonenumbers.parse(value.strip(), region)
    except NumberParseException as error:
        return Answer(_PARSE_REASONS.get(error.error_type) or _country_reason(value, region))
    if not phonenumbers.is_valid_number(number):
        possible = phonenumbers.is_possible_number_with_reason(number)
        return Answer(_LENGTH_REASONS.get(possible, PhoneReason.NOT_ASSIGNED))
    return Answer(PhoneReason.OK, _verdict(number), phonenumbers.national_significant_number(number))


def _country_reason(value: str, region: str | None) -> PhoneReason:
    """Tell apart the two meanings of the library's INVALID_COUNTRY_CODE."""
    international = region is not None or _PLUS_FIRST.match(value)
    return PhoneReason.UNKNOWN_COUNTRY if international else PhoneReason.NO_REGION


def _verdict(number: PhoneNumber) -> int:
    region = phonenumbers.region_code_for_number(number)
    kind = phonenumbers.PhoneNumberType.to_string(phonenumbers.number_type(number))
    return pack(_ENTITY[number.country_code, region], PhoneType[kind])
