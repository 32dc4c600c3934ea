"""What is known about mail domains: throw-away, free-mail, or a slip of the finger (LEAD-2).

A look-up has two steps. A filter over the last bytes of all rows at once passes every listed domain and few others;
what it passes is looked up by name, once per distinct domain.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from disposable_email_domains import blocklist
from numpy.typing import NDArray

from trustleads.enrichment.normalize.arrays import Mask, buffers
from trustleads.enrichment.normalize.email.providers import FREE_MAIL
from trustleads.enrichment.normalize.email.typos import meant_by_slip

# On the package's list, but not given away to anybody who asks: a university's students, a VPN vendor, a spam filter's
# customers, a mail tester's staff, a game maker, a closed free-mail provider, a fun domain of an open one.
_NOT_DISPOSABLE = frozenset(
    {"mijnhva.nl", "hola.org", "spamarrest.com", "mail-tester.com", "99.com", "nokiamail.com", "fantasymail.de"}
)

_WORD = np.dtype("<u8")
_WORD_BYTES = _WORD.itemsize
# How many last bytes are compared: as many as the listed name has, with the sign before it.
_WIDTHS = (12, 8, 6, 5)
_TABLE_BITS = {12: 19, 8: 18, 6: 14, 5: 10}
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: Knuth's multiplicative hashing


class Known(NamedTuple):
    """What is known about one domain.

    Attributes:
        disposable: It, or a domain above it, gives throw-away mailboxes.
        free: It gives mailboxes to anyone.
        meant: The well-known domain that it is one slip away from, if any.
    """

    disposable: bool
    free: bool
    meant: str | None


_NOTHING = Known(disposable=False, free=False, meant=None)


class Facts(NamedTuple):
    """What is known about the domains of n rows.

    Attributes:
        disposable: n flags.
        free: n flags.
        mistyped: n flags.
        meant: The domain that was meant, for each mistyped row in order.
    """

    disposable: Mask
    free: Mask
    mistyped: Mask
    meant: pa.StringArray


def look_up(wire: pa.StringArray, domain: pa.StringArray) -> Facts:
    """Look up the domains of a column.

    Args:
        wire: Addresses, lower case, domain in ASCII form.
        domain: Their domains.

    Returns:
        Facts, row by row.
    """
    rows = np.flatnonzero(_may_be_listed(wire))
    encoded = domain.take(pa.array(rows)).dictionary_encode()
    known = list(map(describe, encoded.dictionary.to_pylist()))
    which = np.asarray(encoded.indices)
    disposable, free, mistyped = (np.zeros(len(domain), np.bool_) for _ in range(3))
    disposable[rows] = np.array([one.disposable for one in known], np.bool_)[which]
    free[rows] = np.array([one.free for one in known], np.bool_)[which]
    meant = pa.array([one.meant for one in known], pa.string()).take(encoded.indices)
    mistyped[rows] = np.asarray(meant.is_valid())
    return Facts(disposable, free, mistyped, meant.drop_null())


def describe(domain: str) -> Known:
    """Say what is known about a domain in lower case and ASCII form."""
    listed = _listed()
    if domain in listed:
        return listed[domain]
    above = domain
    while above.count(".") > 1:
        _, _, above = above.partition(".")
        if above in listed and listed[above].disposable:
            return listed[above]
    return _NOTHING


@functools.cache
def _listed() -> dict[str, Known]:
    """Give what is known about every listed domain; who gives mailboxes to anyone does not give throw-away ones."""
    listed = {name: _NOTHING._replace(disposable=True) for name in blocklist - _NOT_DISPOSABLE}
    listed |= {name: _NOTHING._replace(free=True) for name in FREE_MAIL}
    for name, meant in meant_by_slip().items():
        listed[name] = listed.get(name, _NOTHING)._replace(meant=meant)
    return listed


def _may_be_listed(wire: pa.StringArray) -> Mask:
    """Say which rows may end in a listed name: all that do, and a few in a hundred of the others."""
    data, starts = buffers(wire)
    ends = starts[1:]
    if len(data) < _WORD_BYTES:
        return np.ones(len(wire), np.bool_)
    words: NDArray[np.uint64] = np.ndarray((len(data) - _WORD_BYTES + 1,), _WORD, data, strides=(1,))
    last, first = (words[np.maximum(ends - width, 0)] for width in (_WORD_BYTES, max(_WIDTHS)))
    listed = ends < max(_WIDTHS)  # the very first rows have too few bytes before their end to be told apart
    for width, table in _filter().items():
        listed |= table[_hashed(first, last, width)]
    return listed


@functools.cache
def _filter() -> dict[int, Mask]:
    """Give a bit table per width. A name stands behind "@" or a dot; the longest width that it fills is its own."""
    ends = [(mark + name).encode() for name in _listed() for mark in "@."]
    tables = {}
    for width in _WIDTHS:
        own = [end[-width:].rjust(max(_WIDTHS)) for end in ends if len(end) >= width]
        ends = [end for end in ends if len(end) < width]
        first, last = (np.array([part(end) for end in own], _WORD) for part in (_first_word, _last_word))
        tables[width] = np.zeros(1 << _TABLE_BITS[width], np.bool_)
        tables[width][_hashed(first, last, width)] = True
    return tables


def _first_word(end: bytes) -> int:
    return int.from_bytes(end[:_WORD_BYTES], "little")


def _last_word(end: bytes) -> int:
    return int.from_bytes(end[-_WORD_BYTES:], "little")


def _hashed(first: NDArray[np.uint64], last: NDArray[np.uint64], width: int) -> NDArray[np.uint64]:
    """Hash the last bytes of rows, given as two overlapping words, to places in the table of that width."""
    if width > _WORD_BYTES:
        last = last ^ (first * _SPREAD)
    elif width < _WORD_BYTES:
        last = last >> np.uint64(8 * (_WORD_BYTES - width))
    return (last * _SPREAD) >> np.uint64(64 - _TABLE_BITS[width])
