# ruff: noqa: S101 - a contract suite asserts
"""The contract suite of ``MxResolver``, for hosts with a source of MX answers of their own (LEAD-2)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from trustleads.enrichment.ports import MxAnswer, MxResolver


@dataclass(frozen=True, slots=True)
class MxWorld:
    """A resolver under test, and what it asks, reached around it.

    Attributes:
        resolver: The resolver, knowing nothing yet.
        publish: Makes the far side give this answer for this domain from now on; ``FAILED`` means that it
            gives none (a server that stays silent is the hardest case).
        asked: How often the far side was asked for this domain, counted there.
        limit: Seconds within which every lookup returns.
    """

    resolver: MxResolver
    publish: Callable[[str, MxAnswer], None]
    asked: Callable[[str], int]
    limit: float = 5.0


_THREADS = 8


class MxResolverContract:
    """What every ``MxResolver`` keeps.

    Subclass it, and give it a world::

    class TestMyResolver(MxResolverContract):
        @pytest.fixture
        def world(self):
            server = MyServer()
            yield MxWorld(MyResolver(server.address), server.publish, server.count)
    """

    @pytest.fixture
    def world(self) -> MxWorld:
        """Make a fresh resolver in a fresh world."""
        raise NotImplementedError("give the contract suite a world: override this fixture")

    def test_every_outcome_is_told(self, world: MxWorld) -> None:
        """Each answer arrives as the domain publishes it."""
        domains = {f"{answer.value.replace('_', '-')}.example": answer for answer in MxAnswer}
        for domain, answer in domains.items():
            world.publish(domain, answer)
        assert dict(world.resolver.lookup(domains)) == domains

    def test_no_domain_no_answer(self, world: MxWorld) -> None:
        """An empty question gets an empty answer."""
        assert dict(world.resolver.lookup([])) == {}

    def test_a_domain_given_often_is_asked_once(self, world: MxWorld) -> None:
        """Repeats in one call cost nothing, and any iterable will do."""
        world.publish("often.example", MxAnswer.ACCEPTS)
        answers = world.resolver.lookup("often.example" for _ in range(50))
        assert dict(answers) == {"often.example": MxAnswer.ACCEPTS}
        assert world.asked("often.example") == 1

    @pytest.mark.parametrize("answer", [answer for answer in MxAnswer if answer is not MxAnswer.FAILED])
    def test_an_answer_is_kept(self, world: MxWorld, answer: MxAnswer) -> None:
        """Within its lifetime no answer is asked for again."""
        world.publish("kept.example", answer)
        for _ in range(3):
            assert world.resolver.lookup(["kept.example"])["kept.example"] is answer
        assert world.asked("kept.example") == 1

    def test_a_failure_is_not_kept(self, world: MxWorld) -> None:
        """A failure says nothing about the domain: the next call asks again."""
        world.publish("mended.example", MxAnswer.FAILED)
        assert world.resolver.lookup(["mended.example"])["mended.example"] is MxAnswer.FAILED
        world.publish("mended.example", MxAnswer.ACCEPTS)
        assert world.resolver.lookup(["mended.example"])["mended.example"] is MxAnswer.ACCEPTS

    def test_a_failure_spoils_no_other_domain(self, world: MxWorld) -> None:
        """One domain that fails leaves the answers of the others alone."""
        world.publish("broken.example", MxAnswer.FAILED)
        expected = {f"fine-{i}.example": MxAnswer.ACCEPTS for i in range(20)}
        for domain, answer in expected.items():
            world.publish(domain, answer)
        answers = world.resolver.lookup(["broken.example", *expected])
        assert dict(answers) == {"broken.example": MxAnswer.FAILED} | expected

    def test_it_returns_in_time(self, world: MxWorld) -> None:
        """Even if nobody answers, the call comes back within its limit."""
        domains = [f"silent-{i}.example" for i in range(5)]
        for domain in domains:
            world.publish(domain, MxAnswer.FAILED)
        caller = threading.Thread(target=world.resolver.lookup, args=(domains,), daemon=True)
        caller.start()
        caller.join(world.limit)
        assert not caller.is_alive(), f"no answer after {world.limit} s"

    def test_threads_share_a_question(self, world: MxWorld) -> None:
        """Threads that ask for the same domains at the same time get the same answers, asked for once."""
        domains = [f"shared-{i}.example" for i in range(20)]
        for domain in domains:
            world.publish(domain, MxAnswer.ACCEPTS)
        start = threading.Barrier(_THREADS)

        def call() -> Mapping[str, MxAnswer]:
            start.wait()
            return world.resolver.lookup(domains)

        with ThreadPoolExecutor(_THREADS) as pool:
            answers = [future.result() for future in [pool.submit(call) for _ in range(_THREADS)]]
        assert all(dict(answer) == dict.fromkeys(domains, MxAnswer.ACCEPTS) for answer in answers)
        assert [world.asked(domain) for domain in domains] == [1] * len(domains)

    def test_it_works_where_a_loop_runs(self, world: MxWorld) -> None:
        """A notebook has a running event loop in the thread that calls."""
        world.publish("notebook.example", MxAnswer.ACCEPTS)

        async def cell() -> Mapping[str, MxAnswer]:
            return world.resolver.lookup(["notebook.example"])

        assert asyncio.run(cell())["notebook.example"] is MxAnswer.ACCEPTS
