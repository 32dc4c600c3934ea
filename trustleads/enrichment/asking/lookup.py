"""One call to a provider, whatever its code does (LEAD-4)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from trustleads.enrichment.asking.reading import checked, place_of, to_the_point
from trustleads.enrichment.asking.requests import Requests
from trustleads.enrichment.asking.threads import go_on
from trustleads.enrichment.asking.tickets import Office
from trustleads.enrichment.ports import Provider
from trustleads.enrichment.questions import Answer, Question, Signal, Unsure

_GRACE = 5.0  # seconds beyond the provider's own limit after which a call is given up
_LOG = logging.getLogger("trustleads")


async def look_up(
    provider: Provider, questions: Sequence[Question], requests: Requests, office: Office
) -> Sequence[Answer]:
    """Ask the provider; whatever it does is an answer or a signal then.

    Args:
        provider: Who is asked.
        questions: What it is asked.
        requests: Counts them, and gives up what takes too long.
        office: Knows whether the run is over.
    """
    requests.begin(provider.limits.timeout + _GRACE)
    try:
        answers = checked(await provider.lookup(questions))
    except Signal:
        raise
    except TimeoutError:
        raise Unsure("timeout") from None
    except BaseException as error:  # a provider's own mistake fails its questions, not the run
        if isinstance(error, asyncio.CancelledError):
            if office.over:
                raise  # it is the run that is over
            if requests.lost:
                raise Unsure("timeout") from None
        _LOG.warning("provider %s made a mistake: %s at %s", provider.name, type(error).__name__, place_of(error))
        raise Unsure(f"error_{type(error).__name__}") from error
    finally:
        requests.end()
        if not office.over:
            go_on(asyncio.current_task())
    if len(answers) != len(questions):
        raise Unsure("torn_answer")
    return [to_the_point(q, answer, office.usable) for q, answer in zip(questions, answers, strict=True)]
