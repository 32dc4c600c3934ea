"""What is known about domains: throw-away, free-mail, roles; that the quick filter in front never misses one."""

from __future__ import annotations

import random
import subprocess
import sys

import pyarrow as pa
import pytest
from disposable_email_domains import blocklist
from hypothesis import given
from hypothesis import strategies as st

from trustleads.enrichment.normalize.email import domains, validate_emails
from trustleads.enrichment.normalize.email.providers import FREE_MAIL
from trustleads.enrichment.normalize.email.roles import ROLES
from trustleads.enrichment.normalize.email.shape import CASELESS_LOCALS

pytestmark = pytest.mark.clause("LEAD-2")

MAJOR = """
    gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.fr live.com live.nl msn.com yahoo.com
    yahoo.fr yahoo.co.jp ymail.com aol.com icloud.com me.com mac.com gmx.de gmx.net gmx.at web.de t-online.de
    freenet.de mail.com email.com proton.me protonmail.com tutanota.com fastmail.com zoho.com yandex.ru mail.ru qq.com
    163.com naver.com orange.fr free.fr laposte.net sfr.fr wanadoo.fr libero.it virgilio.it tiscali.it alice.it
    telefonica.net terra.es ziggo.nl kpnmail.nl telenet.be skynet.be bluewin.ch btinternet.com virginmedia.com sky.com
    comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net rogers.com bell.net bigpond.com
    uol.com.br rediffmail.com seznam.cz wp.pl o2.pl onet.pl interia.pl abv.bg ukr.net 21cn.com sify.com
""".split()  # noqa: SIM905 - one list reads better than seventy strings
THROW_AWAY = [
    "mailinator.com",
    "yopmail.com",
    "10minutemail.com",
    "guerrillamail.com",
    "trashmail.com",
    "temp-mail.org",
]


@pytest.mark.parametrize("domain", MAJOR)
def test_a_major_provider_is_free_mail_and_nothing_worse(domain: str) -> None:
    assert domains.describe(domain) == domains.Known(disposable=False, free=True, meant=None)


@pytest.mark.parametrize("domain", THROW_AWAY)
@pytest.mark.parametrize("below", ["", "x.", "mail.eu."])
def test_throw_away_domains_and_what_is_below_them(domain: str, below: str) -> None:
    assert domains.describe(below + domain) == domains.Known(disposable=True, free=False, meant=None)


@pytest.mark.parametrize("domain", ["xmailinator.com", "mailinator.com.acme.example", "mailinator.example", "com", ""])
def test_what_only_resembles_a_listed_domain_is_not_listed(domain: str) -> None:
    assert domains.describe(domain) == domains.Known(disposable=False, free=False, meant=None)


def test_below_a_free_mail_domain_may_be_its_own_staff() -> None:
    assert not domains.describe("staff.comcast.net").free


def test_organisations_are_taken_off_the_list_and_the_package_still_has_them() -> None:
    """When the package drops one, this says that our exception can go."""
    assert set(blocklist) > domains._NOT_DISPOSABLE
    assert not any(domains.describe(domain).disposable for domain in domains._NOT_DISPOSABLE)


def test_the_list_is_as_long_as_it_was() -> None:
    assert sum(known.disposable for known in domains._listed().values()) > 5_000
    assert 900 < len(FREE_MAIL) < 1_500


def _facts(*rows: str) -> domains.Facts:
    wire = pa.array(rows, pa.string())
    return domains.look_up(wire, pa.array([row.partition("@")[2] for row in rows], pa.string()))


def test_every_listed_name_passes_the_filter() -> None:
    names = sorted(domains._listed())
    rows = [f"{local}@{below}{name}" for name in names for local in ("a", "ada.bell") for below in ("", "b.")]
    assert domains._may_be_listed(pa.array(rows)).all()


def test_few_others_pass_the_filter() -> None:
    rng = random.Random(1)
    rows = [f"ada@{''.join(rng.choices('abcdefghiklmnoprstu', k=rng.randint(5, 15)))}.com" for _ in range(20_000)]
    assert domains._may_be_listed(pa.array(rows)).mean() < 0.1


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "", "ada.bell"]),
            st.sampled_from([*THROW_AWAY, "0v.ro", "a.0v.ro", "qq.com", "b.c", ""]),
        )
    )
)
def test_whole_columns_are_described_like_single_domains(pairs: list[tuple[str, str]]) -> None:
    facts = _facts(*(f"{local}@{domain}" for local, domain in pairs))
    known = [domains.describe(domain) for _, domain in pairs]
    assert facts.disposable.tolist() == [one.disposable for one in known]
    assert facts.free.tolist() == [one.free for one in known]


def test_slips_come_in_the_order_of_the_rows() -> None:
    facts = _facts("a@gmial.com", "a@b.example", "a@yaho.com", "a@gmial.com")
    assert facts.mistyped.tolist() == [True, False, True, True]
    assert facts.meant.to_pylist() == ["gmail.com", "yahoo.com", "gmail.com"]


@pytest.mark.parametrize(
    "local",
    [
        *("info", "Sales", "POSTMASTER", "no-reply", "noreply", "do.not.reply", "customer_service", "helpdesk", "hr"),
        *("kontakt", "buchhaltung", "vertrieb", "bewerbung", "accueil", "service-client", "compta", "contacto"),
        *("atencion.cliente", "ventas", "contatti", "amministrazione", "lavoraconnoi"),
    ],
)
def test_functions_are_roles(local: str) -> None:
    assert validate_emails(pa.array([f"{local}@acme.example"])).role.to_pylist() == [True]


@pytest.mark.parametrize(
    "local", ["ada", "ada.info", "information.desk.ada", "mark", "art", "ar", "cs", "info1a", "salesman"]
)
def test_people_are_not_roles(local: str) -> None:
    assert validate_emails(pa.array([f"{local}@acme.example"])).role.to_pylist() == [False]


def test_roles_hold_all_names_of_rfc_2142_in_lower_case_ascii() -> None:
    assert CASELESS_LOCALS < ROLES
    assert all(name.isascii() and name == name.lower() for name in ROLES)


def test_importing_the_package_builds_no_tables() -> None:
    program = (
        "import sys, trustleads;"
        "heavy = ('email_validator', 'disposable', 'pyarrow', 'numpy');"
        "print([name for name in sys.modules if name.startswith(heavy)]);"
        "from trustleads.enrichment.normalize.email import domains;"
        "print(domains._listed.cache_info().currsize, domains._filter.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "0 0"]
