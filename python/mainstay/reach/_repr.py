"""Texts and markers of reach: reprs as they stand in errors, and the sentinels.

`bbrepr` prints builtins by name and never ends in a cycle. Sentinels are single objects that are
false, copy as themselves and pickle by name. Everything here may be used by many threads at once.
"""

from __future__ import annotations

import builtins
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from reprlib import Repr
from threading import get_ident
from typing import Any


class Sentinel:
    """A single object that stands for itself; false, so that `if value` tells it from results."""

    def __init__(self, name: str, doc: str = "") -> None:
        self.name = name
        self.__doc__ = doc or None

    def __repr__(self) -> str:
        return f"Sentinel({self.name!r})"

    def __reduce__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return False

    def __copy__(self) -> Sentinel:
        return self

    def __deepcopy__(self, memo: object) -> Sentinel:
        return self


# A pickle names a sentinel by this module and its name, so all of them are made here.
_MISSING = Sentinel("_MISSING")
_ABSENT = Sentinel("_ABSENT")  # an argument that was not given, where _MISSING may be
SKIP = Sentinel("SKIP", "As a result: leave out this key or item; in a chain: keep the value.")
STOP = Sentinel("STOP", "As a result: end the list or the chain here.")
UP = Sentinel("UP", "Key of a scope: the scope it was made from.")
ROOT = Sentinel("ROOT", "Key of a scope: the scope of the whole call.")
MODE = Sentinel("MODE", "Key of a scope: the function that interprets plain specs.")
MIN_MODE = Sentinel("MIN_MODE", "Key of a scope: what interprets arguments, or None.")
LAST_CHILD_SCOPE = Sentinel("LAST_CHILD_SCOPE", "Key of a scope: the last one made from it.")
NO_PYFRAME = Sentinel("NO_PYFRAME", "Key of a scope whose evaluation has already returned.")
CHILD_ERRORS = Sentinel("CHILD_ERRORS", "Key of a scope: the scopes below it that failed.")
CUR_ERROR = Sentinel("CUR_ERROR", "Key of a scope: the exception that left it.")
ACC_TREE = Sentinel("ACC_TREE", "Key of a scope: what a Group has accumulated so far.")
CUR_AGG = Sentinel("CUR_AGG", "Key of a scope: the spec that aggregates for the next Group.")
RAISE = Sentinel("RAISE", "Default of a Check that raises.")

_NAMES_OF_BUILTINS = {id(value): name for name, value in vars(builtins).items()}
_LIMIT = 1024


class _Repr(Repr):
    def __init__(self) -> None:
        super().__init__()
        for name, value in list(vars(self).items()):
            if isinstance(value, int):
                setattr(self, name, _LIMIT)
        self._running: set[tuple[int, int]] = set()

    def repr1(self, x: Any, level: int) -> str:
        key = (id(x), get_ident())
        if key in self._running:
            return "..."
        self._running.add(key)
        try:
            text = super().repr1(x, level)
        finally:
            self._running.discard(key)
        return _NAMES_OF_BUILTINS.get(id(x), text) if text.startswith("<") else text


bbrepr: Callable[[Any], str] = _Repr().repr
"""The repr that specs and errors use: builtins by name, cycles as `...`, long texts cut."""


class _Formatter(string.Formatter):
    def convert_field(self, value: Any, conversion: Any) -> Any:
        if conversion == "r":
            return bbrepr(value).replace("\\'", "'")
        return super().convert_field(value, conversion)


bbformat = _Formatter().format
"""`str.format`, with `bbrepr` for `{!r}`."""


def format_invocation(
    name: str = "",
    args: Iterable[Any] = (),
    kwargs: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None,
    *,
    repr: Callable[[Any], str] = bbrepr,
) -> str:
    """A call as it would be written: `name(1, key=2)`; keywords of a mapping are sorted."""
    named = sorted(kwargs.items()) if isinstance(kwargs, Mapping) else (kwargs or ())
    parts = [repr(each) for each in args]
    parts += [f"{key}={repr(value)}" for key, value in named]
    return f"{name}({', '.join(parts)})"
