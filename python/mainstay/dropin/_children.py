"""What the processes that this one starts are told: the variable that switches peers on in them.

The caller (`install`, `uninstall`) holds the lock around every function here.
"""

from __future__ import annotations

import os

from mainstay.dropin import _registry

VARIABLE = "MAINSTAY_DROPIN"
"""Names of peers, comma-separated; what child processes inherit."""

# What install(children=True) asked for, and what VARIABLE was before: one element, or nothing.
_told: frozenset[_registry.Peer] = frozenset()
_variable_before: tuple[str | None, ...] = ()


def tell(peers: frozenset[_registry.Peer]) -> None:
    """Names these peers in VARIABLE too."""
    _write(_told | peers)


def take_back(peers: frozenset[_registry.Peer]) -> None:
    """Names these peers no longer, as far as `tell` did; what came from outside stays."""
    _write(_told - peers)


def _write(told: frozenset[_registry.Peer]) -> None:
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
