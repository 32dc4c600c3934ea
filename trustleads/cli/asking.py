"""What the command line says about providers, as arguments of ``enrich`` and ``preview`` (LEAD-4)."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer
from typer.core import TyperCommand

from trustleads.core.errors import InvalidInput
from trustleads.core.money import Money, hint_at_money

if TYPE_CHECKING:
    from trustleads.enrichment.answers.sqlite import SqliteAnswers
    from trustleads.enrichment.asking.budget import Budget

_ORDERS = ("fixed", "cheapest")
_NAME = re.compile(r"\s*([a-z][a-z0-9_]{0,62})\b")
_UNQUOTED = re.compile(  # the arguments, a line each; with the wrong currency it is as wrong
    r"^(--budget|--per-row|--per-provider)[\n=](?:([a-z][a-z0-9_]*)=)?([0-9]+(?:\.[0-9]+)?)\n([A-Za-z]{3})$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The options as they were typed; ``with_asking`` gives them to a command."""

    providers: Annotated[
        str | None,
        typer.Option("--providers", metavar="FILE", help="A TOML file that says whom to ask for what is missing."),
    ] = None
    want: Annotated[
        list[str] | None,
        typer.Option(
            "--want", "-w", metavar="FIELD=CONFIDENCE", help="What to fill, and how sure: email=0.9; repeat it."
        ),
    ] = None
    order: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORDER",
            help="fixed: in the order of the file, as by default; cheapest: by the cost per value that turns out;"
            " or FIELD=NAME,NAME for the providers of one field; repeat it.",
        ),
    ] = None
    budget: Annotated[
        str | None, typer.Option("--budget", metavar="MONEY", help='The most that the run may cost: "25.00 USD".')
    ] = None
    per_row: Annotated[str | None, typer.Option(metavar="MONEY", help="The most that one row may cost.")] = None
    per_provider: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=MONEY", help='The most for one provider: hunter="5 USD"; repeat it.'),
    ] = None
    calls: Annotated[int | None, typer.Option(min=1, help="The most requests; a batch is one.")] = None
    min_fill_rate: Annotated[
        float | None, typer.Option(min=0, max=1, help="Leave out a provider that fills a smaller share of its leads.")
    ] = None
    min_rows: Annotated[
        int | None, typer.Option(min=1, help="Leads before --min-fill-rate is judged; 200 by default.")
    ] = None
    answers: Annotated[
        str | None, typer.Option(metavar="FILE", help="A file that keeps answers: what is in it is not paid again.")
    ] = None
    org: Annotated[str | None, typer.Option(help="Whose leads these are: answers are kept for each apart.")] = None

    @contextmanager
    def opened(self, *, look_only: bool = False) -> Iterator[dict[str, Any]]:
        """Give the arguments; what they opened is closed at the end.

        Args:
            look_only: Whether no file of answers is to come into being.

        Raises:
            InvalidInput: One of the options is wrong.
        """
        order = _order(self.order or ())
        if self.providers is None:
            self._check_alone()
            yield {}
            return
        options = self._options(self.providers, order)
        if self.answers is None or (look_only and not Path(self.answers).exists()):
            yield options
            return
        with closing(_kept_in(self.answers)) as answers:
            yield {**options, "answers": answers}

    def _check_pairs(self) -> None:
        """Refuse what does nothing without another option."""
        if self.min_rows is not None and self.min_fill_rate is None:
            raise InvalidInput("--min-rows goes with --min-fill-rate, which it is about", reason="budget")
        if self.org is not None and self.answers is None:
            raise InvalidInput("--org goes with --answers, which are kept for each apart", reason="org")

    def _check_alone(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) is not None and getattr(self, field.name) != []:
                raise InvalidInput(f"--{field.name.replace('_', '-')} goes with --providers", reason="providers")

    def _options(self, file: str, order: str | Mapping[str, Sequence[str]]) -> dict[str, Any]:
        from trustleads.cli.provider_file import load  # noqa: PLC0415 - only on demand

        self._check_pairs()
        budget = self._budget(file)
        _check_folder(self.answers)
        org = {} if self.org is None else {"org": self.org}
        return {"want": _wants(self.want or ()), "budget": budget, "order": order, "providers": load(file), **org}

    def _budget(self, file: str) -> Budget | None:
        limits = {
            "money": _amount("--budget", self.budget),
            "per_row": _amount("--per-row", self.per_row),
            "per_provider": dict(_named_amounts(self.per_provider or (), file)) or None,
            "calls": self.calls,
            "min_fill_rate": self.min_fill_rate,
            "min_rows": self.min_rows,
        }
        given: dict[str, Any] = {name: limit for name, limit in limits.items() if limit is not None}
        if not given:
            return None
        from trustleads.enrichment.asking.budget import Budget  # noqa: PLC0415 - only on demand

        return Budget(**given)


class AskingCommand(TyperCommand):
    """A command that tells who left the quotation marks of an amount out, and not of an extra argument ``USD``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Look for such amounts, then parse."""
        found = _UNQUOTED.search("\n".join(args))
        if found:
            named = f"{found[2]}=" if found[2] else ""
            amount = f"{found[1]} {named}'{found[3]} {found[4].upper()}'"
            typer.echo(f"trustleads: an amount goes in quotation marks: {amount}", err=True)
            ctx.exit(2)
        return super().parse_args(ctx, args)


def with_asking(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of ``Asking`` in the place of its argument ``asking``."""
    names = [field.name for field in fields(Asking)]

    def run(**options: Any) -> None:
        asking = Asking(**{name: options.pop(name) for name in names})
        command(**options, asking=asking)

    kinds = get_type_hints(Asking, include_extras=True)
    keyword = inspect.Parameter.KEYWORD_ONLY
    added = [inspect.Parameter(name, keyword, default=None, annotation=kinds[name]) for name in names]
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command, eval_str=True).parameters.values():
        parameters += added if parameter.name == "asking" else [parameter]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer looks at
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    return run


def _kept_in(path: str) -> SqliteAnswers:
    from trustleads.enrichment.answers.sqlite import SqliteAnswers  # noqa: PLC0415 - only on demand

    try:
        return SqliteAnswers(path)
    except InvalidInput as error:
        raise InvalidInput(f"--answers: {error}", reason=error.reason) from error.__cause__


def _amount(option: str, text: str | None) -> Money | None:
    try:
        return None if text is None else Money.of(text)
    except InvalidInput as error:
        raise InvalidInput(
            f"{option} takes an amount and a currency, such as '25.00 USD', not {text!r}{hint_at_money(text)}",
            reason=error.reason,
        ) from None


def _named_amounts(texts: Sequence[str], file: str) -> Iterator[tuple[str, Money | None]]:
    names: set[str] = set()
    for text in texts:
        name, equals, money = (part.strip() for part in text.partition("="))
        if not name or not equals:
            raise InvalidInput(
                f"--per-provider takes NAME=MONEY, such as {_example(text, file)}='5 USD', not {text!r}",
                reason="budget",
            )
        amount = _amount("--per-provider NAME=MONEY", money)
        if name in names:
            raise InvalidInput(f"--per-provider names {name} twice", reason="budget")
        names.add(name)
        yield name, amount


def _example(text: str, file: str) -> str:
    """Give the name that was maybe meant, else one of the file, for an example."""
    from trustleads.cli.provider_file import names_in  # noqa: PLC0415 - only on demand

    begun = _NAME.match(text)
    return begun[1] if begun else next(iter(names_in(file)), "hunter")


def _order(texts: Sequence[str]) -> str | Mapping[str, Sequence[str]]:
    if not texts:
        return "fixed"
    if len(texts) == 1 and texts[0] in _ORDERS:
        return texts[0]
    order: dict[str, Sequence[str]] = {}
    for text in texts:
        if text in _ORDERS:
            raise InvalidInput(f"--order {text} goes alone, or is left out where fields have their own", reason="order")
        field, _, names = text.partition("=")
        listed = [name.strip() for name in names.split(",")]
        if not field.strip() or not all(listed):
            raise InvalidInput(
                f"--order takes 'fixed' or 'cheapest', alone, or FIELD=NAME,NAME for some fields, not {text!r}",
                reason="order",
            )
        if field.strip() in order:
            raise InvalidInput(f"--order names {field.strip()} twice", reason="order")
        order[field.strip()] = listed
    return order


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
        sure = float(confidence)
    except ValueError:
        message = f"--want takes FIELD=CONFIDENCE, such as email=0.9, not {text!r}"
        raise InvalidInput(f"{message}{_meant(field, confidence)}", reason="want") from None
    if sure > 1:
        hint = _meant(field, confidence)
        raise InvalidInput(f"--want: a confidence is above 0, at most 1{hint}", reason="want")
    return field.strip(), sure


def _meant(field: str, confidence: str) -> str:
    from trustleads.enrichment.asking.plan import likely_confidence  # noqa: PLC0415 - only on demand

    likely = likely_confidence(confidence)
    return "" if likely is None else f"; did you mean {field.strip() or 'email'}={likely:g}?"
