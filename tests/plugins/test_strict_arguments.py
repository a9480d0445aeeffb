"""What `mainstay.plugins` refuses, and in which words."""

from __future__ import annotations

import copy
import functools
import pickle
from collections.abc import Callable
from types import MappingProxyType, MethodType
from typing import Any

import pytest
from mainstay.plugins import (
    HookCallError,
    HookimplMarker,
    HookspecMarker,
    PluginManager,
    PluginValidationError,
)

from .doors import LENIENT, PEER, outcome_of

hookspec = HookspecMarker("app")
hookimpl = HookimplMarker("app")


def text_of(call: Callable[[], Any], kind: type[Exception]) -> str:
    """What the call is refused with."""
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    return str(caught.value)


def plain() -> None:
    """A function without a yield."""


class Callable_:
    """An object that can be called."""

    def __call__(self) -> None: ...


class Slotted:
    """One that takes no attribute."""

    __slots__ = ()

    def __call__(self) -> None: ...

    def __repr__(self) -> str:
        return "<slotted>"


class Sealed(staticmethod):  # type: ignore[type-arg]
    """A static method that takes none either."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == "app_impl":
            raise AttributeError("sealed")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        return "<sealed>"


MARKERS: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "no name": (
        lambda: HookimplMarker(None),  # type: ignore[arg-type]
        TypeError,
        "project_name must be a str, got None (NoneType)",
    ),
    "empty name": (
        lambda: HookspecMarker(""),
        ValueError,
        "project_name must not be empty; give it a name, or leave it out",
    ),
    "flag": (
        lambda: hookimpl(tryfirst=1),  # type: ignore[call-overload]
        TypeError,
        "tryfirst must be True or False, got 1 (int)",
    ),
    "both forms": (
        lambda: hookimpl(wrapper=True, hookwrapper=True),
        ValueError,
        "wrapper=True and hookwrapper=True exclude each other: they are the new and the old form; "
        "leave one out",
    ),
    "both ends": (
        lambda: hookimpl(tryfirst=True, trylast=True),
        ValueError,
        "tryfirst=True and trylast=True exclude each other: it cannot be at both ends; "
        "leave one out",
    ),
    "no yield": (
        lambda: hookimpl(wrapper=True)(plain),
        TypeError,
        "wrapper=True needs a function with a yield, at which the other implementations run; "
        "plain has none; write: result = yield; return result",
    ),
    "class": (
        lambda: hookimpl(Callable_),  # type: ignore[type-var]
        TypeError,
        "hookimpl marks functions, got the class Callable_; mark its methods one by one, and "
        "register an instance",
    ),
    "property": (
        lambda: hookimpl(property(plain)),  # type: ignore[call-overload]
        TypeError,
        "hookimpl marks functions, got a property: reading it would run code while plugins are "
        "registered; mark a method",
    ),
    "cached property": (
        lambda: hookimpl(functools.cached_property(plain)),  # type: ignore[call-overload]
        TypeError,
        "hookimpl marks functions, got a cached_property: reading it would run code while plugins "
        "are registered; mark a method",
    ),
    "partial": (
        lambda: hookimpl(functools.partial(len)),
        TypeError,
        "hookimpl marks functions, whose names and arguments hooks go by, got the object "
        "functools.partial(<built-in function len>) (partial); write a method that calls it, and "
        "mark that",
    ),
    "bound method": (
        lambda: hookimpl(Callable_().__call__),
        TypeError,
        "hookimpl marks functions, got the bound method Callable_.__call__, which can carry no "
        "mark; put @hookimpl above its def, in the class",
    ),
    "bound method as a wrapper": (
        lambda: hookimpl(wrapper=True)(Callable_().__call__),
        TypeError,
        "hookimpl marks functions, got the bound method Callable_.__call__, which can carry no "
        "mark; put @hookimpl above its def, in the class",
    ),
    "bound method of a specification": (
        lambda: hookspec(firstresult=True)(Callable_().__call__),
        TypeError,
        "hookspec marks functions, got the bound method Callable_.__call__, which can carry no "
        "mark; put @hookspec above its def, in the class",
    ),
    "bound to a function without a name": (
        lambda: hookimpl(MethodType(Slotted(), 1)),
        TypeError,
        "hookimpl marks functions, got the bound method <slotted> (Slotted), which can carry no "
        "mark; put @hookimpl above its def, in the class",
    ),
    "builtin": (
        lambda: hookimpl(len),
        TypeError,
        "hookimpl marks functions, whose names and arguments hooks go by, got the object "
        "<built-in function len> (builtin_function_or_method); write a method that calls it, and "
        "mark that",
    ),
    "callable with slots": (
        lambda: hookspec(Slotted()),
        TypeError,
        "hookspec marks functions, whose names and arguments hooks go by, got the object "
        "<slotted> (Slotted); write a method that calls it, and mark that",
    ),
    "static method that takes no attribute": (
        lambda: hookimpl(Sealed(plain)),
        TypeError,
        "hookimpl marks functions by setting their app_impl, which <sealed> (Sealed) does not let "
        "it: sealed; write a function that calls it, and mark that",
    ),
    "name of an option": (
        lambda: hookimpl("call"),  # type: ignore[call-overload]
        TypeError,
        "hookimpl marks functions, got 'call' (str); write @hookimpl above a def, and options by "
        "keyword: @hookimpl(tryfirst=True)",
    ),
    "specname": (
        lambda: hookimpl(specname=""),
        ValueError,
        "specname must not be empty; give it a name, or leave it out",
    ),
    "historic first": (
        lambda: hookspec(historic=True, firstresult=True),
        ValueError,
        "historic=True and firstresult=True exclude each other: plugins that come later have no "
        "part in a first result; leave one out",
    ),
    "warning class": (
        lambda: hookspec(warn_on_impl=DeprecationWarning),  # type: ignore[call-overload]
        TypeError,
        "warn_on_impl must be a warning, got the class DeprecationWarning; "
        'write DeprecationWarning("what to do instead")',
    ),
    "warning text": (
        lambda: hookspec(warn_on_impl="old"),  # type: ignore[call-overload]
        TypeError,
        "warn_on_impl must be a warning, got 'old' (str); write DeprecationWarning('old')",
    ),
    "warnings by name": (
        lambda: hookspec(warn_on_impl_args=["a"]),  # type: ignore[call-overload]
        TypeError,
        "warn_on_impl_args must be a dict from argument to warning, got ['a'] (list)",
    ),
}


@pytest.mark.parametrize("case", MARKERS)
def test_markers_refuse_what_cannot_be_meant(case: str) -> None:
    call, kind, text = MARKERS[case]
    assert text_of(call, kind) == text


@pytest.mark.parametrize(
    "what", [Callable_().__call__, len, Slotted()], ids=["bound", "built-in", "slotted"]
)
@pytest.mark.parametrize("marker", ["HookimplMarker", "HookspecMarker"])
def test_for_programs_of_the_peer_the_interpreter_says_it(what: Any, marker: str) -> None:
    ours, peers = [
        outcome_of(lambda door=door: getattr(door.api, marker)("app")(what))
        for door in (LENIENT, PEER)
    ]
    assert ours == peers
    assert ours[:2] == ("raised", "AttributeError")


def test_options_are_keywords() -> None:
    with pytest.raises(TypeError, match="positional"):
        hookimpl(plain, True)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="unexpected keyword argument 'tryfrist'"):
        hookimpl(tryfrist=True)  # type: ignore[call-overload]


def test_markers_are_immutable_values() -> None:
    assert hookimpl == HookimplMarker("app") != HookimplMarker("other")
    assert hookimpl != hookspec
    assert hash(hookimpl) == hash(HookimplMarker("app"))
    assert repr(hookspec) == "HookspecMarker('app')"
    assert copy.deepcopy(hookimpl) == hookimpl == pickle.loads(pickle.dumps(hookimpl))
    with pytest.raises(AttributeError, match="immutable; make another one"):
        hookimpl.project_name = "other"  # type: ignore[misc]


class Specs:
    """One hook."""

    @hookspec
    def call(self, value: Any) -> Any: ...


class Plugin:
    """Its implementation."""

    @hookimpl
    def call(self, value: Any) -> Any:
        return value

    def __repr__(self) -> str:
        return "<a plugin>"


@pytest.fixture
def pm() -> PluginManager:
    """A manager with one hook."""
    manager = PluginManager("app")
    manager.add_hookspecs(Specs)
    return manager


def test_a_manager_says_what_it_has(pm: PluginManager) -> None:
    pm.register(Plugin())
    assert repr(pm) == "<PluginManager 'app': 1 plugins, 1 hooks>"
    assert repr(pm.hook) == "<HookRelay call>"
    assert repr(PluginManager("app").hook) == "<HookRelay without hooks>"


def test_a_manager_needs_a_name() -> None:
    assert text_of(lambda: PluginManager(3), TypeError) == (  # type: ignore[arg-type]
        "project_name must be a str, got 3 (int)"
    )


def test_none_is_no_plugin(pm: PluginManager) -> None:
    assert text_of(lambda: pm.register(None), TypeError) == (
        "a plugin must not be None; give an object, a class or a module"
    )


def test_the_name_is_a_text(pm: PluginManager) -> None:
    assert text_of(lambda: pm.register(Plugin(), 3), TypeError) == (  # type: ignore[arg-type]
        "name must be a str, got 3 (int)"
    )
    assert "must not be empty" in text_of(lambda: pm.register(Plugin(), ""), ValueError)


def test_a_taken_name_is_refused_with_its_owner(pm: PluginManager) -> None:
    pm.register(Plugin(), "me")
    assert text_of(lambda: pm.register(Plugin(), "me"), ValueError) == (
        "the name 'me' is taken by <a plugin>; unregister that one, or register this one under "
        "another name"
    )


def test_a_plugin_takes_part_once(pm: PluginManager) -> None:
    plugin = Plugin()
    pm.register(plugin, "me")
    assert text_of(lambda: pm.register(plugin, "again"), ValueError) == (
        "<a plugin> is registered already, as 'me'; a plugin takes part once"
    )


def test_a_class_with_methods_is_to_be_called_first(pm: PluginManager) -> None:
    assert text_of(lambda: pm.register(Plugin), PluginValidationError) == (
        "Plugin.call needs a self, but the class itself is to be registered; register an "
        "instance, Plugin(), or make it a static or class method"
    )
    assert pm.get_plugins() == set()


def test_a_class_of_static_methods_is_a_plugin(pm: PluginManager) -> None:
    class Static:
        @staticmethod
        @hookimpl
        def call(value: Any) -> Any:
            return value

    pm.register(Static)
    assert pm.hook.call(value=1) == [1]


def test_unregistering_needs_one_that_is_there(pm: PluginManager) -> None:
    assert text_of(pm.unregister, TypeError) == ("unregister needs a plugin or a name; got neither")
    assert text_of(lambda: pm.unregister(Plugin()), ValueError) == (
        "<a plugin> is not registered; is_registered() says whether a plugin is"
    )
    assert pm.unregister(name="nobody") is None


def test_a_second_specification_is_refused_with_the_first(pm: PluginManager) -> None:
    assert text_of(lambda: pm.add_hookspecs(Specs), ValueError) == (
        f"the hook 'call' is specified already, in {Specs!r}; give one of the two another name"
    )


def test_specifications_are_added_all_or_none(pm: PluginManager) -> None:
    class More:
        @hookspec
        def another(self) -> None: ...
        @hookspec
        def call(self) -> None: ...

    with pytest.raises(ValueError, match="specified already"):
        pm.add_hookspecs(More)
    assert list(vars(pm.hook)) == ["call"]


def test_a_plugin_that_does_not_fit_takes_the_specification_back() -> None:
    manager = PluginManager("app")
    manager.register(Plugin())

    class Other:
        @hookspec
        def aaa(self) -> None: ...
        @hookspec(historic=True)
        def call(self, other: Any) -> Any: ...

    with pytest.raises(PluginValidationError, match="can not be found in the hookspec"):
        manager.add_hookspecs(Other)
    assert list(vars(manager.hook)) == ["call"]
    assert not manager.hook.call.has_spec()
    assert not manager.hook.call.is_historic()
    manager.add_hookspecs(Specs)
    assert manager.hook.call(value=2) == [2]


def test_a_method_that_forgot_its_self_is_refused(pm: PluginManager) -> None:
    class Forgetful:
        @hookimpl
        def call(value: Any) -> Any:  # noqa: N805
            return value

    class Static:
        @hookimpl
        @staticmethod
        def call(value: Any) -> Any:
            return value

    class Unusual:
        @hookimpl
        def call(me, value: Any) -> Any:  # noqa: N805
            return value

    said = text_of(lambda: pm.register(Forgetful()), PluginValidationError)
    assert "Forgetful.call begins with 'value', an argument of the hook, where self belongs" in said
    assert pm.get_plugins() == set()
    pm.register(Static())
    pm.register(Unusual())
    assert pm.hook.call(value=1) == [1, 1]


def test_a_subset_leaves_out_plugins_and_no_names(pm: PluginManager) -> None:
    pm.register("me", "registered under another name")
    pm.register(Plugin(), "mine")
    assert text_of(lambda: pm.subset_hook_caller("call", ["mine"]), TypeError) == (
        "remove_plugins takes plugins, got the name 'mine'; write manager.get_plugin('mine')"
    )
    assert pm.subset_hook_caller("call", ["me", pm.get_plugin("mine")])(value=1) == []


def test_extra_functions_and_their_arguments_are_checked(pm: PluginManager) -> None:
    extra: Any = pm.hook.call.call_extra
    assert text_of(lambda: extra([], None), TypeError) == (
        "kwargs must be a dict of the call's arguments, got None; write "
        'call_extra([function, ...], {"name": value, ...})'
    )
    assert text_of(lambda: extra([3], {"value": 1}), TypeError) == (
        "methods must be functions to be called, got 3"
    )
    assert text_of(lambda: extra(iter([3]), {"value": 1}), TypeError) == (
        "methods must be functions to be called, got 3"
    )
    assert text_of(lambda: extra(3, {"value": 1}), TypeError) == (
        "methods must be a list of functions, got 3; write [function]"
    )
    assert extra((lambda value: value,), {"value": 1}) == [1]
    assert extra(iter([lambda value: value]), MappingProxyType({"value": 1})) == [1]


def test_the_arguments_of_a_historic_call_are_a_mapping(pm: PluginManager) -> None:
    class Historic:
        @hookspec(historic=True)
        def opened(self, value: Any) -> None: ...

    pm.add_hookspecs(Historic)
    historic: Any = pm.hook.opened.call_historic
    assert text_of(lambda: historic(kwargs=["value"]), TypeError) == (
        "kwargs must be a dict of the call's arguments, got ['value']; write "
        'call_historic(kwargs={"name": value, ...})'
    )
    historic(kwargs=MappingProxyType({"value": 1}))


def test_a_subset_of_no_hook_is_refused_with_the_hooks_there_are(pm: PluginManager) -> None:
    assert text_of(lambda: pm.subset_hook_caller("cal", []), AttributeError) == (
        "there is no hook 'cal'; there are 'call': correct the name, or add the specification or a "
        "plugin first"
    )
    assert "there are none so far" in text_of(
        lambda: PluginManager("app").subset_hook_caller("call", []), AttributeError
    )


def test_pythons_own_messages_name_the_class_people_know(pm: PluginManager) -> None:
    time_hooks: Any = pm.time_hooks
    said = text_of(lambda: time_hooks(3), TypeError)
    assert said.startswith("PluginManager.time_hooks() takes 1 positional argument")


def test_an_argument_nobody_specified_is_refused_with_those_there_are(pm: PluginManager) -> None:
    class Misspelt:
        @hookimpl
        def call(self, valeu: Any) -> None: ...

    class Wrapping:
        @hookimpl(wrapper=True)
        def opened(self) -> Any:
            return (yield)

    class Historic:
        @hookspec(historic=True)
        def opened(self) -> None: ...

    assert text_of(lambda: pm.register(Misspelt(), "p"), PluginValidationError).endswith(
        "can not be found in the hookspec, which names value; correct the names, or add them to "
        "the specification"
    )
    pm.add_hookspecs(Historic)
    assert text_of(lambda: pm.register(Wrapping(), "p"), PluginValidationError).endswith(
        "historic incompatible with yield/wrapper/hookwrapper; return the result, and leave out "
        "the yield"
    )


def test_a_subset_is_told_a_list(pm: PluginManager) -> None:
    subset: Any = pm.subset_hook_caller
    assert text_of(lambda: subset("call", 3), TypeError) == (
        "remove_plugins takes a list of plugins, got 3 (int); write [3]"
    )


def test_a_specification_in_a_class_has_a_self(pm: PluginManager) -> None:
    class NoSelf:
        @hookspec
        def another(value: Any) -> Any: ...  # type: ignore[misc]  # noqa: N805

    text = text_of(lambda: pm.add_hookspecs(NoSelf), TypeError)
    assert text.endswith(
        "NoSelf.another does not begin with self; add it, or make it a static method"
    )
    assert list(vars(pm.hook)) == ["call"]


def test_a_specification_names_its_arguments_before_the_star(pm: PluginManager) -> None:
    class Star:
        @hookspec
        def star(self, a: int, *, b: int = 1) -> None: ...

    class Rest:
        @hookspec
        def rest(self, a: int, **kw: int) -> None: ...

    class Positional:
        @hookspec
        def positional(self, *args: int) -> None: ...

    for namespace, said in [
        (Star, r"Star\.star has the keyword-only argument 'b', .* move it before the star"),
        (Rest, r"Rest\.rest has the catch-all 'kw'"),
        (Positional, r"Positional\.positional has the catch-all 'args'"),
    ]:
        with pytest.raises(TypeError, match=said):
            pm.add_hookspecs(namespace)
        assert not hasattr(pm.hook, namespace.__name__.lower())


def test_an_implementation_needs_nothing_that_is_never_given(pm: PluginManager) -> None:
    class Needs:
        @hookimpl
        def other(self, a: int, *, b: int) -> None: ...

    class Fine:
        @hookimpl
        def other(self, *rest: object, b: int = 1, **more: object) -> tuple[object, ...]:
            return rest, b, more

    with pytest.raises(TypeError, match=r"Needs\.other has the keyword-only argument 'b'"):
        pm.register(Needs(), "needs")
    pm.register(Fine(), "fine")
    assert pm.hook.other() == [((), 1, {})]


def test_a_callback_is_a_function_even_while_nobody_answers() -> None:
    class Specs:
        @hookspec(historic=True)
        def hist(self, a: int) -> None: ...

    class Plugin:
        @hookimpl
        def hist(self, a: int) -> int:
            return a

    pm = PluginManager("app")
    pm.add_hookspecs(Specs)
    with pytest.raises(TypeError, match=r"result_callback must be a function .* got 5"):
        pm.hook.hist.call_historic(5, {"a": 1})  # type: ignore[arg-type]
    pm.register(Plugin())  # nothing was kept
    seen: list[int] = []
    pm.hook.hist.call_historic(seen.append, {"a": 2})
    assert seen == [2]


def test_warnings_are_for_arguments_there_are(pm: PluginManager) -> None:
    class Wrong:
        @hookspec(warn_on_impl_args={"valu": UserWarning("x")})
        def another(self, value: Any) -> Any: ...

    text = text_of(lambda: pm.add_hookspecs(Wrong), TypeError)
    assert text.endswith(
        "Wrong.another: warn_on_impl_args names 'valu', which is no argument of it; it has value"
    )


def test_the_errors_are_its_own_and_can_be_pickled() -> None:
    error = PluginValidationError("plugin", "message")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.plugin, str(again)) == (PluginValidationError, "plugin", "message")
    assert PluginValidationError.__module__ == "mainstay.plugins"


# --- calls ---------------------------------------------------------------------------------------

WATCHED = [False, True]


@pytest.fixture(params=WATCHED, ids=["native", "watched"])
def called(request: pytest.FixtureRequest, pm: PluginManager) -> PluginManager:
    """A manager with a plugin; calls go by a plan, or by dicts because somebody watches."""
    pm.register(Plugin())
    if request.param:
        pm.add_hookcall_monitoring(lambda *told: None, lambda *told: None)
    return pm


def test_arguments_have_names(called: PluginManager) -> None:
    assert text_of(lambda: called.hook.call(1), TypeError) == (  # type: ignore[call-arg]
        "hook 'call' is called with keyword arguments only, got 1 without a name; "
        "write call(value=...)"
    )
    assert text_of(lambda: called.hook.call(*[1, 2], **{"value": 3}), TypeError) == (  # type: ignore[call-arg]
        "hook 'call' is called with keyword arguments only, got 2 without a name; "
        "write call(value=...)"
    )


def test_an_argument_that_is_missing_is_an_error_and_no_warning(called: PluginManager) -> None:
    missing = "hook 'call' was called without 'value', which its specification names; pass it, or "
    missing += "give it a default there"
    assert text_of(lambda: called.hook.call(), HookCallError) == missing
    assert text_of(lambda: called.hook.call.call_extra([], {}), HookCallError) == missing


def test_an_argument_nobody_knows_is_an_error(called: PluginManager) -> None:
    unknown = (
        "hook 'call' has no argument 'valu'; its specification names value: correct the name, "
    )
    unknown += "or add it to the specification"
    assert text_of(lambda: called.hook.call(value=1, valu=2), TypeError) == unknown
    assert text_of(lambda: called.hook.call(valu=2), TypeError) == unknown
    subset = called.subset_hook_caller("call", called.get_plugins())
    assert text_of(lambda: subset(value=1, valu=2), TypeError) == unknown


def test_a_hook_without_arguments_says_so() -> None:
    class Nothing:
        @hookspec
        def empty(self) -> None: ...

    manager = PluginManager("app")
    manager.add_hookspecs(Nothing)
    assert text_of(lambda: manager.hook.empty(value=1), TypeError) == (
        "hook 'empty' has no argument 'value'; its specification names no arguments: correct the "
        "name, or add it to the specification"
    )
    assert text_of(lambda: manager.hook.empty(1), TypeError).endswith("write empty(name=...)")  # type: ignore[call-arg]


def test_a_default_of_the_specification_need_not_be_given() -> None:
    class Default:
        @hookspec
        def call(self, value: Any = 5) -> Any: ...

    manager = PluginManager("app")
    manager.add_hookspecs(Default)
    manager.register(Plugin())
    assert manager.hook.call() == [5]
    assert manager.hook.call(value=6) == [6]


def test_without_a_specification_what_plugins_ask_for_is_needed() -> None:
    manager = PluginManager("app")
    manager.register(Plugin())
    assert manager.hook.call(value=1, more=2) == [1]
    assert text_of(lambda: manager.hook.call(more=2), HookCallError) == (
        "hook call must provide argument 'value'"
    )


def test_historic_hooks_and_others_are_called_in_their_own_way() -> None:
    class Old:
        @hookspec(historic=True)
        def old(self) -> None: ...
        @hookspec
        def new(self) -> None: ...

    manager = PluginManager("app")
    manager.add_hookspecs(Old)
    assert text_of(lambda: manager.hook.old(), TypeError) == (
        "hook 'old' is historic: its calls are kept for plugins that come later; "
        "write old.call_historic(kwargs={...})"
    )
    assert text_of(lambda: manager.hook.new.call_historic(), TypeError) == (
        "hook 'new' is not historic: its calls are not kept; call it directly, or specify it with "
        "@hookspec(historic=True)"
    )
    assert "has no argument 'a'" in text_of(
        lambda: manager.hook.old.call_historic(kwargs={"a": 1}), TypeError
    )
