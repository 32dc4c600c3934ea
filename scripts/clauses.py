"""Print which test proves which promise: the clauses of ``docs/reference/clauses.md`` against the tests' markers.

    python scripts/clauses.py [TESTS ...] [--names]

Ends with an error when a test names a clause that does not exist.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROMISES = ROOT / "docs" / "reference" / "clauses.md"


class Collector:
    """A pytest plugin that notes the clauses of every test it sees; runs none.

    Attributes:
        tests: Clause to the names of its tests, cases of one test counted one by one.
    """

    def __init__(self) -> None:
        self.tests: defaultdict[str, list[str]] = defaultdict(list)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Take the markers of all tests, those of their modules and classes included."""
        for item in session.items:
            for clause in {clause for marker in item.iter_markers("clause") for clause in marker.args}:
                self.tests[clause].append(item.nodeid.partition("[")[0])


def promised(page: str) -> list[str]:
    """Give the IDs of the clauses in a page, in its order."""
    return re.findall(r"^\| ([A-Z]+-\d+) \|", page, re.MULTILINE)


def collect(paths: Sequence[str]) -> dict[str, list[str]]:
    """Give clause to tests, without running any.

    Raises:
        SystemExit: A test module cannot be loaded.
    """
    collector, output = Collector(), io.StringIO()
    with contextlib.redirect_stdout(output):
        status = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", *paths], plugins=[collector])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        sys.exit(output.getvalue())
    return dict(collector.tests)


def table(clauses: Sequence[str], tests: Mapping[str, Sequence[str]], *, names: bool) -> str:
    """Lay out one clause a line: number of tests, and the modules (or the tests) that hold them."""
    width = max(map(len, clauses))
    lines = []
    for clause in clauses:
        count = Counter(name if names else name.partition("::")[0] for name in tests.get(clause, ()))
        where = ", ".join(f"{place} ({number})" for place, number in sorted(count.items()))
        lines.append(f"{clause:{width}}  {sum(count.values()):5}  {where or '-'}")
    return "\n".join(lines)


def main() -> None:
    """Print the table, and what has no test."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", nargs="*", default=[str(ROOT / "tests")])
    parser.add_argument("--names", action="store_true", help="name the tests, not just their modules")
    options = parser.parse_args()
    clauses, tests = promised(PROMISES.read_text("utf-8")), collect(options.tests)
    print(table(clauses, tests, names=options.names))
    without = [clause for clause in clauses if clause not in tests]
    print(
        f"\n{len(clauses) - len(without)} of {len(clauses)} clauses have tests; none yet: {', '.join(without) or '-'}"
    )
    if unknown := sorted(set(tests) - set(clauses)):
        sys.exit(f"no such clause: {', '.join(unknown)}")


if __name__ == "__main__":
    main()
