"""Puts the peers on the import path, and serves only those that are enabled.

A `sys.path` entry and a path hook, not a `sys.meta_path` finder: hooks that ask
`PathFinder` directly (pytest's assertion rewriting does) then see the peers as well. Their metadata
does come by `sys.meta_path`, where `importlib.metadata` looks for it.

Knows no peer by name. The caller (the package) holds the lock around every function here.
"""

import os
import sys

# What importlib.machinery exports, from where it has it: `importlib` would bring `warnings` along.
from _frozen_importlib_external import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from importlib.metadata import Distribution, DistributionFinder
    from types import ModuleType

    from mainstay.dropin._registry import Peer

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")
"""Holds each peer's packages under the peer's own names."""

ENTRY = f"{FOLDER}-switched-on"
"""The one `sys.path` entry. There is no such folder: only a process in which this module's hook
claims the entry imports by it. multiprocessing and others hand `sys.path` to their children; with
FOLDER itself in it, they would import every peer, chosen or not, in a process nobody asked about.
"""

_SITE_NAMES = ("site-packages", "dist-packages")

# Replaced as a whole, never changed in place: finders in other threads read it without a lock.
_served: "frozenset[str]" = frozenset()


class PeerFinder(FileFinder):
    """An ordinary file finder for FOLDER that does not see the peers that are not enabled."""

    def find_spec(self, fullname: str, target: "ModuleType | None" = None) -> "ModuleSpec | None":
        if fullname not in _served:
            return None
        return super().find_spec(fullname, target)


def _claim(path: str) -> "PeerFinder":
    """The path hook: claims ENTRY, leaves every other entry to the next hook."""
    if path != ENTRY:
        raise ImportError("not the entry of the peers", path=path)
    return PeerFinder(
        FOLDER,
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (SourceFileLoader, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )


def serve(packages: "Iterable[str]") -> None:
    """Serves exactly these top-level names from now on; none at all removes entry and hook.

    Raises RuntimeError when the folder is not a real directory (mainstay inside a zip archive).
    """
    global _served
    names = frozenset(packages)
    if names and not os.path.isdir(FOLDER):
        raise RuntimeError(
            f"the peers' packages must be plain files, but {FOLDER!r} is not a directory; "
            "install mainstay unpacked (pip does) instead of importing it from an archive"
        )
    _served = names
    if names:
        if _claim not in sys.path_hooks:
            sys.path_hooks.insert(0, _claim)
        _place_entry()
    else:
        if _claim in sys.path_hooks:
            sys.path_hooks.remove(_claim)
        while ENTRY in sys.path:
            sys.path.remove(ENTRY)
    # Before our hook was there, the entry may have been noted as one that nobody claims.
    sys.path_importer_cache.pop(ENTRY, None)


class MetadataFinder:
    """A member of `sys.meta_path` that finds no module, only distributions."""

    peers: "tuple[Peer, ...]" = ()

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Always None: modules come by `sys.path`."""

    def invalidate_caches(self) -> None:
        """Nothing is cached."""

    def find_distributions(
        self, context: "DistributionFinder.Context | None" = None
    ) -> "Iterator[Distribution]":
        """The absent peers that match the context; none for a context with a path of its own."""
        from mainstay.dropin import _metadata

        return _metadata.stand_ins(self, context)


_finder = MetadataFinder()


def answer_for(peers: "tuple[Peer, ...]") -> None:
    """Answers for the metadata of exactly these peers from now on; none removes the finder."""
    _finder.peers = peers
    if peers and _finder not in sys.meta_path:
        # Last: whatever is installed answers first. Not typed as a finder of modules, on purpose.
        sys.meta_path.append(_finder)
    elif not peers and _finder in sys.meta_path:
        sys.meta_path.remove(_finder)


def _place_entry() -> None:
    """Moves ENTRY directly before the first site directory; does nothing when it is there."""
    others = [entry for entry in sys.path if entry != ENTRY]
    index = _first_site_directory(others)
    wanted = [*others[:index], ENTRY, *others[index:]]
    if sys.path != wanted:
        # In place, one step: others hold references to the list, other threads walk it.
        sys.path[:] = wanted


def _first_site_directory(path: "Sequence[object]") -> int:
    """The index of the first entry where installed packages live; len(path) without any."""
    known = {_normal(entry) for entry in _site_directories()}
    for index, entry in enumerate(path):
        if not isinstance(entry, str) or not entry:
            continue
        normal = _normal(entry)
        if normal in known or os.path.basename(normal) in _SITE_NAMES:
            return index
    return len(path)


def textual(path: "Iterable[object]") -> "Iterator[str]":
    """The entries the import system looks at: programs put Path objects there, which it skips."""
    return (entry for entry in path if isinstance(entry, str))


def _site_directories() -> "list[str]":
    site = sys.modules.get("site")  # absent only under -S, where there is no site directory
    if site is None:
        return []
    found = list(site.getsitepackages()) if hasattr(site, "getsitepackages") else []
    if getattr(site, "USER_SITE", None):
        found.append(site.USER_SITE)
    return found


def _normal(entry: str) -> str:
    return os.path.normcase(os.path.abspath(entry))


def is_ours(module: object) -> bool:
    """Whether a module was loaded from FOLDER."""
    origin = origin_of(module)
    return origin is not None and origin.startswith(FOLDER + os.sep)


def origin_of(module: object) -> "str | None":
    """The file a module came from; None when it does not say."""
    origin = getattr(getattr(module, "__spec__", None), "origin", None)
    if not isinstance(origin, str):
        origin = getattr(module, "__file__", None)
    return origin if isinstance(origin, str) else None


def precedes(module: object) -> bool:
    """Whether a module came from an entry before ours, so that it wins wherever we are placed."""
    origin = origin_of(module)
    if origin is None:
        return False
    home = os.path.dirname(origin)
    if hasattr(module, "__path__"):
        home = os.path.dirname(home)
    others = [entry for entry in sys.path if entry != ENTRY]
    before = others[: _first_site_directory(others)]
    return any(_normal(entry) == _normal(home) for entry in textual(before))
