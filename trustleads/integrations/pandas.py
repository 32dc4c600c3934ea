"""``import trustleads.integrations.pandas`` gives every pandas data frame ``df.leads``.

``df.leads.enrich()``, ``df.leads.summary()`` and ``df.leads.columns()`` take the options of the functions of
the same name in ``trustleads``.
"""

from __future__ import annotations

try:
    import pandas as pd
except ImportError as error:
    from trustleads.core.errors import MissingExtra

    raise MissingExtra("pandas", "pandas") from error

from trustleads.integrations._leads import Leads

pd.api.extensions.register_dataframe_accessor("leads")(Leads)
