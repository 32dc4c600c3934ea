"""Companies of a whole batch: the legal form goes, the domain comes from the website or else from the mail address."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.enrichment.normalize.arrays import mask, overlaid, per_distinct
from trustleads.enrichment.normalize.company import hosts
from trustleads.enrichment.normalize.company.domains import domain_of
from trustleads.enrichment.normalize.company.names import normal_names


@dataclass(frozen=True, slots=True)
class Companies:
    """Companies of n rows (LEAD-3).

    Attributes:
        company: Name in normal spacing without its legal form; null where there is none.
        domain: Registrable domain in ASCII and lower case; null where there is none.
    """

    company: pa.StringArray
    domain: pa.StringArray


def normalize_companies(
    company: pa.StringArray | None = None,
    site: pa.StringArray | None = None,
    email_domain: pa.StringArray | None = None,
    free: pa.BooleanArray | None = None,
) -> Companies:
    """Bring company names into normal form and find the company's domain (LEAD-3).

    Args:
        company: Names of n rows, or None when there is no such column.
        site: Websites: URLs, host names or e-mail addresses.
        email_domain: Domains of valid e-mail addresses in ASCII and lower case; null in the other rows.
        free: Rows whose ``email_domain`` says nothing about the company (free-mail, disposable); null counts as false.

    Returns:
        Normal forms of n rows.

    Raises:
        ValueError: Neither a name nor a site nor a mail domain is given.
    """
    rows = next((len(column) for column in (company, site, email_domain) if column is not None), None)
    if rows is None:
        raise ValueError("at least one of company, site and email_domain is needed")
    nothing = pa.nulls(rows, pa.string())
    domain = nothing if site is None else _finished(site, hosts.of_sites(site))
    if email_domain is not None:
        open_rows = ~mask(domain.is_valid()) & mask(email_domain.is_valid())
        if free is not None:
            open_rows &= ~mask(free)
        domain = _filled(domain, email_domain, np.flatnonzero(open_rows))
    return Companies(nothing if company is None else normal_names(company), domain)


def _filled(domain: pa.StringArray, email_domain: pa.StringArray, rows: NDArray[np.intp]) -> pa.StringArray:
    """Take the domain from the mail address in these rows."""
    if not len(rows):
        return domain
    some = email_domain.take(pa.array(rows))
    return overlaid(domain, (rows, _finished(some, hosts.of_hosts(some))))


def _finished(column: pa.StringArray, found: hosts.Domains) -> pa.StringArray:
    """Decide the rows that are left by the exact path, each distinct cell once."""
    if found.decided.all():
        return found.domain
    decided = pa.array(found.decided)
    (rest,) = per_distinct(pc.if_else(decided, None, column), lambda cell: (domain_of(cell),), (pa.string(),))
    return pc.if_else(decided, found.domain, rest)
