"""Countries: any usual spelling to the ISO 3166-1 alpha-2 code (LEAD-3), for the region of national phone numbers.

Known are the two- and three-letter codes, the names in English, German, French, Spanish and Italian and in each
country's own languages, and what people write instead (UK, USA, Holland, BRD ...). The table beside this module is made
by ``scripts/make_countries.py`` from the territory names of the Unicode CLDR.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType

import pyarrow as pa

from trustleads.enrichment.normalize.arrays import per_distinct

_TABLE = "countries.tsv"
_LONGEST_KEPT = 80  # characters
_ARTICLES = frozenset(("the", "die", "der", "le", "la", "les", "el", "los", "las", "il", "gli"))
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "&": " and "}
)
_SILENT = re.compile("[.'\u2018\u2019`\u0300-\u036f]")  # dots, apostrophes and accents
_GAPS = re.compile(r"[\W_]+")


def region_codes(column: pa.StringArray) -> pa.StringArray:
    """Give the ISO 3166-1 alpha-2 code of each country, null for what is not known.

    ``XK`` (Kosovo), ``AC`` and ``TA`` are known too, as numbering plans use them. A name of two countries is unknown.
    ``NA`` is Namibia, ``n/a`` is nothing.

    Args:
        column: Plain strings (``arrays.plain_strings``).
    """
    (codes,) = per_distinct(column, lambda name: (_code(name),), [pa.string()])
    return codes


def folded(name: str) -> str:
    """Reduce a name to what its spellings have in common: lower-case words without accents, dots and apostrophes."""
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_UNDECOMPOSED))
    return _GAPS.sub(" ", _SILENT.sub("", letters)).strip()


def _code(name: str) -> str | None:
    return _kept(name) if len(name) <= _LONGEST_KEPT else _read(name)


@lru_cache(maxsize=1024)  # the same few in every batch; never a long text, which may be about somebody
def _kept(name: str) -> str | None:
    return _read(name)


def _read(name: str) -> str | None:
    """Look up the first spelling that is known."""
    known = _names()
    return next((known[spelling] for spelling in _spellings(name) if spelling in known), None)


def _spellings(name: str) -> Iterator[str]:
    """Give the name, the name before a bracket, "Korea, Republic of" turned round; each also without an article."""
    before, _, after = name.partition(",")
    for spelling in (name, name.partition("(")[0], f"{after} {before}"):
        words = folded(spelling)
        yield words
        article, _, rest = words.partition(" ")
        if article in _ARTICLES:
            yield rest


@cache
def _names() -> Mapping[str, str]:
    lines = resources.files(__package__).joinpath(_TABLE).read_text("ascii").splitlines()
    entries = (line.split("\t") for line in lines if not line.startswith("#"))
    return MappingProxyType({name: code for code, names in entries for name in names.split("|")})
