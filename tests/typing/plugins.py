"""A user's program, for the type checkers: markers keep types, options and results have them.

Checked by strict mypy and by basedpyright. A remark `type: ignore` marks a line that must be an
error.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from importlib.metadata import Distribution
from typing import TYPE_CHECKING, Any

from mainstay.plugins import (
    HookCaller,
    HookCallError,
    HookImpl,
    HookimplMarker,
    HookRelay,
    HookspecMarker,
    PluginManager,
    PluginTeardownRaisedWarning,
    PluginValidationError,
    PluginWarning,
    Result,
    testing,
)

if TYPE_CHECKING:
    from mainstay.plugins import HookimplOpts, HookspecOpts
    from typing_extensions import assert_type
else:

    def assert_type(value: Any, kind: Any) -> Any:
        return value


hookspec = HookspecMarker("app")
hookimpl = HookimplMarker("app")
assert_type(hookimpl.project_name, str)


# --- marked functions are what they were ---------------------------------------------------------


@hookimpl
def plain(name: str, *, times: int = 1) -> str:
    return name * times


assert_type(plain("x", times=2), str)


class Specs:
    @hookspec(firstresult=True, warn_on_impl_args={"name": DeprecationWarning("gone soon")})
    def greet(self, name: str) -> str | None: ...

    @hookspec(historic=True)
    def configured(self, options: dict[str, str]) -> None: ...

    @hookspec
    def collect(self, found: list[str]) -> list[str] | None: ...


class Plugin:
    @hookimpl(tryfirst=True, specname="greet")
    def first(self, name: str) -> str | None:
        return f"hello {name}"

    @staticmethod
    @hookimpl
    def collect(found: list[str]) -> list[str]:
        return [*found, "one"]

    @classmethod
    @hookimpl(optionalhook=True, before="other", after=("third", "fourth"))
    def configured(cls, options: dict[str, str]) -> None: ...


assert_type(Plugin().first("x"), "str | None")
assert_type(Plugin.collect([]), list[str])


class Wrapper:
    @hookimpl(wrapper=True, trylast=True)
    def greet(self, name: str) -> Generator[None, str | None, str | None]:
        result = yield
        return result and result.upper()


class Older:
    @hookimpl(hookwrapper=True)
    def greet(self) -> Generator[None, Result[str], None]:
        outcome = yield
        assert_type(outcome, Result[str])
        assert_type(outcome.get_result(), str)
        outcome.force_result("forced")


if TYPE_CHECKING:
    hookimpl(tryfirst=1)  # type: ignore[call-overload]
    hookimpl("greet")  # type: ignore[call-overload]
    hookimpl(plain, True)  # type: ignore[call-overload]
    hookimpl(first=True)  # type: ignore[call-overload]
    hookspec(warn_on_impl=DeprecationWarning)  # type: ignore[call-overload]
    hookimpl.project_name = "other"  # type: ignore[misc]
    HookimplMarker(3)  # type: ignore[arg-type]
    Plugin().first(3)  # type: ignore[arg-type]


# --- a manager -----------------------------------------------------------------------------------

manager = PluginManager("app")
manager.add_hookspecs(Specs)
assert_type(manager.register(Plugin(), "plugin"), "str | None")
manager.register(Wrapper(), name="wrapper")
assert_type(manager.project_name, str)
assert_type(manager.hook, HookRelay)
assert_type(manager.hook.greet, HookCaller)
assert_type(manager.hook.greet.get_hookimpls(), list[HookImpl])
assert_type(manager.hook.greet.has_spec(), bool)
assert_type(manager.get_name(manager), "str | None")
assert_type(manager.is_blocked("plugin"), bool)
assert_type(manager.unblock("plugin"), bool)
assert_type(manager.load_setuptools_entrypoints("app"), int)
assert_type(manager.list_plugin_distributions(), list[tuple[Any, Distribution]])
assert_type(manager.subset_hook_caller("greet", [manager]), HookCaller)
assert_type(manager.get_hookcallers(manager), "list[HookCaller] | None")
manager.check_pending()

greeting: str = manager.hook.greet(name="you")
assert greeting == "HELLO YOU"


def before(name: str, impls: list[HookImpl], arguments: dict[str, Any]) -> None: ...


def after(
    result: Result[Any], name: str, impls: list[HookImpl], arguments: dict[str, Any]
) -> None: ...


assert_type(manager.add_hookcall_monitoring(before, after), Callable[[], None])
assert_type(manager.enable_tracing(), Callable[[], None])
manager.trace.root.setwriter(print)

if TYPE_CHECKING:
    manager.hook.greet("you")  # type: ignore[call-arg]
    manager.register(Plugin(), 3)  # type: ignore[arg-type]
    manager.is_blocked(3)  # type: ignore[arg-type]


# --- results, options, errors --------------------------------------------------------------------

assert_type(Result.from_call(lambda: 3).get_result(), int)
assert_type(Result("text", None).exception, "BaseException | None")

try:
    manager.register(object(), "refused")
except PluginValidationError as error:
    assert_type(error.plugin, Any)

kinds: list[type[Exception]] = [HookCallError, PluginWarning, PluginTeardownRaisedWarning]


class Own(PluginManager):
    def parse_hookimpl_opts(self, plugin: object, name: str) -> HookimplOpts | None:
        opts = super().parse_hookimpl_opts(plugin, name)
        if opts is not None:
            assert_type(opts["tryfirst"], bool)
        return opts

    def parse_hookspec_opts(self, module_or_class: object, name: str) -> HookspecOpts | None:
        return None


with testing.paths() as ways:
    Own("app").register(Plugin())
assert_type(ways.get("native"), "int | None")
