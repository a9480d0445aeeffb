"""Why a peer cannot be replaced - nobody knows it, or it is imported - and what to do about it.

Imported when there is something to refuse, which most processes never have.
"""

from __future__ import annotations

import sys

from mainstay.dropin import _path, _registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

VARIABLE = "MAINSTAY_DROPIN"


class UnknownPeerError(ValueError):
    """A name was given that is no peer; the text lists the known ones."""

    def __init__(self, name: str) -> None:
        # Several names in one text, and capitals, are what people mean well with.
        meant = _registry.known_in(name.lower())
        remedy = (
            f"write {', '.join(map(repr, meant))}"
            if meant
            else "check the spelling, or leave the name out"
        )
        super().__init__(
            f"unknown peer {name!r}; mainstay can stand in for: {', '.join(_registry.PEERS)}; "
            f"{remedy}"
        )


class AlreadyImportedError(ImportError):
    """A peer was imported before drop-in was asked to replace it.

    `name` is the module, `path` the file it came from (None when it does not say).
    """


def half_and_half(peer: _registry.Peer, package: str, *, all_of_them: bool) -> AlreadyImportedError:
    """The error for a package of `peer` that is there, and not ours, before it could be replaced.

    `all_of_them` says that install() was called without names.
    """
    origin = _path.origin_of(sys.modules.get(package))
    remedy = (
        f"call mainstay.dropin.install() before the first import of {package}, or start the "
        "program with `mainstay run`"
    )
    if "_pytest" in sys.modules:
        # A conftest or a plugin is asking, and the peer may be one that pytest itself is built on:
        # no line of the test suite comes early enough.
        remedy = (
            f"pytest, or a plugin of it, came first: start it with `mainstay run -m pytest`, "
            f"or set {VARIABLE}={peer.name} in the environment"
        )
    others = [name for name in _registry.PEERS if name != peer.name]
    if all_of_them and others:
        remedy += f"; to replace others only, name them: install({_quoted(others)})"
    return AlreadyImportedError(
        f"{package} is already imported from {origin or 'an unknown place'}, and replacing it "
        f"now would give the program half of each; {remedy}",
        name=package,
        path=origin,
    )


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
