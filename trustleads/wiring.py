"""The only library module that names concrete adapters: what a caller asked for becomes ports."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from contextvars import ContextVar, copy_context
from dataclasses import replace
from typing import Any

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.asking.budget import Budget
from trustleads.enrichment.asking.plan import OrderBy, Plan
from trustleads.enrichment.filling import Filler, usable_in
from trustleads.enrichment.leads import needs_of
from trustleads.enrichment.pipeline import Pipeline, Stage
from trustleads.enrichment.ports import AnswerCache, Gate, Meter, MxResolver, Provider, SupportsLearn
from trustleads.enrichment.preview import Previewer


def mx_resolver(mx: bool | MxResolver) -> MxResolver | None:
    """Give the resolver that ``mx=`` stands for.

    Args:
        mx: False asks nothing, True asks the DNS servers of this machine, a resolver is taken as it is.

    Raises:
        InvalidInput: It is none of these.
    """
    if mx is False or mx is None:
        return None
    if mx is True:
        from trustleads.enrichment.adapters.dns import DnsMxResolver  # noqa: PLC0415 - only on demand

        return DnsMxResolver()
    if callable(getattr(mx, "lookup", None)):
        return mx
    raise InvalidInput("mx= takes True, False or an object with lookup(domains), such as DnsMxResolver()", reason="mx")


_PORTS = {
    "answers": ("put", "keeps answers, such as trustleads.SqliteAnswers(path)"),
    "gate": ("check", "has check(org, provider, questions, subjects)"),
    "meter": ("add", "has add(org, usage)"),
}


def plan(
    providers: Sequence[Provider] | None,
    want: Mapping[str, float] | None,
    fields: Sequence[str] | None,
    *,
    budget: Budget | None,
    order: OrderBy,
    org: str,
    **ports: object,
) -> Plan | None:
    """Give what a caller's options about providers stand for; None where there are none.

    Raises:
        InvalidInput: See ``Plan.checked``; or options go with ``providers=``, and there are none.
    """
    check_ports(**ports)
    if providers is None:
        asked = {"order": None if order == "fixed" else order, "org": None if org == "default" else org}
        for name, value in {"want": want, "budget": budget, **asked, **ports}.items():
            if value is not None:
                raise InvalidInput(f"{name}= goes with providers=", reason=name)
        return None
    made = Plan.checked(providers, want, budget=budget, order=order, org=org)
    names = [fields] if isinstance(fields, str) else fields
    for attribute in made.wants if isinstance(names, Collection) else ():  # what is none is told by who takes it
        if not _is_shown(attribute, names or ()):
            raise InvalidInput(f"want: {attribute} is not among fields=, so nobody would see it", reason="want")
    return made


_DRAWN = {"job_title": ("seniority", "department")}


def _is_shown(attribute: str, fields: Collection[str]) -> bool:
    """Whether one of these columns changes with the value: it holds it, or what is drawn from it or said of it."""
    shown = (attribute, *_DRAWN.get(attribute, ()))
    return any(name in shown or str(name).startswith(f"{attribute}_") for name in fields)


def check_ports(**given: object) -> None:
    """Check that these objects are what they are passed for.

    Raises:
        InvalidInput: One is not.
    """
    for name, port in given.items():
        method, what = _PORTS[name]
        if port is not None and not callable(getattr(port, method, None)):
            raise InvalidInput(f"{name}= is an object that {what}", reason=name)


def previewer(plan: Plan, answers: AnswerCache | None, gate: Gate | None) -> Previewer:
    """Give what counts the questions of a plan."""
    return Previewer(plan, answers, gate, time.time)


_watching: ContextVar[Callable[[Stage], None] | None] = ContextVar("watching", default=None)


async def in_thread(work: Callable[[], Any]) -> Any:
    """Do blocking work in a thread; when this is cancelled, what is asked in it is stopped, and waited for."""
    import asyncio  # noqa: PLC0415 - who awaits has loaded it; nobody else needs it

    stages: list[Stage] = []
    cancelled = threading.Event()

    def watch(stage: Stage) -> None:
        stages.append(stage)
        if cancelled.is_set():
            stage.stop()

    context = copy_context()
    context.run(_watching.set, watch)
    task = asyncio.create_task(asyncio.to_thread(context.run, work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        cancelled.set()
        for stage in stages:
            stage.stop()
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # that it was stopped is no news
        raise


def stage(
    pipeline: Pipeline,
    plan: Plan | None,
    stack: ExitStack,
    *,
    answers: AnswerCache | None = None,
    gate: Gate | None = None,
    meter: Meter | None = None,
) -> Stage:
    """Give what a run does with its batches: the pipeline alone, or with an asker behind it.

    Args:
        pipeline: Validates and normalises.
        plan: What is asked of whom; None asks nobody.
        stack: Closes what is opened here.
        answers: Where answers are kept; None keeps them for this run, out of sight.
        gate: Who may be asked about whom.
        meter: Told what is used.
    """
    if plan is None:
        return pipeline
    from trustleads.enrichment.asking.asker import Asker  # noqa: PLC0415 - with asyncio and ssl, only on demand

    if answers is None:
        from trustleads.enrichment.answers.sqlite import SqliteAnswers  # noqa: PLC0415 - only on demand

        answers = SqliteAnswers(None)
        stack.callback(answers.close)
    own = [provider.for_run() if isinstance(provider, SupportsLearn) else provider for provider in plan.providers]
    plan = replace(plan, providers=own, usable=usable_in(pipeline.options.country))
    asker = stack.enter_context(Asker(plan, answers, gate=gate, meter=meter))
    learners = [provider for provider in plan.providers if isinstance(provider, SupportsLearn)]
    filler = Filler(pipeline, asker, plan.wants, needs_of(plan), learners)
    if (watch := _watching.get()) is not None:
        watch(filler)
    return filler
