from __future__ import annotations

import pytest

from trustleads.core.money import Money
from trustleads.enrichment.asking.cases import Case, Told
from trustleads.enrichment.ports import Kept
from trustleads.enrichment.questions import Attribute, Finding, Mailbox, Outcome
from trustleads.enrichment.waterfall import Known

ADDRESS = "ada@one.example"


@pytest.mark.clause("GDPR-1")
def test_no_personal_data_in_reprs() -> None:
    finding = Finding(ADDRESS, 0.9, source_uri=f"https://one.example/people/{ADDRESS}")
    known = Known(ADDRESS, 0.9, "finder", finding, frozenset({(ADDRESS, Mailbox.RISKY)}))
    case = Case({Attribute.EMAIL: known}, told=[Told("finder", Outcome.FOUND)], asked={("verifier", ADDRESS)})
    kept = Kept(ADDRESS.encode(), 0.0, 1.0)
    for one in (known, case, kept):
        assert "ada" not in repr(one)
    assert "finder" in repr(case)


def test_what_is_left_of_a_rows_money() -> None:
    case = Case({})
    most = Money.of("0.30 USD")
    assert (case.left_of(None), case.left_of(most)) == (None, most)
    case.pay(Money.nothing("EUR"))  # nothing is nothing in any currency
    assert case.spent is None
    case.pay(Money.of("0.10 USD"))
    case.pay(Money.of("0.10 USD"))
    assert case.left_of(most) == Money.of("0.10 USD")
