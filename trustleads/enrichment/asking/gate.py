"""Who may be asked about whom, before anything of a lead goes to a provider (GDPR-4)."""

from __future__ import annotations

from collections.abc import Sequence

from trustleads.enrichment.asking.cases import Case
from trustleads.enrichment.ports import Gate
from trustleads.enrichment.questions import Question


def ask_gate(gate: Gate, org: str, provider: str, arrived: Sequence[tuple[Question, Case]]) -> Sequence[str | None]:
    """Give, for each question, None where it may be put, else why not.

    Raises:
        TypeError: The gate does not say so for each, or says something else.
    """
    questions = [question for question, _ in arrived]
    subjects = [{attribute: known.text for attribute, known in case.known.items()} for _, case in arrived]
    refusals: object = gate.check(org, provider, questions, subjects)
    if (
        not isinstance(refusals, Sequence)
        or len(refusals) != len(arrived)
        or not all(refusal is None or isinstance(refusal, str) for refusal in refusals)
    ):
        raise TypeError(f"{type(gate).__name__}.check() gives a list of a reason, or None, for each question")
    return refusals
