"""Switches peers on and off for this process: the state, its lock and the refusals.

One lock guards the set of enabled peers and everything hung into the import system for it. The
import locks of the packages concerned are taken first, so that no thread is halfway through
importing the installed peer while ours is being put before it.
"""

from __future__ import annotations

import _thread
import os
import sys

from mainstay.dropin import _metadata, _path, _registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Any

VARIABLE = "MAINSTAY_DROPIN"
"""Names of peers, comma-separated; what child processes inherit."""

_lock = _thread.RLock()
_enabled: tuple[_registry.Peer, ...] = ()
# What install(children=True) asked for, and what VARIABLE was before: one element, or nothing.
_told: frozenset[_registry.Peer] = frozenset()
_variable_before: tuple[str | None, ...] = ()


class AlreadyImportedError(ImportError):
    """A peer was imported before drop-in was asked to replace it.

    `name` is the module, `path` the file it came from (None when it does not say).
    """


def available() -> tuple[str, ...]:
    """The names of all peers mainstay can stand in for."""
    return tuple(_registry.PEERS)


def installed() -> tuple[str, ...]:
    """The names of the peers that are switched on in this process."""
    return tuple(peer.name for peer in _enabled)


def install(*peers: str, children: bool = False) -> None:
    """Makes the import of these peers (all available ones without a name) resolve to mainstay.

    Call it before the first import of a peer. Calling it again adds peers, and puts the path
    entry back in its place when the program has rewritten `sys.path` since. With `children`,
    Python processes started from now on replace these peers too (by the variable
    MAINSTAY_DROPIN). Without it they do not, except forked ones, which are copies of this process;
    those multiprocessing spawns run the program's main module again, and an install() in it.

    Raises ValueError for an unknown name; AlreadyImportedError when a peer is already imported
    from a place ours would have won over (nothing is changed then); RuntimeError when `children`
    is asked for but a fresh interpreter would not find mainstay, or when mainstay lies in an
    archive.
    """
    global _enabled
    chosen = _registry.select(peers)
    if children:
        from mainstay.dropin import _reach

        reason = _reach.why_not()
        if reason is not None:
            raise RuntimeError(f"child processes would run without drop-in: {reason}")
    with _ImportLocks(package for peer in chosen for package in peer.packages), _lock:
        for peer in chosen:
            _refuse_half_and_half(peer, all_of_them=not peers)
        names = {*installed(), *(peer.name for peer in chosen)}
        enabled = _registry.select(names)
        _path.serve(package for peer in enabled for package in peer.packages)
        _metadata.answer_for(enabled)
        _enabled = enabled
        if children:
            _tell_children(_told.union(chosen))


def uninstall(*peers: str) -> None:
    """Undoes install() for these peers (all of them without a name), however it was switched on.

    The next `import tenacity` finds the installed peer, or nothing. Objects a program already
    holds stay as they are. MAINSTAY_DROPIN loses what install(children=True) wrote; a value that
    came from outside is left alone, so children keep what the parent of this process chose. Does
    nothing for what is not installed. Imports running in other threads at this moment may fail or
    still find ours.

    Raises ValueError for an unknown name.
    """
    global _enabled
    leaving = frozenset(_registry.select(peers))
    _complete({package for peer in leaving for package in peer.packages})
    with _lock:
        packages = {package for peer in _enabled if peer in leaving for package in peer.packages}
        staying = tuple(peer for peer in _enabled if peer not in leaving)
        _path.serve(package for peer in staying for package in peer.packages)
        _metadata.answer_for(staying)
        _enabled = staying
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] in packages and _path.is_ours(module):
                del sys.modules[name]
        _tell_children(_told - leaving)


def _complete(packages: set[str]) -> None:
    """Lets our packages import what they put off: later, their names would mean somebody else's."""
    for name in packages:
        module = sys.modules.get(name)
        complete = getattr(module, "_complete", None)
        if complete is not None and _path.is_ours(module):
            complete()


def _refuse_half_and_half(peer: _registry.Peer, *, all_of_them: bool) -> None:
    for package in peer.packages:
        module = sys.modules.get(package)
        if module is None or _path.is_ours(module) or _path.precedes(module):
            continue
        origin = _path.origin_of(module)
        remedy = (
            f"call mainstay.dropin.install() before the first import of {package}, or start the "
            "program with `mainstay run`"
        )
        if "_pytest" in sys.modules:
            # A conftest or a plugin is asking, and the peer may be one that pytest itself is
            # built on: no line of the test suite comes early enough.
            remedy = (
                f"pytest, or a plugin of it, came first: start it with `mainstay run -m pytest`, "
                f"or set {VARIABLE}={peer.name} in the environment"
            )
        others = [name for name in _registry.PEERS if name != peer.name]
        if all_of_them and others:
            remedy += f"; to replace others only, name them: install({_quoted(others)})"
        raise AlreadyImportedError(
            f"{package} is already imported from {origin or 'an unknown place'}, and replacing it "
            f"now would give the program half of each; {remedy}",
            name=package,
            path=origin,
        )


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _tell_children(told: frozenset[_registry.Peer]) -> None:
    """Writes VARIABLE: what it was before, and these peers; with none, just what it was."""
    global _told, _variable_before
    if told and not _variable_before:
        _variable_before = (os.environ.get(VARIABLE),)
    _told = told
    for before in _variable_before:
        if told:
            inherited = _registry.known_in(before or "")
            names = {*inherited, *(peer.name for peer in told)}
            os.environ[VARIABLE] = ",".join(peer.name for peer in _registry.select(names))
        elif before is None:
            os.environ.pop(VARIABLE, None)
        else:
            os.environ[VARIABLE] = before
    if not told:
        _variable_before = ()


class _ImportLocks:
    """Holds the interpreter's own import lock of each name while the block runs.

    The lock class is private to CPython but unchanged since 3.3, reentrant, and detects
    deadlocks; where it is missing the block runs unguarded, which leaves a window of
    microseconds in which another thread may import the installed peer unnoticed.
    """

    def __init__(self, names: Iterable[str]) -> None:
        bootstrap = sys.modules.get("_frozen_importlib")
        make: Any = getattr(bootstrap, "_ModuleLockManager", None)
        self.held: list[Any] = [make(name) for name in sorted(names)] if make else []
        self.entered: list[Any] = []

    def __enter__(self) -> None:
        try:
            for lock in self.held:
                lock.__enter__()
                self.entered.append(lock)
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self.entered:
            self.entered.pop().__exit__(kind, error, trace)
