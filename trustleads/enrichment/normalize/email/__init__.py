"""E-mail addresses: syntax, normal form, domain facts, typo suggestions, MX answers (LEAD-2)."""

from __future__ import annotations

from trustleads.enrichment.normalize.email.kernel import validate_emails
from trustleads.enrichment.normalize.email.mx import apply_mx
from trustleads.enrichment.normalize.email.result import Emails

__all__ = ["Emails", "apply_mx", "validate_emails"]
