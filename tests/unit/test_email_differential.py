"""Row by row, verdict and normal form must be what ``email-validator`` says: on ordinary rows and on hostile ones."""

from __future__ import annotations

import importlib.util
import itertools
import random
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import email_validator
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trustleads.enrichment.normalize.email import exact, validate_emails
from trustleads.enrichment.normalize.email.punycode import to_ascii
from trustleads.enrichment.normalize.email.shape import CASELESS_LOCALS, SPECIAL_TLDS, TRIMMED

pytestmark = pytest.mark.clause("LEAD-2")

LETTERS = "abyzABYZ019-_.@"
# Pieces that rules of some layer turn on: syntax, UTS 46, IDNA, bidirectional order, composition, lengths, trimming.
PIECES = [
    *(
        ".",
        "..",
        "-",
        "--",
        "@",
        "@@",
        "_",
        "+",
        "!",
        "'",
        "%",
        "/",
        "`",
        "{",
        "~",
        "xn--",
        "com",
        "co.uk",
        "c1d",
        "12",
    ),
    *('"', "<", ">", " ", "\t", "\n", "\x00", "\x7f", "(", ")", "[", "]", "[192.0.2.1]", ",", ";", ":", "\\"),
    *("xn--bcher-kva", "xn--p1ai", "xn--fiqs8s", "xn--4dbrk0ce", "xn--a", "xn---", "xn--zca", *SPECIAL_TLDS),
    *(
        "ü",
        "Ü",
        "ß",
        "\u1e9e",
        "e\u0301",
        "\u0301",
        "\u0338",
        "\u0130",
        "\u0131",
        "\u017f",
        "\u212a",
        "\u212b",
        "\ufb01",
    ),
    *("例子", "。", "\uff0e", "\uff61", "\uff0d", "\uff20", "\ufe6b", "\uff41", "\u2460", "\u2488", "\u00b2", "\u2122"),
    *(
        "א",
        "ب",
        "\u0661",
        "\u06f1",
        "\u05f3",
        "\u200c",
        "\u200d",
        "क\u094d\u200dष",
        "\u0e4d",
        "ก",
        "l\u00b7l",
        "\u30fb",
    ),
    *("\u00ad", "\ufe0f", "\u200b", "\ufeff", "\u00a0", "\u2028", "\u0085", "\u001f", "\ue000", "\u0378", "\U000e0100"),
    *(
        "가",
        "\u1100\u1161",
        "\uac00\u11a8",
        "\U00016d63\U00016d67",
        "\u037e",
        "\u1fef",
        "\u0958",
        "😀",
        "д",
        "\u0374\u03b1",
    ),
    *(
        "x" * 40,
        "x" * 63,
        "x" * 64,
        "ü" * 30,
        "ü" * 60,
        "例" * 30,
        "a." * 60,
        *sorted(CASELESS_LOCALS)[:4],
        "Info",
        "WWW",
    ),
]

text = st.lists(st.one_of(st.sampled_from(PIECES), st.text(LETTERS, max_size=4)), max_size=8).map("".join)
atom = st.one_of(
    st.sampled_from(["ada", "Info", "a.b", "ä", "用户"]),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join),
    st.text(min_size=1, max_size=6),
)
domain = st.lists(atom, min_size=1, max_size=4).map(".".join)
address = st.builds("{}@{}".format, atom, st.one_of(domain, st.just("acme.example"), st.just("xn--bcher-kva.example")))
hostile_rows = st.one_of(text, address, st.text(max_size=12))


def expected(value: str) -> tuple[str | None, str | None, str | None]:
    """Give normal form, domain and local part by the library's own words."""
    try:
        answer = email_validator.validate_email(value.strip(TRIMMED), check_deliverability=False)
    except email_validator.EmailNotValidError:
        return None, None, None
    lower = "".join(char.lower() if char.isascii() else char for char in answer.local_part)
    return answer.normalized, answer.ascii_domain, lower


def assert_equal_rows(values: Sequence[str]) -> None:
    found = validate_emails(pa.array(values, pa.string()))
    rows = zip(found.email.to_pylist(), found.domain.to_pylist(), found.local.to_pylist(), strict=True)
    for value, row, status in zip(values, rows, found.status.to_pylist(), strict=True):
        wanted = expected(value)
        assert row == wanted, ascii(value)
        assert (status in {"valid", "risky"}) == (wanted[0] is not None), ascii(value)
        assert (status == "unknown") == (value.strip(TRIMMED) == ""), ascii(value)


@given(st.lists(hostile_rows, min_size=1, max_size=60))
@settings(max_examples=400)
@example(["jöhn@xn--bcher-\uff61kva.de", "a@xn--80ak6aa92e\uff0d.c0m", "a@xn--a.example", "a@\uff58n--bcher-kva.de"])
@example(
    ["K\u0301@a.b", "mar\u212aeting@a.b", "a\u037e@a.b", "\u0301a@a.b", "a@\u0301a.b", "a@a.\u0301b", "a@\ufe0fbc.de"]
)
@example(["a@a.b", "a@" + "ü" * 60 + ".b", "ü" * 126 + "@b", "ü" * 124 + "@a.b", "ü" * 125 + "@a.b"])
def test_hostile_rows(values: list[str]) -> None:
    assert_equal_rows(values)


@given(st.lists(st.from_regex(r"[a-zA-Z.+_-]{1,12}@[a-zA-Z.-]{1,12}\.[a-zA-Z]{1,4}", fullmatch=True), max_size=60))
@settings(max_examples=100)
def test_rows_that_are_nearly_right(values: list[str]) -> None:
    assert_equal_rows(values)


def _of_benchmarks(name: str) -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_hostile_corpus_of_the_benchmark() -> None:
    assert_equal_rows(_of_benchmarks("email_corpora").hostile(20_000, seed=11))


def test_the_ordinary_corpus_of_the_benchmark() -> None:
    values = _of_benchmarks("generate").emails(20_000, seed=11)
    assert_equal_rows(values)
    assert validate_emails(pa.array(values)).exact_rows < len(values) / 500


def test_every_ascii_character_in_every_place() -> None:
    chars = [chr(code) for code in range(128)]
    places = (
        "{}@a.bc",
        "a{}b@a.bc",
        "a{}@a.bc",
        "a@{}.bc",
        "a@a{}b.bc",
        "a@a{}.bc",
        "a@ab{0}{0}c.bc",
        "a@b.c{}",
        "a@b.{}c",
    )
    assert_equal_rows([place.format(char) for char in chars for place in places])


def test_every_length_near_a_limit() -> None:
    rows = [
        f"{'a' * local}@{'b' * label}.example" for local in (1, 2, 64, 65, 180, 181, 182) for label in range(60, 67)
    ]
    rows += [f"a@{'b.' * count}example" for count in range(115, 130)]
    rows += [f"a@xn--{'b' * count}-kva.example" for count in range(50, 60)]
    rows += [f"{'ü' * count}@a.bc" for count in range(120, 130)]
    rows += [f"a@{char * count}.example" for char in "ü例" for count in range(10, 64)]
    rows += [f"{'a' * count}@{'例子公司.' * 6}example" for count in range(100, 200)]
    rows += [f"{'a' * count}@{to_ascii('ü' * 50)}.example" for count in range(140, 152)]
    assert_equal_rows(rows)


def _sample_of_unicode(count: int) -> Iterable[str]:
    assigned = [
        chr(code) for code in range(128, sys.maxunicode) if unicodedata.category(chr(code)) not in {"Cn", "Co", "Cs"}
    ]
    return random.Random(3).sample(assigned, count)


def test_characters_of_all_scripts_beside_each_other() -> None:
    """A character is asked about once, alone: what neighbours may change must have been thought of."""
    chars = list(_sample_of_unicode(1200))
    rows = [f"a{one}{two}@a.bc" for one, two in itertools.pairwise(chars)]
    rows += [f"a@{one}{two}.bc" for one, two in itertools.pairwise(chars)]
    assert_equal_rows(rows)


def test_nothing_composes_with_the_letter_that_characters_are_asked_about_with() -> None:
    pairs = [unicodedata.decomposition(chr(code)).split() for code in range(sys.maxunicode + 1)]
    firsts = {pair[0] for pair in pairs if len(pair) == 2 and not pair[0].startswith("<")}
    assert f"{ord('q'):04X}" not in firsts
    assert f"{ord('a'):04X}" in firsts


def test_one_question_per_character_and_per_odd_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def count(address: str, **options: Any) -> object:
        asked.append(address)
        return ask(address, **options)

    ask = email_validator.validate_email
    monkeypatch.setattr(email_validator, "validate_email", count)
    rows = [f"ada{number}@бюро{number % 10}.example" for number in range(1000)]
    rows += [f"ada{number}@שלום{number % 10}.example" for number in range(1000)]
    exact._mapped_in_host.cache_clear()
    exact._is_simple_in_host.cache_clear()
    assert validate_emails(pa.array(rows)).exact_rows == 2000
    assert len(asked) <= len(set("бюрошלום")) + 10
