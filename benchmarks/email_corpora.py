"""Addresses that need the rules few files need: other scripts, punycode, quotes, lengths, what copying leaves behind.

All of them are invented: words of many languages under zones where nobody's mailbox is meant.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

SEED = 7
WORDS = (
    ("grün", "straße", "müller", "käse", "bäcker", "öffner"),
    ("élan", "forêt", "garçon", "maïs", "noël", "señal", "corazón", "perché"),
    ("łódka", "žluť", "çiçek", "\u0131\u011fd\u0131r", "őrség", "tūska"),
    ("пример", "почта", "солнце", "україна", "ёлка"),
    ("παράδειγμα", "ήλιος", "θάλασσα", "δρόμος"),
    ("例子", "公司", "测试", "网络", "東京", "大阪"),
    ("さくら", "カメラ", "みどり", "ひかり"),
    ("한국", "서울", "바다", "회사"),
    ("ตัวอย่าง", "ทดสอบ", "ไทย"),
    ("उदाहरण", "परीक्षा", "भारत"),
    ("مثال", "شركة", "بريد"),
    ("דוגמה", "חברה", "דואר"),
)
ZONES = ("com", "de", "example", "co.uk", "рф", "中国", "ไทย", "भारत", "مصر", "xn--p1ai")


def _word(rng: random.Random) -> str:
    return "".join(rng.choice(rng.choice(WORDS)) for _ in range(rng.randint(1, 2))) + rng.choice(("", "", "-7", "42"))


def _latin(rng: random.Random) -> str:
    return "".join(rng.choice("abcdefghiklmnoprstuvw") for _ in range(rng.randint(3, 9)))


def _plain(rng: random.Random) -> str:
    return f"{_latin(rng)}.{_latin(rng)}@{_latin(rng)}.{_latin(rng)}.com"


def _idn(rng: random.Random) -> str:
    return f"{_latin(rng)}@{_word(rng)}.{rng.choice(ZONES)}"


def _both_halves(rng: random.Random) -> str:
    return f"{_word(rng)}.{_word(rng)}@{_word(rng)}.{rng.choice(ZONES)}"


def _foreign_local(rng: random.Random) -> str:
    return f"{_word(rng)}.{_latin(rng)}@{_latin(rng)}.com"


def _capitals(rng: random.Random) -> str:
    return f"{_latin(rng).title()}@{_word(rng)}.{_latin(rng)}".upper()


def _punycode(rng: random.Random) -> str:
    return f"{_latin(rng)}@xn--{_word(rng).encode('punycode').decode()}.{rng.choice(ZONES)}"


def _bad_punycode(rng: random.Random) -> str:
    return _spoilt(rng, f"{_latin(rng)}@xn--{_latin(rng)}-{_latin(rng)}.com")


def _decomposed(rng: random.Random) -> str:
    return unicodedata.normalize("NFD", rng.choice((_both_halves, _idn, _foreign_local))(rng))


def _quoted(rng: random.Random) -> str:
    return f'"{_latin(rng)}{rng.choice((" ", "@", ".", chr(92) + chr(34), _word(rng)))}"@{_latin(rng)}.com'


def _wrapped(rng: random.Random) -> str:
    shape = rng.choice(("<{}>", "Invented Name <{}>", '"Name" <{}>', "mailto:{}", "{} (work)", "{}; {}", "({}"))
    return shape.format(_plain(rng), _idn(rng))


def _literal(rng: random.Random) -> str:
    return f"{_latin(rng)}@{rng.choice(('[192.0.2.1]', '[IPv6:2001:db8::1]', '192.0.2.1', 'localhost'))}"


def _overlong(rng: random.Random) -> str:
    size = rng.choice((60, 64, 70, 250, 1000))
    return rng.choice(("{a}@b.com", "a@{a}.com", "a@{b}.com", "a@{w}.com")).format(
        a="a" * size, b=".".join("a" * 30 for _ in range(size // 30)), w=_word(rng) * (size // 6)
    )


def _special(rng: random.Random) -> str:
    return f"{_latin(rng)}@{rng.choice((_latin, _word))(rng)}.{rng.choice(('test', 'local', 'invalid', 'onion'))}"


def _misplaced(rng: random.Random) -> str:
    shape = rng.choice(("-{}.com", "{}-.com", "a.{}--b.com", "ab--{}.com", "{}..com", ".{}", "{}.1", "{}.c1d"))
    return f"{_latin(rng)}@" + shape.format(rng.choice((_latin, _word))(rng))


def _unseen(rng: random.Random) -> str:
    return _spoilt(rng, rng.choice((_plain, _idn))(rng), "\u200b\u200d\u00ad\u00a0\u202e\ufeff\u2028\x00\t")


def _pictures(rng: random.Random) -> str:
    return _spoilt(rng, rng.choice((_plain, _idn))(rng), "😀★™①½·ﬁ²…。\uff20")


def _spoilt(rng: random.Random, text: str, signs: str = '@.- "<>,;()[]\\äß中') -> str:
    place = rng.randrange(len(text))
    return text[:place] + rng.choice(signs) + text[place + rng.randint(0, 1) :]


def _spoilt_plain(rng: random.Random) -> str:
    return _spoilt(rng, _plain(rng))


KINDS: tuple[Callable[[random.Random], str], ...] = (
    _idn,
    _both_halves,
    _foreign_local,
    _capitals,
    _punycode,
    _bad_punycode,
    _decomposed,
    _quoted,
    _wrapped,
    _literal,
    _overlong,
    _special,
    _misplaced,
    _unseen,
    _pictures,
    _spoilt_plain,
)


def hostile(rows: int, seed: int = SEED) -> list[str]:
    """Give addresses that need the rules few other files need, about two in five of them valid."""
    rng = random.Random(seed)
    return [rng.choice(KINDS)(rng) for _ in range(rows)]
