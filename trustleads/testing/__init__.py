"""Test support for hosts and for third-party adapters."""
