"""What all bound loggers are: a logger, processors, and a context that is never changed in place."""

from __future__ import annotations

from .exceptions import DropEvent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from typing_extensions import Self

    from .typing import BindableLogger, Context, Processor, WrappedLogger


class BoundLoggerBase:
    """Carries a context; base of the bound loggers and of those that programs write.

    Methods of a subclass end in `_proxy_to_logger`. `_logger`, `_processors` and `_context` may be
    read by subclasses. May be shared by threads as far as the wrapped logger and the processors
    may: binding makes a new logger.
    """

    _logger: WrappedLogger
    _processors: Iterable[Processor]
    _context: Context

    def __init__(
        self, logger: WrappedLogger, processors: Iterable[Processor], context: Context
    ) -> None:
        self._logger = logger
        self._processors = processors
        self._context = context

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}(context={self._context!r}, processors={self._processors!r})>"
        )

    def __eq__(self, other: object) -> bool:
        try:
            return bool(self._context == other._context)  # type: ignore[attr-defined]
        except AttributeError:
            return False

    def __ne__(self, other: object) -> bool:
        return not self.__eq__(other)

    def bind(self, **new_values: Any) -> Self:
        """A new logger with `new_values` added to the context."""
        context = self._context
        return self.__class__(self._logger, self._processors, type(context)(context, **new_values))

    def unbind(self, *keys: str) -> Self:
        """A new logger without these keys. Raises KeyError when one is not bound."""
        unbound = self.bind()
        for key in keys:
            del unbound._context[key]
        return unbound

    def try_unbind(self, *keys: str) -> Self:
        """A new logger without these keys, where they are bound."""
        unbound = self.bind()
        for key in keys:
            unbound._context.pop(key, None)
        return unbound

    def new(self, **new_values: Any) -> Self:
        """Clears the context of *this* logger, for contexts that are shared, and binds the values."""
        self._context.clear()
        return self.bind(**new_values)

    def _process_event(
        self, method_name: str, event: str | None, event_kw: dict[str, Any]
    ) -> tuple[Sequence[Any], Mapping[str, Any]]:
        """Sends an event through the processors; returns what the wrapped logger is called with.

        Raises DropEvent when a processor does, ValueError when the last one returns neither text,
        bytes, a dict, nor a tuple (args, kwargs).
        """
        result: Any = self._context.copy()
        result.update(**event_kw)
        if event is not None:
            result["event"] = event
        for processor in self._processors:
            result = processor(self._logger, method_name, result)
        if isinstance(result, (str, bytes, bytearray)):
            return (result,), {}
        if isinstance(result, tuple):
            return result
        if isinstance(result, dict):
            return (), result
        raise ValueError(
            "Last processor didn't return an appropriate value.  Valid return values are a dict, "
            "a tuple of (args, kwargs), bytes, or a str."
        )

    def _proxy_to_logger(self, method_name: str, event: str | None = None, **event_kw: Any) -> Any:
        """Sends an event through the processors and calls the wrapped logger's method with it."""
        try:
            args, kw = self._process_event(method_name, event, event_kw)
            return getattr(self._logger, method_name)(*args, **kw)
        except DropEvent:
            return None


def get_context(bound_logger: BindableLogger) -> Context:
    """The context of a bound logger: the object itself, not a copy."""
    return bound_logger._context
