"""English titles and what they say."""

from __future__ import annotations

import pytest

from trustleads.enrichment.normalize.titles.rules import classify

pytestmark = pytest.mark.clause("LEAD-3")

TABLE = """
Owner | owner | management
Co-Owner | owner | management
Business Owner | owner | management
Founder | owner | management
Co-Founder & CEO | owner | management
CEO & Founder | owner | management
Founder CEO | owner | management
Founder and CTO | owner | engineering
Partner | owner | management
Managing Partner | owner | management
Senior Partner | owner | management
CEO | c_level | management
Group CEO | c_level | management
Chief Executive Officer | c_level | management
Chief Executive | c_level | management
CFO | c_level | finance
Chief Financial Officer | c_level | finance
CTO | c_level | engineering
Chief Technology Officer | c_level | engineering
CIO | c_level | it
Chief Information Officer | c_level | it
CMO | c_level | marketing
Chief Marketing Officer | c_level | marketing
COO | c_level | operations
Chief Operating Officer | c_level | operations
Chief Human Resources Officer | c_level | hr
Chief People Officer | c_level | hr
Chief Product Officer | c_level | product
Chief Revenue Officer | c_level | sales
Chief Data Officer | c_level | data
Managing Director | c_level | management
Managing Director Sales | c_level | sales
President | c_level | management
President & COO | c_level | operations
Chairman of the Board | c_level | management
Board Member | c_level | management
General Counsel | c_level | legal
Vice President | vp | other
Vice President of Sales | vp | sales
Senior Vice President, Marketing | vp | marketing
Assistant Vice President | vp | other
SVP Finance | vp | finance
VP Engineering | vp | engineering
VP, People | vp | hr
Executive Vice President | vp | other
Director | director | other
Director of Operations | director | operations
Director, Product Marketing | director | marketing
Associate Director | director | other
Assistant Director | director | other
Sales Director EMEA | director | sales
IT Director | director | it
Creative Director | director | design
General Manager | director | management
Supply Chain Director | director | logistics
Head of Marketing | head | marketing
Head of Customer Success | head | support
Head of Data | head | data
Global Head of Procurement | head | purchasing
Deputy Head of Legal | head | legal
Chief of Staff | head | management
Chief Accountant | head | finance
Sales Manager | manager | sales
Senior Product Manager | manager | product
Assistant Manager | manager | other
Key Account Manager | manager | sales
Partner Manager | manager | sales
Owner Relations Manager | manager | other
CEO Office Manager | manager | administration
Customer Success Manager | manager | support
Product Marketing Manager | manager | marketing
Marketing Operations Manager | manager | marketing
IT Sales Manager | manager | sales
Marketing & Communications Manager | manager | marketing
Project Manager | manager | operations
IT Project Manager | manager | it
Office Manager | manager | administration
Plant Manager | manager | production
Warehouse Supervisor | manager | logistics
Team Lead Support | manager | support
HR Manager at Acme Design Studio | manager | hr
Lead Engineer | senior | engineering
Senior Software Engineer | senior | engineering
Principal Data Scientist | senior | data
Staff Engineer | senior | engineering
Tech Lead | senior | engineering
Sr. UX Designer | senior | design
Assistant to the CEO | staff | administration
Executive Assistant | staff | administration
Executive Assistant to the CFO | staff | administration
CEO Assistant | staff | administration
Personal Assistant to the Managing Director | staff | administration
Assistant, CEO Office | staff | administration
Account Executive | staff | sales
Product Owner | staff | product
Scrum Master | staff | engineering
Art Director | staff | design
HR Business Partner | staff | hr
Lead Generation Specialist | staff | marketing
Internal Auditor | staff | finance
International Buyer | staff | purchasing
Software Engineer | staff | engineering
QA Engineer | staff | quality
Data Analyst | staff | data
Legal Counsel | staff | legal
Compliance Officer | staff | legal
Financial Controller | staff | finance
Research Scientist | staff | research
Research and Development Engineer | staff | research
R&D Technician | staff | research
Registered Nurse | staff | health
Math Teacher | staff | education
Management Consultant | staff | consulting
Consultant | staff | consulting
Staff Accountant | staff | finance
Receptionist | staff | administration
Astronaut | staff | other
Junior Designer | junior | design
Junior Sales Manager | junior | sales
Jr Developer | junior | engineering
Graduate Engineer | junior | engineering
Marketing Intern | intern | marketing
Intern Software Engineer | intern | engineering
Apprentice Electrician | intern | other
Working Student HR | intern | hr
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
