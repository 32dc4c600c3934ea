"""Messages name what was typed."""

from __future__ import annotations

import pytest

from trustleads.cli.wording import in_keys, in_options

pytestmark = pytest.mark.clause("LEAD-4")


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("money= 1 USD does not pay", "--budget 1 USD does not pay"),
        ("per_row= is 0 USD; give per_row=", "--per-row is 0 USD; give --per-row"),
        ("per_provider= 'x' is no provider", "--per-provider 'x' is no provider"),
        ("want: email is not among fields=, so", "--want: email is not among --fields, so"),
        ("order: 'x' is no provider", "--order: 'x' is no provider"),
        ("we want: this", "we want: this"),
        ("pass another prefix= (now 'tl_')", "pass another --prefix (now 'tl_')"),
        ("rejects= goes with on_bad_row='report'", "--rejects goes with --on-bad-row='report'"),
        ("--want takes FIELD=CONFIDENCE, such as email=0.9", "--want takes FIELD=CONFIDENCE, such as email=0.9"),
        ("--order takes order=one,two", "--order takes order=one,two"),
        ("per_row and money", "per_row and money"),
    ],
)
def test_arguments_become_options(message: str, said: str) -> None:
    assert in_options(message) == said
    assert in_options(said) == said


def test_arguments_become_keys_of_a_file() -> None:
    said = in_keys("price= is an amount, and base_url=: https://api.example/v1?limit=5 is one")
    assert said == "price is an amount, and base_url: https://api.example/v1?limit=5 is one"
