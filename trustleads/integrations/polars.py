"""``import trustleads.integrations.polars`` gives every Polars data frame ``df.leads``.

``df.leads.enrich()``, ``df.leads.summary()`` and ``df.leads.columns()`` take the options of the functions of
the same name in ``trustleads``.
"""

from __future__ import annotations

try:
    import polars as pl
except ImportError as error:
    from trustleads.core.errors import MissingExtra

    raise MissingExtra("polars", "polars") from error

from trustleads.integrations._leads import Leads

pl.api.register_dataframe_namespace("leads")(Leads)
