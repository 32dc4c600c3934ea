"""The words of column headers: English, German, French, Spanish, Italian, and what CRM exports call things.

Everything here is *folded* as ``headers.split_header`` folds a header: lower case, no diacritics, "ß" as
"ss", "e-mail" as "email", the number 1 dropped and any other one-digit number turned into "secondary".

A header counts for a role only if **every** word of it is understood: one core phrase of the role, and
around it nothing but words listed as able to stand beside it. So "Email" counts and "Email opt out",
"Company ID" or "Last email date" do not, without a list of everything that a header must not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trustleads.enrichment.models import Role

Weights = Mapping[str, float]


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.split(",")]


def _weights(groups: Mapping[float, str]) -> dict[str, float]:
    """Turn ``{0.9: "phrase, other phrase"}`` into ``{"phrase": 0.9, "other phrase": 0.9}``."""
    return {phrase: weight for weight, text in groups.items() for phrase in _phrases(text)}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How headers name one role.

    Attributes:
        cores: Phrases that name the role, with how sure they make us (0 to 1). Below ``AMBIGUOUS`` the
            cells decide where there is a sample.
        beside: Words that may stand before or after a core phrase, with the factor that they put on its
            weight: this is how work is preferred to private and the first of two to the second.
        alone: Phrases that name the role only as the whole header.
    """

    cores: Weights
    beside: Weights
    alone: Weights = field(default_factory=dict)

    def words(self) -> frozenset[str]:
        """Every single word that a header of this role may hold."""
        phrases = (*self.cores, *self.beside, *FRONT)
        return frozenset(word for phrase in phrases for word in phrase.split())


AMBIGUOUS = 0.7  # a core phrase below this weight means several things ("Name", "Title", "Number")

_GLUE = "de, du, des, d, la, le, l, les, el, del, di, della, dell, der, die, das, the, of, for, fur"

FRONT = frozenset(
    _phrases(
        "contact, contacts, kontakt, contacto, contatto, person, persona, personne, people, lead, leads, prospect,"
        "interessent, customer, client, cliente, kunde, kunden, candidate, attendee, participant, teilnehmer,"
        "member, mitglied"
    )
)
"""Whose value it is: may stand before the core phrase of any role, and changes nothing."""

_OWNERS = (
    "contact, contacts, kontakt, kontakts, contacto, contatto, person, persona, lead, prospect, kunde, client, cliente"
)
_WORK = (
    "work, business, office, corporate, professional, pro, direct, direkt, dienstlich, dienstliche, dienst,"
    "geschaftlich, geschaftliche, geschafts, geschaeftlich, geschaeftliche, buro, buero, arbeit, firmen, beruflich,"
    "berufliche, professionnel, professionnelle, professionnels, bureau, travail, directe, trabajo, oficina, laboral,"
    "corporativo, corporativa, profesional, empresarial, directo, lavoro, ufficio, aziendale, professionale, diretto"
)
_COMPANYWIDE = (
    "company, organization, organisation, account, firma, unternehmen, unternehmens, entreprise, societe, empresa,"
    "azienda, hq, headquarters, switchboard, zentrale, standard, centralita, centralino"
)
_PRIVATE = (
    "personal, private, privat, private, private, home, perso, personnel, personnelle, prive, privee, maison, domicile,"
    "personale, casa, particular, privato, privata"
)
_SECOND = (
    "secondary, second, additional, alternate, alternative, other, zweite, weitere, andere, secondaire, autre,"
    "secundario, secundaria, otro, otra, alternativo, alternativa, secondario, secondaria, altro, altra, backup"
)
_FIRST = "primary, main, default, principal, principale, haupt, preferred, standardmassig"
_MOBILE = "mobile, mobil, handy, cell, cellular, portable, movil, celular, cellulare, gsm, natel"

VOCABULARY: Mapping[Role, Vocabulary] = {
    Role.EMAIL: Vocabulary(
        cores=_weights(
            {
                0.97: "email, emails, correo electronico, posta elettronica, courriel, courrier electronique,"
                "adresse electronique, correo",
                0.93: "mail, mails",
            }
        ),
        beside=_weights(
            {
                1.0: f"{_GLUE}, {_OWNERS}, address, addresses, addr, adress, adresse, direccion, indirizzo, value,user",
                1.03: _WORK,
                1.02: _FIRST,
                0.93: _COMPANYWIDE,
                0.82: _PRIVATE,
                0.75: _SECOND,
                0.7: "billing, invoice, rechnung, rechnungs, facturation, facturacion, fatturazione",
                0.55: "id",  # in India the usual word for the address; elsewhere a key
            }
        ),
    ),
    Role.FIRST_NAME: Vocabulary(
        cores=_weights(
            {
                0.97: "first name, given name, forename, vorname, vornamen, rufname, prenom, prenoms,"
                "nombre de pila, primer nombre, nome di battesimo, nome proprio, fname",
            }
        ),
        beside=_weights({1.0: f"{_GLUE}, {_OWNERS}, s, n"}),
        alone=_weights({0.75: "first, given"}),
    ),
    Role.LAST_NAME: Vocabulary(
        cores=_weights(
            {
                0.97: "last name, surname, family name, nachname, nachnamen, familienname, zuname, nom de famille,"
                "nom famille, apellido, apellidos, cognome, cognomi, lname, primer apellido",
            }
        ),
        beside=_weights({1.0: f"{_GLUE}, {_OWNERS}, s, n"}),
        alone=_weights({0.75: "last, family"}),
    ),
    Role.FULL_NAME: Vocabulary(
        cores=_weights(
            {
                0.95: "full name, contact person, kontaktperson, ansprechpartner, ansprechpartnerin, ansprechperson,"
                "vollstandiger name, vor und nachname, vorname und nachname, vorname nachname, nachname vorname,"
                "name vorname, name und vorname, first and last name, first last name, first name last name,"
                "last name first name, nom complet, nom et prenom, prenom et nom, nom prenom, prenom nom,"
                "nombre completo, nombre y apellidos, nombre y apellido, nombre apellidos, apellidos y nombre,"
                "nome completo, nome e cognome, cognome e nome, nome cognome, cognome nome, interlocuteur,"
                "persona de contacto, persona di contatto, personne de contact, complete name",
                0.58: "name, nom, nombre, nome",
            }
        ),
        beside=_weights(
            {
                1.0: f"{_GLUE}, s",
                1.6: "contact, contacts, kontakt, kontakts, contacto, contatto, person, persona, personne, lead,"
                "prospect, attendee, participant, teilnehmer, candidate, member",
            }
        ),
        alone=_weights({0.45: "contact, kontakt, contacto, contatto, person, referente"}),
    ),
    Role.PHONE: Vocabulary(
        cores=_weights(
            {
                0.97: "phone, phones, telephone, tel, telefon, telefono, telefone, fon, rufnummer, festnetz, landline,"
                "direct dial, direct line, ligne directe, recapito telefonico, ddi",
                0.9: _MOBILE + ", cellphone, smartphone",
                0.8: "contact number, contact no",
            }
        ),
        beside=_weights(
            {
                1.0: f"{_GLUE}, {_OWNERS}, number, numbers, nummer, nr, no, num, numero, n, o, value, line, user, fixe,"
                "fijo, fisso, dial, app",
                1.03: _WORK,
                1.02: _FIRST,
                0.93: _MOBILE + ", phone, telephone, telefono, telefon",
                0.88: _COMPANYWIDE,
                0.78: _PRIVATE,
                0.72: _SECOND,
                0.7: "whats, whatsapp",
            }
        ),
        alone=_weights({0.6: "durchwahl, whatsapp, whats app", 0.35: "number, nummer, numero, nr"}),
    ),
    Role.JOB_TITLE: Vocabulary(
        cores=_weights(
            {
                0.97: "job title, job titles, position title, jobtitel, position, berufsbezeichnung,"
                "stellenbezeichnung, positionsbezeichnung, stellung, fonction, poste, intitule de poste,"
                "intitule du poste, titre du poste, titre de poste, titre professionnel, cargo, puesto,"
                "puesto de trabajo, titulo profesional, qualifica, mansione, titolo professionale,"
                "posizione lavorativa, designation, professional title, work title, job position",
                0.62: "title, titel, titre, titolo, titulo, posizione, posicion, role, rolle, ruolo, funktion,"
                "funzione, funcion",
            }
        ),
        beside=_weights(
            {
                1.0: f"{_GLUE}, current, aktuelle, actuel, actuelle, actual, attuale, primary, business, in, im, dans,"
                "en, nell, firma, unternehmen, entreprise, empresa, azienda, company, organization, title, position",
                1.5: "aziendale, job",
                0.5: "lead, leads",  # the title of the record, not of the person
            }
        ),
        alone=_weights(
            {0.62: "function, job, beruf, occupation, tatigkeit, profession, profesion, professione, headline"}
        ),
    ),
    Role.COMPANY: Vocabulary(
        cores=_weights(
            {
                0.97: "company, company name, organization, organisation, firma, firmenname, unternehmen,"
                "unternehmensname, societe, entreprise, raison sociale, empresa, compania, razon social,"
                "azienda, societa, ditta, ragione sociale, denominazione sociale, organizacion, organizzazione",
                0.93: "account name, business name, employer, arbeitgeber, employeur, empleador, datore di lavoro,"
                "legal name, betrieb",
            }
        ),
        beside=_weights(
            {
                1.0: f"{_GLUE}, name, nom, nombre, nome, legal, associated, account, company, organization,"
                "organisation, business, firma, employer",
                1.02: f"{_FIRST}, current, aktuelle, aktueller, actuel, actuelle, actual, attuale",
                0.8: "billing, invoice, rechnung, rechnungs, shipping",
            }
        ),
        alone=_weights({0.6: "account, business"}),
    ),
    Role.DOMAIN: Vocabulary(
        cores=_weights(
            {
                0.97: "website, websites, web site, webseite, domain, domain name, homepage, home page, internetseite,"
                "internetadresse, webadresse, site web, site internet, sitio web, pagina web, sito web,"
                "sito internet, dominio, domaine, domane, domaene, web page, webpage, web address, company url",
            }
        ),
        beside=_weights(
            {
                1.0: f"{_GLUE}, url, name, nom, nombre, nome, address, adresse, direccion, indirizzo, {_COMPANYWIDE},"
                "business, corporate, firmen, aziendale, value",
                1.02: _FIRST,
            }
        ),
        alone=_weights({0.75: "web, www, internet", 0.62: "url, site, sito, sitio"}),
    ),
    Role.COUNTRY: Vocabulary(
        cores=_weights({0.97: "country, pays, pais, paese, nazione, land", 0.8: "nation, staat, nacion"}),
        beside=_weights(
            {
                1.0: f"{_GLUE}, region, name, nom, nombre, nome, address, adresse, direccion, indirizzo, residence,"
                "location, value, nation",
                0.97: "mailing, work, business, firma",
                0.93: f"billing, home, {_COMPANYWIDE}",
                0.85: "shipping, other",
            }
        ),
    ),
}

REFUSED = frozenset(
    _phrases(
        "id, ids, uid, uuid, guid, key, hash, token, date, datum, fecha, data, time, timestamp, day, created, updated,"
        "modified, erstellt, geandert, cree, creado, creato, fax, telefax, telecopie, owner, besitzer, inhaber,"
        "zustandig, proprietaire, propietario, proprietario, assistant, asst, assistent, bounced, bounce, status,"
        "estado, statut, stato, opt, opted, optin, optout, consent, unsubscribed, subscribed, source, quelle, origen,"
        "type, typ, tipo, kind, label, extension, ext, linkedin, xing, twitter, facebook, instagram, github, youtube,"
        "photo, avatar, image, picture, logo, file, filename, datei, campaign, kampagne, referrer, referer, utm, ip,"
        "sender, reply, bcc, cc, zip, plz, postal, postcode, cp, cap, iban, bic, vat, tax, ust, siret, siren, nif, cif,"
        "price, amount, revenue, umsatz, invoice, order, count, quantity, employees, size, birthday, birth, geburtstag,"
        "street, strasse, rue, calle, via, city, stadt, ort, ville, ciudad, citta, state, bundesland, province, county,"
        "language, sprache, langue, idioma, lingua, locale, lang, currency, timezone, nationality, parent, spouse,"
        "partner, referred, rep, username, login, password, latitude, longitude, note, notes, comment, comments, tags,"
        "middle, maiden, nickname, salutation, anrede, civilite, industry, branche, department, abteilung, seniority,"
        "level, manager, betreuer, agent, author, vendedor, seller"
    )
)
"""Words that say a column is something else: its cells are never searched for a role."""
