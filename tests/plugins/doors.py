"""The peer, its drop-in and the strict door, side by side in one process.

pytest itself runs on one of the first two, which is left alone: each door here is a copy of its
own, loaded from its folder. Peer and drop-in have the same module names, so that only one of them
is in `sys.modules` at a time: within `door.active()`, which pickles and lazy imports need.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import mainstay.dropin
import mainstay.plugins

SUBMODULES = [
    "_caller",
    "_callers",
    "_compat",
    "_config",
    "_decorators",
    "_execution",
    "_hooks",
    "_impl",
    "_manager",
    "_result",
    "_tracing",
    "_warnings",
]
DROP_IN = Path(mainstay.dropin.__file__).parent.resolve() / "peers"


@dataclass(frozen=True)
class Door:
    """One implementation: its names, and the modules it consists of."""

    name: str
    api: Any
    modules: dict[str, ModuleType] = field(repr=False)

    @contextmanager
    def active(self) -> Iterator[Any]:
        """Make this door what `import pluggy` means while the block runs."""
        before = _take_out()
        sys.modules.update(self.modules)
        try:
            yield self.api
        finally:
            _take_out()
            sys.modules.update(before)

    def module(self, name: str) -> Any:
        """A submodule, `_hooks` for pluggy._hooks."""
        return self.modules[f"pluggy.{name}"]


def _take_out() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] == "pluggy"]
    return {name: sys.modules.pop(name) for name in names}


def _load(name: str, folder: Path) -> Door:
    before = _take_out()
    try:
        spec = importlib.util.spec_from_file_location(
            "pluggy", folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        assert spec is not None and spec.loader is not None, f"no pluggy in {folder}"
        package = importlib.util.module_from_spec(spec)
        sys.modules["pluggy"] = package
        spec.loader.exec_module(package)
        for submodule in SUBMODULES:
            importlib.import_module(f"pluggy.{submodule}")
        return Door(name, package, _take_out())
    finally:
        sys.modules.update(before)


def _installed() -> Path:
    for entry in sys.path:
        folder = Path(entry, "pluggy").resolve()
        if folder.parent != DROP_IN and (folder / "__init__.py").is_file():
            return folder
    raise AssertionError("the peer is not installed: install requirements/test.txt")


PEER = _load("peer", _installed())
LENIENT = _load("lenient", DROP_IN / "pluggy")
STRICT = Door("strict", mainstay.plugins, {})


def outcome_of(call: Callable[[], Any]) -> tuple[Any, ...]:
    """What a call came to, in a form that can be compared between doors."""
    try:
        value = call()
    except BaseException as error:
        return ("raised", type(error).__name__, str(error))
    return ("returned", type(value).__name__, repr(value))
