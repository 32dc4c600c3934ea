"""The exact path for a name that only the e-mail address tells."""

from __future__ import annotations

import re

from trustleads.enrichment.normalize.names import case, words

_PARTS = re.compile(r"[._]")
_LETTERS = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})*")
_VOWEL = re.compile(r"[aeiouyäöüéèáíóúø]|[^\x00-\x7f]")
_LONGEST = 64  # RFC 5321 section 4.5.3.1.1
NO_NAME = words.FUNCTIONS | words.NONSENSE | words.DOUBTFUL | words.HONORIFICS


def derive(local: str) -> tuple[str, str] | None:
    """Read first and last name out of the local part of an address, or None where it is not plain.

    Plain is: two words of letters with a dot or an underscore between, particles before the second one,
    a number behind it and a "+tag" ignored. Initials, functions and placeholders give no name.

    >>> derive("jane.doe2"), derive("JAN_VAN_DIJK+news"), derive("jdoe"), derive("sales.team")
    (('Jane', 'Doe'), ('Jan', 'van Dijk'), None, None)
    """
    if len(local) > _LONGEST:
        return None
    parts = _PARTS.split(local.partition("+")[0].lower().rstrip("0123456789"))
    if len(parts) == 1:
        return None
    first, *middle, last = parts
    if not (_is_name(first) and _is_name(last) and all(part in words.PARTICLES for part in middle)):
        return None
    return case.capitalized(first), " ".join([*middle, case.capitalized(last)])


def _is_name(part: str) -> bool:
    return bool(_LETTERS.fullmatch(part)) and part not in NO_NAME and bool(_VOWEL.search(part))
