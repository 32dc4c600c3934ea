"""The pytest plugin: registers the clause marker and makes the contract suites' assertions readable.

It is loaded in every pytest run of every environment that has ``trustleads`` installed, so it imports
nothing but the standard library and pytest.
"""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("trustleads.testing")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that ties a test to the promise it proves."""
    config.addinivalue_line("markers", "clause(*ids): the clauses (such as 'LEAD-2') that this test proves")
