"""Names that load on first use (PEP 562), so that importing a package stays cheap."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence


def names_on_demand(
    module: str, home: Mapping[str, Iterable[str]], submodules: Sequence[str] = ()
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Make the ``__getattr__`` and ``__dir__`` of a module whose public names live elsewhere.

    Args:
        module: The module's own ``__name__``.
        home: Module to the names that live there.
        submodules: Names of modules in this one that load on first use too.
    """
    module_of = {name: place for place, names in home.items() for name in names}

    def getattr_(name: str) -> object:
        from importlib import import_module  # noqa: PLC0415 - only for those who use a name

        if name in submodules:
            return import_module(f"{module}.{name}")
        if name not in module_of:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        value: object = getattr(import_module(module_of[name]), name)
        setattr(sys.modules[module], name, value)  # found at once the next time
        return value

    def dir_() -> list[str]:
        public: list[str] = vars(sys.modules[module])["__all__"]
        return sorted(public)

    return getattr_, dir_
