"""From validated columns to leads that are asked about, and back to columns with what was found (LEAD-4)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trustleads.enrichment.asking.cases import Case, Told
from trustleads.enrichment.asking.plan import Plan, Usable
from trustleads.enrichment.columns import ColumnReport
from trustleads.enrichment.models import FIELDS, EmailReason, NameStatus, Role, Verdict
from trustleads.enrichment.normalize import single
from trustleads.enrichment.normalize.arrays import overlaid, plain_strings
from trustleads.enrichment.options import ARROW_TYPES, Options
from trustleads.enrichment.pipeline import Added, Pipeline, mailboxes_of
from trustleads.enrichment.ports import SupportsLearn
from trustleads.enrichment.questions import Attribute, Mailbox, Outcome
from trustleads.enrichment.waterfall import OWN, WANTABLE, Known, Wants, missing

# How sure we are of what the caller's own rows say, by verdict: a well-formed value of nobody knows what age. A value
# that is wanted surer than that is asked for although it is there.
OWN_CONFIDENCE = 0.8
OWN_DOUBTFUL = 0.5

_STATUS = {Attribute.EMAIL: "email_status", Attribute.PHONE: "phone_status"}
_GROUP = {
    Attribute.EMAIL: "email",
    Attribute.PHONE: "phone",
    Attribute.FIRST_NAME: "name",
    Attribute.LAST_NAME: "name",
    Attribute.JOB_TITLE: "title",
    Attribute.COMPANY: "company",
    Attribute.DOMAIN: "company",
}
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

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

_AT_A_TIME, _MOMENT = 1e-3, 5e-5  # seconds that a batch is worked on, and that the asker gets

Rows = NDArray[np.intp]
Item = TypeVar("Item")


class SupportsAsk(Protocol):
    """What the asker is to this module: the two may be in different processes."""

    def ask(self, leads: Sequence[Mapping[Attribute, Known]], rows: int | None = None) -> list[Case]:
        """Ask about some leads; returns when all of them are through."""
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
        leads = leads_of(added, self.needs, walk=_gently)
        rows = np.array([i for i, lead in enumerate(leads) if any(missing(lead, self.wants))], np.intp)
        own = [leads[row] for row in rows]
        cases = self.asker.ask(own, len(leads))
        part = _Part(rows, own, cases, _countries(batch, roles, rows))
        filled = self._filled(added, part)
        for row, case in zip(rows, cases, strict=True):
            leads[row] = case.known
        told = _told_columns(len(leads), rows, cases)
        return replace(filled, columns={**filled.columns, **_confidences(leads, self.wants), **told})

    def _filled(self, added: Added, part: _Part) -> Added:
        """Compute again what rests on a value that a provider found, and let verifiers speak."""
        found = [{a for a, known in case.known.items() if known.source != OWN} for case in _gently(part.cases)]
        changed = np.array([i for i, attributes in enumerate(found) if attributes], np.intp)
        columns = dict(added.columns)
        if len(changed):
            again = self._again(part, changed)
            _take_back_phones(part, found, changed, again)
            groups = [_groups(found[i], part.cases[i].known) for i in changed]
            for field in FIELDS:
                picked = np.array([i for i, named in enumerate(groups) if field.group in named], np.intp)
                if len(picked) and field.name in again.columns:
                    base = columns.get(field.name, pa.nulls(added.rows, ARROW_TYPES[field.kind]))
                    values = again.columns[field.name].take(pa.array(picked))
                    columns[field.name] = overlaid(base, (part.rows[changed[picked]], values))
        _let_verifiers_speak(columns, part.rows, part.cases)
        mailboxes = mailboxes_of(columns["email"]) if "email" in columns else None
        return replace(added, columns=columns, mailboxes=mailboxes)

    def _again(self, part: _Part, changed: Rows) -> Added:
        """Compute what is known of some leads now, each phone number in the country that the row names."""
        leads = [part.cases[i].known for i in changed]
        roles = {Role(a.value): a.value for a in _GROUP}
        columns = {a.value: pa.array([_text(lead, a) for lead in leads], pa.string()) for a in _GROUP}
        if part.countries is not None:
            roles[Role.COUNTRY] = Role.COUNTRY.value
            columns[Role.COUNTRY.value] = part.countries.take(pa.array(changed))
        return self.pipeline.everything(pa.record_batch(columns), roles)


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of a batch that were asked about.

    Attributes:
        rows: Where they stand in the batch.
        own: What was known of each before.
        cases: What became of each.
        countries: The country that each names; None where no column does.
    """

    rows: Rows
    own: Sequence[Mapping[Attribute, Known]]
    cases: Sequence[Case]
    countries: pa.StringArray | None


def _countries(batch: pa.RecordBatch, roles: Mapping[Role, str], rows: Rows) -> pa.StringArray | None:
    name = roles.get(Role.COUNTRY)
    return None if name is None else plain_strings(batch.column(name).take(pa.array(rows)))


def _text(lead: Mapping[Attribute, Known], attribute: Attribute) -> str | None:
    return lead[attribute].text if attribute in lead else None


def _take_back_phones(part: _Part, found: Sequence[set[Attribute]], changed: Rows, again: Added) -> None:
    """Forget numbers that are none in the row's country: only here is it known, where the asking is over."""
    for i, valid in zip(changed.tolist(), again.columns["phone"].is_valid().to_pylist(), strict=True):
        if valid or Attribute.PHONE not in found[i]:
            continue
        del part.cases[i].known[Attribute.PHONE]
        own = part.own[i].get(Attribute.PHONE)
        if own is not None:  # else the columns say what is wrong with the one that was found
            part.cases[i].known[Attribute.PHONE] = own
            found[i].discard(Attribute.PHONE)


def _groups(found: Collection[Attribute], known: Mapping[Attribute, Known]) -> set[str]:
    """Say which columns rest on what was found: a new address also tells the company's domain, where nothing did."""
    groups = {_GROUP[attribute] for attribute in found}
    return groups | {"company"} if Attribute.EMAIL in found and Attribute.DOMAIN not in known else groups


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


def needs_of(plan: Plan) -> frozenset[Attribute]:
    """Say what is to be known of a lead: what is wanted or matched by, and the other half of what goes in pairs."""
    needed = set(plan.wants).union(*(match for provider in plan.providers for match in provider.matches))
    if Attribute.FULL_NAME in needed:
        needed.add(Attribute.FIRST_NAME)
    pairs = ({Attribute.FIRST_NAME, Attribute.LAST_NAME}, {Attribute.COMPANY, Attribute.DOMAIN})
    for pair in pairs:
        if needed & pair or (Attribute.EMAIL in plan.wants and Attribute.DOMAIN in pair):
            needed |= pair
    return frozenset(needed) - {Attribute.FULL_NAME}


def leads_of(
    added: Added, needs: frozenset[Attribute] = WANTABLE, *, walk: Callable[[Iterable[Any]], Iterable[Any]] = iter
) -> list[dict[Attribute, Known]]:
    """Say what is known of each row, and how surely; ``walk`` goes through a column.

    Rows that have a value in common share it: leads wait by the thousand, and what waits is looked through by the
    interpreter's garbage collector again and again.
    """
    leads: list[dict[Attribute, Known]] = [{} for _ in range(added.rows)]
    for attribute in sorted(needs):
        column = added.columns.get(attribute.value)
        if column is None:
            continue
        sure = _sure(attribute, added)
        shared: dict[tuple[str, float], Known] = {}
        for row, (text, confidence) in enumerate(walk(zip(column.to_pylist(), sure, strict=True))):
            if text is not None and confidence:
                leads[row][attribute] = shared.setdefault((text, confidence), Known(text, confidence))
    return leads


def _sure(attribute: Attribute, added: Added) -> Sequence[float]:
    if attribute in _STATUS:
        steps = {Verdict.VALID: OWN_CONFIDENCE, Verdict.RISKY: OWN_DOUBTFUL, Verdict.UNKNOWN: OWN_DOUBTFUL}
        return [steps.get(status, 0.0) for status in added.columns[_STATUS[attribute]].to_pylist()]
    if _GROUP[attribute] == "name":
        statuses = added.columns["name_status"].to_pylist()
        return [OWN_DOUBTFUL if status == NameStatus.DERIVED else OWN_CONFIDENCE for status in statuses]
    return [OWN_CONFIDENCE] * added.rows


def _let_verifiers_speak(columns: dict[str, pa.Array], rows: Rows, cases: Sequence[Case]) -> None:
    """Sharpen the verdict on addresses that a verifier was asked about; ``risky`` for a reason of ours stays."""
    if "email_reason" not in columns:
        return
    reasons = columns["email_reason"].take(pa.array(rows)).to_pylist()
    sharpened: list[tuple[int, EmailReason]] = []
    for row, case, reason in _gently(zip(rows.tolist(), cases, reasons, strict=True)):
        email = case.known.get(Attribute.EMAIL)
        verified = None if email is None or email.mailbox is None else _VERIFIED.get(email.mailbox)
        if verified is not None and (reason in _OPEN_REASONS or verified is EmailReason.MAILBOX_MISSING):
            sharpened.append((row, verified))
    if sharpened:
        places = np.array([row for row, _ in sharpened])
        words = pa.array([reason.value for _, reason in sharpened])
        verdicts = pa.array([_VERDICT[reason].value for _, reason in sharpened])
        columns["email_reason"] = overlaid(columns["email_reason"], (places, words))
        columns["email_status"] = overlaid(columns["email_status"], (places, verdicts))


def _confidences(leads: Sequence[Mapping[Attribute, Known]], wants: Wants) -> dict[str, pa.Array]:
    return {
        f"{attribute}_confidence": pa.array(
            [round(lead[attribute].confidence, 4) if attribute in lead else None for lead in leads], pa.float64()
        )
        for attribute in wants
    }


def _told_columns(count: int, rows: Rows, cases: Sequence[Case]) -> dict[str, pa.Array]:
    """Give cost, sources and answers; rows nobody was to be asked about have none."""
    parts = {
        "cost": [None if case.spent is None else case.spent.amount for case in cases],
        "sources": [_json(_sources(case)) for case in _gently(cases)],
        "answers": [_json([_told(told) for told in case.told]) for case in _gently(cases)],
    }
    kinds = {"cost": ARROW_TYPES["money"], "sources": pa.string(), "answers": pa.string()}
    return {
        name: overlaid(pa.nulls(count, kinds[name]), (rows, pa.array(values, kinds[name])))
        for name, values in parts.items()
    }


def _gently(items: Iterable[Item]) -> Iterator[Item]:
    """Give items, and between them the interpreter to the asker.

    A thread that computes gives it to one that waits every 5 ms only, and the asker needs it back several times a call:
    while a batch is put together, its calls would nearly stand still.
    """
    since = time.perf_counter()
    for item in items:
        yield item
        if time.perf_counter() - since > _AT_A_TIME:
            time.sleep(_MOMENT)
            since = time.perf_counter()


def _sources(case: Case) -> dict[str, dict[str, Any]]:
    told = {part.provider: part for part in reversed(case.told) if part.outcome is Outcome.FOUND}
    return {
        attribute.value: _without_nothing({**_provenance(known), **_bill(told.get(known.source))})
        for attribute, known in case.known.items()
        if known.source != OWN
    }


def _provenance(known: Known) -> dict[str, Any]:
    finding = known.finding
    return {
        "provider": known.source,
        "confidence": round(known.confidence, 4),
        "source_uri": None if finding is None else finding.source_uri,
        "last_seen": None if finding is None else finding.last_seen,
    }


def _bill(told: Told | None) -> dict[str, Any]:
    if told is None:
        return {}
    return {
        "fetched_at": _time(told.fetched_at),
        "cost": None if told.cost is None else str(told.cost),
        "kept": told.kept or None,
        "request_id": told.request_id,
    }


def _told(told: Told) -> dict[str, Any]:
    return _without_nothing(
        {
            "provider": told.provider,
            "outcome": told.outcome.value,
            "reason": told.reason,
            **_bill(told),
        }
    )


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else _timestamp(int(seconds))


@lru_cache(maxsize=64)
def _timestamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _without_nothing(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if value is not None}


def _json(value: Any) -> str | None:
    text = _ENCODER.encode(value) if value else None
    return text and text.encode("utf-8", "replace").decode()  # what providers say may hold halves of characters
