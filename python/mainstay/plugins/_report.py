"""Who said what: the answers of one call of a hook, each with its plugin."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Answer", "Report"]


class Answer:
    """What one implementation came to. Not to be changed; safe to share between threads."""

    __slots__ = ("error", "plugin", "plugin_name", "value")
    __module__ = "mainstay.plugins"
    __match_args__ = ("plugin_name", "value", "error")

    plugin_name: str
    """The name its plugin is registered under."""
    plugin: Any
    """The plugin itself."""
    value: Any
    """What it returned; None as well when it had nothing to say, or raised."""
    error: BaseException | None
    """What it raised; None when it returned."""

    def __init__(
        self, plugin_name: str, plugin: Any, value: Any, error: BaseException | None = None
    ) -> None:
        self.plugin_name = plugin_name
        self.plugin = plugin
        self.value = value
        self.error = error

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

    def __repr__(self) -> str:
        came_to = repr(self.value) if self.error is None else f"error={self.error!r}"
        return f"Answer({self.plugin_name!r}, {came_to})"


class Report:
    """What a call came to, and how. Not to be changed; safe to share between threads."""

    __slots__ = ("answers", "result")
    __module__ = "mainstay.plugins"
    __match_args__ = ("result", "answers")

    result: Any
    """What the call itself returns, wrappers included."""
    answers: tuple[Answer, ...]
    """Of each implementation that was asked, in the order of the calls; wrappers are not among
    them, and what they changed shows in `result` alone."""

    def __init__(self, result: Any, answers: tuple[Answer, ...]) -> None:
        self.result = result
        self.answers = answers

    def __repr__(self) -> str:
        return f"Report({self.result!r}, answers={self.answers!r})"
