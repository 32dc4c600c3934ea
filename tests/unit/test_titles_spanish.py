"""Spanish titles and what they say."""

from __future__ import annotations

import pytest

from trustleads.enrichment.normalize.titles.rules import classify

pytestmark = pytest.mark.clause("LEAD-3")


TABLE = """
Fundador | owner | management
Cofundadora y directora de marketing | owner | marketing
Propietario | owner | management
Dueña | owner | management
Socio | owner | management
Socio fundador | owner | management
Socia directora | owner | management
Empresario | owner | management
Director general | c_level | management
Directora General | c_level | management
Director ejecutivo | c_level | management
Consejero delegado | c_level | management
Presidenta | c_level | management
Director gerente | c_level | management
Gerente general | c_level | management
Administrador único | c_level | management
Miembro del consejo de administración | c_level | management
Vicepresidente | vp | other
Vicepresidenta de ventas | vp | sales
Director comercial | director | sales
Directora comercial | director | sales
Director de marketing | director | marketing
Directora financiera | director | finance
Director de recursos humanos | director | hr
Director de compras | director | purchasing
Director técnico | director | engineering
Director de operaciones | director | operations
Directora de innovación | director | research
Subdirector | director | other
Director de sistemas | director | it
Jefe de compras | head | purchasing
Jefa de ventas | head | sales
Jefe de logística | head | logistics
Jefe de personal | head | hr
Jefe de administración | head | administration
Jefe de departamento | head | other
Responsable de ventas | manager | sales
Responsable de recursos humanos | manager | hr
Responsable de calidad | manager | quality
Responsable de marketing digital | manager | marketing
Responsable de logística | manager | logistics
Gerente | manager | other
Gerente de ventas | manager | sales
Gerente de producción | manager | production
Jefe de proyecto | manager | operations
Jefa de producto | manager | product
Jefe de equipo | manager | other
Jefe de obra | manager | production
Encargado de tienda | manager | sales
Encargada de almacén | manager | logistics
Desarrollador senior | senior | engineering
Ingeniero principal | senior | engineering
Asistente de dirección | staff | administration
Asistente del director general | staff | administration
Secretaria de dirección | staff | administration
Asistente de marketing | staff | marketing
Administrativo | staff | administration
Auxiliar administrativo | staff | administration
Comercial | staff | sales
Asesor comercial | staff | sales
Ejecutivo de cuentas | staff | sales
Contable | staff | finance
Contadora | staff | finance
Comprador | staff | purchasing
Ingeniero de software | staff | engineering
Programadora | staff | engineering
Técnico de calidad | staff | quality
Técnico de mantenimiento | staff | production
Técnico de selección | staff | hr
Administrador de sistemas | staff | it
Analista de datos | staff | data
Abogada | staff | legal
Asesor jurídico | staff | legal
Diseñador gráfico | staff | design
Consultor | staff | consulting
Investigadora | staff | research
Atención al cliente | staff | support
Enfermera | staff | health
Profesora | staff | education
Director de arte | staff | design
Operario de producción | staff | production
Ingeniero júnior | junior | engineering
Becaria | intern | other
Becario de marketing | intern | marketing
Ingeniero en prácticas | intern | engineering
Aprendiz | intern | other
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
