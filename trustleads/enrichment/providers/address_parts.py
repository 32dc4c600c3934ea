"""How a person's name becomes the local part of a company's e-mail address: spellings of the name, and patterns.

A *spelling* is one way to write a name in the letters a to z; most names have one. A *pattern* says which of its
pieces stand in the address: ``"first.last"``, ``"flast"`` ... (``f`` and ``l`` are the initials).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from trustleads.enrichment.normalize.names.words import JOINERS

_MADE_OF = """
    first.last flast firstlast f.last first firstl first_last last first-last last.first lastf lastfirst f_last f-last
    first.l last.f first_l first-l last_first last-first f.l fl lfirst l.first last_f last-f
"""
PATTERNS = tuple(_MADE_OF.split())
"""What addresses are made of, the more usual ones first."""

_PIECES = {pattern: tuple(re.findall(r"first|last|[fl._-]", pattern)) for pattern in PATTERNS}
_PLACES = {"first": "{0}", "last": "{1}", "f": "{2}", "l": "{3}"}
_FORMATS = {pattern: "".join(_PLACES.get(piece, piece) for piece in made) for pattern, made in _PIECES.items()}
_SHORTEST = 2  # letters of a half of a name: with an initial alone, nobody can tell the patterns apart
_LONGEST_WORDS = 6  # of a half of a name: what is longer is no name
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i", "ħ": "h"}
)
_NO_SOUND = str.maketrans("", "", ".'`\u2019\u02bc")
_LOCAL_WORD = re.compile("[a-z]+")

Styles = Mapping[str, str]
_Half = tuple[str, dict[str, str]]


class Spelling(NamedTuple):
    """One way to write a name in an address.

    Attributes:
        first: Given name, a to z and hyphens.
        last: Surname, a to z, hyphens and dots.
        styles: What was decided to get here, such as ``{"accent": "ue"}``; empty for a name that has but one way.
    """

    first: str
    last: str
    styles: Styles

    def local(self, pattern: str) -> str:
        """Give the local part of an address.

        >>> Spelling("jane", "doe", {}).local("f.last")
        'j.doe'
        """
        return _FORMATS[pattern].format(self.first, self.last, self.first[0], self.last[0])


def pieces(pattern: str) -> tuple[str, ...]:
    """Take a pattern apart.

    >>> pieces("f.last")
    ('f', '.', 'last')
    """
    return _PIECES[pattern]


def spellings(first: str, last: str) -> list[Spelling]:
    """Give every way to write a name in an address.

    Four things are a matter of style: an accent ("ue" or "u" for "ü"), what becomes of particles ("van der Berg"),
    of double surnames and of double given names.

    Args:
        first: Given name in normal form.
        last: Surname in normal form.

    Returns:
        The ways; none where a half is an initial, or is not written in Latin letters.

    >>> [(way.first, way.last) for way in spellings("Zoë", "Müller")]
    [('zoe', 'mueller'), ('zoe', 'muller')]
    """
    halves = (" ".join(half.split()) for half in (first, last))
    whole = unicodedata.normalize("NFC", "\n".join(halves)).casefold()
    texts = {"ue": _plain(whole.translate(_GERMAN)), "u": _plain(whole)}
    accents = [{"accent": style} for style in texts] if texts["ue"] != texts["u"] else [{}]
    return [way for accent in accents for way in _ways(texts[accent.get("accent", "u")], accent)]


def _plain(text: str) -> str:
    """Drop accents and signs without a sound; letters of other scripts stay, and are refused later."""
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS).translate(_NO_SOUND))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _ways(text: str, accent: dict[str, str]) -> Iterator[Spelling]:
    first, last = (re.split(r"[ -]+", half.strip(" -")) for half in text.split("\n"))
    if not all(map(_LOCAL_WORD.fullmatch, first + last)) or max(len(first), len(last)) > _LONGEST_WORDS:
        return
    for (given, one), (surname, other) in itertools.product(_given(first), _surnames(last)):
        if min(len(given), len(surname)) >= _SHORTEST:
            yield Spelling(given, surname, {**accent, **one, **other})


def _given(words: list[str]) -> list[_Half]:
    """Write a given name; a middle initial is left out."""
    words = words[:1] + [word for word in words[1:] if len(word) > 1]
    if len(words) == 1:
        return [(words[0], {})]
    ways = {"hyphen": "-".join(words), "first": words[0], "joined": "".join(words)}
    return [(text, {"double_first": style}) for style, text in ways.items()]


def _surnames(words: list[str]) -> list[_Half]:
    count = next((i for i, word in enumerate(words[:-1]) if word not in JOINERS), len(words) - 1)
    particles, names = words[:count], _doubles(words[count:])
    if not particles:
        return names
    return [
        (text, {"particle": style, **styles}) for name, styles in names for style, text in _joined([*particles, name])
    ]


def _doubles(words: list[str]) -> list[_Half]:
    if len(words) == 1:
        return [(words[0], {})]
    ways = {"hyphen": "-".join(words), "joined": "".join(words), "first": words[0], "last": words[-1]}
    return [(text, {"double_last": style}) for style, text in ways.items()]


def _joined(parts: list[str]) -> list[tuple[str, str]]:
    return [
        ("joined", "".join(parts)),
        ("dropped", parts[-1]),
        ("hyphen", "-".join(parts)),
        ("dot", ".".join(parts)),
    ]
