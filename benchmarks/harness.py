"""What the benchmarks share: the machine they ran on, runs in fresh processes, sums of times, and promises."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("pyarrow", "numpy", "email-validator", "phonenumbers", "emval", "rphonenumbers", "polars")


def machine() -> dict[str, Any]:
    """Tell what the figures depend on: an interpreter built in another way ran a plain loop 1.8 times as fast."""
    flags = f"{sysconfig.get_config_var('CONFIG_ARGS')} {sysconfig.get_config_var('PY_CFLAGS')}"
    return {
        "python": sys.version,
        "compiler": platform.python_compiler(),
        "optimisation": sorted(
            {flag.strip("'") for flag in flags.split() if "-O" in flag or "optimiz" in flag or "lto" in flag}
        ),
        "system": platform.platform(),
        "processor": _processor(),
        "cpus": os.cpu_count(),
        "cpus_allowed": len(os.sched_getaffinity(0)),
        "load_before": round(os.getloadavg()[0], 2),
        "packages": {name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def in_child(*arguments: object, cpus: int | None = None) -> Any:
    """Run a fresh interpreter with these arguments, on so many processors, and take the JSON that it prints."""
    allowed = sorted(os.sched_getaffinity(0))[:cpus]
    command = [sys.executable, *map(str, arguments)]
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, allowed)  # a child inherits it, from its first instruction on
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        os.sched_setaffinity(0, before)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def spread(seconds: Sequence[float], digits: int = 3) -> dict[str, Any]:
    """Give best, median and all times, in the order in which they were taken."""
    return {
        "best": round(min(seconds), digits),
        "median": round(statistics.median(seconds), digits),
        "all": [round(s, digits) for s in seconds],
    }


def note(text: str) -> None:
    """Say what is going on, beside the JSON."""
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Promise:
    """A figure that was promised: where to find what was measured, and its limit."""

    what: str
    part: str
    measured: Callable[[dict[str, Any]], float]
    at_least: float | None = None
    at_most: float | None = None

    def judge(self, results: dict[str, Any]) -> dict[str, Any]:
        """Hold the measured figure against the promised one."""
        value = self.measured(results[self.part])
        kept = (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)
        limit = {"at_least": self.at_least} if self.at_most is None else {"at_most": self.at_most}
        return {"what": self.what, "measured": round(value, 3), **limit, "kept": kept}
