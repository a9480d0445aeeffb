"""Plugins in C and C++ that implement hooks of a Python manager: loaded, ordered, failing, gone."""

from __future__ import annotations

import gc
import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest
from mainstay.plugins import NativePlugin, NativePluginError, load_native
from mainstay.plugins.testing import paths

from .compiled import OBJECTS, ROOT, build, build_extension
from .doors import Door

FOREIGN = Path(__file__).parent / "foreign"


@pytest.fixture(scope="session")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plugins of the engine's tests, and an extension module with a capsule."""
    folder = tmp_path_factory.mktemp("objects")
    build(OBJECTS / "words.cpp", folder / "words.so")
    build(OBJECTS / "plain.c", folder / "plain.so")
    for wrong in (
        "no_table",
        "newer_major",
        "null_function",
        "ignored_refusal",
        "setup_with_words",
    ):
        build(OBJECTS / "wrong.cpp", folder / f"{wrong}.so", f"-DWRONG_{wrong}")
    build(ROOT / "examples" / "cpp" / "plugins" / "replies.cpp", folder / "replies.so")
    build(FOREIGN / "throwing.cpp", folder / "throwing.so")
    build_extension(ROOT / "examples" / "cpp" / "plugins" / "shouting.cpp", folder)
    build_extension(FOREIGN / "weighing.cpp", folder)
    return folder


@pytest.fixture(scope="session")
def weighing(objects: Path) -> Any:
    """The extension module."""
    path = next(objects.glob("weighing*"))
    spec = importlib.util.spec_from_file_location("weighing", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def words(objects: Path) -> Path:
    """A plugin called words."""
    return objects / "words.so"


@pytest.fixture
def manager(ours: Door) -> Any:
    """A manager with hooks that the plugins know, and a plugin in Python."""
    return make_manager(ours)


def make_manager(door: Door) -> Any:
    names = door.api
    spec, impl = names.HookspecMarker("app"), names.HookimplMarker("app")

    class Specs:
        @spec
        def tag(self, title: object) -> None: ...
        @spec
        def repeat(self, text: str, times: int) -> None: ...
        @spec(firstresult=True)
        def echo(self, value: object) -> None: ...
        @spec
        def weigh(self, item: object) -> None: ...
        @spec
        def same(self, item: object) -> None: ...
        @spec
        def odd(self, item: object) -> None: ...
        @spec
        def latin(self, item: object) -> None: ...
        @spec
        def changed(self, item: object) -> None: ...

    class Python:
        @impl
        def tag(self) -> str:
            return "python"

        @impl
        def repeat(self, text: str) -> str:
            return text

    manager = names.PluginManager("app")
    manager.add_hookspecs(Specs)
    manager.register(Python(), "python")
    return manager


def is_loaded(path: Path) -> bool:
    """Whether the shared object is in this process."""
    return str(path) in Path("/proc/self/maps").read_text()


def test_implements_hooks_beside_plugins_in_python(manager: Any, words: Path) -> None:
    assert load_native(words, manager) == "words"
    assert manager.hook.tag(title="Re: x") == ["reply", "python"]
    assert manager.hook.tag(title="x") == ["python"]


def test_the_plugin_of_the_cpp_example_serves_a_python_program(manager: Any, objects: Path) -> None:
    load_native(objects / "replies.so", manager)
    assert manager.hook.tag(title="Re: x") == ["reply", "python"]


def test_gets_its_arguments_by_name_and_in_its_own_order(manager: Any, words: Path) -> None:
    load_native(words, manager)
    assert manager.hook.repeat(text="ab", times=2) == ["abab", "ab"]
    assert manager.hook.repeat(times=0, text="ab") == ["", "ab"]


@pytest.mark.parametrize("option", ["warn_on_impl", "warn_on_impl_args"])
def test_a_hook_that_warns_of_it_still_takes_it(ours: Door, words: Path, option: str) -> None:
    names = ours.api
    spec = names.HookspecMarker("app")
    warning: Any = DeprecationWarning("going away")
    options: Any = {option: warning if option == "warn_on_impl" else {"title": warning}}

    class Specs:
        @spec(**options)
        def tag(self, title: object) -> None: ...

    manager = names.PluginManager("app")
    manager.add_hookspecs(Specs)
    with pytest.warns(DeprecationWarning, match="going away") as warned:
        assert load_native(words, manager) == "words"
    assert [(each.filename, each.lineno) for each in warned] == [(str(words), 0)]
    assert manager.hook.tag(title="Re: x") == ["reply"]


def test_a_plugin_that_does_not_fit_is_refused_as_one_in_python(ours: Door, words: Path) -> None:
    names = ours.api
    spec = names.HookspecMarker("app")

    class Specs:
        @spec
        def tag(self, subject: object) -> None: ...

    manager = names.PluginManager("app")
    manager.add_hookspecs(Specs)
    with pytest.raises(names.PluginValidationError) as caught:
        load_native(words, manager)
    assert "hookimpl definition: tag(title)" in str(caught.value)
    assert "Argument(s) {'title'} are declared in the hookimpl but can not" in str(caught.value)
    assert manager.list_name_plugin() == []


def test_it_needs_a_manager(words: Path) -> None:
    with pytest.raises(TypeError, match=r"manager must be a PluginManager, got 5 \(int\)"):
        load_native(words, 5)  # type: ignore[arg-type]


def test_takes_the_place_it_asks_for(manager: Any, words: Path, ours: Door) -> None:
    load_native(words, manager)
    impl = ours.api.HookimplMarker("app")

    class Late:
        @impl
        def repeat(self) -> str:
            return "late"

    manager.register(Late())
    assert manager.hook.repeat(text="a", times=1) == ["a", "late", "a"]


def test_is_called_natively(manager: Any, words: Path) -> None:
    load_native(words, manager)
    before = paths()
    manager.hook.tag(title="Re: x")
    assert paths()["native"] == before["native"] + 1


def test_the_plugin_of_the_extension_module_serves_a_python_program(
    manager: Any, objects: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(objects)
    shouting = importlib.import_module("shouting")
    assert load_native(shouting.plugin, manager) == "shouting"
    assert manager.hook.tag(title="HELP") == ["loud", "python"]
    assert manager.hook.tag(title="help") == ["python"]


def test_is_registered_under_another_name_on_request(manager: Any, words: Path) -> None:
    assert load_native(words, manager, "other") == "other"
    assert manager.get_plugin("other").__name__ == "words"
    assert repr(manager.get_plugin("other")) == "<NativePlugin 'words' 1.2>"


def test_stays_out_when_its_name_is_blocked(manager: Any, words: Path) -> None:
    manager.set_blocked("words")
    assert load_native(words, manager) is None
    assert manager.hook.tag(title="Re: x") == ["python"]


def test_refuses_a_name_that_is_taken(manager: Any, words: Path) -> None:
    load_native(words, manager)
    with pytest.raises(ValueError, match="words"):
        load_native(words, manager)
    assert manager.hook.tag(title="Re: x") == ["reply", "python"]


def test_is_unloaded_with_its_last_reference(ours: Door, objects: Path) -> None:
    # In C: a library in C++ may be kept by the symbols it shares with the C++ runtime.
    path = objects / "plain.so"
    manager = make_manager(ours)
    load_native(path, manager)
    assert manager.hook.echo(value=1) == 1
    assert is_loaded(path)
    manager.unregister(name="plain")
    assert manager.hook.echo(value=1) is None
    gc.collect()
    assert not is_loaded(path)


def test_may_be_unregistered_by_a_plugin_during_its_own_call(
    manager: Any, words: Path, ours: Door
) -> None:
    load_native(words, manager)
    impl = ours.api.HookimplMarker("app")

    class Remover:
        @impl(tryfirst=True)
        def tag(self) -> None:
            manager.unregister(name="words")
            gc.collect()

    manager.register(Remover(), "remover")
    assert manager.hook.tag(title="Re: x") == ["reply", "python"]
    manager.unregister(name="remover")
    assert manager.hook.tag(title="Re: x") == ["python"]


@pytest.mark.parametrize(
    "value",
    [None, True, False, 0, -1, 2**63 - 1, -(2**63), 1.5, float("inf"), "", "täxt \0 mit", (1, 2)],
)
def test_carries_values_there_and_back(manager: Any, objects: Path, value: object) -> None:
    load_native(objects / "plain.so", manager)
    result = manager.hook.echo(value=value)
    assert result == value
    assert type(result) is type(value)


def test_hands_objects_back_as_they_are(manager: Any, weighing: Any) -> None:
    load_native(weighing.plugin, manager)
    item = object()
    before = sys.getrefcount(item)
    assert manager.hook.same(item=item)[0] is item
    assert sys.getrefcount(item) == before


@pytest.mark.parametrize(
    ("value", "because", "said"),
    [
        (
            2**63,
            OverflowError,
            'argument "value" cannot pass between the languages: it is an int beyond 64 bits; give '
            "it as a str",
        ),
        (
            "\ud800",
            UnicodeEncodeError,
            "argument \"value\" cannot pass between the languages: 'utf-8' codec can't encode",
        ),
        (
            "null",
            ValueError,
            "what it gave cannot pass between the languages: it is a text of 48 bytes at a null "
            "pointer",
        ),
        (
            "long",
            ValueError,
            "what it gave cannot pass between the languages: it is a text of 18446744073709551615 "
            "bytes, more than there can be",
        ),
    ],
)
def test_refuses_values_that_cannot_pass_between_the_languages(
    manager: Any, objects: Path, value: Any, because: type[Exception], said: str
) -> None:
    load_native(objects / "plain.so", manager)
    with pytest.raises(NativePluginError) as caught:
        manager.hook.echo(value=value)
    assert str(caught.value).startswith(f'plugin "plain", hook "echo": {said}')
    assert type(caught.value.__cause__) is because


def test_tells_what_failed_and_where(manager: Any, words: Path, objects: Path) -> None:
    load_native(words, manager)
    load_native(objects / "plain.so", manager)
    for hook, arguments, said in [
        ("tag", {"title": "throw"}, 'plugin "words" failed in hook "tag": no such title'),
        (
            "tag",
            {"title": 3},
            'plugin "words" failed in hook "tag": argument 1 is the integer 3, wanted a text for '
            "the parameter",
        ),
        ("echo", {"value": "fail"}, 'plugin "plain" failed in hook "echo": told to'),
        (
            "echo",
            {"value": "mute"},
            'plugin "plain" failed in hook "echo": it returned 7 and did not say why',
        ),
    ]:
        with pytest.raises(NativePluginError) as caught:
            getattr(manager.hook, hook)(**arguments)
        assert str(caught.value) == said


def test_lets_a_plugin_raise_an_exception_of_python(manager: Any, weighing: Any) -> None:
    load_native(weighing.plugin, manager)
    assert manager.hook.weigh(item=[1, 2]) == [2, 2]
    with pytest.raises(TypeError, match="has no len"):
        manager.hook.weigh(item=object())


def test_refuses_values_that_are_none(manager: Any, weighing: Any) -> None:
    load_native(weighing.plugin, manager)
    for hook, because, said in [
        ("odd", ValueError, "it is of the unknown kind 99; abi.h lists what there is"),
        ("latin", UnicodeDecodeError, "'utf-8' codec can't decode byte 0xe9"),
    ]:
        with pytest.raises(NativePluginError) as caught:
            getattr(manager.hook, hook)(item=1)
        start = f'plugin "weighing", hook "{hook}": what it gave cannot pass between the languages:'
        assert str(caught.value).startswith(f"{start} {said}")
        assert type(caught.value.__cause__) is because


def test_the_last_value_a_plugin_gives_counts(manager: Any, weighing: Any) -> None:
    load_native(weighing.plugin, manager)
    assert manager.hook.changed(item=0) == [False]


def test_the_words_of_a_plugin_count_for_more_than_what_it_gave(
    manager: Any, weighing: Any
) -> None:
    load_native(weighing.plugin, manager)
    with pytest.raises(NativePluginError) as caught:
        manager.hook.changed(item=1)
    assert str(caught.value) == 'plugin "weighing" failed in hook "changed": no scales'
    assert caught.value.__cause__ is None


def test_an_exception_of_python_outlives_what_the_plugin_gives_after_it(
    manager: Any, weighing: Any
) -> None:
    load_native(weighing.plugin, manager)
    with pytest.raises(KeyError, match="no scales"):
        manager.hook.changed(item=2)


def test_a_plugin_cannot_be_changed(words: Path) -> None:
    plugin: Any = NativePlugin(words, "app")
    tag = plugin.tag
    for name in ("version", "tag", "__name__", "new"):
        with pytest.raises(AttributeError, match=f"NativePlugin is immutable, cannot set '{name}'"):
            setattr(plugin, name, "9")
        with pytest.raises(
            AttributeError, match=f"NativePlugin is immutable, cannot delete '{name}'"
        ):
            delattr(plugin, name)
    assert (plugin.version, plugin.__name__, plugin.tag) == ("1.2", "words", tag)


def test_names_that_are_no_text_are_shown_with_their_bytes(manager: Any, weighing: Any) -> None:
    assert load_native(weighing.latin, manager) == "caf\\xe9"
    assert manager.get_plugin("caf\\xe9").version == "1.\\xe9"


def test_wrappers_in_python_see_its_results_and_errors(
    manager: Any, words: Path, ours: Door
) -> None:
    load_native(words, manager)
    impl = ours.api.HookimplMarker("app")

    class Around:
        @impl(wrapper=True)
        def tag(self) -> Any:
            try:
                return [*(yield), "around"]
            except NativePluginError as error:
                return [type(error).__name__]

    manager.register(Around())
    assert manager.hook.tag(title="Re: x") == ["reply", "python", "around"]
    assert manager.hook.tag(title="throw") == ["NativePluginError"]


def test_comes_out_of_a_capsule_and_is_torn_down_once(manager: Any, weighing: Any) -> None:
    gc.collect()  # what earlier tests left
    before = weighing.teardowns()
    plugin = NativePlugin(weighing.plugin, "app")
    assert (plugin.__name__, plugin.version) == ("weighing", "3")
    manager.register(plugin)
    assert manager.hook.weigh(item="ab"[:0].split()) == [0, 0]
    manager.unregister(plugin)
    for hook in ("weigh", "same", "odd", "latin"):
        getattr(manager.hook, hook)(item=[])
    del plugin
    gc.collect()
    assert weighing.teardowns() == before + 1


def test_refuses_capsules_of_another_kind(manager: Any, weighing: Any) -> None:
    wanted = 'is no plugin; wanted one named "mainstay.plugins.table"'
    with pytest.raises(NativePluginError, match=f'^a capsule named "something.else" {wanted}$'):
        load_native(weighing.other, manager)
    with pytest.raises(NativePluginError, match=f"^a capsule without a name {wanted}$"):
        load_native(weighing.nameless, manager)
    with pytest.raises(TypeError, match="project_name must be a str, got None"):
        NativePlugin(weighing.plugin, None)  # type: ignore[arg-type]
    with pytest.raises(NativePluginError, match=r"made for version 9\.0 of the plugin tables"):
        load_native(weighing.newer, manager)
    with pytest.raises(TypeError, match="path of a shared object or a capsule, got int"):
        load_native(3, manager)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("no_table", "it exports no mainstay_plugin"),
        ("newer_major", "made for version 2.0 of the plugin tables, wanted 1.x"),
        ("null_function", 'the implementation of hook "tag": its function is a null pointer'),
        ("ignored_refusal", "could not be set up: an implementation is a null pointer"),
        ("setup_with_words", "the dictionary is missing"),
        ("throwing", "could not be set up: the dictionary is missing"),
    ],
)
def test_refuses_wrong_libraries_in_words(
    manager: Any, objects: Path, wrong: str, said: str
) -> None:
    with pytest.raises(NativePluginError) as caught:
        load_native(objects / f"{wrong}.so", manager)
    assert said in str(caught.value)
    assert manager.list_name_plugin() == [("python", manager.get_plugin("python"))]


def test_refuses_what_is_no_library(manager: Any, tmp_path: Path) -> None:
    text = tmp_path / "text.so"
    text.write_text("no plugin")
    with pytest.raises(NativePluginError, match="wanted a shared object for this machine"):
        load_native(text, manager)
    with pytest.raises(NativePluginError, match="there is no such file"):
        load_native(str(tmp_path / "none.so"), manager)


@pytest.mark.parametrize(
    "path", ["a\0b", b"a\0b", Path("a\0b")], ids=lambda path: type(path).__name__
)
def test_refuses_a_path_that_goes_on_after_a_zero_byte(manager: Any, path: Any) -> None:
    with pytest.raises(NativePluginError) as caught:
        load_native(path, manager)
    assert str(caught.value) == 'cannot load plugin "a": the path goes on after a zero byte'


def test_refuses_a_path_that_no_file_can_have(manager: Any) -> None:
    with pytest.raises(NativePluginError) as caught:
        load_native("\ud800.so", manager)
    said = r"cannot load plugin '\ud800.so': no file can have that name: 'utf-8' codec can't encode"
    assert str(caught.value).startswith(said)
    assert type(caught.value.__cause__) is UnicodeEncodeError


def test_functions_are_called_like_functions(words: Path) -> None:
    plugin: Any = NativePlugin(words, "app")
    assert plugin.repeat(2, "ab") == "abab"
    assert plugin.repeat(text="ab", times=2) == "abab"
    assert plugin.repeat(2, text="ab") == "abab"
    for args, kwargs in [((1,), {}), ((1, "a", 2), {}), ((1,), {"times": 2}), ((1,), {"no": 2})]:
        with pytest.raises(TypeError):
            plugin.repeat(*args, **kwargs)


def test_loaded_by_the_thousand_it_leaves_nothing(words: Path, ours: Door) -> None:
    manager = make_manager(ours)

    def round_trip() -> None:
        load_native(words, manager)
        manager.hook.tag(title="Re: x")
        manager.unregister(name="words")
        manager.hook.tag(title="x")

    for _ in range(50):
        round_trip()
    gc.collect()
    kept = []
    for _ in range(20):  # free lists fill up slowly; a leak never stops
        before = sys.getallocatedblocks()
        for _ in range(200):
            round_trip()
        gc.collect()
        kept.append(sys.getallocatedblocks() - before)
        if kept[-1] < 20:
            break
    assert kept[-1] < 20, kept
