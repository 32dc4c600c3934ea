from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from trustleads.core.money import Money
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.questions import MISS, Answer, Attribute, Finding, Mailbox, Outcome, Question
from trustleads.enrichment.waterfall import (
    OWN,
    RISKY_MAILBOX,
    SURE_ENOUGH,
    VERDICTS,
    Ask,
    Known,
    WhyNot,
    learn,
    missing,
    next_ask,
    question_for,
    why_not,
)

pytestmark = pytest.mark.clause("LEAD-4")

A = Attribute
EMAIL, TITLE, PHONE = A.EMAIL, A.JOB_TITLE, A.PHONE
BY_EMAIL, BY_NAME = frozenset({EMAIL}), frozenset({A.FULL_NAME, A.DOMAIN})


@dataclass
class Stub:
    """A provider as the policy sees it."""

    name: str
    fills: frozenset[Attribute] = frozenset({TITLE})
    verifies: bool = False
    matches: Sequence[frozenset[Attribute]] = (BY_EMAIL,)
    price: Money = Money.of("0.10 USD")  # noqa: RUF009 - amounts are frozen
    most_units: int = 1
    batch_size: int = 1
    keeps: bool = True
    limits: Limits = Limits()  # noqa: RUF009 - limits are frozen
    confidence: Mapping[Attribute, float] = field(default_factory=dict)
    verifies_apart: bool = False

    async def lookup(self, questions: Sequence[Question]) -> Sequence[Answer]:
        return [MISS for _ in questions]

    async def aclose(self) -> None:
        """Nothing is open."""


VERIFIER = Stub("verifier", frozenset(), verifies=True, confidence={EMAIL: 0.97})
FINDER = Stub("finder", frozenset({EMAIL}), matches=(BY_NAME,))
BOTH = Stub("both", frozenset({EMAIL, TITLE}), verifies=True, matches=(BY_EMAIL, BY_NAME), most_units=2)
PEOPLE = Stub("people", frozenset({TITLE, PHONE, A.FIRST_NAME}))
ADDRESS = "ada@one.example"


def lead(**texts: str) -> dict[Attribute, Known]:
    return {Attribute(name): Known(text, 0.8) for name, text in texts.items()}


def judged(confidence: float, mailbox: Mailbox) -> Known:
    return Known(ADDRESS, confidence, verdicts=frozenset({(ADDRESS, mailbox)}))


def found(text: str, confidence: float, attribute: Attribute = EMAIL, **rest: Any) -> Answer:
    return Answer(Outcome.FOUND, {attribute: Finding(text, confidence)}, **rest)


def after_verdicts(*mailboxes: str) -> dict[Attribute, Known]:
    known = lead(email=ADDRESS)
    for mailbox in mailboxes:
        known = learn(known, "verifier", Answer(Outcome.FOUND, mailbox=Mailbox(mailbox)), VERIFIER.confidence)
    return known


def asked_of(known: Mapping[Attribute, Known], wants: Mapping[Attribute, float], *providers: Stub, **rest: Any) -> Any:
    return next_ask(known, wants, {attribute: list(providers) for attribute in wants}, **rest)


class TestWhomToAsk:
    def test_the_first_provider_that_can_match_the_lead(self) -> None:
        ask = asked_of(lead(email=ADDRESS), {TITLE: 0.8}, FINDER, PEOPLE, BOTH)
        assert ask == Ask(PEOPLE, Question({EMAIL: ADDRESS}, frozenset({TITLE})))

    def test_what_is_reached_is_not_asked(self) -> None:
        known = {**lead(email=ADDRESS), TITLE: Known("Buyer", 0.85, "people")}
        assert asked_of(known, {TITLE: 0.85}, PEOPLE) is None
        assert asked_of(known, {TITLE: 0.86}, PEOPLE) is not None
        (ask,) = [asked_of(known, {TITLE: 0.8, PHONE: 0.7}, PEOPLE)]
        assert ask.question.wanted == {PHONE}

    def test_one_question_asks_for_all_that_is_missing(self) -> None:
        ask = asked_of(lead(email=ADDRESS), {TITLE: 0.8, PHONE: 0.7, A.FIRST_NAME: 0.5}, PEOPLE)
        assert ask.question.wanted == {TITLE, PHONE, A.FIRST_NAME}

    @pytest.mark.clause("LEAD-5")
    @pytest.mark.parametrize("wants", [{EMAIL: 0.9, TITLE: 0.8, PHONE: 0.7}, {TITLE: 0.8, EMAIL: 0.9, PHONE: 0.7}])
    def test_who_verifies_apart_is_asked_two_questions(self, wants: dict[Attribute, float]) -> None:
        both = Stub("both", frozenset({EMAIL, TITLE, PHONE}), verifies=True, verifies_apart=True)
        known, asked, questions = lead(email=ADDRESS), frozenset(), []
        while ask := asked_of(known, wants, both, asked=asked):
            questions.append(ask.question.wanted)
            asked |= ask.asked
        assert sorted(questions, key=len) == [{EMAIL}, {TITLE, PHONE}]
        assert next(iter(wants)) in questions[0]

    def test_who_verifies_apart_need_not_be_asked_for_the_rest(self) -> None:
        both = Stub("both", frozenset({TITLE}), verifies=True, verifies_apart=True)
        ask = next_ask(lead(email=ADDRESS), {TITLE: 0.8, EMAIL: 0.9}, {TITLE: [], EMAIL: [both]})
        assert ask is not None
        assert ask.question.wanted == {EMAIL}

    def test_what_is_wanted_first_is_worked_on_first(self) -> None:
        known = lead(email=ADDRESS, full_name="Ada Muster", domain="one.example")
        title_only = Stub("title_only")
        phone_only = Stub("phone_only", frozenset({PHONE}))
        for wants, name in (({TITLE: 0.8, PHONE: 0.8}, "title_only"), ({PHONE: 0.8, TITLE: 0.8}, "phone_only")):
            assert asked_of(known, wants, title_only, phone_only).provider.name == name

    def test_each_attribute_has_an_order_of_its_own(self) -> None:
        first, second = Stub("first"), Stub("second")
        order = {TITLE: [second, first]}
        ask = next_ask(lead(email=ADDRESS), {TITLE: 0.8}, order)
        assert ask is not None
        assert ask.provider is second
        assert next_ask(lead(email=ADDRESS), {TITLE: 0.8}, {}) is None

    @pytest.mark.clause("GDPR-1")
    def test_who_is_not_in_the_order_for_an_attribute_is_not_asked_for_it_with_another(self) -> None:
        wants = {TITLE: 0.8, PHONE: 0.7}
        phones = Stub("phones", frozenset({PHONE}))
        ask = next_ask(lead(email=ADDRESS), wants, {TITLE: [PEOPLE, phones], PHONE: [phones]})
        assert ask == Ask(PEOPLE, Question({EMAIL: ADDRESS}, frozenset({TITLE})))

    def test_who_is_not_in_the_order_for_the_address_does_not_verify_it_either(self) -> None:
        known = {EMAIL: Known(ADDRESS, 0.8)}
        order = {EMAIL: [VERIFIER], TITLE: [BOTH]}
        for asked, expected in (((), VERIFIER), ({("verifier", ADDRESS)}, BOTH)):
            ask = next_ask(known, {EMAIL: 0.9, TITLE: 0.8}, order, asked=asked)
            assert ask is not None
            assert ask.provider is expected
            assert ask.question.wanted == ({EMAIL} if expected is VERIFIER else {TITLE})

    def test_nobody_who_is_barred_or_was_asked(self) -> None:
        known = lead(email=ADDRESS)
        other = Stub("other")
        assert asked_of(known, {TITLE: 0.8}, PEOPLE, other, barred={"people"}).provider is other
        assert asked_of(known, {TITLE: 0.8}, PEOPLE, other, asked={("people", None)}).provider is other
        assert asked_of(known, {TITLE: 0.8}, PEOPLE, barred={"people"}) is None

    def test_a_provider_that_expects_nothing_of_itself_is_not_asked(self) -> None:
        assert asked_of(lead(email=ADDRESS), {TITLE: 0.8}, Stub("useless", confidence={TITLE: 0.0})) is None

    @pytest.mark.clause("GDPR-1")
    def test_the_best_match_is_given_and_nothing_else(self) -> None:
        known = lead(email=ADDRESS, full_name="Ada Muster", domain="one.example", phone="+442079460001")
        assert asked_of(known, {TITLE: 0.9}, BOTH).question.given == {EMAIL: ADDRESS}
        del known[EMAIL]
        given = asked_of(known, {TITLE: 0.9}, BOTH).question.given
        assert given == {A.FULL_NAME: "Ada Muster", A.DOMAIN: "one.example"}

    def test_a_full_name_is_made_of_its_halves(self) -> None:
        known = lead(first_name="Ada", last_name="Muster", domain="one.example")
        assert asked_of(known, {EMAIL: 0.9}, FINDER).question.given[A.FULL_NAME] == "Ada Muster"
        del known[A.LAST_NAME]
        assert asked_of(known, {EMAIL: 0.9}, FINDER) is None

    def test_nobody_is_matched_by_what_is_in_doubt(self) -> None:
        for confidence, is_asked in ((SURE_ENOUGH, True), (SURE_ENOUGH - 0.01, False)):
            known = {EMAIL: Known(ADDRESS, confidence)}
            assert (asked_of(known, {TITLE: 0.8}, PEOPLE) is not None) is is_asked


class Learner(Stub):
    def learn(self, batch: Any) -> None:
        """Learn nothing; that there is such a method says what it is."""


def test_who_learns_from_the_callers_rows_cannot_confirm_them() -> None:
    learner = Learner("learner", frozenset({EMAIL}), matches=(BY_NAME,))
    named = lead(first_name="Ada", last_name="Stone", domain="one.example")
    assert asked_of(named, {EMAIL: 0.9}, learner).provider is learner
    assert asked_of({**named, **lead(email=ADDRESS)}, {EMAIL: 0.9}, learner) is None
    refuted = judged(0.0, Mailbox.MISSING)
    assert asked_of({**named, EMAIL: refuted}, {EMAIL: 0.9}, learner).provider is learner


class TestVerifiers:
    def test_a_doubtful_address_is_verified(self) -> None:
        known = {EMAIL: Known(ADDRESS, 0.3)}
        ask = asked_of(known, {EMAIL: 0.9}, VERIFIER)
        assert ask == Ask(VERIFIER, Question({EMAIL: ADDRESS}, frozenset({EMAIL})))
        assert ask.asked == {("verifier", ADDRESS)}

    def test_the_same_address_once_and_another_again(self) -> None:
        asked = {("verifier", ADDRESS)}
        assert asked_of({EMAIL: Known("ADA@One.example", 0.5)}, {EMAIL: 0.9}, VERIFIER, asked=asked) is None
        assert asked_of({EMAIL: Known("eva@one.example", 0.5)}, {EMAIL: 0.9}, VERIFIER, asked=asked) is not None

    def test_no_address_nothing_to_verify(self) -> None:
        assert asked_of({}, {EMAIL: 0.9}, VERIFIER) is None

    def test_who_verifies_and_finds_marks_both(self) -> None:
        ask = asked_of({EMAIL: Known(ADDRESS, 0.8)}, {EMAIL: 0.9, TITLE: 0.8}, BOTH)
        assert ask.question.wanted == {EMAIL, TITLE}
        assert ask.asked == {("both", ADDRESS), ("both", None)}

    def test_after_a_refuted_address_another_is_looked_for(self) -> None:
        known = lead(email=ADDRESS, full_name="Ada Muster", domain="one.example")
        after = learn(known, "verifier", Answer(Outcome.FOUND, mailbox=Mailbox.MISSING), VERIFIER.confidence)
        ask = asked_of(after, {EMAIL: 0.9}, VERIFIER, FINDER, asked={("verifier", ADDRESS)})
        assert ask.provider is FINDER

    @pytest.mark.parametrize(
        ("mailbox", "confidence"),
        [
            (Mailbox.EXISTS, 0.97),
            (Mailbox.MISSING, 0.0),
            (Mailbox.RISKY, RISKY_MAILBOX),
            (Mailbox.CATCH_ALL, 0.8),
            (Mailbox.UNKNOWN, 0.8),
        ],
    )
    def test_what_a_verdict_does_to_the_confidence(self, mailbox: Mailbox, confidence: float) -> None:
        after = learn(lead(email=ADDRESS), "verifier", Answer(Outcome.FOUND, mailbox=mailbox), VERIFIER.confidence)
        assert after[EMAIL].confidence == confidence
        assert after[EMAIL].mailbox is mailbox
        assert after[EMAIL].text == ADDRESS

    def test_a_verdict_takes_no_confidence_away_that_it_confirms_nor_gives_any_that_it_doubts(self) -> None:
        for mailbox, before in ((Mailbox.EXISTS, 0.99), (Mailbox.RISKY, 0.2)):
            known = {EMAIL: Known(ADDRESS, before)}
            assert (
                learn(known, "v", Answer(Outcome.FOUND, mailbox=mailbox), VERIFIER.confidence)[EMAIL].confidence
                == before
            )

    @pytest.mark.parametrize(
        ("one", "other", "stands", "confidence"),
        [
            ("unknown", "catch_all", "catch_all", 0.8),
            ("unknown", "exists", "exists", 0.97),
            ("unknown", "risky", "risky", RISKY_MAILBOX),
            ("unknown", "missing", "missing", 0.0),
            ("catch_all", "exists", "exists", 0.97),
            ("catch_all", "risky", "risky", RISKY_MAILBOX),
            ("catch_all", "missing", "missing", 0.0),
            ("exists", "risky", "risky", RISKY_MAILBOX),
            ("exists", "missing", "missing", 0.0),
            ("risky", "missing", "missing", 0.0),
        ],
    )
    def test_of_two_verdicts_the_weightier_stands_whichever_comes_first(
        self, one: str, other: str, stands: str, confidence: float
    ) -> None:
        for verdicts in ((one, other), (other, one), (one, other, one), (other, one, other)):
            known = after_verdicts(*verdicts)
            assert (known[EMAIL].mailbox, known[EMAIL].confidence) == (Mailbox(stands), confidence)

    def test_who_says_nothing_new_lends_no_confidence(self) -> None:
        known = learn(after_verdicts("exists"), "surer", Answer(Outcome.FOUND, mailbox=Mailbox.UNKNOWN), {EMAIL: 0.99})
        assert known[EMAIL].confidence == 0.97

    def test_every_verdict_has_its_weight(self) -> None:
        assert set(VERDICTS) == set(Mailbox)

    def test_what_is_risky_is_not_made_surer_by_verifiers_nor_by_finders(self) -> None:
        known = after_verdicts("risky")
        other = Stub("other", frozenset(), verifies=True, confidence={EMAIL: 0.99})
        assert asked_of(known, {EMAIL: 0.9}, other) is None
        agreed = learn(known, "finder", found(ADDRESS, 0.95), {})
        assert (agreed[EMAIL].mailbox, agreed[EMAIL].confidence) == (Mailbox.RISKY, RISKY_MAILBOX)
        doubted = learn({EMAIL: judged(0.1, Mailbox.RISKY)}, "finder", found(ADDRESS, 0.1), {})
        assert doubted[EMAIL].confidence == pytest.approx(0.19)

    def test_a_verdict_is_about_one_address(self) -> None:
        other = learn(after_verdicts("risky"), "finder", found("eva@one.example", 0.6), {})
        assert other[EMAIL].mailbox is None
        known = learn(other, "verifier", Answer(Outcome.FOUND, mailbox=Mailbox.EXISTS), VERIFIER.confidence)
        assert known[EMAIL].verified

    def test_what_was_said_of_an_address_holds_also_when_another_was_in_its_place(self) -> None:
        known = learn(after_verdicts("risky"), "finder", found("eva@one.example", 0.35), {})
        again = learn(known, "other", found("ADA@one.example", 0.95), {})
        assert again == known  # a warning is not worth more for being found twice
        worse = learn(after_verdicts("risky"), "finder", found("eva@one.example", 0.35), {})
        worse = learn(worse, "verifier", Answer(Outcome.FOUND, mailbox=Mailbox.MISSING), {})
        back = learn(worse, "other", found("ADA@one.example", 0.95), {})
        assert (back[EMAIL].text, back[EMAIL].mailbox) == ("ADA@one.example", Mailbox.RISKY)
        assert back[EMAIL].confidence == RISKY_MAILBOX
        assert learn(back, "third", found("eva@one.example", 1.0), {}) == back

    def test_what_a_verifier_could_not_tell_is_kept_with_the_address_too(self) -> None:
        known = learn(after_verdicts("catch_all"), "finder", found("eva@one.example", 0.85), {})
        known = learn(known, "other", found(ADDRESS, 0.9), {})
        assert known[EMAIL].mailbox is Mailbox.CATCH_ALL

    def test_an_address_is_verified_by_itself_alone(self) -> None:
        odd = Stub("odd", frozenset(), verifies=True, matches=(frozenset({EMAIL, A.DOMAIN}),), confidence={EMAIL: 0.97})
        assert asked_of(lead(email=ADDRESS, domain="one.example"), {EMAIL: 0.9}, odd) is None


class TestMoney:
    def test_not_over_what_is_left_counting_the_most_a_question_can_cost(self) -> None:
        known = lead(email=ADDRESS)
        for left, is_asked in (("0.20 USD", True), ("0.19 USD", False)):
            assert (asked_of(known, {TITLE: 0.9}, BOTH, left=Money.of(left)) is not None) is is_asked

    def test_a_cheaper_one_further_down_is_asked_instead(self) -> None:
        assert asked_of(lead(email=ADDRESS), {TITLE: 0.9}, BOTH, PEOPLE, left=Money.of("0.1 USD")).provider is PEOPLE

    def test_what_is_free_is_asked_without_money_and_in_any_currency(self) -> None:
        free = Stub("free", price=Money.nothing("EUR"))
        assert asked_of(lead(email=ADDRESS), {TITLE: 0.9}, free, left=Money.nothing("USD")) is not None


class TestWhyNot:
    def test_each_reason(self) -> None:
        wants = {TITLE: 0.8}
        nobody: dict[Attribute, Known] = {}
        order = {TITLE: [PEOPLE, FINDER]}
        assert why_not(PEOPLE, {TITLE: Known("Buyer", 0.8)}, wants, order) is WhyNot.NOT_NEEDED
        assert why_not(FINDER, lead(email=ADDRESS), wants, order) is WhyNot.NOT_NEEDED
        assert why_not(PEOPLE, nobody, wants, order) is WhyNot.NOTHING_TO_MATCH
        assert why_not(PEOPLE, lead(email=ADDRESS), wants, order, Money.of("0.09 USD")) is WhyNot.ROW_BUDGET

    def test_a_verifier_without_an_address_has_nothing_to_match(self) -> None:
        wants, order = {EMAIL: 0.9, TITLE: 0.8}, {EMAIL: [VERIFIER]}
        assert why_not(VERIFIER, lead(), wants, order) is WhyNot.NOTHING_TO_MATCH
        assert why_not(VERIFIER, lead(), wants, {EMAIL: [PEOPLE]}) is WhyNot.NOT_IN_ORDER
        assert why_not(VERIFIER, lead(), {TITLE: 0.8}, order) is WhyNot.NOT_NEEDED

    def test_who_is_left_out_by_the_callers_order(self) -> None:
        wants = {TITLE: 0.8, PHONE: 0.7}
        known = lead(email=ADDRESS)
        others = {TITLE: [BOTH], PHONE: []}
        assert why_not(PEOPLE, known, wants, others) is WhyNot.NOT_IN_ORDER
        assert why_not(PEOPLE, {}, wants, others) is WhyNot.NOT_IN_ORDER
        assert why_not(PEOPLE, {}, wants, {**others, PHONE: [PEOPLE]}) is WhyNot.NOTHING_TO_MATCH
        assert why_not(FINDER, known, wants, others) is WhyNot.NOT_NEEDED
        reached = {**known, TITLE: Known("Buyer", 0.8)}
        assert why_not(PEOPLE, reached, {TITLE: 0.8}, others) is WhyNot.NOT_NEEDED
        assert why_not(PEOPLE, reached, wants, {TITLE: [PEOPLE]}) is WhyNot.NOT_IN_ORDER


class TestWhatIsLearnt:
    def test_two_that_agree_raise_the_confidence(self) -> None:
        known = learn({}, "one", found("Buyer ", 0.6, TITLE), {})
        known = learn(known, "two", found("buyer", 0.7, TITLE), {})
        assert known[TITLE].confidence == pytest.approx(1 - 0.4 * 0.3)
        assert (known[TITLE].text, known[TITLE].source) == ("buyer", "two")  # the surer one's own words

    def test_of_two_that_differ_the_surer_stays_at_its_own_confidence(self) -> None:
        known = learn({}, "one", found("Buyer", 0.6, TITLE), {})
        assert learn(known, "two", found("Pilot", 0.7, TITLE), {})[TITLE].text == "Pilot"
        assert learn(known, "two", found("Pilot", 0.7, TITLE), {})[TITLE].confidence == 0.7
        for weaker in (0.5, 0.6):
            assert learn(known, "two", found("Pilot", weaker, TITLE), {}) == known

    def test_phone_numbers_agree_by_their_digits(self) -> None:
        known = learn({}, "one", found("+44 20 7946 0001", 0.6, PHONE), {})
        assert learn(known, "two", found("00442079460001", 0.5, PHONE), {})[PHONE].confidence == pytest.approx(0.8)

    def test_an_empty_value_is_none(self) -> None:
        assert learn({}, "one", found(" ", 0.9, TITLE), {}) == {}

    def test_nonsense_confidence_is_brought_into_range(self) -> None:
        assert learn({}, "one", found("Buyer", 7.0, TITLE), {})[TITLE].confidence == 1.0
        assert learn({}, "one", found("Buyer", -1.0, TITLE), {})[TITLE].confidence == 0.0

    def test_nothing_is_changed_in_place(self) -> None:
        known = lead(email=ADDRESS)
        before = dict(known)
        learn(known, "verifier", Answer(Outcome.FOUND, mailbox=Mailbox.MISSING), {})
        assert known == before

    def test_a_verified_address_stays(self) -> None:
        known = learn(lead(email=ADDRESS), "verifier", Answer(Outcome.FOUND, mailbox=Mailbox.EXISTS), {EMAIL: 0.9})
        assert learn(known, "finder", found("eva@one.example", 1.0), {}) == known

    def test_a_refuted_address_does_not_come_back(self) -> None:
        known = learn(lead(email=ADDRESS), "verifier", Answer(Outcome.FOUND, mailbox=Mailbox.MISSING), {})
        for text in (ADDRESS, "Ada@ONE.example"):
            assert learn(known, "finder", found(text, 1.0), {}) == known
        other = learn(known, "finder", found("eva@one.example", 0.6), {})
        neither = learn(other, "verifier", Answer(Outcome.FOUND, mailbox=Mailbox.MISSING), {})
        assert learn(neither, "third", found(ADDRESS, 1.0), {}) == neither
        assert other[EMAIL].text == "eva@one.example"
        assert learn(other, "third", found(ADDRESS, 1.0), {}) == other


# --- Whatever providers there are, and whatever they answer.

ATTRIBUTES = [a for a in Attribute if a is not A.FULL_NAME]
SURE = st.floats(0, 1).map(lambda number: round(number, 3))
TEXTS = {
    a: st.sampled_from([f"{a}-{n}@one.example" if a is EMAIL else f"{a} {n}" for n in range(4)]) for a in Attribute
}


@st.composite
def stubs(draw: st.DrawFn) -> list[Stub]:
    def stub(number: int) -> Stub:
        verifies = draw(st.booleans())
        fills = draw(st.frozensets(st.sampled_from(ATTRIBUTES), max_size=4))
        matches = draw(st.lists(st.frozensets(st.sampled_from(list(Attribute)), min_size=1, max_size=3), max_size=3))
        units = draw(st.integers(1, 3))
        cents = draw(st.integers(0, 30))
        return Stub(
            f"p{number}",
            fills,
            verifies,
            [BY_EMAIL, *matches] if verifies else matches or [BY_EMAIL],
            Money.of(f"0.{cents:02} USD"),
            units,
            confidence={a: draw(SURE) for a in {*fills, EMAIL}},
            verifies_apart=draw(st.booleans()),
        )

    return [stub(number) for number in range(draw(st.integers(1, 4)))]


@st.composite
def leads(draw: st.DrawFn) -> dict[Attribute, Known]:
    return {a: Known(draw(TEXTS[a]), draw(SURE)) for a in draw(st.sets(st.sampled_from(ATTRIBUTES), max_size=5))}


WANTS = st.dictionaries(st.sampled_from(ATTRIBUTES), SURE.filter(bool), min_size=1, max_size=4)


def answers_to(question: Question, provider: Stub) -> st.SearchStrategy[Answer]:
    """Give any answer the contract allows; what it costs is at most ``most_units``."""
    given_email = EMAIL in question.given and EMAIL in question.wanted
    texts = {a: st.builds(Finding, TEXTS[a], SURE) for a in question.wanted - ({EMAIL} if given_email else set())}
    return st.builds(
        Answer,
        st.sampled_from([o for o in Outcome if o is not Outcome.LATER]),
        st.fixed_dictionaries({}, optional=texts),
        st.none() | st.sampled_from(list(Mailbox)) if given_email and provider.verifies else st.none(),
        st.none() | st.integers(0, provider.most_units),
    )


@dataclass
class Walk:
    """One lead's way through a waterfall: every question, with what was known before and after."""

    steps: list[tuple[Ask, dict[Attribute, Known], dict[Attribute, Known]]]
    spent: Money
    known: dict[Attribute, Known]
    asked: set[tuple[str, str | None]]


def walk(data: st.DataObject, known: dict[Attribute, Known], wants: Any, order: Any, most: Money | None) -> Walk:
    way = Walk([], Money.nothing("USD"), known, set())
    while ask := next_ask(way.known, wants, order, asked=way.asked, left=None if most is None else most - way.spent):
        assert len(way.steps) < 50, "it does not end"
        answer = data.draw(answers_to(ask.question, ask.provider))
        before, way.known = way.known, learn(way.known, ask.provider.name, answer, ask.provider.confidence)
        way.steps.append((ask, before, way.known))
        assert not ask.asked & way.asked, "asked the same again"
        assert ask.asked
        way.asked |= ask.asked
        way.spent += ask.provider.price * answer.billed_units
    event(f"questions: {min(len(way.steps), 5)}")
    return way


@settings(max_examples=150)
@given(st.data(), leads(), WANTS, stubs(), st.none() | st.integers(0, 60))
def test_a_lead_goes_through_any_waterfall(
    data: st.DataObject, known: dict[Attribute, Known], wants: dict[Attribute, float], providers: list[Stub], cents: Any
) -> None:
    order = {a: data.draw(st.lists(st.sampled_from(providers), unique_by=id)) for a in wants}
    most = None if cents is None else Money.of(f"0.{cents:02} USD")
    way = walk(data, known, wants, order, most)
    assert most is None or way.spent <= most
    for ask, before, after in way.steps:
        question, provider = ask.question, ask.provider
        lacking = set(missing(before, wants))
        assert question.wanted
        assert question.wanted <= lacking
        assert all(a in provider.fills or (provider.verifies and a is EMAIL) for a in question.wanted)
        assert all(provider in order[a] for a in question.wanted)
        assert set(question.given) in [set(match) for match in provider.matches]  # least data: one match, no more
        assert all(_is_known(before, a, text) for a, text in question.given.items())
        _is_no_worse(before, after)
    assert not _could_go_on(way, wants, order, most)


def _is_known(known: Mapping[Attribute, Known], attribute: Attribute, text: str) -> bool:
    if attribute is A.FULL_NAME and attribute not in known:
        return text == f"{known[A.FIRST_NAME].text} {known[A.LAST_NAME].text}"
    return known[attribute].text == text


def _is_no_worse(before: Mapping[Attribute, Known], after: Mapping[Attribute, Known]) -> None:
    assert before.keys() <= after.keys()
    for attribute, value in after.items():
        old = before.get(attribute)
        assert 0 <= value.confidence <= 1
        assert value.source == OWN or value.finding is not None
        if old is None:
            continue
        assert _weights(old).keys() <= _weights(value).keys()
        assert all(_weights(value)[address] >= weight for address, weight in _weights(old).items())
        assert value.mailbox is not Mailbox.RISKY or value.confidence <= RISKY_MAILBOX
        if old.verified:
            assert value.text == old.text
            assert value.mailbox in (Mailbox.EXISTS, Mailbox.RISKY, Mailbox.MISSING)
        if value.text != old.text:
            assert value.mailbox is not Mailbox.MISSING
            assert value.confidence >= old.confidence
        elif value.mailbox is old.mailbox:
            assert value.confidence >= old.confidence


def _weights(value: Known) -> dict[str, int]:
    return {address: VERDICTS.index(mailbox) for address, mailbox in value.verdicts}


def _could_go_on(way: Walk, wants: Any, order: Any, most: Money | None) -> bool:
    """Whether somebody who was never asked about anything could still be asked (a policy that gives up too early)."""
    untouched = {p.name: p for ps in order.values() for p in ps if p.name not in {name for name, _ in way.asked}}
    left = None if most is None else most - way.spent
    return any(
        question_for(p, way.known, wants, order) is not None
        and (left is None or not p.price or p.price * p.most_units <= left)
        for p in untouched.values()
    )


@given(st.data(), stubs(), leads(), WANTS)
def test_there_is_a_reason_for_everybody_who_was_not_asked(
    data: st.DataObject, providers: list[Stub], known: dict[Attribute, Known], wants: dict[Attribute, float]
) -> None:
    way = walk(data, known, wants, dict.fromkeys(wants, providers), None)
    left_out = [p for p in providers if p.name not in {name for name, _ in way.asked}]
    assume(left_out)
    for provider in left_out:
        reason = why_not(provider, way.known, wants, dict.fromkeys(wants, providers))
        assert reason in (WhyNot.NOT_NEEDED, WhyNot.NOTHING_TO_MATCH)
        if reason is WhyNot.NOTHING_TO_MATCH:
            assert list(missing(way.known, wants))


@given(SURE, SURE)
def test_a_source_that_agrees_lowers_nothing(one: float, two: float) -> None:
    known = learn(learn({}, "p1", found("Buyer", one, TITLE), {}), "p2", found("Buyer", two, TITLE), {})
    assert known[TITLE].confidence >= max(one, two)  # exactly: what was reached must stay reached


@given(SURE, SURE, SURE)
def test_the_order_of_agreeing_sources_does_not_matter(one: float, two: float, three: float) -> None:
    def after(*sures: float) -> float:
        known: dict[Attribute, Known] = {}
        for number, sure in enumerate(sures):
            known = learn(known, f"p{number}", found("Buyer", sure, TITLE), {})
        return known[TITLE].confidence

    assert after(one, two, three) == pytest.approx(after(three, one, two))
