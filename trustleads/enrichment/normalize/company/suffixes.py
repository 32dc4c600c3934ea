"""The public suffix list as look-up tables for whole columns.

Of every host the last two labels are looked up. They say how many labels the registrable domain has, but for
the few zones with rules below the second level, which are left to the exact path.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import publicsuffixlist

from trustleads.enrichment.normalize.company.domains import RESERVED
from trustleads.enrichment.normalize.wordlist import WordList


@dataclass(frozen=True, slots=True)
class Tables:
    """What is known about the ends of host names.

    Attributes:
        simple: Top-level domains below which only ``pairs`` has rules.
        pairs: Pairs of labels that are more than a name and its suffix: first those that are a public suffix with
            nothing deeper below ("co.uk"), then those below which there are further rules ("kawasaki.jp").
        public_pairs: How many of the first kind.
    """

    simple: WordList
    pairs: WordList
    public_pairs: int


@cache
def tables() -> Tables:
    """Sort the rules of the list."""
    rules = set(_rules())
    simple = {rule for rule in rules if "." not in rule and f"*.{rule}" not in rules} | {RESERVED}
    deep = {".".join(rule.lstrip("!").split(".")[-2:]) for rule in rules if rule.count(".") > 1 or rule[0] == "!"}
    public = {rule for rule in rules if rule.count(".") == 1 and rule[0] != "*"} - deep
    return Tables(WordList(sorted(simple)), WordList([*sorted(public), *sorted(deep)]), len(public))


def _rules() -> Iterator[str]:
    """Read the rules in ASCII."""
    for line in Path(publicsuffixlist.PSLFILE).read_text("utf-8").splitlines():
        rule = line.split(maxsplit=1)[0] if line.strip() else "//"
        if not rule.startswith("//"):
            yield rule.encode("idna").decode() if not rule.isascii() else rule
