"""Providers from a file: every mistake is named, and no key is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from trustleads.cli.provider_file import load, names_in
from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money
from trustleads.enrichment.ports import Limits, Rate
from trustleads.providers import EmailPattern, Hunter, JsonProvider, TableProvider, ZeroBounce

pytestmark = pytest.mark.clause("LEAD-4")

SECRET = "not-to-be-shown"  # noqa: S105 - of nothing
DESCRIPTION = {
    "name": "acme_people",
    "url": "https://api.acme.example/find",
    "matches": [["email"]],
    "price": "0.05 USD",
    "confidence": 0.8,
    "auth": {"kind": "none"},
    "request": {"query": {"email": "{email}"}},
    "answer": {"values": {"job_title": "title"}},
}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUNTER_KEY", SECRET)
    monkeypatch.setenv("EMPTY_KEY", "")
    monkeypatch.setenv("BROKEN_KEY", f"{SECRET} and a space")
    monkeypatch.delenv("NO_KEY", raising=False)


def written(folder: Path, text: str) -> Path:
    path = folder / "providers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_kind_is_made_in_the_order_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "zb.key").write_text(f"{SECRET}\n", encoding="ascii")
    (tmp_path / "crm.csv").write_text("E-Mail,Job Title\nann@firm.example,Head of Sales\n", encoding="utf-8")
    (tmp_path / "acme.json").write_text(json.dumps(DESCRIPTION), encoding="utf-8")
    made = load(
        written(
            tmp_path,
            """
            [[provider]]
            kind = "table"
            path = "crm.csv"
            name = "crm"
            columns = { email = "E-Mail" }
            confidence = { job_title = 0.7 }

            [[provider]]
            kind = "email_pattern"
            least = 0.6

            [[provider]]
            kind = "hunter"
            key_env = "HUNTER_KEY"
            price = "0.04 EUR"
            base_url = "https://localhost:1/v2"
            limits = { rates = [[300, 60], [10, 1.5]], in_flight = 3, timeout = 2 }

            [[provider]]
            kind = "zerobounce"
            key_file = "zb.key"
            limits = { in_flight = 1 }

            [[provider]]
            kind = "json"
            description = "acme.json"
            """,
        )
    )
    assert [type(one) for one in made] == [TableProvider, EmailPattern, Hunter, ZeroBounce, JsonProvider]
    assert [one.name for one in made] == ["crm", "email_pattern", "hunter", "zerobounce", "acme_people"]
    assert made[2].price == Money.of("0.04 EUR")
    assert made[2].limits == Limits((Rate(300, 60), Rate(10, 1.5)), 3, 2)
    assert made[3].limits == replace(ZeroBounce.usual_limits, in_flight=1)
    assert [made[n]._key for n in (2, 3)] == [SECRET, SECRET]  # type: ignore[attr-defined]  # what nobody else sees
    assert SECRET not in repr(made)


HUNTER = '[[provider]]\nkind = "hunter"\n'
KEYED = f'{HUNTER}key_env = "HUNTER_KEY"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no provider: each begins with a line [[provider]]"),
        ("provider = 3", "names no provider"),
        ("[[provider", "is no TOML"),
        ("x = " + "[" * 10_000, "is no TOML"),
        ('[[providers]]\nkind = "hunter"', "'providers' is unknown; it is one of provider (did you mean 'provider'?)"),
        ("provider = [1]", "provider 1: kind is one of people_data_labs, hunter,"),
        ("[[provider]]", "provider 1: kind is one of"),
        ('[[provider]]\nkind = "huntr"', "provider 1 (huntr): kind is one of"),
        ('[[provider]]\nkind = "huntr"', "did you mean 'hunter'?"),
        (HUNTER, "provider 1 (hunter): key_env (the variable that holds the key) or key_file is missing"),
        (f'{HUNTER}key = "{SECRET}"', "a key is not written here"),
        (f'{HUNTER}key_env = "NO_KEY"', "the environment has no NO_KEY: set it, such as with export NO_KEY=..."),
        (f'{HUNTER}key_env = "{SECRET}"', "key_env is the name of a variable that holds the key"),
        (f'{HUNTER}key_env = "{SECRET}"', "such as with export HUNTER_KEY=..., and write key_env = 'HUNTER_KEY'"),
        (f'{HUNTER}key_env = "EMPTY_KEY"', "the variable EMPTY_KEY is empty"),
        (f'{HUNTER}key_env = "BROKEN_KEY"', "Hunter needs its API key"),
        (f"{HUNTER}key_env = 3", "key_env is a text"),
        (f'{HUNTER}key_file = "nowhere"', "cannot be read: No such file"),
        (f'{HUNTER}key_file = "{SECRET}"', "key_file is the path of a file that holds the key"),
        (f'{HUNTER}key_file = "{SECRET}\\u0000"', "holds something else than a key"),
        (f'{HUNTER}key_file = "."', "cannot be read"),
        (f'{HUNTER}key_file = "empty"', "key_file empty is empty"),
        (f'{HUNTER}key_file = "bytes"', "holds something else than a key"),
        (f'{KEYED}key_file = "k"', "has key_env or key_file, not both"),
        (f'{KEYED}prise = "1 USD"', "'prise' is unknown"),
        (f'{KEYED}path = "crm.csv"', "'path' is unknown"),
        (f"{KEYED}price = 3", "price is a text: '3 USD'"),
        (f"{KEYED}price = 0.02", "price is a text: '0.02 USD'"),
        (f"{KEYED}price = [3]", "price is a text: '0.02 USD'"),
        (f"{KEYED}price = true", "price is a text: '0.02 USD'"),
        (f'{KEYED}price = "much"', "provider 1 (hunter): price is an amount and a currency"),
        (f'{KEYED}base_url = "http://api.example"', "base_url is an https:// address, and not http://"),
        (f'{KEYED}base_url = "api.example/v2"', "base_url is an https:// address: https:// is missing"),
        (f'{KEYED}base_url = "https://api.example?key={SECRET}"', "base_url is an https:// address without user"),
        (f"{KEYED}base_url = 3", "base_url is a text"),
        (f'{KEYED}ca_file = "nowhere.pem"', "ca_file"),
        (f'{KEYED}ca_file = "empty"', "cannot be used"),
        (f"{KEYED}limits = 3", "limits is a table"),
        (f"{KEYED}limits = {{ rate = 3 }}", "limits: 'rate' is unknown; it is one of rates"),
        (f"{KEYED}limits = {{ rates = [3, 4] }}", "limits: rates is a list of [calls, seconds]"),
        (f"{KEYED}limits = {{ rates = 3 }}", "limits: rates is a list of [calls, seconds]"),
        (f"{KEYED}limits = {{ rates = [[0, 60]] }}", "limits: rates takes whole numbers from 1 on"),
        (f"{KEYED}limits = {{ rates = [[1, 0]] }}", "limits: rates takes numbers above 0"),
        (f"{KEYED}limits = {{ in_flight = 1.5 }}", "limits: in_flight takes whole numbers"),
        (f"{KEYED}limits = {{ timeout = inf }}", "limits: timeout takes numbers above 0"),
        (f"{KEYED}limits = {{ timeout = true }}", "limits: timeout takes numbers above 0"),
        ('[[provider]]\nkind = "table"', "provider 1 (table): path is missing"),
        ('[[provider]]\nkind = "table"\npath = "nowhere.csv"', "provider 1 (table): "),
        ('[[provider]]\nkind = "table"\npath = ""', "a path is a text"),
        ('[[provider]]\nkind = "table"\npath = "x.csv"\ncolumns = "email"', "columns is a table"),
        ('[[provider]]\nkind = "table"\npath = "x.csv"\nkey_env = "HUNTER_KEY"', "'key_env' is unknown"),
        ('[[provider]]\nkind = "json"', "provider 1 (json): description is missing"),
        ('[[provider]]\nkind = "json"\nlimits = {}', "provider 1 (json): 'limits' is unknown"),
        ('[[provider]]\nkind = "json"\ndescription = "nowhere.toml"', "provider 1 (json): description of a JSON API"),
        ('[[provider]]\nkind = "email_pattern"\nleast = "x"', "least is a number"),
        ('[[provider]]\nkind = "email_pattern"\nleast = 7', "provider 1 (email_pattern): least is a share"),
        (f"{KEYED}\n{HUNTER}", "provider 2 (hunter): key_env"),
    ],
)
def test_mistakes_are_named_and_show_no_key(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "bytes").write_bytes(f"{SECRET}\xff".encode("latin-1"))
    with pytest.raises(InvalidInput) as caught:
        load(written(tmp_path, text))
    assert words in str(caught.value)
    assert "providers.toml" in str(caught.value)
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "pasted",
    [
        "sk-LIVE-1234567890",
        "sk_live_abcdefghij",
        "0123456789ABCDEF0123456789ABCDEF",
        "SK_LIVE_4F3A9B27C1D04E55",
        "AKIAABCDEFGHIJKLMNOP",
        "A_" + "B" * 40,
        "KEY_" * 16 + "KEY",
    ],
)
@pytest.mark.parametrize("kind", ["hunter", "json"])
def test_a_key_where_the_name_of_a_variable_belongs_is_not_shown(tmp_path: Path, pasted: str, kind: str) -> None:
    (tmp_path / "acme.json").write_text(json.dumps(DESCRIPTION), encoding="utf-8")
    described = 'description = "acme.json"\n' if kind == "json" else ""
    with pytest.raises(InvalidInput, match="key_env is the name of a variable") as caught:
        load(written(tmp_path, f'[[provider]]\nkind = "{kind}"\n{described}key_env = "{pasted}"'))
    assert pasted not in str(caught.value)
    assert f"export {kind.upper()}_KEY=..." in str(caught.value)


@pytest.mark.parametrize("name", ["HUNTER_API_KEY", "PEOPLE_DATA_LABS_KEY", "S3_KEY", "OAUTH2_SECRET_2", "_NO_KEY"])
def test_names_as_they_usually_are_are_shown(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        InvalidInput, match=rf"the environment has no {name}: set it, such as with export {name}=\.\.\."
    ):
        load(written(tmp_path, f'{HUNTER}key_env = "{name}"'))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f'{HUNTER}\n[[provider]]\nkind = "table"\nname = "crm"', ["hunter", "crm"]),
        ('[[provider]]\nkind = "json"\ndescription = "x"', []),  # its name is in the description
        ('[[provider]]\nkind = "table"\nname = "A B"', []),
        ("provider = [1]", []),
        ("no TOML", []),
    ],
)
def test_names_are_told_without_making_anything(tmp_path: Path, text: str, names: list[str]) -> None:
    assert names_in(written(tmp_path, text)) == names


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[[provider]]\nkind = '\xe9'"])
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.toml").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"p\.toml is no TOML"):
        load(tmp_path / "p.toml")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"nowhere\.toml cannot be read: No such file"):
        load(tmp_path / "nowhere.toml")
