"""What the command line says about providers, as arguments of ``enrich`` and ``preview`` (LEAD-4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from trustleads.core.errors import InvalidInput


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
        given = {"--want": self.want, "--budget": self.budget, "--per-row": self.per_row, "--answers": self.answers}
        for name, value in given.items():
            if value:
                raise InvalidInput(f"{name} goes with --providers", reason="providers")

    def _options(self, file: str) -> dict[str, Any]:
        from trustleads.cli.provider_file import load  # noqa: PLC0415 - only on demand
        from trustleads.enrichment.asking.budget import Budget  # noqa: PLC0415 - only on demand

        limited = self.budget is not None or self.per_row is not None
        return {
            "want": dict(map(_wanted, self.want or ())),
            "budget": Budget(money=self.budget, per_row=self.per_row) if limited else None,
            "order": self.order.value,
            "org": self.org,
            "providers": load(file),
        }


def _wanted(text: str) -> tuple[str, float]:
    field, _, confidence = text.partition("=")
    try:
        return field.strip(), float(confidence)
    except ValueError:
        raise InvalidInput(f"--want takes FIELD=CONFIDENCE, such as email=0.9, not {text!r}", reason="want") from None
