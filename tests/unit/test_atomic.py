"""Files that appear whole or not at all: names, permissions, links, threads (LEAD-6)."""

from __future__ import annotations

import errno
import io
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trustleads.core.atomic import TEMPORARY_PREFIX, AtomicFile, Files, Spool, from_os_error
from trustleads.core.errors import InvalidInput, Unavailable


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(TEMPORARY_PREFIX)]


@pytest.mark.clause("LEAD-6")
def test_a_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with AtomicFile(target) as file:
        assert file.write(b"one,") == 4
        file.write(memoryview(b"two"))
        assert file.tell() == 7
        assert not target.exists()
        assert len(leftovers(tmp_path)) == 1
        assert not file.closed
    assert file.closed
    assert target.read_bytes() == b"one,two"
    assert leftovers(tmp_path) == []


@pytest.mark.clause("LEAD-6")
@pytest.mark.parametrize("error", [ValueError("bad row"), KeyboardInterrupt(), SystemExit(1)])
def test_an_exception_leaves_everything_as_it_was(tmp_path: Path, error: BaseException) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    with pytest.raises(type(error)) as caught, AtomicFile(target) as file:  # noqa: PT012 - what fails is the block
        file.write(b"new")
        raise error
    assert caught.value is error
    assert target.read_bytes() == b"old"
    assert leftovers(tmp_path) == []


def test_a_file_that_is_replaced_keeps_its_permissions_and_a_new_one_gets_the_usual_ones(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    usual = stat.S_IMODE((tmp_path / "usual").stat().st_mode)
    for name, mode in (("new", None), ("private", 0o600), ("shared", 0o664)):
        target = tmp_path / name
        if mode is not None:
            target.touch()
            target.chmod(mode)
        with AtomicFile(target) as file:
            file.write(b"x")
            (temporary,) = leftovers(tmp_path)
            assert stat.S_IMODE((tmp_path / temporary).stat().st_mode) == 0o600
        after = stat.S_IMODE(target.stat().st_mode)
        assert after == (usual if mode is None else mode)


@pytest.mark.parametrize("umask", [0o000, 0o027, 0o077])
def test_a_new_file_obeys_the_umask_of_the_process(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with AtomicFile(tmp_path / "out") as file:
            file.write(b"x")
            (temporary,) = leftovers(tmp_path)
            assert stat.S_IMODE((tmp_path / temporary).stat().st_mode) == 0o600
    finally:
        assert os.umask(before) == umask
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o666 & ~umask


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name in ("there", "dangling"):
        target, link = tmp_path / "folder" / name, tmp_path / f"link to {name}"
        link.symlink_to(target)
        with AtomicFile(link) as file:
            file.write(b"new")
        assert link.is_symlink()
        assert target.read_bytes() == b"new"


def test_nothing_can_be_written_outside_the_block(tmp_path: Path) -> None:
    file = AtomicFile(tmp_path / "out")
    with pytest.raises(ValueError, match="not open"):
        file.write(b"x")


def test_other_formats_can_be_written_too(tmp_path: Path) -> None:
    table = pa.table({"a": range(1000)})
    with AtomicFile(tmp_path / "out.parquet") as file:
        pq.write_table(table, file)
    assert pq.read_table(tmp_path / "out.parquet").equals(table)


# What the caller may get wrong


@pytest.mark.parametrize(
    ("name", "reason", "text"),
    [
        ("missing/out.csv", "not_found", "there is no folder .*missing"),
        ("file/out.csv", "not_found", "there is no folder"),
        ("folder", "is_a_folder", "directory"),
        ("pipe", "not_a_file", "no ordinary file"),
        ("x" * 300, "bad_path", "too long"),
        ("loop", "bad_path", "symbolic links"),
    ],
)
def test_a_name_that_cannot_be_written_is_explained(tmp_path: Path, name: str, reason: str, text: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InvalidInput, match=f"cannot write .*{name[:20]}.*: .*{text}") as caught:
        AtomicFile(tmp_path / name).__enter__()
    assert caught.value.reason == reason
    assert leftovers(tmp_path) == []


@contextmanager
def without_privileges() -> Iterator[None]:
    """Be somebody else than root for a while: root may write anywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_is_write_protected_is_not_replaced() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        (folder / "locked").mkdir(mode=0o555)
        (folder / "file.csv").write_bytes(b"keep")
        (folder / "file.csv").chmod(0o444)
        for path in (folder / "locked" / "out.csv", folder / "file.csv"):
            with without_privileges(), pytest.raises(InvalidInput, match=f"{path.name}: Permission denied") as caught:
                AtomicFile(path).__enter__()
            assert caught.value.reason == "not_permitted"
        assert sorted(path.name for path in folder.rglob("*")) == ["file.csv", "locked"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOENT, InvalidInput), (errno.EROFS, InvalidInput), (errno.ENOSPC, Unavailable), (errno.EIO, Unavailable)],
)
def test_mistakes_and_broken_machines_are_told_apart(number: int, kind: type[Exception]) -> None:
    error = from_os_error(OSError(number, "x"), "cannot write out.csv")
    assert type(error) is kind
    assert str(error) == f"cannot write out.csv: {os.strerror(number)}"


def test_an_error_without_a_number_is_translated_too() -> None:
    assert str(from_os_error(TimeoutError("x"), "cannot read it")) == "cannot read it: TimeoutError"


# Streams


@pytest.mark.clause("LEAD-6")
def test_a_spool_gives_all_or_nothing() -> None:
    stream = io.BytesIO()
    with Spool(stream) as spool:
        assert spool.write(b"a,b\n") == spool.tell() == 4
        spool.write(b"1,2\n")
        assert stream.getvalue() == b""
    assert stream.getvalue() == b"a,b\n1,2\n"
    assert not stream.closed
    with pytest.raises(KeyError), Spool(stream) as spool:  # noqa: PT012 - what fails is the block
        spool.write(b"lost")
        raise KeyError
    assert stream.getvalue() == b"a,b\n1,2\n"


class Narrow(io.RawIOBase):
    """A raw stream that takes a few bytes at a time, and in the end maybe none."""

    def __init__(self, error: OSError | None = None) -> None:
        self.taken, self.error = b"", error

    def writable(self) -> bool:
        return True

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        if self.error and len(self.taken) > 20:
            raise self.error
        self.taken += bytes(data[:7])
        return min(7, len(data))


def test_a_spool_fills_a_narrow_stream() -> None:
    stream = Narrow()
    with Spool(stream) as spool:  # type: ignore[arg-type]
        spool.write(b"0123456789" * 10)
    assert stream.taken == b"0123456789" * 10


@pytest.mark.parametrize(
    ("error", "kind"), [(BrokenPipeError(errno.EPIPE, ""), BrokenPipeError), (OSError(errno.ENOSPC, ""), Unavailable)]
)
def test_a_stream_that_fails_is_reported(error: OSError, kind: type[Exception]) -> None:
    spool = Spool(Narrow(error))  # type: ignore[arg-type]
    with pytest.raises(kind), spool:
        spool.write(b"0123456789" * 10)
    assert spool._file.closed


def test_a_spool_without_room_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Full(Files):
        def write(self, *_: object) -> int:
            raise OSError(errno.ENOSPC, "")

    with pytest.raises(Unavailable, match="No space left"), Spool(io.BytesIO(), files=Full()) as spool:
        spool.write(b"x")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(InvalidInput):
        Spool(io.BytesIO()).__enter__()
