"""What an import brings, and what comes when one looks."""

from __future__ import annotations

import inspect

import mainstay.plugins
import pytest

from ..fresh import printed
from .doors import LENIENT, PEER, SUBMODULES

DROP_IN = "import mainstay.dropin; mainstay.dropin.install('pluggy'); import sys, pluggy\n"
# A whole program: specification, plugin with a wrapper, call.
PROGRAM = """
spec, impl, pm = api.HookspecMarker("app"), api.HookimplMarker("app"), api.PluginManager("app")
class Specs:
    @spec
    def call(self, value): ...
class Plugin:
    @impl
    def call(self, value): return value
class Wrapper:
    @impl(wrapper=True)
    def call(self): return (yield)
pm.add_hookspecs(Specs)
pm.register(Plugin())
pm.register(Wrapper())
pm.check_pending()
pm.hook.call(value=1)
"""


@pytest.mark.parametrize("api", ["strict", "lenient"])
def test_a_program_runs_without_inspect_and_typing(api: str) -> None:
    heavy = ("inspect", "typing", "enum", "re", "importlib.metadata", "warnings", "dataclasses")
    known = f"print(*sorted({{*sys.modules}} & set({heavy!r})))\n"
    start = "import sys\nimport mainstay.plugins as api\n"
    if api == "lenient":
        start = f"{DROP_IN}api = pluggy\n"
    bare = "import sys\n" if api == "strict" else "import mainstay.dropin, sys\n"
    # An editable install finds its parts by importlib.util, which brings some of them by itself.
    bare += "import mainstay.retry\n"
    assert printed(start + PROGRAM + known) == printed(bare + known)


# What a program with hooks makes the interpreter read, by the names most programs use.
NAMES = "HookimplMarker, HookspecMarker, PluginManager, Result, HookCallError"
COMMON = {f"mainstay{name}" for name in ("", ".plugins", ".plugins._native")}
COMMON |= {"mainstay.plugins._manager", "mainstay.plugins._verify"}
REGISTERED = (".registry.pluggy",)
OURS = "print(*sorted(n for n in sys.modules if n.partition('.')[0] in ('mainstay', 'pluggy')))"


def test_the_strict_door_imports_nothing_that_few_programs_use() -> None:
    parts = "_checks", "_errors", "_extended", "_hook", "_kinds", "_markers", "_strict"
    wanted = COMMON | {f"mainstay.plugins.{name}" for name in parts}
    program = f"import sys\nfrom mainstay.plugins import {NAMES}\nPluginManager('app')\n{OURS}"
    assert printed(program) == [" ".join(sorted(wanted))]


def test_drop_in_imports_nothing_that_few_programs_use() -> None:
    switching = "", "._path", "._registry", ".registry", *REGISTERED
    wanted = COMMON | {f"mainstay.dropin{name}" for name in switching} | {"pluggy", "pluggy._door"}
    program = f"{DROP_IN}from pluggy import {NAMES}\nPluginManager('app')\n{OURS}"
    assert printed(program) == [" ".join(sorted(wanted))]


def test_what_comes_late_is_there_after_drop_in_was_switched_off() -> None:
    program = (
        f"{DROP_IN}late = '_tracing' not in vars(pluggy)\n"
        "manager = pluggy.PluginManager('app')\n"
        "mainstay.dropin.uninstall()\n"
        "print(late, type(manager.trace).__module__, manager.list_plugin_distinfo(), "
        "pluggy.HookimplOpts.__module__, pluggy._hooks.HookImpl is pluggy.HookImpl)\n"
    )
    assert printed(program) == ["True pluggy._tracing [] pluggy._config True"]


def test_the_modules_of_the_peer_are_attributes_of_the_package() -> None:
    names = [name for name in vars(PEER.api) if name in SUBMODULES]
    program = f"{DROP_IN}print(*[n for n in {names!r} if getattr(pluggy, n) is None])\n"
    assert len(names) == len(SUBMODULES)
    assert printed(program) == [""]
    assert {*names} <= {*dir(LENIENT.api)}


def test_under_drop_in_the_strict_door_is_not_made() -> None:
    assert printed(f"{DROP_IN}print('mainstay.plugins._strict' in sys.modules)\n") == ["False"]


def test_every_name_of_the_capability_is_there() -> None:
    names = mainstay.plugins.__all__
    assert names == sorted(names)
    assert {*names} <= {*dir(mainstay.plugins)}
    program = "import mainstay.plugins as p\nprint(*[n for n in p.__all__ if not getattr(p, n)])\n"
    assert printed(program) == [""]


def test_an_unknown_name_is_said_to_be_unknown() -> None:
    with pytest.raises(AttributeError, match=r"module 'mainstay\.plugins' has no attribute 'no"):
        _ = mainstay.plugins.nope  # type: ignore[attr-defined]


def test_a_name_that_a_program_replaced_stays_replaced() -> None:
    program = "import mainstay.plugins as p\np.HookCaller = 1\np.Result\nprint(p.HookCaller)\n"
    assert printed(program) == ["1"]


def test_all_names_of_the_peer_are_there() -> None:
    assert LENIENT.api.__all__ == PEER.api.__all__
    for name in PEER.api.__all__:
        with LENIENT.active():
            assert getattr(LENIENT.api, name) is not None
    with pytest.raises(AttributeError, match="module pluggy has no attribute 'nope'"):
        _ = LENIENT.api.nope


# What the peer's modules import for themselves is no part of what they offer.
BORROWED = {
    *("Any", "Callable", "Final", "Generator", "Generic", "Iterable", "Mapping", "ModuleType"),
    *("NoReturn", "Sequence", "TYPE_CHECKING", "TypeAlias", "TypeVar", "TypedDict", "annotations"),
    *("AbstractSet", "TracebackType", "cast", "enum", "final", "inspect", "os", "overload", "sys"),
    *("types", "warnings"),
}


@pytest.mark.parametrize(
    "module", ["_hooks", "_callers", "_execution", "_caller", "_config", "_decorators", "_impl"]
)
def test_each_module_of_the_peer_has_its_names(module: str) -> None:
    theirs, ours = PEER.module(module), LENIENT.module(module)
    names = [
        name
        for name, value in vars(theirs).items()
        if not name.startswith("__")
        and name not in BORROWED | {"_F", "_T"}
        # Its own, or what its own list of names says.
        and (
            name in getattr(theirs, "__all__", ())
            or getattr(value, "__module__", "") == theirs.__name__
        )
    ]
    with LENIENT.active():
        missing = [name for name in names if not hasattr(ours, name)]
    assert missing == []


@pytest.mark.parametrize(
    "name",
    ["HookCaller", "HookImpl", "HookRelay", "HookimplMarker", "PluginManager", "Result"],
)
def test_a_class_says_it_is_of_the_peers_module(name: str) -> None:
    theirs, ours = getattr(PEER.api, name), getattr(LENIENT.api, name)
    assert (ours.__module__, ours.__qualname__) == (theirs.__module__, theirs.__qualname__)


def test_the_types_of_options_are_types_of_dicts() -> None:
    for door in (PEER, LENIENT):
        with door.active():
            options = door.api.HookimplOpts
            assert (options.__module__, options.__name__) == ("pluggy._config", "HookimplOpts")
            assert options(wrapper=True) == {"wrapper": True}
            assert door.api.HookspecOpts is door.module("_hooks").HookspecOpts
    assert mainstay.plugins.HookimplOpts.__module__ == "mainstay.plugins"
    ours, theirs = LENIENT.api.HookimplOpts, PEER.api.HookimplOpts
    assert ours is not theirs
    assert list(ours.__annotations__) == list(theirs.__annotations__)


SIGNATURES = [
    *("HookImpl", "HookspecMarker", "HookimplMarker", "PluginManager", "PluginValidationError"),
    *("Result", "HookRelay"),
    *(f"HookCaller.{name}" for name in ("call_extra", "call_historic", "set_specification")),
    *(f"HookCaller.{name}" for name in ("get_hookimpls", "has_spec", "is_historic")),
    *(f"Result.{name}" for name in ("force_result", "force_exception", "from_call", "get_result")),
    *(
        f"PluginManager.{name}"
        for name, value in vars(PEER.api.PluginManager).items()
        if callable(value) and not name.startswith("__")
    ),
]


def parameters(api: object, path: str) -> list[tuple[str, object, object]]:
    """Names, kinds and defaults of what a caller gives."""
    target: object = api
    for part in path.split("."):
        target = getattr(target, part)
    found = inspect.signature(target).parameters.values()  # type: ignore[arg-type]
    return [(each.name, each.kind, each.default) for each in found if each.name != "self"]


@pytest.mark.parametrize("path", SIGNATURES)
def test_arguments_have_the_peers_names(path: str) -> None:
    assert parameters(LENIENT.api, path) == parameters(PEER.api, path)


def test_what_executes_calls_takes_its_arguments_by_name_too() -> None:
    for door in (PEER, LENIENT):
        manager = door.api.PluginManager("app")
        arguments = {"hook_name": "call", "methods": [], "kwargs": {}, "firstresult": False}
        assert manager._hookexec(**arguments) == []
        assert manager._hookexec("call", [], firstresult=True, kwargs={}) is None
        with pytest.raises(TypeError):
            manager._hookexec("call", [], {}, first=True)
        with pytest.raises(TypeError):
            manager._hookexec("call", [], {})
        with pytest.raises(TypeError):
            manager._hookexec("call", [], {}, hook_name="call")
