"""German titles and what they say."""

from __future__ import annotations

import pytest

from trustleads.enrichment.normalize.titles.rules import classify

pytestmark = pytest.mark.clause("LEAD-3")


TABLE = """
Inhaber | owner | management
Inhaberin | owner | management
Gründer und Geschäftsführer | owner | management
Geschäftsführender Gesellschafter | owner | management
Unternehmer | owner | management
Geschäftsführer | c_level | management
Geschäftsführerin | c_level | management
Geschaeftsfuehrer | c_level | management
Geschäftsführer/in | c_level | management
Geschäftsführer Vertrieb | c_level | sales
Kaufmännischer Geschäftsführer | c_level | finance
Vorstand | c_level | management
Vorstand Finanzen | c_level | finance
Vorstandsvorsitzender | c_level | management
Mitglied der Geschäftsleitung | c_level | management
Mitglied des Vorstands | c_level | management
Vertriebsvorstand | c_level | sales
Verwaltungsrat | c_level | management
Vizepräsident | vp | other
Prokurist | director | management
Vertriebsdirektor | director | sales
Direktorin Marketing | director | marketing
Leiter Einkauf | head | purchasing
Leiterin Marketing | head | marketing
Leiter/in Vertrieb | head | sales
Leitung Buchhaltung | head | finance
Abteilungsleiter | head | other
Abteilungsleiterin Logistik | head | logistics
Bereichsleiter Produktion | head | production
Vertriebsleiter | head | sales
Vertriebsleiterin DACH | head | sales
Verkaufsleiter | head | sales
Einkaufsleiter | head | purchasing
Personalleiterin | head | hr
Leiter Personal | head | hr
IT-Leiter | head | it
Leiter IT und Organisation | head | it
Finanzchef | head | finance
HR-Chefin | head | hr
Produktionsleiter | head | production
Qualitätsleiter | head | quality
Kaufmännischer Leiter | head | finance
Technischer Leiter | head | engineering
Leiter der Rechtsabteilung | head | legal
Leiter Forschung und Entwicklung | head | research
Stellvertretender Leiter Qualitätssicherung | head | quality
Niederlassungsleiter | head | management
Chefarzt | head | health
Teamleiter Vertrieb | manager | sales
Teamleiterin Kundenservice | manager | support
Gruppenleiter Konstruktion | manager | engineering
Projektleiter | manager | operations
Projektleiterin IT | manager | it
Produktmanagerin | manager | product
Qualitätsmanager | manager | quality
Marketing Manager | manager | marketing
Key Account Manager | manager | sales
Bauleiter | manager | production
Schichtleiter | manager | production
Filialleiterin | manager | sales
Senior Softwareentwicklerin | senior | engineering
Leitender Ingenieur | senior | engineering
Oberärztin | senior | health
Assistentin der Geschäftsführung | staff | administration
Assistenz der Geschäftsleitung | staff | administration
Vorstandsassistentin | staff | administration
Assistentin | staff | administration
Sekretärin Geschäftsleitung | staff | administration
Sachbearbeiterin Buchhaltung | staff | finance
Sachbearbeiter | staff | administration
Einkäuferin | staff | purchasing
Buchhalter | staff | finance
Personalreferentin | staff | hr
Softwareentwickler | staff | engineering
Vertriebsmitarbeiter Innendienst | staff | sales
Außendienstmitarbeiter | staff | sales
Systemadministrator | staff | it
Rechtsanwältin | staff | legal
Datenschutzbeauftragter | staff | legal
Unternehmensberater | staff | consulting
Konstrukteur | staff | engineering
Lagerist | staff | logistics
Disponent | staff | logistics
Mediengestalterin | staff | design
Servicetechniker | staff | support
Krankenpfleger | staff | health
Lehrerin | staff | education
Laborant | staff | other
Kundenberater | staff | sales
Personalabteilung | staff | hr
Interne Revision | staff | finance
Junior Berater | junior | consulting
Werkstudent Marketing | intern | marketing
Praktikantin Vertrieb | intern | sales
Auszubildender | intern | other
Azubi Logistik | intern | logistics
"""

ROWS = [tuple(part.strip() for part in line.split("|")) for line in TABLE.strip().splitlines()]


def test_the_table_is_long_enough() -> None:
    assert len({title for title, _, _ in ROWS}) >= 40


@pytest.mark.parametrize(("title", "seniority", "department"), ROWS)
def test_title(title: str, seniority: str, department: str) -> None:
    assert classify(title) == (seniority, department)


@pytest.mark.parametrize(("title", "seniority", "department"), ROWS)
def test_case_does_not_matter(title: str, seniority: str, department: str) -> None:
    assert classify(title.upper()) == classify(title.lower()) == (seniority, department)
