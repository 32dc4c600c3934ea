"""Answers survive being kept, whatever they hold; whoever an answer is about finds it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustleads.enrichment.asking.kept import dump, load, subject_digest, subject_digests
from trustleads.enrichment.normalize.company.names import normal_name
from trustleads.enrichment.questions import MISS, Answer, Attribute, Finding, Mailbox, Outcome, Question

A = Attribute
texts = st.text(st.characters(), max_size=20)  # lone surrogates included
numbers = st.floats(0, 1e9)
findings = st.builds(Finding, texts, st.floats(0, 1), st.none() | texts, st.none() | texts)
answers = st.builds(
    Answer,
    st.sampled_from(Outcome),
    st.dictionaries(st.sampled_from(Attribute), findings),
    st.none() | st.sampled_from(Mailbox),
    st.none() | st.integers(0, 100),
    st.none() | texts,
    st.none() | texts,
    st.none() | numbers,
)


def about(given_, found=None):
    findings = {key: Finding(text, 0.9) for key, text in (found or {}).items()}
    return subject_digests(Question(given_, frozenset()), Answer(Outcome.FOUND, findings))


@pytest.mark.clause("LEAD-5")
@given(answers)
def test_an_answer_comes_back_as_it_was(answer):
    assert load(dump(answer)) == answer


@pytest.mark.clause("LEAD-5")
@given(st.binary(max_size=60))
def test_any_bytes_are_an_answer_or_none(payload):
    assert load(payload) is None or isinstance(load(payload), Answer)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 1},
        {"v": 3},
        {"v": None},
        {"outcome": "perhaps"},
        {"outcome": None},
        {"mailbox": "full"},
        {"found": None},
        {"found": []},
        {"found": {"shoe_size": ["44", 0.9, None, None]}},
        {"found": {"email": ["ada@example.com", 0.9]}},
        {"found": {"email": [44, 0.9, None, None]}},
        {"found": {"email": ["ada@example.com", "high", None, None]}},
        {"units": "1"},
        {"reason": 3},
        {"after": "soon"},
        {"invented": 1},
    ],
)
def test_what_another_version_wrote_is_no_answer(change):
    good = json.loads(dump(Answer(Outcome.FOUND, {A.EMAIL: Finding("ada@example.com", 0.9)}, Mailbox.EXISTS, 1)))
    assert load(json.dumps(good).encode()) is not None
    assert load(json.dumps(good | change).encode()) is None


@pytest.mark.parametrize("payload", [b"", b"null", b"[]", b"{}", b"7", b"[" * 100_000, b"\xff", dump(MISS)[:-1]])
def test_torn_and_senseless_bytes_are_no_answer(payload):
    assert load(payload) is None


@pytest.mark.clause("GDPR-4")
@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (A.EMAIL, "ada@example.com", " Ada@Example.COM "),
        (A.EMAIL, "ada@bücher.example", "ada@xn--bcher-kva.example"),
        (A.EMAIL, "jos\u00e9@example.com", "jose\u0301@example.com"),
        (A.PHONE, "+4930901820", "+49 (0)30 / 90 18-20"),
        (A.PHONE, "+12025550123", "001 (202) 555-0123"),
        (A.PHONE, "+12025550123", "tel:+1-202-555-0123;ext=7"),
        (A.PHONE, "+12025550123", "+1 202 555 0123 ext. 7"),
        (A.PHONE, "+12025550123", "\uff0b1\u00a0202.555.0123"),
        (A.COMPANY, "Example Works", "EXAMPLE \u00a0 works"),
        (A.COMPANY, "ACME Software", "ACME Software GmbH"),
        (A.COMPANY, "ACME Software", "acme  software gmbh"),
        (A.COMPANY, "ACME Software", "\u201eAcme Software\u201c G.m.b.H."),
        (A.COMPANY, "ACME Software", "Acme Software GmbH & Co. KG"),
        (A.COMPANY, "ACME Software", "Acme Software \uff27\uff4d\uff42\uff28"),
        (A.COMPANY, "Nordlys", "Nordlys AS"),
        (A.COMPANY, "n/a", "N/A"),
        (A.DOMAIN, "example.com", "https://www.Example.com/about"),
        (A.DOMAIN, "example.com", "shop.example.com"),
        (A.DOMAIN, "localhost", "http://www.LOCALHOST:80/"),
        (A.DOMAIN, "example.com", "example.com."),
        (A.DOMAIN, "bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_subject_is_the_same_however_it_is_written(kind, one, other):
    name = "" if kind in (A.EMAIL, A.PHONE) else "Ada Example"
    assert subject_digest(kind, one, name=name) == subject_digest(kind, other, name=name.upper())


@pytest.mark.clause("GDPR-4")
def test_different_people_have_different_digests():
    digests = [
        subject_digest(A.EMAIL, "ada@example.com"),
        subject_digest(A.EMAIL, "adam@example.com"),
        subject_digest(A.EMAIL, "ada@www.example.com"),
        subject_digest(A.PHONE, "+12025550123"),
        subject_digest(A.PHONE, "+12025550124"),
        subject_digest(A.COMPANY, "example.com", name="Ada Example"),
        subject_digest(A.DOMAIN, "example.com", name="Ada Example"),
        subject_digest(A.DOMAIN, "example.com", name="Adam Example"),
        subject_digest(A.DOMAIN, "example.com"),
        subject_digest(A.COMPANY, "Example Works", name="Ada Example"),
        subject_digest(A.COMPANY, "Example Work", name="Ada Example"),
        subject_digest(A.DOMAIN, "example.org", name="Ada Example"),
        subject_digest(A.COMPANY, "a", name="b c"),
        subject_digest(A.COMPANY, "a b", name="c"),
    ]
    assert len(set(digests)) == len(digests)
    assert {len(digest) for digest in digests} == {16}


@pytest.mark.clause("GDPR-4")
@given(
    st.sampled_from(["Nordlys", "Solara Sud", "Pillar & Sons", "SPA Day", "Foo-Bar", "ACME"]),
    st.sampled_from(["", "AS", "SpA", "S.p.A.", "GmbH & Co. KG", ", Inc.", "Co., Ltd.", "Pvt. Ltd", "UAB", "Oy"]),
    st.sampled_from(["{}", " {} ", '"{}"', "\u00ab{}\u00bb", "{};", "UAB {}"]),
    st.sampled_from([str, str.upper, str.lower]),
)
def test_what_the_pipeline_makes_of_a_company_is_the_same_subject(company, form, frame, case):
    written = case(frame.format(f"{company} {form}"))
    normal = normal_name(written)
    assert normal is not None
    assert subject_digest(A.COMPANY, written, name="Ada") == subject_digest(A.COMPANY, normal, name="Ada")


@given(st.sampled_from(Attribute), texts, texts)
def test_any_text_has_a_digest(kind, text, name):
    assert len(subject_digest(kind, text, name=name)) == 16


@pytest.mark.clause("GDPR-4")
def test_an_answer_is_about_everybody_in_question_and_answer():
    digests = about({A.EMAIL: "ada@example.com"}, {A.EMAIL: "a.example@example.org", A.PHONE: "+1 202 555 0123"})
    assert digests == {
        subject_digest(A.EMAIL, "ada@example.com"),
        subject_digest(A.EMAIL, "a.example@example.org"),
        subject_digest(A.PHONE, "+12025550123"),
    }


@pytest.mark.clause("GDPR-4")
def test_a_name_counts_with_each_place_of_work():
    digests = about({A.FULL_NAME: "Ada Example", A.DOMAIN: "example.com"}, {A.COMPANY: "Example Works"})
    assert digests == {
        subject_digest(A.DOMAIN, "example.com", name="Ada Example"),
        subject_digest(A.COMPANY, "Example Works", name="Ada Example"),
    }


@pytest.mark.clause("GDPR-4")
@pytest.mark.parametrize(
    ("given_", "found"),
    [
        ({A.FIRST_NAME: "Ada", A.LAST_NAME: "Example", A.DOMAIN: "example.com"}, {}),
        ({A.EMAIL: "ada@example.com"}, {A.FIRST_NAME: "Ada", A.LAST_NAME: "Example", A.DOMAIN: "example.com"}),
        ({A.FIRST_NAME: "Ada", A.DOMAIN: "example.com"}, {A.LAST_NAME: "Example"}),
        ({A.FIRST_NAME: "A.", A.LAST_NAME: "Example", A.DOMAIN: "example.com"}, {A.FIRST_NAME: "Ada"}),
        ({A.FULL_NAME: "ADA  EXAMPLE", A.DOMAIN: "example.com"}, {A.FIRST_NAME: "Augusta", A.LAST_NAME: "Example"}),
    ],
)
def test_a_name_may_come_whole_or_in_halves_from_either_side(given_, found):
    assert subject_digest(A.DOMAIN, "example.com", name="Ada Example") in about(given_, found)


def test_neither_a_name_nor_a_company_alone_is_a_person():
    assert about({A.FULL_NAME: "Ada Example", A.JOB_TITLE: "Engineer"}) == frozenset()
    assert about({A.COMPANY: "Example Works"}, {A.DOMAIN: "example.com", A.EMAIL: ""}) == frozenset()
