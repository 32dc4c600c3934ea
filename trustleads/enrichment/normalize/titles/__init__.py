"""Job titles: normal form, seniority and department in English, German, French, Spanish and Italian (LEAD-3).

``text`` makes the normal form, ``rules`` decides by the ``parts`` of a title, ``lexicon`` finds the words of the
languages' tables in it; ``english``, ``german``, ``french``, ``spanish`` and ``italian`` are those tables.
"""

from __future__ import annotations

from trustleads.enrichment.normalize.titles.kernel import Titles, normalize_titles

__all__ = ["Titles", "normalize_titles"]
