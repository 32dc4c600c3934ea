"""The closed vocabularies of the verdicts, and the list of columns that enrichment adds.

Every code that can appear in an output column is a member here; ``docs/reference/columns.md`` explains
each, and a test holds page and module together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What we say about a value (LEAD-2, LEAD-3)."""

    VALID = "valid"
    RISKY = "risky"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class EmailReason(StrEnum):
    """Why an e-mail address has its verdict; the first that applies, in this order."""

    OK = "ok"
    MISSING = "missing"  # unknown: nothing to judge
    SYNTAX = "syntax"  # invalid: not an address of RFC 5322 / 6531 that can be sent to
    TOO_LONG = "too_long"  # invalid: over the length limits of RFC 5321
    SPECIAL_DOMAIN = "special_domain"  # invalid: reserved top-level domain (localhost, .test, .invalid ...), RFC 6761
    NULL_MX = "null_mx"  # invalid: the domain says that it takes no mail, RFC 7505
    NO_MAIL_HOST = "no_mail_host"  # invalid: no such domain, or neither MX nor address record, RFC 5321 section 5.1
    MAILBOX_MISSING = "mailbox_missing"  # invalid: a provider that verifies says that there is no such mailbox
    DNS_FAILURE = "dns_failure"  # unknown: the DNS did not answer; asking again may help
    TYPO_DOMAIN = "typo_domain"  # risky: the domain is one slip away from a well-known one
    DISPOSABLE = "disposable"  # risky: throw-away mailbox
    ROLE_ACCOUNT = "role_account"  # risky: a function (info@, sales@), not a person
    MAILBOX_RISKY = "mailbox_risky"  # risky: a provider knows it as a spam trap, as abusive, or as not to be written to
    CATCH_ALL = "catch_all"  # risky: the domain takes everything, so nobody can tell whether the mailbox exists


class PhoneReason(StrEnum):
    """Why a phone number has its verdict."""

    OK = "ok"
    MISSING = "missing"  # unknown: nothing to judge
    NO_REGION = "no_region"  # unknown: a national number, and neither the row nor the call names a country
    NOT_A_NUMBER = "not_a_number"  # invalid: does not look like a phone number
    UNKNOWN_COUNTRY = "unknown_country"  # invalid: an international number of no known calling code
    TOO_SHORT = "too_short"  # invalid
    TOO_LONG = "too_long"  # invalid
    NOT_ASSIGNED = "not_assigned"  # invalid: plausible length, but in no range in use of that country


class PhoneType(StrEnum):
    """Line type, as the numbering plan tells it."""

    FIXED_LINE = "fixed_line"
    MOBILE = "mobile"
    FIXED_LINE_OR_MOBILE = "fixed_line_or_mobile"
    TOLL_FREE = "toll_free"
    PREMIUM_RATE = "premium_rate"
    SHARED_COST = "shared_cost"
    VOIP = "voip"
    PERSONAL_NUMBER = "personal_number"
    PAGER = "pager"
    UAN = "uan"
    VOICEMAIL = "voicemail"


class NameStatus(StrEnum):
    """What we could make of the name columns."""

    OK = "ok"  # first and last name
    PARTIAL = "partial"  # only one of the two
    DERIVED = "derived"  # guessed from the e-mail address
    JUNK = "junk"  # something stood there, but not a name; both names are null
    MISSING = "missing"


class Seniority(StrEnum):
    """Level of a job title, highest first."""

    OWNER = "owner"  # founder, owner, partner in the firm
    C_LEVEL = "c_level"
    VP = "vp"
    DIRECTOR = "director"
    HEAD = "head"
    MANAGER = "manager"
    SENIOR = "senior"
    STAFF = "staff"  # no level named
    JUNIOR = "junior"
    INTERN = "intern"


class Department(StrEnum):
    """Function of a job title."""

    MANAGEMENT = "management"
    SALES = "sales"
    MARKETING = "marketing"
    FINANCE = "finance"
    HR = "hr"
    IT = "it"
    ENGINEERING = "engineering"
    PRODUCT = "product"
    DESIGN = "design"
    DATA = "data"
    OPERATIONS = "operations"
    PURCHASING = "purchasing"
    LOGISTICS = "logistics"
    PRODUCTION = "production"
    QUALITY = "quality"
    RESEARCH = "research"
    LEGAL = "legal"
    SUPPORT = "support"
    CONSULTING = "consulting"
    ADMINISTRATION = "administration"
    EDUCATION = "education"
    HEALTH = "health"
    OTHER = "other"


class Role(StrEnum):
    """What a caller's column means (LEAD-1)."""

    EMAIL = "email"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    FULL_NAME = "full_name"
    PHONE = "phone"
    JOB_TITLE = "job_title"
    COMPANY = "company"
    DOMAIN = "domain"  # a domain or a website
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Field:
    """One column that enrichment adds.

    Attributes:
        name: Name without the prefix.
        kind: Arrow type: ``string``, ``bool``, ``int64``, ``float64`` or ``money`` (decimals, six places).
        group: What computes it.
        needs: The roles of which at least one must be there for the column to hold anything; none for what is asked.
        closed: Whether it holds nothing but our own codes, digits and numbers, so that no cell can be a formula.
    """

    name: str
    kind: str
    group: str
    needs: tuple[Role, ...]
    closed: bool = False


_NAMES = (Role.FIRST_NAME, Role.LAST_NAME, Role.FULL_NAME, Role.EMAIL)
_COMPANY = (Role.COMPANY, Role.DOMAIN, Role.EMAIL)

FIELDS: tuple[Field, ...] = (
    Field("email", "string", "email", (Role.EMAIL,)),
    Field("email_status", "string", "email", (Role.EMAIL,), closed=True),
    Field("email_reason", "string", "email", (Role.EMAIL,), closed=True),
    Field("email_disposable", "bool", "email", (Role.EMAIL,), closed=True),
    Field("email_free", "bool", "email", (Role.EMAIL,), closed=True),
    Field("email_role", "bool", "email", (Role.EMAIL,), closed=True),
    Field("email_mx", "string", "email", (Role.EMAIL,), closed=True),
    Field("email_suggestion", "string", "email", (Role.EMAIL,)),
    Field("phone", "string", "phone", (Role.PHONE,), closed=True),
    Field("phone_status", "string", "phone", (Role.PHONE,), closed=True),
    Field("phone_reason", "string", "phone", (Role.PHONE,), closed=True),
    Field("phone_type", "string", "phone", (Role.PHONE,), closed=True),
    Field("phone_country", "string", "phone", (Role.PHONE,), closed=True),
    Field("first_name", "string", "name", _NAMES),
    Field("last_name", "string", "name", _NAMES),
    Field("name_status", "string", "name", _NAMES, closed=True),
    Field("job_title", "string", "title", (Role.JOB_TITLE,)),
    Field("seniority", "string", "title", (Role.JOB_TITLE,), closed=True),
    Field("department", "string", "title", (Role.JOB_TITLE,), closed=True),
    Field("company", "string", "company", _COMPANY),
    Field("domain", "string", "company", _COMPANY),
    Field("duplicate_of", "int64", "duplicates", (Role.EMAIL,), closed=True),
)

WATERFALL = "waterfall"


def waterfall_fields(wanted: Iterable[str]) -> tuple[Field, ...]:
    """Give the columns that are added where providers are asked (LEAD-4).

    Args:
        wanted: Attributes that are to be filled.
    """
    confidences = (Field(f"{attribute}_confidence", "float64", WATERFALL, (), closed=True) for attribute in wanted)
    return (
        *confidences,
        Field("cost", "money", WATERFALL, (), closed=True),
        Field("sources", "string", WATERFALL, (), closed=True),
        Field("answers", "string", WATERFALL, (), closed=True),
    )
