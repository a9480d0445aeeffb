"""Switches peers off again in this process: what install() did, undone."""

from __future__ import annotations

import sys

from mainstay import dropin
from mainstay.dropin import _children, _path, _registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def uninstall(*peers: str) -> None:
    """Undoes install() for these peers (all of them without a name), however it was switched on.

    The next `import tenacity` finds the installed peer, or nothing. Objects a program already
    holds stay as they are. MAINSTAY_DROPIN loses what install(children=True) wrote; a value that
    came from outside is left alone, so children keep what the parent of this process chose. Does
    nothing for what is not installed. Imports running in other threads at this moment may fail or
    still find ours.

    Raises ValueError for an unknown name.
    """
    leaving = frozenset(_registry.select(peers))
    _complete(package for peer in leaving for package in peer.packages)
    with dropin._lock:
        enabled = dropin._switched_on()
        packages = {package for peer in enabled if peer in leaving for package in peer.packages}
        dropin._enable_only(tuple(peer for peer in enabled if peer not in leaving))
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] in packages and _path.is_ours(module):
                del sys.modules[name]
        mirrors = sys.modules.get("mainstay.dropin._mirror")
        if mirrors is not None:
            mirrors.restore(packages)
        _children.take_back(leaving)


def _complete(packages: Iterable[str]) -> None:
    """Lets our packages import what they put off: later, their names would mean somebody else's."""
    for name in packages:
        module = sys.modules.get(name)
        complete = getattr(module, "_complete", None)
        if complete is not None and _path.is_ours(module):
            complete()
