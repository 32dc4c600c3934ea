"""Providers from a TOML file, for those who write no Python (LEAD-4).

.. code-block:: toml

    [[provider]]
    kind = "hunter"
    key_env = "HUNTER_KEY"     # or key_file: keys themselves are neither in this file nor among the arguments
    price = "0.04 USD"         # what the plan says; without it the list price
    limits = { rates = [[300, 60]], in_flight = 10, timeout = 30, longest_pause = 120 }

    [[provider]]
    kind = "table"
    path = "crm-export.csv"    # from the folder of this file

``docs/reference/cli.md`` names all kinds and keys.
"""

from __future__ import annotations

import difflib
import os
import re
import ssl
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from trustleads import providers
from trustleads.cli.wording import in_keys
from trustleads.core.errors import InvalidInput
from trustleads.enrichment.ports import Provider, Rate
from trustleads.enrichment.providers.json_fields import scheme_fault

_REASON = "providers_file"
_KEYS = ("key_env", "key_file")
_HTTP = (*_KEYS, "price", "base_url", "ca_file", "proxy")
_VENDOR = (*_HTTP, "limits")  # those of any other API are in its description
_KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "people_data_labs": ("PeopleDataLabs", _VENDOR),
    "hunter": ("Hunter", _VENDOR),
    "apollo": ("Apollo", _VENDOR),
    "zerobounce": ("ZeroBounce", _VENDOR),
    "json": ("JsonProvider", ("description", *_HTTP)),
    "table": ("TableProvider", ("path", "name", "columns", "confidence", "country", "currency")),
    "email_pattern": ("EmailPattern", ("name", "currency", "least")),
}
_NEEDED = {"json": ("description",), "table": ("path",)}
_LONGEST_KEY_FILE = 10_000  # bytes
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
# What is surely the name of a variable and not a key: several words, and no word that is long or has digits inside.
_VARIABLE = re.compile(r"(?=.{1,64}\Z)_?[A-Z]{1,20}[0-9]{0,2}(?:_[A-Z]{1,20}[0-9]{0,2}|_[0-9]{1,2})+")
Entry = Mapping[str, Any]


def load(path: str | os.PathLike[str]) -> list[Provider]:
    """Make the providers that a file describes, in its order.

    Args:
        path: A TOML file; paths in it start from its folder.

    Raises:
        InvalidInput: It cannot be read, or something in it is wrong; the message says what, and of which provider. It
            never holds a key.
    """
    file = Path(path)
    return [_made(entry, number, file) for number, entry in enumerate(_entries(file), 1)]


def names_in(path: str | os.PathLike[str]) -> list[str]:
    """Give the names of providers that the file itself tells, for examples in messages; nothing is made."""
    try:
        entries = [entry for entry in _entries(Path(path)) if isinstance(entry, Mapping)]
    except InvalidInput:
        return []
    names = [str(entry.get("name", entry.get("kind"))) for entry in entries if entry.get("kind") in _KINDS]
    return [name for name in names if name != "json" and _NAME.fullmatch(name)]


def _entries(file: Path) -> list[Any]:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _wrong(f"{file} cannot be read: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise _wrong(f"{file} is no TOML: {error}") from None
    except (ValueError, RecursionError):  # its bytes are no UTF-8, or it is nested without end
        raise _wrong(f"{file} is no TOML") from None
    _check_names(data, ("provider",), str(file))
    entries = data.get("provider")
    if not isinstance(entries, list) or not entries:
        raise _wrong(f"{file} names no provider: each begins with a line [[provider]]")
    return entries


def _made(entry: Any, number: int, file: Path) -> Provider:
    kind = entry.get("kind") if isinstance(entry, Mapping) else None
    where = f"{file}, provider {number}" + (f" ({kind})" if isinstance(kind, str) else "")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise _wrong(f"{where}: kind is {_known(kind, _KINDS)}")
    name, allowed = _KINDS[kind]
    if "key" in entry:
        raise _wrong(f"{where}: a key is not written here; name the variable that holds it (key_env) or a file")
    _check_names(entry, ("kind", *allowed), where)
    maker = getattr(providers, name)
    try:
        arguments = _arguments(entry, kind, file.parent)
        if "limits" in arguments:
            arguments["limits"] = replace(maker.usual_limits, **arguments["limits"])
        made: Provider = maker(**arguments)
    except InvalidInput as error:
        raise InvalidInput(f"{where}: {in_keys(str(error))}", reason=error.reason) from error.__cause__
    return made


def _arguments(entry: Entry, kind: str, folder: Path) -> dict[str, Any]:
    """Turn what stands in the file into what the provider's class takes."""
    for name in _NEEDED.get(kind, ()):
        if name not in entry:
            raise _wrong(f"{name} is missing")
    key = _key(entry, folder, needed="key_env" in _KINDS[kind][1] and kind != "json")
    taken = dict(_argument(name, value, folder) for name, value in entry.items() if name not in ("kind", *_KEYS))
    return taken if key is None else {"key": key, **taken}


def _argument(name: str, value: Any, folder: Path) -> tuple[str, Any]:
    if name in _TURNED:
        argument, turn = _TURNED[name]
        return argument, turn(value, folder)
    right = {"columns": Mapping, "least": int | float, "confidence": int | float | Mapping}.get(name, str)
    if not isinstance(value, right) or isinstance(value, bool):
        if name == "price":
            raise _wrong(f"price is a text: '{value if type(value) in (int, float) else 0.02} USD'")
        raise _wrong(f"{name} is {'a text' if right is str else 'a table' if right is Mapping else 'a number'}")
    return name, value


def _key(entry: Entry, folder: Path, *, needed: bool) -> str | None:
    given = [name for name in _KEYS if name in entry]
    if len(given) > 1:
        raise _wrong("has key_env or key_file, not both")
    if not given:
        if needed:
            raise _wrong("key_env (the variable that holds the key) or key_file is missing")
        return None
    name, value = given[0], _text(given[0], entry[given[0]])
    key = os.environ.get(value) if name == "key_env" else _content(folder / value)
    if key is None:
        raise _wrong(_no_variable(value, str(entry["kind"])))
    if not key:
        raise _wrong(f"the variable {value} is empty" if name == "key_env" else f"key_file {value} is empty")
    return key


def _no_variable(name: str, kind: str) -> str:
    """Say that a variable does not exist; what may be a key, pasted in the place of its name, is not shown."""
    if _VARIABLE.fullmatch(name):
        return f"the environment has no {name}: set it, such as with export {name}=..."
    usual = f"{kind.upper()}_KEY"
    return (
        "the environment has no variable that is called what key_env says (not shown here, as it may be a key): key_env"
        f" is the name of a variable that holds the key; set one, such as with export {usual}=..., and write key_env ="
        f" '{usual}'"
    )


def _content(path: Path) -> str:
    """Read a file that holds one key, and maybe the end of a line.

    The path is shown only where there is something: else it may be a key that was pasted in its place.
    """
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST_KEY_FILE).decode("ascii").strip()
    except (PermissionError, IsADirectoryError) as error:
        raise _wrong(f"key_file {path} cannot be read: {error.strerror}") from None
    except OSError as error:
        what = "key_file is the path of a file that holds the key, from the folder of this file"
        raise _wrong(f"the file that key_file says cannot be read: {error.strerror}; {what}") from None
    except ValueError:  # bytes that are no ASCII, or no path: neither is shown
        raise _wrong("key_file holds something else than a key, or is no path") from None


def _path(value: Any, folder: Path) -> str:
    return str(folder / _text("a path", value))


def _address(value: Any, _folder: Path) -> str:
    url = _text("base_url", value)
    fault = scheme_fault(url)
    if fault:
        raise _wrong(f"base_url is an https:// address{fault}")
    return url


def _trust(value: Any, folder: Path) -> ssl.SSLContext:
    path = folder / _text("ca_file", value)
    try:
        trusted = ssl.create_default_context(cafile=path)
    except OSError as error:  # ssl.SSLError is one: it is no certificate
        raise _wrong(f"ca_file {path} cannot be used: {error.strerror or 'no certificate'}") from None
    trusted.minimum_version = ssl.TLSVersion.TLSv1_2
    trusted.keylog_filename = None  # type: ignore[assignment]  # no setting of the environment is looked at
    return trusted


def _limits(value: Any, _folder: Path) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong("limits is a table, such as { rates = [[300, 60]], in_flight = 10, timeout = 30 }")
    checks: Mapping[str, Callable[[str, Any], Any]] = {
        "rates": _rates,
        "in_flight": _count,
        "timeout": _number,
        "longest_pause": _number,
    }
    _check_names(value, checks, "limits")
    return {name: checks[name](name, part) for name, part in value.items()}


def _rates(name: str, value: Any) -> tuple[Rate, ...]:
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):  # noqa: PLR2004 - calls and seconds
        raise _wrong(f"limits: {name} is a list of [calls, seconds]")
    return tuple(Rate(_count(name, calls), _number(name, seconds)) for calls, seconds in value)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise _wrong(f"limits: {name} takes numbers above 0")
    return value


def _count(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _wrong(f"limits: {name} takes whole numbers from 1 on")
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(f"{name} is a text")
    return value


_TURNED: Mapping[str, tuple[str, Callable[[Any, Path], Any]]] = {
    "path": ("data", _path),
    "description": ("description", _path),
    "base_url": ("base_url", _address),
    "ca_file": ("tls", _trust),
    "limits": ("limits", _limits),
}


def _check_names(table: Entry, allowed: Collection[str], where: str) -> None:
    for name in table:
        if name not in allowed:
            raise _wrong(f"{where}: {name!r} is unknown; it is {_known(name, allowed)}")


def _known(given: object, known: Collection[str]) -> str:
    near = difflib.get_close_matches(str(given), known, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    return f"one of {', '.join(known)}{hint}"


def _wrong(message: str) -> InvalidInput:
    return InvalidInput(message, reason=_REASON)
