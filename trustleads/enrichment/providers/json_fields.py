"""Tables and values of a description, each checked when it is taken: every mistake names its key (LEAD-4)."""

from __future__ import annotations

import difflib
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from trustleads.core.errors import InvalidInput

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HEADER = re.compile(r"[A-Za-z0-9_-]{1,100}")
_NEAR = 0.7  # how alike a key that is missing and one that is unknown are, 0 to 1, to be the same one misspelt
_T = TypeVar("_T")
_K = TypeVar("_K", bound=str)
Steps = tuple[str, ...]


class Table:
    """A table of a description: what is taken out of it is checked, and what nobody took is a mistake."""

    def __init__(self, data: Any, where: str) -> None:
        if not isinstance(data, Mapping):
            raise wrong(where or "description", "is a table")
        self._data, self.where = data, where
        self._known: set[str] = set()

    def take(self, key: str, check: Callable[[Any, str], _T], default: Any = ...) -> _T:
        """Give a part of the table, checked; ``...`` for default means that it has to be there."""
        self._known.add(key)
        where = f"{self.where}.{key}".lstrip(".")
        if key in self._data:
            return check(self._data[key], where)
        if default is ...:
            self._check_misspelt(key)
            raise wrong(where, "is missing")
        return default  # type: ignore[no-any-return]  # the caller's own

    def table(self, key: str, default: Any = ...) -> Table:
        """Give a table in the table."""
        default = default if default is ... else Table(default, key)
        return self.take(key, Table, default)

    def some(self, keys: Iterable[_K], check: Callable[[Any, str], _T]) -> dict[_K, _T]:
        """Give those of some parts that are there, checked."""
        known = list(keys)
        self._known.update(known)
        return {key: self.take(key, check) for key in known if key in self._data}

    def close(self) -> None:
        """Refuse what nobody took."""
        unknown = sorted(map(str, self._data.keys() - self._known))
        if unknown:
            known = sorted(self._known)
            near = difflib.get_close_matches(unknown[0], known, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            what = f"is unknown here{hint}; known are {', '.join(known)}"
            raise wrong(f"{self.where}.{unknown[0]}".lstrip("."), what)

    def _check_misspelt(self, key: str) -> None:
        """Name the unknown key that seems to be the missing one: who wrote it does not look for a missing one."""
        near = difflib.get_close_matches(key, map(str, self._data.keys() - self._known), n=1, cutoff=_NEAR)
        if near:
            raise wrong(f"{self.where}.{near[0]}".lstrip("."), f"is unknown here (did you mean {key}?)")


def wrong(where: str, what: str) -> InvalidInput:
    """An error that names the key."""
    return InvalidInput(f"description of a JSON API: {where} {what}", reason="description")


def load(path: Path) -> Any:
    """Read a file, as its ending says."""
    where, kind = f"file {path}", path.suffix[1:]
    if kind not in ("toml", "json"):
        raise wrong(where, "is not one that ends in .toml or .json")
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text) if kind == "toml" else json.loads(text)
    except OSError as error:
        raise wrong(where, f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise wrong(where, f"is not {kind.upper()}: {error}") from None


def a_text(value: Any, where: str) -> str:
    """A text, not empty."""
    if not isinstance(value, str) or not value:
        raise wrong(where, "is a text")
    return value


def a_code(value: Any, where: str) -> str:
    """A name of ours."""
    if not _CODE.fullmatch(a_text(value, where)):
        raise wrong(where, "begins with a lower-case letter; letters, digits and underscores follow, up to 40 in all")
    return str(value)


def a_header(value: Any, where: str) -> str:
    """A name of a header or parameter (RFC 9110 section 5.6.2, less the odd signs)."""
    if not _HEADER.fullmatch(a_text(value, where)):
        raise wrong(where, "is the name of a header or parameter")
    return str(value)


def one_of(known: tuple[str, ...]) -> Callable[[Any, str], str]:
    """One of a few words."""

    def check(value: Any, where: str) -> str:
        if value not in known:
            near = difflib.get_close_matches(str(value), known, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            raise wrong(where, f"is one of {', '.join(known)}{hint}")
        return str(value)

    return check


def scheme_fault(url: str) -> str:
    """Say what is wrong with how a URL begins, to be put behind a message; nothing where that is not its fault.

    The URL itself is not shown: some hold a key.
    """
    if url.lower().startswith("http://"):
        return ", and not http://: keys and leads are sent encrypted, or not at all"
    return "" if "//" in url else ": https:// is missing"


def a_number(value: Any, where: str) -> float:
    """A number above nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= sys.float_info.max:
        raise wrong(where, "is a number above 0")
    return float(value)


def a_share(value: Any, where: str) -> float:
    """A number above nothing, at most one."""
    if a_number(value, where) > 1:
        raise wrong(where, "is at most 1")
    return float(value)


def a_count(value: Any, where: str) -> int:
    """A whole number, at least one."""
    if not a_number(value, where).is_integer():
        raise wrong(where, "is a whole number")
    return int(value)


def a_flag(value: Any, where: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise wrong(where, "is true or false")
    return value


def a_list(value: Any, where: str) -> list[Any]:
    """A list."""
    if not isinstance(value, list | tuple):
        raise wrong(where, "is a list")
    return list(value)


def a_path(value: Any, where: str) -> Steps:
    """A path to a value: names and places, with dots between them."""
    steps = tuple(a_text(value, where).split("."))
    if not all(steps):
        raise wrong(where, "is a path such as data.person.0.title")
    return steps
