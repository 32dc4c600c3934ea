"""Runs on files: CSV and Parquet in and out, streamed, in bounded memory (LEAD-1, LEAD-6)."""

from trustleads.enrichment.files.inputs import is_file, open_input
from trustleads.enrichment.files.job import FileJob
from trustleads.enrichment.files.learning import learn_first
from trustleads.enrichment.files.report import summarise_source
from trustleads.enrichment.files.restore import restore_file

__all__ = ["FileJob", "is_file", "learn_first", "open_input", "restore_file", "summarise_source"]
