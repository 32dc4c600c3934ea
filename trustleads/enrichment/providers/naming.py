"""What providers may be called."""

from __future__ import annotations

import re

from trustleads.core.errors import InvalidInput

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def checked_name(name: object) -> str:
    """Check the name of a provider.

    Raises:
        InvalidInput: It is not up to forty lower-case letters, digits and underscores, a letter first.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidInput("name= is of lower-case letters, digits and '_', such as 'crm'", reason="provider_name")
    return name
