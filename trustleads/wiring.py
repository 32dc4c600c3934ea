"""The only library module that names concrete adapters: what a caller asked for becomes ports."""

from __future__ import annotations

from trustleads.core.errors import InvalidInput
from trustleads.enrichment.ports import MxResolver


def mx_resolver(mx: bool | MxResolver) -> MxResolver | None:
    """Give the resolver that ``mx=`` stands for.

    Args:
        mx: False asks nothing, True asks the DNS servers of this machine, a resolver is taken as it is.

    Raises:
        InvalidInput: It is none of these.
    """
    if mx is False or mx is None:
        return None
    if mx is True:
        from trustleads.enrichment.adapters.dns import DnsMxResolver  # noqa: PLC0415 - only on demand

        return DnsMxResolver()
    if callable(getattr(mx, "lookup", None)):
        return mx
    raise InvalidInput("mx= takes True, False or an object with lookup(domains), such as DnsMxResolver()", reason="mx")
