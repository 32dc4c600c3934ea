"""French titles and what they say."""

from __future__ import annotations

import pytest

from trustleads.enrichment.normalize.titles.rules import classify

pytestmark = pytest.mark.clause("LEAD-3")


TABLE = """
Fondateur | owner | management
Cofondatrice et directrice générale | owner | management
Propriétaire | owner | management
Associé | owner | management
Chef d'entreprise | owner | management
PDG | c_level | management
Président-directeur général | c_level | management
Président | c_level | management
Présidente | c_level | management
Directeur général | c_level | management
Directrice Générale | c_level | management
Directeur général adjoint | c_level | management
Gérant | c_level | management
Membre du directoire | c_level | management
Membre du comité de direction | c_level | management
Vice-président | vp | other
Vice-présidente des ventes | vp | sales
Directeur commercial | director | sales
Directrice commerciale | director | sales
Directeur des ventes | director | sales
Directrice marketing | director | marketing
Directeur des ressources humaines | director | hr
DRH | director | hr
DAF | director | finance
Directeur administratif et financier | director | finance
Directrice financière | director | finance
DSI | director | it
Directeur informatique | director | it
Directeur technique | director | engineering
Directeur de la production | director | production
Directeur des opérations | director | operations
Directrice juridique | director | legal
Directeur de la recherche | director | research
Directeur adjoint | director | other
Secrétaire général | director | legal
Chef de service | head | other
Chef comptable | head | finance
Cheffe des ventes | head | sales
Chef d'agence | head | management
Responsable commercial | manager | sales
Responsable des achats | manager | purchasing
Responsable marketing et communication | manager | marketing
Responsable des ressources humaines | manager | hr
Responsable logistique | manager | logistics
Responsable qualité | manager | quality
Responsable informatique | manager | it
Responsable de production | manager | production
Responsable service client | manager | support
Responsable R&D | manager | research
Chef de projet | manager | operations
Cheffe de projet informatique | manager | it
Chef de produit | manager | product
Chef d'équipe | manager | other
Conducteur de travaux | manager | production
Développeur senior | senior | engineering
Ingénieur principal | senior | engineering
Assistante de direction | staff | administration
Assistante du directeur général | staff | administration
Assistante commerciale | staff | sales
Secrétaire de direction | staff | administration
Assistant RH | staff | hr
Comptable | staff | finance
Contrôleur de gestion | staff | finance
Acheteuse | staff | purchasing
Commercial | staff | sales
Ingénieur commercial | staff | sales
Ingénieur logiciel | staff | engineering
Développeuse web | staff | engineering
Technicien de maintenance | staff | production
Chargée de communication | staff | marketing
Chargé d'affaires | staff | sales
Chargé de recrutement | staff | hr
Chargé(e) de clientèle | staff | support
Juriste | staff | legal
Avocate | staff | legal
Analyste de données | staff | data
Graphiste | staff | design
Magasinier | staff | logistics
Administrateur systèmes | staff | it
Consultante | staff | consulting
Infirmière | staff | health
Formateur | staff | education
Conseiller de vente | staff | sales
Comptable débutant | junior | finance
Stagiaire marketing | intern | marketing
Alternante RH | intern | hr
Apprenti mécanicien | intern | other
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
