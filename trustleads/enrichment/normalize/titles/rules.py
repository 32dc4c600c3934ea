"""From a title to seniority and department.

A title is cut into *parts* (at "/", ",", "and" ...), a part at *openers* ("of", "to", "der", "de") into stretches.
What stands before the first opener tells the level; all of it may tell the department, but for what follows "to".

Level, in this order:

1. in each part one noun counts: in English the last ("sales director *assistant*"), else the first ("*responsable*
   ventes"); "partner" and "owner" only at the end ("partner manager" is none); "chief ... officer" is one noun;
2. an owner's word beside a high level wins ("founder CEO"); an intern is one beside any noun that names no level;
3. adjectives raise ("senior", "chief") or lower ("junior") a noun that names no high level;
4. when the first part's noun is a helper ("executive assistant"), the other parts do not count;
5. the highest part counts, but an intern or an apprentice is one whatever the other parts say.

Department: the first part that has a word of ``departments`` (its first stretch that has one; in English the
last word there, else the first); without any, the same over ``weak``; without any, MANAGEMENT for owners and
C-levels, else OTHER.
"""

from __future__ import annotations

from typing import NamedTuple

from trustleads.enrichment.models import Department, Seniority
from trustleads.enrichment.normalize.titles.lexicon import Match, Noun
from trustleads.enrichment.normalize.titles.parts import Part, parts_of
from trustleads.enrichment.normalize.titles.vocabulary import Head

_RANK = {level: rank for rank, level in enumerate(Seniority)}
_HIGH = _RANK[Seniority.DIRECTOR]
_TOP = (Seniority.OWNER, Seniority.C_LEVEL)


class _Reading(NamedTuple):
    """What a part says: the noun that counts, and the level (None where the part names none)."""

    noun: Match[Noun] | None
    level: Seniority | None


def classify(title: str) -> tuple[Seniority, Department]:
    """Tell seniority and department of a title in any of the languages.

    >>> classify("Assistant to the CEO")
    (<Seniority.STAFF: 'staff'>, <Department.ADMINISTRATION: 'administration'>)
    >>> classify("Leiterin Einkauf")
    (<Seniority.HEAD: 'head'>, <Department.PURCHASING: 'purchasing'>)
    """
    parts = parts_of(title)
    readings = [_read(part) for part in parts]
    level = _level(readings)
    heads = [reading.noun.value.head if reading.noun else Head.LAST for reading in readings]
    weak = [_weak(part, reading.noun) for part, reading in zip(parts, readings, strict=True)]
    strong = [part.departments for part in parts]
    return level, _first_department(strong, heads) or _first_department(weak, heads) or _default(level)


def _weak(part: Part, counting: Match[Noun] | None) -> list[list[Match[Department]]]:
    """Leave out pieces of an owner's or a C-level's title ("administrador único"), and nouns that do not count."""
    hiding = [noun for noun in part.nouns if noun is not counting or noun.value.level in _TOP]
    return [[word for word in stretch if not any(_hides(noun, word) for noun in hiding)] for stretch in part.weak]


def _hides(noun: Match[Noun], word: Match[Department]) -> bool:
    return noun.start <= word.start and word.end <= noun.end


def _default(level: Seniority) -> Department:
    return Department.MANAGEMENT if level in _TOP else Department.OTHER


def _first_department(parts: list[list[list[Match[Department]]]], heads: list[Head]) -> Department | None:
    for part, head in zip(parts, heads, strict=True):
        for stretch in filter(None, part):
            return stretch[-1 if head is Head.LAST else 0].value
    return None


def _level(readings: list[_Reading]) -> Seniority:
    levels = [reading.level for reading in readings if reading.level]
    if Seniority.INTERN in levels:
        return Seniority.INTERN
    if readings and readings[0].noun and readings[0].noun.value.helper:
        levels = levels[:1]
    return min(levels, key=_RANK.__getitem__, default=Seniority.STAFF)


def _read(part: Part) -> _Reading:
    noun = _counting(part.nouns)
    level = noun.value.level if noun else None
    levels = {other.value.level for other in part.nouns}
    if level and Seniority.OWNER in levels and _RANK[level] <= _HIGH:
        level = Seniority.OWNER
    if level is Seniority.STAFF and Seniority.INTERN in levels:
        level = Seniority.INTERN
    return _Reading(noun, _adjusted(level, [match.value for match in part.adjectives]))


def _counting(nouns: list[Match[Noun]]) -> Match[Noun] | None:
    """Choose the noun that counts: the last of an English row of nouns, else the first."""
    chosen = nouns[0] if nouns else None
    for noun in nouns[1:]:
        if chosen and noun.value.head is Head.LAST and (chosen.value.head is Head.LAST or _is_plain(chosen.value)):
            chosen = noun
    return chosen


def _is_plain(noun: Noun) -> bool:
    return noun.level is Seniority.STAFF and not noun.helper  # "commercial", a salesperson in French, before "manager"


def _adjusted(level: Seniority | None, adjectives: list[Seniority]) -> Seniority | None:
    if Seniority.JUNIOR in adjectives and level in (None, Seniority.STAFF, Seniority.MANAGER):
        return Seniority.JUNIOR
    if adjectives and level in (None, Seniority.STAFF):
        return min(adjectives, key=_RANK.__getitem__)
    return level
