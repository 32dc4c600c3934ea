"""The whole-column path from website cells and mail domains to registrable domains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.enrichment.normalize.arrays import Bytes, Mask, Offsets, buffers, mask, slices
from trustleads.enrichment.normalize.company.suffixes import tables

_DOT, _HYPHEN, _SLASH, _QUERY, _FRAGMENT = b".-/?#"
_HTTPS, _HTTP = (int.from_bytes(scheme, "little") for scheme in (b"https://", b"http://"))
_WORD, _SEVEN_BYTES = 8, (1 << 56) - 1  # what one comparison reads, and "http://" of it
_LONGEST_LABEL = 63  # RFC 1035 section 2.3.4

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
    found = _registrable(lowered, offsets[:-1] + scheme, last - slash, 3 * (scheme > 0) + slash)
    rest = np.flatnonzero(~found.decided)
    if not len(rest):
        return found
    hosts = _without_path(lowered.take(pa.array(rest)))
    later = of_hosts(hosts)
    decided = found.decided.copy()
    decided[rest] = later.decided & mask(pc.not_equal(hosts, ""))
    place = np.arange(len(column))
    place[rest] = len(column) + np.arange(len(rest))
    return Domains(pa.concat_arrays([found.domain, later.domain]).take(pa.array(place)), decided)


def of_hosts(column: pa.StringArray) -> Domains:
    """Decide host names in ASCII and lower case, as the e-mail kernel gives them."""
    _, offsets = buffers(column)
    return _registrable(column, offsets[:-1], offsets[1:], np.zeros(len(column), np.int32))


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
    padded = np.concatenate([data[: offsets[-1]], np.zeros(_WORD, np.uint8)])
    eight = np.ndarray(len(padded) - _WORD + 1, np.dtype("<u8"), padded, strides=(1,))[offsets[:-1]]
    length = np.diff(offsets)
    https = (eight == _HTTPS) & (length >= _WORD)
    http = (eight & _SEVEN_BYTES == _HTTP) & (length >= _WORD - 1)
    return np.select([https, http], [np.int32(_WORD), np.int32(_WORD - 1)], np.int32(0))


def _registrable(column: pa.StringArray, first: Offsets, last: Offsets, around: Counts) -> Domains:
    """Cut the registrable domain out of the host between ``first`` and ``last`` of each row.

    Args:
        column: Rows in lower case.
        first: Where the hosts begin in the column's bytes.
        last: Where they end.
        around: How many signs of each row stand around the host ("://", a slash at the end).
    """
    data, offsets = buffers(column)
    data, tables_ = data[: offsets[-1]], tables()
    dots = np.flatnonzero(data == _DOT).astype(np.int32)
    before = np.searchsorted(dots, offsets)
    count, until = np.diff(before), before[1:]
    pair = _label_start(dots, until, count, 2, first)
    found = pc.index_in(slices(column, pair, last), tables_.pairs)
    public = mask(pc.less(found, tables_.public_pairs))
    deep = mask(pc.greater_equal(found, tables_.public_pairs))
    top = slices(column, _label_start(dots, until, count, 1, first), last)
    known = mask(pc.is_in(top, tables_.simple)) & ~deep
    start = np.where(public, _label_start(dots, until, count, 3, first), pair)
    there = mask(column.is_valid())
    domain = pc.if_else(pa.array(there & (count > public)), slices(column, start, last), None)
    plain = (_foreign_signs(data, offsets) == around) & _has_tidy_ends(data, first, last)
    plain &= last - first <= _LONGEST_LABEL
    return Domains(domain, (plain & (known | (count == 0))) | (first == last) | ~there)


def _label_start(dots: Offsets, end: Counts, count: Counts, labels: int, first: Offsets) -> Offsets:
    """Say where the last so many labels of each host begin, or where the host does if it has no more."""
    if not len(dots):
        return first
    return np.where(count >= labels, dots[np.maximum(end - labels, 0)] + 1, first).astype(np.int32)


def _foreign_signs(data: Bytes, offsets: Offsets) -> Counts:
    """Count the bytes of each row that no host name holds, hyphens and dots side by side among them."""
    punctuation = (data == _DOT) | (data == _HYPHEN)
    foreign = ~(punctuation | (data - np.uint8(ord("a")) < 26) | (data - np.uint8(ord("0")) < 10))  # noqa: PLR2004 - letters, digits
    foreign[1:] |= punctuation[1:] & punctuation[:-1]  # wrong across the edge of two rows, which the exact path bears
    total = np.zeros(len(data) + 1, np.int32)
    np.cumsum(foreign, out=total[1:])
    return np.diff(total[offsets])


def _has_tidy_ends(data: Bytes, first: Offsets, last: Offsets) -> Mask:
    """Tell which hosts neither begin nor end with a dot or a hyphen."""
    if not len(data):
        return np.zeros(len(first), np.bool_)
    head, tail = data[np.minimum(first, len(data) - 1)], data[np.maximum(last - 1, 0)]
    tidy: Mask = ~((head == _DOT) | (head == _HYPHEN) | (tail == _DOT) | (tail == _HYPHEN))
    return tidy
