"""A double in a process of its own, for benchmarks: ``python -m trustleads.testing.providers hunter --people 1000``.

Prints one line of JSON: the base URL and the path of the certificate to trust. Every line on standard input is
answered with the books as a line of JSON; at the end of the input, or with Ctrl-C, it stops.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from trustleads.testing.providers.faults import Faults
from trustleads.testing.providers.messages import invent
from trustleads.testing.providers.server import ProviderServer

_SERVERS = {
    "apollo": "ApolloServer",
    "hunter": "HunterServer",
    "people_data_labs": "PeopleDataLabsServer",
    "zerobounce": "ZeroBounceServer",
}
_ABOUT = """A provider's double, over HTTPS on this machine. Prints one line of JSON: its base URL, and the path of the
certificate to trust, which exists as long as it runs. It ends with its standard input (Ctrl-D), or with Ctrl-C."""
_NAP = 0.01  # seconds


def main(arguments: list[str] | None = None) -> None:
    """Serve until standard input ends, or Ctrl-C."""
    with suppress(KeyboardInterrupt):
        _serve(_options(arguments))


def _serve(options: argparse.Namespace) -> None:
    module = importlib.import_module(f"trustleads.testing.providers.{options.provider}")
    people = (invent(number) for number in range(options.people))
    faults = Faults.random(options.faults, seed=options.seed)
    double = getattr(module, _SERVERS[options.provider])(
        people, key=options.key, latency=options.latency, faults=faults, capture=False
    )
    with double as server, tempfile.NamedTemporaryFile(suffix=".pem") as authority:
        Path(authority.name).write_bytes(server.ca_pem)
        _print({"url": server.url, "ca": authority.name})
        gc.freeze()  # the people stay: no collection needs to look at them while calls wait
        stall = _Stall()
        for line in sys.stdin:
            _print({**_books(server, float(line.strip() or 1)), "longest_stall": stall.seconds})


class _Stall(threading.Thread):
    """Watches for how long this process is kept from running: calls that come meanwhile seem to come together.

    Attributes:
        seconds: The longest time so far.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seconds = 0.0
        self.start()

    def run(self) -> None:
        """Sleep, and see by how much it was too long."""
        while True:
            before = time.monotonic()
            time.sleep(_NAP)
            self.seconds = max(self.seconds, time.monotonic() - before - _NAP)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m trustleads.testing.providers", description=_ABOUT)
    parser.add_argument("provider", choices=sorted(_SERVERS))
    parser.add_argument(
        "--people",
        type=int,
        default=1000,
        help="how many people of invent(0), invent(1) ... it knows (default: %(default)s)",
    )
    parser.add_argument("--latency", type=float, default=0.0, help="seconds from a call to its answer")
    parser.add_argument("--key", default="test-key", help="the key that it takes (default: %(default)s)")
    parser.add_argument("--faults", type=float, default=0.0, help="share of calls that fail")
    parser.add_argument("--seed", type=int, default=1, help="of the faults")
    return parser.parse_args(arguments)


def _books(server: ProviderServer, window: float) -> dict[str, Any]:
    """What is in the books; the line asked for may name the window in seconds."""
    ledger = server.ledger
    calls, billed = list(ledger.calls), ledger.billed
    return {
        "calls": len(calls),
        "seconds": calls[-1].at - calls[0].at if calls else 0.0,
        "faults": sum(call.fault is not None for call in calls),
        "subjects": len(billed),
        "bills": sum(billed.values()),
        "units": ledger.units,
        "most_at_once": ledger.most_at_once,
        "window": window,
        "most_in_window": ledger.most_in(window),
    }


def _print(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
