"""The e-mail kernel: verdicts and normal forms for a whole column at once (LEAD-2).

One match on the lowered column decides nearly every row of an ordinary file. The others are *settled* apart and
put back, so that what follows (split, facts about domains, roles) runs once over all rows.

Two forms of each address are carried along: the *wire* form (ASCII letters in lower case, domain in ASCII) is what
is looked up and compared, the *normal* form is what the caller gets.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.enrichment.models import EmailReason
from trustleads.enrichment.normalize.arrays import Mask, buffers, mask, overlaid, slices
from trustleads.enrichment.normalize.email import domains, exact, shape
from trustleads.enrichment.normalize.email.result import CODE, Codes, Emails, reason_column, status_column
from trustleads.enrichment.normalize.email.roles import ROLES

_NO_ADDRESS = "@"  # stands in the wire column for a row without a valid address: it splits into two empty parts


@dataclass(frozen=True, slots=True)
class _Settled:
    """The rows that the ordinary pattern left undecided, decided.

    Attributes:
        reason: Reason codes.
        wire: Wire form, or ``_NO_ADDRESS``.
        normal: Normal form; meaningless where the reason is not ``OK``.
        exact_rows: How many of them took the exact path.
    """

    reason: Codes
    wire: pa.StringArray
    normal: pa.StringArray
    exact_rows: int


def validate_emails(column: pa.StringArray) -> Emails:
    """Judge and normalise a column of e-mail addresses.

    Verdict and normal form are those of ``email_validator.validate_email(value.strip(),
    check_deliverability=False)``; ``docs/explanation/email-lists.md`` names the deliberate differences.

    Args:
        column: Plain strings, as ``plain_strings`` makes them, of n rows; null and blank rows are missing.

    Returns:
        Verdicts of n rows.
    """
    lowered = pc.ascii_lower(column)
    ordinary = shape.is_ordinary(lowered)
    rest = np.flatnonzero(~ordinary)
    settled = _settle(column.take(pa.array(rest)))
    cased = np.flatnonzero(mask(pc.not_equal(column, lowered)) & ordinary)
    wire = overlaid(lowered, (rest, settled.wire))
    normal = overlaid(lowered, (rest, settled.normal), (cased, _with_typed_local(column, lowered, cased)))
    reason = np.zeros(len(column), np.uint8)
    reason[rest] = settled.reason
    return _described(normal, wire, reason, settled.exact_rows)


def _settle(rows: pa.StringArray) -> _Settled:
    """Decide rows of any kind; what is asked of the exact path comes back in the places it was taken from."""
    typed = pc.fill_null(shape.trim(rows), "")
    lowered = pc.ascii_lower(typed)
    reason = shape.judge(lowered)
    valid, asked = np.flatnonzero(reason == CODE[EmailReason.OK]), np.flatnonzero(reason == shape.ASK)
    answers = exact.decide(*(rows.take(pa.array(asked)).to_pylist() for rows in (typed, lowered)))
    reason[asked] = [CODE[answer.reason] for answer in answers]
    blank = pa.array([_NO_ADDRESS]).take(pa.array(np.zeros(len(rows), np.int8)))
    exact_wire = pc.ascii_lower(pa.array([answer.wire or _NO_ADDRESS for answer in answers], pa.string()))
    exact_normal = pa.array([answer.normal or _NO_ADDRESS for answer in answers], pa.string())
    return _Settled(
        reason,
        overlaid(blank, (valid, lowered.take(pa.array(valid))), (asked, exact_wire)),
        overlaid(blank, (valid, _with_typed_local(typed, lowered, valid)), (asked, exact_normal)),
        len(asked),
    )


def _described(normal: pa.StringArray, wire: pa.StringArray, reason: Codes, exact_rows: int) -> Emails:
    """Add what is known about domain and local part to decided rows, and let it speak in the verdict."""
    local, domain = _split(wire)
    facts = domains.look_up(wire, domain)
    role = mask(pc.is_in(local, _set_of(ROLES)))
    valid = reason == CODE[EmailReason.OK]
    for applies, risk in (  # the last one that applies stays: the order of EmailReason, backwards
        (role, EmailReason.ROLE_ACCOUNT),
        (facts.disposable, EmailReason.DISPOSABLE),
        (facts.mistyped, EmailReason.TYPO_DOMAIN),
    ):
        reason[applies] = CODE[risk]
    email = _null_unless(valid, normal)
    return Emails(
        email=email,
        status=status_column(reason),
        reason=reason_column(reason),
        disposable=_flags(facts.disposable, valid),
        free=_flags(facts.free, valid),
        role=_flags(role, valid),
        suggestion=_suggestions(email, facts),
        domain=_null_unless(valid, domain),
        local=_null_unless(valid, local),
        exact_rows=exact_rows,
    )


def _split(addresses: pa.StringArray) -> tuple[pa.StringArray, pa.StringArray]:
    """Cut rows with exactly one "@" each into local parts and domains."""
    data, starts = buffers(addresses)
    at = np.flatnonzero(data[: starts[-1]] == ord("@")).astype(np.int32)
    return slices(addresses, starts[:-1], at), slices(addresses, at + 1, starts[1:])


def _with_typed_local(typed: pa.StringArray, lowered: pa.StringArray, rows: NDArray[np.intp]) -> pa.StringArray:
    """Give the normal form of valid ASCII addresses: local part as typed, but for RFC 2142's names; domain lowered."""
    places = pa.array(rows)
    as_typed, _ = _split(typed.take(places))
    local, domain = _split(lowered.take(places))
    local = pc.if_else(pc.is_in(local, _set_of(shape.CASELESS_LOCALS)), local, as_typed)
    return pc.binary_join_element_wise(local, domain, "@")


def _suggestions(email: pa.StringArray, facts: domains.Facts) -> pa.StringArray:
    rows = np.flatnonzero(facts.mistyped)
    local, _ = _split(email.take(pa.array(rows)))
    meant = pc.binary_join_element_wise(local, facts.meant, "@")
    place = np.zeros(len(email), np.int32)
    place[rows] = np.arange(len(rows))
    return meant.take(pa.array(place, mask=~facts.mistyped))


def _flags(flags: Mask, valid: Mask) -> pa.BooleanArray:
    return pa.array(flags, mask=~valid)


def _null_unless(valid: Mask, column: pa.StringArray) -> pa.StringArray:
    """Make the other rows null, without a copy of the text."""
    _, offsets, data = column.buffers()
    bits = pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.StringArray.from_buffers(len(column), offsets, data, bits)


@functools.cache
def _set_of(words: frozenset[str]) -> pa.StringArray:
    return pa.array(sorted(words))
