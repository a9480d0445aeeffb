"""What the manager of `mainstay.plugins` has beyond the peer's.

Awaited hooks, reports, users' switches, allow-lists, timings. All of it is asked for: a program
that uses none of this pays for none of it, at import either.
"""

from __future__ import annotations

from time import perf_counter

from . import _checks, _manager, _native
from ._awaiting import AsyncHookCaller, AsyncHookRelay
from ._hook import HookCaller
from ._timings import HookTimings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from importlib.metadata import Distribution
    from typing import Any

    from ._switches import Switches

__all__ = ["PluginManager"]


class PluginManager(_manager.PluginManager):
    """The template of the strict PluginManager; has its name for the sake of Python's messages."""

    # What a manager has of its own once it is asked for.
    _mainstay_watchers: Sequence[tuple[Any, Any]] = ()
    _mainstay_timings: HookTimings | None = None
    _mainstay_beneath: Any = None  # what executes calls while somebody looks on
    _mainstay_switches: Switches | None = None
    _mainstay_left_out: dict[str, str] = _manager.OnDemand(lambda _: {})
    # Distributions by the names they are compared by: those allowed, each as it was given, and
    # those that announced anything when only some were.
    _mainstay_allowed: dict[str, str] = _manager.OnDemand(lambda _: {})
    _mainstay_heard: set[str] = _manager.OnDemand(lambda _: set())

    # --- awaiting --------------------------------------------------------------------------------

    ahook: AsyncHookRelay = _manager.OnDemand(lambda self: _relay(self))
    """The hooks for code that awaits: `await manager.ahook.NAME(...)`."""

    def awaiting(self, hook: HookCaller) -> AsyncHookCaller:
        """A hook of this manager for code that awaits, such as one of `subset_hook_caller`.

        Raises:
            TypeError: it is no hook.
        """
        if not isinstance(hook, HookCaller):
            raise TypeError(
                f"awaiting() takes a hook, got {_checks.named(hook)}; "
                "write manager.awaiting(manager.hook.NAME)"
            )
        return AsyncHookCaller(self, hook)

    # --- looking on ------------------------------------------------------------------------------

    def add_hookcall_monitoring(self, before: Any, after: Any) -> Callable[[], None]:
        """Call `before` ahead of each call of a hook and `after` behind it; returns the undo.

        `before(hook_name, impls, kwargs)`, `after(result, hook_name, impls, kwargs)`. Awaited calls
        are seen as well; `after` comes when they end. Several monitors may end in any order.

        Raises:
            TypeError: one of them cannot be called.
        """
        _checks.callables("add_hookcall_monitoring", before=before, after=after)
        watcher = before, after
        # Replaced, not changed: a call that is under way goes on with the watchers it began with.
        self._mainstay_look_on([*self._mainstay_watchers, watcher], self._mainstay_timings)

        def undo() -> None:
            left = [each for each in self._mainstay_watchers if each is not watcher]
            if len(left) < len(self._mainstay_watchers):
                self._mainstay_look_on(left, self._mainstay_timings)

        return undo

    def _mainstay_look_on(
        self, watchers: Sequence[tuple[Any, Any]], timings: HookTimings | None
    ) -> None:
        """From now on these look on, and nobody else: the watchers, the last of them outermost,
        around the timings. With nobody left calls are executed as before."""
        if self._mainstay_beneath is None:
            self._mainstay_beneath = self._inner_hookexec
        executes = self._mainstay_beneath
        if timings is not None:
            timings._inner = executes
            executes = timings._execute
        for before, after in watchers:
            executes = _native.Monitor(self._mainstay_door, before, after, executes)
        self._mainstay_watchers, self._mainstay_timings = watchers, timings
        self._inner_hookexec = executes
        if not watchers and timings is None:
            del self._mainstay_beneath

    def _mainstay_refuse_own_execution(self, what: str) -> None:
        """A `_hookexec` of a program's own gives back a result alone: it is asked for ordinary
        calls, and for nothing that it could not give.
        """
        if type(self)._hookexec is _native.Manager._hookexec and "_hookexec" not in vars(self):
            return
        raise TypeError(
            f"{type(self).__name__} overrides _hookexec, which gives back results and cannot do "
            f"{what}; leave one out, or look on by add_hookcall_monitoring(), which sees all calls"
        )

    def time_hooks(self, *, clock: Callable[[], float] = perf_counter) -> HookTimings:
        """Measure hooks and their plugins from now on, until `stop()` or the end of a `with`.

        While nobody measures, calls are as fast as ever.

        Args:
            clock: seconds since whenever, as a number.

        Raises:
            TypeError: `clock` cannot be called.
            RuntimeError: this manager is being measured already.
        """
        if not callable(clock):
            raise TypeError(
                f"clock must be a function that returns seconds, got {_checks.named(clock)}"
            )
        if self._mainstay_timings is not None:
            raise RuntimeError(
                "this manager's hooks are being timed already; use what time_hooks() returned, "
                "or stop() that first"
            )
        return HookTimings(self, clock)

    # --- who takes part --------------------------------------------------------------------------

    @property
    def switches(self) -> Switches | None:
        """What the user said about plugins, as it was given to the manager."""
        return self._mainstay_switches

    def is_blocked(self, name: str) -> bool:
        """Whether plugins of that name are refused: blocked, or switched off by the user."""
        return super().is_blocked(name) or self._mainstay_is_off(name)

    def _mainstay_is_off(self, name: str) -> bool:
        return self._mainstay_switches is not None and self._mainstay_switches.of(name) is False

    def load_setuptools_entrypoints(
        self,
        group: str,
        name: str | None = None,
        *,
        distributions: Iterable[str] | None = None,
        unmentioned: bool = True,
    ) -> int:
        """Load and register what installed distributions announce in that group; returns how many.

        Plugins that are registered, blocked or switched off, or are not meant, are not imported. A
        distribution whose entry points cannot be read is passed over when it is not among those
        allowed, and warned about (PluginWarning) where only what the user mentions is loaded: with
        `unmentioned=False`, or a `-*` among the switches.

        Args:
            group: the group of entry points.
            name: only entry points of this name.
            distributions: only those of these distributions, by their names on the package index.
            unmentioned: whether to load what the user's switches do not mention; False leaves what
                is loaded to the user.

        Raises:
            TypeError, ValueError: an argument makes no sense, or a distribution's entry points
                cannot be read; the message names it.
            Exception: what importing a plugin raised, or registering it. Those loaded before it
                stay.
        """
        from ._entry_points import announced, name_of, unreadable

        _checks.name("group", group)
        _checks.optional_name("name", name)
        _checks.flag("unmentioned", unmentioned)
        allowed = None if distributions is None else _distributions(distributions)
        only_mentioned = not unmentioned or self._mainstay_is_off("")
        count = 0

        if allowed is not None:
            self._mainstay_allowed.update(allowed)

        def deal_with(distribution: Distribution, error: Exception) -> None:
            if allowed is None or self._mainstay_hear(name_of(distribution)) in allowed:
                unreadable(distribution, error, warn=only_mentioned)

        for distribution, entry_point in announced(group, deal_with):
            its_name = entry_point.name
            if allowed is not None:
                self._mainstay_hear(name_of(distribution))
            if (name is not None and its_name != name) or self.has_plugin(its_name):
                continue
            why = self._mainstay_why_not(its_name, distribution, allowed, unmentioned)
            if why is not None:
                self._mainstay_left_out[its_name] = why
                continue
            plugin = entry_point.load()
            if self.register(plugin, name=its_name) is not None:
                self._plugin_distinfo.append((plugin, distribution))
                count += 1
        return count

    def _mainstay_hear(self, distribution: str | None) -> str:
        """Take down that a distribution announces something; the name it is compared by."""
        compared = "" if distribution is None else _normal(distribution)
        self._mainstay_heard.add(compared)
        return compared

    def _mainstay_why_not(
        self, name: str, distribution: Any, allowed: Mapping[str, str] | None, unmentioned: bool
    ) -> str | None:
        """Why an entry point is not loaded; None when it is."""
        if self._mainstay_is_off(name):
            return "switched off by the user"
        if self.is_blocked(name):
            return "blocked"
        if allowed is not None:
            from ._entry_points import described, name_of

            if _normal(name_of(distribution) or "") not in allowed:
                origin = described(distribution)
                return f"from {origin}, which is not among the distributions allowed"
        if not unmentioned and (
            self._mainstay_switches is None or self._mainstay_switches.of(name) is None
        ):
            return "not switched on by the user"
        return None

    def left_out(self) -> dict[str, str]:
        """Which plugins were kept out so far, by name, each with the reason, for people to read."""
        return dict(self._mainstay_left_out)

    def unknown_names(self) -> dict[str, str]:
        """Names that the user's switches, or wishes of plugins to be before or after one, mention,
        but that no plugin has had so far, and distributions that were allowed and announced
        nothing; each with who mentions it. For a warning: a slip of the pen turns nothing off.
        """
        known = set(self._name2plugin) | set(self._mainstay_left_out)
        unknown: dict[str, str] = {}
        if self._mainstay_switches is not None:
            for name, _ in self._mainstay_switches.items:
                if name != "*" and name not in known:
                    unknown[name] = "the switches"
        for hook in vars(self.hook).values():
            for impl in hook.get_hookimpls():
                for name in (*impl.opts.get("before", ()), *impl.opts.get("after", ())):
                    if name not in known:
                        unknown.setdefault(name, f"plugin {impl.plugin_name!r}")
        for compared, given in self._mainstay_allowed.items():
            if compared not in self._mainstay_heard:
                unknown.setdefault(given, "the distributions allowed")
        return unknown


def _relay(manager: PluginManager) -> AsyncHookRelay:
    return AsyncHookRelay(manager)


def _distributions(value: Any) -> dict[str, str]:
    """Names of distributions as they were given, by those they are compared by."""
    if isinstance(value, str):
        raise TypeError(
            f"distributions must be several names, got the str {value!r}; write [{value!r}]"
        )
    try:
        names = list(value)
    except TypeError:
        raise TypeError(
            f"distributions must be a list of names, got {_checks.named(value)}"
        ) from None
    return {_normal(_checks.name("each of distributions", name)): name for name in names}


def _normal(distribution: str) -> str:
    """The name by which distributions are compared: `My.Plugin_x` is `my-plugin-x`."""
    parts = distribution.lower().replace("_", "-").replace(".", "-").split("-")
    return "-".join(part for part in parts if part)
