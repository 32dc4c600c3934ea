"""The numbering plans of ``phonenumbers``, and what the library concludes from which patterns a number matches.

One *entity* is a region within a calling code (``(1, "CA")``), or a calling code that belongs to no country
(``(800, "001")``). The conclusions follow the library's own order of tests: ``number_type``,
``region_code_for_number`` and the length check of ``is_possible_number_with_reason``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, REGION_CODE_FOR_NON_GEO_ENTITY, PhoneMetadata
from phonenumbers.phonemetadata import PhoneNumberDesc

from trustleads.enrichment.models import PhoneType
from trustleads.enrichment.normalize.phone.patterns import Node, Rest, Sequel, UnknownSyntaxError, parse

MIN_LENGTH, MAX_LENGTH = 2, 17
"""The fewest and the most digits of a national number, by the library's rule."""

ENTITIES: tuple[tuple[int, str], ...] = tuple(
    (code, region) for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() for region in regions
)
ENTITY_OF_REGION = {region: i for i, (_, region) in enumerate(ENTITIES) if region != REGION_CODE_FOR_NON_GEO_ENTITY}

INVALID = 0
TYPE_BITS = 4
"""A verdict is ``entity << TYPE_BITS | type`` (counted from 1 in the order of ``PhoneType``), or ``INVALID``."""

_SPECIAL_TYPES = (  # in the library's order; fixed lines and mobiles come after these
    ("premium_rate", PhoneType.PREMIUM_RATE),
    ("toll_free", PhoneType.TOLL_FREE),
    ("shared_cost", PhoneType.SHARED_COST),
    ("voip", PhoneType.VOIP),
    ("personal_number", PhoneType.PERSONAL_NUMBER),
    ("pager", PhoneType.PAGER),
    ("uan", PhoneType.UAN),
    ("voicemail", PhoneType.VOICEMAIL),
)

_TYPE_NUMBERS = {kind: i for i, kind in enumerate(PhoneType, start=1)}


def pack(entity: int, kind: PhoneType) -> int:
    """Give the verdict on a valid number."""
    return entity << TYPE_BITS | _TYPE_NUMBERS[kind]


class Size(IntEnum):
    """How a length compares with those that a plan uses."""

    POSSIBLE = 0
    LOCAL_ONLY = 1  # complete only with an area code
    TOO_SHORT = 2
    BETWEEN = 3  # neither the shortest nor the longest, and not in use
    TOO_LONG = 4


class Patterns:
    """The patterns of one calling code, each once; pattern i is bit 2i of what an automaton says it matched."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._bits: dict[str, int] = {}

    def bit(self, pattern: str | None, *, start_only: bool = False) -> int:
        """Number a pattern and give its bit (0, which nothing matches, if there is no pattern)."""
        if not pattern:
            return 0
        key = f"{pattern} ..." if start_only else pattern
        if key not in self._bits:
            self._bits[key] = 1 << 2 * len(self.nodes)
            node = parse(pattern)
            self.nodes.append(Sequel((node, Rest())) if start_only else node)
        return self._bits[key]


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers of one kind: those that match a pattern and have one of the lengths, if any are given."""

    bit: int
    lengths: tuple[int, ...]

    def holds(self, matched: int, length: int) -> bool:
        """Decide by the patterns that the number matches."""
        return bool(self.bit & matched) and (not self.lengths or length in self.lengths)


class Region:
    """The numbering plan of one entity."""

    def __init__(self, entity: int, patterns: Patterns) -> None:
        metadata = PhoneMetadata.metadata_for_region_or_calling_code(*ENTITIES[entity])
        if metadata is None or metadata.general_desc is None or not metadata.general_desc.possible_length:
            raise UnknownSyntaxError(ENTITIES[entity][1])

        def numbers(desc: PhoneNumberDesc | None) -> Range:
            return Range(patterns.bit(desc.national_number_pattern), desc.possible_length) if desc else Range(0, ())

        self.entity = entity
        self.general = numbers(metadata.general_desc)
        self.leading = patterns.bit(metadata.leading_digits, start_only=True)
        self.dialling_prefix = metadata.international_prefix
        self.trunk_prefix = metadata.national_prefix_for_parsing
        self.transforms = bool(metadata.national_prefix_transform_rule)
        self._special = tuple((numbers(getattr(metadata, name)), kind) for name, kind in _SPECIAL_TYPES)
        self._fixed, self._mobile = numbers(metadata.fixed_line), numbers(metadata.mobile)
        self._mobile_is_fixed = metadata.same_mobile_and_fixed_line_pattern
        self._local_lengths = metadata.general_desc.possible_length_local_only

    def line_type(self, matched: int, length: int) -> PhoneType | None:
        """Decide as ``number_type`` does within one region; None means that the number is not valid there."""
        if not self.general.holds(matched, length):
            return None
        for numbers, kind in self._special:
            if numbers.holds(matched, length):
                return kind
        mobile = self._mobile.holds(matched, length)
        if self._fixed.holds(matched, length):
            return PhoneType.FIXED_LINE_OR_MOBILE if self._mobile_is_fixed or mobile else PhoneType.FIXED_LINE
        return PhoneType.MOBILE if mobile and not self._mobile_is_fixed else None

    def claims(self, matched: int, length: int) -> bool:
        """Decide as ``region_code_for_number`` does whether a number belongs to this region, valid or not."""
        return bool(self.leading & matched) if self.leading else self.line_type(matched, length) is not None

    def size(self, length: int) -> Size:
        """Decide as the library's length check does."""
        possible = self.general.lengths
        if length in self._local_lengths:
            return Size.LOCAL_ONLY
        if length in possible:
            return Size.POSSIBLE
        if length < min(possible):
            return Size.TOO_SHORT
        return Size.TOO_LONG if length > max(possible) else Size.BETWEEN


@dataclass(frozen=True, slots=True)
class Plan:
    """All regions of one calling code (the main one first) and their patterns."""

    regions: tuple[Region, ...]
    patterns: tuple[Node, ...]

    def verdict(self, matched: int, length: int) -> int:
        """Give the verdict on a number by the patterns it matches."""
        region = self._region(matched, length)
        kind = region.line_type(matched, length) if region else None
        return pack(region.entity, kind) if region and kind else INVALID

    def general(self, matched: int) -> int:
        """Tell as bits (the main region's first) whose general pattern is among those."""
        return sum(1 << i for i, region in enumerate(self.regions) if region.general.bit & matched)

    def _region(self, matched: int, length: int) -> Region | None:
        if len(self.regions) == 1:
            return self.regions[0]
        return next((region for region in self.regions if region.claims(matched, length)), None)


@cache
def plan(code: int) -> Plan:
    """Read the plan of a calling code out of the library's metadata.

    Raises:
        UnknownSyntaxError: If a pattern is beyond what ``automata`` understands.
    """
    patterns = Patterns()
    regions = tuple(Region(i, patterns) for i, (its_code, _) in enumerate(ENTITIES) if its_code == code)
    return Plan(regions, tuple(patterns.nodes))
