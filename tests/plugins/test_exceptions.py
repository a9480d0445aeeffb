"""Exceptions through hooks are the peer's to the last link: cause, context, and what they wrap."""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ..generated import share
from .conftest import project
from .doors import LENIENT, PEER, Door


@pytest.fixture(autouse=True, scope="module")
def _without_complaints() -> Iterator[None]:
    """What a generator raises while it is thrown away goes to nobody, and is not looked at here."""
    before, sys.unraisablehook = sys.unraisablehook, lambda unraisable: None
    yield
    gc.collect()
    sys.unraisablehook = before


class Odd(Exception):
    """Raised by implementations."""


class Fatal(BaseException):
    """No Exception."""


def chain(error: BaseException | None, seen: tuple[int, ...] = ()) -> Any:
    """An exception with its cause and context, all the way down, in a form to be compared."""
    if error is None or id(error) in seen:
        return None if error is None else "again"
    seen = (*seen, id(error))
    text = str(error).partition("0x")[0]
    return (
        type(error).__name__,
        text,
        error.__suppress_context__,
        chain(error.__cause__, seen),
        chain(error.__context__, seen),
    )


def _raise(error: BaseException) -> Any:
    raise error


def _raise_from_another() -> Any:
    try:
        raise LookupError("first")
    except LookupError as first:
        raise Odd("second") from first


def _raise_over_another() -> Any:
    try:
        raise LookupError("first")
    except LookupError:
        raise Odd("second")  # noqa: B904 - the context is what is looked at


INNER: dict[str, Callable[[], Any]] = {
    "a value": lambda: 1,
    "nothing": lambda: None,
    "an exception": lambda: _raise(Odd("inner")),
    "one with a cause": _raise_from_another,
    "one with a context": _raise_over_another,
    "a StopIteration": lambda: _raise(StopIteration("inner")),
    "a RuntimeError": lambda: _raise(RuntimeError("inner")),
    "a GeneratorExit": lambda: _raise(GeneratorExit()),
    "a BaseException": lambda: _raise(Fatal("inner")),
    "a KeyError": lambda: _raise(KeyError("inner")),
}


# --- wrappers of the present kind -----------------------------------------------------------------


def passes_on() -> Iterator[None]:
    return (yield)  # type: ignore[misc]


def swallows() -> Iterator[None]:
    try:
        yield
    except BaseException:
        pass
    return "swallowed"  # type: ignore[return-value]


def replaces() -> Iterator[None]:
    try:
        yield
    except BaseException:
        raise ValueError("replaced")  # noqa: B904 - the context is what is looked at


def replaces_from() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        raise ValueError("replaced") from error


def raises_after() -> Iterator[None]:
    try:
        yield
    finally:
        raise ValueError("after")


def raises_before() -> Iterator[None]:
    raise ValueError("before")
    yield


def stops_before() -> Iterator[None]:
    raise StopIteration("before")
    yield


def never_yields() -> Iterator[None]:
    return
    yield


def yields_twice() -> Iterator[None]:
    try:
        yield
    except BaseException:
        pass
    yield


def ignores_the_exit() -> Iterator[None]:
    try:
        yield
    except BaseException:
        pass
    try:
        yield
    except GeneratorExit:
        yield


def raises_on_exit() -> Iterator[None]:
    try:
        yield
    except BaseException:
        pass
    try:
        yield
    finally:
        raise ValueError("on exit")


def stops_after() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        raise StopIteration("after") from error
    raise StopIteration("after")


class ByHand:
    """Has the methods of a generator, and is none."""

    gi_code = passes_on.__code__

    def __iter__(self) -> ByHand:
        return self

    def __next__(self) -> None: ...

    def send(self, value: object) -> None:
        raise StopIteration(["by hand", value])

    def throw(self, error: BaseException) -> None:
        raise error

    def close(self) -> None: ...


class Untold(ByHand):
    """Ends before it begins, and cannot say where it stands."""

    gi_code: Any = property(lambda self: _raise(AttributeError("gi_code")))

    def __next__(self) -> None:
        raise StopIteration


WRAPPERS: dict[str, Callable[[], Any]] = {
    function.__name__: function
    for function in (
        *(passes_on, swallows, replaces, replaces_from, raises_after, raises_before),
        *(stops_before, never_yields, yields_twice, ignores_the_exit, raises_on_exit, stops_after),
        *(ByHand, Untold),
    )
}
WRAPPERS["no generator"] = lambda: 5
WRAPPERS["an iterator"] = lambda: iter([1, 2])


# --- wrappers of the old kind ---------------------------------------------------------------------


def old_passes() -> Iterator[None]:
    yield


def old_asks() -> Iterator[None]:
    outcome: Any = yield
    outcome.get_result()


def old_forces_a_result() -> Iterator[None]:
    outcome: Any = yield
    outcome.force_result("forced")


def old_forces_an_exception() -> Iterator[None]:
    outcome: Any = yield
    outcome.force_exception(ValueError("forced"))


def old_forces_a_stop() -> Iterator[None]:
    outcome: Any = yield
    outcome.force_exception(StopIteration("forced"))


def old_raises() -> Iterator[None]:
    yield
    raise ValueError("after")


def old_raises_from() -> Iterator[None]:
    outcome: Any = yield
    raise ValueError("after") from outcome.exception


OLD: dict[str, Callable[[], Any]] = {
    function.__name__: function
    for function in (
        *(old_passes, old_asks, old_forces_a_result, old_forces_an_exception, old_forces_a_stop),
        *(old_raises, old_raises_from, raises_before, stops_before, never_yields, yields_twice),
        *(ignores_the_exit, raises_on_exit, ByHand, Untold),
    )
}
OLD["no generator"] = lambda: 5
OLD["raises instead"] = lambda: _raise(StopIteration("instead"))

LAYERS = [("wrapper", name, WRAPPERS[name]) for name in WRAPPERS]
LAYERS += [("hookwrapper", name, OLD[name]) for name in OLD]


def called(door: Door, layers: list[Any], inner: Callable[[], Any], handling: bool) -> Any:
    """What a hook with these wrappers, the inmost first, comes to, and what it warns about."""
    api = project(door)

    class Plain:
        @api.impl
        def hook(self) -> Any:
            return inner()

    api.pm.register(Plain(), "plain")
    for kind, name, make in layers:
        # As a specification would refuse some of these, the hook has none.
        plugin = type(
            "Around", (), {"hook": api.impl(**{kind: True})(lambda self, make=make: make())}
        )
        api.pm.register(plugin(), f"{name} over {len(api.pm.get_plugins())}")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            if not handling:
                came: Any = api.pm.hook.hook()
            else:
                try:
                    raise OSError("being handled")
                except OSError:
                    came = api.pm.hook.hook()
        except BaseException as error:
            came = chain(error)
    return came, [str(warning.message) for warning in seen]


@pytest.mark.parametrize("handling", [False, True], ids=["", "handling"])
@pytest.mark.parametrize(("kind", "name", "make"), LAYERS, ids=lambda part: str(part)[:24])
def test_one_wrapper_does_to_exceptions_what_the_peer_does(
    kind: str, name: str, make: Callable[[], Any], handling: bool
) -> None:
    for told, inner in INNER.items():
        layers = [(kind, name, make)]
        ours, peers = (called(door, layers, inner, handling) for door in (LENIENT, PEER))
        assert ours == peers, told


@pytest.mark.parametrize(("kind", "name", "make"), LAYERS, ids=lambda part: str(part)[:24])
def test_two_wrappers_do_to_exceptions_what_the_peer_does(
    kind: str, name: str, make: Callable[[], Any]
) -> None:
    for other in LAYERS[:: len(LAYERS) // share(len(LAYERS))]:
        for told in ("a value", "a StopIteration", "one with a context"):
            layers = [(kind, name, make), other]
            # Not what is warned of: where one yields twice, the peer closes those around it, which
            # then may warn, when the garbage is collected, and ours at once.
            ours, peers = (called(door, layers, INNER[told], True)[0] for door in (LENIENT, PEER))
            assert ours == peers, (told, other)


def test_a_missing_argument_is_the_cause_of_its_error() -> None:
    def missing(door: Door) -> Any:
        api = project(door)

        class Plain:
            @api.impl
            def hook(self, wanted: object) -> Any: ...

        api.pm.register(Plain())
        came = []
        for use in (
            lambda: api.pm.hook.hook(other=1),
            lambda: api.pm.hook.hook(),
            lambda: api.pm.hook.hook.call_extra([], {"other": 1}),
        ):
            with pytest.raises(api.HookCallError) as caught:
                use()
            came.append(chain(caught.value))
        return came

    assert missing(LENIENT) == missing(PEER)


def test_warnings_as_errors_take_the_place_of_what_a_teardown_raised() -> None:
    def warned(door: Door) -> Any:
        api = project(door)

        class Around:
            @api.impl(hookwrapper=True)
            def hook(self) -> Iterator[None]:
                yield
                raise ValueError("after")

        api.pm.register(Around(), "around")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(UserWarning) as caught:
                api.pm.hook.hook()
        return chain(caught.value)

    assert warned(LENIENT) == warned(PEER)


def test_the_traceback_leads_to_the_implementation(door: Door) -> None:
    api = project(door)

    class Plain:
        @api.impl
        def hook(self) -> Any:
            raise Odd("here")

    class Around:
        @api.impl(wrapper=True)
        def hook(self) -> Iterator[None]:
            return (yield)  # type: ignore[misc]

    api.pm.register(Plain())
    api.pm.register(Around())
    with pytest.raises(Odd) as caught:
        api.pm.hook.hook()
    names = [entry.name for entry in caught.traceback]
    assert names[0] == "test_the_traceback_leads_to_the_implementation"
    assert names.count("hook") == 2
