"""The rules by which one call collects answers: the same ones whether it awaits or not.

What the native call loop does not know: a value that goes from one implementation to the next,
errors that are collected, answers that keep their plugin. Wrappers are none of its business; for
calls that do not await they are left to the native loop, see `run`.
"""

from __future__ import annotations

from ._errors import HookCallError
from ._group import errors_of
from ._report import Answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

__all__ = ["Asking", "call_with", "run"]


class Asking:
    """One call. Made for it, used in one thread or task, and thrown away.

    Args:
        hook_name: for messages.
        implementations: in reverse calling order, as hooks keep them; wrappers are passed over.
        kwargs: the arguments, defaults included.
        opts: what the specification asks for; empty without one.
    """

    __slots__ = (
        "_failed",
        "_hook_name",
        "_kwargs",
        "_waterfall",
        "answers",
        "collects",
        "first",
        "plain",
    )

    def __init__(
        self,
        hook_name: str,
        implementations: Sequence[Any],
        kwargs: Mapping[str, object],
        opts: Mapping[str, Any],
    ) -> None:
        self._hook_name = hook_name
        self.first: bool = bool(opts.get("firstresult"))
        self._waterfall: str | None = opts.get("waterfall")
        self.collects: bool = bool(opts.get("collect_errors"))
        self._kwargs = dict(kwargs) if self._waterfall else kwargs
        self._failed = 0
        self.plain: list[Any] = [
            each for each in reversed(implementations) if not (each.wrapper or each.hookwrapper)
        ]
        self.answers: list[Answer] = []

    def call(self, implementation: Any) -> Any:
        """Call it with what it asks for of the arguments.

        Raises:
            HookCallError: it needs one that the call does not give.
            Exception: what it raises.
        """
        return call_with(implementation, self._kwargs)

    def answered(self, implementation: Any, value: Any) -> bool:
        """Take down what it returned; whether nobody else needs to be asked."""
        self.answers.append(Answer(implementation.plugin_name, implementation.plugin, value))
        if value is None:
            return False
        if self._waterfall:
            self._kwargs[self._waterfall] = value  # type: ignore[index]
        return self.first

    def failed(self, implementation: Any, error: BaseException) -> bool:
        """Take down what it raised; False when it is to be raised at once all the same."""
        self.answers.append(Answer(implementation.plugin_name, implementation.plugin, None, error))
        if not self.collects or not isinstance(error, Exception):
            return False
        self._failed += 1
        return True

    def forget(self) -> None:
        """Let go of the answers, at the end of the call: the tracebacks of errors among them lead
        to frames that lead to this object.
        """
        self.answers = []

    def result(self) -> Any:
        """What the answers come to.

        Raises:
            HookErrors: some of them are errors.
        """
        if self._failed:
            raise errors_of(self._hook_name, tuple(self.answers))
        if self._waterfall:
            return self._kwargs[self._waterfall]
        values = [answer.value for answer in self.answers if answer.value is not None]
        if self.first:
            return values[0] if values else None
        return values

    def ask(self) -> Any:
        """Ask everybody, one after the other."""
        for each in self.plain:
            try:
                value = self.call(each)
            except BaseException as error:
                if not self.failed(each, error):
                    raise
            else:
                if self.answered(each, value):
                    break
        return self.result()


def call_with(implementation: Any, kwargs: Mapping[str, object]) -> Any:
    """Call an implementation with what it asks for of these arguments; see Asking.call."""
    try:
        positional = [kwargs[name] for name in implementation.argnames]
    except KeyError as error:
        raise HookCallError(f"hook call must provide argument {error.args[0]!r}") from None
    if not implementation.kwargnames:
        return implementation.function(*positional)
    given = {name: kwargs[name] for name in implementation.kwargnames if name in kwargs}
    return implementation.function(*positional, **given)


def run(manager: Any, asking: Asking, hook_name: str, impls: Sequence[Any], kwargs: Any) -> Any:
    """Ask, within the wrappers among `impls`, if there are any."""
    wrappers = [each for each in impls if each.wrapper or each.hookwrapper]
    if not wrappers:
        return asking.ask()
    # To the native loop everybody asked is one implementation, whose result is the result.
    everybody = manager._mainstay_hook_impl(None, "everybody asked", asking.ask, dict(_PLAIN))
    return manager._mainstay_door.multicall(hook_name, [everybody, *wrappers], kwargs, True)


_PLAIN = {
    "wrapper": False,
    "hookwrapper": False,
    "optionalhook": False,
    "tryfirst": False,
    "trylast": False,
    "specname": None,
}
