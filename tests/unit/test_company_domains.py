"""The company's domain: from a website, else from the mail address."""

from __future__ import annotations

import doctest
import importlib

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from trustleads.enrichment.normalize.company import hosts, normalize_companies
from trustleads.enrichment.normalize.company.domains import domain_of, registrable

pytestmark = pytest.mark.clause("LEAD-3")


def domains(*sites: str | None) -> list[str | None]:
    column: list[str | None] = normalize_companies(site=pa.array(sites, pa.string())).domain.to_pylist()
    return column


@pytest.mark.parametrize(
    ("site", "domain"),
    [
        ("https://www.acme.example", "acme.example"),
        ("https://www.acme.example/", "acme.example"),
        ("http://acme.example", "acme.example"),
        ("HTTP://WWW.ACME.EXAMPLE/", "acme.example"),
        ("www.acme.example", "acme.example"),
        ("acme.example", "acme.example"),
        (" acme.example ", "acme.example"),
        ("acme.example.", "acme.example"),
        ("//acme.example/en", "acme.example"),
        ("ftp://acme.example", "acme.example"),
        ("https://acme.example:8443/en?x=1#top", "acme.example"),
        ("acme.example:80", "acme.example"),
        ("acme.example/en", "acme.example"),
        ("acme.example?x=1", "acme.example"),
        ("https://user:secret@acme.example/", "acme.example"),
        ("jane@acme.example", "acme.example"),
        ("mailto:jane@mail.acme.example", "acme.example"),
        ("shop.acme.co.uk", "acme.co.uk"),
        ("https://a.b.c.acme.com.au/", "acme.com.au"),
        ("http://acme.gov.uk", "acme.gov.uk"),
        ("acme.github.io", "acme.github.io"),
        ("www.acme.github.io", "acme.github.io"),
        ("acme.blogspot.com", "acme.blogspot.com"),
        ("shop.acme.city.kawasaki.jp", "city.kawasaki.jp"),
        ("shop.acme.kawasaki.jp", "shop.acme.kawasaki.jp"),
        ("acme-tools.de", "acme-tools.de"),
        ("müller.de", "xn--mller-kva.de"),
        ("https://www.MÜLLER.de/", "xn--mller-kva.de"),
        ("xn--mller-kva.de", "xn--mller-kva.de"),
        ("工具.公司.cn", "xn--h6qv61a.xn--55qx5d.cn"),
        *(
            (junk, None)
            for junk in (
                *(
                    "",
                    " ",
                    "n/a",
                    "-",
                    "none",
                    "acme",
                    "localhost",
                    "http://",
                    "https:///",
                    "http://localhost:8000/",
                    "co.uk",
                ),
                *(
                    "10.0.0.1",
                    "http://10.0.0.1/",
                    "[::1]",
                    "http://[2001:db8::1]/",
                    "1.2",
                    "acme.invalid",
                    "acme.local",
                    "Jane.Doe",
                ),
                *(
                    "a..example",
                    ".example",
                    "-acme.de",
                    "acme-.de",
                    "a b.de",
                    "acme,de",
                    "_dmarc.acme.de!",
                    "example",
                    "com",
                    "github.io",
                ),
                *(f"{'a' * 64}.de", f"{'a.' * 130}de", "xn--a.de", "\u200d.de", None),
            )
        ),
    ],
)
def test_sites(site: str | None, domain: str | None) -> None:
    assert domains(site) == [domain]


def test_the_mail_domain_fills_what_the_site_leaves_open() -> None:
    companies = normalize_companies(
        site=pa.array(["acme.example", None, "n/a", "", None, None]),
        email_domain=pa.array(
            ["other.example", "mail.acme.co.uk", "xn--mller-kva.de", "gmail.com", None, "a.b.example"]
        ),
        free=pa.array([False, False, False, True, None, None]),
    )
    assert companies.domain.to_pylist() == ["acme.example", "acme.co.uk", "xn--mller-kva.de", None, None, "b.example"]
    assert companies.company.null_count == 6


def test_mail_domains_alone_and_nothing_at_all() -> None:
    assert normalize_companies(email_domain=pa.array(["a.example", None])).domain.to_pylist() == ["a.example", None]
    assert normalize_companies(site=pa.array([], pa.string())).domain.to_pylist() == []
    with pytest.raises(ValueError, match="at least one"):
        normalize_companies()


@pytest.mark.parametrize("module", ["company.domains"])
def test_the_examples_in_the_docstrings(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"trustleads.enrichment.normalize.{module}"))
    assert result.attempted
    assert not result.failed


# --- properties -----------------------------------------------------------------------------------------------------

_RULES = sorted(rule.lstrip("!*.") for rule in PublicSuffixList()._publicsuffix if rule.isascii())
_label = st.from_regex(r"[a-z0-9]{1,3}(-[a-z0-9]{1,2})?", fullmatch=True)
_zone = st.sampled_from(_RULES) | st.sampled_from(
    ["example", "de", "com", "co.uk", "ck", "kawasaki.jp", "invalid", "x"]
)
_host = st.tuples(st.lists(_label, max_size=4), _zone).map(lambda pair: ".".join([*pair[0], pair[1]]))
_frame = st.sampled_from(
    [
        "{}",
        "https://{}",
        "http://{}/",
        "HTTPS://www.{}/",
        "www.{}",
        "{}/en",
        "{}:80",
        "jane@{}",
        " {}",
        "{}.",
        "-{}",
        "x..{}",
        "//{}",
    ]
)
_site = st.tuples(_frame, _host).map(lambda pair: pair[0].format(pair[1]))


@settings(max_examples=250)
@given(
    st.lists(
        _site | st.none() | st.text(max_size=12) | st.from_regex(r"[a-z.:/-]{0,12}", fullmatch=True),
        min_size=1,
        max_size=6,
    )
)
def test_whole_columns_decide_as_the_exact_path(sites: list[str | None]) -> None:
    assert domains(*sites) == [None if site is None else domain_of(site) for site in sites]


@settings(max_examples=150)
@given(st.lists(_host, min_size=1, max_size=6))
def test_whole_columns_of_mail_domains_decide_as_the_exact_path(mail: list[str]) -> None:
    found = normalize_companies(email_domain=pa.array(mail)).domain.to_pylist()
    assert found == [registrable(host) for host in mail]


@pytest.mark.parametrize("host", _RULES[::40])
def test_the_package_and_the_tables_agree_on_its_rules(host: str) -> None:
    found = hosts.of_hosts(pa.array([host, f"a.{host}", f"b.a.{host}"]))
    expected = [registrable(name) for name in (host, f"a.{host}", f"b.a.{host}")]
    decided = zip(found.domain.to_pylist(), expected, found.decided.tolist(), strict=True)
    assert all(got == want for got, want, sure in decided if sure)


@settings(max_examples=200)
@given(st.text(max_size=40))
def test_no_text_raises_and_a_domain_is_its_own_domain(text: str) -> None:
    domain = domain_of(text)
    assert domain is None or domain_of(domain) == domain


def test_columns_full_of_foreign_signs_are_judged_like_others() -> None:
    sites = ["https://www.firm.example/", "a b.example", "firm.example", "жжжж", "жж.example/ж?ж", None, ""]
    many = sites + ["ж" * 50] * 20
    alone = [normalize_companies(site=pa.array([site], pa.string())).domain[0].as_py() for site in many]
    assert normalize_companies(site=pa.array(many)).domain.to_pylist() == alone
    assert alone[0] == alone[2] == "firm.example"
