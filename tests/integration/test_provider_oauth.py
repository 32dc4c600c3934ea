"""A JSON API behind OAuth, from the command line's file of providers, over real TLS sockets (LEAD-4)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import trustleads
from trustleads.cli.provider_file import load
from trustleads.testing.providers import Person, ProviderServer, Reply, Request

PEOPLE = [Person("Ada", f"Modello{n}", f"ada{n}@acme.example", job_title=f"Buyer {n}") for n in range(30)]
SECRET = "s3cret-of-nobody"  # noqa: S105 - an invented one
DESCRIPTION = """
name = "acme_people"
url = "https://api.people.example/v1/people"
method = "POST"
price = "0.05 USD"
matches = [["email"]]
confidence = 0.8
request.json = {email = "{email}"}
answer.echo = {email = "email"}
answer.values = {job_title = "title"}
answer.request_id = {header = "X-Request-Id"}

[auth]
kind = "oauth"
token_url = "/token"
client_id = "acme"
client = "body"
scope = "people.read"
"""
PROVIDERS = """
[[provider]]
kind = "json"
description = "people.toml"
key_env = "PEOPLE_SECRET"
base_url = "{url}"
ca_file = "ca.pem"
"""


class PeopleServer(ProviderServer):
    """An API whose tokens are good for ten calls."""

    root = ""

    def __init__(self) -> None:
        super().__init__(PEOPLE, key=SECRET)
        self.given, self.left = 0, 0

    def answer(self, request: Request) -> Reply:
        if request.path == "/token":
            assert f"client_secret={SECRET}" in request.body.decode()
            self.given, self.left = self.given + 1, 10
            return Reply(json={"access_token": f"t{self.given}", "token_type": "bearer", "expires_in": 600})
        if request.headers["authorization"] != f"Bearer t{self.given}" or not self.left:
            return Reply(401)
        self.left -= 1
        person = self.people.find(email=request.json()["email"])
        assert person is not None
        self.bill(person.email)
        about = {"email": person.email, "title": person.job_title}
        return Reply(json=about, headers={"x-request-id": f"r-{person.email}"})


@pytest.mark.clause("LEAD-4", "LEAD-5")
def test_a_file_of_providers_may_name_one_behind_oauth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEOPLE_SECRET", SECRET)
    with PeopleServer() as server:
        (tmp_path / "ca.pem").write_bytes(server.ca_pem)
        (tmp_path / "people.toml").write_text(DESCRIPTION, encoding="utf-8")
        (tmp_path / "providers.toml").write_text(PROVIDERS.format(url=server.url), encoding="utf-8")
        rows = [{"email": person.email} for person in PEOPLE]
        out = trustleads.enrich(rows, providers=load(tmp_path / "providers.toml"), want={"job_title": 0.8})
    assert [row["tl_job_title"] for row in out] == [person.job_title for person in PEOPLE]
    assert [json.loads(row["tl_answers"])[0]["request_id"] for row in out] == [f"r-{p.email}" for p in PEOPLE]
    assert 3 <= server.given <= 6
    assert server.ledger.units == len(PEOPLE)
