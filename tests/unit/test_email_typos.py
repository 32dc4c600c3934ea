"""A slip is told from a real domain: suggestions must come, and must never come for a domain that somebody has."""

from __future__ import annotations

from collections import Counter

import email_validator
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustleads.enrichment.normalize.email import domains
from trustleads.enrichment.normalize.email.providers import FREE_MAIL
from trustleads.enrichment.normalize.email.typos import _MEANT, _REAL, _keys_beside, _slips, meant_by_slip

pytestmark = pytest.mark.clause("LEAD-2")

SLIPS = meant_by_slip()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmal.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gamil.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gmailk.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.cmo", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.cm", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmail.co", "hotmail.com"),
        ("jotmail.com", "hotmail.com"),
        ("otmail.com", "hotmail.com"),
        ("hotmai.fr", "hotmail.fr"),
        ("hotmail.couk", "hotmail.co.uk"),
        ("yaho.com", "yahoo.com"),
        ("yahooo.com", "yahoo.com"),
        ("yahoo.co.u", "yahoo.co.uk"),
        ("outlok.com", "outlook.com"),
        ("outllook.de", "outlook.de"),
        ("iclud.com", "icloud.com"),
        ("gmx.ed", "gmx.de"),
        ("gmx.ent", "gmx.net"),
        ("web.dee", "web.de"),
        ("t-onlin.de", "t-online.de"),
        ("laposre.net", "laposte.net"),
        ("aol.con", "aol.com"),
    ],
)
def test_a_slip_is_corrected(typed: str, meant: str) -> None:
    assert domains.describe(typed).meant == meant


REAL = """
    mail.com email.com ymail.com gmx.de gmx.net gmx.com gmx.at gmx.ch web.de hotmail.fr hotmail.nl live.nl live.com
    me.com mac.com aol.de yahoo.ca yahoo.co.in outlook.es cloud.com ucloud.com carter.net libro.it orage.fr mail.co
    live.co aol.co msn.co gmail.example hotmail.example yahoo.example google.com apple.com amazon.com microsoft.com
    facebook.com linkedin.com github.com wikipedia.org netflix.com ebay.com paypal.com salesforce.com oracle.com
    ibm.com sap.com siemens.com bosch.com bmw.de basf.com allianz.de total.com orange.com danone.com enel.com eni.com
    fiat.it bbva.es santander.com philips.com shell.com unilever.com nestle.com novartis.com roche.com ubs.com bp.com
    hsbc.com tesco.com vodafone.com bt.com dell.com intel.com cisco.com hp.com nike.com visa.com sony.com toyota.com
    honda.com samsung.com lg.com tata.com infosys.com mit.edu harvard.edu stanford.edu ox.ac.uk cam.ac.uk ethz.ch
    tum.de sorbonne.fr polimi.it uva.nl online.de charter.com comcast.com verizon.com yandex.com rambler.com planet.nl
    free.fr sfr.fr alice.it tin.it iol.it att.net cox.net
""".split()  # noqa: SIM905 - one list reads better than a hundred strings


@pytest.mark.parametrize("domain", REAL)
def test_a_real_domain_is_not_corrected(domain: str) -> None:
    assert domains.describe(domain).meant is None


def test_no_provider_is_a_slip_of_another() -> None:
    assert not SLIPS.keys() & FREE_MAIL
    assert not SLIPS.keys() & set(_REAL.split())
    assert set(SLIPS.values()) <= set(_MEANT.split())


def test_each_real_neighbour_would_have_been_corrected() -> None:
    """Otherwise it needs no mention."""
    slips = {slip for domain in _MEANT.split() for slip in _slips(domain)}
    assert set(_REAL.split()) <= slips


def test_no_slip_is_one_of_two_providers() -> None:
    slips = Counter(slip for domain in _MEANT.split() for slip in set(_slips(domain)))
    assert slips.most_common(1)[0][1] == 1


def test_what_is_meant_is_free_mail() -> None:
    assert set(_MEANT.split()) <= FREE_MAIL


def test_short_names_are_corrected_in_their_zone_only() -> None:
    for slip, meant in SLIPS.items():
        name = meant.partition(".")[0]
        if len(name) < 5:
            assert slip.startswith(f"{name}."), slip


def test_most_slips_are_valid_domains_and_the_others_never_come_up() -> None:
    valid = 0
    for slip in SLIPS:
        try:
            email_validator.validate_email(f"a@{slip}", check_deliverability=False)
        except email_validator.EmailNotValidError:
            continue
        valid += 1
    assert valid > 0.99 * len(SLIPS)


@given(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"), st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"))
def test_keys_lie_beside_each_other_both_ways(one: str, other: str) -> None:
    assert (one in _keys_beside(other)) == (other in _keys_beside(one))
    assert one not in _keys_beside(one)


def test_keys_of_a_real_keyboard() -> None:
    assert set(_keys_beside("g")) == set("ftyhvb")
    assert set(_keys_beside("q")) == set("12wa")
    assert set(_keys_beside("m")) == set("njk")
    assert set(_keys_beside("p")) == set("o0l")
