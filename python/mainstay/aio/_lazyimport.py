"""Names of a package that are imported when they are first asked for.

A package calls `install_lazy_importer(homes)` with a table of private modules and the names they
hold. The class or function that comes out says that the package is its module. The table is data,
so a package without its source works, and no import of ours parses Python.
"""

from __future__ import annotations

__all__ = ("fix_package_names", "install_lazy_importer", "set_deprecated_aliases")

import sys
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType
    from typing import Any

_Tables = tuple["dict[str, tuple[str, str]]", "dict[str, str]", "list[str]"]


def install_lazy_importer(
    package: str,
    homes: Mapping[str, str],
    *,
    submodules: str = "",
    deprecated: Mapping[str, str] | None = None,
) -> None:
    """Make `package` import its names when they are read.

    `homes` gives for each module, written as in a relative import ("._core._tasks"), its names
    separated by spaces. `submodules` are public modules of the package, imported when read.
    `deprecated` maps old names to the full path of what replaces them; reading one warns.
    """
    module = sys.modules[package]
    names = {
        name: (import_path(package, home), name)
        for home, listed in homes.items()
        for name in listed.split()
    }
    scope = vars(module)
    scope["_lazy_tables"] = names, dict(deprecated or {}), submodules.split()

    def __getattr__(name: str) -> Any:  # noqa: N807
        names, aliases, inner = scope["_lazy_tables"]
        if name in names:
            home, attribute = names[name]
            value = getattr(import_module(home), attribute)
            _move(value, package)
            scope[name] = value
            return value
        if name in aliases:
            emit_deprecation_warning(package, name, aliases[name])
            holder, _, attribute = aliases[name].rpartition(".")
            return getattr(import_module(holder), attribute)
        if name in inner:
            return import_module(f"{package}.{name}")
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def __dir__() -> Iterable[str]:  # noqa: N807
        names, aliases, inner = scope["_lazy_tables"]
        return sorted({*scope, *names, *aliases, *inner})

    scope["__getattr__"] = __getattr__
    scope["__dir__"] = __dir__


def import_path(package: str, home: str) -> str:
    """The absolute name of `home`, a relative name with one or two dots in front."""
    if home.startswith(".."):
        return package.rpartition(".")[0] + home[1:]
    return package + home


def fix_package_names(package: str) -> None:
    """Import every lazy name of `package` now, so that all of them name it as their module."""
    module = sys.modules[package]
    for name in _build_lazy_map(module)[0]:
        getattr(module, name)


def emit_deprecation_warning(module_name: str, name: str, target: str) -> None:
    """Warn the reader of `module_name.name`, outside this package, that `target` replaces it."""
    import warnings  # every program that sees a warning has it

    warnings.warn(
        f"{module_name}.{name} is deprecated, use {target} instead",
        DeprecationWarning,
        stacklevel=3,
    )


def set_deprecated_aliases(package: str, aliases: Mapping[str, str]) -> None:
    """Add old names to a package whose names are lazy."""
    vars(sys.modules[package])["_lazy_tables"][1].update(aliases)


def _move(value: object, package: str) -> None:
    """Say that a class or function of one of our private modules belongs to `package`."""
    top = __name__.rpartition(".")[0]
    if getattr(value, "__module__", "").startswith(f"{top}.") and callable(value):
        try:
            value.__module__ = package
        except (AttributeError, TypeError):
            pass  # an alias of a type, or a native type without a module to set


def _build_lazy_map(module: ModuleType) -> _Tables:
    """The tables of a package: where its names live, its old names, its public modules."""
    tables: _Tables | None = vars(module).get("_lazy_tables")
    return ({}, {}, []) if tables is None else tables
