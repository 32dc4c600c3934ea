"""Word lists that whole columns are looked up in, piece by piece, without cutting the pieces out first.

Arrow's ``is_in`` builds a hash set of the list at every call and takes strings; here the table is built once, and
is asked by two numbers: the last eight bytes of a piece, and its size. What stands before the last eight bytes is
compared only where both agree.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trustleads.enrichment.normalize.arrays import WORD, WORD_MASKS, Mask, Offsets, Words, buffers, words_at

_ODD_1, _ODD_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)  # half of their bits are set
_FEWEST_BITS = 4
_SLOTS_PER_WORD = 8  # so that nearly every piece that is not listed meets an empty slot at once
_EMPTY = -1


class WordList:
    """A closed list of words.

    Example:
        >>> import pyarrow as pa
        >>> WordList(["gmbh", "inc"]).rows_of(pa.array(["inc", "acme", "gmbh", None])).tolist()
        [1, -1, 0, -1]
    """

    def __init__(self, words: Iterable[str]) -> None:
        """Build the table.

        Args:
            words: Distinct words; their places in this order are what the look-ups answer.
        """
        texts = [word.encode() for word in words]
        self._data = words_at(np.frombuffer(b"".join(texts), np.uint8))
        edges = np.cumsum([0, *map(len, texts)], dtype=np.int32)
        self._starts, self._sizes = edges[:-1], np.diff(edges)
        self._tails = _tails(self._data, edges[:-1], edges[1:], self._sizes)
        self._longest = max(map(len, texts), default=0)
        bits = max(_FEWEST_BITS, (_SLOTS_PER_WORD * len(texts)).bit_length())
        self._shift, self._last_slot = np.uint64(64 - bits), (1 << bits) - 1
        self._slots = np.full(1 << bits, _EMPTY, np.int32)
        for place, slot in enumerate(self._first_slots(self._tails, self._sizes).tolist()):
            while self._slots[slot] != _EMPTY:
                slot = slot + 1 & self._last_slot  # noqa: PLW2901 - linear probing
            self._slots[slot] = place

    def find(self, words: Words, starts: Offsets, ends: Offsets) -> NDArray[np.int32]:
        """Look up pieces of a column.

        Args:
            words: The column's bytes, by ``words_at``.
            starts: Where the n pieces begin in them.
            ends: Where they end; not before they begin.

        Returns:
            The place of each piece in the list, or -1.
        """
        sizes = ends - starts
        tails = _tails(words, starts, ends, sizes)
        slots = self._first_slots(tails, sizes)
        found = self._slots.take(slots)
        rows = np.flatnonzero(found != _EMPTY)
        while len(rows):
            place = found[rows]
            same = (self._tails[place] == tails[rows]) & (self._sizes[place] == sizes[rows])
            if self._longest > WORD:
                same &= self._agree_before_tail(words, starts[rows], sizes[rows], place, same)
            rows = rows[~same]
            slots[rows] = slots[rows] + 1 & self._last_slot
            found[rows] = self._slots[slots[rows]]
            rows = rows[found[rows] != _EMPTY]
        return found

    def holds(self, words: Words, starts: Offsets, ends: Offsets) -> Mask:
        """Tell which pieces are listed; takes what ``find`` takes."""
        held: Mask = self.find(words, starts, ends) != _EMPTY
        return held

    def rows_of(self, column: pa.StringArray) -> NDArray[np.int32]:
        """Look up whole cells of plain strings, null as whatever bytes lie under it: its answer means nothing."""
        data, offsets = buffers(column)
        return self.find(words_at(data[: offsets[-1]]), offsets[:-1], offsets[1:])

    def holds_cells(self, column: pa.StringArray) -> Mask:
        """Tell which cells of plain strings are listed."""
        held: Mask = self.rows_of(column) != _EMPTY
        return held

    def _first_slots(self, tails: Words, sizes: Offsets) -> NDArray[np.int64]:
        mixed = sizes.astype(np.uint64) * _ODD_2  # "aaaaaaaa" and "aaaaaaaaa" differ in nothing else
        mixed ^= tails
        mixed *= _ODD_1
        mixed >>= self._shift
        return mixed.view(np.int64)  # by which NumPy takes without a copy of the places

    def _agree_before_tail(
        self, words: Words, starts: Offsets, sizes: Offsets, places: NDArray[np.int32], candidates: Mask
    ) -> Mask:
        """Compare the bytes before the last eight, of the candidates that have any."""
        agree = np.ones(len(starts), np.bool_)
        rows, done = np.flatnonzero(candidates & (sizes > WORD)), 0
        while len(rows):
            same = words[starts[rows] + done] == self._data[self._starts[places[rows]] + done]
            agree[rows] = same
            done += WORD
            rows = rows[same & (sizes[rows] > done + WORD)]
        return agree


def _tails(words: Words, starts: Offsets, ends: Offsets, sizes: Offsets) -> Words:
    """Give the last bytes of pieces, at most eight, as one number each."""
    tails = words[np.maximum(ends - WORD, starts)]
    tails &= WORD_MASKS.take(sizes, mode="clip")
    return tails
