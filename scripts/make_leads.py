"""Make ``examples/data/leads.csv``: a CRM export as one gets them, of people who do not exist.

Companies live under the reserved top-level domain ``.example``; mailboxes on real free-mail, mistyped and
disposable domains say that they are invented; phone numbers come from the ranges that the United States,
Canada, the United Kingdom, Germany, France and Sweden keep for fiction, else they are the example numbers of
``phonenumbers``. The same seed gives the same bytes: only ``random()`` is drawn, which Python promises to keep.

    python scripts/make_leads.py [FILE]
"""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parents[1]
WORDS: dict[str, Any] = json.loads((ROOT / "scripts" / "invented.json").read_text("utf-8"))
ROWS, REPEATS, COMPANIES, SEED = 10_000, 450, 2_600, 20_240_229
START = datetime(2021, 1, 4, 8)  # noqa: DTZ001 - exports carry local times without a zone

Lead = dict[str, str]
Company = dict[str, Any]
Fault = Callable[[str], str]
T = TypeVar("T")


class Maker:
    """Draws leads one after the other from one source of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.companies = [self.company() for _ in range(COMPANIES)]

    def leads(self) -> list[Lead]:
        """Give all leads in the order in which they were created."""
        leads = [self.lead() for _ in range(ROWS - REPEATS)]
        for _ in range(REPEATS):
            place = int(self.chance.random() * len(leads))
            leads.insert(place, self.repeated(self.pick(leads)))
        created, number = START, 40_100_551
        for lead in leads:
            created += timedelta(minutes=1 + int(self.chance.random() * 300))
            number += 1 + int(self.chance.random() * 900)
            lead["Create Date"], lead["Record ID"] = f"{created:%Y-%m-%d %H:%M}", str(number)
        return leads

    def pick(self, choices: Sequence[T]) -> T:
        """Choose one."""
        return choices[int(self.chance.random() * len(choices))]

    def often(self, share: float) -> bool:
        """Say yes with this probability."""
        return self.chance.random() < share

    def spoil(self, value: str, share: float, faults: Sequence[Fault]) -> str:
        """Put one of the faults into a share of the values."""
        return self.pick(faults)(value) if self.often(share) else value

    def company(self) -> Company:
        """Invent a company with its place, legal form, domain and website."""
        country = self.pick(WORDS["countries"])
        word = self.pick(WORDS["company_heads"]) + self.pick(WORDS["company_tails"])
        brand = f"{word} {self.pick(WORDS['company_nouns'])}"
        legal = self.pick(country["legal"])
        domain = slug(brand if self.often(0.6) else word) + ".example"
        site = self.pick(("https://www.{}", "https://www.{}/", "http://{}/", "www.{}", "{}", "https://{}/en/contact"))
        name = brand + legal if legal[0] == "," else f"{brand} {legal}"
        return {
            "country": country,
            "city": self.pick(country["cities"]),
            "name": name,
            "domain": domain,
            "site": site.format(domain),
        }

    def lead(self) -> Lead:
        """Invent a person at one of the companies, and how the CRM came to spell the record."""
        company = self.pick(self.companies)
        country = company["country"]
        first, last = self.pick(country["first"]), self.pick(country["last"])
        lead = {
            "Record ID": "",
            "First Name": self.first_name(first),
            "Last Name": self.spoil(
                last, 0.10, (str.upper, str.lower, spaced, lambda v: v + self.pick((", MBA", " Jr.", " PhD")))
            ),
            "Email": self.email(slug(first), slug(last), company["domain"]),
            "Phone Number": self.phone(country),
            "Job Title": self.spoil(self.pick(country["titles"]), 0.12, TITLE_FAULTS),
            "Company Name": self.spoil(company["name"], 0.08, (str.upper, str.lower, blank, spaced)),
            "Website URL": self.spoil(company["site"], 0.15, (blank, blank, str.upper, lambda _: "n/a")),
            "City": company["city"],
            "Country/Region": self.spoil(
                self.pick(country["spellings"][:1] * 6 + country["spellings"]), 0.06, (blank, spaced, str.upper)
            ),
            "Lifecycle Stage": self.pick(
                ("Lead", "Lead", "Lead", "Marketing Qualified Lead", "Sales Qualified Lead", "Opportunity", "Customer")
            ),
            "Lead Status": self.pick(
                ("New", "Open", "In Progress", "Attempted to Contact", "Connected", "Bad Timing", "")
            ),
            "Contact owner": self.pick(("Ines Vogt", "Tom Okafor", "Sanna Lind", "No owner")),
            "Create Date": "",
            "Notes": self.pick(WORDS["notes"]) if self.often(0.35) else "",
        }
        lead["Notes"] = self.spoil(lead["Notes"], 0.02, [lambda _: self.pick(WORDS["formula_notes"])])
        return self.misfiled(lead, first, last)

    def first_name(self, first: str) -> str:
        """Spell a first name as people type it into forms."""
        titles = ("Dr. ", "Dr. ", "Prof. ", "Prof. Dr. ")
        return self.spoil(first, 0.12, (str.upper, str.lower, str.lower, spaced, lambda v: self.pick(titles) + v))

    def misfiled(self, lead: Lead, first: str, last: str) -> Lead:
        """Put names where they do not belong, or junk or nothing in their place."""
        mishaps: tuple[tuple[str, str], ...] = (
            (f"{first} {last}", ""),
            (f"{last}, {first}", ""),
            ("", f"{first} {last}"),
            ("", ""),
            ("", lead["Last Name"]),
            (lead["First Name"], ""),
            (self.pick(WORDS["junk_names"]), self.pick(WORDS["junk_names"])),
            (lead["Phone Number"], last),
        )
        if self.often(0.07):
            lead["First Name"], lead["Last Name"] = self.pick(mishaps)
        return lead

    def email(self, first: str, last: str, domain: str) -> str:
        """Make an address; one in four has something to find."""
        local = self.pick(("{0}.{1}", "{0}.{1}", "{2}.{1}", "{2}{1}", "{0}", "{0}_{1}", "{1}")).format(
            first, last, first[:1]
        )
        if self.often(0.12):
            places = self.pick(("free_mail", "free_mail", "free_mail", "free_mail", "disposable", "typo_domains"))
            domain, local = self.pick(WORDS[places]), f"{first}.{last}.invented"
        elif self.often(0.04):
            local = self.pick(WORDS["role_locals"])
        plain = f"{local}@{domain}"
        plain = self.spoil(plain, 0.08, (str.title, str.upper, spaced, lambda v: v[0].upper() + v[1:]))
        return self.spoil(plain, 0.07, EMAIL_FAULTS)

    def phone(self, country: dict[str, Any]) -> str:
        """Make a number of the country in one of the spellings in use."""
        places = self.pick(country["fictitious_phones"])
        far = "".join(str(int(self.chance.random() * 10)) if sign == "#" else sign for sign in places)
        code, _, rest = far.partition(" ")
        near = country["trunk"] + rest
        digits = code + rest.replace(" ", "")
        dashed, dotted = near.replace(" ", "-"), far.replace(" ", ".")
        spellings = [far] * 3 + [near, digits] * 2 + [dashed, dotted, "00" + digits[1:]]
        if code == "+1":
            area, exchange, line = rest.split()
            spellings = [f"({area}) {exchange}-{line}"] * 2 + [f"1-{area}-{exchange}-{line}", far, digits, dashed]
        elif country["trunk"]:
            spellings += [f"{code} ({country['trunk']}){rest}", near.replace(" ", "/", 1)]
        return self.spoil(self.pick(spellings), 0.13, PHONE_FAULTS)

    def repeated(self, lead: Lead) -> Lead:
        """Give the lead as somebody entered it a second time."""
        again = dict(lead)
        again["Email"] = self.spoil(lead["Email"], 0.5, (str.lower, str.upper, spaced, str.title))
        again["Notes"] = ""
        again["Contact owner"] = "No owner"
        again["Job Title"] = self.spoil(lead["Job Title"], 0.3, (blank, str.lower))
        return again


def slug(text: str) -> str:
    """Write a name as mail addresses and host names do: ASCII letters, digits and hyphens."""
    plain = text.lower()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.replace(umlaut, letters)
    bare = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return "".join(c for c in bare.replace(" ", "-") if c.isalnum() or c == "-")


def blank(_value: str) -> str:
    """Leave the cell empty."""
    return ""


def spaced(value: str) -> str:
    """Add the spaces that copying from a mail brings along."""
    return f" {value} "


TITLE_FAULTS: Sequence[Fault] = (
    str.upper,
    str.lower,
    blank,
    blank,
    spaced,
    lambda v: v + " EMEA",
    lambda v: "Interim " + v,
)  # fmt: skip - a list of small things
EMAIL_FAULTS: Sequence[Fault] = (
    blank,
    blank,
    blank,
    lambda v: v.replace("@", "(at)"),
    lambda v: v.replace("@", " @ "),
    lambda v: v.replace("@", "@@"),
    lambda v: v.replace("@", ".@"),
    lambda v: v.replace(".example", "").replace(".com", ""),
    lambda v: v.replace(".", ",", 1),
    lambda v: v + ";",
    lambda v: "mailto:" + v,
    lambda v: f"<{v}>",
    lambda v: v.replace("@", "@büro."),
    lambda _: "n/a",
    lambda _: "none",
)  # fmt: skip - a list of small things
PHONE_FAULTS: Sequence[Fault] = (
    blank,
    blank,
    blank,
    blank,
    spaced,
    lambda v: v[:5],
    lambda v: v + " 0000000",
    lambda v: v + " ext. 12",
    lambda v: "Tel. " + v,
    lambda v: v + " (mobile)",
    lambda _: "n/a",
    lambda _: "on request",
)  # fmt: skip - a list of small things


def write(path: Path, seed: int = SEED) -> None:
    """Write the file: UTF-8, commas, LF, quotes where needed."""
    leads = Maker(seed).leads()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(leads[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(leads)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples" / "data" / "leads.csv")
