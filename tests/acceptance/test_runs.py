"""What a run does when something goes wrong, and what it leaves undone when nobody asks (LEAD-5, LEAD-6)."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

import trustleads as tl
from trustleads.enrichment.files.inputs import open_input
from trustleads.enrichment.run import Relay, Stopped, Turns, even_share

LEADS = pa.table({"email": ["a@b.example", "A@b.example"], "phone": ["+4930901820", None]})


class Recorder:
    """A resolver that says what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def lookup(self, domains: Iterable[str]) -> Mapping[str, tl.MxAnswer]:
        names = list(domains)
        self.asked += names
        return dict.fromkeys(names, tl.MxAnswer.ACCEPTS)


@pytest.mark.clause("GDPR-1")
@pytest.mark.parametrize(("field", "asked"), [("phone", []), ("company", []), ("email_mx", ["b.example"])])
def test_only_what_a_wanted_column_needs_is_asked(field: str, asked: list[str]) -> None:
    resolver = Recorder()
    tl.enrich(LEADS, fields=[field], mx=resolver)
    assert resolver.asked == asked


def test_mx_goes_through_to_the_columns() -> None:
    out = tl.enrich(LEADS, mx=Recorder()).to_pydict()
    assert out["tl_email_mx"] == ["yes", "yes"]
    assert tl.enrich(LEADS)["tl_email_mx"].null_count == 2


def test_an_error_of_the_resolver_reaches_the_caller() -> None:
    class Broken:
        def lookup(self, domains: Iterable[str]) -> Mapping[str, tl.MxAnswer]:
            raise RuntimeError(f"no network for {list(domains)}")

    with pytest.raises(RuntimeError, match="no network"):
        tl.enrich(LEADS, mx=Broken(), workers=3)


def test_the_first_fault_in_input_order_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trustleads.enrichment.csvio.source.CsvSource.blocks.__defaults__", (64,))
    rows = ["a@b.example,1"] * 200
    rows[40] = rows[150] = "a@b.example"
    (tmp_path / "in.csv").write_text("email,n\n" + "\n".join(rows), encoding="utf-8")
    for _ in range(5):
        with pytest.raises(tl.InvalidInput) as caught:
            tl.enrich(tmp_path / "in.csv", to=tmp_path / "out.csv", workers=4)
        assert caught.value.line == 42


def test_a_stream_that_breaks_leaves_no_output(tmp_path: Path) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield from LEADS.to_batches()
        raise ConnectionError("gone")

    reader = pa.RecordBatchReader.from_batches(LEADS.schema, batches())
    with pytest.raises(ConnectionError, match="gone"):
        tl.enrich(reader, to=tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []


def test_turns_go_in_order_and_end_when_closed() -> None:
    turns, seen = Turns(), []

    def take(number: int) -> None:
        with turns.turn(number):
            seen.append(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, reversed(range(8))))
    assert seen == list(range(8))
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(take, 99)
        turns.close()
        assert isinstance(late.exception(10), Stopped)


def test_a_relay_passes_items_on_in_order_and_keeps_nobody_waiting() -> None:
    relay = Relay(ahead=2)
    for number in (2, 1):
        relay.leave(number, number)
        assert list(relay.due()) == []
    relay.leave(0, 0)
    assert list(relay.due()) == [0, 1, 2]


def test_what_comes_meanwhile_goes_to_the_thread_that_is_at_it() -> None:
    relay = Relay(ahead=2)
    relay.leave(0, 0)
    at_it = relay.due()
    assert next(at_it) == 0
    relay.leave(1, 1)
    assert list(relay.due()) == []
    assert list(at_it) == [1]


def test_who_is_too_far_ahead_waits_for_the_relay() -> None:
    relay, seen = Relay(ahead=1), []

    def bring(number: int) -> None:
        relay.leave(number, number)
        seen.extend(relay.due())

    with ThreadPoolExecutor(8) as pool:
        brought = [pool.submit(bring, number) for number in reversed(range(1, 8))]
        assert not any(future.done() for future in brought[:-1])
        bring(0)
        for future in brought:
            future.result(10)
    assert sorted(seen) == list(range(8))


def test_a_closed_relay_sends_everybody_home() -> None:
    relay = Relay(ahead=1)
    relay.leave(0, 0)
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(relay.leave, 99, 99)
        relay.close()
        assert isinstance(late.exception(10), Stopped)
    with pytest.raises(Stopped):
        list(relay.due())


def test_a_finished_run_holds_on_to_nothing() -> None:
    gc.disable()
    try:
        before = pa.total_allocated_bytes()
        for _ in range(3):
            assert tl.enrich(pa.table({"email": ["a@b.example"] * 20_000}), workers=2).num_rows == 20_000
        assert pa.total_allocated_bytes() - before < 100_000
    finally:
        gc.enable()


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("total", [0, 1, 9, 100, 101, 1000])
def test_even_shares_keep_all_workers_busy_to_the_end(total: int, workers: int) -> None:
    share = even_share(total, workers, most=10)
    pieces = -(-total // share)
    assert 1 <= share <= 10
    assert pieces <= workers * -(-total // (workers * 10))


def test_shares_are_not_too_small_unless_the_largest_is() -> None:
    assert even_share(100, 4, most=1000, least=40) == 50
    assert even_share(1001, 4, most=65_536, least=1000) == 1001
    assert even_share(100, 4, most=2, least=40) == 2


@pytest.mark.clause("LEAD-6")
def test_a_file_is_cut_into_as_many_blocks_as_keep_all_workers_busy(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("email\n" + "somebody@firm.example\n" * 300_000, encoding="utf-8")
    with open_input(path) as source:
        sizes = [source.parse(piece).batch.num_rows for piece in source.pieces(workers=3)]
    assert len(sizes) == 3
    assert sum(sizes) == 300_000
    assert max(sizes) < 1.15 * min(sizes)


def test_many_calls_at_once() -> None:
    expected = tl.enrich(LEADS)
    with ThreadPoolExecutor(8) as pool:
        assert all(out.equals(expected) for out in pool.map(lambda _: tl.enrich(LEADS), range(24)))


@pytest.mark.clause("FILE-2")
def test_a_column_of_the_caller_is_never_taken_for_ours(tmp_path: Path) -> None:
    leads = pa.table({"email": ["a@b.example"], "phone": ["=HYPERLINK(1)"], "tl_department": ["=1+1"]})
    tl.enrich(leads, to=tmp_path / "out.csv", fields=["email_status"], prefix="x_")
    tl.enrich(leads, to=tmp_path / "two.csv", fields=["email_status"], prefix="")
    for name in ("out.csv", "two.csv"):
        assert ',"\'=HYPERLINK(1)","\'=1+1",' in (tmp_path / name).read_text(encoding="utf-8")


@pytest.mark.clause("LEAD-1")
def test_rejects_overwrite_neither_input_nor_output(tmp_path: Path) -> None:
    source = tmp_path / "leads.rejected.csv"
    source.write_text("email,n\na@b.example,1\nb\n", encoding="utf-8")
    for to, rejects in ((tmp_path / "leads.csv", None), (tmp_path / "o.csv", tmp_path / "." / "o.csv")):
        with pytest.raises(tl.InvalidInput, match="rejects="):
            tl.enrich(source, to=to, on_bad_row="report", rejects=rejects)
    assert [path.name for path in tmp_path.iterdir()] == ["leads.rejected.csv"]


def test_names_that_look_like_data_are_not_in_messages(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("ann@firm.example,Berlin\nbob@firm.example,Bonn\n", encoding="utf-8")
    with pytest.raises(tl.InvalidInput) as caught:
        tl.enrich(tmp_path / "in.csv", to=tmp_path / "out.csv", fields=["phone"])
    assert "ann@firm" not in str(caught.value)
    assert "looks like data" in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        {"columns": "email"},
        {"columns": {"email": 3}},
        {"fields": 5},
        {"rejects": "r.csv"},
        {"encoding": "cp1252"},
        {"on_bad_row": "report"},
    ],
    ids=str,
)
def test_options_of_the_wrong_kind(options: dict[str, object]) -> None:
    with pytest.raises(tl.InvalidInput, match=next(iter(options))):
        tl.enrich(LEADS, **options)


def test_a_reader_is_not_used_up_for_a_look() -> None:
    reader = LEADS.to_reader()
    with pytest.raises(tl.InvalidInput, match="only once"):
        tl.detect_columns(reader)
    assert reader.read_all().num_rows == 2


def test_ctrl_c_while_waiting_for_standard_input() -> None:
    command = [sys.executable, "-m", "trustleads", "enrich", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdin is not None
        child.stdin.write(b"email,n\n" + b"a@b.example,1\n" * 100_000)
        child.stdin.flush()
        time.sleep(1.5)
        child.send_signal(signal.SIGINT)
        try:
            assert child.wait(20) == 130
        finally:
            child.kill()


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("email\n" + "a@b.example\n" * 50_000, encoding="utf-8")
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "trustleads", "enrich", str(source)]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_column_without_text_form_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    leads = LEADS.append_column("tags", pa.array([[1], [2]]))
    with pytest.raises(tl.InvalidInput, match="tags"):
        tl.enrich(leads, to=tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []
    assert tl.enrich(leads, to=tmp_path / "out.parquet").rows == 2
