"""Which plugins a user wants: one line, such as "-slow,+audit", usually from the environment."""

from __future__ import annotations

import os

from . import _checks, _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from typing_extensions import Self

__all__ = ["Switches"]


class Switches(_native.Switches):
    """What a line of switches says about plugins, by their names.

    >>> from mainstay.plugins import Switches
    >>> switches = Switches("-slow, +audit")
    >>> switches.wants("slow"), switches.wants("audit"), switches.wants("other")
    (False, True, True)

    Items stand between commas: `-name` turns off, `+name` or `name` on; `-*` and `+*` mean all.
    A blank within an item is refused, because it may be a comma that is missing.
    They count from left to right, so "-*,audit" leaves audit alone. Immutable, with `==` and
    `hash`; safe to share between threads.

    Args:
        line: the items; an empty line says nothing.

    Raises:
        TypeError: it is no str.
        ValueError: an item cannot be read; the message says which one.
    """

    __slots__ = ()
    __module__ = "mainstay.plugins"

    def __new__(cls, line: str = "") -> Self:
        """Read the line."""
        if not isinstance(line, str):
            raise TypeError(f"switches must be a str, got {_checks.named(line)}")
        return super().__new__(cls, line)

    @classmethod
    def from_environment(cls, variable: str, environ: Mapping[str, str] | None = None) -> Self:
        """Read the line from the environment variable of that name; unset is the empty line.

        Args:
            variable: its name, which the application chooses, such as "APP_PLUGINS".
            environ: in place of `os.environ`.

        Raises:
            TypeError, ValueError: as above; the message names the variable.
        """
        _checks.name("variable", variable)
        if environ is not None and not hasattr(environ, "get"):
            raise TypeError(
                f"environ must be a mapping such as os.environ, got {_checks.named(environ)}"
            )
        line = (os.environ if environ is None else environ).get(variable, "")
        try:
            return cls(line)
        except ValueError as error:
            raise ValueError(f"{variable}: {error}") from None

    def wants(self, name: str, *, otherwise: bool = True) -> bool:
        """Whether a plugin of this name is wanted; `otherwise` when nobody mentions it."""
        said = self.of(name)
        return otherwise if said is None else said

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Switches):
            return NotImplemented
        return self.items == other.items

    def __hash__(self) -> int:
        return hash(self.items)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self),)

    def __str__(self) -> str:
        return ",".join(f"{'+' if on else '-'}{name}" for name, on in self.items)

    def __repr__(self) -> str:
        return f"Switches({str(self)!r})"
