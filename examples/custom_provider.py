"""A provider of your own: a class that asks an HTTPS API for job titles, and its use. It runs without a key."""

from collections.abc import Sequence

import httpx

import trustleads as tl
from trustleads.providers import Answer, Attribute, Finding, HttpProvider, Outcome, Question, Unsure


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
            return [Answer(Outcome.MISS)]
        match reply.json():
            case {"email": str(about), "title": str(title)} if about.casefold() == email.casefold():
                return [Answer(Outcome.FOUND, {Attribute.JOB_TITLE: Finding(title, confidence=0.8)})]
            case {"email": _, "title": _}:
                return [Answer(Outcome.FAILED, units=1, reason="wrong_subject")]
        raise Unsure("bad_answer")


if __name__ == "__main__":  # the API is invented, and so is its answer
    api = httpx.MockTransport(lambda _: httpx.Response(200, json={"email": "ada@acme.example", "title": "CEO"}))
    titles = Titles("my-key", transport=api)
    rows = tl.enrich([{"email": "ada@acme.example"}], providers=[titles], want={"job_title": 0.8})
    print({name: rows[0][name] for name in ("tl_job_title", "tl_job_title_confidence", "tl_cost", "tl_sources")})
