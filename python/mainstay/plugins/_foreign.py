"""Plugins in another language: shared objects and capsules as plugins of a PluginManager.

The engine's header `mainstay/plugins/abi.h` says what such a plugin is. Here it becomes an object
that any PluginManager takes, of either door: its attributes are methods that carry the project's
marker, and calling one of them runs no Python in between.
"""

from __future__ import annotations

import os
from types import MethodType, SimpleNamespace

from . import _checks, _native
from ._native import NativePluginError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._manager import PluginManager

__all__ = ["NativePlugin", "NativePluginError", "load_native"]


class NativePlugin:
    """A plugin in another language, ready to be registered with managers of one project.

    Each hook it implements is an attribute of that name. Immutable, and free to be shared between
    threads as far as the plugin is. The last reference to it, and to what was taken from it, tears
    the plugin down and unloads its library.

    Attributes:
        version: what the plugin says of itself; empty when it says nothing.
    """

    __module__ = "mainstay.plugins"

    __name__: str
    version: str

    def __init__(self, source: str | os.PathLike[str] | object, project_name: str) -> None:
        """Load a plugin.

        Args:
            source: the path of a shared object, or a capsule named "mainstay.plugins.table".
            project_name: the one the program's markers were made with.

        Raises:
            NativePluginError: what is there is no plugin, or it could not be set up; the text says
                what came and what was wanted.
            TypeError, ValueError: the source is neither a path nor a capsule, or the project's name
                is none.
        """
        _checks.name("project_name", project_name)
        if type(source).__name__ == "PyCapsule":
            table = _native.NativeTable.from_capsule(source)
            where = f"<plugin {table.name}>"
        elif isinstance(source, (str, bytes)) or hasattr(source, "__fspath__"):
            path = _path(source)
            table = _native.NativeTable.load(path)
            where = os.fsdecode(path)
        else:
            raise TypeError(
                "source must be the path of a shared object or a capsule, "
                f"got {type(source).__name__}"
            )
        attributes = vars(self)
        attributes.update(__name__=table.name, version=table.version)
        for function in table.functions():
            _dress(function, project_name, where)
            # Bound to the table, not to self: a cycle would keep the library loaded.
            attributes[_free(attributes, function.hook)] = MethodType(function, table)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"NativePlugin is immutable, cannot set {name!r}; load another one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"NativePlugin is immutable, cannot delete {name!r}; load another one")

    def __repr__(self) -> str:
        version = f" {self.version}" if self.version else ""
        return f"<NativePlugin {self.__name__!r}{version}>"


def load_native(
    source: str | os.PathLike[str] | object, manager: PluginManager, name: str | None = None
) -> str | None:
    """Load a plugin in another language and register it.

    Args:
        source: the path of a shared object, or a capsule that an extension module offers.
        manager: who takes it.
        name: what to register it under; when left out, the name it has.

    Returns:
        What `manager.register` returned: the name, or None when that name is blocked.

    Raises:
        NativePluginError: it could not be loaded.
        TypeError: the source is neither a path nor a capsule, or the manager is none.
        ValueError, PluginValidationError: what `manager.register` raises.
    """
    if not (hasattr(manager, "register") and hasattr(manager, "project_name")):
        raise TypeError(
            f"manager must be a PluginManager, got {_checks.named(manager)}; "
            "write load_native(path, manager)"
        )
    return manager.register(NativePlugin(source, manager.project_name), name)


def _path(source: Any) -> bytes:
    """The path as the system knows it."""
    try:
        return os.fsencode(source)
    except UnicodeEncodeError as error:
        raise NativePluginError(
            f"cannot load plugin {source!r}: no file can have that name: {error}; "
            "wanted the path of a shared object"
        ) from error


def _dress(function: Any, project_name: str, where: str) -> None:
    """Let a native function answer what managers ask of functions of Python.

    Warnings about it point to `where`.
    """
    options: dict[str, Any] = {
        "wrapper": False,
        "hookwrapper": False,
        "optionalhook": function.optional,
        "tryfirst": function.tryfirst,
        "trylast": function.trylast,
        "specname": function.hook,
    }
    for wish in ("before", "after"):
        names = getattr(function, wish)
        if names:
            options[wish] = names
    setattr(function, project_name + "_impl", options)
    names = ("table", *function.argnames)
    function.__name__ = function.__qualname__ = function.hook
    function.__code__ = SimpleNamespace(
        co_varnames=names, co_argcount=len(names), co_filename=where, co_firstlineno=0
    )
    function.__defaults__ = None


def _free(taken: dict[str, Any], hook: str) -> str:
    """The hook's name, or that with a number when the plugin implements it more than once."""
    name, number = hook, 1
    while name in taken:
        number += 1
        name = f"{hook}_{number}"
    return name
