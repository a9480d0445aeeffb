"""One implementation of a hook."""

from mainstay.plugins import _copies, _native


class HookImpl(_native.HookImpl):
    """An implementation as it is registered: function, plugin, options."""

    __slots__ = ()
    __getstate__ = _copies.impl_state
