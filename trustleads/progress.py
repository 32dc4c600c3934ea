"""Progress shown to a person: a bar in a terminal or a notebook, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from trustleads.enrichment.run import OnProgress, Progress


@contextmanager
def shown(progress: bool | OnProgress | None) -> Iterator[OnProgress | None]:
    """Give the callback for a run.

    Args:
        progress: A callable is used as it is. True shows a bar; False none; None shows one if somebody
            can see it (a terminal on standard error, or a notebook).
    """
    if callable(progress):
        yield progress
    elif progress is False:
        yield None
    elif _in_notebook():
        yield _notebook_bar()
    elif progress or sys.stderr.isatty():
        with _terminal_bar() as bar:
            yield bar
    else:
        yield None


def _in_notebook() -> bool:
    """Whether this process is a kernel; asks IPython only if somebody loaded it."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return shell is not None and shell.__class__.__name__ == "ZMQInteractiveShell"


@contextmanager
def _terminal_bar() -> Iterator[OnProgress]:
    from rich.console import Console  # noqa: PLC0415 - loaded where somebody looks
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - loaded where somebody looks
    from rich.progress import Progress as Bar  # noqa: PLC0415 - loaded where somebody looks

    columns = (
        TextColumn("enriching"),
        BarColumn(),
        TaskProgressColumn(show_speed=False),
        TextColumn("{task.fields[rows]:,} rows"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("enriching", total=None, rows=0)
        yield lambda p: bar.update(task, total=p.total, completed=p.done, rows=p.rows)


def _notebook_bar() -> OnProgress:
    from IPython import display  # noqa: PLC0415 - loaded where somebody looks

    ipython: Any = display  # it has no type information
    handle = ipython.display(ipython.HTML(""), display_id=True)

    def show(p: Progress) -> None:
        extent = f' max="{p.total}" value="{p.done}"' if p.total else ""
        handle.update(ipython.HTML(f"<progress{extent}></progress> {p.rows:,} rows"))

    return show
