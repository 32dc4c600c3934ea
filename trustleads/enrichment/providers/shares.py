"""What share of a group's members does which thing, told from a few of them: counts, and how far to trust them."""

from __future__ import annotations

import copy
import math
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_WEIGHTS = (0.02, 0.05, 0.12, 0.3, 0.7, 1.5, 4.0, 10.0, 25.0)
_M = np.array(_WEIGHTS)
_USUAL_MIX = np.array([0.05, 0.1, 0.15, 0.2, 0.2, 0.15, 0.1, 0.04, 0.01])
_USUAL_GROUPS = 5.0  # as many groups as what is usual counts for
_LEAST_SHARE = 1e-4
_ROUNDS = 25  # of expectation and maximisation; what is left to gain then is far below what chance does
_GROWTH = 1.2  # what is general is told anew when there are so many times as many members

_Floats = NDArray[np.float64]
_Counts = tuple[tuple[str, int], ...]


class Shares:
    """Counts of outcomes by group, and the expected share of each outcome among a group's next members.

    With k of n members of a group doing a thing that a share g of all members does, averaged over the groups, the next
    member does it with probability (k + m g) / (n + m): the mean of a Dirichlet distribution of weight m. Groups differ
    in how firmly they keep to one thing, so m is not one number: how usual each of nine weights is, is told from all
    groups of two members and more (expectation and maximisation of the Dirichlet-multinomial likelihood), and how
    likely each is for this group, from its own counts. The probability is the mean over them.
    """

    def __init__(self, usual: Mapping[str, float]) -> None:
        """Begin without members.

        Args:
            usual: Share of each outcome before anything is known; they count as much as five groups.
        """
        self._usual = usual
        self._groups: dict[str, dict[str, int]] = {}
        self._members = self._members_then = 0
        self._general = dict(usual)
        self._mix = _USUAL_MIX

    def copy(self) -> Shares:
        """Give others of the same counts; each counts for itself from here on."""
        other = copy.copy(self)
        vars(other).update(_groups=dict(self._groups))
        return other

    def add(self, group: str, outcome: str, count: int = 1) -> None:
        """Count members of a group."""
        counts = self._groups.get(group, {})
        self._groups[group] = {**counts, outcome: counts.get(outcome, 0) + count}  # a copy may have the old ones
        self._members += count

    def members(self, group: str) -> int:
        """Give the number of members of a group."""
        return sum(self._groups.get(group, {}).values())

    def expected(self, group: str) -> dict[str, float]:
        """Give the share of every outcome among the next members of a group; ``OTHER`` is not listed."""
        if self._members > self._members_then * _GROWTH:
            self._fit()
        counts = self._groups.get(group, {})
        chances = _posterior(self._mix, self._likelihoods(tuple(counts.items()))[None])[0]
        each = chances / (sum(counts.values()) + _M)
        shares = {outcome: float((each * _M).sum()) * share for outcome, share in self._general.items()}
        for outcome, count in counts.items():
            shares[outcome] = shares.get(outcome, 0.0) + float(each.sum()) * count
        return shares

    def _fit(self) -> None:
        self._members_then = self._members
        self._general = self._general_shares()
        alike = Counter(tuple(sorted(counts.items())) for counts in self._groups.values() if sum(counts.values()) > 1)
        self._mix = _USUAL_MIX
        if not alike:
            return
        likelihoods = np.array([self._likelihoods(counts) for counts in alike])
        times = np.array(list(alike.values()), np.float64)
        for _ in range(_ROUNDS):
            mix = times @ _posterior(self._mix, likelihoods) + _USUAL_GROUPS * _USUAL_MIX
            self._mix = mix / mix.sum()

    def _general_shares(self) -> dict[str, float]:
        """Average over the groups; what only one company can do, such as a mail host of its own, has no share in it."""
        sums = {outcome: share * _USUAL_GROUPS for outcome, share in self._usual.items()}
        for counts in self._groups.values():
            members = sum(counts.values())
            for outcome, count in counts.items():
                if outcome in sums:
                    sums[outcome] += count / members
        total = _USUAL_GROUPS + len(self._groups)
        return {outcome: value / total for outcome, value in sums.items()}

    def _likelihoods(self, counts: _Counts) -> _Floats:
        """Give the logarithm of how likely a group's counts are under each weight."""
        members = sum(count for _, count in counts)
        shares = ((max(self._general.get(outcome, 0.0), _LEAST_SHARE), count) for outcome, count in counts)
        return sum((_rising(*entry) for entry in shares), -_rising(1.0, members))


@lru_cache(maxsize=10_000)
def _rising(share: float, count: int) -> _Floats:
    """Give the logarithm of a (a + 1) ... (a + count - 1) for a = weight times share, for each weight."""
    return np.array([math.lgamma(m * share + count) - math.lgamma(m * share) for m in _WEIGHTS])


def _posterior(mix: _Floats, likelihoods: _Floats) -> _Floats:
    """Give how likely each weight is for each group."""
    chances: _Floats = mix * np.exp(likelihoods - likelihoods.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return chances
