"""Which strings are addresses, as far as whole-column matches can tell (RFC 5321, 5322, 6531, 6761).

Everything here speaks of *lowered* text: white space trimmed, ASCII letters in lower case, all else as typed.
Each pattern's comment says why the reference library, ``email-validator``, must agree with it; the tests ask it.
"""

from __future__ import annotations

import string
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trustleads.enrichment.models import EmailReason
from trustleads.enrichment.normalize.arrays import Mask, buffers, mask
from trustleads.enrichment.normalize.email.result import CODE, Codes

MAX_ADDRESS = 254  # octets, RFC 5321 section 4.5.3.1.3 with erratum 1690
MAX_LABEL = 63  # octets, RFC 1035 section 2.3.1
SPECIAL_TLDS = ("arpa", "invalid", "local", "localhost", "onion", "test")  # RFC 6761, 6762, 7686: no mail
# RFC 2142: mailbox names that mean the same in any case, so their normal form is in lower case.
_CASELESS = "info marketing sales support abuse noc security postmaster hostmaster usenet news webmaster www uucp ftp"
CASELESS_LOCALS = frozenset(_CASELESS.split())
ASK = np.uint8(255)  # not a reason: only the reference library can tell
_SHORT = 64  # octets: such a row has no room for an over-long label, as "a@" and a final label take at least three

# First and last code points: the white space of str.strip(); then what editors and web pages leave at the ends of
# copied text without anybody seeing it (zero-width characters, direction marks, byte order mark).
_SPACES = "0009-000D 001C-0020 0085-0085 00A0-00A0 1680-1680 2000-200A 2028-2029 202F-202F 205F-205F 3000-3000"
_UNSEEN = "200B-200F 202A-202E 2060-2064 2066-2069 FEFF-FEFF"
TRIMMED = "".join(
    chr(code)
    for first, _, last in (span.partition("-") for span in f"{_SPACES} {_UNSEEN}".split())
    for code in range(int(first, 16), int(last, 16) + 1)
)

_ATEXT = r"a-z0-9!#$%&'*+/=?^_`{|}~\-"
_BEYOND = r"\x{80}-\x{10ffff}"  # RFC 6531: any character that is not ASCII
_DOT_ATOM = f"[{_ATEXT}]+(?:[.][{_ATEXT}]+)*"
# A host label: no hyphen at either end, and none in both third and fourth place (RFC 5891 section 4.2.3.1).
_LABEL = "[a-z0-9](?:[a-z0-9-]?[a-z0-9]|[a-z0-9-](?:[a-z0-9]|-[a-z0-9])(?:[a-z0-9-]*[a-z0-9])?)?"

# One "@", a dot-atom before it, host labels after it. A string without this shape is no address, whatever else
# it is: quoted local parts, display names and bracketed addresses are refused by default, and a character that is
# neither atext nor beyond ASCII is allowed only in those.
_SHAPE = (
    f"^[{_ATEXT}{_BEYOND}]+(?:[.][{_ATEXT}{_BEYOND}]+)*"
    f"@[a-z0-9{_BEYOND}](?:[a-z0-9{_BEYOND}-]*[a-z0-9{_BEYOND}])?"
    f"(?:[.][a-z0-9{_BEYOND}](?:[a-z0-9{_BEYOND}-]*[a-z0-9{_BEYOND}])?)*$"
)
_NEEDS_IDNA = rf"[{_BEYOND}]|[@.]xn--"
_HOST = f"@{_LABEL}(?:[.]{_LABEL})*$"  # of ASCII rows
_OVERLONG_LABEL = f"@.*[a-z0-9-]{{{MAX_LABEL + 1}}}"  # whatever stands beside it, no mapping shortens it
_SPECIAL_DOMAIN = f"[@.](?:{'|'.join(SPECIAL_TLDS)})$"
_PUBLIC_HOST = "[.][a-z0-9-]*[a-z]$"  # mail needs a domain below a top-level one, and those end in a letter


def _letters_except(words: Iterable[str], after: str = "") -> str:
    """Give a pattern for words of ASCII letters other than these; RE2 has no look-ahead, so the trie is spelt out."""
    longer = [word for word in words if word.startswith(after) and word != after]
    branching = sorted({word[len(after)] for word in longer})
    others = "".join(letter for letter in string.ascii_lowercase if letter not in branching)
    branches = [f"[{others}][a-z]*", *(letter + _letters_except(longer, after + letter) for letter in branching)]
    may_end_here = after and after not in words
    return f"(?:{'|'.join(branches)})" + ("?" if may_end_here else "")


_ORDINARY = f"^{_DOT_ATOM}@(?:{_LABEL}[.])+{_letters_except(SPECIAL_TLDS)}$"


def trim(column: pa.StringArray) -> pa.StringArray:
    """Cut white space and invisible characters off both ends of every row."""
    return pc.utf8_trim(column, characters=TRIMMED)


def is_ordinary(lowered: pa.StringArray) -> Mask:
    """Say which rows are valid addresses by one look: ASCII, short, in no special domain, without ``xn--``.

    Other rows, null ones among them, are *undecided*.
    """
    _, starts = buffers(lowered)
    return mask(pc.match_substring_regex(lowered, _ORDINARY)) & (np.diff(starts) <= _SHORT)


def judge(lowered: pa.StringArray) -> Codes:
    """Give a reason code (``OK`` for a valid address) for every row, or ``ASK``.

    Args:
        lowered: Trimmed rows without null; an empty one is missing.

    Returns:
        Codes of ``EmailReason``, or ``ASK`` for well-shaped rows that need Unicode's rules to be decided.
    """
    _, starts = buffers(lowered)
    sizes = np.diff(starts)
    codes = np.where(sizes == 0, CODE[EmailReason.MISSING], CODE[EmailReason.SYNTAX])
    shaped = _matches(lowered, _SHAPE)
    codes[shaped] = _judge_shaped(lowered.filter(pa.array(shaped)), sizes[shaped])
    return codes


def _judge_shaped(rows: pa.StringArray, sizes: NDArray[np.int32]) -> Codes:
    needs_idna = _matches(rows, _NEEDS_IDNA)
    conditions = [
        ~(needs_idna | _matches(rows, _HOST)),
        (sizes > MAX_ADDRESS) | _matches(rows, _OVERLONG_LABEL),
        _matches(rows, _SPECIAL_DOMAIN),
        needs_idna,
        ~_matches(rows, _PUBLIC_HOST),
    ]  # the first that applies decides
    codes = [
        CODE[EmailReason.SYNTAX],
        CODE[EmailReason.TOO_LONG],
        CODE[EmailReason.SPECIAL_DOMAIN],
        ASK,
        CODE[EmailReason.SYNTAX],
    ]
    return np.select(conditions, codes, default=CODE[EmailReason.OK])


def _matches(rows: pa.StringArray, pattern: str) -> Mask:
    return mask(pc.match_substring_regex(rows, pattern))
