"""The implementations side by side in one process: the peer, its drop-in, the strict door.

The peer and its drop-in have the same module names. The peer is imported first and taken out of
`sys.modules`; then drop-in is installed and the same import gives ours. Which one `import` means is
switched by `active()`, for what an implementation imports while it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from .targets import Doors

PEER, DROPIN, STRICT, BY_HAND = "peer", "drop-in", "strict", "by hand"


class CannotLoad(Exception):
    """An implementation is missing, or is not the one it should be; the text says what to do."""


@dataclass(frozen=True)
class Door:
    """One implementation. `name`: PEER, DROPIN or STRICT; `api`: its module.

    `extras` holds a folder per distribution that rows "with NAME installed" need; None without.
    """

    name: str
    api: Any
    extras: Path | None = None
    _modules: dict[str, ModuleType] = field(default_factory=dict, repr=False)

    @contextmanager
    def active(self) -> Iterator[None]:
        """Make this door's modules the ones that imports find, while the block runs."""
        before = {name: sys.modules.get(name) for name in self._modules}
        sys.modules.update(self._modules)
        try:
            yield
        finally:
            for name, module in before.items():
                if module is None:
                    sys.modules.pop(name, None)
                else:
                    sys.modules[name] = module


def load_doors(wanted: Doors, extras: Path | None = None) -> list[Door]:
    """Import the peer, its drop-in and the strict door, in this order; raises CannotLoad."""
    peer = _load(wanted, PEER, extras)
    import mainstay.dropin

    mainstay.dropin.install(wanted.peer)
    dropin = _load(wanted, DROPIN, extras)
    _prove(peer, dropin)
    return [peer, dropin, Door(STRICT, import_module(wanted.strict), extras)]


def _load(wanted: Doors, name: str, extras: Path | None) -> Door:
    try:
        api = import_module(wanted.modules[0])
        for module in wanted.modules[1:]:
            import_module(module)
    except ImportError as error:
        raise CannotLoad(
            f"{name}: {error}; run `make bench`, which installs {wanted.peer} and mainstay"
        ) from error
    packages = {module.partition(".")[0] for module in wanted.modules}
    names = [module for module in sys.modules if module.partition(".")[0] in packages]
    return Door(name, api, extras, {module: sys.modules.pop(module) for module in names})


def _prove(peer: Door, dropin: Door) -> None:
    origins = [str(Path(door.api.__file__).as_posix()) for door in (peer, dropin)]
    ours = ["/mainstay/dropin/peers/" in origin for origin in origins]
    if ours != [False, True]:
        raise CannotLoad(
            f"the peer came from {origins[0]} and the drop-in from {origins[1]}; only the second "
            "may lie in mainstay/dropin/peers. Unset MAINSTAY_DROPIN and install the peer"
        )
