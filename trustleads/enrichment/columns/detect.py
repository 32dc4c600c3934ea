"""Which column of a table means what (LEAD-1).

Headers decide where they speak; the cells of a sample confirm them, settle the ambiguous ones, and are
searched for the roles that no header names. Every choice, its runners-up and the reasons are reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.columns import content
from trustleads.enrichment.columns.content import SURE, Cells
from trustleads.enrichment.columns.headers import header_weights, refuses_content, split_header
from trustleads.enrichment.columns.overrides import read_overrides
from trustleads.enrichment.columns.report import ColumnMatch, ColumnReport, Source
from trustleads.enrichment.columns.vocabulary import AMBIGUOUS
from trustleads.enrichment.models import Role

LEAST = 0.4  # confidence below which a column is reported but not chosen
_EMPTY = 0.5  # factor on a column with no value in the sample
_CLASH = 0.1  # factor on a column that holds something else
_DOUBT = 0.7  # factor on a column few of whose cells look like its header
_FEW = 0.2  # share of cells that is few
_FILLED = 0.2  # how much of the confidence depends on how full the column is
_TOLD_BY_CELLS = SURE.keys() - {Role.FULL_NAME}  # that one comes last: only if there are no first and last names
_BARE_NAMES = frozenset({"name", "nom", "nombre", "nome"})


@dataclass(frozen=True, slots=True)
class _Candidate:
    role: Role
    index: int
    source: Source
    confidence: float
    note: str = ""
    refused: bool = False


class _Columns:
    """The columns of one table: names, words of the headers, and cells (if any) read when they are first needed."""

    def __init__(self, names: Sequence[str], sample: pa.Table | None) -> None:
        if sample is not None and sample.num_columns != len(names):
            raise InvalidInput(f"the sample has {sample.num_columns} columns, the header {len(names)}")
        self.names = tuple(names)
        self.arrays: list[pa.ChunkedArray] = sample.columns if sample is not None and sample.num_rows else []
        self.words = tuple(map(split_header, self.names))
        self._cells: dict[int, Cells] = {}

    @cached_property
    def doubled(self) -> frozenset[str]:
        return frozenset(name for name in self.names if self.names.count(name) > 1)

    def cells(self, index: int) -> Cells:
        if index not in self._cells:
            self._cells[index] = Cells.of(self.arrays[index])
        return self._cells[index]


def detect_columns(
    names: Sequence[str], sample: pa.Table | None = None, *, overrides: Mapping[str, str | None] | None = None
) -> ColumnReport:
    """Find the role of each column from its header and, where headers do not tell, from its cells.

    Args:
        names: Column names in order.
        sample: The first rows of the same columns; of each column the first thousand filled cells count.
            Without it only headers decide.
        overrides: What the caller knows better: role (a ``Role`` or its name) to column name, or to None
            to leave the role without a column. Overridden columns get no other role by themselves.

    Returns:
        The report; its ``roles`` say which column to use for what. The same input gives the same report.

    Raises:
        InvalidInput: ``overrides`` names an unknown role or column, or the sample is of other columns.
    """
    columns = _Columns(names, sample)
    given = read_overrides(columns.names, overrides or {})
    fixed = {role: columns.names.index(name) for role, name in given.items() if name is not None}
    chosen, seen = dict(fixed), [_Candidate(role, index, "override", 1.0) for role, index in fixed.items()]
    _settle(_by_header(columns, given), chosen, seen)
    if columns.arrays:
        _settle(_by_content(columns, given, chosen, _TOLD_BY_CELLS), chosen, seen)
        _settle(_by_address(columns, given, chosen), chosen, seen)
        _settle(_by_content(columns, given, chosen, {Role.FULL_NAME}), chosen, seen)
    return ColumnReport(tuple(_matches(columns.names, chosen, seen)), columns.names)


def _settle(candidates: Iterable[_Candidate], chosen: dict[Role, int], seen: list[_Candidate]) -> None:
    """Give each role its best column, the surest pairs first; a column gets one role."""
    order = {role: i for i, role in enumerate(Role)}
    for candidate in sorted(candidates, key=lambda c: (-c.confidence, order[c.role], c.index)):
        seen.append(candidate)
        free = candidate.role not in chosen and candidate.index not in chosen.values()
        if free and candidate.confidence >= LEAST and not candidate.refused:
            chosen[candidate.role] = candidate.index


def _by_header(columns: _Columns, given: Mapping[Role, str | None]) -> Iterator[_Candidate]:
    """Every column whose header names a role that the caller left open."""
    weights = {i: header_weights(words) for i, words in enumerate(columns.words)}
    _settle_bare_names(columns, weights, {role for role, name in given.items() if name is not None})
    for index, by_role in weights.items():
        for role, weight in by_role.items():
            if role not in given:
                yield _weighed(columns, role, index, weight)


def _settle_bare_names(columns: _Columns, weights: dict[int, dict[Role, float]], named: set[Role]) -> None:
    """Read "Name", "Nom", "Nombre" and "Nome" by their neighbours.

    Beside a first name it is the last name (French and German exports), beside a last name the first
    (Spanish and Italian ones); alone it is a full name, or where no header names one perhaps a company.
    """
    sure = {role for by_role in weights.values() for role, weight in by_role.items() if weight >= AMBIGUOUS}
    named = named | sure
    for index, by_role in weights.items():
        if len(columns.words[index]) == 1 and columns.words[index][0] in _BARE_NAMES:
            if Role.FIRST_NAME in named and Role.LAST_NAME not in named:
                by_role.clear()
                by_role[Role.LAST_NAME] = 0.9
            elif Role.LAST_NAME in named and Role.FIRST_NAME not in named:
                by_role.clear()
                by_role[Role.FIRST_NAME] = 0.9
            elif named.isdisjoint((Role.FIRST_NAME, Role.COMPANY)):
                by_role[Role.COMPANY] = 0.3


def _weighed(columns: _Columns, role: Role, index: int, weight: float) -> _Candidate:
    """Put what the cells say on the weight of the header."""
    if columns.names[index] in columns.doubled:
        return _Candidate(role, index, "header", weight * _CLASH, "there more than once: cannot be addressed", True)
    if not columns.arrays:
        return _Candidate(role, index, "header", weight, "ambiguous header, no sample" if weight < AMBIGUOUS else "")
    cells = columns.cells(index)
    if not cells.texts:
        return _Candidate(role, index, "header", weight * _EMPTY, "no value in the sample")
    if other := content.clash(role, cells):
        return _Candidate(role, index, "header", weight * _CLASH, f"holds {other}", True)
    confidence, note = _agreed(role, weight * (1 - _FILLED + _FILLED * cells.filled), weight < AMBIGUOUS, cells)
    return _Candidate(role, index, "header", confidence, note)


def _agreed(role: Role, confidence: float, ambiguous: bool, cells: Cells) -> tuple[float, str]:
    """Lift an ambiguous header that its cells confirm; lower any that few of them bear out."""
    if ambiguous and (share := content.fit(role, cells)) >= SURE[role]:
        return max(confidence, _confidence(role, share)), "ambiguous header, the cells confirm it"
    if content.likeness(role, cells) < _FEW:
        return confidence * _DOUBT, "few cells look like it"
    return confidence, "ambiguous header" if ambiguous else ""


def _by_content(
    columns: _Columns, given: Mapping[Role, str | None], chosen: Mapping[Role, int], roles: AbstractSet[Role]
) -> Iterator[_Candidate]:
    """Every unused column whose cells are surely of one of these roles, where it has no column yet."""
    wanted = [role for role in Role if role in roles - given.keys() - chosen.keys() and not _named(role, chosen)]
    for index in _silent(columns, chosen):
        for role in wanted:
            share = content.fit(role, columns.cells(index))
            if share >= SURE[role] and len(columns.cells(index).texts) >= content.ENOUGH:
                note = "the header looks like data" if content.looks_like_data(columns.names[index]) else ""
                yield _Candidate(role, index, "content", _confidence(role, share), note)


def _named(role: Role, chosen: Mapping[Role, int]) -> bool:
    """Whether the role is a name that the chosen columns already give."""
    if role is Role.FULL_NAME:
        return Role.FIRST_NAME in chosen and Role.LAST_NAME in chosen
    return role is Role.FIRST_NAME and Role.FULL_NAME in chosen


def _confidence(role: Role, share: float) -> float:
    """0.6 where the share of fitting cells is just enough, 0.9 where all of them fit."""
    return 0.6 + 0.3 * (share - SURE[role]) / (1 - SURE[role])


def _silent(columns: _Columns, chosen: Mapping[Role, int]) -> Iterator[int]:
    """Columns without a role whose header does not say that they are something else."""
    used = set(chosen.values())
    for index, name in enumerate(columns.names):
        if index not in used and name not in columns.doubled and not refuses_content(columns.words[index]):
            yield index


def _by_address(
    columns: _Columns, given: Mapping[Role, str | None], chosen: Mapping[Role, int]
) -> Iterator[_Candidate]:
    """Last names, where first name and e-mail are known: the words that come back in the addresses."""
    known = Role.EMAIL in chosen and Role.FIRST_NAME in chosen
    if Role.LAST_NAME in given or Role.LAST_NAME in chosen or not known:
        return
    emails, first_names = columns.arrays[chosen[Role.EMAIL]], columns.arrays[chosen[Role.FIRST_NAME]]
    for index in _silent(columns, chosen):
        if not columns.cells(index).is_text:
            continue
        share = content.share_in_addresses(columns.arrays[index], emails, first_names)
        if share >= content.SURE_IN_ADDRESSES:
            yield _Candidate(Role.LAST_NAME, index, "content", 0.6 + 0.3 * share, "comes back in the e-mail addresses")


def _matches(names: Sequence[str], chosen: Mapping[Role, int], seen: Iterable[_Candidate]) -> Iterator[ColumnMatch]:
    """Report by role, the chosen column first, then the runners-up from the best down."""
    order = {role: i for i, role in enumerate(Role)}
    found = [(candidate, chosen.get(candidate.role) == candidate.index) for candidate in seen]
    for candidate, is_chosen in sorted(found, key=lambda f: (order[f[0].role], not f[1], -f[0].confidence, f[0].index)):
        note = candidate.note if is_chosen else candidate.note or _why_not(candidate, names, chosen)
        yield ColumnMatch(
            candidate.role, names[candidate.index], candidate.source, round(candidate.confidence, 3), is_chosen, note
        )


def _why_not(candidate: _Candidate, names: Sequence[str], chosen: Mapping[Role, int]) -> str:
    role = next((role for role, index in chosen.items() if index == candidate.index), None)
    if role is not None:
        return f"used for {role}"
    if candidate.role in chosen:
        return f"second choice after {names[chosen[candidate.role]]}"
    return "not sure enough"
