"""The provider contract suite over the real adapters, each against its vendor's double, over TLS sockets."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import trustleads
from trustleads.enrichment.ports import Limits
from trustleads.enrichment.providers.apollo import Apollo
from trustleads.enrichment.providers.hunter import Hunter
from trustleads.enrichment.providers.people_data_labs import PeopleDataLabs
from trustleads.enrichment.providers.zerobounce import ZeroBounce
from trustleads.enrichment.questions import Attribute, Mailbox, Question
from trustleads.testing.provider import ProviderContract
from trustleads.testing.provider_world import Known, ProviderWorld, Trouble
from trustleads.testing.providers import (
    FaultKind,
    Faults,
    HunterServer,
    Person,
    ProviderServer,
    Reply,
    ZeroBounceServer,
)
from trustleads.testing.providers.apollo import ApolloServer
from trustleads.testing.providers.people_data_labs import PeopleDataLabsServer

KEY = "a-key-of-this-test"
ELIF = Person(
    "Elif", "Modello", "elif.modello@one.example", "+442079460001", "Buyer", company="One Ltd", domain="one.example"
)
GRETA = Person(
    "Greta",
    "Muster",
    "greta.muster@two.example",
    "+442079460002",
    "Pilot",
    company="Two Ltd",
    domain="two.example",
    mailbox="catch_all",
)
NOBODY = "dario.nobody@three.example"
RESTRICTED = "hugo.fictus@four.example"
UNCHECKED = Person("Femi", "Modello", "femi@five.example", mailbox="unknown")
PEOPLE = [ELIF, GRETA, UNCHECKED, Person("Hugo", "Fictus", RESTRICTED, restricted=True)]
KINDS = {
    Trouble.RATE_LIMITED: FaultKind.RATE_LIMITED,
    Trouble.SERVER_ERROR: FaultKind.SERVER_ERROR,
    Trouble.HUNG_UP: FaultKind.RESET_BEFORE,
    Trouble.SILENT: FaultKind.LATENCY,
    Trouble.TRICKLES: FaultKind.SLOW_BODY,
    Trouble.TORN: FaultKind.RESET_MID_BODY,
    Trouble.SENSELESS: FaultKind.WRONG_JSON,
    Trouble.WRONG_SUBJECT: FaultKind.WRONG_SUBJECT,
    Trouble.SHUFFLED: FaultKind.SHUFFLED_BATCH,
    Trouble.TOO_FEW: FaultKind.TRUNCATED_BATCH,
    Trouble.TOO_MANY: FaultKind.DUPLICATED_ANSWER,
}
SLOW = (Trouble.SILENT, Trouble.TRICKLES)
TITLE = frozenset({Attribute.JOB_TITLE})


def by_email(email, wanted=TITLE):
    return Question({Attribute.EMAIL: email}, wanted)


def by_name(person, wanted=TITLE):
    given = {Attribute.FULL_NAME: person.full_name, Attribute.DOMAIN: person.domain}
    return Question(given, wanted)


def trouble_of(server, provider):
    """Let a double have every trouble there is; only where it is slow is the provider impatient."""

    def fail(trouble):
        provider.limits = Limits(timeout=0.25 if trouble in SLOW else 5.0)
        server.faults = Faults(lambda: KINDS.get(trouble), seconds=3.0 if trouble in SLOW else 0.05)
        server.credits = 0 if trouble is Trouble.NO_CREDIT else None
        if trouble is Trouble.KEY_REFUSED:
            server.knows_key = lambda _: False
        elif trouble is Trouble.REJECTED:
            server.answer = lambda _: Reply(400, {"error": "Something is wrong with the call."})
        elif trouble is Trouble.NOBODY_LISTENS:
            server.close()

    return fail


class OverTls(ProviderContract):
    """One vendor's adapter against the vendor's double."""

    server, provider = ApolloServer, Apollo
    restricted = None

    def known(self):
        title = {Attribute.JOB_TITLE: ELIF.job_title}
        return [Known(by_email(ELIF.email), title), Known(by_name(GRETA), {Attribute.JOB_TITLE: GRETA.job_title})]

    @pytest.fixture
    def world(self):
        with self.server(PEOPLE, key=KEY) as server:
            provider = self.provider(KEY, base_url=server.url, tls=server.tls, limits=Limits(timeout=5.0))
            yield ProviderWorld(
                provider,
                self.known(),
                unknown=self.unknown,
                restricted=self.restricted,
                key=KEY,
                wire=lambda: list(server.ledger.captured),
                fail=trouble_of(server, provider),
            )

    unknown = by_email(NOBODY)


@pytest.mark.clause("LEAD-4", "LEAD-5", "GDPR-1")
class TestApollo(OverTls):
    pass


@pytest.mark.clause("LEAD-4", "LEAD-5", "GDPR-1")
class TestPeopleDataLabs(OverTls):
    server, provider = PeopleDataLabsServer, PeopleDataLabs


@pytest.mark.clause("LEAD-4", "LEAD-5", "GDPR-1")
class TestHunter(OverTls):
    server, provider = HunterServer, Hunter
    restricted = by_email(RESTRICTED)


@pytest.mark.clause("LEAD-4", "LEAD-5", "GDPR-1")
class TestZeroBounce(OverTls):
    server, provider = ZeroBounceServer, ZeroBounce
    unknown = by_email(UNCHECKED.email, frozenset({Attribute.EMAIL}))

    def known(self):
        wanted = frozenset({Attribute.EMAIL})
        verdicts = {ELIF: Mailbox.EXISTS, GRETA: Mailbox.CATCH_ALL}
        return [Known(by_email(person.email, wanted), mailbox=mailbox) for person, mailbox in verdicts.items()]


PAGE = (Path(__file__).parents[2] / "docs/how-to/custom-provider.md").read_text(encoding="utf-8")
SHOWN = {}
exec(re.search(r"^```python\n(from [^`]*class TitlesByTheHundred.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1], SHOWN)  # noqa: S102 - our own page


class BatchServer(ProviderServer):
    """The invented API of the page about providers of one's own, with batches."""

    root = "/v1"
    answers_at = "people"

    def answer(self, request):
        asked = request.json()
        if not self.knows_key(asked["key"]):
            return Reply(401)
        return Reply(json={"people": [self._one(**one) for one in asked["people"]]}) if self.can_pay() else Reply(402)

    def _one(self, id, email):  # noqa: A002 - the API's word
        person = self.people.find(email=email)
        if person is not None:
            self.bill(email)
        return {"id": id, "email": email, "title": person and person.job_title}


@pytest.mark.clause("LEAD-4", "LEAD-5", "GDPR-1")
class TestTheBatchProviderOfThePage(OverTls):
    server, provider = BatchServer, SHOWN["TitlesByTheHundred"]

    def known(self):
        return [Known(by_email(one.email), {Attribute.JOB_TITLE: one.job_title}) for one in (ELIF, GRETA)]


@pytest.mark.clause("LEAD-4", "LEAD-5")
def test_of_the_batch_on_the_page_each_row_gets_its_own_and_what_is_missing_is_maybe_billed():
    rows = [{"email": email} for email in (ELIF.email, NOBODY, GRETA.email)]
    with BatchServer([ELIF, GRETA], faults=Faults.script([FaultKind.TRUNCATED_BATCH])) as server:
        provider = SHOWN["TitlesByTheHundred"]("test-key", base_url=server.url, tls=server.tls)
        out = trustleads.enrich(rows, providers=[provider], want={"job_title": 0.8})
        assert len(server.ledger.calls) == 1
    assert [json.loads(row["tl_answers"])[0]["outcome"] for row in out] == ["found", "miss", "maybe_billed"]
    assert [row["tl_job_title"] for row in out] == [ELIF.job_title, None, None]
