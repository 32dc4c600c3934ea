"""Names: titles and degrees dropped, usual case, first and last name apart, junk refused (LEAD-3).

``kernel`` holds the whole-column path, ``cells``, ``full`` and ``local`` the exact one, ``words`` its lists,
``case`` the rules of upper and lower case, ``cjk`` those of Chinese, Japanese and Korean script.
"""

from __future__ import annotations

from trustleads.enrichment.normalize.names.kernel import Names, normalize_names

__all__ = ["Names", "normalize_names"]
