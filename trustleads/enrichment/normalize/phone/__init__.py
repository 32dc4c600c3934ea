"""Phone numbers: E.164, validity, line type and region of whole columns (LEAD-3).

Equal, row by row, to ``phonenumbers`` (``parse``, ``is_valid_number``, ``number_type``, ``region_code_for_number``).
The way of a row: ``reading`` takes its digits; ``kernel`` decides them by ``tables``, which ``charts`` made out of
``plans`` by means of ``patterns`` and ``automata``; what is left open goes to ``exact``. ``columns`` is the door.
"""

from __future__ import annotations

from trustleads.enrichment.normalize.phone.columns import Phones, validate_phones

__all__ = ["Phones", "validate_phones"]
