"""Which row was the first with the same value, over a whole run of batches (LEAD-6).

The answer equals that of a Python dict from value to first row, but memory does not grow with the values:

- a *table* of eight bytes a slot says which row may hold an equal value. It is probed by whole batches,
  starts at 32 KiB, has 64 MiB from about 170,000 distinct values to 5.4 million, so that a long run takes no
  more than a middling one, and beyond that lives in a mapped temporary file, whose pages the system may take back;
- the *texts* decide. The latest are kept in memory, older ones in a temporary file that has no name, so
  nothing is left of it in whatever way the process ends.

The hash has no secret key: a file made to collide costs time, never a wrong answer.
"""

from __future__ import annotations

import os
import struct
import tempfile
from bisect import bisect_right
from itertools import pairwise
from typing import IO, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.core.atomic import from_os_error
from trustleads.core.errors import InvalidInput
from trustleads.enrichment.normalize.arrays import WORD, WORD_MASKS, Offsets, buffers, mask, words_at

Hashes = NDArray[np.uint64]
Entries = NDArray[np.uint64]  # upper half: 32 bits of hash; lower half: row + 1; zero is an empty slot
Rows = NDArray[np.int64]

MAX_ROWS = 2**32 - 2
TABLE_SIZES = (2**12, 2**18, 2**23)  # slots; few steps, for each one moves every entry
PART = 2**17  # slots moved at a time, to bound what that takes in memory
MAX_LOAD = 0.65  # past this the chains of linear probing grow fast
RECENT_BYTES = 2**23  # texts kept in memory

_ODD_1, _ODD_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)  # half of their bits are set
_BOUNDS = struct.Struct("=qq")
_HALF, _LOW_HALF = np.uint64(32), np.uint64(2**32 - 1)


def hash_strings(column: pa.StringArray) -> Hashes:
    """Hash each value to 64 bits, the same in every batch and process.

    Takes eight bytes a step of all rows together that have so many.

    Args:
        column: Plain strings of n rows (see ``arrays.plain_strings``).

    Returns:
        n hashes; a null row has the hash of the empty string.
    """
    data, offsets = buffers(column)
    words = words_at(data)
    order, sizes, under_way = _longest_first(np.diff(offsets))
    at, states = offsets.take(order).astype(np.int64), sizes.astype(np.uint64) * _ODD_2
    for step, (count, longer) in enumerate(pairwise(under_way)):
        state, place = states[:count], at[:count]
        word = words[place]
        word[longer:] &= WORD_MASKS.take(sizes[longer:count] - WORD * step)
        state ^= word
        state *= _ODD_1
        state ^= state >> _HALF
        place += WORD
    states ^= states >> _HALF
    states *= _ODD_2
    hashes = np.empty_like(states)
    hashes[order] = states
    return hashes


def _longest_first(sizes: Offsets) -> tuple[NDArray[np.intp], Offsets, list[int]]:
    """Order rows by their number of words of eight bytes, so that those still under way are always the first ones.

    Returns:
        The order, the sizes in it, and how many rows have more than 0, 1, 2 ... words; the last is 0.
    """
    words = (sizes + 7) >> 3
    most = words.max(initial=0)
    order = np.argsort((most - words).astype(np.min_scalar_type(most)), kind="stable")  # a byte is sorted by counting
    return order, sizes.take(order), (len(words) - np.cumsum(np.bincount(words, minlength=1))).tolist()


class DuplicateFinder:
    """Gives each row the number of the first row with the same value.

    Batches are added in input order, one at a time: calls must not overlap, though they may come from
    different threads. What can run beside other work is ``hash_strings``.

    Attributes:
        rows: Rows seen so far.
        duplicates: How many of them repeat an earlier one.

    Example:
        >>> with DuplicateFinder() as finder:
        ...     finder.add(pa.array(["a@x.example", "b@x.example", None])).to_pylist()
        ...     finder.add(pa.array(["b@x.example"])).to_pylist()
        [None, None, None]
        [1]
    """

    def __init__(self) -> None:
        self.rows = 0
        self.duplicates = 0
        self._table = _Table()
        self._texts = _Texts()

    def add(self, column: pa.StringArray, hashes: Hashes | None = None) -> pa.Int64Array:
        """Take the next batch.

        Args:
            column: Plain strings of n rows; a null is nobody's duplicate.
            hashes: ``hash_strings(column)``, where the caller has it already.

        Returns:
            n numbers: the first row with an equal value (zero-based over the run), null for a first row.

        Raises:
            InvalidInput: More than ``MAX_ROWS`` rows.
            Unavailable: The temporary files cannot be written (no space left, say).
        """
        if self.rows + len(column) > MAX_ROWS:
            raise InvalidInput(f"more than {MAX_ROWS} rows in one run", reason="too_many_rows")
        try:
            return self._add(column, hash_strings(column) if hashes is None else hashes)
        except OSError as error:
            raise from_os_error(error, "cannot keep values in a temporary file, to find duplicates") from error

    def _add(self, column: pa.StringArray, hashes: Hashes) -> pa.Int64Array:
        first = np.arange(self.rows, self.rows + len(column))
        self._texts.append(self.rows, column)
        pending = np.flatnonzero(mask(column.is_valid()))
        self._table.make_room(len(pending))
        self._find(column, hashes, first, pending)
        repeats = first != np.arange(self.rows, self.rows + len(column))
        self.rows += len(column)
        self.duplicates += int(np.count_nonzero(repeats))
        return pa.array(first, mask=~repeats)

    def _find(self, column: pa.StringArray, hashes: Hashes, first: Rows, pending: Rows) -> None:
        """Put the row of the first equal value into ``first`` for every pending position of the batch."""
        entries = (hashes.take(pending) & ~_LOW_HALF) | (first.take(pending) + 1).astype(np.uint64)
        slots = self._table.homes(entries)
        while len(pending):
            found, slots = self._table.find_or_insert(entries, slots)
            alike = np.flatnonzero(found != entries)
            candidates = (found[alike] & _LOW_HALF).astype(np.int64) - 1
            equal = mask(pc.equal(column.take(pa.array(pending[alike])), self._texts.take(candidates)))
            first[pending[alike[equal]]] = candidates[equal]
            other = alike[~equal]  # the same 32 bits of another value: go on behind it
            pending, entries, slots = pending[other], entries[other], self._table.after(slots[other])

    def close(self) -> None:
        """Give back memory and temporary files."""
        self._table = _Table()
        self._texts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Table:
    """Open addressing with linear probing; nothing is ever deleted.

    An entry's home slot is made of the very bits it stores, so a larger table is filled from the smaller one.
    """

    def __init__(self) -> None:
        self._slots: Entries = np.zeros(TABLE_SIZES[0], np.uint64)
        self._used = 0

    def homes(self, entries: Entries) -> Rows:
        """Give the slot at which the search for each entry begins: its leading bits."""
        shift = np.uint64(65 - len(self._slots).bit_length())
        return (entries >> shift).astype(np.int64)

    def after(self, slots: Rows) -> Rows:
        """Give the next slot of each."""
        return (slots + 1) & (len(self._slots) - 1)

    def make_room(self, entries: int) -> None:
        """Grow until so many more fit."""
        size = len(self._slots)
        while (self._used + entries) > MAX_LOAD * size:
            size = next((larger for larger in TABLE_SIZES if larger > size), 2 * size)
        if size > len(self._slots):
            old, self._slots = self._slots, _zeros(size)
            self._used = 0
            for part in np.split(old, range(PART, len(old), PART)):
                self._refill(part[part != 0])

    def _refill(self, entries: Entries) -> None:
        slots = self.homes(entries)
        while len(entries):
            found, slots = self.find_or_insert(entries, slots)
            other = found != entries
            entries, slots = entries[other], self.after(slots[other])

    def find_or_insert(self, entries: Entries, slots: Rows) -> tuple[Entries, Rows]:
        """Follow each chain to an entry with the same hash bits, or to its end and take that slot.

        Of several new entries with the same bits the first in order gets the slot.

        Args:
            entries: In ascending order of rows.
            slots: Where to begin, one for each.

        Returns:
            What the chains ended at (the entries themselves where they are new), and in which slots.
        """
        found = self._look(entries, slots)
        onward = np.flatnonzero((found ^ entries) > _LOW_HALF)
        at, wanted, slots = slots.take(onward), entries.take(onward), slots.copy()
        while len(onward):
            at = self.after(at)
            there = self._look(wanted, at)
            found[onward], slots[onward] = there, at
            other = np.flatnonzero((there ^ wanted) > _LOW_HALF)
            onward, at, wanted = onward.take(other), at.take(other), wanted.take(other)
        return found, slots

    def _look(self, entries: Entries, slots: Rows) -> Entries:
        """Give what is in these slots, once the empty ones have taken their entries."""
        there = self._slots.take(slots)
        empty = np.flatnonzero(there == 0)
        at, wanted = slots.take(empty), entries.take(empty)
        self._slots[at[::-1]] = wanted[::-1]  # of repeated slots the last written stays: the lowest row
        taken = self._slots.take(at)
        there[empty] = taken
        self._used += int(np.count_nonzero(taken == wanted))
        return there


def _zeros(size: int) -> Entries:
    """Give empty slots: in memory up to a point, then in a file without a name that the system pages."""
    if size <= TABLE_SIZES[-1]:
        return np.zeros(size, np.uint64)
    with tempfile.TemporaryFile() as file:
        np.zeros(size, np.uint64).tofile(file)  # not a hole: a full disk must be an error here, not a signal later
        return np.memmap(file, np.uint64, "r+", shape=(size,))


class _Texts:
    """All values by row: the latest batches in memory, older ones in blocks in a file without a name.

    A block is n + 1 file positions of eight bytes and behind them the bytes of n values.
    """

    def __init__(self) -> None:
        self._recent: list[pa.StringArray] = []
        self._recent_rows: list[int] = []  # first row of each
        self._recent_bytes = 0
        self._file: IO[bytes] | None = None
        self._descriptor = -1
        self._file_size = 0
        self._block_rows: list[int] = []  # first row of each
        self._block_at: list[int] = []

    def append(self, row: int, column: pa.StringArray) -> None:
        """Take the values of the rows from ``row`` on."""
        if self._recent_bytes > RECENT_BYTES:
            self._spill()
        self._recent.append(column)
        self._recent_rows.append(row)
        self._recent_bytes += column.nbytes

    def take(self, rows: Rows) -> pa.StringArray:
        """Give the values of some rows, in their order."""
        batches = np.searchsorted(self._recent_rows, rows, side="right") - 1  # -1: older than all in memory
        order = np.argsort(batches, kind="stable")
        ends = np.searchsorted(batches.take(order), range(-1, len(self._recent)), side="right").tolist()
        rows = rows.take(order)
        parts = [pa.array([self._read(row) for row in rows[: ends[0]].tolist()], pa.string())]
        parts += [
            recent.take(pa.array(rows[begin:end] - first))
            for recent, first, (begin, end) in zip(self._recent, self._recent_rows, pairwise(ends), strict=True)
            if begin < end
        ]
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return pa.concat_arrays(parts).take(pa.array(back))

    def _read(self, row: int) -> bytes:
        block = bisect_right(self._block_rows, row) - 1
        bounds_at = self._block_at[block] + 8 * (row - self._block_rows[block])
        begin, end = _BOUNDS.unpack(_pread(self._descriptor, _BOUNDS.size, bounds_at))
        return _pread(self._descriptor, end - begin, begin)

    def _spill(self) -> None:
        file = self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115 - close() closes it
        self._descriptor = file.fileno()
        sizes = np.concatenate([np.diff(buffers(column)[1]) for column in self._recent])
        file.seek(0, os.SEEK_END)  # reading may have moved the place
        values_at = self._file_size + 8 * (len(sizes) + 1)
        file.write((values_at + np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))).data)
        for column in self._recent:
            data, offsets = buffers(column)
            file.write(data[: offsets[-1]].data)
        file.flush()
        self._block_rows.append(self._recent_rows[0])
        self._block_at.append(self._file_size)
        self._file_size = values_at + int(sizes.sum())
        self._forget_recent()

    def _forget_recent(self) -> None:
        self._recent, self._recent_rows, self._recent_bytes = [], [], 0

    def close(self) -> None:
        """Forget all, and remove the file."""
        self._forget_recent()
        if self._file is not None:
            self._file.close()


def _pread(fd: int, length: int, offset: int) -> bytes:
    """See ``os.pread``, which Windows has not; batches are added one at a time, so nobody else moves the place."""
    if hasattr(os, "pread"):
        return os.pread(fd, length, offset)
    os.lseek(fd, offset, os.SEEK_SET)
    return os.read(fd, length)
