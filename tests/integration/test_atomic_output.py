"""No half output under the final name: every call to the operating system fails in turn, and kill -9 (LEAD-6)."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from trustleads.core.atomic import TEMPORARY_PREFIX, AtomicFile, Files, Spool
from trustleads.core.errors import TrustLeadsError
from trustleads.enrichment.csvio import CsvSource, Encoder, header_line, open_source, parse_block

OLD = b"what was there before\n"
ROWS = b"".join(b"%d,=1+1\n" % number for number in range(12_000))
SOURCE = b"id,note\n" + ROWS
RESULT = b"id,note\n" + b"".join(b'"%d","\'=1+1"\n' % number for number in range(12_000))
CALLS = {"stat", "open", "write", "chmod", "fsync", "close", "replace"}
SHORT = -1


@dataclass
class FailingFiles(Files):
    """Makes the n-th call fail, or also all calls after it.

    Attributes:
        at: Number of the call, from 1; 0 lets all pass.
        fault: The error number, or ``SHORT`` to write only a part.
        sticky: Whether the fault stays.
        calls: Names of the calls made.
        fired: Names of the calls that failed.
    """

    at: int
    fault: int
    sticky: bool
    calls: list[str] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def __getattribute__(self, name: str) -> Any:
        real = super().__getattribute__(name)
        if name not in CALLS | {"unlink"}:
            return real

        def call(*args: Any) -> Any:
            self.calls.append(name)
            number = len(self.calls)
            if number != self.at and not (self.sticky and number > self.at > 0):
                return real(*args)
            return self.fail(name, real, args)

        return call

    def fail(self, name: str, real: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        if self.fault == SHORT:
            if name != "write":
                return real(*args)
            fd, data = args
            self.fired.append(name)
            return real(fd, data[: max(1, len(data) // 3)])
        self.fired.append(name)
        if name == "close":
            real(*args)  # a descriptor is gone, whatever close says
        raise OSError(self.fault, os.strerror(self.fault))


def write_csv(target: Path, source: Path, files: Files) -> None:
    with open_source(source) as leads, AtomicFile(target, files=files) as out:
        copy_rows(leads, out)


def copy_rows(leads: CsvSource, out: AtomicFile | Spool) -> None:
    """Do what a run does: read, parse, encode and write in blocks."""
    encoder = Encoder()
    out.write(header_line(leads.names, leads.delimiter))
    for block in leads.blocks(20_000):
        encoder.write(encoder.writable(parse_block(block, leads).batch), out.write)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0


@pytest.mark.clause("LEAD-6")
@pytest.mark.parametrize("existing", [False, True], ids=["new file", "file replaced"])
@pytest.mark.parametrize("sticky", [False, True], ids=["once", "stickily"])
@pytest.mark.parametrize("fault", [errno.EIO, errno.ENOSPC, SHORT], ids=["EIO", "ENOSPC", "short write"])
def test_every_call_fails_in_turn(tmp_path: Path, fault: int, sticky: bool, existing: bool) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out" / "out.csv"
    source.write_bytes(SOURCE)
    target.parent.mkdir()
    write_csv(target, source, Files())
    assert target.read_bytes() == RESULT
    fired: Counter[str] = Counter()
    at = 0
    while True:
        at += 1
        if existing:
            target.write_bytes(OLD)
        else:
            target.unlink(missing_ok=True)
        files = FailingFiles(at, fault, sticky)
        before = open_descriptors()
        try:
            write_csv(target, source, files)
            failed = False
        except TrustLeadsError:
            failed = True
        assert open_descriptors() == before
        fired.update(set(files.fired))
        check_outcome(target, files, existing=existing, failed=failed)
        if at > len(files.calls):
            break
    expected = {"write"} if fault == SHORT else CALLS
    if fault != SHORT and (sticky or not existing):  # the permissions of a new file cost one, removing the rest another
        expected = expected | {"unlink"}
    assert set(fired) == expected, fired


def check_outcome(target: Path, files: FailingFiles, *, existing: bool, failed: bool) -> None:
    """The whole new file, or everything as it was."""
    in_place = "replace" in files.calls and "replace" not in files.fired
    if in_place:
        assert target.read_bytes() == RESULT
    elif existing:
        assert target.read_bytes() == OLD
    else:
        assert not target.exists()
    harmless = not files.fired or files.fault == SHORT
    assert failed == (not harmless)
    assert failed or in_place
    rest = [path for path in target.parent.iterdir() if path != target]
    assert bool(rest) == (files.sticky and "unlink" in files.fired)
    for path in rest:
        path.unlink()


@pytest.mark.clause("LEAD-6")
@pytest.mark.parametrize("at", [3, 7], ids=["permissions", "writing"])
def test_a_temporary_file_that_cannot_be_removed_is_named(tmp_path: Path, at: int) -> None:
    files = FailingFiles(at, errno.EIO, sticky=True)
    with pytest.raises(TrustLeadsError) as caught, AtomicFile(tmp_path / "out", files=files) as out:
        out.write(b"x")
    (rest,) = tmp_path.iterdir()
    assert caught.value.__notes__ == [f"a temporary file could not be removed: {rest}"]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EACCES, errno.ENOTSUP])
def test_a_folder_that_cannot_be_flushed_is_no_fault(tmp_path: Path, number: int) -> None:
    files = FailingFiles(0, 0, sticky=False)
    with AtomicFile(tmp_path / "out", files=files) as out:
        out.write(b"x")
    last_open = len(files.calls) - files.calls[::-1].index("open")
    with AtomicFile(tmp_path / "other", files=FailingFiles(last_open, number, sticky=False)) as out:
        out.write(b"x")
    assert (tmp_path / "other").read_bytes() == b"x"


@pytest.mark.clause("LEAD-6")
def test_nothing_is_written_that_is_not_flushed_before_the_renaming(tmp_path: Path) -> None:
    files = FailingFiles(0, 0, sticky=False)
    (tmp_path / "in.csv").write_bytes(SOURCE)
    write_csv(tmp_path / "out.csv", tmp_path / "in.csv", files)
    assert files.calls[-7:] == ["chmod", "fsync", "close", "replace", "open", "fsync", "close"]
    assert "write" in files.calls[:-7]
    assert files.calls.count("fsync") == 2


@pytest.mark.clause("LEAD-6")
def test_input_and_output_may_be_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(SOURCE)
    write_csv(path, path, Files())
    assert path.read_bytes() == RESULT


@pytest.mark.clause("LEAD-6")
def test_a_fault_in_the_last_row_leaves_no_output(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(SOURCE + b"one field\n")
    with pytest.raises(TrustLeadsError, match="line 12002"):
        write_csv(tmp_path / "out.csv", tmp_path / "in.csv", Files())
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


WRITER = """
import sys
from trustleads.core.atomic import AtomicFile
version = 0
print("started", flush=True)
while True:
    version += 1
    with AtomicFile(sys.argv[1]) as out:
        for _ in range(50):
            out.write(b"%08d" % version * 1000)
"""


@pytest.mark.clause("LEAD-6")
def test_a_killed_writer_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    target = tmp_path / "out"
    chance = random.Random(3)
    versions, cut_short = set(), 0
    for _ in range(40):
        child = subprocess.Popen([sys.executable, "-c", WRITER, target], stdout=subprocess.PIPE)
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == b"started\n"
            time.sleep(chance.uniform(0, 0.06))
        finally:
            child.send_signal(signal.SIGKILL)
            child.communicate()
        rest = [path for path in tmp_path.iterdir() if path.name.startswith(TEMPORARY_PREFIX)]
        cut_short += bool(rest)
        for path in rest:
            path.unlink()
        if target.exists():
            content = target.read_bytes()
            assert len(content) == 400_000
            assert content == content[:8] * 50_000
            versions.add(content[:8])
    print(f"40 kills: {cut_short} in the middle of a file, {len(versions)} versions seen")  # noqa: T201 - for -s
    assert cut_short > 0
    assert versions


@pytest.mark.clause("LEAD-6")
def test_a_pipe_gets_nothing_before_it_gets_everything(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(SOURCE + b"one field\n")
    with (tmp_path / "stdout").open("w+b", buffering=0) as stream:
        spool = Spool(stream)
        with pytest.raises(TrustLeadsError, match="line 12002"), spool, open_source(tmp_path / "in.csv") as leads:
            copy_rows(leads, spool)
        assert spool.tell() > 100_000
        assert stream.tell() == 0
        (tmp_path / "in.csv").write_bytes(SOURCE)
        with Spool(stream) as spool, open_source(tmp_path / "in.csv") as leads:
            copy_rows(leads, spool)
    assert (tmp_path / "stdout").read_bytes() == RESULT
