"""Rows of a table found by what they say of a lead: sorted keys, and the rows that have them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from trustleads.enrichment.models import NameStatus, Role, Verdict
from trustleads.enrichment.normalize.arrays import plain_strings
from trustleads.enrichment.normalize.names.full import split
from trustleads.enrichment.pipeline import Pipeline
from trustleads.enrichment.questions import Attribute

Key = tuple[Attribute, ...]

_NAME = (Attribute.FIRST_NAME, Attribute.LAST_NAME)
COMPANY_KEYS: tuple[Key, ...] = ((Attribute.DOMAIN,), (Attribute.COMPANY,))
"""These lead to a company, and to nobody in it."""
KEYS: tuple[Key, ...] = (
    (Attribute.EMAIL,),
    (Attribute.PHONE,),
    (*_NAME, Attribute.DOMAIN),
    (*_NAME, Attribute.COMPANY),
    *COMPANY_KEYS,
)
"""What a lead can be looked up by, the surest first."""

_FIELDS = (
    *("email", "email_status", "phone", "phone_status", "first_name", "last_name", "name_status"),
    *("job_title", "company", "domain"),
)
_BETWEEN = "\n"  # the halves of a key: no normal form holds a line end
_COMPANY = (Attribute.COMPANY, Attribute.DOMAIN)
_MOST_ROWS = 1000  # under a key that are looked at; more of the same person or company there are not


def normaliser(country: str | None) -> Pipeline:
    """Make what brings columns into normal form.

    Args:
        country: Of phone numbers in national form, where the row names none.

    Raises:
        InvalidInput: There is no such country.
    """
    return Pipeline(country=country, fields=_FIELDS)


def normal_values(table: pa.Table, roles: Mapping[Role, str], pipeline: Pipeline) -> pa.Table:
    """Bring a table's columns into normal form; what is not valid, or was told from the address, is null.

    Args:
        table: The columns that ``roles`` names.
        roles: What they mean.
        pipeline: What ``normaliser`` gives.

    Returns:
        A column for each attribute that there is, and as many rows.
    """
    columns = dict(pipeline.added(table, roles).columns)
    ok = Verdict.VALID.value
    for name in ("email", "phone"):
        if name in columns:
            columns[name] = pc.if_else(pc.equal(columns[f"{name}_status"], ok), columns[name], None)
    if "name_status" in columns:
        derived = pc.equal(columns["name_status"], NameStatus.DERIVED.value)
        columns |= {half.value: pc.if_else(derived, None, columns[half.value]) for half in _NAME}
    return pa.table({item.value: columns[item.value] for item in Attribute if item.value in columns})


def with_halves(given: Mapping[Attribute, str]) -> Mapping[Attribute, str]:
    """Add first and last name where the whole one is given."""
    if Attribute.FULL_NAME not in given:
        return given
    first, last = split(given[Attribute.FULL_NAME])
    return {Attribute.FIRST_NAME: first.text or "", Attribute.LAST_NAME: last.text or "", **given}


def key_of(given: Mapping[Attribute, str], key: Key) -> str | None:
    """Give the text under which a lead is looked up; None where not all of it is known."""
    parts = [given.get(attribute) for attribute in key]
    known = [part for part in parts if part]
    return _lower(_BETWEEN.join(known)) if len(known) == len(parts) else None


def _lower(text: str) -> str:
    """Make it small as Arrow does, whose rules for other letters than a to z are not Python's."""
    if text.isascii():
        return text.lower()
    lowered: str = pc.utf8_lower(pa.scalar(text)).as_py()
    return lowered


@dataclass(frozen=True, slots=True)
class Index:
    """Rows by one key.

    Attributes:
        keys: Sorted, without nulls.
        rows: The row that has each of them.
        table: What the rows say.
    """

    keys: pa.StringArray
    rows: pa.IntegerArray
    table: pa.Table

    @classmethod
    def of(cls, values: pa.Table, key: Key) -> Index:
        """Sort a table's rows by a key.

        Args:
            values: As ``normal_values`` gives them.
            key: By what.
        """
        if key in COMPANY_KEYS:  # as many rows as people, which say but one thing
            values = values.select([item.value for item in _COMPANY if item.value in values.column_names])
            values = values.group_by(values.column_names).aggregate([])
        text = plain_strings(
            pc.utf8_lower(pc.binary_join_element_wise(*(values[item.value] for item in key), _BETWEEN))
        )
        rows = pc.sort_indices(text)[: len(text) - text.null_count]
        return cls(text.take(rows), rows, values.combine_chunks())

    def values(self, text: str, wanted: Collection[Attribute]) -> dict[Attribute, str | None]:
        """Give what the rows under a key say: the values they agree on, and None where they do not.

        Args:
            text: As ``key_of`` gives it.
            wanted: Of these attributes; those of which the rows say nothing are left out.
        """
        start = bisect_left(self.keys, text, key=_text)
        last = min(start + _MOST_ROWS, len(self.keys))
        if start == last or self.keys[start].as_py() != text:
            return {}
        end = bisect_right(self.keys, text, start, last, key=_text)
        names = [item.value for item in wanted if item.value in self.table.column_names]
        columns = self.table.select(names).take(self.rows[start:end]).to_pydict()
        values = {
            Attribute(name): {text.casefold(): text for text in column if text} for name, column in columns.items()
        }
        return {item: min(texts.values()) if len(texts) == 1 else None for item, texts in values.items() if texts}


def _text(scalar: pa.StringScalar) -> str:
    text: str = scalar.as_py()
    return text
