"""A module under a peer's name that mirrors the face module which does the work.

Such a module is one line: `mirror(__name__, "mainstay.schedule", ("Job", "every"))`. It holds a
copy of the names, so that reading one costs what it costs in any module and `typing.get_type_hints`
finds them. Setting and deleting act on the home module and on the copy, and what is set on the home
is copied too: patched globals, mocks, freezegun and reload work through either. Names that
functions of the home rebind by `global` cannot be copied; they are `live`, looked up when read.
Names and submodules that the home imports when they are first read are `lazy`: copied by then.

Importing a mirror also gives the classes and functions it lists the peer's `__module__`, so that
they print and pickle as the peer's; `restore` takes that back. Import locks guard all of it, as
they guard any module while it is imported; reading and setting are as safe as in any module.
"""

import sys
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_HOME = "__mirror_home__"
_LIVE = "__mirror_live__"
_LAZY = "__mirror_lazy__"
_MIRRORS = "__mirrors__"

# Objects whose __module__ is the peer's for now, and what it was: by the peer's package.
_renamed: "dict[str, list[tuple[Any, str]]]" = {}


def mirror(
    name: str,
    home: str,
    names: "tuple[str, ...]" = (),
    *,
    live: "tuple[str, ...]" = (),
    lazy: "tuple[str, ...]" = (),
) -> None:
    """Makes the module `name`, which is being imported, a mirror of the module `home`.

    Raises AttributeError when the home lacks one of the names.
    """
    module = sys.modules[name]
    __import__(home)
    source = sys.modules[home]
    if isinstance(module, Mirror):  # importlib.reload(module) means the home
        from importlib import reload

        source = reload(source)
    here = vars(module)
    if here.get("mirror") is mirror:
        del here["mirror"]
    for each in names:
        if each in live:
            raise ValueError(f"{each} is listed twice for {name}: as a copy and as live")
        here[each] = getattr(source, each)
    if source.__doc__ is not None:
        here["__doc__"] = source.__doc__
    here[_HOME], here[_LIVE], here[_LAZY] = source, frozenset(live), frozenset(lazy)
    module.__class__ = Mirror
    if type(source) is ModuleType:
        source.__class__ = Home
    # Replaced as a whole: another thread may be setting an attribute of the home just now.
    known = [each for each in vars(source).get(_MIRRORS, ()) if each.__name__ != name]
    vars(source)[_MIRRORS] = (*known, module)
    _rename(name, home, [here[each] for each in names])


class Home(ModuleType):
    """A face module that is mirrored: what is set on it is copied to its mirrors."""

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        for each in vars(self).get(_MIRRORS, ()):
            if name in vars(each) and not _is_local(each, name, value):
                vars(each)[name] = value

    def __delattr__(self, name: str) -> None:
        super().__delattr__(name)
        for each in vars(self).get(_MIRRORS, ()):
            if not _is_local(each, name, None):
                vars(each).pop(name, None)


class Mirror(ModuleType):
    """A module under a peer's name."""

    def __getattr__(self, name: str) -> "Any":
        # Asked only for what is no copy.
        here = vars(self)
        if name in here.get(_LIVE, ()):
            return getattr(here[_HOME], name)
        if name in here.get(_LAZY, ()):
            return _first_read(self, name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __setattr__(self, name: str, value: object) -> None:
        here = vars(self)
        if _is_local(self, name, value):
            super().__setattr__(name, value)
            return
        setattr(here[_HOME], name, value)
        if name not in here[_LIVE]:
            here[name] = value

    def __delattr__(self, name: str) -> None:
        here = vars(self)
        value = here.get(name)
        if _is_local(self, name, value):
            super().__delattr__(name)
            return
        if name not in here and name not in here[_LIVE]:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if hasattr(here[_HOME], name):
            delattr(here[_HOME], name)
        here.pop(name, None)

    def __dir__(self) -> "list[str]":
        here = vars(self)
        listing = vars(here[_HOME]).get("__dir__")  # what the home defines, as any module may
        if listing is not None:
            return sorted(listing())
        hidden = (_HOME, _LIVE, _LAZY)
        listed = here.get(_LIVE, frozenset()) | here.get(_LAZY, frozenset())
        return sorted({name for name in here if name not in hidden} | listed)


def _first_read(module: ModuleType, name: str) -> "Any":
    """Copies what the home has under the name; for a submodule of it, the mirror's own."""
    here = vars(module)
    home = here[_HOME]
    value = getattr(home, name)
    if isinstance(value, ModuleType):
        __import__(f"{module.__name__}.{name}")
        return sys.modules[f"{module.__name__}.{name}"]
    _rename(module.__name__, home.__name__, [value])
    here[name] = value
    return value


def _is_local(module: ModuleType, name: str, value: object) -> bool:
    """Whether an attribute is the mirror's own: what the import system sets, and its submodules."""
    if name[:2] == "__" == name[-2:]:
        return True
    return isinstance(value, ModuleType) and value.__name__ == f"{module.__name__}.{name}"


def _rename(name: str, home: str, values: "list[Any]") -> None:
    """Gives what is defined in `home` or in a private module beside it the peer's `__module__`."""
    noun = ".".join(home.split(".")[:2])
    done = _renamed.setdefault(name.partition(".")[0], [])
    for value in values:
        was = getattr(value, "__module__", None)
        if not isinstance(was, str) or not (was == noun or was.startswith(noun + ".")):
            continue
        private = any(part.startswith("_") for part in was.split(".")[2:])
        # What another public module defines is renamed by that one's mirror.
        if (was == home or private) and (isinstance(value, type) or hasattr(value, "__name__")):
            try:
                value.__module__ = name
            except (AttributeError, TypeError):
                continue  # not to be had: a type that cannot be changed
            done.append((value, was))


def restore(packages: "frozenset[str] | set[str]") -> None:
    """Gives what mirrors of these packages renamed its own `__module__` back; lets them go."""
    for package in packages:
        for value, was in reversed(_renamed.pop(package, [])):
            value.__module__ = was
    for module in list(sys.modules.values()):
        known = getattr(module, "__dict__", {}).get(_MIRRORS)
        if known:
            kept = [each for each in known if each.__name__.partition(".")[0] not in packages]
            vars(module)[_MIRRORS] = tuple(kept)
