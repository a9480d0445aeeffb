"""The native types of hooks as `mainstay.plugins` shows them."""

from __future__ import annotations

from . import _copies, _native
from ._errors import HookCallError, PluginTeardownRaisedWarning
from ._group import errors_of
from ._kinds import is_async_generator_function
from ._manager import CallSignature
from ._order import arranged
from ._report import Answer, Report

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
    "no_hook",
]

_PUBLIC = "mainstay.plugins"


class HookImpl(_native.HookImpl):
    """One implementation of a hook: function, plugin and options, all to be read only."""

    __slots__ = ()
    __module__ = _PUBLIC

    def __getstate__(self) -> Any:
        return _copies.impl_state(self)


class HookSpec(_native.HookSpec):
    """What is known of a specified hook: function, arguments and their defaults, options."""

    __slots__ = ()
    __module__ = _PUBLIC

    def __getstate__(self) -> Any:
        return _copies.spec_state(self)


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

        def __getstate__(self) -> Any:
            return _copies.result_state(self)


class HookRelay:
    """Holds the hooks of a manager: `manager.hook.NAME(...)`."""

    __slots__ = ("__dict__",)
    __module__ = _PUBLIC

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> HookCaller: ...

    def __repr__(self) -> str:
        return f"<HookRelay {', '.join(vars(self)) or 'without hooks'}>"


def no_hook(relay: HookRelay, name: str) -> AttributeError:
    """The error of a hook that is not there.

    The relay itself raises Python's own: a `__getattr__` would double what it takes to look up the
    hooks that are.
    """
    there = ", ".join(map(repr, sorted(vars(relay)))) or "none so far"
    return AttributeError(
        f"there is no hook {name!r}; there are {there}: correct the name, or add the specification "
        "or a plugin first"
    )


class HookCaller(_native.HookCaller):
    """A hook. Calling it, with keyword arguments, calls every implementation.

    Returns the results that are not None, of the plugin registered last first; under `firstresult`
    the first one alone, or None. May be called from any thread; plugins that are registered or
    taken out meanwhile do not change a call that is under way.

    Raises:
        HookCallError: an argument is missing.
        TypeError: an argument is positional, or the specification does not name it.
        HookErrors: under `collect_errors`, what implementations raised.
    """

    # The implementations by rank alone, once one of them wants to be before or after another.
    __slots__ = ("_mainstay_ranked",)
    if not TYPE_CHECKING:
        __signature__ = CallSignature()

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

    _mainstay_ranked: list[Any]

    if TYPE_CHECKING:

        def report(self, /, **kwargs: Any) -> Report:
            """The same call, with who said what; raises the same."""
            ...

    else:
        report = _native.HookCaller._mainstay_report

    def _mainstay_reported(self, kwargs: dict[str, Any]) -> Report:
        """A report whose call does not go by the plan: somebody looks on, for example."""
        from ._special import reported

        opts: Any = {} if self.spec is None else self.spec.opts
        if self.is_historic():
            raise ValueError(
                f"hook {self.name!r} is historic and cannot be called directly; "
                f"give call_historic() a result_callback"
            )
        manager = _manager_of(self)
        manager._mainstay_refuse_own_execution(f"the report of hook {self.name!r}")
        given = self._apply_defaults(kwargs)
        self._verify_all_args_are_provided(given)
        return reported(manager, self.name, self.get_hookimpls(), given, opts)

    def __getstate__(self) -> Any:
        nothing, fields = _copies.caller_state(self)
        if hasattr(self, "_mainstay_ranked"):
            fields["_mainstay_ranked"] = self._mainstay_ranked
        return nothing, fields

    def __setstate__(self, state: Any) -> None:
        _copies.set_caller_state(self, state)
        if not isinstance(self, SubsetHookCaller):
            self._mainstay_choose_execution()

    # --- what managers call ----------------------------------------------------------------------

    def _add_hookimpl(self, hookimpl: Any) -> None:
        ranked = getattr(self, "_mainstay_ranked", None)
        if ranked is None and not ("before" in hookimpl.opts or "after" in hookimpl.opts):
            super()._add_hookimpl(hookimpl)
        else:
            beside = HookCaller(self.name, self._hookexec)  # so that no call sees the way there
            beside._hookimpls[:] = self._hookimpls if ranked is None else ranked
            _native.HookCaller._add_hookimpl(beside, hookimpl)
            self._hookimpls[:] = arranged(self.name, beside._hookimpls, hookimpl.plugin)
            self._mainstay_ranked = beside._hookimpls
        if hookimpl.wrapper or hookimpl.hookwrapper:
            self._mainstay_choose_execution()

    def _remove_plugin(self, plugin: Any) -> None:
        super()._remove_plugin(plugin)
        ranked = getattr(self, "_mainstay_ranked", None)
        if ranked is not None:
            left = set(map(id, self._hookimpls))
            self._mainstay_ranked = [each for each in ranked if id(each) in left]
            self._hookimpls[:] = arranged(self.name, self._mainstay_ranked, plugin)
        if isinstance(self._hookexec, _native.Special):
            self._mainstay_choose_execution()

    def _mainstay_choose_execution(self) -> None:
        """By the manager's own, unless the specification or a wrapper asks for more than that."""
        opts: Any = {} if self.spec is None else self.spec.opts
        awaits = any(
            (each.wrapper or each.hookwrapper) and is_async_generator_function(each.function)
            for each in self._hookimpls
        )
        if awaits or any(opts.get(option) for option in _SPECIAL):
            from ._special import Special

            manager = _manager_of(self)
            for option in _SPECIAL:
                if opts.get(option):
                    manager._mainstay_refuse_own_execution(f"{option} of hook {self.name!r}")
            self._hookexec = Special(manager, opts, by_plan=not awaits)
        elif isinstance(self._hookexec, _native.Special):
            self._hookexec = _manager_of(self)._hookexec


# What a specification may ask for beyond the first result.
_SPECIAL = ("waterfall", "collect_errors")


def _manager_of(hook: HookCaller) -> Any:
    return hook._hookexec.__self__


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
    answers=lambda: (Answer, Report, errors_of),
    strict=True,
    spec_file=None,
)
_multicall = door.multicall
