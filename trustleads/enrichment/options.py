"""What a caller may choose, checked before anything is read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.columns import role_of
from trustleads.enrichment.models import FIELDS, Field, Role, waterfall_fields
from trustleads.enrichment.normalize.country import region_codes

DEFAULT_PREFIX = "tl_"
ARROW_TYPES = {
    "string": pa.string(),
    "bool": pa.bool_(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "money": pa.decimal128(18, 6),
}


@dataclass(frozen=True, slots=True)
class Options:
    """The choices that shape the added columns.

    Attributes:
        columns: Role to column name, for the roles the caller names; None switches a role off.
        country: ISO 3166 alpha-2 region for phone numbers of rows without a country, or None.
        fields: The columns to add, in the order of ``models.FIELDS``.
        prefix: Put before each added column's name.
        chosen: Whether the caller named the fields.
    """

    columns: Mapping[Role, str | None] = field(default_factory=dict)
    country: str | None = None
    fields: tuple[Field, ...] = FIELDS
    prefix: str = DEFAULT_PREFIX
    chosen: bool = False

    @classmethod
    def checked(
        cls,
        *,
        columns: Mapping[str, str | None] | None = None,
        country: str | None = None,
        fields: Sequence[str] | None = None,
        prefix: str = DEFAULT_PREFIX,
        wanted: Iterable[str] = (),
    ) -> Options:
        """Turn what a caller typed into options.

        Args:
            columns: As in ``enrich``.
            country: As in ``enrich``.
            fields: As in ``enrich``.
            prefix: As in ``enrich``.
            wanted: Attributes that a waterfall fills; it adds columns of its own.

        Raises:
            InvalidInput: An unknown role, country or field; the message says what there is.
        """
        if not isinstance(prefix, str):
            raise InvalidInput(f"prefix= is a string, not a {type(prefix).__name__}", reason="prefix")
        if not prefix.isprintable():
            raise InvalidInput("prefix= holds a character that cannot be printed", reason="prefix")
        return cls(
            columns=_columns(columns),
            country=_region(country),
            fields=_fields(fields, (*FIELDS, *waterfall_fields(wanted)) if (wanted := tuple(wanted)) else FIELDS),
            prefix=prefix,
            chosen=fields is not None,
        )

    @property
    def added_names(self) -> tuple[str, ...]:
        """Names of the added columns, prefix included."""
        return tuple(self.prefix + f.name for f in self.fields)

    @property
    def schema(self) -> pa.Schema:
        """Schema of the added columns."""
        kinds = [ARROW_TYPES[f.kind] for f in self.fields]
        return pa.schema(list(zip(self.added_names, kinds, strict=True)))

    def wants(self, group: str) -> bool:
        """Whether any column of this group is asked for."""
        return any(f.group == group for f in self.fields)


def _columns(columns: object) -> dict[Role, str | None]:
    if columns is None:
        return {}
    if not isinstance(columns, Mapping):
        raise InvalidInput('columns= is a dict of role to column name, such as {"email": "E-Mail"}', reason="columns")
    for role, column in columns.items():
        if column is not None and not isinstance(column, str):
            raise InvalidInput(
                f"columns: {role} takes a column's name, not a {type(column).__name__}", reason="columns"
            )
    return {role_of(role): column for role, column in columns.items()}


def _fields(names: object, there_are: tuple[Field, ...]) -> tuple[Field, ...]:
    if names is None:
        return there_are
    if not isinstance(names, Iterable):
        raise InvalidInput("fields= is a list of names of added columns, without prefix", reason="unknown_field")
    known = {f.name for f in there_are}
    wanted = {names} if isinstance(names, str) else set(map(str, names))
    for name in sorted(wanted - known):
        raise InvalidInput(_unknown(name, [f.name for f in there_are]), reason="unknown_field")
    if not wanted:
        raise InvalidInput("fields= is empty: leave it out to get every column", reason="unknown_field")
    return tuple(f for f in there_are if f.name in wanted)


def _region(country: object) -> str | None:
    if country is None:
        return None
    code = region_codes(pa.array([country], pa.string()))[0].as_py() if isinstance(country, str) else None
    if code is None:
        raise InvalidInput(
            "country= is no country: use an ISO 3166 code such as 'DE', or a name such as 'Germany'",
            reason="unknown_country",
        )
    return str(code)


def _unknown(name: object, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(str(name), known, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    return f"fields: {name!r} is no added column{hint}; there are {', '.join(known)}"
