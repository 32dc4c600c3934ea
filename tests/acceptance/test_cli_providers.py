"""Providers on the command line: real processes, real TLS, keys by the environment alone."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trustleads.cli.commands import app
from trustleads.testing.providers import HunterServer, PeopleDataLabsServer, ProviderServer, ZeroBounceServer, invent

pytestmark = pytest.mark.clause("LEAD-4")

KEY = "test-key"
PEOPLE = [invent(number) for number in range(12)]
EMAIL = ("--providers", "providers.toml", "--want", "email=0.9")
WANT = ("--want", "job_title=0.8", "--want", "email=0.9")


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[PeopleDataLabsServer, ZeroBounceServer]]:
    with PeopleDataLabsServer(PEOPLE[:8], key=KEY) as people, ZeroBounceServer(PEOPLE, key=KEY) as mailboxes:
        yield people, mailboxes


@pytest.fixture
def folder(tmp_path: Path, servers: tuple[ProviderServer, ...]) -> Path:
    leads = "".join(f"{p.email},{p.first_name},{p.last_name},{p.company}\n" for p in PEOPLE)
    (tmp_path / "leads.csv").write_text("Email,First Name,Last Name,Company\n" + leads, encoding="utf-8")
    for kind, server in zip(("people_data_labs", "zerobounce"), servers, strict=True):
        (tmp_path / f"{kind}.pem").write_bytes(server.ca_pem)
        with (tmp_path / "providers.toml").open("a", encoding="utf-8") as file:
            file.write(f'[[provider]]\nkind = "{kind}"\nkey_env = "{kind.upper()}_KEY"\nprice = "0.10 USD"\n')
            file.write(f'base_url = "{server.url}"\nca_file = "{kind}.pem"\n\n')
    return tmp_path


def run(
    folder: Path, *arguments: str, stdin: str | None = None, key: str | None = KEY
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_KEY")}
    if key is not None:
        environment |= {"PEOPLE_DATA_LABS_KEY": key, "ZEROBOUNCE_KEY": KEY}
    return subprocess.run(
        [sys.executable, "-m", "trustleads", *arguments],
        cwd=folder,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def calls(servers: tuple[ProviderServer, ...]) -> list[int]:
    return [len(server.ledger.calls) for server in servers]


def test_a_file_is_filled_and_a_second_run_pays_nothing(folder: Path, servers: tuple[ProviderServer, ...]) -> None:
    command = (
        "enrich",
        "leads.csv",
        "-o",
        "out.csv",
        "--providers",
        "providers.toml",
        *WANT,
        "--budget",
        "25 USD",
        "--per-row",
        "0.50 USD",
        "--answers",
        "answers.db",
        "--org",
        "acme",
    )
    before = calls(servers)
    done = run(folder, *command)
    assert done.returncode == 0, done.stderr
    out = rows((folder / "out.csv").read_text(encoding="utf-8"))
    assert [row["tl_job_title"] != "" for row in out] == [True] * 8 + [False] * 4
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["people_data_labs", "12", "8", "4", "0.80", "USD"] in lines
    assert calls(servers) != before
    assert KEY not in done.stdout + done.stderr + (folder / "out.csv").read_text(encoding="utf-8")

    before = calls(servers)
    again = run(folder, *command, "--json")
    assert again.returncode == 0, again.stderr
    assert calls(servers) == before
    told = json.loads(again.stdout)["providers"]["people_data_labs"]
    assert (told["asked"], told["kept"], told["found"], told["cost"]) == (0, 12, 8, {})

    said = run(folder, "summary", "out.csv", "--json")
    assert json.loads(said.stdout)["providers"] == json.loads(again.stdout)["providers"]

    other = run(folder, *command, "--json", "--org", "other")
    assert json.loads(other.stdout)["providers"]["people_data_labs"]["asked"] == 12


def test_a_preview_sends_nothing_and_leaves_nothing(folder: Path, servers: tuple[ProviderServer, ...]) -> None:
    before, files = calls(servers), sorted(folder.iterdir())
    command = ("preview", "leads.csv", "--providers", "providers.toml", *WANT, "--answers", "answers.db")
    done = run(folder, *command)
    assert done.returncode == 0, done.stderr
    assert "12 of 12 rows" in done.stdout
    assert "nothing was sent" in done.stdout
    told = json.loads(run(folder, *command, "--budget", "1 USD", "--json").stdout)
    assert (told["leads"], told["cost"]) == (12, "1 USD")
    assert calls(servers) == before
    assert sorted(folder.iterdir()) == files


def test_a_pipe_keeps_data_and_report_apart(folder: Path) -> None:
    text = (folder / "leads.csv").read_text(encoding="utf-8")
    done = run(
        folder, "enrich", "-", "--providers", "providers.toml", "-w", "job_title=0.8", "--order", "cheapest", stdin=text
    )
    assert done.returncode == 0, done.stderr
    assert sum(row["tl_job_title"] != "" for row in rows(done.stdout)) == 8
    assert "people_data_labs" in done.stderr


def test_a_refused_key_is_said_once_and_rows_go_on(folder: Path) -> None:
    done = run(
        folder, "enrich", "leads.csv", "-o", "out.csv", "--providers", "providers.toml", *WANT, key="some-other-key"
    )
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert said.count("key_refused") == 1
    assert "Stopped people_data_labs: it does not accept the key (key_refused), 12 questions" in said
    out = rows((folder / "out.csv").read_text(encoding="utf-8"))
    assert len(out) == 12
    assert all('"zerobounce","outcome":"found"' in row["tl_answers"] for row in out)
    assert "some-other-key" not in done.stdout + done.stderr + str(out)


def test_interrupted_it_writes_nothing_and_keeps_what_is_answered(tmp_path: Path) -> None:
    people = [invent(number) for number in range(300)]
    leads = "".join(f"{p.email},{p.first_name},{p.last_name}\n" for p in people)
    (tmp_path / "leads.csv").write_text("Email,First Name,Last Name\n" + leads, encoding="utf-8")
    (tmp_path / "hunter.key").write_text(f"{KEY}\n", encoding="ascii")
    asked = ("leads.csv", "--providers", "providers.toml", "--want", "job_title=0.8", "--answers", "answers.db")
    with HunterServer(people, key=KEY, latency=0.2) as server:
        (tmp_path / "hunter.pem").write_bytes(server.ca_pem)
        (tmp_path / "providers.toml").write_text(
            '[[provider]]\nkind = "hunter"\nkey_file = "hunter.key"\nlimits = { in_flight = 5 }\n'
            f'base_url = "{server.url}"\nca_file = "hunter.pem"\n',
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "trustleads", "enrich", *asked, "-o", "out.csv"]
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            while child.poll() is None and len(server.ledger.calls) < 12:
                time.sleep(0.02)
            child.send_signal(signal.SIGINT)
            said = child.communicate(timeout=10)
    assert child.returncode == 130
    assert said == (
        b"",
        b"trustleads: interrupted: nothing was written; the answers that came are kept in answers.db\n",
    )
    assert not (tmp_path / "out.csv").exists()
    (told,) = json.loads(run(tmp_path, "preview", *asked, "--json").stdout)["providers"]
    assert 5 <= told["kept"] < told["most"] == 300


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--providers", "nowhere.toml", "--want", "email=0.9"], ["nowhere.toml"]),
        (["--providers", "providers.toml"], ["--providers goes with --want", "such as --want email=0.9"]),
        (["--providers", "providers.toml", "--want", "email"], ["--want takes FIELD=CONFIDENCE", "'email'"]),
        (["--providers", "providers.toml", "--want", "emial=0.9"], ["emial", "did you mean 'email'"]),
        (["--providers", "providers.toml", "--want", "title=0.8"], ["'title'", "did you mean 'job_title'"]),
        (["--providers", "providers.toml", "--want", "email=90"], ["above 0, at most 1", "email=0.9"]),
        (["--providers", "providers.toml", "--want", "email=90%"], ["not 'email=90%'; did you mean email=0.9?"]),
        (["--providers", "providers.toml", "--want", "email=0,9"], ["not 'email=0,9'; did you mean email=0.9?"]),
        (["--providers", "providers.toml", "--want", "=90"], ["did you mean email=0.9?"]),
        (["--providers", "providers.toml", "--want", "email=1.5"], ["--want: ", "above 0, at most 1\n"]),
        (["--providers", "providers.toml", "--want", "email=nan"], ["--want: ", "above 0, at most 1"]),
        (["--providers", "providers.toml", "-w", "email=0.9", "-w", "email = 0.5"], ["--want names email twice"]),
        (["--providers", "providers.toml", "--want", "job_title=0.8", "--fields", "email"], ["not among --fields,"]),
        (
            ["--providers", "providers.toml", "--want", "email=0.9", "--budget", "25"],
            ["--budget takes", "'25.00 USD', not '25'; the currency is missing: '25 USD'?"],
        ),
        ([*EMAIL, "--budget", "25 usd"], ["not '25 usd'; did you mean '25 USD'?"]),
        ([*EMAIL, "--per-provider", "zerobounce=$25"], ["not '$25'; did you mean '25 USD'?"]),
        ([*EMAIL, "--budget", "25", "USD"], ["an amount goes in quotation marks: --budget '25 USD'\n"]),
        (["--per-row", "0.20", "usd", *EMAIL], ["an amount goes in quotation marks: --per-row '0.20 USD'\n"]),
        ([*EMAIL, "--budget=25", "USD"], ["an amount goes in quotation marks: --budget '25 USD'\n"]),
        (
            [*EMAIL, "--per-provider", "zerobounce=5", "USD"],
            ["an amount goes in quotation marks: --per-provider zerobounce='5 USD'\n"],
        ),
        (["--providers", "providers.toml", "--want", "email=0.9", "--per-row", "x"], ["--per-row takes", "not 'x'"]),
        (["--providers", "providers.toml", "--want", "email=0.9", "--budget", "0 USD"], ["--budget is 0 USD"]),
        (
            ["--providers", "providers.toml", "--want", "email=0.9", "--per-row", "0.01 USD"],
            ["--per-row 0.01 USD does"],
        ),
        (["--providers", "providers.toml", "--want", "email=0.9", "--budget", "25 EUR"], ["--budget 25 EUR", "USD"]),
        (["--providers", "providers.toml", "--want", "email=0.9", "--answers", "leads.csv"], ["leads.csv"]),
        (["--providers", "providers.toml", "--want", "email=0.9", "--answers", "no/a.db"], ["no folder no\n"]),
        (["--want", "email=0.9"], ["--want goes with --providers"]),
        (["--budget", "25 USD"], ["--budget goes with --providers"]),
        (["--answers", "answers.db"], ["--answers goes with --providers"]),
        (["--order", "cheapest"], ["--order goes with --providers"]),
        (["--org", "acme"], ["--org goes with --providers"]),
        (["--calls", "7"], ["--calls goes with --providers"]),
        (["--min-fill-rate", "0.1"], ["--min-fill-rate goes with --providers"]),
        (["--per-provider", "zerobounce=1 USD"], ["--per-provider goes with --providers"]),
        (
            [*EMAIL, "--per-provider", "zerobounce"],
            ["--per-provider takes NAME=MONEY, such as zerobounce='5 USD', not 'zerobounce'"],
        ),
        ([*EMAIL, "--per-provider", "zerobounce=5"], ["--per-provider NAME=MONEY takes an amount", "not '5'"]),
        ([*EMAIL, "--per-provider", "=5 USD"], ["--per-provider takes NAME=MONEY, such as people_data_labs='5 USD'"]),
        (
            [*EMAIL, "--per-provider", "1 USD"],
            ["--per-provider takes NAME=MONEY, such as people_data_labs='5 USD', not '1 USD'"],
        ),
        ([*EMAIL, "--per-provider", "zerobounce: 1 USD"], ["such as zerobounce='5 USD', not"]),
        (
            ["--providers", "nowhere.toml", "--want", "email=0.9", "--per-provider", "1 USD"],
            ["--per-provider takes NAME=MONEY, such as hunter='5 USD', not '1 USD'"],
        ),
        ([*EMAIL, "--min-rows", "5"], ["--min-rows goes with --min-fill-rate"]),
        ([*EMAIL, "--org", "acme"], ["--org goes with --answers"]),
        ([*EMAIL, *(("--per-provider", "zerobounce=5 USD") * 2)], ["--per-provider names zerobounce twice"]),
        (
            [*EMAIL, "--per-provider", "zerobonce=5 USD"],
            ["--per-provider 'zerobonce' is no", "did you mean 'zerobounce'"],
        ),
        ([*EMAIL, "--per-provider", "zerobounce=0.01 USD"], ["--per-provider zerobounce: 0.01 USD does not pay"]),
        ([*EMAIL, "--order", "email"], ["--order takes 'fixed' or 'cheapest', alone, or FIELD=NAME,NAME", "'email'"]),
        ([*EMAIL, "--order", "email=zerobounce,"], ["--order takes", "'email=zerobounce,'"]),
        ([*EMAIL, "--order", "cheapest", "--order", "email=zerobounce"], ["--order cheapest goes alone"]),
        ([*EMAIL, *(("--order", "email=zerobounce") * 2)], ["--order names email twice"]),
        ([*EMAIL, "--order", "email=hunter"], ["--order: 'hunter' is no provider of this run"]),
        ([*EMAIL, "--order", "emial=zerobounce"], ["--order: 'emial' is nothing", "did you mean 'email'"]),
        ([*EMAIL, "--order", "phone=people_data_labs"], ["--order: phone is not in --want"]),
        ([*EMAIL, "--answers", "leads.csv"], ["--answers: cannot use", "leads.csv"]),
    ],
)
def test_mistakes_are_one_line_and_write_nothing(
    folder: Path, arguments: list[str], words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = sorted(folder.iterdir())
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PEOPLE_DATA_LABS_KEY", KEY)
    monkeypatch.setenv("ZEROBOUNCE_KEY", KEY)
    done = CliRunner().invoke(app, ["enrich", "leads.csv", "-o", "out.csv", *arguments])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    for word in words:
        assert word in done.stderr
    assert sorted(folder.iterdir()) == files


def test_calls_are_counted_and_an_order_leaves_out_who_is_not_named(
    folder: Path, servers: tuple[ProviderServer, ...]
) -> None:
    command = ("enrich", "leads.csv", "-o", "out.csv", "--providers", "providers.toml", *WANT, "--json")
    before = calls(servers)
    order = ("--order", "job_title=people_data_labs", "--order", "email=zerobounce")
    done = run(folder, *command, *order, "--calls", "1", "--min-fill-rate", "0.1", "--min-rows", "5")
    assert done.returncode == 0, done.stderr
    assert sum(calls(servers)) - sum(before) == 1
    told = json.loads(done.stdout)["providers"]
    assert (told["people_data_labs"]["found"], told["zerobounce"]["stopped"]) == (8, "budget_calls")
    swapped = run(folder, "enrich", "leads.csv", "-o", "out.csv", *EMAIL, "--json", "--order", "email=people_data_labs")
    assert json.loads(swapped.stdout)["providers"]["zerobounce"]["asked"] == 0


def test_a_provider_that_fills_too_few_is_left_out(folder: Path) -> None:
    text = (folder / "providers.toml").read_text(encoding="utf-8")
    people = "".join(f"{invent(number).email}\n" for number in range(100, 1400))
    (folder / "strangers.csv").write_text(f"Email\n{people}", encoding="utf-8")
    (folder / "one.toml").write_text(text.split("\n\n")[0] + "\nlimits = { in_flight = 1 }\n", encoding="utf-8")
    command = ("enrich", "strangers.csv", "-o", "out.csv", "--providers", "one.toml", "-w", "job_title=0.8", "--json")
    done = run(folder, *command, "--min-fill-rate", "0.5", "--min-rows", "100")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["providers"]["people_data_labs"]
    assert (told["found"], told["stopped"]) == (0, "low_fill_rate")
    assert 100 <= told["asked"] < 1300


def test_a_limit_for_one_provider_leaves_the_other_alone(folder: Path) -> None:
    command = ("preview", "leads.csv", "--providers", "providers.toml", *WANT, "--json")
    done = run(folder, *command, "--per-provider", "people_data_labs=0.35 USD")
    assert done.returncode == 0, done.stderr
    people, mailboxes = json.loads(done.stdout)["providers"]
    assert (people["cost"], mailboxes["cost"]) == ("0.35 USD", "1.2 USD")


def test_messages_name_options_and_not_arguments(folder: Path) -> None:
    (folder / "leads.csv").write_text("Email,tl_email\nann@firm.example,x\n", encoding="utf-8")
    done = run(folder, "enrich", "leads.csv", "-o", "out.csv")
    assert "pass another --prefix (now 'tl_')" in done.stderr
    done = run(folder, "summary", "providers.toml")
    assert (done.returncode, "prefix=" in done.stderr) == (2, False)


def test_an_order_that_is_none_is_told_which_there_are() -> None:
    done = CliRunner().invoke(app, ["enrich", "leads.csv", "--order", "cheap"])
    assert done.exit_code == 2
    for word in ("--order", "'cheap'", "'fixed'", "'cheapest'"):
        assert word in done.stderr


@pytest.mark.parametrize(("option", "value"), [("--calls", "0"), ("--min-fill-rate", "2"), ("--min-rows", "many")])
def test_numbers_out_of_range_are_told_with_their_option(option: str, value: str) -> None:
    done = CliRunner().invoke(app, ["enrich", "leads.csv", option, value])
    assert done.exit_code == 2
    assert option in done.stderr


def test_the_report_tells_of_providers_whatever_columns_are_kept(folder: Path) -> None:
    command = ("enrich", "leads.csv", "-o", "out.csv", "--providers", "providers.toml", "--want", "job_title=0.8")
    done = run(folder, *command, "--fields", "job_title", "--json")
    assert done.returncode == 0, done.stderr
    assert "tl_answers" not in (folder / "out.csv").read_text(encoding="utf-8")
    told = json.loads(done.stdout)["providers"]["people_data_labs"]
    assert (told["found"], told["missed"], told["cost"]) == (8, 4, {"USD": "0.8"})


def test_a_key_that_is_not_there_is_named(folder: Path) -> None:
    done = run(folder, "enrich", "leads.csv", "-o", "o.csv", "--providers", "providers.toml", *WANT, key=None)
    assert done.returncode == 2
    assert "provider 1 (people_data_labs): the environment has no PEOPLE_DATA_LABS_KEY: set it" in done.stderr


def test_a_preview_without_providers_says_what_it_needs(folder: Path) -> None:
    done = run(folder, "preview", "leads.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--providers" in done.stderr
