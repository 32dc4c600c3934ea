"""Companies: the legal form taken off the name, and the domain from website or e-mail address (LEAD-3).

``kernel`` is the whole; ``names`` and ``forms`` deal with the name, ``domains`` (one at a time), ``hosts`` (a whole
column) and ``suffixes`` (the public suffix list) with the domain.
"""

from __future__ import annotations

from trustleads.enrichment.normalize.company.kernel import Companies, normalize_companies

__all__ = ["Companies", "normalize_companies"]
