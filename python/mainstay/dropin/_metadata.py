"""Answers `importlib.metadata` for enabled peers that are not installed.

Only in the default paths: a caller that names its own path (package managers do) asks what lies
on disk, and must not see a distribution that does not. An installed peer keeps its metadata.

Imported by the finder in `_path` when somebody asks for metadata: then `importlib.metadata`, which
is slow to import, is already loaded.
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


def stand_ins(
    finder: _path.MetadataFinder, context: DistributionFinder.Context | None
) -> Iterator[Distribution]:
    """The absent ones of the finder's peers that match; none for a context with its own path."""
    wanted = getattr(context, "name", None)
    if "path" in getattr(context, "__dict__", ()):
        return
    for peer in finder.peers:
        if wanted is not None and _normal(wanted) != _normal(peer.distribution):
            continue
        if not _is_installed(finder, peer.distribution):
            yield _describe(peer)


def _is_installed(ours: _path.MetadataFinder, distribution: str) -> bool:
    from importlib.metadata import DistributionFinder

    context = DistributionFinder.Context(name=distribution)
    for finder in list(sys.meta_path):
        find = getattr(finder, "find_distributions", None)
        if find is not None and finder is not ours and any(True for _ in find(context)):
            return True
    return False


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
        "entry_points.txt": peer.entry_points,
    }

    class StandIn(Distribution):
        def read_text(self, filename: str) -> str | None:
            return texts.get(filename)

        def locate_file(self, path: str | PathLike[str]) -> Path:
            from pathlib import Path

            return Path(_path.FOLDER) / path

    return StandIn()
