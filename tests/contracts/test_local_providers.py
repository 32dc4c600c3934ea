"""The contract suite of providers over the two that ask nobody outside."""

from __future__ import annotations

import pyarrow as pa
import pytest

from trustleads.enrichment.providers.email_pattern import EmailPattern
from trustleads.enrichment.providers.table import TableProvider
from trustleads.enrichment.questions import Attribute, Question
from trustleads.testing.provider import ProviderContract
from trustleads.testing.provider_world import Known, ProviderWorld

pytestmark = pytest.mark.clause("LEAD-4")

EMAIL = frozenset({Attribute.EMAIL})


class TestTableProvider(ProviderContract):
    @pytest.fixture
    def world(self) -> ProviderWorld:
        rows = [
            {"Email": "elif.modello@one.example", "Title": "Buyer"},
            {"Email": "greta.muster@two.example", "Title": "Pilot"},
        ]

        def question(email: str) -> Question:
            return Question({Attribute.EMAIL: email}, frozenset({Attribute.JOB_TITLE}))

        known = [Known(question(row["Email"]), {Attribute.JOB_TITLE: row["Title"]}) for row in rows]
        return ProviderWorld(TableProvider(rows), known=known, unknown=question("nobody@one.example"))


class TestEmailPattern(ProviderContract):
    @pytest.fixture
    def world(self) -> ProviderWorld:
        provider = EmailPattern()
        names = [("Ada", "Alt"), ("Ben", "Berg"), ("Cleo", "Curt"), ("Dora", "Dorn")]
        addresses = [f"{first[0]}{last}@one.example" for first, last in names]
        addresses += [f"{first}.{last}@two.example" for first, last in names]
        first, last = zip(*names * 2, strict=True)
        provider.learn(pa.table({"first_name": list(first), "last_name": list(last), "email": addresses}))

        def question(name: str, domain: str) -> Question:
            return Question({Attribute.FULL_NAME: name, Attribute.DOMAIN: domain}, EMAIL)

        known = [
            Known(question("Elif Modello", "one.example"), {Attribute.EMAIL: "emodello@one.example"}),
            Known(question("Greta Muster", "two.example"), {Attribute.EMAIL: "greta.muster@two.example"}),
        ]
        return ProviderWorld(provider, known=known, unknown=question("Greta Muster", "three.example"))
