"""The configuration of the process, and the proxy that makes a bound logger from it when used.

The configuration is one object per process. Set it at the start of a program: threads that log
while it changes see the old or the new value of each setting.
"""

from __future__ import annotations

import os
import sys
from warnings import warn

from ._filtering import make_filtering_bound_logger
from ._output import PrintLoggerFactory
from .contextvars import merge_contextvars
from .dev import ConsoleRenderer, _has_colors, set_exc_info
from .processors import StackInfoRenderer, TimeStamper, add_log_level

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .typing import BindableLogger, Context, Processor, WrappedLogger

_no_colors = os.environ.get("NO_COLOR", "") != ""
_force_colors = os.environ.get("FORCE_COLOR", "") != ""


def _stdout_is_terminal() -> bool:
    isatty = getattr(sys.stdout, "isatty", None)
    return isatty is not None and bool(isatty())


_BUILTIN_DEFAULT_PROCESSORS: list[Any] = [
    merge_contextvars,
    add_log_level,
    StackInfoRenderer(),
    set_exc_info,
    TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
    ConsoleRenderer(
        colors=not _no_colors and (_force_colors or (_has_colors and _stdout_is_terminal())),
        force_colors=_force_colors,
    ),
]
_BUILTIN_DEFAULT_CONTEXT_CLASS: type[Context] = dict
_BUILTIN_DEFAULT_WRAPPER_CLASS: Any = make_filtering_bound_logger(0)
_BUILTIN_DEFAULT_LOGGER_FACTORY = PrintLoggerFactory()
_BUILTIN_CACHE_LOGGER_ON_FIRST_USE = False


# The settings by the names that programs give them, and where they are kept.
_KEPT_AS = {
    "processors": "default_processors",
    "context_class": "default_context_class",
    "wrapper_class": "default_wrapper_class",
    "logger_factory": "logger_factory",
    "cache_logger_on_first_use": "cache_logger_on_first_use",
}


class _Configuration:
    """The settings that count where a logger has none of its own."""

    default_processors: Iterable[Processor]
    default_wrapper_class: Any
    default_context_class: type[Context]
    logger_factory: Callable[..., WrappedLogger]
    cache_logger_on_first_use: bool

    def __init__(self) -> None:
        self.reset()

    def take(self, **settings: Any) -> None:
        """Sets those that are not None."""
        for name, value in settings.items():
            if value is not None:
                setattr(self, _KEPT_AS[name], value)

    def reset(self) -> None:
        self.is_configured = False
        self.take(
            logger_factory=_BUILTIN_DEFAULT_LOGGER_FACTORY,
            wrapper_class=_BUILTIN_DEFAULT_WRAPPER_CLASS,
            context_class=_BUILTIN_DEFAULT_CONTEXT_CLASS,
            processors=[*_BUILTIN_DEFAULT_PROCESSORS],
            cache_logger_on_first_use=_BUILTIN_CACHE_LOGGER_ON_FIRST_USE,
        )


_CONFIG = _Configuration()


def is_configured() -> bool:
    """Whether the process was configured; if not, the defaults are in use."""
    return _CONFIG.is_configured


def get_config() -> dict[str, Any]:
    """A new dict of the settings, with the objects themselves as values."""
    return {name: getattr(_CONFIG, kept) for name, kept in _KEPT_AS.items()}


def get_logger(*args: Any, **initial_values: Any) -> Any:
    """A logger by the configuration, with `initial_values` bound.

    What is returned is a proxy that makes the bound logger when it is used. `args` go to the logger
    factory.
    """
    return wrap_logger(None, logger_factory_args=args, **initial_values)


getLogger = get_logger  # noqa: N816  # the name that other libraries use


def wrap_logger(
    logger: WrappedLogger | None,
    processors: Iterable[Processor] | None = None,
    wrapper_class: type[BindableLogger] | None = None,
    context_class: type[Context] | None = None,
    cache_logger_on_first_use: bool | None = None,
    logger_factory_args: Iterable[Any] | None = None,
    **initial_values: Any,
) -> Any:
    """As `get_logger`, around a logger; settings given here win over the configuration's."""
    own = (wrapper_class, processors, context_class, cache_logger_on_first_use)
    return BoundLoggerLazyProxy(logger, *own, initial_values, logger_factory_args)


def configure(
    processors: Iterable[Processor] | None = None,
    wrapper_class: type[BindableLogger] | None = None,
    context_class: type[Context] | None = None,
    logger_factory: Callable[..., WrappedLogger] | None = None,
    cache_logger_on_first_use: bool | None = None,
) -> None:
    """Sets the process's settings; None leaves one as it is.

    `processors` is the chain, `wrapper_class` the class of bound loggers, `context_class` that of
    their contexts, `logger_factory` makes what they wrap. With `cache_logger_on_first_use` a logger
    keeps the bound logger that its first use makes.
    """
    given = locals()
    _CONFIG.is_configured = True
    _CONFIG.take(**given)


def configure_once(
    processors: Iterable[Processor] | None = None,
    wrapper_class: type[BindableLogger] | None = None,
    context_class: type[Context] | None = None,
    logger_factory: Callable[..., WrappedLogger] | None = None,
    cache_logger_on_first_use: bool | None = None,
) -> None:
    """As `configure`, unless the process is configured: then it issues a RuntimeWarning."""
    if _CONFIG.is_configured:
        warn("Repeated configuration attempted.", RuntimeWarning, stacklevel=2)
    else:
        configure(
            processors, wrapper_class, context_class, logger_factory, cache_logger_on_first_use
        )


def reset_defaults() -> None:
    """Takes all settings back to the defaults."""
    _CONFIG.reset()


class BoundLoggerLazyProxy:
    """Makes a bound logger from its own settings and the configuration's whenever it is used.

    With caching on, the first one made is kept, and a later configuration does not reach it.
    """

    def __init__(
        self,
        logger: WrappedLogger | None,
        wrapper_class: type[BindableLogger] | None = None,
        processors: Iterable[Processor] | None = None,
        context_class: type[Context] | None = None,
        cache_logger_on_first_use: bool | None = None,
        initial_values: dict[str, Any] | None = None,
        logger_factory_args: Any = None,
    ) -> None:
        self._logger, self._logger_factory_args = logger, logger_factory_args or ()
        self._context_class, self._initial_values = context_class, initial_values or {}
        self._wrapper_class, self._processors = wrapper_class, processors
        self._cache_logger_on_first_use = cache_logger_on_first_use

    @property
    def _context(self) -> dict[str, Any]:
        return self._initial_values

    def __repr__(self) -> str:
        return (
            f"<BoundLoggerLazyProxy(logger={self._logger!r}, wrapper_class={self._wrapper_class!r}"
            f", processors={self._processors!r}, context_class={self._context_class!r}, "
            f"initial_values={self._initial_values!r}, "
            f"logger_factory_args={self._logger_factory_args!r})>"
        )

    def bind(self, **new_values: Any) -> BindableLogger:
        """The bound logger, with `new_values` bound."""
        context_class = self._context_class or _CONFIG.default_context_class
        context = context_class(self._initial_values)
        processors = self._processors
        if processors is None:
            processors = _CONFIG.default_processors
        make: Any = self._wrapper_class or _CONFIG.default_wrapper_class
        wrapped = self._logger or _CONFIG.logger_factory(*self._logger_factory_args)
        logger: BindableLogger = make(wrapped, processors=processors, context=context)

        cached = self._cache_logger_on_first_use
        if cached is True or (cached is None and _CONFIG.cache_logger_on_first_use is True):

            def finalized_bind(**new_values: Any) -> BindableLogger:
                bound: BindableLogger = logger.bind(**new_values) if new_values else logger
                return bound

            self.bind = finalized_bind  # type: ignore[method-assign]
        bound: BindableLogger = logger.bind(**new_values) if new_values else logger
        return bound

    def unbind(self, *keys: str) -> BindableLogger:
        """The bound logger without these keys. Raises KeyError when one is no initial value."""
        return self.bind().unbind(*keys)

    def try_unbind(self, *keys: str) -> BindableLogger:
        """The bound logger without these keys, where they are initial values."""
        return self.bind().try_unbind(*keys)

    def new(self, **new_values: Any) -> BindableLogger:
        """Clears a context class that shares its state, then binds."""
        (self._context_class or _CONFIG.default_context_class)().clear()
        return self.bind(**new_values)

    def __getattr__(self, name: str) -> Any:
        if name == "__isabstractmethod__":
            raise AttributeError(name)
        return getattr(self.bind(), name)

    # Without these two, __getattr__ would answer for them.
    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
