"""A provider of your own: a class that asks an HTTPS API for job titles, and its use. It runs without a key."""

import asyncio
from collections.abc import Sequence

import httpx

from trustleads.enrichment.providers.http import HttpProvider
from trustleads.enrichment.questions import MISS, Answer, Attribute, Finding, Outcome, Question, Unsure


class Titles(HttpProvider):
    """Finds job titles by e-mail address, one at a time."""

    name = "titles"
    base_url = "https://api.titles.example/v1"
    list_price = "0.02 USD"
    fills, confidence = frozenset({Attribute.JOB_TITLE}), {Attribute.JOB_TITLE: 0.8}
    matches = (frozenset({Attribute.EMAIL}),)

    async def lookup(self, questions: Sequence[Question]) -> list[Answer]:
        """Ask once; what went wrong with the whole call is raised by ``send`` and ``json``."""
        email = questions[0].given[Attribute.EMAIL]
        reply = await self.send("POST", "/people", json={"email": email, "key": self._key})
        if reply.status == 404:  # noqa: PLR2004 - "not found": nobody has this address
            return [MISS]
        match reply.json():
            case {"email": str(about), "title": str(title)} if about.casefold() == email.casefold():
                return [Answer(Outcome.FOUND, {Attribute.JOB_TITLE: Finding(title, confidence=0.8)})]
            case {"email": _, "title": _}:
                return [Answer(Outcome.FAILED, units=1, reason="wrong_subject")]
        raise Unsure("bad_answer")


if __name__ == "__main__":  # the API is invented, and so is its answer
    server = httpx.MockTransport(lambda _: httpx.Response(200, json={"email": "ada@acme.example", "title": "CEO"}))
    question = Question({Attribute.EMAIL: "ada@acme.example"}, frozenset({Attribute.JOB_TITLE}))
    print(asyncio.run(Titles("my-key", transport=server).lookup([question]))[0].found[Attribute.JOB_TITLE].text)
