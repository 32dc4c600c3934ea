r"""A small reader for the regular expressions of ``phonenumbers``: a pattern becomes a tree of digits.

The numbering plans use very little of the language: digits, ``\d``, ``[..]``, groups, ``|``, ``?``, ``{m,n}`` and, in
prefixes, ``$``. Nothing repeats without a bound. Whatever else may come one day raises ``UnknownSyntaxError``, and the
plan that holds it is left to the library.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ALL_DIGITS = (1 << 10) - 1

_PIECE = re.compile(r"\\d|\d|\[[\d-]+\]|\(\?:|[()|?$]|\{\d+(?:,\d+)?\}")


class UnknownSyntaxError(ValueError):
    """A pattern uses something that these automata were not made for."""


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit out of a set, given as bits 0 to 9."""

    allowed: int


@dataclass(frozen=True, slots=True)
class Sequel:
    """One part after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same ``least`` to ``most`` times."""

    node: Node
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Group:
    """A capturing group."""

    node: Node


@dataclass(frozen=True, slots=True)
class End:
    """The end of the number."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Any further digits, however many: makes a pattern match at the start only."""


Node = Digit | Sequel | Choice | Repeat | Group | End | Rest


def parse(pattern: str) -> Node:
    """Read a regular expression over digits.

    Raises:
        UnknownSyntaxError: If it holds anything that this reader does not know.
    """
    pieces = _PIECE.findall(pattern)
    if "".join(pieces) != pattern:
        raise UnknownSyntaxError(pattern)
    pieces.reverse()
    node = _choice(pieces)
    if pieces:
        raise UnknownSyntaxError(pattern)
    return node


def _choice(pieces: list[str]) -> Node:
    options = [_sequel(pieces)]
    while pieces and pieces[-1] == "|":
        pieces.pop()
        options.append(_sequel(pieces))
    return options[0] if len(options) == 1 else Choice(tuple(options))


def _sequel(pieces: list[str]) -> Node:
    parts = []
    while pieces and pieces[-1] not in ("|", ")"):
        node = _atom(pieces)
        if pieces and pieces[-1][0] in "?{":
            node = Repeat(node, *_bounds(pieces.pop()))
        parts.append(node)
    return parts[0] if len(parts) == 1 else Sequel(tuple(parts))


def _atom(pieces: list[str]) -> Node:
    piece = pieces.pop()
    if piece in ("(", "(?:"):
        inner = _choice(pieces)
        if not pieces or pieces.pop() != ")":
            raise UnknownSyntaxError("unclosed group")
        return Group(inner) if piece == "(" else inner
    if piece == "$":
        return End()
    if piece[0] in "?{":
        raise UnknownSyntaxError("nothing to repeat")
    return Digit(_digit_set(piece))


def _bounds(piece: str) -> tuple[int, int]:
    if piece == "?":
        return 0, 1
    least, _, most = piece[1:-1].partition(",")
    return int(least), int(most or least)


def _digit_set(piece: str) -> int:
    if piece == r"\d":
        return ALL_DIGITS
    members = re.findall(r"(\d)-(\d)|(\d)", piece)
    if not members:
        raise UnknownSyntaxError(piece)
    allowed = {digit for low, high, one in members for digit in range(int(low or one), int(high or one) + 1)}
    return sum(1 << digit for digit in allowed)


def through_last_group(node: Node) -> Node | None:
    """Narrow a pattern to those of its matches in which its last group takes part (None: it has no group).

    The patterns at hand have one way only through their last group, which is where the transform rule of a national
    prefix takes its digits from.
    """
    match node:
        case Group(inner):
            return through_last_group(inner) or node
        case Repeat(inner, _, 1):
            return through_last_group(inner)
        case Repeat(inner, _, _) if through_last_group(inner):
            raise UnknownSyntaxError("a group that is repeated")
        case Choice(options):
            narrowed = [through for option in options if (through := through_last_group(option))]
            return Choice(tuple(narrowed)) if narrowed else None
        case Sequel(parts):
            for at in reversed(range(len(parts))):
                if through := through_last_group(parts[at]):
                    return Sequel((*parts[:at], through, *parts[at + 1 :]))
    return None
