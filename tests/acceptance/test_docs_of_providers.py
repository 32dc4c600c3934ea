"""What the pages about providers show is run, against the vendors' doubles over TLS."""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from trustleads import providers
from trustleads.cli.commands import app
from trustleads.providers import HttpProvider
from trustleads.testing.providers import (
    HunterServer,
    PeopleDataLabsServer,
    Person,
    ProviderServer,
    Reply,
    Request,
    ZeroBounceServer,
)

pytestmark = pytest.mark.clause("LEAD-4", "LEAD-5")

ROOT = Path(__file__).parents[2]
PEOPLE = [
    Person("Ada", "Modello", "ada.modello@acme.example", "+442079460001", "CEO", "Acme", "acme.example"),
    Person("Bob", "Muster", "bob.muster@acme.example", "+442079460002", "Buyer", "Acme", "acme.example"),
    Person("Cem", "Beispiel", "cem.beispiel@nowhere.example", "+442079460003", "Pilot", "Nowhere", "nowhere.example"),
    Person("Dua", "Ejemplo", "dua.ejemplo@nowhere.example", "+442079460004", "Cook", "Nowhere", "nowhere.example"),
]
VENDORS: dict[str, type[ProviderServer]] = {
    "PeopleDataLabs": PeopleDataLabsServer,
    "ZeroBounce": ZeroBounceServer,
    "Hunter": HunterServer,
}
USE = "docs/how-to/providers.md"
OWN = "docs/how-to/custom-provider.md"
KEYS = ("PDL_KEY", "ZEROBOUNCE_KEY", "HUNTER_KEY")


def local(kind: type[HttpProvider], server: ProviderServer, base_url: str | None = None) -> type[HttpProvider]:
    """The same provider, but for where its API is."""
    here: dict[str, Any] = {"base_url": base_url or server.url, "tls": server.tls}

    def open_here(self: HttpProvider, *arguments: Any, **options: Any) -> None:
        kind.__init__(self, *arguments, **{**here, **options})

    return type(kind.__name__, (kind,), {"__init__": open_here})


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, ProviderServer]]:
    """A folder with leads in it, keys in the environment, and every vendor on this machine."""
    monkeypatch.chdir(tmp_path)
    lines = ["Name,E-Mail,Company,Website", *(f"{p.full_name},{p.email},{p.company},{p.domain}" for p in PEOPLE)]
    Path("leads.csv").write_text("\n".join(lines), encoding="utf-8")
    for key in KEYS:
        monkeypatch.setenv(key, "test-key")
    running = {name: server(PEOPLE).start() for name, server in VENDORS.items()}
    for name, server in running.items():
        monkeypatch.setattr(providers, name, local(getattr(providers, name), server))
    yield running
    for server in running.values():
        server.close()


class TitlesServer(ProviderServer):
    """The invented API of the page about providers of one's own: as described, and as programmed."""

    root = "/v1"

    def answer(self, request: Request) -> Reply:
        email = request.json()["email"]
        if request.path == "/people":
            return Reply(json={"email": email, "title": "CEO"})
        if request.headers["authorization"] != "Bearer my-key":
            return Reply(401)
        position, phone = {"title": "CEO"}, {"number": "+44 20 7946 0001", "score": 75}
        return Reply(json={"person": {"email": email, "position": position, "phone": phone}})


@pytest.fixture
def titles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TitlesServer]:
    """A folder with the example and the description in it, and their API on this machine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    shutil.copy(ROOT / "examples/custom_provider.py", tmp_path)
    (tmp_path / "titles.toml").write_text(shown(OWN, "toml")[0], encoding="utf-8")
    custom = importlib.import_module("custom_provider")
    with TitlesServer(key="my-key") as server:
        host = server.url.removesuffix(server.root)
        monkeypatch.setattr(providers, "JsonProvider", local(providers.JsonProvider, server, host))
        monkeypatch.setattr(custom, "Titles", local(custom.Titles, server))
        yield server
    del sys.modules["custom_provider"]


def shown(page: str, language: str = "python") -> list[str]:
    """What a page shows in one language."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [text for named, text in blocks if named == language]


def run(blocks: list[str]) -> dict[str, Any]:
    """Run what a page shows, from top to bottom, in one place; a comment after a value says what it is."""
    names: dict[str, Any] = {}
    for block in blocks:
        code = compile(block, "page", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        waiting = eval(code, names)  # noqa: S307 - our own page
        if inspect.iscoroutine(waiting):
            asyncio.run(waiting)
    return names


def said(block: str) -> list[tuple[str, str]]:
    return re.findall(r"^(\S.*?) {2,}# ([\[({'].*[\])}'])$", block, re.MULTILINE)


@pytest.mark.clause("GDPR-1", "GDPR-4", "GDPR-5", "LEAD-7")
def test_the_page_about_using_providers(servers: dict[str, ProviderServer]) -> None:
    blocks = shown(USE)
    names = run(blocks)
    promises = [pair for block in blocks for pair in said(block)]
    assert [str(eval(value, names)) for value, _ in promises] == [text for _, text in promises]  # noqa: S307 - as above
    assert len(promises) == 2
    assert (
        names["out"]["tl_job_title"].tolist()
        == [person.job_title for person in PEOPLE]
        == ["CEO", "Buyer", "Pilot", "Cook"]
    )
    assert names["out"]["tl_email_confidence"].tolist() == [0.97] * 4
    assert names["first"]["tl_cost"].sum() == Decimal("1.20")
    assert names["again"]["tl_cost"].sum() == 0
    assert names["forgotten"] == 2
    assert names["gated"]["tl_job_title"].notna().tolist() == [True, False, True, True]
    assert '"reason":"objected"' in names["gated"]["tl_answers"][1]
    assert names["free_first"]["tl_phone"][2] == "+442079460123"
    assert '"provider":"crm"' in names["free_first"]["tl_sources"][2]
    assert names["rows"][0]["tl_job_title"] == "CEO"
    assert all(server.ledger.calls for name, server in servers.items() if name != "Hunter")
    names["with_answers"].close()


def test_the_command_line_on_the_page(servers: dict[str, ProviderServer]) -> None:
    lines = [line for line in "".join(shown(USE, "")).splitlines() if line.startswith("trustleads ")]
    Path("providers.toml").write_text(shown(USE, "toml")[0], encoding="utf-8")
    Path("crm.csv").write_text("Email,Phone\nada.modello@acme.example,+44 20 7946 0123\n", encoding="utf-8")
    before = [len(server.ledger.calls) for server in servers.values()]
    preview, enrich, summary = (CliRunner().invoke(app, shlex.split(line)[1:]) for line in lines)
    assert [done.exit_code for done in (preview, enrich, summary)] == [0, 0, 0]
    assert "4 of 4 rows are to be asked about" in preview.stdout
    assert [len(server.ledger.calls) for server in servers.values()] != before
    assert re.search(r"people_data_labs +4 +(?:0 +)?4 .* 1\.00 USD", summary.stdout)
    assert summary.stdout in enrich.stdout


def test_the_command_line_without_a_key_on_the_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    page = (ROOT / USE).read_text(encoding="utf-8").split("\n### Without a key\n", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    (_, double), (_, printed), (_, listed), (_, leads), (_, command) = blocks
    _, *module = shlex.split(double)
    with subprocess.Popen(
        [sys.executable, *module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        start, example = json.loads(process.stdout.readline()), json.loads(printed)
        assert start.keys() == example.keys()
        for name, text in start.items():
            assert example[name] in listed
            listed = listed.replace(example[name], text)
        Path("local.toml").write_text(listed, encoding="utf-8")
        Path("few.csv").write_text(leads, encoding="utf-8")
        export, enrich = command.splitlines()
        name, value = export.removeprefix("export ").split("=")
        monkeypatch.setenv(name, value)
        done = CliRunner().invoke(app, shlex.split(enrich)[1:])
        process.stdin.write("\n")
        process.stdin.flush()
        books = json.loads(process.stdout.readline())
    assert done.exit_code == 0, done.output
    assert books["units"] == 1
    out = Path("out.csv").read_text(encoding="utf-8").splitlines()
    assert len(out) == 2
    assert "0.97" in out[1]


@pytest.mark.usefixtures("servers")
def test_what_a_preview_looks_like() -> None:
    first, *blocks = shown(USE)
    looked = next(block for block in blocks if "tl.preview(" in block)
    printed = io.StringIO()
    with redirect_stdout(printed):
        run([first, looked])
    assert printed.getvalue() == shown(USE, "text")[0]


@pytest.mark.usefixtures("servers")
def test_the_minute_of_the_readme() -> None:
    (block,) = [block for block in shown("README.md") if "providers=" in block]
    leads = "import trustleads as tl, pyarrow.csv as csv\nleads = csv.read_csv('leads.csv').to_pandas()"
    ports = "rows, gate, meter = leads.to_dict('records'), None, None"
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## What is missing", 1)[1].split("\n## ", 1)[0]
    others = re.findall(r"`((?:await tl|tl|answers = tl)\.[^`]+)`", section)
    names = run([leads, block, ports, *others])
    assert names["out"]["tl_job_title"].tolist() == [person.job_title for person in PEOPLE]
    assert names["out"]["tl_cost"].sum() == Decimal("1.20")
    assert len(others) == 4
    assert Path("enriched.parquet").is_file()
    names["answers"].close()


def test_the_table_of_providers_says_what_the_classes_say() -> None:
    page = (ROOT / USE).read_text(encoding="utf-8").split("\n## The providers\n", 1)[1].split("\n## ", 1)[0]
    rows = [
        [cell.strip(" `") for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| `")
    ]
    classes = [getattr(providers, name) for name, *_ in rows]
    assert len(rows) == 4
    assert rows == [
        [
            one.__name__,
            one.name,
            ", ".join(sorted(one.fills)) or "nothing",
            "yes" if one.verifies else "no",
            str(one.batch_size),
            one.list_price,
        ]
        for one in classes
    ]


def test_the_page_about_providers_of_ones_own(titles: TitlesServer) -> None:
    described, _, _, _, programmed = shown(OWN)
    (row,) = run([described])["out"]
    assert (row["tl_job_title"], row["tl_job_title_confidence"]) == ("CEO", 0.8)
    assert (row["tl_phone"], row["tl_phone_confidence"]) == ("+442079460001", 0.75)
    (row,) = run(["import trustleads as tl", programmed])["out"]
    assert (row["tl_job_title"], row["tl_cost"]) == ("CEO", Decimal("0.015"))
    assert [call.path for call in titles.ledger.calls] == ["/search", "/people"]


def test_the_description_with_oauth_on_the_page_is_one() -> None:
    titles, oauth = map(tomllib.loads, shown(OWN, "toml"))
    described = providers.JsonProvider({**titles, **oauth, "answer": titles["answer"] | oauth["answer"]}, "a-secret")
    assert described.name == "acme_titles"


def test_the_class_on_the_page_is_that_of_the_example() -> None:
    assert shown(OWN)[1] in (ROOT / "examples/custom_provider.py").read_text(encoding="utf-8")


@pytest.mark.usefixtures("titles")
def test_the_contract_on_the_page_is_kept_by_the_example() -> None:
    Path("test_titles.py").write_text(shown(OWN)[3], encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "test_titles.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    passed = re.search(r"(\d+) passed", done.stdout)
    assert done.returncode == 0, done.stdout
    assert passed
    assert int(passed[1]) >= 25
