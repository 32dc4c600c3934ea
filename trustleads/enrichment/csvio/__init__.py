"""CSV in and out: dialects, blocks, faults with line and column, spreadsheet-safe cells (LEAD-1, LEAD-6, FILE-2).

The exact rules are in ``docs/reference/csv.md``.
"""

from trustleads.enrichment.csvio.blocks import Block
from trustleads.enrichment.csvio.encode import Encoder, check_encodable, header_line
from trustleads.enrichment.csvio.faults import BadRow, CsvFault
from trustleads.enrichment.csvio.formulas import neutralise, restore
from trustleads.enrichment.csvio.parse import OnBadRow, ParsedBlock, first_rows, parse_block
from trustleads.enrichment.csvio.source import BLOCK_SIZE, CsvSource, open_source, path_error

__all__ = [
    "BLOCK_SIZE",
    "BadRow",
    "Block",
    "CsvFault",
    "CsvSource",
    "Encoder",
    "OnBadRow",
    "ParsedBlock",
    "check_encodable",
    "first_rows",
    "header_line",
    "neutralise",
    "open_source",
    "parse_block",
    "path_error",
    "restore",
]
