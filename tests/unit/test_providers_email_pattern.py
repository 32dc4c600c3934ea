"""Address patterns: how names are spelt, what is learnt from addresses, and that the confidence is honest."""

from __future__ import annotations

import asyncio
import doctest
import importlib
import random
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.providers.address_parts import PATTERNS, spellings
from trustleads.enrichment.providers.email_pattern import EmailPattern
from trustleads.enrichment.providers.shares import Shares
from trustleads.enrichment.providers.table import TableProvider
from trustleads.enrichment.questions import MISS, Attribute, Finding, Outcome, Question

pytestmark = pytest.mark.clause("LEAD-4")

Person = tuple[str | None, str | None, str | None, str | None]
WORDS = ["anna", "bert", "cara", "dirk", "emil", "frida", "gerd", "hanna", "igor", "jule", "kurt", "lena"]


def batch(*people: Person, **more: list[str | None]) -> pa.RecordBatch:
    names = ("first_name", "last_name", "email", "domain")
    columns = list(zip(*people, strict=True)) or [()] * len(names)
    return pa.RecordBatch.from_pydict(
        {name: pa.array(list(column), pa.string()) for name, column in zip(names, columns, strict=True)} | more
    )


def question(first: str, last: str, domain: str, *wanted: Attribute) -> Question:
    known = {Attribute.FIRST_NAME: first, Attribute.LAST_NAME: last, Attribute.DOMAIN: domain}
    return Question(known, frozenset(wanted or {Attribute.EMAIL}))


def proposed(provider: EmailPattern, first: str, last: str, domain: str = "acme.example") -> Finding | None:
    (answer,) = asyncio.run(provider.lookup([question(first, last, domain)]))
    assert (answer.outcome is Outcome.FOUND) == bool(answer.found)
    return answer.found.get(Attribute.EMAIL)


def text(finding: Finding | None) -> str | None:
    return None if finding is None else finding.text


def learnt(pattern: str, count: int, domain: str = "acme.example") -> EmailPattern:
    provider = EmailPattern()
    provider.learn(batch(*colleagues(pattern, count, domain)))
    return provider


def colleagues(pattern: str, count: int, domain: str = "acme.example") -> list[Person]:
    names = [(f"{first}", f"{last}son") for first, last in zip(WORDS, WORDS[::-1], strict=True)][:count]
    return [
        (first.title(), last.title(), f"{spellings(first, last)[0].local(pattern)}@{domain}", domain)
        for first, last in names
    ]


@pytest.mark.parametrize("name", ["address_parts", "shares", "email_pattern"])
def test_examples_in_the_docstrings(name: str) -> None:
    module = importlib.import_module(f"trustleads.enrichment.providers.{name}")
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_is_learnt_from_a_few_colleagues(pattern: str) -> None:
    expected = spellings("zoe", "quandt")[0].local(pattern) + "@acme.example"
    assert text(proposed(learnt(pattern, 6), "Zoe", "Quandt")) == expected


def test_a_whole_name_will_do() -> None:
    known = {Attribute.FULL_NAME: "Dr. Zoe Quandt", Attribute.DOMAIN: "ACME.example"}
    (answer,) = asyncio.run(learnt("f.last", 6).lookup([Question(known, frozenset({Attribute.EMAIL}))]))
    assert answer.found[Attribute.EMAIL].text == "z.quandt@acme.example"


def test_more_colleagues_make_it_surer() -> None:
    sure = [proposed(learnt("first.last", count), "Zoe", "Quandt") for count in (1, 3, 10)]
    confidences = [finding.confidence for finding in sure if finding]
    assert len(confidences) == 3
    assert confidences == sorted(confidences)
    assert confidences[0] < 0.9
    assert 0.9 < confidences[-1] < 1


def test_nothing_where_no_colleague_was_seen() -> None:
    provider = learnt("first.last", 12)
    assert proposed(provider, "Zoe", "Quandt", "other.example") is None
    assert proposed(EmailPattern(), "Zoe", "Quandt") is None


def test_nothing_where_colleagues_differ() -> None:
    provider = EmailPattern()
    people = colleagues("first.last", 12)
    mixed = [
        people[i] if i % 3 else colleagues(pattern, 12)[i]
        for i, pattern in enumerate(["flast", "last", "firstl", "lastf"] * 3)
    ]
    provider.learn(batch(*mixed[::2], *colleagues("l.first", 12)[1::2]))
    assert proposed(provider, "Zoe", "Quandt") is None


@pytest.mark.parametrize("domain", ["gmail.com", "web.de", "mailinator.com", "localhost", ""])
def test_nothing_at_domains_where_anybody_has_an_address(domain: str) -> None:
    provider = EmailPattern()
    provider.learn(batch(*colleagues("first.last", 12, domain)))
    assert proposed(provider, "Zoe", "Quandt", domain) is None


@pytest.mark.parametrize(("first", "last"), [("Z.", "Quandt"), ("Zoe", ""), ("明", "王"), ("Zoe", "Q."), ("1", "2")])
def test_nothing_for_names_that_make_no_address(first: str, last: str) -> None:
    assert proposed(learnt("first.last", 12), first, last) is None


def test_nothing_that_names_a_function() -> None:
    assert proposed(learnt("first", 12), "Info", "Quandt") is None


def test_nothing_when_something_else_is_wanted() -> None:
    provider = learnt("first.last", 12)
    asked = question("Zoe", "Quandt", "acme.example", Attribute.PHONE)
    assert asyncio.run(provider.lookup([asked])) == [MISS]


def test_rows_that_say_nothing_are_not_learnt_from() -> None:
    provider = EmailPattern()
    provider.learn(
        batch(
            ("Anna", "Bertson", "info@acme.example", "acme.example"),
            ("Anna", "Bertson", "anna.bertson@acme", "acme.example"),
            ("Anna", "Bertson", "anna.bertson@gmail.com", "acme.example"),
            (None, "Bertson", "anna.bertson@acme.example", "acme.example"),
            ("Anna", None, "anna.bertson@acme.example", "acme.example"),
            ("Anna", "Bertson", None, "acme.example"),
            ("A.", "Bertson", "a.bertson@acme.example", "acme.example"),
        )
    )
    assert proposed(provider, "Zoe", "Quandt") is None


def test_addresses_that_are_not_made_of_the_name_count_against_all_proposals() -> None:
    tidy, untidy = learnt("first.last", 6), learnt("first.last", 6)
    numbers = [("Anna", "Bertson", f"u{i}@acme.example", None) for i in range(4)]
    untidy.learn(batch(*numbers))
    sure, unsure = proposed(tidy, "Zoe", "Quandt"), proposed(untidy, "Zoe", "Quandt")
    assert sure
    assert unsure
    assert unsure.text == sure.text
    assert unsure.confidence < 0.75 < sure.confidence


def test_an_initial_does_not_tell_how_a_double_name_is_written() -> None:
    provider = EmailPattern(least=0.01)
    provider.learn(batch(*colleagues("first.last", 6)))
    before = proposed(provider, "Eva-Maria", "Quandt")
    people = [("Anna-Maria", last, f"a.{last.lower()}@acme.example", None) for last in ("Ebert", "Fuchs", "Graf")]
    provider.learn(batch(*people, *colleagues("first.last", 12)[6:]))
    after = proposed(provider, "Eva-Maria", "Quandt")
    assert before
    assert after
    assert after.confidence < before.confidence + 0.01


def test_names_told_from_the_address_are_no_evidence() -> None:
    provider = EmailPattern()
    people = colleagues("first.last", 12)
    provider.learn(batch(*people, name_status=["derived"] * 12))
    assert proposed(provider, "Zoe", "Quandt") is None
    provider.learn(batch(*colleagues("first.last", 3), name_status=["ok", "partial", None]))
    assert proposed(provider, "Zoe", "Quandt") is not None


def test_the_same_address_counts_once_in_one_batch_and_in_several() -> None:
    once, often = learnt("first.last", 2), learnt("first.last", 2)
    for _ in range(5):
        often.learn(batch(*colleagues("first.last", 2) * 3))
    assert proposed(once, "Zoe", "Quandt") == proposed(often, "Zoe", "Quandt")


def test_a_company_whose_mail_host_is_not_its_website() -> None:
    provider = EmailPattern()
    people = [
        (f, la, str(e).replace("acme.example", "mail.acme-group.example"), d) for f, la, e, d in colleagues("flast", 8)
    ]
    provider.learn(batch(*people))
    assert text(proposed(provider, "Zoe", "Quandt")) == "zquandt@mail.acme-group.example"
    assert proposed(provider, "Zoe", "Quandt", "acme-group.example") is None


def test_without_a_domain_column_the_address_names_the_company() -> None:
    provider = EmailPattern()
    provider.learn(batch(*colleagues("flast", 8)).drop_columns(["domain"]))
    assert text(proposed(provider, "Zoe", "Quandt")) == "zquandt@acme.example"


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (["joerg.mueller", "ute.schaefer", "anna.koehler"], "juergen.boehm"),
        (["jorg.muller", "ute.schafer", "anna.kohler"], "jurgen.bohm"),
    ],
)
def test_accents_are_written_as_the_colleagues_write_theirs(seen: list[str], expected: str) -> None:
    provider = EmailPattern()
    names = [("Jörg", "Müller"), ("Ute", "Schäfer"), ("Anna", "Köhler")]
    people = [(*name, f"{local}@acme.example", None) for name, local in zip(names, seen, strict=True)]
    provider.learn(batch(*people, *colleagues("first.last", 8)))
    assert text(proposed(provider, "Jürgen", "Böhm")) == f"{expected}@acme.example"


@pytest.mark.parametrize("write", ["".join, "-".join, ".".join, lambda words: words[-1]])
def test_particles_are_written_as_the_colleagues_write_theirs(write: Callable[[list[str]], str]) -> None:
    provider = EmailPattern()
    surnames = ["van der Berg", "van der Meer", "van den Dijk", "de la Cruz"]
    locals_ = [f"tom.{write(name.lower().split())}" for name in surnames]
    people = [("Tom", name, f"{local}@acme.example", None) for name, local in zip(surnames, locals_, strict=True)]
    provider.learn(batch(*people, *colleagues("first.last", 8)))
    expected = write(["von", "dem", "hof"])
    assert text(proposed(provider, "Zoe", "von dem Hof")) == f"zoe.{expected}@acme.example"


@pytest.mark.parametrize(
    ("first", "last", "possible"),
    [
        ("Jean-Luc", "Petit", {"jean-luc.petit", "jeanluc.petit", "jean.petit"}),
        ("Anna", "Meyer-Graf", {"anna.meyer-graf", "anna.meyergraf", "anna.meyer", "anna.graf"}),
        ("Ana", "García Márquez", {"ana.garcia-marquez", "ana.garciamarquez", "ana.garcia", "ana.marquez"}),
        ("Mary K.", "O'Brien", {"mary.obrien"}),
        ("Łukasz", "Groß", {"lukasz.gross"}),
        ("Søren", "Ångström", {"soeren.aangstroem", "soren.angstrom"}),
        ("E\u0301lodie", "D\u2019Arc", {"elodie.darc"}),
        ("Van", "Mac", {"van.mac"}),
    ],
)
def test_ways_to_spell_a_name(first: str, last: str, possible: set[str]) -> None:
    assert {way.local("first.last") for way in spellings(first, last)} == possible


@settings(max_examples=100)
@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_the_name_the_local_part_is_plain(first: str, last: str) -> None:
    for way in spellings(first, last):
        assert set(way.local("first.last")) <= set("abcdefghijklmnopqrstuvwxyz-.")


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS), st.sampled_from([*PATTERNS, None])), max_size=12)
)
def test_whole_columns_are_counted_as_one_row_after_the_other(people: list[tuple[str, str, str | None]]) -> None:
    """A name in two words takes the path for single rows; with a middle initial it is the same name."""
    made = [
        (f, la, (spellings(f, la)[0].local(pattern) if pattern else "x1") + "@acme.example")
        for f, la, pattern in people
    ]
    fast, slow = EmailPattern(least=0.01), EmailPattern(least=0.01)
    fast.learn(batch(*[(f, la, address, None) for f, la, address in made]))
    slow.learn(batch(*[(f"{f} K.", la, address, None) for f, la, address in made]))
    assert proposed(fast, "Zoe", "Quandt") == proposed(slow, "Zoe", "Quandt")


def test_only_patterns_are_kept() -> None:
    provider = EmailPattern()
    provider.learn(batch(("Annegret", "Vogelsang", "annegret.vogelsang@acme.example", "acme.example")))
    kept = repr({key: vars(value) if isinstance(value, Shares) else value for key, value in vars(provider).items()})
    assert "acme.example" in kept
    assert "annegret" not in kept.lower()
    assert "vogelsang" not in repr(provider)


@pytest.mark.clause("GDPR-5")
def test_what_a_run_learns_stays_in_that_run() -> None:
    taught = learnt("flast", 8)
    one, other = taught.for_run(), taught.for_run()
    one.learn(batch(*colleagues("first.last", 8, "one.example"), *colleagues("first_last", 12)))
    taught.learn(batch(*colleagues("last.first", 8, "late.example")))
    after = one.for_run()
    for run in (one, after):
        assert text(proposed(run, "Zoe", "Quandt", "one.example")) == "zoe.quandt@one.example"
        assert proposed(run, "Zoe", "Quandt", "late.example") is None
    assert text(proposed(other, "Zoe", "Quandt")) == "zquandt@acme.example"
    for stranger in (taught, other):
        assert proposed(stranger, "Zoe", "Quandt", "one.example") is None
    assert proposed(other, "Zoe", "Quandt") == proposed(learnt("flast", 8), "Zoe", "Quandt")


@pytest.mark.clause("GDPR-5")
def test_a_run_counts_what_was_taught_once_and_what_another_run_saw_too() -> None:
    taught = learnt("flast", 4)
    for run in (taught.for_run(), taught.for_run()):
        run.learn(batch(*colleagues("flast", 8)))
        assert proposed(run, "Zoe", "Quandt") == proposed(learnt("flast", 8), "Zoe", "Quandt")


@pytest.mark.clause("GDPR-5")
def test_runs_begin_while_another_thread_teaches() -> None:
    taught, runs = EmailPattern(least=0.01), []
    parts = [colleagues("flast", 12, f"company{i}.example") for i in range(60)]
    asked = [question("Zoe", "Quandt", f"company{i}.example") for i in range(60)]
    teacher = threading.Thread(target=lambda: list(map(taught.learn, [batch(*people) for people in parts])))
    teacher.start()
    while teacher.is_alive():
        runs.append(taught.for_run())
    for run in runs[:: len(runs) // 20 + 1]:
        run.learn(batch(*(person for people in parts for person in people)))
        assert asyncio.run(run.lookup(asked)) == asyncio.run(taught.lookup(asked))


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(InvalidInput, match="'email'"):
        EmailPattern().learn(batch(*colleagues("flast", 2)).drop_columns(["email"]))


@pytest.mark.parametrize("least", [0, -1, 1.5])
def test_an_impossible_least_share(least: float) -> None:
    with pytest.raises(InvalidInput, match="least="):
        EmailPattern(least=least)


@pytest.mark.parametrize("name", ["", "My CRM", "crm-1", "1crm", None, "a" * 41])
def test_a_name_that_cannot_be_one(name: Any) -> None:
    with pytest.raises(InvalidInput, match="name="):
        EmailPattern(name=name)
    with pytest.raises(InvalidInput, match="name="):
        TableProvider([{"Email": "max@beta.example", "Title": "CEO"}], name=name)


def test_it_costs_nothing_in_the_currency_of_the_others() -> None:
    assert not EmailPattern(currency="EUR").price
    assert EmailPattern(currency="EUR").price.currency == "EUR"


def test_shares_of_a_group_never_add_up_to_more_than_one() -> None:
    shares = Shares({"a": 0.5, "b": 0.4})
    shares.add("one", "a", 5)
    shares.add("one", "c", 2)
    shares.add("two", "b", 3)
    for group in ("one", "two", "unknown"):
        assert 0 < sum(shares.expected(group).values()) <= 1.0 + 1e-9
    assert shares.expected("one")["a"] > shares.expected("unknown")["a"]


GIVEN = "Anna Ben Clara David Emma Felix Greta Hugo Ida Jonas Karla Leon Mia Noah Olga Paul Zoë Jörg Jürgen Anna-Maria"
FAMILY = (
    "Adler,Bauer,Conrad,Dietz,Ebert,Fuchs,Graf,Hahn,Imhof,Jung,Keller,Lang,Maier,Noll,Pohl,Quandt,Roth,Thoma,Ulmer,"
    "Vogt,Weiss,Zeller,Müller,Schäfer,Köhler,van der Berg,de la Cruz,Meyer-Graf"
)


def company(chance: random.Random, domain: str) -> list[Person]:
    """Make up people of a company that keeps to its pattern more or less, and writes its names in its own way."""
    usual = chance.choices(PATTERNS[:10], weights=[40, 15, 5, 12, 10, 3, 3, 2, 2, 4], k=6)
    firmness = chance.choice([1.0, 1.0, 0.95, 0.9, 0.6, 0.3])
    habit, accent = chance.randrange(4), chance.choice(["ue", "ue", "u"])
    people: list[Person] = []
    for _ in range(chance.choice([2, 2, 3, 4, 6, 10, 20])):
        first, last = chance.choice(GIVEN.split()), chance.choice(FAMILY.split(","))
        ways = [way for way in spellings(first, last) if way.styles.get("accent", accent) == accent]
        way = ways[habit % len(ways)] if chance.random() < 0.85 else chance.choice(ways)
        pattern = usual[0] if chance.random() < firmness else chance.choice(usual)
        number = str(chance.randrange(2, 9)) if chance.random() < 0.04 else ""
        people.append((first, last, f"{way.local(pattern)}{number}@{domain}", domain))
    return people


@pytest.mark.parametrize("seed", [1, 2])
def test_of_proposals_with_a_confidence_of_p_about_p_are_right(seed: int) -> None:
    chance = random.Random(seed)
    people = [person for i in range(1000) for person in company(chance, f"company{i}.example")]
    chance.shuffle(people)
    known, hidden = people[: len(people) // 2], people[len(people) // 2 :]
    provider = EmailPattern(least=0.3)
    provider.learn(batch(*known))
    answers = asyncio.run(provider.lookup([question(f or "", la or "", d or "") for f, la, _, d in hidden]))
    tenths: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for (_, _, address, _), answer in zip(hidden, answers, strict=True):
        for finding in answer.found.values():
            tenths[int(finding.confidence * 10)].append((finding.confidence, finding.text == address))
    assert len(tenths) >= 6
    gaps = {tenth: np.subtract(*np.mean(pairs, axis=0)) for tenth, pairs in tenths.items()}
    chance_alone = {tenth: 3 * 0.5 / len(pairs) ** 0.5 for tenth, pairs in tenths.items()}
    assert all(abs(gap) < 0.05 + chance_alone[tenth] for tenth, gap in gaps.items()), gaps
    everything = np.mean([pair for pairs in tenths.values() for pair in pairs], axis=0)
    assert abs(np.subtract(*everything)) < 0.03
    assert sum(map(len, tenths.values())) > len(hidden) / 2
