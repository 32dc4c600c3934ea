"""Answers on a real disk: killed writers, several processes, full disks, damaged files, and what erasing leaves."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from trustleads.core.errors import InvalidInput, Unavailable
from trustleads.enrichment.answers.sqlite import SqliteAnswers
from trustleads.enrichment.ports import Kept

pytestmark = pytest.mark.clause("LEAD-5")

ADA, BOB = b"a" * 16, b"b" * 16
NOW, LATER = 1_000.0, 2_000.0
BATCH = 20
CHILD = """
import sys
from trustleads.core.errors import Unavailable
from trustleads.enrichment.answers.sqlite import SqliteAnswers
from trustleads.enrichment.ports import Kept

def keys(writer, number, batch=20):
    return [b"%s-%06d-%03d" % (writer.encode(), number, each) for each in range(batch)]

def put(answers, writer, number):
    kept = Kept(b"%d" % number * 50, 1000.0, 2000.0, frozenset([b"a" * 16]))
    answers.put("org-1", "hunter", dict.fromkeys(keys(writer, number), kept))

def say(*words):
    print(*words, flush=True)
"""


def child(code, *arguments):
    command = [sys.executable, "-c", CHILD + code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def batch_of(answers, writer, number):
    keys = [b"%s-%06d-%03d" % (writer.encode(), number, each) for each in range(BATCH)]
    return {kept and kept.payload for kept in answers.get("org-1", "hunter", keys, NOW)}


def kept(payload, *subjects):
    return Kept(payload, NOW, LATER, frozenset(subjects))


def one(payload, *subjects):
    return {b"k" * 16: kept(payload, *subjects)}


def held(answers):
    return [found and found.payload for found in answers.get("org-1", "hunter", [b"k" * 16], NOW)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "answers.db"


def on_disk(path):
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


def test_a_later_run_finds_the_answers(path):
    for _ in range(2):
        answers = SqliteAnswers(path)
        if not answers.get("org-1", "hunter", [b"k" * 16], NOW)[0]:
            answers.put("org-1", "hunter", one(b"bought"))
            answers.close()
    assert held(answers) == [b"bought"]
    answers.close()


WRITES_FOR_EVER = """
answers, number = SqliteAnswers(sys.argv[1]), int(sys.argv[2])
while True:
    put(answers, "w", number)
    if number % 7 == 0:
        answers.put("org-1", "apollo", {b"v" * 16: Kept(b"bob", 1000.0, 2000.0, frozenset([b"b" * 16]))})
        answers.erase("org-1", b"b" * 16)
    number += 1
    say(number)
"""


@pytest.mark.clause("LEAD-6")
def test_a_killed_writer_loses_nothing_it_was_told_is_kept(path):
    """Each round a process is killed at a moment of its own, amid putting, erasing, or writing the file anew.

    What it had put is all there, and no put is there in part.
    """
    moments = random.Random(11)
    done = 0
    for _ in range(8):
        with child(WRITES_FOR_EVER, path, done) as writer:
            told = [writer.stdout.readline()]
            time.sleep(moments.uniform(0, 0.06))
            writer.send_signal(signal.SIGKILL)
            told += writer.stdout.read().split("\n")
        assert writer.returncode == -signal.SIGKILL
        finished = max(int(line) for line in told if line.strip())
        answers = SqliteAnswers(path)
        assert [batch_of(answers, "w", number) for number in range(done, finished)] == [
            {b"%d" % number * 50} for number in range(done, finished)
        ]
        assert batch_of(answers, "w", finished) in ({None}, {b"%d" % finished * 50})  # cut off: whole or not at all
        assert answers._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        answers.close()
        assert finished > done
        done = finished
    assert answers_about_ada(path) >= done * BATCH


def answers_about_ada(path):
    answers = SqliteAnswers(path)
    erased = answers.erase("org-1", ADA)
    answers.close()
    return erased


@pytest.mark.clause("LEAD-6")
def test_a_writer_killed_while_it_makes_the_file_leaves_one_that_can_be_used(path):
    """Every state a file goes through before it is ready, as another process would find it."""
    code = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    for step in ("_is_fresh", "_start_log", "_make_tables"):
        with child(f"SqliteAnswers.{step} = lambda self: exec({code!r})\nSqliteAnswers(sys.argv[1])", path) as maker:
            pass
        assert maker.returncode == -signal.SIGKILL
        answers = SqliteAnswers(path)
        answers.put("org-1", "hunter", one(step.encode()))
        assert held(answers) == [step.encode()]
        answers.close()
        path.unlink()


OPENS_THEM_ALL = """
for line in sys.stdin:
    SqliteAnswers(line.strip()).close()
    say("open")
"""


def test_processes_that_make_a_file_at_once_all_find_it_theirs(tmp_path):
    command = [sys.executable, "-c", CHILD + OPENS_THEM_ALL, str(tmp_path)]
    with ExitStack() as stack:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        makers = [stack.enter_context(subprocess.Popen(command, **pipes)) for _ in range(3)]
        for number in range(60):
            for maker in makers:
                maker.stdin.write(f"{tmp_path / str(number)}\n")
            assert [maker.stdout.readline() for maker in makers] == ["open\n"] * 3


WRITES_ITS_SHARE = """
sys.stdin.readline()
answers = SqliteAnswers(sys.argv[1])
for number in range(15):
    put(answers, sys.argv[2], number)
say("done")
"""


def test_processes_share_a_file_from_its_first_moment_on(path):
    """Three processes open the same new file at the same moment, and each finds room for all it puts."""
    command = [sys.executable, "-c", CHILD + WRITES_ITS_SHARE, str(path)]
    writers = {
        name: subprocess.Popen([*command, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for name in ("x", "y", "z")
    }
    time.sleep(0.3)  # until all have loaded
    with ThreadPoolExecutor(3) as pool:
        told = list(pool.map(lambda writer: writer.communicate("go\n")[0], writers.values()))
    assert told == ["done\n"] * 3
    answers = SqliteAnswers(path)
    for name in writers:
        assert [batch_of(answers, name, number) for number in range(15)] == [
            {b"%d" % number * 50} for number in range(15)
        ]
    answers.close()
    assert answers_about_ada(path) == 3 * 15 * BATCH


def test_two_objects_in_one_process_share_a_file(path):
    one_, other = SqliteAnswers(path), SqliteAnswers(path)
    one_.put("org-1", "hunter", one(b"bought"))
    assert held(other) == [b"bought"]
    other.close()
    one_.put("org-1", "hunter", one(b"again"))
    assert held(one_) == [b"again"]
    one_.close()


def test_who_cannot_write_in_time_is_told_so(path):
    answers, other = SqliteAnswers(path, patience=0.05), sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="another process holds them up"):
        answers.put("org-1", "hunter", one(b"bought"))
    other.execute("COMMIT")
    answers.put("org-1", "hunter", one(b"bought"))
    assert held(answers) == [b"bought"]
    other.close()
    answers.close()


FAILS_AT_EVERY_SIZE = """
import os, resource
free = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
for extra in range(0, 90_000, 3_001):
    path, number, failed = f"{sys.argv[1]}-{extra}.db", 0, 0
    answers = SqliteAnswers(path)
    put(answers, "w", 0)
    sizes = [os.path.getsize(path + each) for each in ("", "-wal")]
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(sizes) + extra, free))
    for number in range(1, 40):
        try:
            put(answers, "w", number)
        except Unavailable:
            failed = number
            break
    resource.setrlimit(resource.RLIMIT_FSIZE, (free, free))
    if failed:
        put(answers, "w", failed + 100)
    answers.close()
    say(extra, failed)
"""


def test_a_disk_that_is_full_at_any_byte_loses_nothing_and_is_reported(tmp_path):
    """The file system refuses to go on at ever later places: each time the put fails as a whole, and the next works."""
    with child(FAILS_AT_EVERY_SIZE, tmp_path / "answers") as writer:
        told = [tuple(map(int, line.split())) for line in writer.stdout]
    assert writer.returncode == 0
    assert len(told) == 30
    assert len({failed for _, failed in told}) > 3, "the limit did not fall into different puts"
    for extra, failed in told:
        assert failed, f"nothing failed at {extra}"
        answers = SqliteAnswers(tmp_path / f"answers-{extra}.db")
        whole = [*range(failed), failed + 100]
        assert [batch_of(answers, "w", number) for number in whole] == [{b"%d" % number * 50} for number in whole]
        assert batch_of(answers, "w", failed) == {None}
        assert answers._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        answers.close()


def test_a_private_database_that_is_full_is_reported_and_can_go_on():
    answers = SqliteAnswers()
    answers.put("org-1", "hunter", one(b"old"))
    answers._db.execute("PRAGMA max_page_count = 40")
    with pytest.raises(Unavailable, match="disk is full") as caught:
        answers.put("org-1", "hunter", one(b"x" * 1_000_000))
    assert caught.value.retryable
    assert held(answers) == [b"old"]
    answers.put("org-1", "hunter", one(b"new"))
    assert held(answers) == [b"new"]
    answers.close()


@pytest.mark.clause("GDPR-4")
def test_erasing_leaves_no_byte(path):
    """Neither in the file nor in its log; also of what was replaced and moved about before. Others' answers stay."""
    answers, order = SqliteAnswers(path), random.Random(12)
    for number in range(40):
        people = [(b"PRIVATE-ADA", ADA) if order.random() < 0.4 else (b"about-bob", BOB) for _ in range(100)]
        batch = {
            order.randrange(1_500).to_bytes(16, "big"): kept(text + b"." * order.randrange(600), subject)
            for text, subject in people
        }
        answers.put("org-1", "hunter", batch)
        if number % 10 == 9:
            answers.put("org-2", "hunter", {bytes([number]) * 16: kept(b"about-bob", BOB)})
    assert b"PRIVATE-ADA" in on_disk(path)
    assert answers.erase("org-1", ADA) > 100
    assert b"PRIVATE-ADA" not in on_disk(path)
    assert ADA not in on_disk(path)
    assert b"about-bob" in on_disk(path)
    answers.close()


@pytest.mark.clause("GDPR-4")
def test_erasing_says_so_while_a_reader_keeps_the_log(path):
    answers, reader = SqliteAnswers(path, patience=0.05), sqlite3.connect(path, isolation_level=None)
    answers.put("org-1", "hunter", one(b"PRIVATE-ADA", ADA))
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM answers").fetchone()
    with pytest.raises(Unavailable, match="call again"):
        answers.erase("org-1", ADA)
    assert held(answers) == [None]
    reader.execute("COMMIT")
    assert answers.erase("org-1", ADA) == 0
    assert b"PRIVATE-ADA" not in on_disk(path)
    reader.close()
    answers.close()


@pytest.mark.clause("GDPR-5")
@pytest.mark.parametrize("mask", [0o000, 0o077])
def test_nobody_else_can_read_the_file(path, mask):
    before = os.umask(mask)
    try:
        answers = SqliteAnswers(path)
        answers.put("org-1", "hunter", one(b"bought"))
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"answers.db": 0o600, "answers.db-wal": 0o600, "answers.db-shm": 0o600}
    answers.close()
    path.chmod(0o644)
    SqliteAnswers(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc to see open files")
@pytest.mark.clause("GDPR-5")
def test_a_private_database_grows_into_a_file_without_a_name():
    before = nameless_files()
    answers = SqliteAnswers()
    answers.put("org-1", "hunter", one(b"small"))
    assert nameless_files() == before
    answers._db.execute("PRAGMA cache_size = 10")
    answers.put("org-1", "hunter", {each.to_bytes(16, "big"): kept(b"x" * 2_000) for each in range(200)})
    opened = nameless_files() - before
    assert opened
    assert {mode for _, mode in opened} == {0o600}
    assert None not in answers.get("org-1", "hunter", [each.to_bytes(16, "big") for each in range(200)], NOW)
    answers.close()
    assert nameless_files() == before


def nameless_files():
    files = set()
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the listing's own
            status = entry.stat()
            if stat.S_ISREG(status.st_mode) and not status.st_nlink:
                files.add((status.st_ino, stat.S_IMODE(status.st_mode)))
    return files


def foreign_database(path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE contacts (name)")
    database.close()


def another_application(path):
    database = sqlite3.connect(path)
    database.execute("PRAGMA application_id = 7")
    database.close()


def another_version(path, version):
    SqliteAnswers(path).close()
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA user_version = {version}")
    database.close()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.write_text("email,phone\n" * 500), "holds something else"),
        (lambda path: path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5_000), "holds something else|damaged"),
        (foreign_database, "holds something else"),
        (another_application, "holds something else"),
        (lambda path: another_version(path, 3), "a newer version"),
        (lambda path: another_version(path, 1), "an older version .* to be erased; remove it"),
        (lambda path: path.mkdir(), "cannot be opened"),
    ],
)
def test_what_is_no_file_of_answers_is_refused_and_left_alone(path, make, says):
    make(path)
    before = path.is_file() and (path.read_bytes(), path.stat().st_mode)
    with pytest.raises(InvalidInput, match=says) as caught:
        SqliteAnswers(path)
    assert str(path.parent) not in str(caught.value)
    assert (path.is_file() and (path.read_bytes(), path.stat().st_mode)) == before


def test_a_folder_that_does_not_exist_is_named_as_the_fault(tmp_path):
    with pytest.raises(InvalidInput) as caught:
        SqliteAnswers(tmp_path / "nowhere" / "answers.db")
    assert str(caught.value) == f"cannot keep answers in answers.db: there is no folder {tmp_path / 'nowhere'}"
    assert caught.value.reason == "not_found"


def test_a_folder_is_named_as_the_caller_wrote_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    for folder in ("nowhere", "file"):
        with pytest.raises(InvalidInput) as caught:
            SqliteAnswers(f"{folder}/answers.db")
        assert str(caught.value).endswith(f": there is no folder {folder}")
        assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("name", [":memory:", "file:x?mode=memory", "a b%20ü"])
def test_any_name_is_the_name_of_a_file(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    answers = SqliteAnswers(name)
    answers.put("org-1", "hunter", one(b"bought"))
    answers.close()
    answers = SqliteAnswers(tmp_path / name)
    assert held(answers) == [b"bought"]
    answers.close()


def test_damage_is_reported_as_such(path):
    """Whatever page is broken: either a right answer, or InvalidInput that says what to do; never another error."""
    answers = SqliteAnswers(path)
    digests = [each.to_bytes(16, "big") for each in range(300)]
    answers.put("org-1", "hunter", {digest: kept(digest * 10, ADA) for digest in digests})
    answers.close()
    good, outcomes = path.read_bytes(), set()
    for page in range(0, len(good), 4096):
        path.write_bytes(good[:page] + b"\xff" * 4096 + good[page + 4096 :])
        try:
            answers = SqliteAnswers(path)
        except InvalidInput:
            outcomes.add("refused")
            continue
        try:
            answers.get("org-1", "hunter", digests, NOW)
            answers.erase("org-1", ADA)
            outcomes.add("right")
        except InvalidInput as error:
            assert "remove it" in str(error)  # noqa: PT017 - the outcome differs from page to page
            outcomes.add("damaged")
        answers.close()
    assert {"refused", "damaged"} <= outcomes


def test_expired_answers_leave_the_file(path):
    answers = SqliteAnswers(path)
    answers.put("org-1", "hunter", {each.to_bytes(16, "big"): kept(b"x" * 100, ADA) for each in range(1_500)})
    for number in range(2):
        answers.put("org-2", "apollo", {bytes([number]) * 16: Kept(b"new", LATER, LATER + 1)})
    assert answers._db.execute("SELECT count(*) FROM answers").fetchone() == (2,)
    assert answers._db.execute("SELECT count(*) FROM subjects").fetchone() == (0,)
    answers.close()


def test_a_digest_of_another_length_is_refused(path):
    answers = SqliteAnswers(path)
    with pytest.raises(InvalidInput, match="16 bytes"):
        answers.put("org-1", "hunter", one(b"bought", b"short"))
    assert held(answers) == [None]
    answers.close()


def test_a_closed_cache_is_not_used_any_more(path):
    answers = SqliteAnswers(path)
    answers.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        held(answers)
