"""Column roles: which of the caller's columns is the e-mail address, the phone number, the name ... (LEAD-1)."""

from trustleads.enrichment.columns.detect import detect_columns
from trustleads.enrichment.columns.overrides import listed, require_any, role_of
from trustleads.enrichment.columns.report import ColumnMatch, ColumnReport

__all__ = ["ColumnMatch", "ColumnReport", "detect_columns", "listed", "require_any", "role_of"]
