"""What a column's cells say about its role (LEAD-1).

Each cell is sorted into one of a few kinds by its shape, and the shares of the kinds decide. Names, job
titles and companies are told by words, and only where a good share of the column holds them: a wrong
guess about free text is worse than none, since the caller would not see it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import pyarrow as pa

from trustleads.enrichment.columns.headers import without_diacritics
from trustleads.enrichment.columns.words import (
    FLAGS,
    GIVEN_NAMES,
    HONORIFICS,
    LEGAL_FORMS,
    PLACEHOLDERS,
    TITLE_WORDS,
    US_AND_CANADA,
)
from trustleads.enrichment.models import Role
from trustleads.enrichment.normalize import arrays

_WINDOW = 4_000  # rows searched for filled cells
_ROWS = 1_000  # filled cells considered
_LOOKS = 125  # of which this many are looked at, evenly spread: enough to tell a share to within nine points
_LONGEST = 200  # characters of a cell that are looked at: what is longer is prose
_HALF = 0.5
_MANY = 0.7
_MOSTLY = 0.8  # share of cells of one kind that makes a column one of that kind
_NAME_WORDS = range(2, 6)
_CODE_LETTERS = 2
_PROBE = 4  # cells of which none names a country only where few of the column do
ENOUGH = 5  # cells below which no column is refused for what it holds


class Kind(StrEnum):
    """What one cell looks like."""

    EMAIL = "e-mail addresses"
    FLAG = "yes/no flags"
    DATE = "dates"
    URL = "web addresses"
    PROFILE = "links to social networks"
    PHONE = "phone numbers"  # by a plus sign, or by a leading zero or bracket and separators
    DIGITS = "bare digits"  # as many as a phone number has, but nothing else speaks for one
    NUMBER = "numbers"
    TEXT = "text"


_TLDS = (
    "com|net|org|info|biz|io|ai|app|dev|co|me|tv|eu|edu|gov|online|shop|cloud|tech|agency|group|digital|solutions|"
    "consulting|example|ac|ad|ae|ar|at|au|be|bg|bo|br|ca|ch|cl|cn|cr|cy|cz|de|dk|ec|ee|eg|es|fi|fr|gr|gt|hk|hr|hu|id|ie|"
    "il|in|is|it|jp|ke|kr|kz|li|lt|lu|lv|ma|mc|mt|mx|my|ng|nl|no|nz|pa|pe|ph|pk|pl|pt|py|qa|ro|rs|ru|sa|se|sg|si|sk|sm|"
    "sv|th|tn|tr|tw|ua|uk|us|uy|va|ve|vn|za"
)
_ADDRESS = re.compile(r"(?:mailto:)?[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_PROFILE = re.compile(r"(?i:(?:https?://)?(?:[\w-]+\.)?(?:linkedin|xing|facebook|instagram|twitter|x)\.com/.*)")
_SITE = re.compile(rf"(?i:(?:https?://|www\.)\S+\.\S+|(?:[\w-]+\.)+(?:{_TLDS})(?:[/?:]\S*)?)")
_SHAPES = {
    "DATE": r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d))(?:[T ].*)?",
    "DECIMAL": r"[-+]?\d+[.,]\d+",
    "ZIP": r"\d{5}-\d{4}",
    "MONEY": r"[$€£]\s?[\d.,']+|[-+]?[\d.,']+\s?(?:[$€£%]|EUR|USD|GBP|CHF)",
    "PLUS": r"(?=(?:\D*\d){7,15}\D*$)\+ ?[1-9(][\d ()./-]*",
    "ZERO": r"(?=(?:\D*\d){7,15}\D*$)(?:0\d*|\()[ ()./-]*\d*[ ()./-][\d ()./-]*",
    "AMERICAN": r"(?:1[-. ])?\(?\d{3}\)?[-. ]+\d{3}[-.]\d{4}",
    "NUMBER": r"[-+]?[\d.,' ]+",
}
_FIGURES = re.compile("|".join(f"(?P<{name}>{shape})" for name, shape in _SHAPES.items()))
_FIGURE_KINDS = {"DATE": Kind.DATE, "PLUS": Kind.PHONE, "ZERO": Kind.PHONE, "AMERICAN": Kind.PHONE}
_PHONE_DIGITS = range(7, 16)
_FIGURE_STARTS = frozenset("0123456789+-($€£")
_TEXT_WORD = re.compile(r"[^\W\d_]+")


def kind_of(cell: str) -> Kind:
    """Sort one trimmed, non-empty cell."""
    if "@" in cell:
        return Kind.EMAIL if _ADDRESS.fullmatch(cell) else Kind.TEXT
    if cell.casefold() in FLAGS:
        return Kind.FLAG
    if cell.isdecimal():
        return Kind.DIGITS if _PHONE_DIGITS.start <= len(cell) < _PHONE_DIGITS.stop else Kind.NUMBER
    if cell[0] in _FIGURE_STARTS and (figure := _FIGURES.fullmatch(cell)):
        return _FIGURE_KINDS.get(figure.lastgroup or "", Kind.NUMBER)
    if "." in cell:
        return Kind.PROFILE if _PROFILE.fullmatch(cell) else Kind.URL if _SITE.fullmatch(cell) else Kind.TEXT
    return Kind.TEXT


def looks_like_data(name: str) -> bool:
    """Whether a column name looks like a cell: the file may have no header, and its first row passes for one."""
    text = name.strip()
    return bool(text) and kind_of(text) in (Kind.EMAIL, Kind.PHONE, Kind.DIGITS, Kind.DATE)


@dataclass(frozen=True)
class Cells:
    """A sample of one column.

    Attributes:
        texts: Trimmed cells, evenly spread over the first thousand filled ones; no blanks or placeholders.
        filled: Share of the rows that hold something.
    """

    texts: tuple[str, ...]
    filled: float

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> Cells:
        """Look at a column of any type; one that does not turn into text counts as empty."""
        window = column.slice(0, _WINDOW)
        present = _texts(window).drop_null()
        raw = [cell[:_LONGEST].replace("\n", " ").strip() for cell in _some(present) if cell is not None]
        texts = tuple(cell for cell in raw if cell and cell.casefold() not in PLACEHOLDERS)
        return cls(texts, len(texts) / len(raw) * len(present) / len(window) if raw else 0.0)

    @cached_property
    def kinds(self) -> Mapping[Kind, float]:
        """Share of each kind."""
        counts = Counter(map(kind_of, self.texts))
        return {kind: counts[kind] / len(self.texts) for kind in counts}

    @cached_property
    def _folded(self) -> str:
        """All cells folded, one a line, without full stops: "S.p.A." is one word."""
        return without_diacritics("\n".join(self.texts)).replace(".", "").casefold()

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(_TEXT_WORD.findall(self._folded))

    @cached_property
    def _words(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(_TEXT_WORD.findall(line)) for line in self._folded.split("\n"))

    def share(self, *kinds: Kind) -> float:
        """Share of the cells that are of one of these kinds."""
        return sum(self.kinds.get(kind, 0.0) for kind in kinds)

    @property
    def is_text(self) -> bool:
        """Whether nearly all of the column is text."""
        return self.share(Kind.TEXT) >= _MOSTLY

    def share_of_words(self, listed: frozenset[str], test: Callable[[tuple[str, ...]], bool]) -> float:
        """Share of the cells whose words pass a test that only cells with a listed word can pass.

        0 unless nearly all the column is text.
        """
        if not self.is_text or listed.isdisjoint(self._vocabulary):
            return 0.0  # most columns end here, so that words are rarely looked at cell by cell
        return sum(map(test, self._words)) / len(self._words)

    def share_of_lengths(self, lengths: Container[int]) -> float:
        """Share of the cells with one of these numbers of words."""
        return sum(len(words) in lengths for words in self._words) / len(self._words)


def _texts(column: pa.ChunkedArray) -> pa.StringArray:
    """Bring a column into text; all null if its type does not turn into text (a list, bytes that are not UTF-8)."""
    try:
        return arrays.plain_strings(column)
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return pa.nulls(len(column), pa.string())


def _some(column: pa.StringArray) -> list[str | None]:
    """Cells spread evenly over the first rows: the same rows of any column as long."""
    rows = column.slice(0, _ROWS)
    cells: list[str | None] = rows[:: max(1, len(rows) // _LOOKS)].to_pylist()
    return cells


def _phones(cells: Cells) -> float:
    """Bare digits count only beside numbers that are clearly phones: alone they may be ids or anything."""
    clear = cells.share(Kind.PHONE)
    return clear + cells.share(Kind.DIGITS) if clear >= _HALF else 0.0


def _given_names(cells: Cells) -> float:
    """Mostly single words, the first word a common given name."""
    share = cells.share_of_words(GIVEN_NAMES, lambda words: bool(words) and words[0] in GIVEN_NAMES)
    return share if share and cells.share_of_lengths((1,)) >= _MANY else 0.0


def _full_names(cells: Cells) -> float:
    """Mostly several words, one of them a common given name; not where companies are about, named after people."""
    share = cells.share_of_words(GIVEN_NAMES, lambda words: not GIVEN_NAMES.isdisjoint(words))
    several = share > 0 and cells.share_of_lengths(_NAME_WORDS) >= _MANY
    return share if several and _companies(cells) < SURE[Role.COMPANY] / 2 else 0.0


def _titles(cells: Cells) -> float:
    return cells.share_of_words(TITLE_WORDS, lambda words: not TITLE_WORDS.isdisjoint(words))


def _companies(cells: Cells) -> float:
    """Cells of several words, one of the last two a legal form."""
    return cells.share_of_words(LEGAL_FORMS, lambda words: len(words) > 1 and not LEGAL_FORMS.isdisjoint(words[-2:]))


def _countries(cells: Cells) -> float:
    """Names and codes of countries; codes in lower case may be languages, and some are also states of the US."""
    probe = cells.texts[:_PROBE]
    if not cells.is_text or not _known_countries(probe):
        return 0.0
    plausible = [cell for cell in _known_countries(cells.texts) if len(cell) > _CODE_LETTERS or cell.isupper()]
    only_countries = set(plausible) - US_AND_CANADA
    return len(plausible) / len(cells.texts) if len(only_countries) >= _HALF * len(set(plausible)) else 0.0


def _known_countries(texts: Sequence[str]) -> list[str]:
    """The texts that name a country."""
    from trustleads.enrichment.normalize.country import region_codes  # noqa: PLC0415 - its tables are rarely needed

    distinct = sorted(set(texts))
    codes = region_codes(pa.array(distinct, pa.string())).to_pylist()
    known = {text for text, code in zip(distinct, codes, strict=True) if code}
    return [text for text in texts if text in known]


_FITS: Mapping[Role, Callable[[Cells], float]] = {
    Role.EMAIL: lambda cells: cells.share(Kind.EMAIL),
    Role.PHONE: _phones,
    Role.DOMAIN: lambda cells: cells.share(Kind.URL),
    Role.COUNTRY: _countries,
    Role.FULL_NAME: _full_names,
    Role.FIRST_NAME: _given_names,
    Role.JOB_TITLE: _titles,
    Role.COMPANY: _companies,
}

SURE: Mapping[Role, float] = {
    Role.EMAIL: 0.8,
    Role.PHONE: 0.8,
    Role.DOMAIN: 0.9,
    Role.COUNTRY: 0.9,
    Role.FULL_NAME: 0.25,
    Role.FIRST_NAME: 0.3,
    Role.JOB_TITLE: 0.5,
    Role.COMPANY: 0.25,
}
"""Share of the cells that must fit before they alone decide. A last name is never told by its cells alone."""

SURE_IN_ADDRESSES = 0.5

_ALIKE: Mapping[Role, Callable[[Cells], float]] = {
    Role.EMAIL: _FITS[Role.EMAIL],
    Role.PHONE: lambda cells: sum(sum(map(str.isdigit, cell)) >= ENOUGH for cell in cells.texts) / len(cells.texts),
    Role.DOMAIN: _FITS[Role.DOMAIN],
    Role.COUNTRY: lambda cells: len(_known_countries(cells.texts)) / len(cells.texts),
}

_OTHERS = {Kind.EMAIL, Kind.FLAG, Kind.DATE, Kind.URL, Kind.PROFILE, Kind.PHONE, Kind.DIGITS, Kind.NUMBER}
_EXCLUDED: Mapping[Role, frozenset[Kind]] = {
    Role.EMAIL: frozenset(_OTHERS - {Kind.EMAIL}),
    Role.PHONE: frozenset({Kind.EMAIL, Kind.FLAG, Kind.DATE, Kind.URL, Kind.PROFILE}),
    Role.DOMAIN: frozenset(_OTHERS - {Kind.URL}),
    Role.COMPANY: frozenset(_OTHERS - {Kind.URL}),  # some companies are called after their website
}


def fit(role: Role, cells: Cells) -> float:
    """Share of the cells that look like the role; 0 for one that cells cannot tell."""
    test = _FITS.get(role)
    return test(cells) if test else 0.0


def likeness(role: Role, cells: Cells) -> float:
    """Share of the cells that could be of the role: lenient, for a header that names it; 1 for free text."""
    test = _ALIKE.get(role)
    return test(cells) if test and cells.texts else 1.0


def share_in_addresses(column: pa.ChunkedArray, emails: pa.ChunkedArray, first_names: pa.ChunkedArray) -> float:
    """Share of the rows whose cell stands in the local part of the address and is not the first name again."""
    found = rows = 0
    for cell, email, first in zip(*(_some(_texts(some)) for some in (column, emails, first_names)), strict=True):
        words = _name_words(cell)
        if words and email:
            rows += 1
            local = email.partition("@")[0].casefold()
            found += words.isdisjoint(_name_words(first)) and all(len(word) > 1 and word in local for word in words)
    return found / rows if rows >= ENOUGH else 0.0


def _name_words(cell: str | None) -> set[str]:
    return set(_TEXT_WORD.findall(without_diacritics(cell or "").casefold()))


def clash(role: Role, cells: Cells) -> str:
    """What the cells hold instead of the role, in words; empty if nothing speaks against it.

    Garbage is no contradiction: a column called "Email" full of "asdf" is an e-mail column whose values
    are invalid, but one full of "yes" and "no" is something else.
    """
    if len(cells.texts) < ENOUGH:
        return ""
    for kind in _EXCLUDED.get(role, frozenset(_OTHERS)):
        if cells.share(kind) >= _MOSTLY:
            return kind.value
    if role is Role.JOB_TITLE and cells.share_of_words(HONORIFICS, HONORIFICS.issuperset) >= _HALF:
        return "forms of address"
    return ""
