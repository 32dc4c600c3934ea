"""Providers: where enrichment asks (LEAD-4)."""
