"""The few Arrow and NumPy idioms that every kernel is written in.

All kernels take and give plain ``utf8`` arrays (32-bit offsets, offset 0): ``plain_strings`` makes one of
whatever the caller had. Views into Arrow buffers are read-only NumPy arrays and copy nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.core.errors import InvalidInput

Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int32]
Mask = NDArray[np.bool_]
Words = NDArray[np.uint64]

WORD = 8  # bytes that are looked at together
WORD_MASKS = np.array([(1 << 8 * size) - 1 for size in range(WORD + 1)], np.uint64)  # the first `size` bytes of a word

_INT64 = float(1 << 63)
_BINARY = (
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_binary_view,
    pa.types.is_fixed_size_binary,
)


class NoTextForm(InvalidInput, pa.ArrowInvalid):  # type: ignore[misc]  # pyarrow has no type information
    """A column that does not turn into text; Arrow's own error too, for those who try whether it does."""


def plain_strings(column: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    """Bring any column into the one layout that kernels work on.

    Accepts utf8, large_utf8, string_view, dictionary, null and every type that casts to text (numbers
    included: phone columns are often read as integers), chunked or sliced.

    Args:
        column: The caller's column, of n rows.

    Returns:
        ``utf8`` array of n rows whose first offset belongs to row 0; nulls stay null, and NaN becomes one.

    Raises:
        InvalidInput: The type has no text form (a list, a struct), or the bytes are not UTF-8 (``column_type``).
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        if isinstance(column, pa.ChunkedArray):  # what combine_chunks gives for some layouts and for no chunk at all
            column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if column.type != pa.string():
        column = _as_text(column)
    if column.offset == 0 and buffers(column)[1][0] == 0:
        return column
    return pa.concat_arrays([column, column[:0]])  # a copy of just these rows; a single array would come back as it is


def _as_text(column: pa.Array) -> pa.StringArray:
    """Cast to utf8; whole numbers come without ".0" and exponent: a phone column may be one of floats."""
    if pa.types.is_floating(column.type):
        return _float_text(column)
    text, fault = _cast(column)
    if fault:  # raised out here, without Arrow's error behind it, which may show what is in the cells
        raise NoTextForm(f"a column of type {column.type} {fault}: make it text first", reason="column_type")
    return pc.replace_substring_regex(text, r"\.0+$", "") if pa.types.is_decimal(column.type) else text


def _cast(column: pa.Array) -> tuple[pa.StringArray | None, str]:
    """Give the text, or what is wrong."""
    try:
        return column.cast(pa.string()), ""
    except pa.ArrowNotImplementedError:
        return None, "has no text form"
    except pa.ArrowInvalid:
        if not any(test(column.type) for test in _BINARY):
            raise
        return None, "holds bytes that are not UTF-8"


def _float_text(column: pa.Array) -> pa.StringArray:
    wide = column.cast(pa.float64())
    missing = pc.fill_null(pc.is_nan(wide), True)
    whole = pc.and_(pc.equal(wide, pc.floor(wide)), pc.less(pc.abs(wide), _INT64))
    digits = pc.if_else(whole, wide, None).cast(pa.int64()).cast(pa.string())
    if digits.null_count == pc.sum(missing).as_py():
        return digits
    return pc.if_else(missing, None, pc.coalesce(digits, column.cast(pa.string())))


def buffers(array: pa.StringArray) -> tuple[Bytes, Offsets]:
    """Give the bytes and the n + 1 row offsets of a plain string array, without a copy."""
    _, offsets, data = array.buffers()
    starts = np.frombuffer(offsets, dtype=np.int32, count=len(array) + 1) if offsets else np.zeros(1, np.int32)
    return (np.frombuffer(data, dtype=np.uint8) if data else np.zeros(0, np.uint8)), starts


def words_at(data: Bytes) -> Words:
    """View the eight bytes that begin at every place of ``data``, the first one lowest; zeros follow the last byte."""
    padded = np.concatenate((data, np.zeros(WORD, np.uint8)))
    return np.ndarray((len(data) + 1,), "<u8", padded, strides=(1,))


def gather(values: pa.Array, places: pa.IntegerArray) -> pa.Array:
    """Take values by places that were made here, and so need no check (which is a tenth of the work)."""
    return pc.take(values, places, boundscheck=False)


def slices(column: pa.StringArray, starts: Offsets, ends: Offsets) -> pa.StringArray:
    """Cut one piece out of every row: new offsets over the same bytes, then one gather.

    Args:
        column: Plain strings of n rows, whose null rows give empty pieces or none (they are not marked null).
        starts: Where the pieces begin in the column's bytes, n of them; inside their rows, on whole characters.
        ends: Where they end; not before they begin.

    Returns:
        The pieces, without nulls.
    """
    edges = np.empty(2 * len(starts) + 1, np.int32)
    edges[:-1:2], edges[1::2], edges[-1] = starts, ends, ends[-1] if len(ends) else 0
    pieces = pa.StringArray.from_buffers(2 * len(starts), pa.py_buffer(edges), column.buffers()[2])
    return gather(pieces, pa.array(np.arange(0, 2 * len(starts), 2, dtype=np.int32)))


def mask(array: pa.BooleanArray) -> Mask:
    """Give a boolean array as NumPy, null as false; unpacking the bits takes a tenth of what ``to_numpy`` does."""
    valid, values = array.buffers()
    truth = _bits(values, array)
    return truth & _bits(valid, array) if array.null_count else truth


def _bits(bitmap: pa.Buffer | None, array: pa.Array) -> Mask:
    if bitmap is None:  # an array without rows
        return np.zeros(0, np.bool_)
    end = array.offset + len(array)
    bits = np.unpackbits(np.frombuffer(bitmap, np.uint8), count=end, bitorder="little")
    return bits[array.offset :].view(np.bool_)


def labels(codes: NDArray[np.integer], words: Sequence[str | None]) -> pa.StringArray:
    """Turn small integer codes into strings: row i gets ``words[codes[i]]`` (None gives null)."""
    return gather(pa.array(words, pa.string()), pa.array(codes))


def overlaid(base: pa.Array, *patches: tuple[NDArray[np.integer], pa.Array]) -> pa.Array:
    """Put other values into some rows: by one gather, which is twice as fast as a replacement by mask.

    Args:
        base: The column as it is.
        patches: Rows, and as many values for them, each; of two patches for a row the last one stays.
    """
    place, filled = np.arange(len(base), dtype=np.int32), len(base)
    for rows, values in patches:
        place[rows] = np.arange(filled, filled + len(values), dtype=np.int32)
        filled += len(values)
    if filled == len(base):
        return base
    return gather(pa.concat_arrays([base, *(values for _, values in patches)]), pa.array(place))


def per_distinct(
    column: pa.StringArray, function: Callable[[str], tuple[object, ...]], types: Sequence[pa.DataType]
) -> list[pa.Array]:
    """Apply a function once to each distinct value and spread its results over the rows.

    What is remembered lasts for this batch only, so memory is bounded by the batch.

    Args:
        column: Plain strings; null rows give null in every result.
        function: Value to a tuple of ``len(types)`` results.
        types: Arrow type of each result column.

    Returns:
        One array per result, each as long as ``column``.
    """
    encoded = column.dictionary_encode()
    results = [function(value) for value in encoded.dictionary.to_pylist()]
    columns = zip(*results, strict=True) if results else [() for _ in types]
    return [gather(pa.array(list(values), t), encoded.indices) for values, t in zip(columns, types, strict=True)]
