"""For tests of programs with hooks: which way calls went.

>>> from mainstay.plugins import PluginManager, HookimplMarker, testing
>>> class Plugin:
...     @HookimplMarker("app")
...     def greet(self) -> str:
...         return "hello"
>>> manager = PluginManager("app")
>>> _ = manager.register(Plugin())
>>> with testing.paths() as ways:
...     _ = manager.hook.greet(), manager.hook.greet()
>>> ways["native"]
2
"""

from __future__ import annotations

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

__all__ = ["Paths", "paths"]


class Paths(dict[str, int]):
    """From the way calls went to how many did: "native", or what kept them from it.

    As a context manager, what happened while the block ran, without the ways nobody went; filled
    in when the block ends.
    """

    def __enter__(self) -> Self:
        self._start = _native.paths()
        self.clear()
        return self

    def __exit__(self, *exc_info: Any) -> None:
        for way, times in _native.paths().items():
            if times != self._start.get(way, 0):
                self[way] = times - self._start.get(way, 0)


def paths() -> Paths:
    """How many calls went which way since the process began, those of every thread counted."""
    return Paths(_native.paths())
