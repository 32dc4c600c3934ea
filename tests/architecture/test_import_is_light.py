"""``import trustleads`` loads names only."""

from __future__ import annotations

import subprocess
import sys

import pytest

import trustleads

HEAVY = ("numpy", "pyarrow", "pydantic", "pandas", "polars", "duckdb", "sqlalchemy", "stripe", "phonenumbers", "dns")


def _loaded_by(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint(' '.join(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_loads_nothing_heavy() -> None:
    assert not _loaded_by("import trustleads, trustleads.providers").intersection(HEAVY)


def test_enriching_without_providers_needs_neither_a_loop_nor_tls_nor_parquet() -> None:
    # Before the run: in it pyarrow loads pandas, where it is installed, and pandas whatever it likes.
    loaded = _loaded_by("import trustleads as tl; tl.enrich; tl.summary")
    assert "trustleads.enrichment.pipeline" in loaded
    assert not loaded.intersection({"asyncio", "ssl", "pyarrow.parquet", "httpx", "sqlite3"})


def test_the_check_would_see_a_heavy_import() -> None:
    assert "pyarrow" in _loaded_by("import trustleads; trustleads.Pipeline")


def test_enriching_arrow_loads_no_other_frame_library() -> None:
    code = "import pyarrow as pa, trustleads as tl; tl.enrich(pa.table({'email': ['a@b.example']}))"
    # Not pandas: pyarrow itself loads it to make arrays, where it is installed.
    assert not _loaded_by(code).intersection({"polars", "duckdb", "IPython"})


@pytest.mark.parametrize("name", trustleads.__all__)
def test_public_name_resolves_and_is_documented(name: str) -> None:
    value = getattr(trustleads, name)
    assert isinstance(value, str) or value.__doc__


def test_names_are_sorted_and_complete() -> None:
    assert list(trustleads.__all__) == sorted(trustleads.__all__)
    assert set(trustleads.__all__) <= set(dir(trustleads))


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'enrichh'"):
        trustleads.enrichh  # noqa: B018 - the access is what is tested
