"""Makes `import tenacity` (and later peers) resolve to mainstay, for this process, reversibly.

Nothing is installed under another package's name: one entry that leads to the peers' spelling is
put on `sys.path`, directly before the first site directory. A module of your own beside the
program, in the working directory or on PYTHONPATH therefore wins by the natural order; only what
would come from site-packages, or from nowhere, is replaced.

    import mainstay.dropin
    mainstay.dropin.install("tenacity")     # before the first import of the peer
    import tenacity                         # ours
    mainstay.dropin.uninstall()             # the next import finds the installed one

`mainstay run app.py` does the same from outside, for a program that is not to be changed.
docs/decisions/0003-dropin.md says why it works this way, and where it ends.

All functions may be called from any thread: one lock guards the set of enabled peers and everything
hung into the import system for it. This file runs at interpreter start whenever drop-in is on, so
that switching off, refusals and what child processes are told are modules of their own.
"""

import _thread
import sys

from mainstay.dropin import _path, _registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from mainstay.dropin._refusal import AlreadyImportedError
    from mainstay.dropin._uninstall import uninstall

__all__ = ["AlreadyImportedError", "available", "install", "installed", "uninstall"]

_lock = _thread.RLock()
_enabled: "tuple[_registry.Peer, ...]" = ()


def available() -> "tuple[str, ...]":
    """The names of all peers mainstay can stand in for."""
    return tuple(_registry.PEERS)


def installed() -> "tuple[str, ...]":
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
    chosen = _registry.select(peers)
    if children:
        from mainstay.dropin import _reach

        reason = _reach.why_not()
        if reason is not None:
            raise RuntimeError(f"child processes would run without drop-in: {reason}")

    def act() -> None:
        for peer in chosen:
            _refuse_half_and_half(peer, all_of_them=not peers)
        names = {*installed(), *(peer.name for peer in chosen)}
        _enable_only(_registry.select(names))
        if children:
            from mainstay.dropin import _children

            _children.tell(frozenset(chosen))

    # No thread may be halfway through importing the installed peer while ours is put before it.
    packages = sorted(package for peer in chosen for package in peer.packages)
    _holding_import_locks(packages, act)


def _switched_on() -> "tuple[_registry.Peer, ...]":
    """The peers that are switched on."""
    return _enabled


def _enable_only(peers: "tuple[_registry.Peer, ...]") -> None:
    """Makes exactly these peers the ones that imports and metadata find. The caller locks."""
    global _enabled
    _path.serve(package for peer in peers for package in peer.packages)
    _path.answer_for(peers)
    _enabled = peers


def _refuse_half_and_half(peer: "_registry.Peer", *, all_of_them: bool) -> None:
    for package in peer.packages:
        module = sys.modules.get(package)
        if module is None or _path.is_ours(module) or _path.precedes(module):
            continue
        from mainstay.dropin import _refusal

        raise _refusal.half_and_half(peer, package, all_of_them=all_of_them)


def _holding_import_locks(names: "list[str]", act: "Callable[[], None]") -> None:
    """Calls `act` with the interpreter's own import lock of each name held, and then ours.

    The lock class is private to CPython but unchanged since 3.3, reentrant, and detects
    deadlocks; where it is missing `act` runs unguarded, which leaves a window of microseconds in
    which another thread may import the installed peer unnoticed.
    """
    make: Any = getattr(sys.modules.get("_frozen_importlib"), "_ModuleLockManager", None)
    if not names or make is None:
        with _lock:
            act()
        return
    with make(names[0]):
        _holding_import_locks(names[1:], act)


def __getattr__(name: str) -> "Any":
    """What a process that only switches drop-in on has no need for, imported when looked at."""
    homes = {"AlreadyImportedError": "_refusal", "uninstall": "_uninstall"}
    if name not in homes:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    here = globals()
    return here.setdefault(name, getattr(__import__(homes[name], here, None, (name,), 1), name))
