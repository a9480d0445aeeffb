"""What all bound loggers are: a logger, processors, and a context that is not changed in place."""

from __future__ import annotations

import copyreg

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

    from .typing import BindableLogger, Context


class BoundLoggerBase(_native.Bound):
    """Carries a context; base of the bound loggers and of those that programs write.

    Made of a logger, processors and a context. Methods of a subclass end in `_proxy_to_logger`.
    `_logger`, `_processors` and `_context` may be read by subclasses. May be shared by threads as
    far as the wrapped logger and the processors may: binding makes a new logger.
    """

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}(context={self._context!r}, processors={self._processors!r})>"
        )

    def __eq__(self, other: object) -> bool:
        try:
            return bool(self._context == other._context)  # type: ignore[attr-defined]
        except AttributeError:
            return False

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
        """Clears the context of *this* logger, for shared contexts, and binds the values."""
        self._context.clear()
        return self.bind(**new_values)

    def __reduce__(self) -> Any:
        return copyreg.__newobj__, (type(self),), self.__getstate__()  # type: ignore[attr-defined]

    def __getstate__(self) -> Any:
        return {
            "_logger": self._logger,
            "_processors": self._processors,
            "_context": self._context,
            **self.__dict__,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)


def get_context(bound_logger: BindableLogger) -> Context:
    """The context of a bound logger: the object itself, not a copy."""
    return bound_logger._context
