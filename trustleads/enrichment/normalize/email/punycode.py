"""Host labels between Unicode and ASCII (RFC 3492, RFC 5890), as quick as plain Python allows.

The standard library's ``punycode`` codec gives the same text; it searches the label anew for every character, and
takes two to three times as long. For the way back, which is rarer, it is good enough.
"""

from __future__ import annotations

import unicodedata

ACE = "xn--"  # what the ASCII form of a label begins with, RFC 5890 section 2.3.2.1
_DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789"
# RFC 3492 section 5
_BASE, _LEAST, _MOST, _SKEW, _DAMP, _FIRST_BIAS, _FIRST_CODE = 36, 1, 26, 38, 700, 72, 0x80


def to_ascii(label: str) -> str:
    """Give the ASCII form of a label; one that is ASCII is its own."""
    return label if label.isascii() else ACE + _encode(label)


def to_unicode(label: str) -> str:
    """Give the Unicode form of a label that begins with ``ACE``.

    Returns:
        The Unicode form; empty where there is none that gives just this ASCII form (RFC 5891 section 5.3), or it
        holds what no host name may: controls, separators, unassigned and private characters.
    """
    try:
        decoded = label.removeprefix(ACE).encode("ascii").decode("punycode")
    except UnicodeError:
        return ""
    canonical = decoded.isprintable() and unicodedata.is_normalized("NFC", decoded) and to_ascii(decoded) == label
    return decoded if canonical else ""


def _encode(label: str) -> str:
    """Encode as RFC 3492 section 6.3 does: basic characters first, then where in order of code to insert the others."""
    codes = list(map(ord, label))
    output = [char for char in label if char.isascii()]
    handled = len(output)
    if output:
        output.append("-")
    delta, code, bias, damp = 0, _FIRST_CODE, _FIRST_BIAS, _DAMP
    for wanted in sorted({code for code in codes if code >= _FIRST_CODE}):
        delta += (wanted - code) * (handled + 1)
        for each in codes:
            if each < wanted:
                delta += 1
            elif each == wanted:
                output += _variable_length(delta, bias)
                handled += 1
                bias = _adapted(delta // damp, handled)
                delta, damp = 0, 2
        delta, code = delta + 1, wanted + 1
    return "".join(output)


def _variable_length(number: int, bias: int) -> list[str]:
    """Write a number in digits whose weights depend on the bias, section 3.3."""
    digits = []
    threshold = min(max(_BASE - bias, _LEAST), _MOST)
    place = _BASE
    while number >= threshold:
        number, digit = divmod(number - threshold, _BASE - threshold)
        digits.append(_DIGITS[threshold + digit])
        place += _BASE
        threshold = min(max(place - bias, _LEAST), _MOST)
    digits.append(_DIGITS[number])
    return digits


def _adapted(delta: int, handled: int) -> int:
    """Give the next bias, section 3.4."""
    delta += delta // handled
    steps = 0
    while delta > (_BASE - _LEAST) * _MOST // 2:
        delta //= _BASE - _LEAST
        steps += _BASE
    return steps + (_BASE - _LEAST + 1) * delta // (delta + _SKEW)
