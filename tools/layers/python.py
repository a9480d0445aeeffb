"""Reads `import` statements of the face and holds them against the rules. Executes nothing.

Two kinds of import are told apart: *eager* ones run when the module is loaded, *lazy* ones stand
in a function, under `if TYPE_CHECKING` or in a `try` and cost or require nothing by themselves.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from layers import rules
from layers.graph import cycles
from layers.rules import Violation

_FACE = "python/mainstay"
_PEERS = f"{_FACE}/dropin/peers"


@dataclass(frozen=True)
class _Import:
    line: int
    module: str  # absolute, as deep as the file tree tells
    eager: bool


def check(root: Path) -> tuple[list[str], list[Violation]]:
    """Return the files looked at, relative to `root`, and what is wrong in them."""
    modules = dict(_modules(root))
    graph: dict[str, dict[str, int]] = {}
    strangers: list[tuple[str, _Import]] = []
    violations: list[Violation] = []
    for module, file in modules.items():
        try:
            tree = ast.parse((root / file).read_text(encoding="utf-8"), file)
        except SyntaxError as error:
            text = f"cannot be parsed: {error.msg}"
            violations.append(Violation(file, error.lineno or 1, text))
            continue
        edges = graph.setdefault(module, {})
        for found in _imports(tree, module, file.endswith("/__init__.py"), modules):
            text = _why_not(file, found) or ""
            if text:
                violations.append(Violation(file, found.line, text))
            elif found.eager and _is_third_party(found.module, modules):
                strangers.append((module, found))
            if found.eager and found.module in modules and found.module != module:
                edges.setdefault(found.module, found.line)
    return sorted(modules.values()), [
        *violations,
        *_third_party(strangers, graph, modules),
        *_cycles(graph, modules),
    ]


def _is_third_party(module: str, modules: dict[str, str]) -> bool:
    top = module.split(".")[0]
    return top not in sys.stdlib_module_names and top != "mainstay" and top not in modules


def _third_party(
    strangers: list[tuple[str, _Import]], graph: dict[str, dict[str, int]], modules: dict[str, str]
) -> Iterator[Violation]:
    """An integration's module may import what it integrates, if nothing loads that module
    unasked."""
    waiting = [name for name in graph if modules[name].endswith("/__init__.py")]
    loaded: set[str] = set()
    while waiting:
        module = waiting.pop()
        if module not in loaded:
            loaded.add(module)
            waiting += graph.get(module, ())
    for module, found in strangers:
        # A stub is read by type checkers and loaded by nobody.
        if module in loaded and not modules[module].endswith(".pyi"):
            text = f"imports {found.module} when loaded; mainstay needs nothing beyond CPython"
            yield Violation(modules[module], found.line, text)


def _cycles(graph: dict[str, dict[str, int]], modules: dict[str, str]) -> Iterator[Violation]:
    """Cycles of the face. The peers' trees keep the peers' own shape, whatever that is; a stub may
    name the types of the modules that load what it describes."""
    ours = {
        name: edges
        for name, edges in graph.items()
        if not modules[name].startswith(_PEERS) and not modules[name].endswith(".pyi")
    }
    for cycle in cycles(ours):
        path = " -> ".join(cycle)
        text = f"imports itself by way of {path}; move what both need into a third module"
        yield Violation(modules[cycle[0]], ours[cycle[0]][cycle[1]], text)


def _modules(root: Path) -> Iterator[tuple[str, str]]:
    """Yield module name and file; the peers' trees under the peers' names, as they are imported."""
    for path in sorted((root / _FACE).rglob("*.py*")):
        if path.suffix not in (".py", ".pyi"):
            continue
        file = path.relative_to(root).as_posix()
        top = _PEERS if file.startswith(f"{_PEERS}/") else "python"
        name = file[len(top) + 1 :].rsplit(".", 1)[0].replace("/", ".").removesuffix(".__init__")
        if path.suffix == ".pyi" and path.with_suffix(".py").exists():
            continue
        yield name, file


def _imports(
    tree: ast.Module, module: str, is_package: bool, modules: dict[str, str]
) -> Iterator[_Import]:
    for node, eager in _statements(tree, True):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield _Import(node.lineno, alias.name, eager)
        else:
            base = _absolute(node, module, is_package)
            for alias in node.names:
                # `from package import name` means the submodule when there is one, the package
                # otherwise.
                deeper = f"{base}.{alias.name}"
                known = deeper in modules or base == "mainstay"
                yield _Import(node.lineno, deeper if known else base, eager)


def _statements(node: ast.AST, eager: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield child, eager
        else:
            yield from _statements(child, eager and not _is_lazy(child))


def _is_lazy(node: ast.AST) -> bool:
    """Whether what stands in `node` is not, or need not be, there when the module is loaded."""
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.dump(node.test)
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Try))


def _absolute(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    parts = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join(parts + ([node.module] if node.module else []))


def _why_not(file: str, found: _Import) -> str | None:
    target = found.module.split(".")
    noun = target[1] if target[0] == "mainstay" and len(target) > 1 else None
    capability = noun if noun in rules.CAPABILITIES else None
    if file.startswith(f"{_PEERS}/"):
        return _why_not_peer(file, found, capability)
    if target[0] in ("__future__", "mainstay"):
        return _why_not_face(file, found, noun, capability)
    if rules.noun_of_peer(target[0]):
        return f"imports {found.module}; the face never needs a peer, drop-in stands above it"
    return None


def _why_not_peer(file: str, found: _Import, capability: str | None) -> str | None:
    package = file[len(_PEERS) + 1 :].split("/")[0].removesuffix(".py")
    own = rules.noun_of_peer(package)
    top = found.module.split(".")[0]
    if own is None:
        return f"{package} is no known peer; add it to PEERS in tools/layers/rules.py"
    if capability not in (None, own):
        return f"the peer {package} imports mainstay.{capability}; it may use mainstay.{own} only"
    if top != package and rules.noun_of_peer(top) not in (None, own):
        return f"the peer {package} imports the peer {top}; each stands on its own capability"
    # A mirror is all that the peers' modules are made of.
    if found.module.startswith("mainstay.dropin") and found.module != "mainstay.dropin._mirror":
        return (
            f"the peer {package} imports {found.module}; drop-in finds peers, they do not know it"
        )
    return None


def _why_not_face(
    file: str, found: _Import, noun: str | None, capability: str | None
) -> str | None:
    own = file[len(_FACE) + 1 :].split("/")[0].removesuffix(".py")
    if own in rules.CAPABILITIES:
        if capability not in (None, own):
            return f"{own} imports mainstay.{capability}; no capability's face knows another's"
        if noun in ("dropin", "cli"):
            return f"{own} imports mainstay.{noun}, which stands above every capability"
    elif capability and found.eager:
        return f"imports mainstay.{capability} when loaded; only its user pays for a capability"
    return None
