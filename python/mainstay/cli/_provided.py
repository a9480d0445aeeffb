"""What our side of a peer has to offer, read from its files in `dropin/peers` without a run.

Errs towards "provided": doctor must not frighten anybody with a name that would have been there.
"""

from __future__ import annotations

import ast
import functools
import os
from typing import TYPE_CHECKING

from mainstay.dropin import _path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mainstay.cli._scan import Use


def missing(use: Use) -> Iterator[str]:
    """The dotted names a use asks for that we do not have."""
    file = _file_of(use.module)
    if file is None:
        yield use.module
        return
    for name in use.names:
        dotted = f"{use.module}.{name}"
        if name != "*" and name not in _names_in(file) and _file_of(dotted) is None:
            yield dotted


def _file_of(module: str) -> str | None:
    base = os.path.join(_path.FOLDER, *module.split("."))
    for file in (os.path.join(base, "__init__.py"), base + ".py"):
        if os.path.isfile(file):
            return file
    return None


@functools.cache
def _names_in(file: str) -> frozenset[str]:
    """Every name the module binds anywhere, and, where names come on demand, every string."""
    with open(file, "rb") as stream:
        tree = ast.parse(stream.read(), filename=file)
    names = {"__file__", "__name__", "__path__", "__doc__"}
    strings: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            strings.add(node.value)
    on_demand = {"__getattr__", "mirror"} & names
    return frozenset(names | strings if on_demand else names)
