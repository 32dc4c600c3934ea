"""Makes the README's pictures from a real run on ``examples/data/leads.csv``: ``make pictures``.

The terminal's picture is an SVG and needs nothing else. The notebook's pictures (light and dark) are taken by
a Chromium or Chrome on the path; without one they stay as they are, and the script says so.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pandas as pd
from rich.console import Console

import trustleads as tl

ROOT = Path(__file__).resolve().parents[1]
LEADS = ROOT / "examples" / "data" / "leads.csv"
IMAGES = ROOT / "docs" / "images"
COMMAND = "trustleads enrich leads.csv -o enriched.csv"
COLUMNS = 88
WIDTH = 900
GROUNDS = {"summary-notebook.png": ("#ffffff", "#202124"), "summary-notebook-dark.png": ("#111111", "#e0e0e0")}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1.5",
]
PAGE = """<!doctype html><meta charset="utf-8">
<style>body {{ margin: 0; padding: 16px; background: {ground}; color: {ink}; font-family: sans-serif }}</style>
{report}
<script>document.documentElement.dataset.height = document.body.scrollHeight</script>
"""


def main() -> None:
    """Run the demo once and draw its summary for each place it is seen in."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        draw_terminal(
            tl.enrich(LEADS, to=Path(scratch) / "enriched.csv", progress=False), IMAGES / "summary-terminal.svg"
        )
        leads = pd.read_csv(LEADS, dtype=str, keep_default_na=False)
        draw_notebook(tl.summary(tl.enrich(leads, country="US")), Path(scratch))


def draw_terminal(summary: tl.Summary, target: Path) -> None:
    """Draw what a terminal shows; the font is that of whoever looks at it, so nothing is fetched."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(summary)
    picture = console.export_svg(title=COMMAND, unique_id="summary")
    target.write_text(re.sub(r"\s*@font-face \{.*?\}", "", picture, flags=re.DOTALL), encoding="utf-8")
    print(f"wrote {target.relative_to(ROOT)}")


def draw_notebook(summary: tl.Summary, scratch: Path) -> None:
    """Take pictures of what a notebook shows, on light and on dark ground."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print(f"no {' or '.join(BROWSERS)} on the path: left the notebook's pictures as they are")
        return
    for name, (ground, ink) in GROUNDS.items():
        page = scratch / "report.html"
        page.write_text(PAGE.format(ground=ground, ink=ink, report=summary._repr_html_()), encoding="utf-8")
        take_picture(browser, page, IMAGES / name)
        print(f"wrote {(IMAGES / name).relative_to(ROOT)}")


def take_picture(browser: str, page: Path, target: Path) -> None:
    """Open the page twice: to learn how tall it is, and to take its picture."""
    call = [browser, *QUIET, f"--user-data-dir={page.parent / 'browser'}"]
    dom = run([*call, f"--window-size={WIDTH},600", "--dump-dom", page.as_uri()])
    height = re.search(r'data-height="(\d+)"', dom)
    if height is None:
        raise SystemExit("the browser did not tell the height of the page")
    run([*call, f"--window-size={WIDTH},{height[1]}", f"--screenshot={target}", page.as_uri()])


def run(command: list[str]) -> str:
    """Run a command and give what it prints; its warnings are only shown when it fails."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


if __name__ == "__main__":
    main()
