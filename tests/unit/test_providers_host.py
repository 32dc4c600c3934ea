"""How calls are written, and that they are counted when they leave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustleads.enrichment.leaving import count_with, uncounted
from trustleads.enrichment.providers.host import Host
from trustleads.enrichment.questions import Declined

TEXT = st.text(st.sampled_from("abzAZ09_.~-@/?%:!$&'()*+,;= \n\0äß漢#[]{}|\\^`\"<>"), max_size=12)


def host(transport: httpx.AsyncBaseTransport | None = None) -> Host:
    return Host("https://api.acme.example", seconds=lambda: 5.0, most_bytes=1000, transport=transport)


class Counting:
    """Tells when a request leaves; every one has its turn."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self.sending = tell

    async def may_send(self) -> None:
        return None


@given(TEXT, st.dictionaries(TEXT, TEXT, max_size=3))
def test_targets_are_encoded_as_the_standard_library_does(path: str, query: dict[str, str]) -> None:
    path = "/" + path
    expected = quote(path, safe="/?%:@!$&'()*+,;=~")
    if query:
        expected += ("&" if "?" in path else "?") + urlencode(query, quote_via=quote)
    assert host().call("GET", path, query=query).target == expected


@pytest.mark.clause("LEAD-5")
def test_each_request_is_counted_when_it_leaves() -> None:
    told: list[str] = []

    def answer(_: httpx.Request) -> httpx.Response:
        told.append("arrived")
        return httpx.Response(200, json={})

    async def main() -> None:
        here = host(httpx.MockTransport(answer))
        await here.carry(here.call("GET", "/"))  # nobody counts
        count_with(Counting(lambda: told.append("left")))
        for _ in range(2):
            await asyncio.create_task(here.carry(here.call("GET", "/")))
        await here.aclose()

    asyncio.run(main())
    assert told == ["arrived", "left", "arrived", "left", "arrived"]


@pytest.mark.clause("LEAD-5")
def test_nobody_counts_what_no_limit_is_about() -> None:
    told: list[str] = []

    async def main() -> None:
        here = host(httpx.MockTransport(lambda _: httpx.Response(200, json={})))
        count_with(Counting(lambda: told.append("left")))
        with uncounted():
            begun = asyncio.create_task(here.carry(here.call("GET", "/")))
        await begun
        assert told == []
        await here.carry(here.call("GET", "/"))
        await here.aclose()

    asyncio.run(main())
    assert told == ["left"]


@pytest.mark.parametrize("headers", [{"x-key": "ä"}, {"ä": "x"}])
def test_a_header_that_cannot_be_written_is_not_sent(headers: dict[str, str]) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    async def main() -> None:
        here = host(httpx.MockTransport(answer))
        await here.carry(here.call("GET", "/", headers=headers))

    with pytest.raises(Declined, match="bad_request"):
        asyncio.run(main())
    assert sent == []
