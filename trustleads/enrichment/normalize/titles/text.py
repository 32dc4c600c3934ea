"""The normal form of a title: spacing, case and sure abbreviations; the wording stays the caller's."""

from __future__ import annotations

import re
import unicodedata

_GENDER = re.compile(
    r"""[(\[]\s*(?:[mwfdxhi]|div|gn|all\ genders|alle)(?:\s*[/|,*\s]\s*(?:[mwfdxhi]|div))*\s*[)\]]
      | (?<![\w/])(?:[mwfdx](?:\s?/\s?[mwfdx]){1,3}|h\s?/\s?f|f\s?/\s?h)(?![\w/])""",
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESS = re.compile(r"@\S+\.|://|^www\.|^[+\d()\s./-]+$")
_WORD = re.compile(r"[^\W_]+(?:[&+][^\W_])?(?:(?:['\u2019]|\.(?!\s|$))[^\W_]+)*\.?")
LONGEST = 300  # characters of a cell that may be a title: what is longer is not read
_ENDS = " \t,;:|/-\u2013\u2014&+*\u2022\u00b7"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NO_TITLE = _words("""
    n/a na n.a none null nil nan unknown unbekannt inconnu desconocido sconosciuto test tbd undefined title position
    xxx asdf
""")
_ACRONYMS = _words("""
    ceo cto cfo coo cmo cio ciso cso cpo cro chro cdo cco clo cxo vp svp evp avp rvp gm md pa ea hr it ict ti tic pr
    qa qc qm qs r&d f&e i+d m&a seo sea sem ux ui crm erp sap emea dach apac latam usa us uk eu sdr bdr bi ai ml pmo
    ehs hse qhse qse gf pdg dg dga daf drh dsi rh rrh rrhh rssi raf adv sav rse prl ced rspp cda edv pmp cpa sql aws
    api b2b b2c fmcg oem sre iot ag kg cnc cad bim dpo kam ad
""")
_SURE_ACRONYMS = _words("ceo cto cfo coo cmo cio ciso chro vp svp evp hr it")  # "Ceo" was not typed, but made
_FIXED = {"devops": "DevOps", "phd": "PhD", "javascript": "JavaScript", "ios": "iOS", "saas": "SaaS"}
_SMALL = _words("""
    of and for to the in at on with by
    der die das des dem den und für im von zur zum bei
    de du d l la le les et en à au aux pour del los las el y e o a para al
    di della dello dei degli delle dell ed per il lo gli
""")
_SHORT = {
    "sr": "Senior",
    "snr": "Senior",
    "jr": "Junior",
    "jnr": "Junior",
    "mgr": "Manager",
    "mngr": "Manager",
    "asst": "Assistant",
    "assoc": "Associate",
    "exec": "Executive",
    "mktg": "Marketing",
    "coord": "Coordinator",
    "rep": "Representative",
    "supv": "Supervisor",
    "pres": "President",
    "mgmt": "Management",
    "engr": "Engineer",
    "ltr": "Leiter",
    "acct": "Account",
    "svc": "Service",
    "svcs": "Services",
}  # fmt: skip - a list to read
_SHORT_IN_ENGLISH = {"dir": "Director", "eng": "Engineering"}  # elsewhere they may be a directeur or an ingegnere
_ENGLISH_ONLY = _words(
    "of sales finance product engineering operations managing regional associate hr it vp svp evp head"
)


def normal_title(text: str) -> str | None:
    """Give a title in normal form; None where the cell holds none, or more than ``LONGEST`` characters.

    >>> [normal_title(t) for t in ("  SENIOR SALES MGR (m/f/d) ", "leiter it", "VP, Eng.", "n/a")]
    ['Senior Sales Manager', 'Leiter IT', 'VP, Engineering', None]
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    title = " ".join(_GENDER.sub(" ", unicodedata.normalize("NFC", text)).split()).strip(_ENDS)
    if title.casefold().rstrip(".") in _NO_TITLE or _ADDRESS.search(title) or not any(map(str.isalpha, title)):
        return None
    english = not _ENGLISH_ONLY.isdisjoint(title.lower().replace(",", " ").split())
    recase = title.isupper() or title.islower()
    words = [match[0] for match in _WORD.finditer(title)]
    forms = iter([_form(word, first=not i, recase=recase, english=english) for i, word in enumerate(words)])
    return _WORD.sub(lambda _: next(forms), title)


def _form(word: str, *, first: bool, recase: bool, english: bool) -> str:
    key = word.replace(".", "").lower()
    if full := _SHORT.get(key) or (_SHORT_IN_ENGLISH.get(key) if english else None):
        return full
    if key in _ACRONYMS and (recase or "." in word[:-1] or (word.istitle() and key in _SURE_ACRONYMS)):
        return key.upper()
    if not recase:
        return word
    if key in _FIXED:
        return _FIXED[key]
    if word.isupper() and len(word) <= 4 and not set(key) & set("aeiouyäöü"):  # noqa: PLR2004 - an acronym nobody listed
        return word
    return word.lower() if key in _SMALL and not first else _capitalized(word)


def _capitalized(word: str) -> str:
    """Capitalise a word, and what follows an elided article ("d'Affaires")."""
    head, mark, tail = word.lower().partition("'")
    if mark and head in _SMALL and len(tail) > 1:
        return head + mark + _first(tail)
    return _first(word.lower())


def _first(word: str) -> str:
    head = word[:1].title()
    return head + word[1:] if len(head) == 1 else word
