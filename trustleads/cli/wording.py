"""Messages of the library in the words of the command line and its files."""

from __future__ import annotations

import re

_NAMES = (
    "providers want order per_row per_provider calls min_fill_rate min_rows answers org fields prefix columns country"
    " mx workers on_bad_row rejects encoding delimiter formulas"
)
_OPTIONS = {name: f"--{name.replace('_', '-')}" for name in _NAMES.split()} | {"money": "--budget"}
_ENDS = r"[\s:,;.)]|$"  # what follows an argument that is named, and not given
_ARGUMENT = re.compile(rf"(?<![-\w])({'|'.join(_OPTIONS)})(?:=(?={_ENDS})|(=)(?='))")
_SUBJECT = re.compile(r"^(providers|want|order)(?=: )")
_KEY = re.compile(rf"\b([a-z_]+)=(?={_ENDS})")


def in_options(message: str) -> str:
    """Name options where a message names the arguments that they become."""
    message = _SUBJECT.sub(lambda found: _OPTIONS[found[1]], message)
    return _ARGUMENT.sub(lambda found: _OPTIONS[found[1]] + (found[2] or ""), message)


def in_keys(message: str) -> str:
    """Name keys of a file where a message names the arguments that they become."""
    return _KEY.sub(r"\1", message)
