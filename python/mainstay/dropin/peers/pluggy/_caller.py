"""Hooks as programs call them: the callers, and the relay that holds them."""

from __future__ import annotations

from mainstay.plugins import _copies, _native

from ._decorators import HookSpec
from ._impl import HookImpl
from ._result import HookCallError, Result
from ._warnings import TEARDOWN_ADVICE, PluggyTeardownRaisedWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass


class HookRelay:
    """Holds the hooks of a manager as attributes."""

    __slots__ = ("__dict__",)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> HookCaller: ...


class HookCaller(_native.HookCaller):
    """A hook: call it with keyword arguments, and every implementation is called."""

    __slots__ = ()
    __getstate__ = _copies.caller_state
    __setstate__ = _copies.set_caller_state


class _SubsetHookCaller(HookCaller):
    """A hook without the implementations of some plugins."""

    __slots__ = ()


_HookRelay = HookRelay
_HookCaller = HookCaller

_door = _native.Door(
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
)
