"""Legal forms, and how they are taken off a company's name.

``_BEHIND`` lists what stands at the end, ``_IN_FRONT`` what stands at the beginning. Dots, commas, spaces and
brackets do not matter ("S.p.A.", "S. p. A.", "SpA"), and case does not, except where a form is a word as well:

* ``~AS``: only as it is listed, or with its dots ("Nordlys AS", "Nordlys A.S.", but not "Nordlys as");
* ``!SpA``: the same, and not as a bare word in a name that is all in capitals ("Terme SpA", but not "DAY SPA").
"""

# ruff: noqa: RUF001 - forms in Greek and Cyrillic letters are meant

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

_BEHIND = """
    Germany, Austria, Switzerland: GmbH | gGmbH | mbH | AG | gAG | KGaA | KG | OHG | ~OG | GbR | eGbR | UG
        | UG (haftungsbeschränkt) | !e.K. | e.Kfm. | e.Kfr. | !e.V. | !eG | ~SE | PartG | PartG mbB | PartGmbB
        | mbB | AöR | VVaG | !e.U. | GesmbH | & Co. KG | & Co. KGaA | & Co. OHG | & Cie. KG | Co. KG
        | & Co. GmbH | InvAG | GmbH & Co
    United Kingdom, Ireland: Ltd | Limited | PLC | Public Limited Company | LLP | CIC | DAC | Company Limited
        | Co. Ltd | & Co. Ltd | Private Limited
    United States, Canada: Inc | Incorporated | Corp | Corporation | LLC | Limited Liability Company | LLLP
        | PLLC | PBC | !Co. | !PC | !LP | ULC | Ltée | Limitée
    Australia, New Zealand, South Africa: Pty Ltd | Pty Limited | Pty | (Pty) Ltd
    India, Pakistan, Singapore, Malaysia, Hong Kong: Pvt Ltd | Pvt. Limited | (P) Ltd | Private Ltd | Pte Ltd
        | Pte. Limited | Pte | Sdn Bhd | Bhd | Tbk | Berhad | Sendirian Berhad
    France, Belgium, Luxembourg: SA | SAS | SASU | SARL | S.à r.l. | Sàrl | EURL | SNC | SCI | SCM | SCOP | ~SCA
        | SELARL | EIRL | GIE | SPRL | BVBA | SRL | ASBL | VZW | SCRL | CVBA | GCV | SCS | SECS
    Netherlands: BV | NV | VOF | ~CV | Coöperatie U.A. | !U.A. | BV i.o.
    Spain, Latin America: S.L. | S.L.U. | S.A. | S.A.U. | S.L.L. | S.L.N.E. | S.L.P. | S.Coop. | S. Coop.
        | !C.B. | !S.C. | S.A. de C.V. | S.A.P.I. de C.V. | S.A.B. de C.V. | S. de R.L. | S. de R.L. de C.V.
        | S.A.C. | S.A.S. | Ltda | Cía. Ltda. | E.I.R.L. | S.R.L. | Sociedad Anónima | Sociedad Limitada
    Portugal, Brazil: Lda | Limitada | Unipessoal Lda | Ltda | S/A | S.A. | EIRELI | !ME | EPP | Ltda ME
        | SGPS SA | SGPS
    Italy: !SpA | S.r.l. | S.r.l.s. | S.r.l. unipersonale | S.n.c. | S.a.s. | S.a.p.a. | S.c.a.r.l. | S.c.a r.l.
        | Scarl | S.c.r.l. | Soc. Coop. | Società Cooperativa | Soc. Coop. a r.l. | !S.S.
    Denmark, Norway: A/S | ApS | I/S | K/S | P/S | IVS | ~AS | ASA | ANS | !DA | ENK | SA
    Sweden, Finland, Iceland: AB | Aktiebolag | AB (publ) | ~HB | ~KB | Handelsbolag | Kommanditbolag | Oy | Oyj
        | Oy Ab | Abp | ~Ky | Tmi | ehf | ~hf
    Estonia, Latvia, Lithuania: OÜ | ~AS | SIA | UAB
    Poland: Sp. z o.o. | Spółka z o.o. | Spółka z ograniczoną odpowiedzialnością | Sp. k. | Sp. j. | Sp. p.
        | Spółka Akcyjna | S.K.A. | P.S.A. | Sp. z o.o. Sp. k.
    Czechia, Slovakia: s.r.o. | spol. s r.o. | spol. s.r.o. | ~a.s. | !k.s. | v.o.s. | !z.s. | o.p.s.
    Hungary, Romania: Kft | Zrt | Nyrt | ~Bt | Kkt | S.R.L. | S.R.L.-D | PFA
    Slovenia, Croatia, Serbia, Bosnia: d.o.o. | d.d. | j.d.o.o. | !a.d. | !s.p.
    Bulgaria, Greece, Turkey: EOOD | OOD | EAD | !AD | ЕООД | ООД | ЕАД | Α.Ε. | Ε.Π.Ε. | Ι.Κ.Ε. | Ο.Ε. | A.E.
        | E.P.E. | A.Ş. | Ltd. Şti. | Şti.
    Russia, Ukraine: ООО | ОАО | ЗАО | ПАО | АО | ТОВ | OOO | ZAO | OAO | PAO
    Japan, China, Korea: K.K. | KK | Kabushiki Kaisha | G.K. | Co., Ltd. | Co. Limited | Company Ltd
        | (Group) Co., Ltd.
    Gulf, Israel: FZE | FZCO | FZ-LLC | FZ LLC | W.L.L. | WLL | DMCC | Ltd. Co.
"""

_IN_FRONT = """
    Indonesia: PT
    Lithuania, Latvia, Estonia: UAB | SIA | OÜ | AS
    Russia, Ukraine: ООО | ОАО | ЗАО | ПАО | АО | ТОВ | OOO | ZAO | OAO | PAO
    Finland: Oy
"""

# Written without a space, at either end.
_CJK = (
    *("株式会社", "有限会社", "合同会社", "合資会社", "一般社団法人", "(株)", "(有)", "㈱", "㈲"),
    *("股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "주식회사", "유한회사", "(주)", "(유)", "㈜"),
)

_CONNECTORS = frozenset({"&", "and", "und", "u", "et", "y", "e", "+", "og", "och", "en"})
_IGNORED = re.compile(r"[\s.,()]+")
_AND = re.compile(r"(?<=\s)(?:und|u\.|and|et|\+)(?=\s)", re.IGNORECASE)
_TRAILING = " ,;-\u2013\u2014&+/"
LONGEST = 6  # words of a form


class _Form(NamedTuple):
    """How a form must be written to count."""

    spelling: str
    marker: str  # "", "~" or "!"


def compact(text: str) -> str:
    """Give the spelling under which a form is looked up."""
    return _IGNORED.sub("", _AND.sub("&", f" {text.casefold()} "))


def without_legal_form(name: str) -> str:
    """Take the legal forms off both ends of a name that has normal spacing; something always stays.

    >>> [without_legal_form(n) for n in ("Nordvik GmbH & Co. KG", "Solara S.p.A.", "PT Batu Tbk", "GmbH")]
    ['Nordvik', 'Solara', 'Batu', 'GmbH']
    """
    shorter = _cut(name)
    while shorter != name:
        name, shorter = shorter, _cut(shorter)
    return name


def _cut(name: str) -> str:
    for form in _CJK:
        bare = name.removesuffix(form) if name.endswith(form) else name.removeprefix(form)
        if bare != name and bare.strip():
            return bare.strip()
    parts = name.split()
    capitals = name.isupper()
    for count in range(min(LONGEST, len(parts) - 1), 0, -1):
        if _is_form(" ".join(parts[-count:]), capitals=capitals) and not _is_partnership(parts, count):
            return " ".join(parts[:-count]).rstrip(_TRAILING) or name
    if len(parts) > 1 and parts[0] in in_front():
        return " ".join(parts[1:])
    return name


def _is_form(tail: str, *, capitals: bool) -> bool:
    form = _behind().get(compact(tail))
    if form is None or tail[0] in ",-" or (tail[0] == "(" and tail[-1] == ")"):  # "(SA)" is a country
        return False
    if not form.marker or "." in tail or "/" in tail:
        return True
    return tail == form.spelling and not (capitals and form.marker == "!")


def _is_partnership(parts: list[str], count: int) -> bool:
    """Tell whether "Co" belongs to the name ("Perle & Co")."""
    return compact(parts[-count]) == "co" and count == 1 and parts[-2].casefold().rstrip(".") in _CONNECTORS


@cache
def _behind() -> dict[str, _Form]:
    table: dict[str, _Form] = {}
    for entry in _entries(_BEHIND):
        marker = entry[0] if entry[0] in "~!" else ""
        table.setdefault(compact(entry[len(marker) :]), _Form(entry[len(marker) :], marker))
    return table


def _entries(text: str) -> list[str]:
    listed = re.sub(r"^\s*[A-Z][A-Za-z, ]+:", "|", text, flags=re.MULTILINE).split("|")
    return [entry for part in listed if (entry := " ".join(part.split()))]


@cache
def in_front() -> frozenset[str]:
    """List the forms in front as they must be written: with all their dots, one, or none."""
    return frozenset(
        spelling
        for form in _entries(_IN_FRONT)
        for spelling in (form, f"{form}.", ".".join(form), f"{'.'.join(form)}.")
    )


@lru_cache(maxsize=4096)
def kept_of_run(run: str) -> tuple[int | None]:
    """Say how much of the end of a name stays when the word before it is no part of a form.

    Args:
        run: The last words of a name, those that ``is_part``.

    Returns:
        How many bytes (UTF-8) of the run stay; None where that depends on the rest of the name.
    """
    kept = {_kept(run, neutral) for neutral in ("Xx ", "XX ")}  # mixed case, and perhaps capitals throughout
    return (kept.pop() if len(kept) == 1 else None,)


def _kept(run: str, neutral: str) -> int | None:
    name = without_legal_form(neutral + run)
    if not (neutral + run).startswith(name):
        return None
    return max(len(name.encode()) - len(neutral), 0)


def is_part(word: str) -> bool:
    """Tell whether a word may be a part of a form, or stand for something just before one."""
    return compact(word) in parts() or word.lower() in parts()


@cache
def parts() -> frozenset[str]:
    """List the words of every form, and every piece of its compact spelling, for dots may be spaces ("S. p. A.")."""
    words = (word.lower() for form in _behind().values() for word in form.spelling.split())
    return _CONNECTORS.union(
        words, (key[i:j] for key in _behind() for i in range(len(key)) for j in range(i + 1, len(key) + 1))
    )
