"""Labels to ASCII and back, against the standard library's codec."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trustleads.enrichment.normalize.email.punycode import to_ascii, to_unicode

pytestmark = pytest.mark.clause("LEAD-2")

LETTERS = st.one_of(
    st.sampled_from("abcxyz0189-"),
    st.characters(min_codepoint=0xA1, max_codepoint=0x24F),
    st.characters(min_codepoint=0x400, max_codepoint=0x4FF),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x80, codec="utf-8"),
)


@given(st.text(LETTERS, min_size=1, max_size=70))
@settings(max_examples=1000)
@example("ü" * 63)
@example("bücher")
@example("\U0010ffff\x80")
@example("a-ü-b")
def test_the_ascii_form_is_the_codecs(label: str) -> None:
    wanted = label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
    assert to_ascii(label) == wanted


@given(st.text(st.characters(categories=["Ll", "Lo", "Nd"], min_codepoint=0x80), min_size=1, max_size=20))
def test_there_and_back(label: str) -> None:
    assert to_unicode(to_ascii(label)) in {label, ""}


@pytest.mark.parametrize(
    ("label", "unicode"),
    [
        ("xn--bcher-kva", "bücher"),
        ("xn--p1ai", "рф"),
        ("xn--fiqs8s", "中国"),
        ("xn--zca", "ß"),
        ("xn--", ""),
        ("xn--a", ""),  # decodes to a control character
        ("xn--abc-", ""),  # would be ASCII
        ("xn---bbk", ""),  # another spelling of xn--bbk
        ("xn--bcher-kva-", ""),
        ("xn--bücher", ""),
        ("xn--99999999", ""),  # beyond Unicode
        ("xn--e-xbb", ""),  # decomposed: e with a combining acute
    ],
)
def test_only_the_one_ascii_form_has_a_unicode_form(label: str, unicode: str) -> None:
    assert to_unicode(label) == unicode
