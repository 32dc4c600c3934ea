"""Italian titles and what they say."""

from __future__ import annotations

import pytest

from trustleads.enrichment.normalize.titles.rules import classify

pytestmark = pytest.mark.clause("LEAD-3")


TABLE = """
Titolare | owner | management
Fondatore e amministratore delegato | owner | management
Cofondatrice | owner | management
Proprietario | owner | management
Imprenditore | owner | management
Socio fondatore | owner | management
Amministratore delegato | c_level | management
Amministratrice delegata | c_level | management
AD | c_level | management
Amministratore unico | c_level | management
Direttore generale | c_level | management
Presidente | c_level | management
Presidente del CdA | c_level | management
Consigliere delegato | c_level | management
Consigliere di amministrazione | c_level | management
Vicepresidente | vp | other
Vice Presidente vendite | vp | sales
Direttore commerciale | director | sales
Direttrice commerciale | director | sales
Direttore marketing | director | marketing
Direttrice finanziaria | director | finance
Direttore amministrativo | director | administration
Direttore risorse umane | director | hr
Direttore tecnico | director | engineering
Direttore operativo | director | operations
Direttore di stabilimento | director | production
Direttore acquisti | director | purchasing
Dirigente | director | other
Vicedirettore | director | other
Capo reparto | head | production
Capo ufficio acquisti | head | purchasing
Capo contabile | head | finance
Capoarea | head | sales
Primario | head | health
Responsabile vendite | manager | sales
Responsabile commerciale | manager | sales
Responsabile acquisti | manager | purchasing
Responsabile dell'ufficio acquisti | manager | purchasing
Responsabile risorse umane | manager | hr
Responsabile di produzione | manager | production
Responsabile qualità | manager | quality
Responsabile logistica | manager | logistics
Responsabile IT | manager | it
Responsabile amministrazione e finanza | manager | finance
Responsabile marketing e comunicazione | manager | marketing
Responsabile ricerca e sviluppo | manager | research
Responsabile assistenza clienti | manager | support
Capo progetto | manager | operations
Caposquadra | manager | production
Capocantiere | manager | production
Area Manager | manager | sales
Sviluppatore senior | senior | engineering
Ingegnere esperto | senior | engineering
Assistente di direzione | staff | administration
Assistente dell'amministratore delegato | staff | administration
Segretaria | staff | administration
Impiegata amministrativa | staff | administration
Impiegato commerciale | staff | sales
Addetto vendite | staff | sales
Addetta alla contabilità | staff | finance
Contabile | staff | finance
Ragioniera | staff | finance
Agente di commercio | staff | sales
Commerciale | staff | sales
Tecnico informatico | staff | it
Sistemista | staff | it
Ingegnere del software | staff | engineering
Programmatrice | staff | engineering
Progettista | staff | engineering
Analista dati | staff | data
Avvocato | staff | legal
Consulente | staff | consulting
Grafico | staff | design
Magazziniere | staff | logistics
Operaio | staff | production
Ricercatrice | staff | research
Infermiera | staff | health
Insegnante | staff | education
Ufficio stampa | staff | marketing
Servizio clienti | staff | support
Ingegnere neolaureato | junior | engineering
Stagista | intern | other
Tirocinante marketing | intern | marketing
Apprendista meccanico | intern | other
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
