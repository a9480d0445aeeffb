"""The template of PluginManager: who is registered, under which name, and what that means.

Both doors derive from it. It is as lenient as the peer; what may be refused is refused by
`mainstay.plugins.PluginManager`. Calls of hooks do not come by here: they are native, as long as
nobody monitors, traces or overrides.
"""

from __future__ import annotations

from . import _copies, _native
from ._native import find_hookable, marker_options, scan
from ._tracing import TagTracer, TagTracerSub
from ._verify import verify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from importlib.metadata import Distribution
    from typing import Any

    from ._options import HookimplOpts, HookspecOpts

__all__ = ["CallSignature", "OnDemand", "PluginManager", "complete"]

# What an implementation's options are when it does not say.
_IMPL_DEFAULTS: dict[str, Any] = {
    "tryfirst": False,
    "trylast": False,
    "wrapper": False,
    "hookwrapper": False,
    "optionalhook": False,
    "specname": None,
}


def complete(opts: Any) -> None:
    """Fill in, in place, what an implementation's options do not say."""
    for option, default in _IMPL_DEFAULTS.items():
        opts.setdefault(option, default)


if TYPE_CHECKING:

    def OnDemand(make: Callable[[Any], Any]) -> Any: ...  # noqa: N802  # whatever it makes

else:

    class OnDemand:
        """An attribute of managers that few ask for: made, and kept, when somebody does."""

        __slots__ = ("_make", "_name")

        def __init__(self, make):
            self._make = make

        def __set_name__(self, owner, name):
            self._name = name

        def __get__(self, manager, kind=None):
            if manager is None:  # the class has no such attribute
                raise AttributeError(
                    f"type object {kind.__name__!r} has no attribute {self._name!r}"
                )
            # Two threads that ask at once get the same one.
            return vars(manager).setdefault(self._name, self._make(manager))


class CallSignature:
    """`__signature__` of hooks, which are called by native code; their classes have their own."""

    __slots__ = ()

    def __get__(self, hook: Any, kind: Any = None) -> Any:
        if hook is None:
            raise AttributeError(f"type object {kind.__name__!r} has no attribute '__signature__'")
        from inspect import Parameter, Signature

        keywords = Parameter("kwargs", Parameter.VAR_KEYWORD, annotation="object")
        return Signature([keywords], return_annotation="Any")


class PluginManager(_native.Manager):
    """Keeps plugins and their hooks.

    Registering and unregistering are for one thread at a time; a call that is under way in another
    thread goes on with the plugins it began with.
    """

    # What differs between the doors; each sets all of them.
    _mainstay_hook_caller: type[Any]
    _mainstay_hook_impl: type[Any]
    _mainstay_hook_relay: type[Any]
    _mainstay_subset_hook_caller: type[Any]
    _mainstay_validation_error: type[Any]
    _mainstay_tracer: Callable[[], Any]
    _mainstay_door: _native.Door
    # What executes calls while nobody looks on: the door's, unless a program exchanged it.
    _mainstay_call_loop: Any
    # The module whose `_multicall` is the door's call loop.
    _mainstay_multicall_home: str

    def __getstate__(self) -> Any:
        return _copies.manager_state(self)

    def __setstate__(self, state: Any) -> None:
        _copies.set_manager_state(self, state)

    def __init__(self, project_name: str) -> None:
        self.project_name = project_name
        self._name2plugin: dict[str, Any] = {}
        self.hook: Any = self._mainstay_hook_relay()
        self._inner_hookexec = self._mainstay_call_loop

    trace: TagTracerSub = OnDemand(lambda self: self._mainstay_tracer().get("pluginmanage"))
    _plugin_distinfo: list[tuple[Any, Distribution]] = OnDemand(lambda _: [])

    # --- plugins ---------------------------------------------------------------------------------

    def register(self, plugin: Any, name: str | None = None) -> str | None:
        """Register a plugin and all hooks it implements; None when its name is blocked."""
        if plugin is None:
            return None
        plugin_name = name or self.get_canonical_name(plugin)
        plugins = self._name2plugin
        if plugin_name in plugins:
            if plugins.get(plugin_name, -1) is None:
                return None
            raise ValueError(f"Plugin name already registered: {plugin_name}={plugin}\n{plugins}")
        if plugin in plugins.values():
            raise ValueError(
                "Plugin already registered under a different name: "
                f"{plugin_name}={plugin}\n{plugins}"
            )
        # Nothing is changed before everything that can be known beforehand is found to be good.
        accepted = []
        for attribute, method, opts in self._mainstay_implementations(plugin):
            complete(opts)
            impl = self._mainstay_hook_impl(plugin, plugin_name, method, opts)
            hook_name = opts.get("specname") or attribute
            hook = getattr(self.hook, hook_name, None)
            is_verified = hook is not None and hook.has_spec()
            if is_verified:
                self._verify_hook(hook, impl)
            accepted.append((hook_name, impl, is_verified))
        self._mainstay_check_whole(plugin, accepted)
        plugins[plugin_name] = plugin
        for hook_name, impl, is_verified in accepted:
            hook = getattr(self.hook, hook_name, None)
            if hook is None:
                hook = self._mainstay_hook_caller(hook_name, self._hookexec)
                setattr(self.hook, hook_name, hook)
            elif not is_verified and hook.has_spec():
                # What a historic call replayed to an earlier hook has added this specification.
                self._verify_hook(hook, impl)
            hook._maybe_apply_history(impl)
            hook._add_hookimpl(impl)
        return plugin_name

    def _mainstay_check_whole(self, plugin: Any, accepted: Sequence[tuple[str, Any, bool]]) -> None:
        """What a door has to say about all implementations of a plugin together."""

    def _mainstay_implementations(self, plugin: Any) -> Iterable[tuple[str, Any, Any]]:
        """Name, function and options of what `plugin` implements; a subclass decides by name."""
        if _is_method(self.parse_hookimpl_opts, _PARSE_IMPL):
            return scan(plugin, self.project_name + "_impl")
        return self._mainstay_implementations_by_name(plugin)

    def _mainstay_implementations_by_name(self, plugin: Any) -> Iterable[tuple[str, Any, Any]]:
        for attribute in dir(plugin):
            opts = self.parse_hookimpl_opts(plugin, attribute)
            if opts is not None:
                complete(opts)
                found = find_hookable(plugin, attribute)
                assert found is not None, f"{plugin!r}.{attribute} is not a hookable attribute"
                yield attribute, found[1], opts

    def parse_hookimpl_opts(self, plugin: Any, name: str) -> HookimplOpts | None:
        """The options of the implementation `name` of `plugin`; None when it is none."""
        opts: HookimplOpts | None = self._mainstay_parse(plugin, name, "_impl")
        return opts

    def _mainstay_parse(self, owner: Any, name: str, ending: str) -> Any:
        found = find_hookable(owner, name)
        return None if found is None else marker_options(found[0], self.project_name + ending)

    def unregister(self, plugin: Any = None, name: str | None = None) -> Any:
        """Take out a plugin, by itself or by name, with all its hooks; returns it."""
        if name is None:
            assert plugin is not None, "one of name or plugin needs to be specified"
            name = self.get_name(plugin)
            assert name is not None, "plugin is not registered"
        if plugin is None:
            plugin = self.get_plugin(name)
            if plugin is None:
                return None
        else:
            by_name, its_name = self._name2plugin.get(name), self.get_name(plugin)
            if (by_name is not None and by_name is not plugin) or (
                its_name is not None and its_name != name
            ):
                raise ValueError(
                    f"Plugin name {name!r} and plugin {plugin!r} do not agree"
                    f" (name is registered to {by_name!r},"
                    f" plugin is registered as {its_name!r})"
                )
        for hook in self.get_hookcallers(plugin) or ():
            hook._remove_plugin(plugin)
        if self._name2plugin.get(name) is not None:  # a blocked name stays blocked
            del self._name2plugin[name]
        return plugin

    def set_blocked(self, name: str) -> None:
        """Refuse plugins of that name from now on; one that is registered is taken out."""
        self.unregister(name=name)
        self._name2plugin[name] = None

    def is_blocked(self, name: str) -> bool:
        """Whether plugins of that name are refused."""
        return name in self._name2plugin and self._name2plugin[name] is None

    def unblock(self, name: str) -> bool:
        """Accept plugins of that name again; returns whether it was blocked."""
        if self._name2plugin.get(name, -1) is None:
            del self._name2plugin[name]
            return True
        return False

    def get_plugins(self) -> set[Any]:
        """All registered plugins."""
        return {plugin for plugin in self._name2plugin.values() if plugin is not None}

    def is_registered(self, plugin: Any) -> bool:
        """Whether this plugin, or one that equals it, is registered."""
        return any(plugin == registered for registered in self._name2plugin.values())

    def get_canonical_name(self, plugin: Any) -> str:
        """The name a plugin is registered under when none is given: its `__name__`, or its id."""
        return getattr(plugin, "__name__", None) or str(id(plugin))

    def get_plugin(self, name: str) -> Any:
        """The plugin of that name; None when there is none, or it is blocked."""
        return self._name2plugin.get(name)

    def has_plugin(self, name: str) -> bool:
        """Whether a plugin of that name is registered."""
        return self.get_plugin(name) is not None

    def get_name(self, plugin: Any) -> str | None:
        """The name of a registered plugin, or of one that equals it."""
        for name, registered in self._name2plugin.items():
            if plugin == registered:
                return name
        return None

    def list_name_plugin(self) -> list[tuple[str, Any]]:
        """Names and plugins, in the order of registration; None beside a blocked name."""
        return list(self._name2plugin.items())

    def load_setuptools_entrypoints(self, group: str, name: str | None = None) -> int:
        """Load and register what installed distributions announce in that group; returns how many.

        With `name`, only the entry points of that name. Names that are registered or blocked are
        left out.
        """
        from ._entry_points import announced

        count = 0
        for distribution, entry_point in announced(group):
            its_name = entry_point.name
            if (
                (name is not None and its_name != name)
                or self.has_plugin(its_name)
                or self.is_blocked(its_name)
            ):
                continue
            plugin = entry_point.load()
            self.register(plugin, name=its_name)
            self._plugin_distinfo.append((plugin, distribution))
            count += 1
        return count

    def list_plugin_distributions(self) -> list[tuple[Any, Distribution]]:
        """The plugins that came by entry points, each with its distribution."""
        return list(self._plugin_distinfo)

    # --- hooks -----------------------------------------------------------------------------------

    def add_hookspecs(self, module_or_class: Any) -> None:
        """Add the specifications found on a class, a module or another object."""
        names = []
        for name, _, opts in self._mainstay_specifications(module_or_class):
            self._mainstay_add_specification(module_or_class, name, opts)
            names.append(name)
        if not names:
            raise ValueError(f"did not find any {self.project_name!r} hooks in {module_or_class!r}")

    def _mainstay_add_specification(self, namespace: Any, name: str, opts: Any) -> None:
        hook = getattr(self.hook, name, None)
        if hook is None:
            hook = self._mainstay_hook_caller(name, self._hookexec, namespace, opts)
            setattr(self.hook, name, hook)
            return
        # Plugins were there first.
        hook.set_specification(namespace, opts)
        for impl in hook.get_hookimpls():
            self._verify_hook(hook, impl)

    def _mainstay_specifications(self, namespace: Any) -> Iterable[tuple[str, Any, Any]]:
        """Name, function (None where it is not looked at), options; a subclass decides by name."""
        if _is_method(self.parse_hookspec_opts, _PARSE_SPEC):
            return scan(namespace, self.project_name + "_spec")
        return self._mainstay_specifications_by_name(namespace)

    def _mainstay_specifications_by_name(self, namespace: Any) -> Iterable[tuple[str, Any, Any]]:
        for name in dir(namespace):
            opts = self.parse_hookspec_opts(namespace, name)
            if opts is not None:
                yield name, None, opts

    def parse_hookspec_opts(self, module_or_class: Any, name: str) -> HookspecOpts | None:
        """The options of the specification `name`; None when it is none."""
        opts: HookspecOpts | None = self._mainstay_parse(module_or_class, name, "_spec")
        return opts

    def _verify_hook(self, hook: Any, hookimpl: Any) -> None:
        assert hook.spec is not None
        verify(hook, hookimpl, self._mainstay_validation_error)

    def check_pending(self) -> None:
        """Raise when a plugin implements a hook nobody specified, unless it said it is optional."""
        for name in self.hook.__dict__:
            if name[0] == "_":
                continue
            hook = getattr(self.hook, name)
            if not hook.has_spec():
                for impl in hook.get_hookimpls():
                    if not impl.optionalhook:
                        raise self._mainstay_validation_error(
                            impl.plugin, f"unknown hook {name!r} in plugin {impl.plugin!r}"
                        )

    def get_hookcallers(self, plugin: Any) -> list[Any] | None:
        """The hooks `plugin` takes part in; None when it is not registered."""
        if self.get_name(plugin) is None:
            return None
        return [
            hook
            for hook in self.hook.__dict__.values()
            if any(impl.plugin is plugin for impl in hook.get_hookimpls())
        ]

    def subset_hook_caller(self, name: str, remove_plugins: Iterable[Any]) -> Any:
        """The hook `name` as it is without some plugins; follows what is registered later."""
        hook = getattr(self.hook, name)
        removed = set(remove_plugins)
        removed.intersection_update([impl.plugin for impl in hook._hookimpls])
        return self._mainstay_subset_hook_caller(hook, removed) if removed else hook

    # --- looking on ------------------------------------------------------------------------------

    def add_hookcall_monitoring(self, before: Any, after: Any) -> Callable[[], None]:
        """Call `before` ahead of each call of a hook and `after` behind it; returns the undo.

        `before(hook_name, impls, kwargs)`, `after(result, hook_name, impls, kwargs)`.
        """
        inner = self._inner_hookexec
        self._inner_hookexec = _native.Monitor(self._mainstay_door, before, after, inner)

        def undo() -> None:
            self._inner_hookexec = inner

        return undo

    def enable_tracing(self) -> Callable[[], None]:
        """Send each call of a hook, and its result, to `trace`; returns the undo."""
        trace = self.trace.root.get("hook")
        root = trace.root
        # Our own tracer need not be called while nobody listens: half of what tracing costs then.
        tells = not _is_plain_tracer(trace)

        def before(hook_name: str, methods: Sequence[Any], kwargs: Mapping[str, object]) -> None:
            root.indent += 1
            if tells or root._writer is not None or root._tags2proc:
                trace(hook_name, kwargs)

        def after(
            outcome: Any, hook_name: str, methods: Sequence[Any], kwargs: Mapping[str, object]
        ) -> None:
            if outcome.exception is None and (tells or root._writer is not None or root._tags2proc):
                trace("finish", hook_name, "-->", outcome.get_result())
            root.indent -= 1

        return self.add_hookcall_monitoring(before, after)


def _is_plain_tracer(trace: Any) -> bool:
    """Whether a message is told to nobody while there is neither a writer nor a processor."""
    kind, root_kind = type(trace), type(trace.root)
    return (
        issubclass(kind, TagTracerSub)
        and kind.__call__ is TagTracerSub.__call__
        and issubclass(root_kind, TagTracer)
        and root_kind._processmessage is TagTracer._processmessage
        and "_processmessage" not in vars(trace.root)
    )


def _is_method(bound: Any, function: Any) -> bool:
    """Whether nobody overrode or patched a method that is `function` here."""
    return type(bound) is _METHOD and bound.__func__ is function


_PARSE_IMPL = PluginManager.parse_hookimpl_opts
_PARSE_SPEC = PluginManager.parse_hookspec_opts
_METHOD: Any = type(PluginManager.register.__get__(object()))  # what `types.MethodType` is
