"""The command line: all that ``trustleads.enrich``, ``preview``, ``detect_columns`` and ``summary`` can do."""

from trustleads.cli.commands import main

__all__ = ["main"]
