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
    bare += "import mainstay\nmainstay._shared_object()\n"
    assert printed(start + PROGRAM + known) == printed(bare + known)


# Names each import that begins from now on: another thread, or a parent at its fork, may hold the
# lock of such a module.
WATCHED = """
import sys
late = []
sys.addaudithook(lambda event, arguments: event == "import" and late.append(arguments[0]))

spec, impl = api.HookspecMarker("app"), api.HookimplMarker("app")

def fail(self, value): raise ValueError(value)

class Specs:
    @spec
    def call(self, value): ...
    @spec(firstresult=True)
    def first(self, value): ...
    @spec(historic=True)
    def past(self, value): ...

class Plugin:
    call = first = past = impl(lambda self, value: value)

class Failing:
    call = first = collected = impl(fail)

class Wrapper:
    @impl(wrapper=True)
    def call(self): return (yield)
    @impl(hookwrapper=True)
    def first(self): (yield).get_result()

manager = api.PluginManager("app")
manager.add_hookspecs(Specs)
if strict:
    class More:
        @spec(collect_errors=True)
        def collected(self, value): ...
        @spec(waterfall="value")
        def passed(self, value): ...
    manager.add_hookspecs(More)
    Plugin.collected = Plugin.passed = Plugin.call

def ended(call, **arguments):
    try:
        answer = call(**arguments)
        return answer.send(None) if hasattr(answer, "send") else repr(answer)
    except Exception as error:
        return f"{error} {error!r}"

def call_all():
    for name, hook in vars(manager.hook).items():
        ended(hook), ended(hook, value=1)
        ended(hook.call_extra, methods=[lambda value: value], kwargs={"value": 1})
        ended(hook.call_historic, kwargs={"value": 1})
        if strict:
            ended(hook.report, value=1), ended(getattr(manager.ahook, name), value=1)
    ended(manager.subset_hook_caller("call", [plugin]), value=1)
    ended(manager.check_pending), ended(manager.list_plugin_distributions), repr(manager)

plugin = Plugin()
manager.register(plugin), manager.register(Wrapper()), call_all()
manager.register(Failing(), "failing"), call_all()
undo = manager.add_hookcall_monitoring(lambda *_: None, lambda *_: None)
call_all(), undo()
undo = manager.enable_tracing()
manager.trace.root.setwriter(lambda text: None)
call_all(), undo()
if strict:
    class First:
        call = impl(lambda self: None, before="failing")
    manager.register(First())
    with manager.time_hooks():
        call_all()
manager.unregister(name="failing"), call_all()
print(*late)
"""
DOORS = {
    "strict": "import mainstay.plugins as api; strict = True\n",
    "lenient": f"{DROP_IN}api = pluggy; strict = False\n",
}


@pytest.mark.parametrize("door", DOORS)
def test_no_call_imports_anything(door: str) -> None:
    assert printed(DOORS[door] + WATCHED) == [""]


def test_what_comes_late_is_there_after_drop_in_was_switched_off() -> None:
    program = (
        f"{DROP_IN}late = '_hooks' not in vars(pluggy)\n"
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
    assert printed(f"{DROP_IN}print('mainstay.plugins._public' in sys.modules)\n") == ["False"]


def test_every_name_of_the_capability_is_there() -> None:
    names = mainstay.plugins.__all__
    assert names == sorted(names)
    assert {*names} <= {*dir(mainstay.plugins)}
    program = "import mainstay.plugins as p\nprint(*[n for n in p.__all__ if not getattr(p, n)])\n"
    assert printed(program) == [""]


def test_an_unknown_name_is_said_to_be_unknown() -> None:
    with pytest.raises(AttributeError, match=r"module 'mainstay\.plugins' has no attribute 'no"):
        _ = mainstay.plugins.nope  # type: ignore[attr-defined]


def test_a_name_that_is_nearly_one_is_said() -> None:
    nearly = "no attribute 'PluginManger'; did you mean 'PluginManager'[?]"
    with pytest.raises(AttributeError, match=nearly):
        _ = mainstay.plugins.PluginManger  # type: ignore[attr-defined]


def test_tracebacks_and_pickles_name_the_module_a_program_imports() -> None:
    names = (getattr(mainstay.plugins, name) for name in mainstay.plugins.__all__)
    assert {each.__module__ for each in names} == {"mainstay.plugins"}


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
