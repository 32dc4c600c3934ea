"""Whether an address was seen before, told without keeping any."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_BITS = 24  # two to so many places


class Seen:
    """Tells addresses that were seen before, in two mebibytes: one in some hundred new ones is taken for seen.

    A Bloom filter of two places per address. It holds no address, nor can one be read from it. What it takes for seen
    is the same in every process. One thread at a time may use it.
    """

    def __init__(self) -> None:
        self._places = np.zeros((1 << _BITS) // 8, np.uint8)

    def copy(self) -> Seen:
        """Give another one that has seen the same."""
        other = Seen()
        other._places = self._places.copy()
        return other

    def first_times(self, addresses: Sequence[str]) -> NDArray[np.intp]:
        """Give the rows of addresses that are here for the first time, and remember them."""
        hashes, rows = np.unique(_hashes(addresses), return_index=True)
        halves = [(hashes >> np.int64(shift)) & ((1 << _BITS) - 1) for shift in (0, 32)]
        seen = np.logical_and(*((self._places[half >> 3] >> (half & 7).astype(np.uint8)) & 1 for half in halves))
        for half in halves:
            new = half[~seen]
            np.bitwise_or.at(self._places, new >> 3, np.uint8(1) << (new & 7).astype(np.uint8))
        return np.sort(rows[~seen])


def _hashes(addresses: Sequence[str]) -> NDArray[np.int64]:
    """Hash each address; not with ``hash()``, which each process salts in a way of its own."""
    digests = (hashlib.blake2b(address.encode(), digest_size=8).digest() for address in addresses)
    return np.frombuffer(b"".join(digests), "<i8")
