"""A title cut into parts, and a part into stretches: where which words of the tables stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from trustleads.enrichment.models import Department, Seniority
from trustleads.enrichment.normalize.titles.lexicon import Lexicon, Match, Noun, Value, lexicon
from trustleads.enrichment.normalize.titles.vocabulary import Head, Phrase, words_of

_DIVIDERS = frozenset({"|", "&", "+", "and", "und", "sowie", "et", "y", "e", "ed", "plus"})
_ADDRESSEE = "to"  # "assistant to the head of sales": who is meant, not what is done
_TAILS = frozenset({("owner",), ("partner",)})  # nouns at the end of the first stretch only
_ALONE = frozenset({("ad",), ("md",)})  # nouns only when nothing stands beside them


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a title.

    Attributes:
        nouns: Nouns of the first stretch, the one that tells the level.
        adjectives: Adjectives of the first stretch.
        departments: Departments of each stretch.
        weak: The same for the words that count only where no other does.
    """

    nouns: list[Match[Noun]]
    adjectives: list[Match[Seniority]]
    departments: list[list[Match[Department]]]
    weak: list[list[Match[Department]]]


@dataclass(frozen=True, slots=True)
class _Found:
    """All phrases of a title."""

    words: Phrase
    nouns: list[Match[Noun]]
    adjectives: list[Match[Seniority]]
    departments: list[Match[Department]]
    weak: list[Match[Department]]

    def covered(self) -> set[int]:
        """Give the places of words inside a phrase: no divider or opener among them divides or opens."""
        return _places(self.nouns) | _places(self.departments) | _places(self.weak)


def parts_of(title: str) -> list[Part]:
    """Cut up a title."""
    known = lexicon()
    found = _find(words_of(title), known)
    covered = found.covered()
    dividers = [i for i, word in enumerate(found.words) if word in _DIVIDERS and i not in covered]
    edges = pairwise([-1, *dividers, len(found.words)])
    return [
        _part(found, _stretches(found, known.openers, (start + 1, end), covered))
        for start, end in edges
        if end > start + 1
    ]


def _find(words: Phrase, known: Lexicon) -> _Found:
    nouns, departments = known.nouns.find(words), known.departments.find(words)
    is_noun, has_department = _places(nouns), _places(departments)
    for i, word in enumerate(words):
        noun, department = known.compound(word)
        if noun and i not in is_noun:
            nouns.append(Match(i, i + 1, (word,), noun))
        if department and i not in has_department:
            departments.append(Match(i, i + 1, (word,), department))
    nouns.sort(key=_start)
    departments.sort(key=_start)
    taken = _places(nouns) | _places(departments)
    adjectives = [match for match in known.adjectives.find(words) if match.start not in taken]
    return _Found(words, nouns, adjectives, departments, known.weak.find(words))


def _places(matches: Sequence[Match[Value]]) -> set[int]:
    return {i for match in matches for i in range(match.start, match.end)}


def _start(match: Match[Value]) -> int:
    return match.start


def _stretches(found: _Found, openers: frozenset[str], edge: tuple[int, int], covered: set[int]) -> list[range]:
    """Cut a part at its openers; a noun may bring its own ("head of")."""
    start, end = edge
    own = {match.end - 1 for match in found.nouns if match.phrase[-1] in openers}
    cuts = [i for i in range(start + 1, end) if found.words[i] in openers and (i in own or i not in covered)]
    stop = next((i for i in cuts if found.words[i] == _ADDRESSEE), end)
    edges = [start - 1, *(i for i in cuts if i < stop), stop]
    return [range(before + 1, after) for before, after in pairwise(edges)]


def _part(found: _Found, stretches: list[range]) -> Part:
    first = stretches[0]
    return Part(
        nouns=_nouns([match for match in found.nouns if match.start in first], found.words, first),
        adjectives=[match for match in found.adjectives if match.start in first],
        departments=[[m for m in found.departments if m.start in stretch] for stretch in stretches],
        weak=[[m for m in found.weak if m.start in stretch] for stretch in stretches],
    )


def _nouns(matches: list[Match[Noun]], words: Phrase, stretch: range) -> list[Match[Noun]]:
    """Leave out what is no noun where it stands, and read "chief ... officer" as one."""
    kept = [
        match
        for match in matches
        if not (match.phrase in _TAILS and match.end != stretch.stop)
        and not (match.phrase in _ALONE and len(stretch) > 1)
    ]
    officer = next((match for match in kept if match.phrase == ("officer",)), None)
    if officer and "chief" in words[stretch.start : officer.start]:
        kept[kept.index(officer)] = officer._replace(value=Noun(Seniority.C_LEVEL, Head.LAST))
    return kept
