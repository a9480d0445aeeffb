"""PluginManager of `mainstay.plugins`: refuses what cannot be meant, and undoes what fails."""

from __future__ import annotations

from . import (
    _checks,
    _extended,
    _native,
    _special,  # noqa: F401 - for the hooks, which are made before it is
)
from ._errors import PluginValidationError
from ._hook import HookCaller, HookImpl, HookRelay, SubsetHookCaller, door, no_hook
from ._kinds import FunctionType, MethodType
from ._tracing import TagTracer, TagTracerSub
from ._verify import verify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from ._switches import Switches

__all__ = ["PluginManager"]


class PluginManager(_extended.PluginManager):
    """Keeps the plugins and the hooks of a project.

    >>> from mainstay.plugins import HookimplMarker, HookspecMarker, PluginManager
    >>> hookspec, hookimpl = HookspecMarker("app"), HookimplMarker("app")
    >>> class Specs:
    ...     @hookspec
    ...     def greet(self, name: str) -> str: ...
    >>> class Plugin:
    ...     @hookimpl
    ...     def greet(self, name: str) -> str:
    ...         return f"hello {name}"
    >>> manager = PluginManager("app")
    >>> manager.add_hookspecs(Specs)
    >>> manager.register(Plugin(), "polite")
    'polite'
    >>> manager.hook.greet(name="you")
    ['hello you']

    Registering and unregistering are for one thread at a time; hooks may be called by all.

    Args:
        project_name: the name the markers were made with.
        switches: what the user says about plugins; those switched off are refused as if blocked.

    Raises:
        TypeError, ValueError: it is no name, or these are no switches.
    """

    __module__ = "mainstay.plugins"

    _mainstay_hook_caller = HookCaller
    _mainstay_hook_impl = HookImpl
    _mainstay_hook_relay = HookRelay
    _mainstay_subset_hook_caller = SubsetHookCaller
    _mainstay_validation_error = PluginValidationError
    _mainstay_door = door
    _mainstay_call_loop = door.multicall
    _mainstay_multicall_home = "mainstay.plugins._hook"

    project_name: str
    hook: HookRelay
    trace: TagTracerSub

    @staticmethod
    def _mainstay_tracer() -> Any:
        return TagTracer()

    def __init__(self, project_name: str, *, switches: Switches | None = None) -> None:
        if type(project_name) is not str or not project_name:
            _checks.name("project_name", project_name)
        # super() would take a third of all the time.
        _extended.PluginManager.__init__(self, project_name)
        if switches is not None:
            self._mainstay_switches = _checks.switches(switches)

    def __repr__(self) -> str:
        return (
            f"<PluginManager {self.project_name!r}: {len(self.get_plugins())} plugins, "
            f"{len(vars(self.hook))} hooks>"
        )

    # --- plugins ---------------------------------------------------------------------------------

    def register(self, plugin: object, name: str | None = None) -> str | None:
        """Register a plugin, and all hooks it implements, under `name`.

        Args:
            plugin: an object, a module, or a class whose hooks are static or class methods.
            name: its `__name__` when left out, or its id when it has none.

        Returns:
            The name; None when that name is blocked or switched off.

        Raises:
            ValueError: the plugin or the name is registered already.
            PluginValidationError: an implementation does not fit its specification, or wishes to
                be before and after others go in a circle.
            TypeError: this cannot be a plugin.
            Exception: what a replayed historic call raised. After any of these the manager is as it
                was before.
        """
        _checks.instance(plugin)
        _checks.optional_name("name", name)
        plugin_name = name or self.get_canonical_name(plugin)
        if self._mainstay_is_off(plugin_name):
            self._mainstay_left_out[plugin_name] = "switched off by the user"
        if self.is_blocked(plugin_name):
            return None
        if self.has_plugin(plugin_name):
            raise ValueError(
                f"the name {plugin_name!r} is taken by {self.get_plugin(plugin_name)!r}; "
                "unregister that one, or register this one under another name"
            )
        if self.is_registered(plugin):
            raise ValueError(
                f"{plugin!r} is registered already, as {self.get_name(plugin)!r}; "
                "a plugin takes part once"
            )
        hooks = set(vars(self.hook))
        try:
            return super().register(plugin, plugin_name)
        except BaseException:
            self._mainstay_forget(plugin_name, hooks)
            raise

    def _mainstay_forget(self, name: str, hooks: set[str]) -> None:
        """Undo a registration that failed half-way; `hooks` are those there were before it."""
        plugin = self._name2plugin.pop(name, None)
        if plugin is None:
            return
        for hook in list(vars(self.hook).values()):
            if any(impl.plugin is plugin for impl in hook.get_hookimpls()):
                hook._remove_plugin(plugin)
        for hook_name in set(vars(self.hook)) - hooks:
            hook = getattr(self.hook, hook_name)
            if not hook.has_spec() and not hook.get_hookimpls():
                delattr(self.hook, hook_name)

    # Whether any plugin so far wished to be before or after others.
    _mainstay_has_wishes = False

    def _mainstay_check_whole(
        self, plugin: object, accepted: Sequence[tuple[str, Any, bool]]
    ) -> None:
        if not self._mainstay_has_wishes:
            return
        for hook_name in {
            name for name, impl, _ in accepted if self._mainstay_is_ordered(name, impl)
        }:
            # All of them, beside the hook: what is wrong is to come up before a call is replayed.
            hook = getattr(self.hook, hook_name, None)
            beside = self._mainstay_hook_caller(hook_name, self._hookexec)
            if hook is not None:
                beside._hookimpls[:] = getattr(hook, "_mainstay_ranked", hook._hookimpls)
                beside._mainstay_ranked = beside._hookimpls[:]
            for name, impl, _ in accepted:
                if name == hook_name:
                    beside._add_hookimpl(impl)

    def _mainstay_is_ordered(self, hook_name: str, impl: Any) -> bool:
        """Whether wishes to be before or after others matter to an implementation of that hook."""
        return (
            "before" in impl.opts
            or "after" in impl.opts
            or hasattr(getattr(self.hook, hook_name, None), "_mainstay_ranked")
        )

    def _mainstay_implementations(self, plugin: object) -> Iterable[tuple[str, Any, Any]]:
        for attribute, method, opts in super()._mainstay_implementations(plugin):
            if (
                isinstance(plugin, type)
                and isinstance(method, FunctionType)
                and _checks.first_argument(method) == "self"
            ):
                raise PluginValidationError(
                    plugin,
                    f"{method.__qualname__} needs a self, but the class itself is to be "
                    f"registered; register an instance, {plugin.__name__}(), or make it a "
                    "static or class method",
                )
            plain = method.__func__ if type(method) is MethodType else method
            if plain is not method and type(plain) is FunctionType:
                self._mainstay_refuse_selfless(plugin, method, opts.get("specname") or attribute)
            if type(plain) is FunctionType and plain.__code__.co_kwonlyargcount:
                _checks.given_arguments(plain)
            if "before" in opts or "after" in opts:
                self._mainstay_has_wishes = True
            yield attribute, method, opts

    def _mainstay_refuse_selfless(self, plugin: object, method: Any, hook_name: str) -> None:
        """A method that begins with an argument of its hook would get the plugin for it.

        What a function that wraps another passes on is its own affair.
        """
        function = method.__func__
        first = _checks.first_argument(function)
        implicit = "cls" if isinstance(method.__self__, type) else "self"
        hook = vars(self.hook).get(hook_name)
        if (
            first != implicit
            and not hasattr(function, "__wrapped__")
            and hook is not None
            and hook.spec
            and first in hook.spec.argnames
        ):
            raise PluginValidationError(
                plugin,
                f"{function.__qualname__} begins with {first!r}, an argument of the hook, where "
                f"{implicit} belongs; add {implicit}, or make it a static method",
            )

    def unregister(self, plugin: object = None, name: str | None = None) -> Any:
        """Take out a plugin, given by itself or by name, with all its hooks.

        Returns:
            The plugin; None when there is none of that name.

        Raises:
            ValueError: the plugin is not registered, or not under that name.
            TypeError: neither is given.
        """
        _checks.optional_name("name", name)
        if name is None:
            if plugin is None:
                raise TypeError("unregister needs a plugin or a name; got neither")
            if self.get_name(plugin) is None:
                raise ValueError(
                    f"{plugin!r} is not registered; is_registered() says whether a plugin is"
                )
        return super().unregister(plugin, name)

    def set_blocked(self, name: str) -> None:
        """Refuse plugins of that name from now on; one that is registered is taken out.

        Raises:
            TypeError, ValueError: it is no name.
        """
        super().set_blocked(_checks.name("name", name))

    # --- hooks -----------------------------------------------------------------------------------

    def _verify_hook(self, hook: Any, hookimpl: Any) -> None:
        verify(hook, hookimpl, PluginValidationError, strict=True)

    def add_hookspecs(self, module_or_class: object) -> None:
        """Add the specifications found on a class, a module or another object: all or none.

        Raises:
            ValueError: there are none, or one of that name is there already.
            PluginValidationError: a plugin that is registered does not fit.
            TypeError: a specification makes no sense.
        """
        added = list(self._mainstay_specifications(module_or_class))
        hooks = vars(self.hook)
        is_class = isinstance(module_or_class, type)
        for name, function, opts in added:
            hook = hooks.get(name)
            if hook is not None and hook.spec is not None:
                raise ValueError(
                    f"the hook {name!r} is specified already, in {hook.spec.namespace!r}; "
                    "give one of the two another name"
                )
            if function is not None:
                _checks.specified_arguments(function)
            if (
                is_class
                and type(function) is FunctionType
                and _checks.first_argument(_checks.unwrapped(function)) not in ("self", "cls")
            ):
                _refuse_unbound(module_or_class, name, function)
            if "waterfall" in opts or opts.get("warn_on_impl_args"):
                _check_named(getattr(module_or_class, name), opts)
        before = dict(hooks)
        try:
            for name, _, opts in added:
                self._mainstay_add_specification(module_or_class, name, opts)
                if "waterfall" in opts or "collect_errors" in opts:
                    hooks[name]._mainstay_choose_execution()
        except BaseException:
            for name, _, _ in added:
                if name not in before:
                    hooks.pop(name, None)
                else:
                    before[name].spec, before[name]._call_history = None, None
                    before[name]._mainstay_choose_execution()
            raise
        if not added:
            raise ValueError(
                f"did not find any {self.project_name!r} hooks in {module_or_class!r}; "
                f"mark them with HookspecMarker({self.project_name!r})"
            )

    if TYPE_CHECKING:

        def get_hookcallers(self, plugin: object) -> list[HookCaller] | None: ...

    def subset_hook_caller(self, name: str, remove_plugins: Iterable[object]) -> HookCaller:
        """The hook `name` as it is without some plugins; follows what is registered later.

        Raises:
            AttributeError: there is no such hook.
            TypeError: these are no plugins, or one is given by its name.
        """
        try:
            removed = list(remove_plugins)
        except TypeError:
            raise TypeError(
                f"remove_plugins takes a list of plugins, got {_checks.named(remove_plugins)}; "
                f"write [{_checks.named(remove_plugins).rpartition(' (')[0]}]"
            ) from None
        for each in removed:
            if isinstance(each, str) and self.has_plugin(each) and not self.is_registered(each):
                raise TypeError(
                    f"remove_plugins takes plugins, got the name {each!r}; write "
                    f"manager.get_plugin({each!r})"
                )
        if name not in vars(self.hook):
            raise no_hook(self.hook, name)
        subset: HookCaller = super().subset_hook_caller(name, removed)
        return subset

    def check_pending(self) -> None:
        """Raise when a plugin implements a hook nobody specified, unless it said it is optional.

        Raises:
            PluginValidationError: the first such implementation; `plugin` says whose it is.
        """
        super().check_pending()


def _refuse_unbound(namespace: Any, name: str, function: Any) -> None:
    import inspect

    if not isinstance(inspect.getattr_static(namespace, name), staticmethod):
        raise TypeError(
            f"the specification {function.__qualname__} does not begin with self; add it, or make "
            "it a static method"
        )


def _check_named(function: Any, opts: Any) -> None:
    """The arguments that options name are arguments of the specification."""
    required, optional = _native.varnames(function)
    named = [("waterfall", opts["waterfall"])] if "waterfall" in opts else []
    named += [("warn_on_impl_args", each) for each in opts.get("warn_on_impl_args") or ()]
    for option, argument in named:
        if argument not in required and argument not in optional:
            arguments = ", ".join(required + optional) or "none"
            raise TypeError(
                f"the specification {getattr(function, '__qualname__', function)}: {option} names "
                f"{argument!r}, which is no argument of it; it has {arguments}"
            )
