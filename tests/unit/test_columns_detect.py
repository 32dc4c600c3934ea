"""Column detection as a whole (LEAD-1)."""

from __future__ import annotations

import random
import time

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.columns import detect_columns, require_any
from trustleads.enrichment.models import Role

pytestmark = pytest.mark.clause("LEAD-1")

FIRST = ["Anna", "Thomas", "Marie", "José", "Giulia", "Peter", "Zsófia", "Kwame", "Laura", "Yuki"]
LAST = ["Berg", "Müller", "Dupont", "García", "Rossi", "Smith", "Nagy", "Okafor", "Weber", "Tanaka"]
FOLDED = ["berg", "muller", "dupont", "garcia", "rossi", "smith", "nagy", "okafor", "weber", "tanaka"]
FOLDED_FIRST = ["anna", "thomas", "marie", "jose", "giulia", "peter", "zsofia", "kwame", "laura", "yuki"]
COMPANIES = ["Nordwind GmbH", "Contoso", "Blue Harbor Ltd", "Aurora SAS", "Delta S.p.A.", "Quercus AG", "Lumen"]
TITLES = ["Head of Sales", "Geschäftsführer", "Marketing Manager", "Ingénieur", "Buyer", "CEO", "Responsabile acquisti"]
ROWS = 100


def people(seed=1):
    """Invented leads as columns, whatever they may be called."""
    rng = random.Random(seed)
    who = [(rng.randrange(10), rng.randrange(10)) for _ in range(ROWS)]
    return {
        Role.EMAIL: [f"{FOLDED_FIRST[f]}.{FOLDED[n]}@firm{rng.randrange(50)}.example" for f, n in who],
        Role.FIRST_NAME: [FIRST[f] for f, _ in who],
        Role.LAST_NAME: [LAST[n] for _, n in who],
        Role.FULL_NAME: [f"{FIRST[f]} {LAST[n]}" for f, n in who],
        Role.PHONE: [f"+49 30 23125{rng.randrange(1000):03}" for _ in who],
        Role.JOB_TITLE: [rng.choice(TITLES) for _ in who],
        Role.COMPANY: [rng.choice(COMPANIES) for _ in who],
        Role.DOMAIN: [f"www.firm{rng.randrange(50)}.example" for _ in who],
        Role.COUNTRY: [rng.choice(["Germany", "France", "Spain", "Italy"]) for _ in who],
    }


PEOPLE = people()
NOISE = {
    "id": [str(10**9 + i) for i in range(ROWS)],
    "flag": ["yes", "no"] * (ROWS // 2),
    "date": ["2024-01-31", "2023-11-05"] * (ROWS // 2),
    "text": ["called twice, wants an offer", "met at the fair in May"] * (ROWS // 2),
    "empty": [None] * ROWS,
}


def roles(columns, **options):
    table = pa.table(list(columns.values()), names=list(columns))
    return dict(detect_columns(list(columns), table, **options).roles)


EXPORTS = {
    "HubSpot": {
        "Record ID": "id",
        "First Name": Role.FIRST_NAME,
        "Last Name": Role.LAST_NAME,
        "Email": Role.EMAIL,
        "Email Domain": None,
        "Phone Number": Role.PHONE,
        "Mobile Phone Number": None,
        "Contact owner": "text",
        "Associated Company": Role.COMPANY,
        "Associated Company IDs": "id",
        "Job Title": Role.JOB_TITLE,
        "Website URL": Role.DOMAIN,
        "Country/Region": Role.COUNTRY,
        "Lifecycle Stage": "text",
        "Last Activity Date": "date",
        "Unsubscribed from all email": "flag",
        "Number of Employees": "id",
    },
    "Salesforce": {
        "Salutation": "text",
        "First Name": Role.FIRST_NAME,
        "Last Name": Role.LAST_NAME,
        "Title": Role.JOB_TITLE,
        "Account Name": Role.COMPANY,
        "Account ID": "id",
        "Phone": Role.PHONE,
        "Mobile": None,
        "Fax": None,
        "Asst. Phone": None,
        "Email": Role.EMAIL,
        "Email Opt Out": "flag",
        "Lead Source": "text",
        "Mailing State/Province": "text",
        "Mailing Country": Role.COUNTRY,
        "Website": Role.DOMAIN,
        "Created By": "text",
    },
    "Pipedrive": {
        "Person - ID": "id",
        "Person - Name": Role.FULL_NAME,
        "Person - First name": Role.FIRST_NAME,
        "Person - Last name": Role.LAST_NAME,
        "Person - Email - Work": Role.EMAIL,
        "Person - Email - Home": None,
        "Person - Email - Other": None,
        "Person - Phone - Work": Role.PHONE,
        "Person - Phone - Mobile": None,
        "Person - Job title": Role.JOB_TITLE,
        "Person - Owner": "text",
        "Organization - Name": Role.COMPANY,
        "Organization - ID": "id",
        "Organization - Country of Address": Role.COUNTRY,
        "Organization - Website": Role.DOMAIN,
        "Deal - Title": "text",
    },
    "LinkedIn": {
        "First Name": Role.FIRST_NAME,
        "Last Name": Role.LAST_NAME,
        "URL": "profile",
        "Email Address": Role.EMAIL,
        "Company": Role.COMPANY,
        "Position": Role.JOB_TITLE,
        "Connected On": "date",
    },
    "German": {
        "Anrede": "text",
        "Vorname": Role.FIRST_NAME,
        "Name": Role.LAST_NAME,
        "Firma": Role.COMPANY,
        "Position": Role.JOB_TITLE,
        "E-Mail (geschäftlich)": Role.EMAIL,
        "E-Mail (privat)": None,
        "Tel. geschäftlich": Role.PHONE,
        "Mobiltelefon": None,
        "Telefax": None,
        "Land": Role.COUNTRY,
        "Webseite": Role.DOMAIN,
        "Kundennummer": "id",
    },
    "French": {
        "Nom": Role.LAST_NAME,
        "Prénom": Role.FIRST_NAME,
        "Société": Role.COMPANY,
        "Fonction": Role.JOB_TITLE,
        "Adresse e-mail": Role.EMAIL,
        "Téléphone": Role.PHONE,
        "Pays": Role.COUNTRY,
        "Site web": Role.DOMAIN,
        "Date de création": "date",
    },
    "Spanish": {
        "Nombre": Role.FIRST_NAME,
        "Apellidos": Role.LAST_NAME,
        "Empresa": Role.COMPANY,
        "Cargo": Role.JOB_TITLE,
        "Correo electrónico": Role.EMAIL,
        "Teléfono móvil": Role.PHONE,
        "País": Role.COUNTRY,
        "Página web": Role.DOMAIN,
    },
    "Italian": {
        "Nome": Role.FIRST_NAME,
        "Cognome": Role.LAST_NAME,
        "Azienda": Role.COMPANY,
        "Qualifica": Role.JOB_TITLE,
        "Indirizzo email": Role.EMAIL,
        "Cellulare": Role.PHONE,
        "Paese": Role.COUNTRY,
        "Sito web": Role.DOMAIN,
    },
}
SECOND = {
    "Email Domain": "domain",
    "Mobile": "phone",
    "Fax": "phone",
    "Phone": "phone",
    "Email": "email",
    "Mail": "email",
}
PROFILES = [f"https://www.linkedin.com/in/person-{i}" for i in range(ROWS)]


def column_of(header, what):
    if what is None:  # a column of the same kind as a better one
        kind = next((role for word, role in SECOND.items() if word.lower() in header.lower()), "phone")
        return people(seed=2)[Role(kind)]
    return PROFILES if what == "profile" else PEOPLE[what] if isinstance(what, Role) else NOISE[what]


@pytest.mark.parametrize("with_sample", [True, False])
@pytest.mark.parametrize("export", EXPORTS)
def test_an_export_is_recognised(export, with_sample):
    headers = EXPORTS[export]
    table = pa.table([column_of(header, what) for header, what in headers.items()], names=list(headers))
    wanted = {what: header for header, what in headers.items() if isinstance(what, Role)}
    found = dict(detect_columns(list(headers), table if with_sample else None).roles)
    if export == "LinkedIn" and not with_sample:
        assert found.pop(Role.DOMAIN) == "URL"  # only the cells tell that these are profiles
    assert found == wanted


def test_without_headers_the_cells_decide():
    columns = {f"Spalte{i}": values for i, values in enumerate([*NOISE.values(), *PEOPLE.values()])}
    found = roles(columns)
    expected = dict(zip(PEOPLE, list(columns)[len(NOISE) :], strict=True))
    del expected[Role.FULL_NAME]  # first and last name say it already
    assert found == expected


def test_a_full_name_is_found_where_there_is_no_other():
    columns = {"a": PEOPLE[Role.FULL_NAME], "b": PEOPLE[Role.EMAIL]}
    assert roles(columns) == {Role.FULL_NAME: "a", Role.EMAIL: "b"}


def test_a_full_name_is_not_searched_where_first_and_last_name_have_a_header():
    columns = {"First": PEOPLE[Role.FIRST_NAME], "Surname": PEOPLE[Role.LAST_NAME], "x": PEOPLE[Role.FULL_NAME]}
    assert Role.FULL_NAME not in roles(columns)
    assert Role.FIRST_NAME not in roles({"Full name": PEOPLE[Role.FULL_NAME], "x": PEOPLE[Role.FIRST_NAME]})


def test_cells_are_not_searched_where_the_header_says_otherwise():
    columns = {
        "Fax": PEOPLE[Role.PHONE],
        "Owner Email": PEOPLE[Role.EMAIL],
        "Email Domain": PEOPLE[Role.DOMAIN],
        "Created by": PEOPLE[Role.FULL_NAME],
        "Parent": PEOPLE[Role.COMPANY],
    }
    assert roles({**columns, "Email Domain ID": PEOPLE[Role.DOMAIN]}) == {Role.DOMAIN: "Email Domain"}


def test_an_ambiguous_name_is_settled_by_its_neighbours_and_cells():
    names, companies = PEOPLE[Role.FULL_NAME], PEOPLE[Role.COMPANY]
    assert roles({"Name": names}) == {Role.FULL_NAME: "Name"}
    assert roles({"Name": companies}) == {Role.COMPANY: "Name"}
    assert roles({"Nom": companies}) == {Role.COMPANY: "Nom"}
    assert roles({"Name": names, "Company": companies}) == {Role.FULL_NAME: "Name", Role.COMPANY: "Company"}
    assert roles({"Name": PEOPLE[Role.LAST_NAME], "Vorname": PEOPLE[Role.FIRST_NAME]}) == {
        Role.LAST_NAME: "Name",
        Role.FIRST_NAME: "Vorname",
    }
    both = {"First Name": PEOPLE[Role.FIRST_NAME], "Last Name": PEOPLE[Role.LAST_NAME], "Name": names}
    assert roles(both) == {Role.FIRST_NAME: "First Name", Role.LAST_NAME: "Last Name", Role.FULL_NAME: "Name"}


def test_an_ambiguous_title_is_settled_by_its_cells():
    assert roles({"Title": PEOPLE[Role.JOB_TITLE]}) == {Role.JOB_TITLE: "Title"}
    assert roles({"Title": ["Mr", "Mrs", "Dr.", "Ms"] * 25, "Job": PEOPLE[Role.JOB_TITLE]}) == {Role.JOB_TITLE: "Job"}


def test_an_ambiguous_number_is_a_phone_only_if_its_cells_are():
    assert roles({"Number": PEOPLE[Role.PHONE]}) == {Role.PHONE: "Number"}
    assert roles({"Number": NOISE["id"]}) == {}
    assert dict(detect_columns(["Number"]).roles) == {}


def test_a_state_is_no_country():
    assert roles({"State": ["CA", "DE", "IN", "AL"] * 25}) == {}
    assert roles({"x": ["CA", "DE", "IN", "AL"] * 25}) == {}
    assert roles({"x": ["US", "DE", "FR", "GB"] * 25}) == {Role.COUNTRY: "x"}


def test_a_header_whose_cells_are_something_else_gives_way():
    columns = {"Email": NOISE["flag"], "Kontakt": PEOPLE[Role.EMAIL]}
    assert roles(columns) == {Role.EMAIL: "Kontakt"}
    report = detect_columns(list(columns), pa.table(columns))
    chosen, dropped = (match for match in report.matches if match.role is Role.EMAIL)
    assert (chosen.column, chosen.source, chosen.chosen) == ("Kontakt", "content", True)
    assert (dropped.column, dropped.chosen, dropped.note) == ("Email", False, "holds yes/no flags")
    assert dropped.confidence < 0.2


def test_an_empty_column_gives_way_but_is_used_where_it_is_the_only_one():
    assert roles({"Work Email": NOISE["empty"], "Private Email": PEOPLE[Role.EMAIL]}) == {Role.EMAIL: "Private Email"}
    assert roles({"Work Email": NOISE["empty"]}) == {Role.EMAIL: "Work Email"}
    (match,) = detect_columns(["Email"], pa.table({"Email": [None, ""]})).matches
    assert match.note == "no value in the sample"


def test_a_nearly_empty_column_gives_way():
    sparse = [PEOPLE[Role.EMAIL][i] if i % 20 == 0 else None for i in range(ROWS)]
    assert roles({"Work Email": sparse, "Email": PEOPLE[Role.EMAIL]}) == {Role.EMAIL: "Email"}


def test_bad_values_keep_their_column():
    """They are what the caller wants to be told about."""
    assert roles({"Email": ["asdf", "none at all"] * 50}) == {Role.EMAIL: "Email"}
    assert roles({"Email": ["yes"]}) == {Role.EMAIL: "Email"}  # one cell proves nothing
    report = detect_columns(["Email"], pa.table({"Email": ["asdf"] * 50}))
    assert report.matches[0].note == "few cells look like it"
    assert roles({"Email": ["asdf"] * ROWS, "Mail": PEOPLE[Role.EMAIL]}) == {Role.EMAIL: "Mail"}


def test_the_better_of_two_is_taken_and_the_report_says_so():
    columns = {"Private Email": PEOPLE[Role.EMAIL], "Work Email": people(2)[Role.EMAIL], "Email": PEOPLE[Role.EMAIL]}
    report = detect_columns(list(columns), pa.table(columns))
    assert [(match.column, match.chosen) for match in report.matches] == [
        ("Work Email", True),
        ("Email", False),
        ("Private Email", False),
    ]
    assert report.matches[1].note == "second choice after Work Email"


def test_of_equals_the_first_is_taken():
    columns = {"Telefon": PEOPLE[Role.PHONE], "Phone": PEOPLE[Role.PHONE]}
    assert roles(columns)[Role.PHONE] == "Telefon"
    assert detect_columns(["Phone", "Telefon"]).roles[Role.PHONE] == "Phone"


def test_phones_may_be_integers():
    assert roles({"Phone": [493023125001] * 50}) == {Role.PHONE: "Phone"}
    assert roles({"Telefon": [5555550123.0, None] * 50}) == {Role.PHONE: "Telefon"}


def test_a_name_that_stands_twice_is_not_used():
    table = pa.table([PEOPLE[Role.EMAIL], PEOPLE[Role.EMAIL], PEOPLE[Role.PHONE]], names=["Email", "Email", "Tel"])
    report = detect_columns(table.column_names, table)
    assert dict(report.roles) == {Role.PHONE: "Tel"}
    assert report.matches[0].note == "there more than once: cannot be addressed"


def test_overrides_win_and_are_reported():
    columns = {"Email": PEOPLE[Role.EMAIL], "Mail 2": PEOPLE[Role.EMAIL], "Company": PEOPLE[Role.COMPANY]}
    report = detect_columns(list(columns), pa.table(columns), overrides={"email": "Mail 2", Role.COMPANY: None})
    assert dict(report.roles) == {Role.EMAIL: "Mail 2"}
    (match,) = report.matches
    assert (match.source, match.confidence, match.chosen) == ("override", 1.0, True)


def test_a_name_is_read_by_overridden_neighbours_too():
    columns = {"Nom": PEOPLE[Role.LAST_NAME], "x": PEOPLE[Role.FIRST_NAME]}
    assert roles(columns, overrides={"first_name": "x"})[Role.LAST_NAME] == "Nom"


def test_an_overridden_column_gets_no_other_role_by_itself():
    columns = {"Name": PEOPLE[Role.FULL_NAME], "x": PEOPLE[Role.EMAIL]}
    assert roles(columns, overrides={"company": "Name"}) == {Role.COMPANY: "Name", Role.EMAIL: "x"}
    assert roles(columns, overrides={"company": "Name", "full_name": "Name"})[Role.FULL_NAME] == "Name"


@pytest.mark.parametrize(
    ("overrides", "reason", "says"),
    [
        (
            {"e_mail": "Email"},
            "unknown_role",
            r"'e_mail' is not a role \(did you mean 'email'\?\); the roles are email, ",
        ),
        ({"zip": "Email"}, "unknown_role", "'zip' is not a role; the roles are"),
        ({"email": "E-Mail"}, "unknown_column", r"'E-Mail', which is not there \(did you mean 'Email'\?\)"),
        ({"email": "emial"}, "unknown_column", r"did you mean 'Email'\?"),
        ({"email": "Fax"}, "unknown_column", "there is: 'Email', 'Tel', 'Tel'"),
        ({"phone": "Tel"}, "duplicate_column", "'Tel', which is there 2 times"),
    ],
)
def test_a_wrong_override_says_what_there_is(overrides, reason, says):
    with pytest.raises(InvalidInput, match=says) as caught:
        detect_columns(["Email", "Tel", "Tel"], overrides=overrides)
    assert caught.value.reason == reason


def test_messages_withhold_headers_that_are_data():
    """A file without a header has a person in its first line."""
    with pytest.raises(InvalidInput) as caught:
        detect_columns(["anna.berg@example.com", "+49 30 23125001", "x"], overrides={"email": "anna.berk@example.com"})
    assert "berg" not in str(caught.value)
    assert "23125001" not in str(caught.value)
    assert "3 columns without a header (the name of column 1 looks like data)" in str(caught.value)
    assert "'x'" not in str(caught.value)


def test_a_file_without_header_is_found_out():
    table = pa.table([PEOPLE[Role.EMAIL]], names=["anna.berg@example.com"])
    (match,) = detect_columns(table.column_names, table).matches
    assert match.note == "the header looks like data"


def test_nothing_found_lists_what_was_looked_for_and_seen():
    report = detect_columns(["a", "b"], pa.table({"a": NOISE["text"], "b": NOISE["id"]}))
    with pytest.raises(InvalidInput, match=r"looked for email, first_name, .*; there is: 'a', 'b'\. Name") as caught:
        require_any(report)
    assert caught.value.reason == "no_roles"
    assert 'columns={"email":' in str(caught.value)


def test_a_long_header_list_is_cut():
    with pytest.raises(InvalidInput, match="'c39', and 60 more"):
        require_any(detect_columns([f"c{i}" for i in range(100)]))


def test_a_country_alone_is_nothing_to_work_on():
    with pytest.raises(InvalidInput):
        require_any(detect_columns(["Country"]))
    with pytest.raises(InvalidInput, match="no column at all"):
        require_any(detect_columns([]))
    report = detect_columns(["Country", "Email"])
    assert require_any(report) is report


def test_a_sample_of_other_columns_is_refused():
    with pytest.raises(InvalidInput, match="the sample has 1 columns, the header 2"):
        detect_columns(["a", "b"], pa.table({"a": [1]}))


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_tiny_samples_are_no_obstacle(rows):
    table = pa.table({"Email": PEOPLE[Role.EMAIL][:rows], "x": PEOPLE[Role.PHONE][:rows]})
    assert dict(detect_columns(table.column_names, table).roles) == {Role.EMAIL: "Email"}


@given(st.permutations([*NOISE, *PEOPLE]))
@settings(max_examples=20)
def test_the_order_of_columns_changes_nothing(order):
    columns = {str(key): [*NOISE.values(), *PEOPLE.values()][[*NOISE, *PEOPLE].index(key)] for key in order}
    renamed = {f"Feld {i}": values for i, values in enumerate(columns.values())}
    found = roles(renamed)
    assert [renamed[name] for name in found.values()] == [PEOPLE[role] for role in found]
    assert set(found) == set(Role) - {Role.FULL_NAME}


@given(
    st.lists(st.text(max_size=30), max_size=6, unique=True),
    st.lists(st.lists(st.one_of(st.none(), st.text(max_size=30)), min_size=3, max_size=3), min_size=6, max_size=6),
)
@settings(max_examples=100)
def test_any_table_gives_the_same_sound_report_twice(names, columns):
    table = pa.table([pa.array(c, pa.string()) for c in columns[: len(names)]], names=names)
    report = detect_columns(names, table)
    assert report == detect_columns(names, table)
    assert len(set(report.roles.values())) == len(report.roles)
    assert set(report.roles.values()) <= set(names)
    assert all(0 <= match.confidence <= 1 for match in report.matches)
    str(report)


def test_fifty_columns_take_a_few_milliseconds():
    """Bounded loosely: the figure itself is in the reference page."""
    columns = {role.value: people()[role] * 10 for role in Role}
    for i in range(50 - len(columns)):
        columns[f"Deal field {i}"] = list(NOISE.values())[i % 5] * 10
    table = pa.table(columns)
    started = time.process_time()
    for _ in range(5):
        detect_columns(table.column_names, table)
    assert (time.process_time() - started) / 5 < 0.1
