"""Programs for the differential test: plugins as plain data, drawn by hypothesis, run on a door.

A program is a nested tuple: it prints as what it is, shrinks well, and knows no door. `Run` writes
the source of its specifications and plugins, compiles it, plays the steps on a manager of one door
and takes down all that a user could see: results, errors with their causes, the order of calls,
warnings with their lines, what the manager says of itself.
"""

from __future__ import annotations

import gc
import re
import sys
import warnings
from types import ModuleType
from typing import Any
from unittest import mock

from hypothesis import strategies as st

from .doors import Door

HOOKS = ("one", "two", "old")
ARGUMENTS = ("a", "b", "c")
ERRORS = ("Boom", "KeyError", "StopIteration", "RuntimeError", "KeyboardInterrupt")


class Boom(Exception):
    """What plugins raise."""


# --- drawing programs ----------------------------------------------------------------------------

hooks = st.sampled_from(["one", "one", "one", "two", "old"])
full = st.just(ARGUMENTS)
arguments = st.lists(st.sampled_from(ARGUMENTS), unique=True, max_size=3).map(tuple)
defaults = st.integers(0, 3).map(lambda number: max(0, number - 1))
errors = st.sampled_from(ERRORS)
values = st.sampled_from(["None", "0", "'text'", "[1]", "a_or_none"])

specs = st.fixed_dictionaries(
    {
        "hook": hooks,
        "arguments": full | full | full | arguments,
        "defaults": defaults,
        "firstresult": st.booleans(),
        "historic": st.sampled_from([False] * 5 + [True]),
        "warn_on_impl": st.sampled_from([False, False, False, True]),
        "warn_on_impl_args": st.sampled_from([(), (), ("a",), ("b", "c")]),
        "kind": st.sampled_from([*["method"] * 6, "noself", "static"]),
    }
)
plain = st.one_of(
    st.tuples(st.just("return"), values),
    st.tuples(st.just("return"), values),
    st.tuples(st.just("raise"), errors),
    st.tuples(st.just("raise_from"), errors, errors),
    st.tuples(st.just("act"), st.sampled_from(["register", "unregister", "call", "extra"])),
)
around = st.one_of(
    st.tuples(st.just("pass")),
    st.tuples(st.just("pass")),
    st.tuples(st.just("replace"), values),
    st.tuples(st.just("raise_before"), errors),
    st.tuples(st.just("raise_after"), errors),
    st.tuples(st.just("swallow")),
    st.tuples(st.just("translate"), errors),
    st.tuples(st.just("no_yield")),
    st.tuples(st.just("two_yields")),
    st.tuples(st.just("early_return")),
    st.tuples(st.just("force_result"), values),
    st.tuples(st.just("force_exception"), errors),
    st.tuples(st.just("not_a_generator")),
    st.tuples(st.just("reraise_same")),
    st.tuples(st.just("pass")),
    st.tuples(st.just("pass")),
)
modes = st.sampled_from(
    [(), (), (), (), ("tryfirst",), ("trylast",), ("tryfirst", "trylast"), ("optionalhook",)]
)
impls = st.fixed_dictionaries(
    {
        "hook": hooks,
        "specname": st.sampled_from([*[None] * 8, *HOOKS]),
        "arguments": arguments,
        "defaults": defaults,
        "modes": modes,
        "kind": st.sampled_from(["plain", "plain", "plain", "wrapper", "wrapper", "hookwrapper"]),
        "plain": plain,
        "around": around,
        "held": st.sampled_from(["method", "method", "static", "class", "own"]),
    }
)
plugins = st.fixed_dictionaries(
    {
        "impls": st.lists(impls, min_size=1, max_size=3).map(tuple),
        "kind": st.sampled_from([*["object"] * 6, "module", "equal", "raising"]),
        "name": st.sampled_from([*[None] * 6, "p", "q", "r", ""]),
    }
)
keywords = st.lists(st.sampled_from(ARGUMENTS), unique=True, max_size=3).map(
    lambda names: tuple(sorted(names))
)
number = st.integers(0, 3)
steps = st.one_of(
    st.tuples(st.just("call"), hooks, full | keywords),
    st.tuples(st.just("call"), hooks, full | keywords),
    st.tuples(st.just("call"), hooks, full),
    st.tuples(st.just("call"), hooks, full),
    st.tuples(st.just("call"), hooks, full),
    st.tuples(st.just("call"), hooks, full),
    st.tuples(st.just("extra"), hooks, full | keywords, plain),
    st.tuples(st.just("historic"), hooks, full | keywords, st.booleans()),
    st.tuples(st.just("subset"), hooks, full | keywords, st.lists(number, max_size=2).map(tuple)),
    st.tuples(st.just("register"), number),
    st.tuples(st.just("unregister"), number, st.sampled_from(["plugin", "name", "both"])),
    st.tuples(st.just("block"), st.sampled_from(["p", "q", "r", "x"])),
    st.tuples(st.just("unblock"), st.sampled_from(["p", "q", "r", "x"])),
    st.tuples(st.just("specs"), st.lists(specs, min_size=1, max_size=2).map(tuple)),
    st.tuples(st.just("pending")),
    st.tuples(st.just("look"), number),
    st.tuples(st.just("monitor"), st.sampled_from(["on", "on", "trace", "off"])),
)
# Anything goes: most of these programs end in errors.
programs = st.fixed_dictionaries(
    {
        "specs": st.lists(specs, min_size=1, max_size=3, unique_by=lambda spec: spec["hook"]).map(
            tuple
        ),
        "plugins": st.lists(plugins, min_size=1, max_size=5).map(tuple),
        "registered": st.sampled_from([0, 1, 3, 5, 5, 5]),
        "steps": st.lists(steps, min_size=1, max_size=6).map(tuple),
    }
)


def _specified(first: tuple[bool, bool, bool], with_default: int) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "hook": name,
            "arguments": ARGUMENTS,
            "defaults": with_default,
            "firstresult": firstresult,
            "historic": False,
            "warn_on_impl": False,
            "warn_on_impl_args": (),
            "kind": "method",
        }
        for name, firstresult in zip(HOOKS, first, strict=True)
    )


# Programs whose specifications and plugins fit, so that they get to calling hooks.
call_programs = st.fixed_dictionaries(
    {
        "specs": st.builds(_specified, st.tuples(*[st.booleans()] * 3), defaults),
        "plugins": st.lists(
            st.fixed_dictionaries(
                {
                    "impls": st.lists(impls, min_size=1, max_size=3).map(tuple),
                    "kind": st.just("object"),
                    "name": st.none(),
                }
            ),
            min_size=2,
            max_size=5,
        ).map(tuple),
        "registered": st.just(5),
        "steps": st.lists(
            st.one_of(
                st.tuples(st.just("call"), hooks, full),
                st.tuples(st.just("call"), hooks, full),
                st.tuples(st.just("call"), hooks, full),
                st.tuples(st.just("call"), hooks, keywords),
                st.tuples(st.just("extra"), hooks, full, plain),
                st.tuples(st.just("subset"), hooks, full, st.lists(number, max_size=2).map(tuple)),
                st.tuples(st.just("register"), number),
                st.tuples(st.just("unregister"), number, st.just("plugin")),
                st.tuples(st.just("monitor"), st.sampled_from(["on", "trace", "off"])),
            ),
            min_size=2,
            max_size=5,
        ).map(tuple),
    }
)


# --- their source --------------------------------------------------------------------------------


def _signature(names: tuple[str, ...], with_default: int, first: str = "") -> str:
    plain_ones = len(names) - min(with_default, len(names))
    parts = [first] if first else []
    parts += [
        name if index < plain_ones else f"{name}='default {name}'"
        for index, name in enumerate(names)
    ]
    return ", ".join(parts)


def _value(text: str, names: tuple[str, ...]) -> str:
    if text == "a_or_none":
        return "a" if "a" in names else "None"
    return text


def _body(impl: dict[str, Any], me: str) -> list[str]:
    names = impl["arguments"]
    seen = "".join(f", {name!r}, {name}" for name in names)
    enter = f"log('enter', {me!r}{seen})"
    if impl["kind"] == "plain":
        return [enter, *_plain(impl["plain"], names)]
    return [enter, *_around(impl["around"], names, me, old=impl["kind"] == "hookwrapper")]


def _plain(what: tuple[str, ...], names: tuple[str, ...]) -> list[str]:
    match what:
        case ("return", value):
            return [f"return {_value(value, names)}"]
        case ("raise", error):
            return [f"raise {error}({error!r})"]
        case ("raise_from", error, cause):
            return [f"raise {error}({error!r}) from {cause}({cause!r})"]
    return [f"return act({what[1]!r})"]


def _around(what: tuple[str, ...], names: tuple[str, ...], me: str, *, old: bool) -> list[str]:
    got = f"log('got', {me!r}, show(outcome))"
    after = "return outcome" if not old else "return"
    match what:
        case ("pass",):
            return ["outcome = yield", got, after]
        case ("replace", value):
            text = _value(value, names)
            return ["outcome = yield", got, f"return {text}"]
        case ("raise_before", error):
            return [f"raise {error}({error!r})", "yield"]
        case ("raise_after", error):
            return ["outcome = yield", got, f"raise {error}({error!r})"]
        case ("swallow",) if old:
            return ["outcome = yield", got, "outcome.force_result('swallowed')"]
        case ("swallow",):
            return [
                "try:",
                "    outcome = yield",
                "except BaseException as error:",
                f"    log('caught', {me!r}, show(error))",
                "    outcome = 'swallowed'",
                "return outcome",
            ]
        case ("translate", error):
            return [
                "try:",
                "    outcome = yield",
                "except BaseException as error:",
                f"    raise {error}('translated') from error",
                after,
            ]
        case ("reraise_same",):
            return [
                "try:",
                "    outcome = yield",
                "except BaseException as error:",
                "    log('again', show(error))",
                "    raise",
                f"log('left', {me!r}, show(outcome))",  # says when it was given up
                after,
            ]
        case ("no_yield",):
            return ["if 0: yield", "return 7"]
        case ("two_yields",):
            return [
                "try:",
                "    yield",
                "    yield",
                "finally:",
                f"    log('closed', {me!r})",
            ]
        case ("early_return",):
            return ["if 1: return 7", "yield"]
        case ("force_result", value) if old:
            text = _value(value, names)
            return ["outcome = yield", got, f"outcome.force_result({text})"]
        case ("force_exception", error) if old:
            return ["outcome = yield", got, f"outcome.force_exception({error}('forced'))"]
        case ("not_a_generator",):
            return ["return 7"]
    return ["outcome = yield", got, after]


def _options(impl: dict[str, Any]) -> str:
    options = {mode: True for mode in impl["modes"]}
    if impl["kind"] != "plain":
        options[impl["kind"]] = True
    if impl["specname"] is not None:
        options["specname"] = impl["specname"]
    return ", ".join(f"{name}={value!r}" for name, value in options.items())


def plugin_source(plugin: dict[str, Any], index: int) -> str:
    """The source that assigns the plugin to `plugin`."""
    lines = []
    if plugin["kind"] == "module":
        for count, impl in enumerate(plugin["impls"]):
            lines += _function(impl, f"p{index}.{count}", "", f"hookimpl({_options(impl)})", "")
        return "\n".join(lines)
    lines.append(f"class Plugin{index}(Base):")
    if plugin["kind"] == "equal":
        lines += ["    def __eq__(self, other): return isinstance(other, Base)"]
        lines += ["    def __hash__(self): return 1"]
    if plugin["kind"] == "raising":
        lines += ["    @property", "    def aaa(self): raise Boom('a property ran')"]
    own = []
    for count, impl in enumerate(plugin["impls"]):
        marker, me = f"hookimpl({_options(impl)})", f"p{index}.{count}"
        if impl["held"] == "own":
            name = f"own_{index}_{count}"
            own.append((impl["hook"], name))
            lines += ["    " + line for line in _function(impl, me, "", marker, "")]
            lines += [f"    {name} = staticmethod({impl['hook']})", f"    del {impl['hook']}"]
            continue
        first = {"method": "self", "static": "", "class": "cls"}[impl["held"]]
        wrapping = {"method": "", "static": "staticmethod", "class": "classmethod"}[impl["held"]]
        text = _function(impl, me, first, marker, wrapping)
        lines += ["    " + line for line in text]
    lines += [f"plugin = Plugin{index}()"]
    for hook_name, name in own:
        lines += [f"plugin.{hook_name} = plugin.{name}"]
    return "\n".join(lines)


def _function(impl: dict[str, Any], me: str, first: str, marker: str, wrapping: str) -> list[str]:
    signature = _signature(impl["arguments"], impl["defaults"], first)
    head = [f"@{wrapping}"] if wrapping else []
    return [
        *head,
        f"@{marker}",
        f"def {impl['hook']}({signature}):",
        *["    " + line for line in _body(impl, me)],
    ]


def specs_source(chosen: tuple[dict[str, Any], ...]) -> str:
    """The source that assigns a class of specifications to `Specs`."""
    lines = ["class Specs:", "    nothing = None"]
    for spec in chosen:
        options = [f"firstresult={spec['firstresult']}", f"historic={spec['historic']}"]
        if spec["warn_on_impl"]:
            options.append("warn_on_impl=DeprecationWarning('do not implement')")
        if spec["warn_on_impl_args"]:
            table = ", ".join(
                f"{name!r}: UserWarning('argument {name}')" for name in spec["warn_on_impl_args"]
            )
            options.append(f"warn_on_impl_args={{{table}}}")
        if spec["kind"] == "static":
            lines.append("    @staticmethod")
        lines.append(f"    @hookspec({', '.join(options)})")
        first = "self" if spec["kind"] == "method" else ""
        signature = _signature(spec["arguments"], spec["defaults"], first)
        lines.append(f"    def {spec['hook']}({signature}): pass")
    return "\n".join(lines)


# --- running them --------------------------------------------------------------------------------


class Base:
    """What plugins derive from: a repr that says who it is, and no address."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Run:
    """One program on one door. `everything()` is what is compared."""

    def __init__(self, door: Door, program: dict[str, Any]) -> None:
        self.door = door
        self.program = program
        self.log: list[Any] = []
        self.closed: list[Any] = []
        self.plugins: list[Any] = []
        self.undo: list[Any] = []
        self.depth = 0
        self.ids: dict[str, str] = {}

    def everything(self) -> list[Any]:
        """Play the program; returns all that could be seen."""
        gc.disable()  # so that all garbage of the program is young at its end
        try:
            self.play()
        finally:
            gc.enable()
        if not any("GeneratorExit" in str(line) for line in self.closed):
            return self.log + sorted(self.closed)
        # A wrapper was given up: when and where it was closed, and warned, differs (see note()).
        warned = [line for line in self.log if "Teardown" in str(line[1])]
        late = [line[:-1] for line in warned]
        return [line for line in self.log if line not in warned] + sorted(self.closed + late)

    def play(self) -> None:
        """Step by step."""
        with (
            self.door.active() as api,
            warnings.catch_warnings(record=True) as caught,
            mock.patch.object(sys, "unraisablehook", self.unraisable),
        ):
            warnings.simplefilter("always")
            self.caught = caught
            self.manager = api.PluginManager("app")
            self.namespace = {
                "hookspec": api.HookspecMarker("app"),
                "hookimpl": api.HookimplMarker("app"),
                "Base": Base,
                "Boom": Boom,
                "log": self.note,
                "show": self.show,
                "act": self.act,
            }
            self.step("specs", lambda: self.add_specs(self.program["specs"]))
            for index, plugin in enumerate(self.program["plugins"]):
                self.plugins.append(self.make(plugin, index))
            for index in range(min(self.program["registered"], len(self.plugins))):
                self.step("register", lambda index=index: self.register(index))
            for what in self.program["steps"]:
                self.step(what[0], lambda what=what: getattr(self, what[0])(*what[1:]))
                self.step("state", self.state)
            gc.collect(0)
            self.take_down_warnings()

    def step(self, name: str, action: Any) -> None:
        """Do one thing, and take down how it ended and what was warned of."""
        try:
            result = action()
        except BaseException as error:
            self.note(name, "raised", self.show(error))
        else:
            self.note(name, "returned", self.show(result))
        self.take_down_warnings()

    def take_down_warnings(self) -> None:
        """What was warned of since the last time."""
        for message in self.caught:
            where = message.filename
            # Warnings at lines of either implementation itself name no line of a user.
            line = message.lineno if where.startswith("<") else "in " + where.rpartition("/")[2]
            if "pluggy" in where or "mainstay/plugins" in where:
                line = "inside"
            if self.undo and "Teardown" in message.category.__name__:
                # The peer counts frames, and with a monitor there are more of them.
                line = "monitored"
            self.note("warned", message.category.__name__, str(message.message), line)
        del self.caught[:]

    def unraisable(self, what: Any) -> None:
        """A generator raised while it was closed, with nobody there to catch it."""
        self.note("unraisable", self.show(what.exc_value))

    def note(self, *what: Any) -> None:
        """Add a line to the log."""
        line = tuple(self.plain(each) for each in what)
        # A wrapper that is left open is closed when nobody holds it any more. With the peer that is
        # when the exception is let go of: its traceback holds the frame of the peer's loop.
        is_late = what[0] in ("closed", "unraisable") or "GeneratorExit" in str(line)
        (self.closed if is_late else self.log).append(line)

    def plain(self, value: Any) -> Any:
        """The value as text without addresses."""
        text = value if isinstance(value, str) else repr(value)
        text = re.sub(r"0x[0-9a-f]+", "0x", text)
        for number, name in self.ids.items():
            text = text.replace(number, name)
        return text

    def show(self, value: Any) -> Any:
        """A value, an exception with its causes, a Result with what is in it."""
        if isinstance(value, BaseException):
            chain: list[Any] = []
            link: BaseException | None = value
            while link is not None and len(chain) < 6:
                chain.append((type(link).__name__, str(link), link.__suppress_context__))
                link = link.__cause__ or link.__context__
            return chain
        if type(value).__name__ == "Result":
            try:
                return ("Result", repr(value.get_result()))
            except BaseException as error:
                return ("Result", self.show(error))
        return repr(value)

    # --- what a program does ---------------------------------------------------------------------

    def make(self, plugin: dict[str, Any], index: int) -> Any:
        """The plugin, an object or a module."""
        code = compile(plugin_source(plugin, index), f"<plugin {index}>", "exec")
        if plugin["kind"] == "module":
            module: Any = ModuleType(f"module{index}")
            module.__dict__.update(self.namespace)
            exec(code, module.__dict__)
            made = module
        else:
            namespace = dict(self.namespace)
            exec(code, namespace)
            made = namespace["plugin"]
        self.ids[str(id(made))] = f"id of {index}"
        return made

    def add_specs(self, chosen: Any) -> None:
        namespace = dict(self.namespace)
        exec(compile(specs_source(chosen), "<specs>", "exec"), namespace)
        self.manager.add_hookspecs(namespace["Specs"])

    specs = add_specs

    def plugin(self, index: int) -> Any:
        return self.plugins[index % len(self.plugins)]

    def register(self, index: int) -> Any:
        name = self.program["plugins"][index % len(self.plugins)]["name"]
        return self.manager.register(self.plugin(index), name)

    def unregister(self, index: int, by: str) -> Any:
        plugin = self.plugin(index)
        name = self.program["plugins"][index % len(self.plugins)]["name"]
        if by == "plugin":
            return self.manager.unregister(plugin)
        if by == "name":
            return self.manager.unregister(name=name)
        return self.manager.unregister(plugin, name)

    def block(self, name: str) -> Any:
        return self.manager.set_blocked(name)

    def unblock(self, name: str) -> Any:
        return self.manager.unblock(name)

    def pending(self) -> Any:
        return self.manager.check_pending()

    def caller(self, name: str) -> Any:
        return getattr(self.manager.hook, name)

    def keywords(self, names: tuple[str, ...]) -> dict[str, str]:
        return {name: f"value {name}" for name in names}

    def call(self, name: str, names: tuple[str, ...]) -> Any:
        return self.in_program("call(**given)", call=self.caller(name), given=self.keywords(names))

    def in_program(self, source: str, **names: Any) -> Any:
        """Evaluate in a frame of the program, for warnings that point at it."""
        return eval(compile("\n" + source, "<program>", "eval"), names)

    def extra(self, name: str, names: tuple[str, ...], what: Any) -> Any:
        namespace = dict(self.namespace)
        body = "\n".join(["    " + line for line in ["log('extra', a)", *_plain(what, ("a",))]])
        exec(compile(f"def extra(a):\n{body}", "<extra>", "exec"), namespace)
        return self.in_program(
            "call([extra, lambda: 'second'], given)",
            call=self.caller(name).call_extra,
            extra=namespace["extra"],
            given=self.keywords(names),
        )

    def historic(self, name: str, names: tuple[str, ...], with_callback: bool) -> Any:
        callback = (lambda result: self.note("callback", result)) if with_callback else None
        return self.in_program(
            "call(callback, given)",
            call=self.caller(name).call_historic,
            callback=callback,
            given=self.keywords(names),
        )

    def subset(self, name: str, names: tuple[str, ...], removed: tuple[int, ...]) -> Any:
        plugins = [self.plugin(index) for index in removed]
        caller = self.manager.subset_hook_caller(name, plugins)
        self.note("subset", repr(caller), [impl.plugin for impl in caller.get_hookimpls()])
        return self.in_program("call(**given)", call=caller, given=self.keywords(names))

    def act(self, what: str) -> Any:
        """What a plugin does to the manager while it is called."""
        if self.depth:
            return "deep"
        self.depth += 1
        try:
            if what == "register":
                return self.register(len(self.plugins) - 1)
            if what == "unregister":
                return repr(self.unregister(0, "plugin"))
            if what == "extra":
                return self.caller("two").call_extra([], self.keywords(ARGUMENTS))
            return self.caller("two")(**self.keywords(ARGUMENTS))
        finally:
            self.depth -= 1

    def monitor(self, how: str) -> Any:
        if how == "off":
            return self.undo.pop()() if self.undo else None
        if how == "trace":
            self.manager.trace.root.setwriter(lambda text: self.note("trace", text))
            self.undo.append(self.manager.enable_tracing())
            return None

        def before(name: str, impls: Any, kwargs: Any) -> None:
            self.note("before", name, [impl.plugin_name for impl in impls], sorted(kwargs.items()))

        def after(outcome: Any, name: str, impls: Any, kwargs: Any) -> None:
            self.note("after", name, self.show(outcome), len(impls), len(kwargs))

        self.undo.append(self.manager.add_hookcall_monitoring(before, after))
        return None

    def look(self, index: int) -> Any:
        manager, plugin = self.manager, self.plugin(index)
        return [
            manager.is_registered(plugin),
            manager.get_name(plugin),
            manager.get_canonical_name(plugin),
            repr(manager.get_hookcallers(plugin)),
            repr(manager.get_plugin("p")),
            manager.has_plugin("q"),
            manager.is_blocked("r"),
        ]

    def state(self) -> Any:
        """What the manager says of itself."""
        hooks = {}
        for name, caller in vars(self.manager.hook).items():
            hooks[name] = (
                repr(caller),
                caller.has_spec(),
                caller.is_historic(),
                [self.implementation(impl) for impl in caller.get_hookimpls()],
            )
        return hooks, self.manager.list_name_plugin(), len(self.manager.get_plugins())

    def implementation(self, impl: Any) -> Any:
        return (
            repr(impl),
            impl.plugin_name,
            impl.argnames,
            impl.kwargnames,
            impl.function.__qualname__,
            sorted(impl.opts.items(), key=str),
            [impl.wrapper, impl.hookwrapper, impl.optionalhook, impl.tryfirst, impl.trylast],
        )
