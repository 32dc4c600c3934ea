from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import phonenumbers
import pytest

ROOT = Path(__file__).resolve().parents[2]
LEADS = ROOT / "examples" / "data" / "leads.csv"
RESERVED = re.compile(r"(\.|^)example$")  # the top-level domain of RFC 2606
INVENTED = json.loads((ROOT / "scripts" / "invented.json").read_text("utf-8"))
FICTION = re.compile(
    r"\+1[2-9]\d\d55501\d\d|\+44(207946|113496|161496|117496|141496)\d{4}"
    r"|\+49(3023125|6990009|4066969|2214710|8999998)\d{3}|\+49(17139200|176040690)\d\d"
    r"|\+33(19900|26191|35301|46571|53649)\d{4}|\+46(3139006|4062804|8465004|7017406)\d\d"
)


@pytest.fixture(scope="module")
def leads() -> list[dict[str, str]]:
    with LEADS.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.clause("LEAD-1")
def test_the_script_makes_the_committed_file(tmp_path: Path) -> None:
    made = tmp_path / "leads.csv"
    subprocess.run([sys.executable, ROOT / "scripts" / "make_leads.py", made], check=True)
    assert made.read_bytes() == LEADS.read_bytes()


def test_ten_thousand_leads_of_fifteen_columns(leads: list[dict[str, str]]) -> None:
    assert len(leads) == 10_000
    assert len({lead["Record ID"] for lead in leads}) == 10_000
    assert all(len(lead) == 15 and None not in lead for lead in leads)


def test_no_mailbox_can_be_anyones(leads: list[dict[str, str]]) -> None:
    """Hosts are reserved, or the mailbox says that it is invented, or nothing can be sent to it at all."""
    for lead in leads:
        address = lead["Email"].lower().strip(" <>;").removeprefix("mailto:")
        local, _, host = address.partition("@")
        sendable = re.fullmatch(r"[^@\s]+\.[a-z]+", host)
        assert not sendable or RESERVED.search(host) or local.rstrip(".").endswith(".invented"), lead["Record ID"]


def test_no_phone_number_can_be_anyones(leads: list[dict[str, str]]) -> None:
    """Whatever reads as a valid number lies in a range for fiction or is an example of the metadata."""
    regions = {word.upper(): c["code"] for c in INVENTED["countries"] for word in c["spellings"]}
    examples = {
        e164(phonenumbers.parse(n)) for c in INVENTED["countries"] for n in c["fictitious_phones"] if "#" not in n
    }
    valid = 0
    for lead in leads:
        try:
            number = phonenumbers.parse(lead["Phone Number"], regions.get(lead["Country/Region"].strip().upper()))
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            valid += 1
            assert FICTION.fullmatch(e164(number)) or e164(number) in examples, lead["Record ID"]
    assert valid > 8000


def e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def test_the_faults_are_all_there(leads: list[dict[str, str]]) -> None:
    """What the README promises about the file: a demo on clean data would show nothing."""
    mails = [lead["Email"] for lead in leads]
    normal = [mail.strip().lower() for mail in mails if mail.strip()]
    assert 300 < len(normal) - len(set(normal)) < 3000  # duplicates
    assert 100 < mails.count("") < 400
    assert sum(mail != mail.strip() for mail in mails) > 100
    assert sum(mail != mail.lower() for mail in mails) > 300
    assert sum("mailinator" in mail or "yopmail" in mail or "trashmail" in mail for mail in normal) > 50
    phones = [lead["Phone Number"] for lead in leads]
    assert 200 < phones.count("") < 800
    assert 3000 < sum(phone.startswith("+") for phone in phones) < 7000
    assert any(lead["Notes"].startswith("=") for lead in leads)
    assert {"Suisse", "Deutschland", "UK", "FR"} <= {lead["Country/Region"] for lead in leads}
