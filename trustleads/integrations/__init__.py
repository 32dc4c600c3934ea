"""Bindings to other tools, each imported only by who uses it."""
