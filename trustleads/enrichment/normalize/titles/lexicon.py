"""The languages' tables, compiled once: phrases found in a title, longest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from trustleads.enrichment.models import Department, Seniority
from trustleads.enrichment.normalize.titles.english import ENGLISH
from trustleads.enrichment.normalize.titles.french import FRENCH
from trustleads.enrichment.normalize.titles.german import GERMAN
from trustleads.enrichment.normalize.titles.italian import ITALIAN
from trustleads.enrichment.normalize.titles.spanish import SPANISH
from trustleads.enrichment.normalize.titles.vocabulary import Head, Language, Phrase, listed

LANGUAGES = (ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN)  # the first that lists a phrase owns it
_SHORT_STEM = 3  # letters; such a stem is the whole first part of a compound ("it-leiter"), not a piece of it

Value = TypeVar("Value")


class Noun(NamedTuple):
    """What a word says that somebody is."""

    level: Seniority
    head: Head
    helper: bool = False


class Match(NamedTuple, Generic[Value]):
    """A phrase found in a title: the words from ``start`` to before ``end``, and what they say."""

    start: int
    end: int
    phrase: Phrase
    value: Value


@dataclass(frozen=True, slots=True)
class Table(Generic[Value]):
    """Phrases and what they say."""

    entries: Mapping[Phrase, Value]
    longest: int

    @classmethod
    def of(cls, entries: Iterable[tuple[str, Value]]) -> Table[Value]:
        """Read the tables' lines; the first that lists a phrase wins."""
        known: dict[Phrase, Value] = {}
        for text, value in entries:
            for phrase in listed(text):
                known.setdefault(phrase, value)
        return cls(known, max(map(len, known)))

    def find(self, words: Phrase) -> list[Match[Value]]:
        """Find phrases from left to right, the longest at each place; none overlaps another."""
        found: list[Match[Value]] = []
        start = 0
        while start < len(words):
            match = self._at(words, start)
            if match:
                found.append(match)
            start = match.end if match else start + 1
        return found

    def _at(self, words: Phrase, start: int) -> Match[Value] | None:
        for end in range(min(start + self.longest, len(words)), start, -1):
            if words[start:end] in self.entries:
                return Match(start, end, words[start:end], self.entries[words[start:end]])
        return None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All languages together."""

    nouns: Table[Noun]
    adjectives: Table[Seniority]
    departments: Table[Department]
    weak: Table[Department]
    openers: frozenset[str]
    endings: Mapping[str, Noun]
    stems: Mapping[str, Department]

    def compound(self, word: str) -> tuple[Noun | None, Department | None]:
        """Read a word as a compound ("vertriebsleiterin"): what its end and its beginning say."""
        ending = max((e for e in self.endings if word.endswith(e) and word != e), key=len, default=None)
        if ending is None:
            return None, None
        first = word[: -len(ending)]
        stems = [s for s in self.stems if first == s or (len(s) > _SHORT_STEM and s in first)]
        stem = min(stems, key=lambda s: (first.find(s), -len(s)), default=None)
        return self.endings[ending], None if stem is None else self.stems[stem]


@cache
def lexicon() -> Lexicon:
    """Compile the tables."""
    return Lexicon(
        nouns=Table.of(entry for language in LANGUAGES for entry in _nouns(language)),
        adjectives=_table(lambda language: language.adjectives),
        departments=_table(lambda language: language.departments),
        weak=_table(lambda language: language.weak),
        openers=frozenset(word for language in LANGUAGES for phrase in listed(language.openers) for word in phrase),
        endings={
            phrase[0]: Noun(level, language.head)
            for language in LANGUAGES
            for level, text in language.endings.items()
            for phrase in listed(text)
        },
        stems={
            "".join(phrase): department
            for language in LANGUAGES
            for department, text in language.stems.items()
            for phrase in listed(text)
        },
    )


def _table(pick: Callable[[Language], Mapping[Value, str]]) -> Table[Value]:
    return Table.of((text, value) for language in LANGUAGES for value, text in pick(language).items())


def _nouns(language: Language) -> Iterable[tuple[str, Noun]]:
    yield language.helpers, Noun(Seniority.STAFF, language.head, helper=True)
    for level, text in language.nouns.items():
        yield text, Noun(level, language.head)
