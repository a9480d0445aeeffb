"""pluggy's classes on mainstay's engine: one file, because every program needs most of them.

Each says it is of the module where the peer has it; that module has it too, and is imported by
those who look there.
"""

from __future__ import annotations

from mainstay.plugins import _copies, _manager, _native

from ._compat import DistFacade
from ._tracing import TagTracer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Generic, TypeVar

    ResultType = TypeVar("ResultType")


TEARDOWN_ADVICE = (
    "For more information see https://pluggy.readthedocs.io/en/stable/"
    "api_reference.html#pluggy.PluggyTeardownRaisedWarning"
)


class PluggyWarning(UserWarning):
    """Base of the warnings."""

    __module__ = "pluggy"


class PluggyTeardownRaisedWarning(PluggyWarning):
    """An old-style wrapper raised in what it does after its yield.

    Later parts of other wrappers may be left out because of it. Give an exception to the result by
    `result.force_exception()`, or write a new-style wrapper.
    """

    __module__ = "pluggy"


class HookCallError(Exception):
    """A hook was called without an argument that an implementation asks for."""

    __module__ = "pluggy._result"


if TYPE_CHECKING:

    class Result(_native.Result, Generic[ResultType]):
        """What came of a call; generic for type checkers alone."""

        def __init__(self, result: ResultType | None, exception: BaseException | None) -> None: ...
        def get_result(self) -> ResultType: ...
        def force_result(self, result: ResultType) -> None: ...

else:

    class Result(_native.Result):
        """What came of a call: a value or an exception, to look at and to replace."""

        __module__ = "pluggy._result"
        __slots__ = ()

        def __getstate__(self) -> Any:
            return _copies.result_state(self)


class HookspecMarker:
    """Marks functions as specifications of hooks of a project."""

    __module__ = "pluggy._decorators"

    __slots__ = ("project_name",)

    def __init__(self, project_name: str) -> None:
        self.project_name = project_name

    def __call__(
        self,
        function: Any = None,
        firstresult: bool = False,
        historic: bool = False,
        warn_on_impl: Warning | None = None,
        warn_on_impl_args: Any = None,
    ) -> Any:
        """Mark `function`; without one, return what marks it."""

        def setattr_hookspec_opts(func: Any) -> Any:
            if historic and firstresult:
                raise ValueError("cannot have a historic firstresult hook")
            opts = {
                "firstresult": firstresult,
                "historic": historic,
                "warn_on_impl": warn_on_impl,
                "warn_on_impl_args": warn_on_impl_args,
            }
            setattr(func, self.project_name + "_spec", opts)
            return func

        return setattr_hookspec_opts if function is None else setattr_hookspec_opts(function)


class HookimplMarker:
    """Marks functions as implementations of hooks of a project."""

    __module__ = "pluggy._decorators"

    __slots__ = ("project_name",)

    def __init__(self, project_name: str) -> None:
        self.project_name = project_name

    def __call__(
        self,
        function: Any = None,
        hookwrapper: bool = False,
        optionalhook: bool = False,
        tryfirst: bool = False,
        trylast: bool = False,
        specname: str | None = None,
        wrapper: bool = False,
    ) -> Any:
        """Mark `function`; without one, return what marks it."""

        def setattr_hookimpl_opts(func: Any) -> Any:
            opts = {
                "wrapper": wrapper,
                "hookwrapper": hookwrapper,
                "optionalhook": optionalhook,
                "tryfirst": tryfirst,
                "trylast": trylast,
                "specname": specname,
            }
            setattr(func, self.project_name + "_impl", opts)
            return func

        return setattr_hookimpl_opts if function is None else setattr_hookimpl_opts(function)


class HookSpec(_native.HookSpec):
    """One specification."""

    __module__ = "pluggy._decorators"

    __slots__ = ()

    def __getstate__(self) -> Any:
        return _copies.spec_state(self)


class HookImpl(_native.HookImpl):
    """An implementation as it is registered: function, plugin, options."""

    __module__ = "pluggy._impl"
    __slots__ = ()

    def __getstate__(self) -> Any:
        return _copies.impl_state(self)


class HookRelay:
    """Holds the hooks of a manager as attributes."""

    __module__ = "pluggy._caller"

    __slots__ = ("__dict__",)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> HookCaller: ...


class HookCaller(_native.HookCaller):
    """A hook: call it with keyword arguments, and every implementation is called."""

    __module__ = "pluggy._caller"

    __slots__ = ()
    __signature__ = _manager.CallSignature()

    def __getstate__(self) -> Any:
        return _copies.caller_state(self)

    def __setstate__(self, state: Any) -> None:
        _copies.set_caller_state(self, state)


class _SubsetHookCaller(HookCaller):
    """A hook without the implementations of some plugins."""

    __module__ = "pluggy._caller"

    __slots__ = ()


door = _native.Door(
    hook_impl=HookImpl,
    hook_caller=HookCaller,
    subset_hook_caller=_SubsetHookCaller,
    hook_spec=HookSpec,
    result=Result,
    call_error=HookCallError,
    teardown_warning=PluggyTeardownRaisedWarning,
    teardown_advice=TEARDOWN_ADVICE,
    answers=None,
    strict=False,
    spec_file=__file__,
)


# What native objects have in place of slots, for those who list them.
for _class, _fields in (
    (Result, ("_exception", "_result", "_traceback")),
    (
        HookSpec,
        (
            "argnames",
            "function",
            "kwargdefaults",
            "kwargnames",
            "name",
            "namespace",
            "opts",
            "warn_on_impl",
            "warn_on_impl_args",
        ),
    ),
    (
        HookImpl,
        (
            "argnames",
            "function",
            "hookwrapper",
            "kwargnames",
            "optionalhook",
            "opts",
            "plugin",
            "plugin_name",
            "tryfirst",
            "trylast",
            "wrapper",
        ),
    ),
    (HookCaller, ("_call_history", "_hookexec", "_hookimpls", "name", "spec")),
    (_SubsetHookCaller, ("_orig", "_remove_plugins")),
):
    setattr(_class, "__slots__", _fields)  # noqa: B010


class PluginValidationError(Exception):
    """A plugin does not fit the specifications; `plugin` says which."""

    __module__ = "pluggy._manager"

    def __init__(self, plugin: Any, message: str) -> None:
        super().__init__(message)
        self.plugin = plugin

    def __reduce__(self) -> Any:
        return _copies.validation_error(self)


class PluginManager(_manager.PluginManager):
    """Keeps the plugins and the hooks of a project."""

    __module__ = "pluggy._manager"

    _mainstay_hook_caller = HookCaller
    _mainstay_hook_impl = HookImpl
    _mainstay_hook_relay = HookRelay
    _mainstay_subset_hook_caller = _SubsetHookCaller
    _mainstay_validation_error = PluginValidationError
    _mainstay_door = door
    _mainstay_call_loop = door.multicall
    _mainstay_multicall_home = "pluggy._execution"

    @staticmethod
    def _mainstay_tracer() -> Any:
        return TagTracer()

    def list_plugin_distinfo(self) -> list[tuple[Any, DistFacade]]:
        """The plugins that came by entry points, each with its distribution as a DistFacade."""
        return [(plugin, DistFacade(dist)) for plugin, dist in self._plugin_distinfo]
