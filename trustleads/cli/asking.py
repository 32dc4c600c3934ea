"""What the command line says about providers, as arguments of ``enrich`` and ``preview`` (LEAD-4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money as Amount

_OPTIONS = {  # what the arguments are called here
    "providers": "--providers",
    "want": "--want",
    "money": "--budget",
    "per_row": "--per-row",
    "order": "--order",
    "org": "--org",
    "fields": "--fields",
}
_ARGUMENT = re.compile(rf"\b({'|'.join(_OPTIONS)})=(?![^\s:,;])|^(want)(?=: )")


class OrderBy(StrEnum):
    """In which order providers are asked."""

    FIXED = "fixed"
    CHEAPEST = "cheapest"


ProvidersOption = Annotated[
    str | None,
    typer.Option("--providers", metavar="FILE", help="A TOML file that says whom to ask for what is missing."),
]
Want = Annotated[
    list[str] | None,
    typer.Option("--want", "-w", metavar="FIELD=CONFIDENCE", help="What to fill, and how sure: email=0.9; repeat it."),
]
Money = Annotated[
    str | None, typer.Option("--budget", metavar="MONEY", help='The most that the run may cost: "25.00 USD".')
]
PerRow = Annotated[str | None, typer.Option(metavar="MONEY", help="The most that one row may cost.")]
Order = Annotated[OrderBy, typer.Option(help="In the order of the file, or by the cost per value that turns out.")]
Answers = Annotated[
    str | None, typer.Option(metavar="FILE", help="A file that keeps answers: what is in it is not paid again.")
]
Org = Annotated[str, typer.Option(help="Whose leads these are: answers are kept for each apart.")]


@dataclass(frozen=True, slots=True)
class Asking:
    """The options as they were typed."""

    providers: str | None
    want: Sequence[str] | None
    budget: str | None
    per_row: str | None
    order: OrderBy
    answers: str | None
    org: str

    @contextmanager
    def opened(self, *, look_only: bool = False) -> Iterator[dict[str, Any]]:
        """Give the arguments; what they opened is closed at the end.

        Args:
            look_only: Whether no file of answers is to come into being.

        Raises:
            InvalidInput: One of the options is wrong.
        """
        try:
            with self._opened(look_only=look_only) as options:
                yield options
        except InvalidInput as error:
            message = _in_options(str(error))
            if message == str(error):
                raise
            raise InvalidInput(message, reason=error.reason) from error.__cause__

    @contextmanager
    def _opened(self, *, look_only: bool) -> Iterator[dict[str, Any]]:
        if self.providers is None:
            self._check_alone()
            yield {}
            return
        options = self._options(self.providers)
        if self.answers is None or (look_only and not Path(self.answers).exists()):
            yield options
            return
        from trustleads.enrichment.answers.sqlite import SqliteAnswers  # noqa: PLC0415 - only on demand

        with closing(SqliteAnswers(self.answers)) as answers:
            yield {**options, "answers": answers}

    def _check_alone(self) -> None:
        given: dict[str, object] = {"--want": self.want, "--budget": self.budget, "--per-row": self.per_row}
        given |= {"--order": self.order is not OrderBy.FIXED, "--answers": self.answers, "--org": self.org != "default"}
        for name, value in given.items():
            if value:
                raise InvalidInput(f"{name} goes with --providers", reason="providers")

    def _options(self, file: str) -> dict[str, Any]:
        from trustleads.cli.provider_file import load  # noqa: PLC0415 - only on demand
        from trustleads.enrichment.asking.budget import Budget  # noqa: PLC0415 - only on demand

        money, per_row = _amount("--budget", self.budget), _amount("--per-row", self.per_row)
        _check_folder(self.answers)
        return {
            "want": _wants(self.want or ()),
            "budget": None if money is per_row is None else Budget(money=money, per_row=per_row),
            "order": self.order.value,
            "org": self.org,
            "providers": load(file),
        }


def _in_options(message: str) -> str:
    """Name options where a message names the arguments that they become."""
    return _ARGUMENT.sub(lambda found: _OPTIONS[found[1] or found[2]], message)


def _amount(option: str, text: str | None) -> Amount | None:
    try:
        return None if text is None else Amount.of(text)
    except InvalidInput as error:
        raise InvalidInput(
            f"{option} takes an amount and a currency, such as '25.00 USD', not {text!r}", reason=error.reason
        ) from None


def _check_folder(answers: str | None) -> None:
    folder = None if answers is None else Path(answers).parent
    if folder is not None and not folder.is_dir():
        raise InvalidInput(f"--answers: there is no folder {folder}", reason="answers")


def _wants(texts: Sequence[str]) -> dict[str, float]:
    if not texts:
        raise InvalidInput(
            "--providers goes with --want, the field to fill and how sure it is to be, such as --want email=0.9",
            reason="want",
        )
    wants: dict[str, float] = {}
    for field, confidence in map(_wanted, texts):
        if field in wants:
            raise InvalidInput(f"--want names {field} twice", reason="want")
        wants[field] = confidence
    return wants


def _wanted(text: str) -> tuple[str, float]:
    field, _, confidence = text.partition("=")
    try:
        return field.strip(), float(confidence)
    except ValueError:
        raise InvalidInput(f"--want takes FIELD=CONFIDENCE, such as email=0.9, not {text!r}", reason="want") from None
