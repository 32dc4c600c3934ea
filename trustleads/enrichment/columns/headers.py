"""What a column's header says about its role (LEAD-1)."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

from trustleads.enrichment.columns.vocabulary import FRONT, REFUSED, VOCABULARY, Vocabulary, Weights
from trustleads.enrichment.models import Role

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_CUSTOM_FIELD = re.compile(r"__[cr]$")  # how Salesforce marks a customer's own fields
_LONGEST_PHRASE = 5
_SHORTEST_PART = 3  # of a compound: shorter ones fit into anything
_LONGEST_HEADER = 100  # characters; what is longer is prose, or a row of data


def split_header(name: str) -> tuple[str, ...]:
    """Split a header into folded words.

    "Contact: FirstName", "contact_first_name" and "Contact - First Name 1" all give
    ``("contact", "first", "name")``; "E-Mail 2" gives ``("email", "secondary")``. A header of more than
    100 characters gives nothing.
    """
    if len(name) > _LONGEST_HEADER:
        return ()
    spaced = _HUMP.sub(" ", _CUSTOM_FIELD.sub("", without_diacritics(name.strip())))
    return tuple(_joined(_WORD.findall(spaced.casefold())))


def without_diacritics(text: str) -> str:
    """Drop accents and the like; "ß" and other letters that do not come apart stay."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _joined(words: list[str]) -> Iterator[str]:
    """Join the halves of "e-mail", drop the number of a first one, and call every later one the second."""
    after_e = False
    for word in words:
        if after_e:
            yield from ("email",) if word in ("mail", "mails") else ("e", word)
        elif word.isdecimal():
            yield from () if int(word) == 1 else ("secondary",) if int(word) < 10 else (word,)  # noqa: PLR2004 - one digit
        elif word != "e":
            yield word
        after_e = word == "e" and not after_e
    if after_e:
        yield "e"


def header_weights(words: tuple[str, ...]) -> dict[Role, float]:
    """Say which roles a header names.

    Args:
        words: The header as ``split_header`` gives it.

    Returns:
        For each role that the header can mean, how sure it makes us (0 to 1; see ``vocabulary``).
    """
    weights = {role: _weight(words, vocabulary, _known_words(role)) for role, vocabulary in VOCABULARY.items()}
    return {role: weight for role, weight in weights.items() if weight > 0}


def refuses_content(words: tuple[str, ...]) -> bool:
    """Whether the header says that the column is something else, whatever its cells look like."""
    return not REFUSED.isdisjoint(words)


@functools.cache
def _known_words(role: Role) -> frozenset[str]:
    return VOCABULARY[role].words()


def _weight(words: tuple[str, ...], vocabulary: Vocabulary, known: frozenset[str]) -> float:
    """Weight of the best reading in which every word is understood, else 0."""
    whole = vocabulary.alone.get(" ".join(words), 0.0)
    parts: tuple[str, ...] = ()
    for word in words:
        found = (word,) if word in known else _parts(word, known)
        if not found:
            return whole
        parts += found
    return max((_around(parts, start, end, vocabulary) for start, end in _spans(len(parts))), default=0.0) or whole


def _parts(word: str, known: frozenset[str]) -> tuple[str, ...]:
    """Take a compound ("telefonnummer", "companyname") apart into known words; nothing if that fails."""
    for end in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
        if word[:end] in known:
            rest = (word[end:],) if word[end:] in known else _parts(word[end:], known)
            if rest:
                return word[:end], *rest
    return ()


def _spans(count: int) -> Iterator[tuple[int, int]]:
    for start in range(count):
        for end in range(start + 1, min(count, start + _LONGEST_PHRASE) + 1):
            yield start, end


def _around(parts: tuple[str, ...], start: int, end: int, vocabulary: Vocabulary) -> float:
    """Weight of the phrase from ``start`` to ``end``, times what stands around it; 0 if either is foreign."""
    weight = vocabulary.cores.get(" ".join(parts[start:end]), 0.0)
    if weight:
        for word in parts[:start]:
            weight *= vocabulary.beside.get(word, 1.0 if word in FRONT else 0.0)
        weight *= _product(parts[end:], vocabulary.beside)
    return min(weight, 1.0)


def _product(words: tuple[str, ...], weights: Weights) -> float:
    result = 1.0
    for word in words:
        result *= weights.get(word, 0.0)
    return result
