"""Domains one slip of the finger away from a well-known provider of mailboxes.

All of them are written out beforehand: a look-up then tells a slip, and real domains that happen to look like one
are taken out here, once.
"""

from __future__ import annotations

from collections.abc import Iterator

from trustleads.enrichment.normalize.email.providers import FREE_MAIL

# So far apart that no slip is one of two of them.
_MEANT = """
    gmail.com hotmail.com yahoo.com outlook.com icloud.com googlemail.com protonmail.com rocketmail.com
    hotmail.co.uk yahoo.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es yahoo.fr yahoo.de yahoo.it yahoo.es
    outlook.fr outlook.de outlook.it outlook.es yahoo.com.br hotmail.com.br yahoo.ca hotmail.ca yahoo.co.in
    yahoo.com.au yahoo.com.mx yahoo.com.ar
    aol.com live.com msn.com mail.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de bluewin.ch
    orange.fr wanadoo.fr laposte.net libero.it virgilio.it tiscali.it
    btinternet.com virginmedia.com talktalk.net ntlworld.com comcast.net verizon.net sbcglobal.net bellsouth.net
    earthlink.net optonline.net charter.net telenet.be skynet.be ziggo.nl hetnet.nl telefonica.net
    bigpond.com optusnet.com.au rediffmail.com yandex.ru rambler.ru
"""

# Real domains, or words so common that they must be, one slip away from the above. Found by laying the table beside
# lists of popular, academic and mail domains, and by reading it.
_REAL = """
    gail.com gotmail.com hitmail.com notmail.com outlook.co outlook.cm yhoo.it ntworld.com orage.fr oranges.fr
    liber.it libro.it liberi.it liberto.it fiscali.it carter.net harter.net chater.net treenet.de greenet.de telnet.be
    ambler.ru skybet.be
"""

# A shorter name is one slip away from too many real ones; so is a longer one in its first letter, up to a length.
_LEAST_LETTERS = 5
_LEAST_LETTERS_FOR_FIRST = 7
_NO_ZONES = {  # slips that are no top-level domains, so that nobody can have them
    "com": "con cmo ocm vom xom cim cpm clm cop comm coom ccom c0m",
    "net": "nte ent ner nett neet ney met nt",
    "de": "ed dee dde",
    "fr": "rf ffr frr",
    "it": "ti itt iit",
    "es": "ess ees",
    "nl": "ln nll nnl",
    "ch": "hc cch chh",
    "be": "eb bee bbe",
    "co.uk": "co.ku co.k co.u c.uk couk co.ukk cco.uk con.uk com.uk",
    "com.br": "con.br com.b cm.br cmo.br combr",
}
_REAL_ZONES = {"com": "co cm om"}  # slips only behind a name that nobody else can have
_KEYS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")  # each row half a key further to the right


def meant_by_slip() -> dict[str, str]:
    """Give what was meant, for every domain one slip away from a well-known one and not known to be real."""
    real = FREE_MAIL.union(_REAL.split())
    return {slip: domain for domain in _MEANT.split() for slip in _slips(domain) if slip not in real}


def _slips(domain: str) -> Iterator[str]:
    name, _, zone = domain.partition(".")
    zones = _NO_ZONES.get(zone, "").split()
    if len(name) >= _LEAST_LETTERS:
        zones += _REAL_ZONES.get(zone, "").split()
        prefix, _, last = name.rpartition("-")  # slips in the "t" of t-online make names of others
        yield from (f"{prefix}-{slip}.{zone}" if prefix else f"{slip}.{zone}" for slip in _name_slips(last))
    yield from (f"{name}.{zone}" for zone in zones)


def _name_slips(name: str) -> Iterator[str]:
    """Leave out, double, swap or miss a letter, or hit the key beside it as well."""
    for place, letter in enumerate(name):
        before, after = name[:place], name[place + 1 :]
        yield before + letter + letter + after
        if after:
            yield before + after[0] + letter + after[1:]
        for key in _keys_beside(letter):
            yield before + letter + key + after
        if place or len(name) >= _LEAST_LETTERS_FOR_FIRST:
            yield before + after
            for key in _keys_beside(letter):
                yield from (before + key + after, before + key + letter + after)


def _keys_beside(letter: str) -> str:
    """Give the keys around a key of a QWERTY keyboard."""
    number = next(number for number, row in enumerate(_KEYS) if letter in row)
    row, place = _KEYS[number], _KEYS[number].index(letter)
    left = max(place - 1, 0)
    above = _KEYS[number - 1][place : place + 2] if number else ""
    below = _KEYS[number + 1][left : place + 1] if number + 1 < len(_KEYS) else ""
    return row[left:place] + row[place + 1 : place + 2] + above + below
