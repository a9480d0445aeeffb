"""HookErrors: all that went wrong in one call of a hook, in one exception.

A group as `except*` takes it apart, where the interpreter has groups (3.11); before that a class of
our own with the same attributes and methods.
"""

from __future__ import annotations

import builtins
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from typing_extensions import Self

    from ._report import Answer

__all__ = ["HookErrors", "errors_of"]

if sys.version_info >= (3, 11):
    _Base = builtins.ExceptionGroup
else:
    # What `Condition` may be: a type, types, or a callable that judges.
    def _judge(condition: Any) -> Callable[[Exception], bool]:
        if isinstance(condition, (type, tuple)):
            return lambda error: isinstance(error, condition)
        judge: Callable[[Exception], bool] = condition
        return judge

    class _Base(Exception):
        """A flat group, for interpreters without groups."""

        def __new__(cls, message: str, exceptions: Sequence[Exception], *_: Any) -> Any:
            if not exceptions:
                raise ValueError("second argument (exceptions) must be a non-empty sequence")
            return super().__new__(cls, message, exceptions)

        def __init__(self, message: str, exceptions: Sequence[Exception], *_: Any) -> None:
            super().__init__(message, exceptions)
            self.message = message
            self.exceptions = tuple(exceptions)

        def __str__(self) -> str:
            count = len(self.exceptions)
            return f"{self.message} ({count} sub-exception{'s' if count != 1 else ''})"

        def derive(self, exceptions: Sequence[Exception], /) -> Any:
            return type(self)(self.message, exceptions)

        def subgroup(self, condition: Any, /) -> Any:
            return self.split(condition)[0]

        def split(self, condition: Any, /) -> Any:
            fits = _judge(condition)
            parts: tuple[list[Exception], list[Exception]] = ([], [])
            for error in self.exceptions:
                parts[not fits(error)].append(error)
            return tuple(self.derive(part) if part else None for part in parts)


_HERE = "; here of "


def _single(error: Any) -> list[Any]:
    """The exceptions of a group, and of groups within it; one that is no group is its own."""
    group = getattr(builtins, "BaseExceptionGroup", None)
    if group is None or not isinstance(error, group):
        return [error]
    return [single for each in error.exceptions for single in _single(each)]


class HookErrors(_Base):
    """What the implementations of a hook raised, under the option `collect_errors`.

    `exceptions` holds them in the order of the calls; where there are exception groups (3.11), this
    is one, and `except*` works. Not to be changed; safe to share between threads.
    """

    __module__ = "mainstay.plugins"

    plugin_names: tuple[str, ...]
    """Whose each of `exceptions` is."""
    answers: tuple[Answer, ...]
    """What everybody said, failed or not; in a part that was split off, those of `exceptions`."""

    def __new__(
        cls,
        message: str,
        exceptions: Sequence[Exception],
        plugin_names: Sequence[str] = (),
        answers: Sequence[Answer] = (),
    ) -> Self:
        """A group of these exceptions, of which there is at least one."""
        self: Self = super().__new__(cls, message, list(exceptions))
        self.plugin_names = tuple(plugin_names)
        self.answers = tuple(answers)
        return self

    if sys.version_info >= (3, 11):

        def __init__(
            self,
            message: str,
            exceptions: Sequence[Exception],
            plugin_names: Sequence[str] = (),
            answers: Sequence[Answer] = (),
        ) -> None:
            super().__init__(message, list(exceptions))

    def derive(self, exceptions: Sequence[Any], /) -> Any:
        """A group of some of these exceptions, or of parts of them, for `split` and `subgroup`."""
        places = [self._place(part) for part in exceptions]
        names = [self.plugin_names[place] for place in places if place < len(self.plugin_names)]
        failed = [answer for answer in self.answers if answer.error is not None]
        message = self.message.partition(_HERE)[0]
        if names:
            message += _HERE + ", ".join(map(repr, names))
        answers = [failed[place] for place in places if place < len(failed)]
        return HookErrors(message, exceptions, names, answers)

    def _place(self, part: Any) -> int:
        """Which of `exceptions` it is, or is a part of."""
        parts = set(map(id, _single(part)))
        for place, error in enumerate(self.exceptions):
            if part is error or parts <= set(map(id, _single(error))):
                return place
        return len(self.exceptions)

    def __reduce__(self) -> Any:
        # Without the answers: they hold plugins, which need not be fit to travel.
        return HookErrors, (self.message, list(self.exceptions), self.plugin_names)


def errors_of(hook_name: str, answers: Sequence[Answer]) -> HookErrors:
    """What a call raises of whose answers some are errors."""
    failed = [answer for answer in answers if answer.error is not None]
    names = [answer.plugin_name for answer in failed]
    errors: list[Any] = [answer.error for answer in failed]
    return HookErrors(
        f"hook {hook_name!r}: {len(failed)} of {len(answers)} implementations failed, "
        f"of {', '.join(map(repr, names))}",
        errors,
        names,
        answers,
    )
