"""Fills what is wanted and missing: columns become leads, leads are asked about, answers become columns (LEAD-4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Protocol, TypeVar

import numpy as np
import pyarrow as pa

from trustleads.enrichment.asking.cases import Case
from trustleads.enrichment.asking.plan import Usable
from trustleads.enrichment.columns import ColumnReport
from trustleads.enrichment.leads import GROUP, Leads, Rows, leads_of
from trustleads.enrichment.models import FIELDS, EmailReason, Role, Verdict
from trustleads.enrichment.normalize import single
from trustleads.enrichment.normalize.arrays import overlaid, plain_strings
from trustleads.enrichment.options import ARROW_TYPES, Options
from trustleads.enrichment.pipeline import Added, Pipeline, mailboxes_of
from trustleads.enrichment.ports import SupportsLearn
from trustleads.enrichment.questions import Attribute, Mailbox
from trustleads.enrichment.results import DIGITS, RowResult, result_of
from trustleads.enrichment.waterfall import WANTABLE, Known, Wants

_LEARNT_FROM = ("first_name", "last_name", "name_status", "email", "domain")
_VERIFIED: Mapping[Mailbox, EmailReason] = {
    Mailbox.MISSING: EmailReason.MAILBOX_MISSING,
    Mailbox.RISKY: EmailReason.MAILBOX_RISKY,
    Mailbox.CATCH_ALL: EmailReason.CATCH_ALL,
    Mailbox.EXISTS: EmailReason.OK,
}
_VERDICT = {
    EmailReason.MAILBOX_MISSING: Verdict.INVALID,
    EmailReason.MAILBOX_RISKY: Verdict.RISKY,
    EmailReason.CATCH_ALL: Verdict.RISKY,
    EmailReason.OK: Verdict.VALID,
}
_OPEN_REASONS = frozenset({EmailReason.OK, EmailReason.DNS_FAILURE})  # what a verifier may say more about than we do

Item = TypeVar("Item")


class SupportsAsk(Protocol):
    """What the asker is to this module: the two may be in different processes."""

    def ask(
        self, leads: Sequence[Mapping[Attribute, Known]], rows: int | None = None, *, made: Callable[[Case], Item]
    ) -> list[Item]:
        """Ask about some leads; returns what is made of each once all of them are through."""
        ...

    def stop(self) -> None:
        """Stop asking at once; who waits gets ``Stopped``."""
        ...


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills what is wanted and missing, batch by batch; safe to be used by several threads.

    Attributes:
        pipeline: Computes the columns, also of what is found.
        asker: Who is asked.
        wants: Confidence that is wanted, per attribute.
        needs: What is to be known of a lead: what is wanted, and what the providers match by.
        learners: Providers that learn from the caller's rows.
    """

    pipeline: Pipeline
    asker: SupportsAsk
    wants: Wants
    needs: frozenset[Attribute] = WANTABLE
    learners: Sequence[SupportsLearn] = ()

    waits: ClassVar[bool] = True

    @property
    def options(self) -> Options:
        """See ``Stage.options``."""
        return self.pipeline.options

    def detect(self, names: Sequence[str], sample: pa.Table | None = None) -> ColumnReport:
        """See ``Stage.detect``."""
        return self.pipeline.detect(names, sample)

    def stop(self) -> None:
        """See ``Stage.stop``."""
        self.asker.stop()

    def learn(self, batch: pa.RecordBatch, roles: Mapping[Role, str]) -> None:
        """Let providers learn from a batch before anything is asked about its rows."""
        self._learn(self.pipeline.everything(batch, roles))

    def _learn(self, added: Added) -> None:
        columns = [added.columns.get(name, pa.nulls(added.rows, pa.string())) for name in _LEARNT_FROM]
        for provider in self.learners:
            provider.learn(pa.record_batch(columns, names=list(_LEARNT_FROM)))

    def added(self, batch: pa.RecordBatch, roles: Mapping[Role, str]) -> Added:
        """Compute the added columns of one batch, with what providers know (see ``Pipeline.added``)."""
        added = self.pipeline.everything(batch, roles)
        self._learn(added)
        leads = leads_of(added, self.needs)
        asked = leads.lacking(self.wants)
        through = self.asker.ask(asked, len(leads), made=partial(result_of, tuple(self.wants)))
        part = _Part(asked, through, _countries(batch, roles, asked.rows))
        columns = self._with_found(added, part)
        _let_verifiers_speak(columns, part)
        mailboxes = mailboxes_of(columns["email"]) if "email" in columns else None
        columns |= _confidences(leads, part, self.wants) | _told_columns(len(leads), part)
        return replace(added, columns=columns, mailboxes=mailboxes)

    def _with_found(self, added: Added, part: _Part) -> dict[str, pa.Array]:
        """Compute again what rests on a value that a provider found."""
        columns = dict(added.columns)
        changed = np.array([i for i, one in enumerate(part.through) if one.found], np.intp)
        if not len(changed):
            return columns
        again = self._again(part, changed)
        self._take_back_phones(part, changed, again)
        domains = part.asked.texts(Attribute.DOMAIN)
        groups = [_groups(part.through[i], domains[i]) for i in changed]
        for field in FIELDS:
            picked = np.array([i for i, named in enumerate(groups) if field.group in named], np.intp)
            if len(picked) and field.name in again.columns:
                base = columns.get(field.name, pa.nulls(added.rows, ARROW_TYPES[field.kind]))
                values = again.columns[field.name].take(pa.array(picked))
                columns[field.name] = overlaid(base, (part.asked.rows[changed[picked]], values))
        return columns

    def _again(self, part: _Part, changed: Rows) -> Added:
        """Compute what is known of some leads now, each phone number in the country that the row names."""
        found = [dict(part.through[i].found) for i in changed]
        roles = {Role(attribute): attribute.value for attribute in GROUP}
        columns = {}
        for attribute in GROUP:
            own = part.asked.texts(attribute)
            texts = [one.get(attribute.value, own[i]) for one, i in zip(found, changed.tolist(), strict=True)]
            columns[attribute.value] = pa.array(texts, pa.string())
        if part.countries is not None:
            roles[Role.COUNTRY] = Role.COUNTRY.value
            columns[Role.COUNTRY.value] = part.countries.take(pa.array(changed))
        return self.pipeline.everything(pa.record_batch(columns), roles)

    def _take_back_phones(self, part: _Part, changed: Rows, again: Added) -> None:
        """Forget numbers that are none in the row's country: only here is it known, where the asking is over."""
        for i, valid in zip(changed.tolist(), again.columns["phone"].is_valid().to_pylist(), strict=True):
            one = part.through[i]
            if valid or Attribute.PHONE not in dict(one.found):
                continue
            own = part.asked[i].get(Attribute.PHONE)
            left = one.without(Attribute.PHONE, tuple(self.wants), None if own is None else own.confidence)
            # Without one of its own, the columns say what is wrong with the one that was found.
            part.through[i] = left if own is not None else left._replace(found=one.found)


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of a batch that were asked about.

    Attributes:
        asked: What was known of each before.
        through: What became of each.
        countries: The country that each names; None where no column does.
    """

    asked: Leads
    through: list[RowResult]
    countries: pa.StringArray | None


def _countries(batch: pa.RecordBatch, roles: Mapping[Role, str], rows: Rows) -> pa.StringArray | None:
    name = roles.get(Role.COUNTRY)
    return None if name is None else plain_strings(batch.column(name).take(pa.array(rows)))


def _groups(one: RowResult, domain: str | None) -> set[str]:
    """Say which columns rest on what was found: a new address also tells the company's domain, where nothing did."""
    groups = {GROUP[Attribute(name)] for name, _ in one.found}
    return groups | {"company"} if domain is None and "email" in groups else groups


def usable_in(country: str | None) -> Usable:
    """Give what tells whether a found value would be a valid one in our columns.

    An answer serves every row that asks the same, so a phone number in national form passes if it may be one anywhere.

    Args:
        country: Of phone numbers in national form, where the row names none.
    """
    tests: dict[Attribute, Callable[[str], bool]] = {
        Attribute.EMAIL: single.is_email,
        Attribute.PHONE: partial(single.may_be_phone, country=country),
        Attribute.FIRST_NAME: single.is_first_name,
        Attribute.LAST_NAME: single.is_last_name,
    }
    return lambda attribute, text: tests[attribute](text) if attribute in tests else any(map(str.isalnum, text))


def _let_verifiers_speak(columns: dict[str, pa.Array], part: _Part) -> None:
    """Sharpen the verdict on addresses that a verifier was asked about; ``risky`` for a reason of ours stays."""
    if "email_reason" not in columns:
        return
    reasons = columns["email_reason"].take(pa.array(part.asked.rows)).to_pylist()
    sharpened: list[tuple[int, EmailReason]] = []
    for row, one, reason in zip(part.asked.rows.tolist(), part.through, reasons, strict=True):
        verified = None if one.mailbox is None else _VERIFIED.get(one.mailbox)
        if verified is not None and (reason in _OPEN_REASONS or verified is EmailReason.MAILBOX_MISSING):
            sharpened.append((row, verified))
    if sharpened:
        places = np.array([row for row, _ in sharpened])
        words = pa.array([reason.value for _, reason in sharpened])
        verdicts = pa.array([_VERDICT[reason].value for _, reason in sharpened])
        columns["email_reason"] = overlaid(columns["email_reason"], (places, words))
        columns["email_status"] = overlaid(columns["email_status"], (places, verdicts))


def _confidences(leads: Leads, part: _Part, wants: Wants) -> dict[str, pa.Array]:
    columns = {}
    for number, attribute in enumerate(wants):
        confidence = leads.confidence(attribute)
        own = pa.array(confidence.round(DIGITS), mask=confidence == 0)
        found = pa.array([one.confidences[number] for one in part.through], pa.float64())
        columns[f"{attribute}_confidence"] = overlaid(own, (part.asked.rows, found))
    return columns


def _told_columns(count: int, part: _Part) -> dict[str, pa.Array]:
    """Give cost, sources and answers; rows nobody was to be asked about have none."""
    kinds = {"cost": ARROW_TYPES["money"], "sources": pa.string(), "answers": pa.string()}
    return {
        name: overlaid(
            pa.nulls(count, kind), (part.asked.rows, pa.array([getattr(one, name) for one in part.through], kind))
        )
        for name, kind in kinds.items()
    }
