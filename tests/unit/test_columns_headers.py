"""What headers say about columns (LEAD-1)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustleads.enrichment.columns.headers import header_weights, refuses_content, split_header
from trustleads.enrichment.columns.vocabulary import AMBIGUOUS, REFUSED, VOCABULARY
from trustleads.enrichment.models import Role

pytestmark = pytest.mark.clause("LEAD-1")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Contact: FirstName", ("contact", "first", "name")),
        ("contact_first_name", ("contact", "first", "name")),
        ("Contact - First Name 1", ("contact", "first", "name")),
        ("  E-MAIL*  ", ("email",)),
        ("EMailAddress", ("email", "address")),
        ("e mails", ("email",)),
        ("E-Mail 2", ("email", "secondary")),
        ("email1", ("email",)),
        ("Email__c", ("email",)),
        ("Account.Name", ("account", "name")),
        ("Prénom", ("prenom",)),
        ("STRASSE", ("strasse",)),
        ("Straße", ("strasse",)),
        ("N° de téléphone", ("n", "de", "telephone")),
        ("Year 2024", ("year", "2024")),
        ("Plan E", ("plan", "e")),
        ("", ()),
        ("***", ()),
        ("x" * 101, ()),
        ("Tel²", ("tel", "secondary")),
        ("名前", ("名前",)),
    ],
)
def test_headers_are_folded_into_words(header, words):
    assert split_header(header) == words


NAMED = {
    Role.EMAIL: """
        Email|E-mail|E-Mail|EMAIL|email|mail|Mail|Emails|Email Address|EmailAddress|email_address|emailaddress|
        E-mail Address|Work Email|Business Email|Contact Email|Lead Email|Primary Email|Email (Work)|
        Person - Email - Work|E-mail 1 - Value|Email 1|Corporate Email|Professional Email|workEmail|contact_email|
        User Email|Company Email|Member Email|E-Mail-Adresse|E-Mail Adresse|Mailadresse|E-Mail (geschäftlich)|
        Geschäftliche E-Mail|Dienstliche E-Mail|Email-Adresse|Adresse e-mail|Adresse mail|Adresse électronique|
        Courriel|Mail pro|Email professionnel|E-mail professionnelle|Courrier électronique|Email du contact|
        Correo electrónico|Correo|Dirección de correo electrónico|Email de trabajo|Correo electrónico corporativo|
        Indirizzo email|Indirizzo e-mail|Posta elettronica|Email aziendale|E-mail lavoro|Private Email|
        E-Mail privat|Email perso|Secondary Email|Email 2|E-mail 2 Address|Billing Email|Email ID
    """,
    Role.FIRST_NAME: """
        First Name|FirstName|first_name|firstname|FIRSTNAME|Given Name|Forename|Contact: First Name|
        Person - First name|fname|First|Lead First Name|Vorname|Vorname(n)|Rufname|Prénom|Prénom(s)|Prenom|
        Prénom du contact|Nombre de pila|Primer nombre|Nome proprio|First Name 1
    """,
    Role.LAST_NAME: """
        Last Name|LastName|last_name|lastname|Surname|Family Name|Contact: Last Name|Person - Last name|lname|Last|
        Nachname|Familienname|Zuname|Nachname (Kontakt)|Nom de famille|Apellido|Apellidos|Apellido(s)|
        Primer apellido|Cognome
    """,
    Role.FULL_NAME: """
        Full Name|FullName|full_name|Name|Contact Name|Person - Name|Lead Name|Contact Person|Ansprechpartner|
        Kontaktperson|Vor- und Nachname|Vollständiger Name|Nom complet|Nom et prénom|Nom du contact|Nombre completo|
        Nombre y apellidos|Persona de contacto|Nome completo|Nome e cognome|Nom|Nombre|Nome|Attendee Name|
        First and last name|Contact|Referente
    """,
    Role.PHONE: """
        Phone|Phone Number|PhoneNumber|phone_number|phonenumber|Telephone|Tel|Tel.|Mobile|Mobile Phone|
        Mobile Phone Number|Cell|Cell Phone|Cellphone|Work Phone|Business Phone|Direct Phone|Direct Dial|
        Direct line|Office phone|Company Phone|Corporate Phone|Home Phone|Other Phone|Phone 1 - Value|
        Person - Phone - Work|Person - Phone - Mobile|Contact Phone|WhatsApp Phone Number|Landline|Contact number|
        Primary Phone|Phone 2|work phone number|Telefon|Telefonnummer|Rufnummer|Handy|Handynummer|Mobiltelefon|
        Mobil|Mobilnummer|Telefon geschäftlich|Tel. (Büro)|Telefon privat|Festnetz|Telefon-Nr.|Geschäftstelefon|
        Firmentelefon|Téléphone|Numéro de téléphone|N° de téléphone|Téléphone portable|Portable|
        Mobile professionnel|Ligne directe|Tél.|Téléphone fixe|Teléfono|Número de teléfono|N.º de teléfono|
        Teléfono móvil|Móvil|Celular|Teléfono de trabajo|Telefono|Numero di telefono|Cellulare|Numero di cellulare|
        Telefono ufficio|Recapito telefonico|Telefono fisso|Number
    """,
    Role.JOB_TITLE: """
        Job Title|JobTitle|job_title|jobtitle|Title|Position|Contact Title|Current position|Professional title|
        Designation|Organization 1 - Title|Work title|Role|Jobtitel|Titel|Berufsbezeichnung|Stellenbezeichnung|
        Position im Unternehmen|Funktion|Positionsbezeichnung|Fonction|Poste|Intitulé du poste|Titre|Titre du poste|
        Fonction dans l'entreprise|Cargo|Puesto|Puesto de trabajo|Cargo en la empresa|Qualifica|Ruolo|
        Ruolo aziendale|Mansione|Posizione
    """,
    Role.COMPANY: """
        Company|Company Name|CompanyName|company_name|companyname|Organization|Organisation|Organization - Name|
        Account Name|Associated Company|Current Company|Company / Account|Employer|Business Name|
        Organization 1 - Name|Person - Organization|Contact Company|Account|Legal name|Firma|Firmenname|Unternehmen|
        Unternehmensname|Arbeitgeber|Name der Firma|Société|Entreprise|Nom de l'entreprise|Nom de la société|
        Raison sociale|Employeur|Empresa|Nombre de la empresa|Compañía|Razón social|Azienda|Nome azienda|Società|
        Ragione sociale|Ditta
    """,
    Role.DOMAIN: """
        Website|Web site|WebSite|Website URL|Company Website|Company Domain Name|Domain|Domain name|company_domain|
        companydomain|Homepage|Web Page|Company URL|URL|Web|Webseite|Internetseite|Firmenwebsite|Site web|
        Site internet|Nom de domaine|Site web de l'entreprise|Sitio web|Página web|Dominio|Sito web|Sito internet|
        Sito
    """,
    Role.COUNTRY: """
        Country|Country/Region|country|Mailing Country|Billing Country|Country Name|
        Organization - Country of Address|Business Country/Region|Company Country|Land|Staat|Land (Firma)|Pays|
        Pays de résidence|País|País/Región|Paese|Nazione|Contact Country
    """,
}


def _listed(text):
    return [header.strip() for header in text.split("|")]


@pytest.mark.parametrize(
    ("role", "header"), [(role, header) for role, headers in NAMED.items() for header in _listed(headers)]
)
def test_a_header_names_its_role_and_no_other(role, header):
    assert list(header_weights(split_header(header))) == [role]


TRAPS = """
    Company ID|Associated Company ID|Associated Company IDs|Account ID|Contact ID|Record ID|Lead ID|Email opt out|
    Email Opt-In|Opted out of email: One to One|Unsubscribed from all email|Email domain|Last email date|
    Date of last email|First email sent|Email status|Email bounced|Email Source|Email verification date|Email owner|
    Owner Email|Emailing list|E-mail Display Name|E-mail 1 - Type|E-mail 1 - Label|Email quarantined|Email count|
    Email template|Email subject|Number of employees|Number of contacts|Phone extension|Phone Ext.|Phone type|
    Phone verified|Phone country|Phone calls|Country code|Country Calling Code|Company Country Code|IP country|
    Country of birth|Name of file|File name|Filename|Campaign name|Deal name|Deal title|Event name|List name|
    Product name|User name|Username|Nickname|Middle Name|Maiden name|Owner name|Domain owner|Domain registrar|
    Company size|Company type|Company owner|Company city|Company address|Company revenue|Company phone extension|
    Company description|Company name for emails|Parent company|Created by|Created date|Last Modified By|
    Last contact|Last contacted|Last activity|First contact|First seen|Contact owner|Contact stage|Contact source|
    Account owner|Account manager|Account type|Assistant Phone|Asst. Phone|Assistant name|Fax|Fax Number|
    Business Fax|Telefax|Home fax|Do not call|LinkedIn URL|Person Linkedin Url|Company Linkedin Url|Photo URL|
    Landing page URL|First page seen|Referrer URL|Twitter|Lead Source|Lead Status|Job function|Job level|Seniority|
    Buying role|Position number|Title ID|Reports To|State|State/Province|Bundesland|City|Zip/Postal code|Street|
    Industry|Department|Birthdate|Salutation|Notes|Currency|Language|Time zone|IBAN|VAT number|Umsatzsteuer-ID|
    Kundennummer|Rechnungsnummer|Anzahl Mitarbeiter|Ländervorwahl|Erstellt von|Branche|Abteilung|Ort|PLZ|
    Numéro de client|Nombre d'employés|Número de empleados|Date de création|Fecha de nacimiento|Numero ordine|
    Partita IVA|Stato lead|Data di nascita|Telecom provider|Companion|Phonebook id|Firmenbuchnummer|
    Homeland security|Emailable|Mobility|Portfolio|Handicap|Postadresse|Landkreis|Address|Adresse|Dirección|
    Indirizzo|Sex|Score|Segment|Column 1|Spalte1|f3|HTTPLink|Unnamed: 0|Personal website|Tel-Aviv|Nomenclature|
    Mail merge field|hs_email_domain|Last email opened
"""


@pytest.mark.parametrize("header", _listed(TRAPS))
def test_a_header_that_says_more_names_nothing(header):
    assert header_weights(split_header(header)) == {}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("Work Email", "Email"),
        ("Email", "Company Email"),
        ("Company Email", "Personal Email"),
        ("Personal Email", "Secondary Email"),
        ("Email", "Email 2"),
        ("E-Mail geschäftlich", "E-Mail privat"),
        ("Email pro", "Email perso"),
        ("Email ID", "Company ID"),
        ("Direct Phone", "Phone"),
        ("Phone", "Mobile Phone"),
        ("Mobile Phone", "Company Phone"),
        ("Company Phone", "Home Phone"),
        ("Work mobile", "Private mobile"),
        ("Home Phone", "Other Phone"),
        ("Other Phone", "Fax"),
        ("Country", "Company Country"),
        ("Job Title", "Title"),
        ("Title", "Lead - Title"),
        ("Full Name", "Name"),
        ("Name", "Contact"),
        ("Website", "URL"),
    ],
)
def test_the_better_of_two_weighs_more(better, worse):
    first, second = (max(header_weights(split_header(header)).values(), default=0) for header in (better, worse))
    assert first > second


@pytest.mark.parametrize("header", ["Name", "Nom", "Title", "Titel", "Number", "URL", "Contact", "Role", "Email ID"])
def test_what_means_several_things_counts_as_ambiguous(header):
    (weight,) = header_weights(split_header(header)).values()
    assert 0 < weight < AMBIGUOUS


def test_words_that_refuse_content_are_found():
    assert refuses_content(split_header("Fax Number"))
    assert refuses_content(split_header("owner_email"))
    assert not refuses_content(split_header("Spalte 3"))


def test_the_vocabulary_is_folded_and_does_not_refuse_what_it_names():
    """A phrase that folding changes could never match; one with a refused word could name and refuse at once."""
    for vocabulary in VOCABULARY.values():
        for phrase in (*vocabulary.cores, *vocabulary.alone):
            words = tuple(phrase.split())
            assert split_header(phrase) == words or words == ("e", "post")
            assert REFUSED.isdisjoint(words), phrase


@given(st.text(max_size=120))
@settings(max_examples=300)
def test_any_text_is_a_header(name):
    weights = header_weights(split_header(name))
    assert all(0 < weight <= 1 for weight in weights.values())


@given(st.lists(st.sampled_from(sorted({w for v in VOCABULARY.values() for w in v.words()})), max_size=8))
@settings(max_examples=300)
def test_neither_case_nor_separators_matter(words):
    spellings = [" ".join(words), "_".join(words).upper(), " - ".join(words).title()]
    assert len({tuple(header_weights(split_header(spelling)).items()) for spelling in spellings}) == 1
