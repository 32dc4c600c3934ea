"""What the contract suite of ``Provider`` needs to be told: the provider, its far side, and what that can do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from trustleads.enrichment.ports import Provider
from trustleads.enrichment.questions import Attribute, Mailbox, Question


class Trouble(StrEnum):
    """What a far side can do instead of answering well."""

    NOBODY_LISTENS = "nobody_listens"  # the connection is refused
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    HUNG_UP = "hung_up"  # takes the call, and breaks off without a word
    SILENT = "silent"  # takes the call, and says nothing for longer than the provider's timeout
    TRICKLES = "trickles"  # answers in drops: none is late, the whole is
    TORN = "torn"  # breaks off in the middle of the answer
    SENSELESS = "senseless"  # answers with success, and something else than its contract says
    REJECTED = "rejected"  # finds fault with the call, and does nothing
    KEY_REFUSED = "key_refused"
    NO_CREDIT = "no_credit"
    WRONG_SUBJECT = "wrong_subject"  # the answer (in a batch: the first one) is about somebody else
    SHUFFLED = "shuffled"  # answers of a batch in another order
    TOO_FEW = "too_few"  # an answer of a batch is missing
    TOO_MANY = "too_many"  # an answer of a batch is there twice


@dataclass(frozen=True, slots=True)
class Known:
    """A lead that the far side can answer about.

    Attributes:
        question: Given is one of the provider's ``matches``. Names and the like occur nowhere else in a call.
        found: What the answer has to say, as the far side writes it.
        mailbox: What it has to say of the address, where the provider verifies.
    """

    question: Question = field(repr=False)
    found: Mapping[Attribute, str] = field(default_factory=dict, repr=False)
    mailbox: Mailbox | None = None


@dataclass(frozen=True, slots=True)
class ProviderWorld:
    """A provider under test, and its far side, reached around it.

    Attributes:
        provider: The provider, with ``limits.timeout`` of tenths of a second.
        known: Two or more different leads that share nothing of what is given or found.
        unknown: What the far side has no answer to.
        restricted: What the far side must not answer, where it says so (HTTP 451, a suppression list).
        key: The provider's secret; empty where it has none.
        wire: Gives the bytes of every call that arrived, in order; None for a provider that asks nobody.
        fail: Makes the far side fail in this way from now on, and well again with None.
        troubles: Those that the far side can have; the tests of all others are skipped.
    """

    provider: Provider
    known: Sequence[Known]
    unknown: Question | None = None
    restricted: Question | None = None
    key: str = field(default="", repr=False)
    wire: Callable[[], Sequence[bytes]] | None = None
    fail: Callable[[Trouble | None], None] | None = None
    troubles: Collection[Trouble] = frozenset(Trouble)
