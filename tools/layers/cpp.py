"""Reads `#include` lines and holds them against the rules.

Follows files by their names alone: no preprocessor, so an include under `#if` counts like any
other.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from layers import rules
from layers.graph import cycles
from layers.rules import Violation

_FOLDERS = ("engine", "binding", "examples/cpp")
_ENDINGS = (".hpp", ".cpp", ".h", ".cc", ".def", ".inc", ".ipp")
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# What CPython installs beside Python.h and people include by itself.
_PYTHON_HEADERS = frozenset(
    {"Python.h", "datetime.h", "frameobject.h", "longintrepr.h", "pyconfig.h", "pythread.h"}
    | {"structmember.h", "patchlevel.h", "marshal.h", "opcode.h"}
)
_PYTHON_FOLDERS = ("cpython/", "internal/pycore_")


def check(root: Path) -> tuple[list[str], list[Violation]]:
    """Return the files looked at, relative to `root`, and what is wrong in them."""
    files = sorted(_files(root))
    known = set(files)
    graph: dict[str, dict[str, int]] = {}
    violations: list[Violation] = []
    for file in files:
        edges = graph.setdefault(file, {})
        for line, local, name in _includes(root / file):
            target = _resolve(file, name, local, known)
            text = _why_not(file, name, local, target)
            if text:
                violations.append(Violation(file, line, text))
            if target:
                edges.setdefault(target, line)
    # A header may end by including its own bodies from detail/, and they begin by including it.
    for file, edges in graph.items():
        if "/detail/" in file:
            for contract in [target for target in edges if file in graph.get(target, ())]:
                del edges[contract]
    for cycle in cycles(graph):
        text = f"includes itself by way of {' -> '.join(cycle)}; split what both need off"
        violations.append(Violation(cycle[0], graph[cycle[0]][cycle[1]], text))
    return files, violations


def _files(root: Path) -> Iterator[str]:
    for folder in _FOLDERS:
        for path in (root / folder).rglob("*"):
            if path.suffix in _ENDINGS and path.is_file():
                yield path.relative_to(root).as_posix()


def _includes(path: Path) -> Iterator[tuple[int, bool, str]]:
    text = path.read_text(encoding="utf-8", errors="replace")
    text = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    for found in _INCLUDE.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[1] == '"', found[2].strip()


def _resolve(file: str, name: str, local: bool, known: set[str]) -> str | None:
    """Return the project file that `name` means in `file`: beside it, or from an include root."""
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(file), name))
    candidates = [beside] if local else []
    candidates += [
        posixpath.normpath(posixpath.join(top, name))
        for top in ("engine", "engine/tests", "", "binding")
    ]
    return next((candidate for candidate in candidates if candidate in known), None)


def _why_not(file: str, name: str, local: bool, target: str | None) -> str | None:
    if target is None:
        if name in _PYTHON_HEADERS or name.startswith(_PYTHON_FOLDERS):
            return _why_not_python(file, name)
        if name.startswith(("mainstay/", "binding/")):
            # Of a layer, whether or not the file exists: the layer decides, then the file is
            # missed.
            folder = name if name.startswith("binding/") else f"engine/{name}"
            return _why_not_project(file, folder) or f'"{name}" is no file of this tree'
        return (
            f'"{name}" is no file of this tree; use <...> for what others supply' if local else None
        )
    return _why_not_project(file, target)


def _why_not_python(file: str, name: str) -> str | None:
    if file == rules.PYTHON_HEADER_DOOR:
        return None
    if file.startswith("examples/cpp/") and file.count("/") > 2:
        return None  # beside an example's program: an extension module of somebody else
    if file.startswith("binding/"):
        return f"includes <{name}>; only {rules.PYTHON_HEADER_DOOR} does, include that"
    return f"includes <{name}>; only the binding knows Python"


def _why_not_project(file: str, target: str) -> str | None:
    here, there = file.split("/"), target.split("/")
    if here[0] == "binding":
        if there[:2] == ["engine", "mainstay"]:
            return rules.why_not_binding(here[1], "engine", there[2])
        if there[0] == "binding":
            return rules.why_not_binding(here[1], "binding", there[1])
        return f"binding includes {target}; it may use the engine's headers in engine/mainstay"
    if there[0] == "binding":
        return f"{here[0]} includes {target}; the engine is complete without Python and its binding"
    if here[:2] == ["engine", "mainstay"]:
        if there[:2] != ["engine", "mainstay"]:
            return f"the library includes {target}, which is not part of it"
        return rules.why_not_engine(here[2], there[2]) if len(here) > 3 and len(there) > 3 else None
    return None
