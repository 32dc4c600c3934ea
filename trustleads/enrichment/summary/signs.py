"""Text of others, as it may be shown."""

from __future__ import annotations


def visible(text: str) -> str:
    """Write signs that steer a terminal or turn the reading direction as their code points."""
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)
