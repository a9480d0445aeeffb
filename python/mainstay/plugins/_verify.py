"""Whether an implementation fits the specification of its hook."""

from __future__ import annotations

import warnings

from ._kinds import is_async_generator_function, is_generator_function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["format_definition", "verify"]


def verify(hook: Any, impl: Any, error_class: Any, *, strict: bool = False) -> None:
    """Warn about what the specification warns of, and raise what keeps `impl` out of `hook`.

    The warnings are located where the implementation is defined. `strict`: by the strict door,
    where wrappers may be asynchronous generators and messages say what to do.

    Raises:
        error_class: called with the plugin and the message.
    """
    spec, function = hook.spec, impl.function
    is_wrapper = impl.wrapper or impl.hookwrapper
    if is_wrapper and hook.is_historic():
        raise error_class(
            impl.plugin,
            f"Plugin {impl.plugin_name!r}\nhook {hook.name!r}\n"
            "historic incompatible with yield/wrapper/hookwrapper"
            + ("; return the result, and leave out the yield" if strict else ""),
        )
    if spec.warn_on_impl:
        _warn_at(function, spec.warn_on_impl)
    for name in impl.argnames:
        if name not in spec.argnames and name not in spec.kwargnames:
            unknown = set(impl.argnames) - (set(spec.argnames) | set(spec.kwargnames))
            raise error_class(
                impl.plugin,
                f"{_which(hook, impl)}Argument(s) {unknown} are declared in the hookimpl but "
                "can not be found in the hookspec" + (_remedy(spec) if strict else ""),
            )
    if spec.warn_on_impl_args:
        for name in impl.argnames + impl.kwargnames:
            warning = spec.warn_on_impl_args.get(name)
            if warning is not None:
                _warn_at(function, warning)
    if not is_wrapper:
        return
    if not is_generator_function(function) and not (
        strict and is_async_generator_function(function)
    ):
        raise error_class(
            impl.plugin,
            f"{_which(hook, impl)}Declared as wrapper=True or hookwrapper=True "
            "but function is not a generator function",
        )
    if impl.wrapper and impl.hookwrapper:
        raise error_class(
            impl.plugin,
            f"{_which(hook, impl)}The wrapper=True and hookwrapper=True options are "
            "mutually exclusive",
        )


def format_definition(func: Callable[..., object]) -> str:
    """A function's name and signature, as in its `def`."""
    import inspect

    from . import _native

    name: str = func.__name__
    plain = getattr(func, "__func__", func)
    if isinstance(plain, _native.NativeFunction):  # no language of which `inspect` knows
        return f"{name}({', '.join(plain.argnames)})"
    return f"{name}{inspect.signature(func)}"


def _which(hook: Any, impl: Any) -> str:
    return (
        f"Plugin {impl.plugin_name!r} for hook {hook.name!r}\n"
        f"hookimpl definition: {format_definition(impl.function)}\n"
    )


def _remedy(spec: Any) -> str:
    arguments = ", ".join((*spec.argnames, *spec.kwargnames)) or "no arguments"
    return f", which names {arguments}; correct the names, or add them to the specification"


def _warn_at(function: Any, warning: Warning) -> None:
    code = function.__code__
    warnings.warn_explicit(
        warning, type(warning), lineno=code.co_firstlineno, filename=code.co_filename
    )
