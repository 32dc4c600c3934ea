"""Files that appear whole or not at all.

``AtomicFile`` writes to a temporary file beside the final name and renames it at the end; ``Spool`` writes to
a nameless one and copies it to a stream at the end. Either way nobody downstream ever sees half an output.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from trustleads.core.errors import InvalidInput, TrustLeadsError, Unavailable

Data = bytes | bytearray | memoryview

TEMPORARY_PREFIX = ".trustleads-"  # what a killed process leaves behind begins with this
_COPY_BYTES = 1 << 20
_USER_MISTAKES = {
    errno.ENOENT: "not_found",
    errno.ENOTDIR: "not_found",
    errno.EISDIR: "is_a_folder",
    errno.EACCES: "not_permitted",
    errno.EPERM: "not_permitted",
    errno.EROFS: "not_permitted",
    errno.ENAMETOOLONG: "bad_path",
    errno.ELOOP: "bad_path",
}
_CANNOT_FLUSH_FOLDERS = {errno.EACCES, errno.EINVAL, errno.ENOTSUP}  # some file systems; nothing more can be done


def from_os_error(error: OSError, doing: str) -> TrustLeadsError:
    """Say in this library's words what the operating system refused.

    Args:
        error: What it raised.
        doing: What was tried, such as ``"cannot write leads.csv"``.

    Returns:
        ``InvalidInput`` where the caller named something wrong, ``Unavailable`` where the machine is at fault
        (disk full, disk broken).
    """
    message = f"{doing}: {os.strerror(error.errno) if error.errno else type(error).__name__}"
    reason = _USER_MISTAKES.get(error.errno or 0)
    return InvalidInput(message, reason=reason) if reason else Unavailable(message)


class Files:
    """Every call to the operating system that writing makes; tests hand in one that fails."""

    def stat(self, path: Path) -> os.stat_result:
        """See ``os.stat``."""
        return path.stat()

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        """See ``os.open``."""
        return os.open(path, flags | getattr(os, "O_BINARY", 0), mode)

    def write(self, fd: int, data: Data) -> int:
        """See ``os.write``."""
        return os.write(fd, data)

    def chmod(self, path: Path, mode: int) -> None:
        """See ``os.chmod``."""
        path.chmod(mode)

    def fsync(self, fd: int) -> None:
        """See ``os.fsync``."""
        os.fsync(fd)

    def close(self, fd: int) -> None:
        """See ``os.close``."""
        os.close(fd)

    def replace(self, source: Path, target: Path) -> None:
        """See ``os.replace``."""
        source.replace(target)

    def unlink(self, path: Path) -> None:
        """See ``os.unlink``."""
        path.unlink()


class _Output:
    """Bytes written one after the other."""

    def __init__(self, name: str, files: Files | None) -> None:
        self._name = name
        self._files = files or Files()
        self._fd = -1
        self._written = 0

    def write(self, data: Data) -> int:
        """Write all of ``data``.

        Returns:
            Its length, as files do.

        Raises:
            Unavailable: The disk is full, or broken.
        """
        if self._fd < 0:
            raise ValueError("the output is not open")
        rest = memoryview(data).cast("B")
        length = len(rest)
        with _translated(self._name):
            while rest:  # a disk that fills up takes a part first
                count = self._files.write(self._fd, rest)
                if count == 0:
                    raise OSError(errno.EIO, "nothing was written")
                rest = rest[count:]
                self._written += count
        return length

    def tell(self) -> int:
        """Give the number of bytes written so far."""
        return self._written

    def flush(self) -> None:
        """Do nothing: there is no buffer here. Writers of other formats call it."""

    @property
    def closed(self) -> bool:
        """Whether nothing can be written any more, or yet."""
        return self._fd < 0

    def _close(self) -> None:
        fd, self._fd = self._fd, -1  # whatever close says, the descriptor is gone
        if fd >= 0:
            self._files.close(fd)


class AtomicFile(_Output):
    """A file that has its final name only when it is complete and on disk.

    A context manager: leaving the block puts the file in place, an exception leaves everything as it was. A
    file that is replaced keeps its permissions and is readable until the last moment, so input and output may
    be the same file. A new one gets the usual permissions; until a file is complete only its owner may read it.
    A symbolic link stays one: its target is replaced.

    ``with AtomicFile("out.csv") as file: file.write(b"...")``
    """

    def __init__(self, path: str | os.PathLike[str], *, files: Files | None = None) -> None:
        """Prepare; nothing happens on disk before ``with``.

        Args:
            path: Final name.
            files: Calls to the operating system; for tests.
        """
        super().__init__(f"cannot write {os.fspath(path)}", files)
        self._target = Path(os.path.realpath(path))
        self._temporary = self._target.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}.tmp"
        self._created = False
        self._mode = 0o600

    def __enter__(self) -> Self:
        """Create the temporary file.

        Raises:
            InvalidInput: The folder does not exist or may not be written to, or the name is no file's.
            Unavailable: The disk is full, or broken.
        """
        try:
            with _translated(self._name):
                mode = self._mode_to_keep()
                self._mode = self._usual_mode() if mode is None else mode
                self._create(0o600)
        except BaseException as failure:
            self._discard(failure)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the file in place, or after an exception remove what was written.

        Raises:
            Unavailable: The disk is full, or broken. The final name is untouched, unless all that failed is
                the last step, which makes the new name itself safe against a power cut.
        """
        if error is not None:
            self._discard(error)
            return
        try:
            with _translated(self._name):
                self._commit()
        except BaseException as failure:
            self._discard(failure)
            raise

    def _commit(self) -> None:
        self._files.chmod(self._temporary, self._mode)
        self._files.fsync(self._fd)
        self._close()  # before the renaming: some file systems report a failed write only now
        self._files.replace(self._temporary, self._target)
        self._created = False
        self._flush_folder()

    def _create(self, mode: int) -> None:
        self._created = True  # before it is so: a signal may come in between
        try:
            self._fd = self._files.open(self._temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        except OSError:
            self._created = False
            raise

    def _usual_mode(self) -> int:
        """Learn from an empty file what a new one gets here: the umask cannot be read without being set."""
        self._create(0o666)
        mode = stat.S_IMODE(self._files.stat(self._temporary).st_mode)
        self._close()
        self._files.unlink(self._temporary)
        self._created = False
        return mode

    def _discard(self, error: BaseException) -> None:
        """Remove the temporary file; ``error`` is why, and more important than what goes wrong here."""
        with suppress(OSError):
            self._close()
        if self._created:
            try:
                self._files.unlink(self._temporary)
            except FileNotFoundError:
                return
            except OSError:
                error.add_note(f"a temporary file could not be removed: {self._temporary}")

    def _mode_to_keep(self) -> int | None:
        """Look at what has the final name; None where nothing has."""
        if not self._target.parent.is_dir():
            raise InvalidInput(f"{self._name}: there is no folder {self._target.parent}", reason="not_found")
        try:
            mode = self._files.stat(self._target).st_mode
        except FileNotFoundError:
            return None
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "")
        if not stat.S_ISREG(mode):
            raise InvalidInput(f"{self._name}: it is no ordinary file, so it cannot be replaced", reason="not_a_file")
        self._files.close(self._files.open(self._target, os.O_WRONLY))  # renaming would get around a write protection
        return stat.S_IMODE(mode)

    def _flush_folder(self) -> None:
        if os.name == "nt":  # folders cannot be opened there
            return
        try:
            folder = self._files.open(self._target.parent, os.O_RDONLY)
            try:
                self._files.fsync(folder)
            finally:
                self._files.close(folder)
        except OSError as error:
            if error.errno not in _CANNOT_FLUSH_FOLDERS:
                raise


class Spool(_Output):
    """An output for a pipe: kept in a nameless temporary file and copied to the stream when it is complete.

    So that a fault in the last row of the input does not leave the next program with half an output. It needs
    as much room in the folder for temporary files (``TMPDIR``) as the output is long.

    ``with Spool(sys.stdout.buffer) as spool: spool.write(b"...")``
    """

    def __init__(self, stream: BinaryIO, *, files: Files | None = None) -> None:
        """Prepare; ``stream`` is written to at the end and not closed."""
        super().__init__("cannot write the output", files)
        self._stream = stream

    def __enter__(self) -> Self:
        """Create the temporary file.

        Raises:
            Unavailable: There is no room for it.
        """
        with _translated(self._name):
            self._file = tempfile.TemporaryFile(buffering=0)
        self._fd = self._file.fileno()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Copy the output to the stream, unless there was an exception.

        Raises:
            BrokenPipeError: The reader has gone, which programs on a terminal take as a friendly goodbye.
            Unavailable: The stream cannot be written to.
        """
        self._fd = -1
        with self._file:
            if error is None:
                with _translated(self._name):
                    self._copy()

    def _copy(self) -> None:
        self._file.seek(0)
        while chunk := self._file.read(_COPY_BYTES):
            rest = memoryview(chunk)
            while rest:
                rest = rest[self._stream.write(rest) :]  # a raw stream may take a part only
        self._stream.flush()


@contextmanager
def _translated(doing: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise from_os_error(error, doing) from error
