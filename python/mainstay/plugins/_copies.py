"""How hooks, implementations and managers are copied and pickled: by the fields the peer has.

A native object has no `__slots__` that `copy` and `pickle` could read. What stands here gives them
the same state that classes with slots have, so that pickles of one side are read by the other.
"""

from __future__ import annotations

from . import _native
from ._kinds import MethodType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    State = tuple[None, dict[str, Any]]

__all__ = [
    "caller_state",
    "impl_state",
    "manager_state",
    "result_state",
    "set_caller_state",
    "set_manager_state",
    "spec_state",
    "validation_error",
]

_IMPL = (
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
)
_SPEC = (
    "argnames",
    "function",
    "kwargdefaults",
    "kwargnames",
    "name",
    "namespace",
    "opts",
    "warn_on_impl",
    "warn_on_impl_args",
)
_RESULT = ("_exception", "_result", "_traceback")
_CALLER = ("_call_history", "_hookexec", "_hookimpls", "name", "spec")
_SUBSET = ("_hookexec", "_orig", "_remove_plugins", "name")


def _state(thing: Any, fields: tuple[str, ...]) -> State:
    return None, {name: getattr(thing, name) for name in fields}


def impl_state(self: Any) -> State:
    """`HookImpl.__getstate__`."""
    return _state(self, _IMPL)


def spec_state(self: Any) -> State:
    """`HookSpec.__getstate__`."""
    return _state(self, _SPEC)


def result_state(self: Any) -> State:
    """`Result.__getstate__`."""
    return _state(self, _RESULT)


def caller_state(self: Any) -> State:
    """`HookCaller.__getstate__`, of subsets too."""
    fields = _state(self, _SUBSET if getattr(self, "_orig", None) is not None else _CALLER)[1]
    hookexec = fields["_hookexec"]
    if isinstance(getattr(hookexec, "__self__", None), _native.Manager):
        # A deep copy belongs to the copy of the manager, which `copy` sees of methods only.
        function: Any = _native.Manager._hookexec
        fields["_hookexec"] = MethodType(function, hookexec.__self__)
    return None, fields


def set_caller_state(self: Any, state: State) -> None:
    """`HookCaller.__setstate__`."""
    fields = dict(state[1])
    hookexec = fields.pop("_hookexec")
    if getattr(hookexec, "__func__", None) is _native.Manager._hookexec:
        hookexec = hookexec.__self__._hookexec
    if "_orig" in fields:
        self.__init__(fields["_orig"], fields["_remove_plugins"])
        return
    self.__init__(fields.pop("name"), hookexec)
    for name, value in fields.items():
        setattr(self, name, value)


def manager_state(self: Any) -> dict[str, Any]:
    """`PluginManager.__getstate__`."""
    _ = self.trace, self._plugin_distinfo  # made on demand; a copy shares them
    state = dict(vars(self))
    inner = self._inner_hookexec
    if inner is self._mainstay_door.multicall:
        inner = _Multicall(self._mainstay_multicall_home)
    return {**state, "_inner_hookexec": inner}


def set_manager_state(self: Any, state: dict[str, Any]) -> None:
    """`PluginManager.__setstate__`."""
    fields = dict(state)
    inner = fields.pop("_inner_hookexec", None)
    self.__dict__.update(fields)
    self._inner_hookexec = (
        self._mainstay_door.multicall if inner is None or isinstance(inner, _Multicall) else inner
    )


def validation_error(self: Any) -> Any:
    """`PluginValidationError.__reduce__`: a plugin that does not pickle is told by its repr."""
    import pickle

    fields = dict(vars(self))
    plugin = fields.pop("plugin")
    try:
        pickle.dumps(plugin)
    except Exception:  # whatever a plugin is, a module often
        plugin = repr(plugin)
    return type(self), (plugin, *self.args), fields


class _Multicall:
    """A door's call loop within a pickle: by module and name, as a function of Python would be."""

    def __init__(self, home: str) -> None:
        self.home = home

    def __reduce__(self) -> Any:
        return getattr, (_Module(self.home), "_multicall")

    def __deepcopy__(self, memo: Any) -> _Multicall:
        return self


class _Module:
    """A module within a pickle."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> Any:
        from importlib import import_module

        return import_module, (self.name,)
