from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustleads.core.errors import InvalidInput, Unavailable
from trustleads.enrichment import duplicates
from trustleads.enrichment.duplicates import DuplicateFinder, Hashes, hash_strings

pytestmark = pytest.mark.clause("LEAD-6")

Hasher = Callable[[pa.StringArray], Hashes]

values = st.one_of(
    st.none(),
    st.sampled_from(["", "a@x.example", "A@x.example", "b@x.example", "12345678", "1234567\0", "12345678\0"]),
    st.text(max_size=40),
)
batches = st.lists(st.lists(values, max_size=40), max_size=8)


def by_dict(batches: Sequence[Sequence[str | None]]) -> list[int | None]:
    first: dict[str, int] = {}
    answers: list[int | None] = []
    for row, value in enumerate(value for batch in batches for value in batch):
        seen = row if value is None else first.setdefault(value, row)
        answers.append(None if seen == row else seen)
    return answers


def by_finder(batches: Sequence[Sequence[str | None]], hasher: Hasher = hash_strings) -> list[int | None]:
    answers: list[int | None] = []
    with DuplicateFinder() as finder:
        for batch in batches:
            column = pa.array(batch, pa.string())
            answers += finder.add(column, hasher(column)).to_pylist()
        assert finder.rows == len(answers)
        assert finder.duplicates == len(answers) - answers.count(None)
    return answers


def constant(column: pa.StringArray) -> Hashes:
    return np.full(len(column), 2**64 - 1, np.uint64)


def three_hashes(column: pa.StringArray) -> Hashes:
    """Neighbours at the end of the table, so that chains run over its edge, and one in its middle."""
    three = np.array([2**64 - 1, 2**64 - 2**32 - 1, 2**63], np.uint64)
    hashes: Hashes = three[hash_strings(column) % np.uint64(3)]
    return hashes


def last_slots(column: pa.StringArray) -> Hashes:
    """Different hashes, all with the last home slot."""
    return hash_strings(column) | np.uint64(0xFFFF << 48)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Make every limit so low that a few rows pass it: growth, mapped tables, spilled texts."""
    monkeypatch.setattr(duplicates, "TABLE_SIZES", (4, 16, 32))
    monkeypatch.setattr(duplicates, "PART", 8)
    monkeypatch.setattr(duplicates, "RECENT_BYTES", 100)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@given(batches)
def test_equals_a_dict(batches: list[list[str | None]]) -> None:
    assert by_finder(batches) == by_dict(batches)


@given(batches, st.sampled_from([constant, three_hashes, last_slots]))
def test_equals_a_dict_when_hashes_collide(batches: list[list[str | None]], hasher: Hasher) -> None:
    assert by_finder(batches, hasher) == by_dict(batches)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("hasher", [hash_strings, constant, three_hashes, last_slots])
def test_equals_a_dict_when_everything_grows_and_spills(hasher: Hasher) -> None:
    @settings(max_examples=60)
    @given(st.lists(st.lists(values, max_size=60), min_size=3, max_size=8))
    def check(batches: list[list[str | None]]) -> None:
        assert by_finder(batches, hasher) == by_dict(batches)

    check()


@pytest.mark.usefixtures("small")
def test_large_batches_equal_a_dict() -> None:
    rng = np.random.default_rng(1)
    batches = [[f"lead{n}@x.example" for n in rng.integers(40_000, size=20_000)] for _ in range(4)]
    assert by_finder(batches) == by_dict(batches)


def test_ten_thousand_equal_values_point_at_the_first() -> None:
    assert by_finder([["x"] * 5000, ["x"] * 5000]) == [None] + [0] * 9999


def test_nulls_are_nobodys_duplicate_and_empty_strings_are_values() -> None:
    assert by_finder([[None, ""], [None, ""]]) == [None, None, None, 1]


def test_hashes_are_computed_when_not_given() -> None:
    with DuplicateFinder() as finder:
        assert finder.add(pa.array(["a", "b", "a"])).to_pylist() == [None, None, 0]


def test_answers_are_int64() -> None:
    with DuplicateFinder() as finder:
        assert finder.add(pa.array([], pa.string())).type == pa.int64()


@given(st.lists(st.text(max_size=30), min_size=1, max_size=30))
def test_a_hash_depends_on_nothing_but_the_value(words: list[str]) -> None:
    together = hash_strings(pa.array(words))
    alone = [hash_strings(pa.array([word]))[0] for word in words]
    assert together.tolist() == [int(h) for h in alone]


def hash_of(value: bytes) -> int:
    """The same, one value at a time: neither order nor company changes a hash, and no version of this package may."""
    odd_1, odd_2, bits = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, 2**64 - 1
    state = len(value) * odd_2 & bits
    for at in range(0, len(value), 8):
        state = (state ^ int.from_bytes(value[at : at + 8], "little")) * odd_1 & bits
        state ^= state >> 32
    return (state ^ state >> 32) * odd_2 & bits


def test_hashes_of_all_lengths_together() -> None:
    words = [None, *("abcdefgh" * 200)[:60], *("0123456789" * 300 + "e" * n for n in (0, 1))]
    words += ["x" * n for n in (0, 1, 7, 8, 9, 15, 16, 17, 64, 3, 2500, 2048, 5)]
    assert hash_strings(pa.array(words)).tolist() == [hash_of((word or "").encode()) for word in words]
    assert len(hash_strings(pa.array([], pa.string()))) == 0


def test_hashes_spread() -> None:
    """Numbered addresses, the usual case, must not share the 32 bits that a table compares."""
    hashes = hash_strings(pa.array([f"lead.{n}@company.example" for n in range(200_000)]))
    assert len(np.unique(hashes)) == 200_000
    assert len(np.unique(hashes >> np.uint64(32))) > 199_980  # about 5 pairs are expected by chance
    homes = np.bincount((hashes >> np.uint64(48)).astype(np.int64), minlength=2**16)
    assert homes.max() < 20  # 3 on average


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_temporary_files_have_no_name_and_are_closed(small: Path) -> None:
    open_before = open_files()
    with DuplicateFinder() as finder:
        for batch in range(10):
            finder.add(pa.array([f"lead{batch}.{n}@x.example" for n in range(50)]))
        assert open_files() > open_before
        assert list(small.iterdir()) == []
    assert open_files() == open_before


@pytest.mark.usefixtures("small")
def test_a_system_without_pread_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pread")
    batches = [[f"lead{n % 37}.{batch % 5}@x.example" for n in range(50)] for batch in range(12)]
    assert by_finder(batches) == by_dict(batches)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("rows", [1, 20_000], ids=["texts", "table"])
def test_a_full_disk_is_an_error(rows: int) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with DuplicateFinder() as finder:
        if rows == 1:
            finder.add(pa.array(["a@x.example"] * 20_000))  # so that the next batch writes them
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        try:
            with pytest.raises(Unavailable, match="duplicates: ") as caught:
                finder.add(pa.array([f"b{row}@x.example" for row in range(rows)]))
            assert "@" not in str(caught.value)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "MAX_ROWS", 3)
    with DuplicateFinder() as finder:
        finder.add(pa.array(["a", "b"]))
        with pytest.raises(InvalidInput) as caught:
            finder.add(pa.array(["a", "b"]))
    assert caught.value.reason == "too_many_rows"


def test_memory_is_flat() -> None:
    """Two million more values than the first million cost next to nothing."""
    child = """
import resource
import numpy as np, pyarrow as pa, pyarrow.compute as pc
from trustleads.enrichment.duplicates import DuplicateFinder
finder, peaks = DuplicateFinder(), []
for start in range(0, 3_000_000, 62_500):
    numbers = pa.array(np.arange(start, start + 62_500)).cast(pa.string())
    finder.add(pc.binary_join_element_wise("lead", numbers, "@company.example", ""))
    peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
finder.close()
print(peaks[15], peaks[-1])
"""
    output = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True).stdout
    at_one_million, at_three = map(int, output.split())
    assert at_three - at_one_million < 20
