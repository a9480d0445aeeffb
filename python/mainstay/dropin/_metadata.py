"""Answers `importlib.metadata` for enabled peers that are not installed.

Only in the default paths: a caller that names its own path (package managers do) asks what lies
on disk, and must not see a distribution that does not. An installed peer keeps its metadata.

Hung into the import system at interpreter start, so `importlib.metadata` itself, which is slow
to import, is touched only when somebody asks for metadata - and then it is already loaded.
"""

from __future__ import annotations

import sys

from mainstay.dropin import _path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import Distribution, DistributionFinder
    from os import PathLike
    from pathlib import Path

    from mainstay.dropin._registry import Peer


class MetadataFinder:
    """A member of `sys.meta_path` that finds no module, only distributions."""

    peers: tuple[Peer, ...] = ()

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Always None: modules come by `sys.path`."""

    def invalidate_caches(self) -> None:
        """Nothing is cached."""

    def find_distributions(
        self, context: DistributionFinder.Context | None = None
    ) -> Iterator[Distribution]:
        """The absent peers that match the context; none for a context with a path of its own."""
        wanted = getattr(context, "name", None)
        if "path" in getattr(context, "__dict__", ()):
            return
        for peer in self.peers:
            if wanted is not None and _normal(wanted) != _normal(peer.distribution):
                continue
            if not self._is_installed(peer.distribution):
                yield _describe(peer)

    def _is_installed(self, distribution: str) -> bool:
        from importlib.metadata import DistributionFinder

        context = DistributionFinder.Context(name=distribution)
        for finder in list(sys.meta_path):
            find = getattr(finder, "find_distributions", None)
            if find is not None and finder is not self and any(True for _ in find(context)):
                return True
        return False


_finder = MetadataFinder()


def answer_for(peers: tuple[Peer, ...]) -> None:
    """Answers for exactly these peers from now on; none removes the finder."""
    _finder.peers = peers
    if peers and _finder not in sys.meta_path:
        # Last: whatever is installed answers first. Not typed as a finder of modules, on purpose.
        sys.meta_path.append(_finder)
    elif not peers and _finder in sys.meta_path:
        sys.meta_path.remove(_finder)


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _describe(peer: Peer) -> Distribution:
    """A distribution with the version we are compatible with, and no files of its own."""
    from importlib.metadata import Distribution

    texts = {
        "METADATA": (
            "Metadata-Version: 2.1\n"
            f"Name: {peer.distribution}\n"
            f"Version: {peer.version}\n"
            f"Summary: Not installed; mainstay.{peer.noun} stands in for it in this process\n"
            + (f"Project-URL: Repository, {peer.source}\n" if peer.source else "")
        ),
        "top_level.txt": "".join(f"{package}\n" for package in peer.packages),
    }

    class StandIn(Distribution):
        def read_text(self, filename: str) -> str | None:
            return texts.get(filename)

        def locate_file(self, path: str | PathLike[str]) -> Path:
            from pathlib import Path

            return Path(_path.FOLDER) / path

    return StandIn()
