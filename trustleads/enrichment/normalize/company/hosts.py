"""The whole-column path from website cells and mail domains to registrable domains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.enrichment.normalize.arrays import WORD, Bytes, Mask, Offsets, buffers, mask, overlaid, slices, words_at
from trustleads.enrichment.normalize.company.suffixes import tables

_DOT, _HYPHEN, _SLASH, _QUERY, _FRAGMENT = b".-/?#"
_HTTPS, _HTTP = (int.from_bytes(scheme, "little") for scheme in (b"https://", b"http://"))
_SEVEN_BYTES = np.uint64((1 << 56) - 1)  # "http://" of the eight bytes that one comparison reads
_LONGEST_LABEL = 63  # RFC 1035 section 2.3.4
_FEW = 4  # listing places is cheaper than counting up to one in so many bytes, as a power of two

Counts = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Domains:
    """Registrable domains of n rows, and which rows are decided; the others are for the exact path."""

    domain: pa.StringArray
    decided: Mask


def of_sites(column: pa.StringArray) -> Domains:
    """Decide URLs and host names with a plain ASCII host; null and empty cells too."""
    lowered = pc.ascii_lower(column)
    data, offsets = buffers(lowered)
    scheme, last = _scheme_lengths(data, offsets), offsets[1:]
    slash = _ends_in_slash(data, offsets[:-1] + scheme, last)
    found = _registrable(lowered, offsets[:-1] + scheme, last - slash)
    rest = np.flatnonzero(~found.decided)
    if not len(rest):
        return found
    hosts = _without_path(lowered.take(pa.array(rest)))
    later = of_hosts(hosts)
    decided = found.decided.copy()
    decided[rest] = later.decided & mask(pc.not_equal(hosts, ""))
    return Domains(overlaid(found.domain, (rest, later.domain)), decided)


def of_hosts(column: pa.StringArray) -> Domains:
    """Decide host names in ASCII and lower case, as the e-mail kernel gives them."""
    _, offsets = buffers(column)
    return _registrable(column, offsets[:-1], offsets[1:])


def _without_path(lowered: pa.StringArray) -> pa.StringArray:
    """Cut off scheme, path, query and fragment."""
    data, offsets = buffers(lowered)
    data = data[: offsets[-1]]
    first = offsets[:-1] + _scheme_lengths(data, offsets)
    stops = np.flatnonzero((data == _SLASH) | (data == _QUERY) | (data == _FRAGMENT))
    stop = np.append(stops, len(data))[np.searchsorted(stops, first)]
    return slices(lowered, first, np.minimum(stop, offsets[1:]).astype(np.int32))


def _ends_in_slash(data: Bytes, first: Offsets, last: Offsets) -> Mask:
    if not len(data):
        return np.zeros(len(first), np.bool_)
    slash: Mask = (last > first) & (data[np.maximum(last - 1, 0)] == _SLASH)
    return slash


def _scheme_lengths(data: Bytes, offsets: Offsets) -> Offsets:
    """Count the bytes of "https://" or "http://" at the beginning of each row: one look at eight bytes."""
    eight = words_at(data[: offsets[-1]])[offsets[:-1]]
    length = np.diff(offsets)
    https = (eight == _HTTPS) & (length >= WORD)
    http = (eight & _SEVEN_BYTES == _HTTP) & (length >= WORD - 1)
    lengths: Offsets = https * np.int32(WORD) + http * np.int32(WORD - 1)
    return lengths


def _registrable(column: pa.StringArray, first: Offsets, last: Offsets) -> Domains:
    """Cut the registrable domain out of the host between ``first`` and ``last`` of each row.

    Args:
        column: Rows in lower case.
        first: Where the hosts begin in the column's bytes; "://" may stand before.
        last: Where they end; a slash may follow.
    """
    data, offsets = buffers(column)
    data, tables_ = data[: offsets[-1]], tables()
    words = words_at(data)
    dots = np.flatnonzero(data == _DOT).astype(np.int32)
    before = np.searchsorted(dots, offsets)
    count, until = np.diff(before), before[1:]
    pair = _label_start(dots, until, count, 2, first)
    found = tables_.pairs.find(words, pair, last)
    deep = found >= tables_.public_pairs
    public = (found >= 0) & ~deep
    known = tables_.simple.holds(words, _label_start(dots, until, count, 1, first), last) & ~deep
    start = np.where(public, _label_start(dots, until, count, 3, first), pair)
    there = mask(column.is_valid())
    domain = pc.if_else(pa.array(there & (count > public)), slices(column, start, last), None)
    plain = ~_has_foreign_sign(data, offsets, first, last) & _has_tidy_ends(data, first, last)
    plain &= last - first <= _LONGEST_LABEL
    return Domains(domain, (plain & (known | (count == 0))) | (first == last) | ~there)


def _label_start(dots: Offsets, end: Counts, count: Counts, labels: int, first: Offsets) -> Offsets:
    """Say where the last so many labels of each host begin, or where the host does if it has no more."""
    if not len(dots):
        return first
    return np.where(count >= labels, dots[np.maximum(end - labels, 0)] + 1, first).astype(np.int32)


def _has_foreign_sign(data: Bytes, offsets: Offsets, first: Offsets, last: Offsets) -> Mask:
    """Tell which rows hold a byte that no host name does, or hyphens and dots side by side.

    The three signs before a host ("://") and the one behind it (a slash) do not count.
    """
    punctuation = (data == _DOT) | (data == _HYPHEN)
    foreign = ~(punctuation | (data - np.uint8(ord("a")) < 26) | (data - np.uint8(ord("0")) < 10))  # noqa: PLR2004 - letters, digits
    foreign[1:] |= punctuation[1:] & punctuation[:-1]  # wrong across the edge of two rows, which the exact path bears
    behind = last[last < offsets[1:]]
    foreign[behind] = False
    after_scheme = first[first > offsets[:-1]]
    for sign in (1, 2, 3):
        foreign[after_scheme - sign] = False
    if np.count_nonzero(foreign) > len(data) >> _FEW:
        before = np.zeros(len(data) + 1, np.int32)
        np.cumsum(foreign, dtype=np.int32, out=before[1:])
        counted: Mask = np.diff(before[offsets]) > 0
        return counted
    found = np.zeros(len(first), np.bool_)
    found[np.searchsorted(offsets, np.flatnonzero(foreign), side="right") - 1] = True
    return found


def _has_tidy_ends(data: Bytes, first: Offsets, last: Offsets) -> Mask:
    """Tell which hosts neither begin nor end with a dot or a hyphen."""
    if not len(data):
        return np.zeros(len(first), np.bool_)
    head, tail = data[np.minimum(first, len(data) - 1)], data[np.maximum(last - 1, 0)]
    tidy: Mask = ~((head == _DOT) | (head == _HYPHEN) | (tail == _DOT) | (tail == _HYPHEN))
    return tidy
