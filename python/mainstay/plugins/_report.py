"""Who said what: the answers of one call of a hook, each with its plugin."""

from __future__ import annotations

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Answer", "Report"]


class Answer(_native.Answer):
    """What one implementation came to. Immutable; safe to share between threads.

    Args:
        plugin_name: the name its plugin is registered under.
        plugin: the plugin itself.
        value: what it returned; None as well when it had nothing to say, or raised.
        error: what it raised; None when it returned.
    """

    __slots__ = ()
    __module__ = "mainstay.plugins"
    __match_args__ = ("plugin_name", "value", "error")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Answer):
            return NotImplemented
        return (
            self.plugin_name == other.plugin_name
            and self.plugin is other.plugin
            and self.value == other.value
            and self.error is other.error
        )

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return Answer, (self.plugin_name, self.plugin, self.value, self.error)

    def __repr__(self) -> str:
        came_to = repr(self.value) if self.error is None else f"error={self.error!r}"
        return f"Answer({self.plugin_name!r}, {came_to})"


class Report(_native.Report):
    """What a call came to, and how. Immutable; safe to share between threads.

    Args:
        result: what the call itself returns, wrappers included.
        answers: of each implementation that was asked, in the order of the calls; wrappers are not
            among them, and what they changed shows in `result` alone.
    """

    __slots__ = ()
    __module__ = "mainstay.plugins"
    __match_args__ = ("result", "answers")

    if TYPE_CHECKING:

        @property
        def answers(self) -> tuple[Answer, ...]: ...

    def __reduce__(self) -> tuple[Any, ...]:
        return Report, (self.result, self.answers)

    def __repr__(self) -> str:
        return f"Report({self.result!r}, answers={self.answers!r})"
