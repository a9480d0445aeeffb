"""Hooks and how they are called, for mainstay.plugins. Written by hand, checked against the build."""

from collections.abc import Callable
from types import GenericAlias, TracebackType
from typing import Any, final

from typing_extensions import Self, disjoint_base

@disjoint_base
class HookImpl:
    function: Any
    argnames: tuple[str, ...]
    kwargnames: tuple[str, ...]
    plugin: Any
    plugin_name: str
    opts: Any
    wrapper: bool
    hookwrapper: bool
    optionalhook: bool
    tryfirst: bool
    trylast: bool
    def __init__(
        self, plugin: Any, plugin_name: str, function: Any, hook_impl_opts: Any
    ) -> None: ...

@disjoint_base
class HookSpec:
    namespace: Any
    name: str
    function: Any
    argnames: tuple[str, ...]
    kwargnames: tuple[str, ...]
    kwargdefaults: dict[str, Any]
    opts: Any
    warn_on_impl: Warning | None
    warn_on_impl_args: Any
    def __init__(self, namespace: Any, name: str, opts: Any) -> None: ...

@disjoint_base
class Result:
    _result: Any
    _exception: BaseException | None
    _traceback: TracebackType | None
    def __init__(self, result: Any, exception: BaseException | None) -> None: ...
    @property
    def exception(self) -> BaseException | None: ...
    @property
    def excinfo(self) -> tuple[type[BaseException], BaseException, TracebackType | None] | None: ...
    def get_result(self) -> Any: ...
    def force_result(self, result: Any) -> None: ...
    def force_exception(self, exception: BaseException) -> None: ...
    @classmethod
    def from_call(cls, func: Callable[[], Any]) -> Self: ...
    def __class_getitem__(cls, item: Any, /) -> GenericAlias: ...

@disjoint_base
class HookCaller:
    name: str
    spec: Any
    _hookexec: Any
    _hookimpls: list[Any]
    _call_history: list[tuple[Any, Any]] | None
    @property
    def _orig(self) -> Any: ...
    @property
    def _remove_plugins(self) -> Any: ...
    # A subset, the class that a Door says is one, is made from (orig, remove_plugins) instead.
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def __call__(self, **kwargs: Any) -> Any: ...
    def has_spec(self) -> bool: ...
    def is_historic(self) -> bool: ...
    def get_hookimpls(self) -> list[Any]: ...
    def set_specification(self, specmodule_or_class: Any, spec_opts: Any) -> None: ...
    def call_historic(self, result_callback: Any = None, kwargs: Any = None) -> None: ...
    def call_extra(self, methods: Any, kwargs: Any) -> Any: ...
    def _add_hookimpl(self, hookimpl: Any, /) -> None: ...
    def _remove_plugin(self, plugin: Any, /) -> None: ...
    def _maybe_apply_history(self, method: Any, /) -> None: ...
    def _apply_defaults(self, kwargs: Any, /) -> Any: ...
    def _verify_all_args_are_provided(self, kwargs: Any, /) -> None: ...

@disjoint_base
class Manager:
    _inner_hookexec: Callable[..., Any]
    def _hookexec(self, *args: Any, **kwargs: Any) -> Any: ...

@final
class Monitor:
    def __new__(
        cls, door: Door, before: Callable[..., Any], after: Callable[..., Any], inner: Any, /
    ) -> Self: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

@final
class Door:
    def __new__(
        cls,
        *,
        hook_impl: type[HookImpl],
        hook_caller: type[HookCaller],
        subset_hook_caller: type[HookCaller],
        hook_spec: type[HookSpec],
        result: type[Result],
        call_error: type[Exception],
        teardown_warning: type[Warning],
        teardown_advice: str,
    ) -> Self: ...
    @property
    def multicall(self) -> Callable[[str, Any, Any, Any], Any]: ...

def varnames(
    func: Any, *, legacy_noself: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...]]: ...
def find_hookable(owner: object, name: str, /) -> tuple[object, Any] | None: ...
def marker_options(holder: object, attribute: str, /) -> dict[str, Any] | None: ...
def scan(owner: object, attribute: str, /) -> list[tuple[str, Any, dict[str, Any]]]: ...
def paths() -> dict[str, int]: ...
