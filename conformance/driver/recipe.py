"""What is run for a peer: its recipe and its ledger, read from TOML and checked on the way in.

A recipe is data, never code: everything the driver does differently for one peer is a field
here. Unknown fields are refused, so that a misspelt one cannot switch a check off silently.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from driver.errors import CannotRun

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KINDS_OF_SOURCE = ("sdist", "debian")
KINDS_OF_REASON = ("private", "environment", "refused")


@dataclass(frozen=True)
class Pass:
    """One run of pytest over the suite; most peers need one, without a name.

    A name stands before each of its tests: `name::tests/test_it.py::test`. `hide` are modules that
    cannot be imported in it; `workers` processes share the work when there are more than one.
    """

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    hide: tuple[str, ...]
    workers: int


@dataclass(frozen=True)
class Recipe:
    """One peer at one pinned release.

    The suite comes from the source distribution, or, where that has none, from the unchanged
    sources in a source package of Debian: then `debian` names package, version and the release
    of Debian that has it. `packages` are the import names the release provides; `copy` the parts
    of the source archive that make up the suite, by their place below its top folder, each with
    its place in the folder the suite runs in; `native` the module that must be loaded when the
    suite runs on mainstay; `ledger_limit` the most tests that may ever be excused.

    `requirements` are pinned distributions, as pip takes them; another recipe that names the same
    one has to name the same version.
    `executables` are put on PATH, each calling a function, "module:function". `path` are folders
    of the run folder that are put on the search path of modules.
    """

    peer: str
    distribution: str
    version: str
    packages: tuple[str, ...]
    debian: tuple[str, str, str] | None
    source_sha256: str
    wheel_sha256: tuple[str, ...]
    copy: Mapping[str, str]
    requirements: tuple[str, ...]
    executables: Mapping[str, str]
    path: tuple[str, ...]
    timeout_seconds: int
    passes: tuple[Pass, ...]
    native: str
    ours_inside: str
    ledger_limit: int


@dataclass(frozen=True)
class Excuse:
    """One line of the ledger: a test that does not pass on mainstay, and why.

    `private`: it pokes internals no user sees. `environment`: it fails on the peer too.
    `refused`: we differ on purpose, and `reason` holds the argument.
    """

    test: str
    kind: str
    reason: str


class _Table:
    """A TOML table that hands out each field once, with its type checked."""

    def __init__(self, data: Mapping[str, Any], where: str) -> None:
        self._left = dict(data)
        self._where = where

    def take(self, name: str, kind: type, default: Any = None) -> Any:
        if name not in self._left:
            if default is not None:
                return default
            raise CannotRun(f"{self._where}: the field {name!r} is missing; add it")
        value = self._left.pop(name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise CannotRun(
                f"{self._where}: {name} must be of type {kind.__name__}, got {value!r}; correct it"
            )
        return value

    def table(self, name: str) -> _Table:
        return _Table(self.take(name, dict), f"{self._where} [{name}]")

    def text(self, name: str) -> str:
        value: str = self.take(name, str)
        if not value.strip():
            raise CannotRun(f"{self._where}: {name} is empty; fill it in")
        return value

    def texts(self, name: str, default: list[str] | None = None) -> tuple[str, ...]:
        values = self.take(name, list, default)
        if not all(isinstance(value, str) and value for value in values):
            raise CannotRun(f"{self._where}: {name} must be a list of texts, got {values!r}")
        return tuple(values)

    def hashes(self, name: str) -> tuple[str, ...]:
        """One hash, or a list of them where a release has a wheel per Python."""
        values = self._left.get(name)
        if not isinstance(values, list):
            return (self.sha256(name),)
        del self._left[name]
        found = [_Table({name: value}, self._where).sha256(name) for value in values]
        if not found:
            raise CannotRun(f"{self._where}: {name} is empty; name at least one hash")
        return tuple(found)

    def sha256(self, name: str) -> str:
        value = self.text(name)
        if not re.fullmatch(r"[0-9a-f]{64}", value):
            raise CannotRun(
                f"{self._where}: {name} must be 64 hexadecimal digits in lower case, got {value!r}"
            )
        return value

    def mapping(self, name: str) -> Mapping[str, str]:
        """A table of texts, empty when it is left out."""
        values: dict[str, str] = self.take(name, dict, {})
        if not all(isinstance(value, str) for value in values.values()):
            raise CannotRun(f"{self._where}: {name} must hold texts only, got {values!r}")
        return values

    def places(self, name: str) -> Mapping[str, str]:
        """A list of paths, or of tables {from, to} where the place in the run folder differs."""
        found = {}
        for value in self.take(name, list):
            if isinstance(value, str):
                value = {"from": value, "to": value}
            if not isinstance(value, dict) or set(value) != {"from", "to"}:
                raise CannotRun(
                    f"{self._where}: {name} must hold paths or tables {{from, to}}, got {value!r}"
                )
            found[value["from"]] = value["to"]
        return found

    def number(self, name: str, least: int, default: int | None = None) -> int:
        value: int = self.take(name, int, default)
        if value < least:
            raise CannotRun(f"{self._where}: {name} must be at least {least}, got {value}")
        return value

    def done(self) -> None:
        if self._left:
            names = ", ".join(sorted(self._left))
            raise CannotRun(f"{self._where}: unknown field {names}; remove it or correct its name")


def read_recipe(folder: Path) -> Recipe:
    """Read `recipe.toml` in `folder`, whose name is the peer's; raises `CannotRun`."""
    path = folder / "recipe.toml"
    top = _Table(_load(path), str(path))
    release, source, wheel = top.table("release"), top.table("source"), top.table("wheel")
    run, proof, ledger = top.table("run"), top.table("proof"), top.table("ledger")
    kind = source.text("kind")
    if kind not in KINDS_OF_SOURCE:
        known = ", ".join(KINDS_OF_SOURCE)
        raise CannotRun(f"{path}: source kind {kind!r} is not known; use one of: {known}")
    debian = None
    if kind == "debian":
        debian = (source.text("package"), source.text("version"), source.text("release"))
    passes = _read_passes(top, run, str(path))
    run.take("sleeps", bool, False)  # for ./test: the suite may run beside compilations
    recipe = Recipe(
        peer=folder.name,
        distribution=release.text("distribution"),
        version=release.text("version"),
        packages=release.texts("packages"),
        debian=debian,
        source_sha256=source.sha256("sha256"),
        copy=source.places("copy"),
        wheel_sha256=wheel.hashes("sha256"),
        requirements=run.texts("requirements"),
        executables=run.mapping("executables"),
        path=run.texts("path", []),
        timeout_seconds=run.number("timeout_seconds", least=1),
        passes=passes,
        native=proof.text("native"),
        ours_inside=proof.text("ours_inside"),
        ledger_limit=ledger.number("limit", least=0),
    )
    for table in (top, release, source, wheel, run, proof, ledger):
        table.done()
    if not recipe.packages or not recipe.copy:
        raise CannotRun(f"{path}: release.packages and source.copy need at least one entry each")
    return recipe


def _read_passes(top: _Table, run: _Table, where: str) -> tuple[Pass, ...]:
    """The passes of a recipe: its [[pass]] tables, or the one that [run] describes."""
    common, environment = run.texts("arguments", []), run.mapping("environment")
    workers = run.number("workers", least=1, default=1)
    passes = []
    for number, data in enumerate(top.take("pass", list, []), start=1):
        table = _Table(data, f"{where} pass {number}")
        own = {**environment, **table.mapping("environment")}
        arguments = (*common, *table.texts("arguments", []))
        name, hidden = table.text("name"), table.texts("hide", [])
        passes.append(Pass(name, arguments, own, hidden, workers))
        table.done()
    if len({each.name for each in passes}) != len(passes):
        raise CannotRun(f"{where}: two passes have one name; tests could not be told apart")
    return tuple(passes) or (Pass("", common, environment, (), workers),)


def read_ledger(folder: Path) -> tuple[Excuse, ...]:
    """Read `ledger.toml` in `folder`; each test may be named once. Raises `CannotRun`."""
    path = folder / "ledger.toml"
    data = _load(path)
    unknown = sorted(set(data) - {"entry"})
    if unknown:
        raise CannotRun(f"{path}: unknown field {', '.join(unknown)}; entries are [[entry]] tables")
    excuses: dict[str, Excuse] = {}
    for number, entry in enumerate(data.get("entry", []), start=1):
        table = _Table(entry, f"{path} entry {number}")
        excuse = Excuse(table.text("test"), table.text("kind"), table.text("reason"))
        table.done()
        if excuse.kind not in KINDS_OF_REASON:
            known = ", ".join(KINDS_OF_REASON)
            raise CannotRun(
                f"{path} entry {number}: kind {excuse.kind!r} is not known; use one of: {known}"
            )
        if excuse.test in excuses:
            raise CannotRun(f"{path}: {excuse.test} is named twice; keep one entry")
        excuses[excuse.test] = excuse
    return tuple(excuses.values())


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CannotRun(f"{path} does not exist; write it (docs/decisions/0004)") from None
    except tomllib.TOMLDecodeError as error:
        raise CannotRun(f"{path} is not valid TOML: {error}") from None
