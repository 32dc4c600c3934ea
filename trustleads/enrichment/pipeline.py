"""The pipeline: an Arrow batch of leads in, the same batch with the verdicts' columns out.

``Pipeline`` is a value: it holds options, has no state that a run changes, and pickles, so that one
machine, Dask, Ray and Spark run the same object. It reads no clock and no random numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.columns import ColumnReport, detect_columns, listed, require_any
from trustleads.enrichment.duplicates import DuplicateFinder
from trustleads.enrichment.models import FIELDS, Field, Role
from trustleads.enrichment.normalize.arrays import buffers, overlaid, plain_strings
from trustleads.enrichment.normalize.company import normalize_companies
from trustleads.enrichment.normalize.country import region_codes
from trustleads.enrichment.normalize.email import Emails, apply_mx, validate_emails
from trustleads.enrichment.normalize.names import normalize_names
from trustleads.enrichment.normalize.phone import validate_phones
from trustleads.enrichment.normalize.titles import normalize_titles
from trustleads.enrichment.options import ARROW_TYPES, DEFAULT_PREFIX, Options
from trustleads.enrichment.ports import MxAnswer, MxResolver

ASCII_END = 0x80
_FROM_EMAIL = ("email", "name", "company", "duplicates")  # groups of columns that an address tells something about


class Stage(Protocol):
    """What a run does with its batches.

    Attributes:
        options: The added columns.
        waits: Whether it spends its time waiting for others, so that many small batches at a time are best.
    """

    @property
    def options(self) -> Options: ...  # noqa: D102 - above

    @property
    def waits(self) -> bool: ...  # noqa: D102 - above

    def detect(self, names: Sequence[str], sample: pa.Table | None = None) -> ColumnReport:
        """Find the columns' roles, and check that the added names are free; see ``Pipeline.detect``."""
        ...

    def added(self, batch: pa.RecordBatch, roles: Mapping[Role, str]) -> Added:
        """Compute the added columns of one batch, but for ``duplicate_of``; called from several threads."""
        ...

    def stop(self) -> None:
        """Let go of all who wait in ``added``: they get ``Stopped``."""
        ...


class Pipeline:
    """Validates and normalises leads, one Arrow batch at a time (LEAD-2, LEAD-3, LEAD-8).

    Calling it gives the batch with the added columns; ``duplicate_of`` then counts rows within that batch.
    For numbers over a whole file or frame use ``trustleads.enrich``, which runs this object.

    Without ``columns`` the roles are told from the header alone, so every batch of a run gets the same
    ones; ``trustleads.enrich`` also looks at the content of the first rows.

    Example:
        >>> import pyarrow as pa, trustleads as tl
        >>> batch = pa.record_batch({"E-Mail": ["Ann@Firm.example ", "nobody"]})
        >>> tl.Pipeline(fields=["email", "email_status"])(batch).to_pydict()["tl_email_status"]
        ['valid', 'invalid']
    """

    waits = False

    def __init__(
        self,
        *,
        columns: Mapping[str, str | None] | None = None,
        country: str | None = None,
        fields: Sequence[str] | None = None,
        prefix: str = DEFAULT_PREFIX,
        mx: MxResolver | None = None,
        wanted: Collection[str] = (),
    ) -> None:
        """Check the options.

        Args:
            columns: Role (see ``trustleads.Role``) to column name; None switches a role off.
            country: Country of phone numbers in national form, where the row names none.
            fields: Names of the columns to add, without prefix; all by default.
            prefix: Put before the names of the added columns.
            mx: Asked for the mail hosts of the domains; None asks nothing.
            wanted: Attributes that providers fill: the columns that say how are added, and are null here, where nobody
                is asked (``trustleads.enrich`` does).

        Raises:
            InvalidInput: An unknown role, country or field.
        """
        self.options = Options.checked(columns=columns, country=country, fields=fields, prefix=prefix, wanted=wanted)
        self.mx = mx
        self._wanted = frozenset(wanted)

    def __repr__(self) -> str:
        chosen = {role.value: column for role, column in self.options.columns.items()}
        fields = None if self.options.fields == FIELDS else [f.name for f in self.options.fields]
        return (
            f"Pipeline(columns={chosen}, country={self.options.country!r}, fields={fields}, "
            f"prefix={self.options.prefix!r}, mx={self.mx is not None})"
        )

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Add the columns to one batch (or table): n rows in, the same n rows out.

        Raises:
            InvalidInput: No column role is recognised, or a name is taken already.
        """
        added = self.added(batch, self.detect(batch.schema.names).roles)
        if added.mailboxes is not None:
            with DuplicateFinder() as finder:
                added = added.with_duplicates(finder.add(added.mailboxes))
        return append(batch, added.batch(self.options))

    def detect(self, names: Sequence[str], sample: pa.Table | None = None) -> ColumnReport:
        """Find the columns' roles and check that the added names are free.

        Args:
            names: The caller's column names.
            sample: Its first rows, for what the names do not tell.

        Raises:
            InvalidInput: Nothing is recognised, a name is taken, or a field is asked for whose column is missing.
        """
        self._check_names(names)
        overrides = {role.value: column for role, column in self.options.columns.items()}
        report = detect_columns(names, sample, overrides=overrides)
        require_any(report)
        self._check_fields(report)
        return report

    def _check_names(self, names: Sequence[str]) -> None:
        twice = next((name for name, count in Counter(names).items() if count > 1), None)
        if twice is not None:
            raise InvalidInput(
                f"two columns have the same name, {listed([twice])}: rename one", reason="duplicate_column"
            )
        for name in self.options.added_names:
            if name in names:
                raise InvalidInput(
                    f"the input has a column {name!r} already: pass another prefix= (now {self.options.prefix!r})",
                    reason="name_taken",
                )

    def _check_fields(self, report: ColumnReport) -> None:
        if not self.options.chosen:
            return  # nobody asked for a certain one: what cannot be told stays null
        for field in self.options.fields:
            asked_for = not field.needs or not self._wanted.isdisjoint(field.needs)
            if not asked_for and not any(role in report.roles for role in field.needs):
                wanted = " or ".join(role.value for role in field.needs)
                raise InvalidInput(
                    f"field {field.name!r} needs a column for {wanted}, and none was recognised; there is: "
                    f"{listed(report.columns)}. Name it: columns={{'{field.needs[0].value}': ...}}",
                    reason="missing_column",
                )

    def added(self, batch: pa.RecordBatch, roles: Mapping[Role, str]) -> Added:
        """Compute the added columns of one batch, but for ``duplicate_of``.

        Args:
            batch: The caller's batch or table; only the columns named in ``roles`` are read.
            roles: What its columns mean.
        """
        return _Leads(batch, roles, self.options, self.mx).added()

    def stop(self) -> None:
        """Do nothing: nobody waits here (see ``Stage.stop``)."""

    def everything(self, batch: pa.RecordBatch, roles: Mapping[Role, str]) -> Added:
        """Compute all columns there are, whatever the options name: what else is known of a lead helps to match it."""
        return _Leads(batch, roles, replace(self.options, fields=FIELDS), self.mx).added()


@dataclass(frozen=True, slots=True)
class Added:
    """The added columns of one batch.

    Attributes:
        rows: Number of rows.
        columns: Field name (no prefix) to array.
        mailboxes: Normal forms in lower case, by which duplicates are found: RFC 5321 lets a host tell
            ``Ann@`` from ``ann@``, but none in use does. None where nobody asks for duplicates.
    """

    rows: int
    columns: Mapping[str, pa.Array]
    mailboxes: pa.StringArray | None

    def with_duplicates(self, duplicate_of: pa.Int64Array) -> Added:
        """The same with the column that only a whole run can tell."""
        return replace(self, columns={**self.columns, "duplicate_of": duplicate_of})

    def batch(self, options: Options) -> pa.RecordBatch:
        """The columns asked for, in order, with their prefix; those nothing could be said about are null."""
        arrays = [self._column(f) for f in options.fields]
        return pa.RecordBatch.from_arrays(arrays, schema=options.schema)

    def _column(self, field: Field) -> pa.Array:
        found = self.columns.get(field.name)
        return pa.nulls(self.rows, ARROW_TYPES[field.kind]) if found is None else found


def append(batch: pa.RecordBatch, added: pa.RecordBatch) -> pa.RecordBatch:
    """Put the added columns behind the caller's, which are not touched."""
    fields = [*batch.schema, *added.schema]
    schema = pa.schema(fields, metadata=batch.schema.metadata)
    return type(batch).from_arrays([*batch.columns, *added.columns], schema=schema)


class _Leads:
    """One batch on its way: each kind of value is computed once, and only when a wanted column needs it."""

    def __init__(
        self, batch: pa.RecordBatch, roles: Mapping[Role, str], options: Options, mx: MxResolver | None
    ) -> None:
        self._batch = batch
        self._roles = roles
        self._options = options
        self._mx = mx

    def added(self) -> Added:
        emails, email_mx = self._emails()
        columns: dict[str, pa.Array] = {}
        if emails is not None:
            columns |= _email_columns(emails, email_mx)
        if self._options.wants("phone"):
            columns |= self._phone_columns()
        if self._options.wants("name"):
            columns |= self._name_columns(emails)
        if self._options.wants("title"):
            columns |= self._title_columns()
        if self._options.wants("company"):
            columns |= self._company_columns(emails)
        sought = emails is not None and self._options.wants("duplicates")
        return Added(self._batch.num_rows, columns, mailboxes_of(emails.email) if emails and sought else None)

    def _values(self, role: Role) -> pa.StringArray | None:
        name = self._roles.get(role)
        return None if name is None else plain_strings(self._batch.column(name))

    def _emails(self) -> tuple[Emails | None, pa.StringArray | None]:
        column = self._values(Role.EMAIL) if any(map(self._options.wants, _FROM_EMAIL)) else None
        if column is None:
            return None, None
        emails = validate_emails(column)
        if self._mx is None or not self._options.wants("email"):
            return emails, None
        domains = pc.unique(emails.domain.drop_null()).to_pylist()
        answers: object = self._mx.lookup(domains)
        if not isinstance(answers, Mapping) or not all(isinstance(answers.get(d), MxAnswer) for d in domains):
            raise TypeError(
                f"{type(self._mx).__name__}.lookup() must give an MxAnswer for every domain it is asked for"
            )
        return apply_mx(emails, answers)

    def _phone_columns(self) -> dict[str, pa.Array]:
        column = self._values(Role.PHONE)
        if column is None:
            return {}
        phones = validate_phones(column, self._regions())
        return {
            "phone": phones.phone,
            "phone_status": phones.status,
            "phone_reason": phones.reason,
            "phone_type": phones.type,
            "phone_country": phones.country,
        }

    def _regions(self) -> pa.StringArray | str | None:
        """The row's own country, else the caller's."""
        column = self._values(Role.COUNTRY)
        if column is None:
            return self._options.country
        regions = region_codes(column)
        return regions if self._options.country is None else pc.fill_null(regions, self._options.country)

    def _name_columns(self, emails: Emails | None) -> dict[str, pa.Array]:
        first, last, full = (self._values(r) for r in (Role.FIRST_NAME, Role.LAST_NAME, Role.FULL_NAME))
        if emails is None and first is None and last is None and full is None:
            return {}
        local = None if emails is None else pc.if_else(emails.role, None, emails.local)
        names = normalize_names(first, last, full, local)
        return {"first_name": names.first_name, "last_name": names.last_name, "name_status": names.name_status}

    def _title_columns(self) -> dict[str, pa.Array]:
        column = self._values(Role.JOB_TITLE)
        if column is None:
            return {}
        titles = normalize_titles(column)
        return {"job_title": titles.job_title, "seniority": titles.seniority, "department": titles.department}

    def _company_columns(self, emails: Emails | None) -> dict[str, pa.Array]:
        company, site = self._values(Role.COMPANY), self._values(Role.DOMAIN)
        if company is None and site is None and emails is None:
            return {}
        private = None if emails is None else pc.or_(emails.free, emails.disposable)
        companies = normalize_companies(company, site, None if emails is None else emails.domain, private)
        return {"company": companies.company, "domain": companies.domain}


def mailboxes_of(column: pa.StringArray) -> pa.StringArray:
    """Give addresses in lower case (see ``Added.mailboxes``); the ASCII kernel is the fast one, and nearly enough."""
    lowered = pc.ascii_lower(column)
    data, offsets = buffers(lowered)
    foreign = np.flatnonzero(data[: offsets[-1]] >= ASCII_END)
    if not len(foreign):
        return lowered
    rows = np.unique(np.searchsorted(offsets, foreign, side="right") - 1)
    some = lowered.take(pa.array(rows))
    some_lowered = pc.utf8_lower(some)
    return lowered if some_lowered.equals(some) else overlaid(lowered, (rows, some_lowered))


def _email_columns(emails: Emails, email_mx: pa.StringArray | None) -> dict[str, pa.Array]:
    columns = {
        "email": emails.email,
        "email_status": emails.status,
        "email_reason": emails.reason,
        "email_disposable": emails.disposable,
        "email_free": emails.free,
        "email_role": emails.role,
        "email_suggestion": emails.suggestion,
    }
    return columns if email_mx is None else {**columns, "email_mx": email_mx}
