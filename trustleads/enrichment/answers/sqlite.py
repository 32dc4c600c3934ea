"""Answers kept in an SQLite database: one that lasts, or a private one that goes with the object."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self, TypeVar

from trustleads.core.atomic import from_os_error
from trustleads.core.errors import InvalidInput, TrustLeadsError, Unavailable
from trustleads.enrichment.ports import Kept

_APPLICATION = 0x744C4541  # "tLEA": written by this module
_VERSION = 2  # 1: answers were not found by every spelling of a company, so not all could be erased
_STAMPS = {"application_id": _APPLICATION, "user_version": _VERSION}  # in the file's header
_TOO_OLD = (
    "an older version of this library wrote the file, and not everybody in it could be found to be erased; remove it,"
    " and answers are asked for anew"
)
_SUBJECT_BYTES = 16
_CACHE = "PRAGMA cache_size = -65536"  # KiB; a private database grows a file only beyond that
_LOG = "PRAGMA wal_autocheckpoint = 16000"  # pages (64 MB) moved into the file at a time: twice as fast as 1,000
_SWEPT = 1000  # expired answers dropped by one put: more than one that keeps a call's answers adds
_PAUSE = 0.01  # seconds before what another process holds up is tried again

# Keys are hashes, so they go to random places of an index; what is large (payloads) is appended in order of rowid.
_TABLES = """
CREATE TABLE scopes (id INTEGER PRIMARY KEY, org TEXT NOT NULL, provider TEXT NOT NULL, UNIQUE (org, provider));
CREATE TABLE answers (
    id INTEGER PRIMARY KEY, scope INTEGER NOT NULL, digest BLOB NOT NULL, payload BLOB NOT NULL,
    fetched_at REAL NOT NULL, expires_at REAL NOT NULL, subjects BLOB NOT NULL, UNIQUE (scope, digest)
);
CREATE INDEX answers_expiry ON answers (expires_at);
CREATE TABLE subjects (subject BLOB NOT NULL, answer INTEGER NOT NULL, PRIMARY KEY (subject, answer)) WITHOUT ROWID;
CREATE TABLE traces (dropped INTEGER NOT NULL, cleared INTEGER NOT NULL);
INSERT INTO traces VALUES (0, 0);
"""
_AT_ONCE = 100  # rows to a statement: beside a busy thread, each statement is a wait for the interpreter
_GET = "digest, payload, fetched_at, expires_at, subjects"
_OLDER = "id, subjects"
_EXPIRED = "SELECT id, subjects FROM answers WHERE expires_at <= ? ORDER BY expires_at LIMIT ?"
_ABOUT = (
    "SELECT answers.id, answers.subjects FROM subjects JOIN answers ON answers.id = subjects.answer "
    "JOIN scopes ON scopes.id = answers.scope WHERE scopes.org = ? AND subjects.subject = ?"
)
_FAULTS: dict[int, tuple[type[TrustLeadsError], str]] = {
    sqlite3.SQLITE_BUSY: (Unavailable, "another process holds them up"),
    sqlite3.SQLITE_FULL: (Unavailable, "the disk is full"),
    sqlite3.SQLITE_IOERR: (Unavailable, "the disk does not do what it should"),
    sqlite3.SQLITE_NOMEM: (Unavailable, "there is not enough memory"),
    sqlite3.SQLITE_CANTOPEN: (InvalidInput, "the file cannot be opened"),
    sqlite3.SQLITE_READONLY: (InvalidInput, "the file cannot be written"),
    sqlite3.SQLITE_PERM: (InvalidInput, "the file may not be opened"),
    sqlite3.SQLITE_CORRUPT: (InvalidInput, "the file is damaged; remove it, and answers are asked for anew"),
    sqlite3.SQLITE_NOTADB: (InvalidInput, "the file holds something else"),
}
Item = TypeVar("Item")


class SqliteAnswers:
    """An ``AnswerCache`` in a file, or in a private database.

    A file is readable by its owner alone, and may be used by several processes at once on one machine, each with an
    object of its own made after any fork (SQLite's write-ahead log does not work over network file systems). A process
    that is killed loses no ``put`` that returned and leaves no part of one that did not. Of
    erased answers no byte is left. Answers that have expired are dropped with the next ``put``.

    Without a path, the database is in memory while it is small, then in a nameless file of the folder for temporary
    files, and is gone with this object or its process.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, patience: float = 30.0) -> None:
        """Open the file, or make it.

        Args:
            path: Where answers are kept for later runs; its folder must exist. None keeps them for this object alone.
            patience: Seconds to wait for other processes, before a call gives up with ``Unavailable``.

        Raises:
            InvalidInput: The file is damaged, is something else, was written by another version of this library
                that keeps answers otherwise, or may not be read and written.
            Unavailable: The disk is full or broken, or another process holds the file up.
        """
        self._path = None if path is None else Path(path).absolute()  # so no name has a meaning to SQLite
        self._patience = patience
        self._lock = threading.Lock()  # one connection serves all threads: a private database has no second one
        if self._path is not None:
            _create(self._path, Path(path or "").parent)
        with self._translated():
            self._db = sqlite3.connect(
                self._path or "", timeout=patience, isolation_level=None, check_same_thread=False
            )
        try:
            with self._translated():
                self._prepare()
        except BaseException:
            self._db.close()
            raise

    def get(self, org: str, provider: str, digests: Sequence[bytes], now: float) -> Sequence[Kept | None]:
        """Give what is kept under each digest; None where there is nothing, or it has expired at ``now``."""
        with self._transaction("BEGIN"):
            scope = self._scope(org, provider)
            found = {
                digest: Kept(payload, fetched_at, expires_at, _split(subjects))
                for digest, payload, fetched_at, expires_at, subjects in self._under(digests, scope, _GET)
            }
        fresh = {digest: kept for digest, kept in found.items() if kept.expires_at > now}
        return [fresh.get(digest) for digest in digests]

    def put(self, org: str, provider: str, answers: Mapping[bytes, Kept]) -> None:
        """Keep answers, in the place of older ones; when it returns they are on the disk, all or none."""
        now = max((kept.fetched_at for kept in answers.values()), default=0.0)
        with self._transaction("BEGIN IMMEDIATE"):
            self._db.execute("INSERT OR IGNORE INTO scopes (org, provider) VALUES (?, ?)", (org, provider))
            scope = self._scope(org, provider)
            self._drop(self._db.execute(_EXPIRED, (now, _SWEPT)))
            self._drop(self._under(list(answers), scope, _OLDER))
            first = self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM answers").fetchone()[0]
            numbered = list(enumerate(answers.items(), first))
            self._insert("answers", [_row(number, scope, digest, kept) for number, (digest, kept) in numbered])
            self._insert("subjects", [(one, number) for number, (_, kept) in numbered for one in kept.subjects])

    def erase(self, org: str, subject: bytes) -> int:
        """Forget every answer about a subject, and say how many there were.

        When it returns, no byte of them is left in the file, nor of what was replaced or had expired before: the file
        is written anew, which takes about 5 seconds for a million answers. It is not where nothing was dropped since
        the last time.

        Raises:
            Unavailable: Another process holds the file up: they are forgotten, but bytes may be left. Calling again
                finishes it.
        """
        with self._transaction("BEGIN IMMEDIATE"):
            erased = self._drop(self._db.execute(_ABOUT, (org, subject)))
        if self._path is not None:
            with self._lock, self._translated():
                self._clear_traces()
        return erased

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; a private one is gone."""
        with self._lock:
            self._db.close()

    def _prepare(self) -> None:
        """Refuse what is not ours before anything of it is changed, then set up the connection and the tables."""
        self._db.execute("BEGIN")  # else another process may make the tables between one look and the next
        fresh = self._is_fresh()
        self._db.execute("COMMIT")
        self._db.execute("PRAGMA secure_delete = ON")  # what expires is mostly gone at once, the rest with an erasure
        self._db.execute(_CACHE)
        if self._path is None:
            self._db.execute("PRAGMA journal_mode = MEMORY")  # nobody is left to read it after a crash
            self._db.execute("PRAGMA synchronous = OFF")
        else:
            _make_private(self._path)
            self._start_log()
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute(_LOG)
        if fresh:
            self._make_tables()

    def _is_fresh(self) -> bool:
        application, version = (self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in _STAMPS)
        if application == _APPLICATION and version == _VERSION:
            return False
        if application == _APPLICATION:
            raise self._unusable(_TOO_OLD if version < _VERSION else "a newer version of this library wrote the file")
        if application or version or self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise self._unusable("the file holds something else")
        return True

    def _make_tables(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")  # only one of several processes that open a new file gets here first
        try:
            if self._is_fresh():
                for statement in (*_TABLES.split(";"), *(f"PRAGMA {key} = {value}" for key, value in _STAMPS.items())):
                    self._db.execute(statement)
            self._db.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _start_log(self) -> None:
        """Change to a write-ahead log; SQLite does not wait by itself for other processes that do the same."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if _primary(error) != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                    raise
            else:
                return
            time.sleep(_PAUSE)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        with self._lock, self._translated():
            self._db.execute(begin)
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        if self._db.in_transaction:  # SQLite has rolled back by itself after some faults
            self._db.execute("ROLLBACK")

    def _scope(self, org: str, provider: str) -> int:
        row = self._db.execute("SELECT id FROM scopes WHERE org = ? AND provider = ?", (org, provider)).fetchone()
        return int(row[0]) if row else 0

    def _under(self, digests: Sequence[bytes], scope: int, columns: str) -> Iterator[tuple[Any, ...]]:
        """Select what is kept under some digests."""
        for some in _chunks(digests):
            marks = ", ".join("?" * len(some))
            yield from self._db.execute(
                f"SELECT {columns} FROM answers WHERE scope = ? AND digest IN ({marks})",  # noqa: S608 - our own names
                (scope, *some),
            )

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        for some in _chunks(rows):
            marks = ", ".join([f"({', '.join('?' * len(some[0]))})"] * len(some))
            self._db.execute(f"INSERT INTO {table} VALUES {marks}", [value for row in some for value in row])  # noqa: S608 - our own name

    def _drop(self, rows: Iterable[tuple[int, bytes]]) -> int:
        """Delete answers, given as number and joined subjects, and say how many."""
        rows = list(rows)
        self._db.executemany(
            "DELETE FROM subjects WHERE subject = ? AND answer = ?",
            ((subject, answer) for answer, subjects in rows for subject in _split(subjects)),
        )
        self._db.executemany("DELETE FROM answers WHERE id = ?", ((answer,) for answer, _ in rows))
        if rows:
            self._db.execute("UPDATE traces SET dropped = dropped + ?", (len(rows),))
        return len(rows)

    def _clear_traces(self) -> None:
        """Write the file anew and empty the log.

        Overwriting what is deleted is not enough: SQLite leaves copies behind where it moves rows between pages.
        """
        dropped, cleared = self._db.execute("SELECT dropped, cleared FROM traces").fetchone()
        if dropped != cleared:
            self._db.execute("VACUUM")
            self._db.execute("UPDATE traces SET cleared = max(cleared, ?)", (dropped,))
        if self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            raise Unavailable(self._saying("another process reads on, and the log still has erased bytes; call again"))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            kind, what = _FAULTS.get(_primary(error), (None, ""))
            if kind is None:
                raise
            raise (self._unusable(what) if kind is InvalidInput else Unavailable(self._saying(what))) from error

    def _unusable(self, what: str) -> InvalidInput:
        return InvalidInput(self._saying(what), reason="answers_file")

    def _saying(self, what: str) -> str:
        return f"cannot use the kept answers{self._where()}: {what}"

    def _where(self) -> str:
        return "" if self._path is None else f" in {self._path.name}"


def _create(path: Path, folder: Path) -> None:
    """Make the file with its final mode; one that exists is not opened, as closing it would drop SQLite's locks.

    Args:
        path: The file.
        folder: Its folder as the caller wrote it, for the message where there is none.
    """
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        doing = f"cannot keep answers in {path.name}"
        if not path.parent.is_dir():
            raise InvalidInput(f"{doing}: there is no folder {folder}", reason="not_found") from error
        raise from_os_error(error, doing) from error


def _make_private(path: Path) -> None:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise from_os_error(error, f"cannot keep others from reading {path.name}") from error


def _primary(error: sqlite3.Error) -> int:
    """Give SQLite's primary result code; 0 for what the Python module raises by itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _row(number: int, scope: int, digest: bytes, kept: Kept) -> tuple[object, ...]:
    if any(len(subject) != _SUBJECT_BYTES for subject in kept.subjects):
        raise InvalidInput(f"the digest of a subject has {_SUBJECT_BYTES} bytes", reason="digest")
    subjects = b"".join(sorted(kept.subjects))
    return number, scope, digest, kept.payload, kept.fetched_at, kept.expires_at, subjects


def _chunks(rows: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _split(subjects: bytes) -> frozenset[bytes]:
    return frozenset(subjects[at : at + _SUBJECT_BYTES] for at in range(0, len(subjects), _SUBJECT_BYTES))
