"""Finds the uses of peers in Python files by reading them; runs and imports nothing of theirs.

What reading cannot see stays unseen: imports by a computed name (counted), code in strings,
notebooks, and what the program's own dependencies import.
"""

from __future__ import annotations

import ast
import os
import sys
import threading
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mainstay.dropin import _registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SKIPPED_FOLDERS = frozenset({
    ".venv", "venv", ".git", ".hg", ".tox", ".nox", "node_modules", "__pycache__",
    "site-packages", "dist-packages",
})  # fmt: skip

# Callables whose first literal argument is the name of a module.
_IMPORTERS = frozenset({"import_module", "__import__", "find_spec", "importorskip"})


@dataclass(frozen=True, order=True)
class Use:
    """One place where a program names a peer."""

    file: str
    line: int
    module: str
    """The dotted module, `tenacity.asyncio`."""
    names: tuple[str, ...] = ()
    """What `from module import ...` takes from it."""
    dynamic: bool = False
    """By import_module("...") and the like, not by a statement."""

    def __str__(self) -> str:
        if self.dynamic:
            return f'"{self.module}" by name'
        if self.names:
            return f"from {self.module} import {', '.join(self.names)}"
        return f"import {self.module}"


@dataclass
class Findings:
    """What was read and found; file names as they were reached from the given paths."""

    read: int = 0
    uses: dict[str, list[Use]] = field(default_factory=dict)
    """By the peer's name."""
    shadows: dict[str, list[str]] = field(default_factory=dict)
    """By the peer's name: modules of the program that have the name of a peer's package."""
    unread: list[tuple[str, str]] = field(default_factory=list)
    """File or folder, and why it could not be read."""
    computed: list[tuple[str, int]] = field(default_factory=list)
    """Imports by a name that only a run would tell."""


def scan(paths: Sequence[str]) -> Findings:
    """Reads every .py file below the paths; a path that is a file is read whatever its name.

    A path that does not exist is the caller's to refuse.
    """
    if sys.version_info >= (3, 11):
        return _scan(paths)
    # The parser of 3.10 has no guard against deep nesting and overflows the C stack: give it one
    # that lasts for a million levels. Memory is taken only as far as it is used.
    before = threading.stack_size(512 << 20)
    try:
        results: list[Findings] = []
        thread = threading.Thread(target=lambda: results.append(_scan(paths)))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    return results[0]


def _scan(paths: Sequence[str]) -> Findings:
    findings = Findings()
    owners = {package: peer.name for peer in _registry.PEERS.values() for package in peer.packages}
    seen: set[str] = set()
    for path in paths:
        for file in _files(path, findings):
            real = os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                _note_shadow(file, owners, findings)
                _scan_file(file, owners, findings)
    for uses in findings.uses.values():
        uses.sort()
    return findings


def _files(path: str, findings: Findings) -> Iterator[str]:
    if not os.path.isdir(path):
        yield path
        return

    def unreadable(error: OSError) -> None:
        findings.unread.append((error.filename or path, error.strerror or str(error)))

    for folder, folders, files in os.walk(path, onerror=unreadable):
        folders[:] = sorted(
            name
            for name in folders
            # A virtual environment is known by its marker, whatever it is called.
            if name not in SKIPPED_FOLDERS
            and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
        )
        yield from (os.path.join(folder, name) for name in sorted(files) if name.endswith(".py"))


def _note_shadow(file: str, owners: dict[str, str], findings: Findings) -> None:
    """A module that could be imported under a peer's name: one that is not inside a package."""
    folder, name = os.path.split(os.path.abspath(file))
    if name == "__init__.py":
        folder, name = os.path.split(folder)
    else:
        name = name.removesuffix(".py")
    if name in owners and not os.path.exists(os.path.join(folder, "__init__.py")):
        findings.shadows.setdefault(owners[name], []).append(file)


def _scan_file(file: str, owners: dict[str, str], findings: Findings) -> None:
    try:
        with open(file, "rb") as stream:
            source = stream.read()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the program's literals, not about us
            tree = ast.parse(source, filename=file)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        findings.unread.append((file, _reason(error)))
        return
    findings.read += 1
    for node in ast.walk(tree):
        for use in _uses(node, file, findings):
            owner = owners.get(use.module.partition(".")[0])
            if owner is not None:
                findings.uses.setdefault(owner, []).append(use)


def _reason(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        where = f"line {error.lineno}: " if error.lineno else ""
        return f"{where}{error.msg}"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, (RecursionError, MemoryError)):
        return "nested too deeply for the parser"
    return str(error)


def _uses(node: ast.AST, file: str, findings: Findings) -> Iterator[Use]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Use(file, node.lineno, alias.name)
    elif isinstance(node, ast.ImportFrom):
        if node.level == 0 and node.module:
            names = tuple(alias.name for alias in node.names)
            yield Use(file, node.lineno, node.module, names)
    elif isinstance(node, ast.Call) and _called(node.func) in _IMPORTERS and node.args:
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield Use(file, node.lineno, first.value, dynamic=True)
        elif _called(node.func) in ("import_module", "__import__"):
            findings.computed.append((file, node.lineno))


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
