"""One implementation of a hook."""

from mainstay.plugins import _native


class HookImpl(_native.HookImpl):
    """An implementation as it is registered: function, plugin, options."""

    __slots__ = ()
