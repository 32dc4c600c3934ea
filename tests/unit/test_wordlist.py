"""Word lists: whole columns looked up at once give what a Python dict gives."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustleads.enrichment.normalize.arrays import buffers, words_at
from trustleads.enrichment.normalize.wordlist import WordList

# Few letters, and long pieces that differ in one place: what collides and what must be compared in full.
TEXTS = st.one_of(
    st.text("ab\0é", max_size=20),
    st.builds("{}{}{}".format, st.sampled_from(["", "a" * 8, "b" * 9]), st.text("ab", max_size=9), st.just("c" * 8)),
)


@pytest.mark.clause("LEAD-3")
@given(st.lists(TEXTS, unique=True, max_size=60), st.lists(st.none() | TEXTS, max_size=60))
def test_look_up_equals_that_of_a_dict(listed: list[str], cells: list[str | None]) -> None:
    cells += listed
    place = {word: i for i, word in enumerate(listed)}
    found = WordList(listed).rows_of(pa.array(cells, pa.string()))
    assert found.tolist() == [place.get(cell or "", -1) for cell in cells]


def test_pieces_of_a_column_are_looked_up_where_they_stand() -> None:
    column = pa.array(["acme gmbh", "gmbh & co", "inc"])
    data, offsets = buffers(column)
    ends = offsets[1:]
    found = WordList(["gmbh", "co", "inc"]).holds(words_at(data), ends - [4, 2, 3], ends)
    assert found.tolist() == [True, True, True]
    assert WordList(["gmb"]).holds(words_at(data), ends - [4, 2, 3], ends).tolist() == [False] * 3


def test_a_cell_that_is_null_may_hold_bytes() -> None:
    full = pa.array(["a", "b"])
    hidden = pa.StringArray.from_buffers(2, *full.buffers()[1:], pa.py_buffer(b"\x01"))
    assert hidden.to_pylist() == ["a", None]
    assert WordList(["b"]).holds_cells(hidden).tolist() == [False, True]  # so callers look at the validity themselves


def test_an_empty_list_holds_nothing_and_an_empty_column_has_no_answers() -> None:
    assert WordList([]).holds_cells(pa.array(["a", "", None])).tolist() == [False] * 3
    assert WordList(["a"]).holds_cells(pa.array([], pa.string())).tolist() == []


def test_words_that_share_all_but_their_length_are_told_apart() -> None:
    repeated = WordList("a" * size for size in range(1, 30))
    assert repeated.rows_of(pa.array(["a" * 29, "a" * 8, "a" * 30])).tolist() == [28, 7, -1]
