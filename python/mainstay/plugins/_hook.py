"""The native types of hooks as `mainstay.plugins` shows them."""

from __future__ import annotations

from . import _copies, _native
from ._errors import HookCallError, PluginTeardownRaisedWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Generic, TypeVar

    T = TypeVar("T")
    U = TypeVar("U")

__all__ = [
    "HookCaller",
    "HookImpl",
    "HookRelay",
    "HookSpec",
    "Result",
    "SubsetHookCaller",
    "door",
]

_PUBLIC = "mainstay.plugins"


class HookImpl(_native.HookImpl):
    """One implementation of a hook: function, plugin and options, all to be read only."""

    __slots__ = ()
    __getstate__ = _copies.impl_state
    __module__ = _PUBLIC


class HookSpec(_native.HookSpec):
    """What is known of a specified hook: function, arguments and their defaults, options."""

    __slots__ = ()
    __getstate__ = _copies.spec_state
    __module__ = _PUBLIC


if TYPE_CHECKING:

    class Result(_native.Result, Generic[T]):
        """What came of a call, as wrappers of the older form and monitors get it."""

        def __init__(self, result: T | None, exception: BaseException | None) -> None: ...
        def get_result(self) -> T:
            """The value; raises the exception when there is one."""
            ...

        def force_result(self, result: T) -> None:
            """Put a value in the place of what there is."""

        @classmethod
        def from_call(cls, func: Callable[[], U]) -> Result[U]:
            """What came of calling `func`."""
            ...

else:

    class Result(_native.Result):
        """What came of a call, as wrappers of the older form and monitors get it."""

        __slots__ = ()
        __module__ = _PUBLIC
        __getstate__ = _copies.result_state


class HookRelay:
    """Holds the hooks of a manager: `manager.hook.NAME(...)`."""

    __slots__ = ("__dict__",)
    __module__ = _PUBLIC

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> HookCaller: ...

    def __repr__(self) -> str:
        return f"<HookRelay {', '.join(vars(self)) or 'without hooks'}>"


class HookCaller(_native.HookCaller):
    """A hook. Calling it, with keyword arguments, calls every implementation.

    Returns the results that are not None, of the plugin registered last first; under `firstresult`
    the first one alone, or None. May be called from any thread; plugins that are registered or
    taken out meanwhile do not change a call that is under way.

    Raises:
        HookCallError: an argument is missing.
        TypeError: an argument is positional, or the specification does not name it.
    """

    __slots__ = ()
    __getstate__ = _copies.caller_state
    __setstate__ = _copies.set_caller_state

    if TYPE_CHECKING:
        spec: HookSpec | None

        def __call__(self, **kwargs: Any) -> Any: ...
        def get_hookimpls(self) -> list[HookImpl]: ...
        def call_historic(
            self,
            result_callback: Callable[[Any], object] | None = None,
            kwargs: Mapping[str, object] | None = None,
        ) -> None: ...
        def call_extra(
            self, methods: Sequence[Callable[..., object]], kwargs: Mapping[str, object]
        ) -> Any: ...

    __module__ = _PUBLIC


class SubsetHookCaller(HookCaller):
    """A hook without the implementations of some plugins; otherwise as it is at each call."""

    __slots__ = ()
    __module__ = _PUBLIC


door = _native.Door(
    hook_impl=HookImpl,
    hook_caller=HookCaller,
    subset_hook_caller=SubsetHookCaller,
    hook_spec=HookSpec,
    result=Result,
    call_error=HookCallError,
    teardown_warning=PluginTeardownRaisedWarning,
    teardown_advice="Write a wrapper of the newer form: @hookimpl(wrapper=True)",
    strict=True,
)
_multicall = door.multicall
