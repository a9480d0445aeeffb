"""The pytest plugin: coroutine tests and fixtures, run by one event loop at a time.

A test takes part when it is marked with `anyio`, or always with `anyio_mode = auto`. It then uses
the fixture `anyio_backend`, which may be overridden and is "asyncio", "trio", or such a name with
a dictionary of options. Tests and fixtures run in one task, so that a cancel scope or task group
of a fixture may enclose the test.
"""

from __future__ import annotations

import socket
from contextlib import ExitStack, contextmanager
from inspect import isasyncgenfunction, iscoroutinefunction, ismethod
from typing import Any

import pytest
from _pytest.outcomes import Exit

from ._core._eventloop import (
    current_async_library,
    get_async_backend,
    get_available_backends,
    reset_current_async_library,
    set_current_async_library,
)
from ._core._exceptions import ExceptionGroup, iterate_exceptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from .abc import TestRunner


class _Loop:
    """The event loop of what runs now, and how many tests and fixtures are within it."""

    def __init__(self, backend_name: str, backend_options: dict[str, Any]) -> None:
        self.users = 0
        with ExitStack() as stack:
            backend = get_async_backend(backend_name)
            if current_async_library() is None:
                token = set_current_async_library(backend_name)
                stack.callback(reset_current_async_library, token)
            self.runner = stack.enter_context(backend.create_test_runner(backend_options))
            self.close = stack.pop_all().close


# pytest runs one test at a time; a fixture keeps the loop for the tests that use it.
_loop: _Loop | None = None


def extract_backend_and_options(backend: object) -> tuple[str, dict[str, Any]]:
    """The name and the options in a value of the fixture `anyio_backend`."""
    match backend:
        case str():
            return backend, {}
        case (str() as name, dict() as options) if isinstance(backend, tuple):
            return name, options
        case _:
            raise TypeError("anyio_backend must be either a string or tuple of (string, dict)")


@contextmanager
def get_runner(backend_name: str, backend_options: dict[str, Any]) -> Iterator[TestRunner]:
    """The event loop for a test or fixture; it ends when nothing uses it any more."""
    global _loop
    loop = _loop
    if loop is None:
        loop = _loop = _Loop(backend_name, backend_options or {})
    elif loop.runner.is_running():
        raise RuntimeError(
            "Cannot schedule a coroutine in the test runner while another is already running; "
            "request the async fixture as an argument, and not by request.getfixturevalue()"
        )
    loop.users += 1
    try:
        yield loop.runner
    finally:
        loop.users -= 1
        if loop.users == 0:
            _loop = None
            loop.close()


def _is_auto_mode(config: pytest.Config, mode: str) -> bool:
    return "auto" in (config.getoption(mode, default=None), config.getini(mode))


def pytest_addoption(parser: pytest.Parser) -> None:
    explanation = (
        'which coroutine tests AnyIO runs: those marked with \'anyio\' ("strict"), or all ("auto")'
    )
    parser.addini("anyio_mode", default="strict", help=explanation)
    group = parser.getgroup("anyio")
    group.addoption("--anyio-mode", default=None, dest="anyio_mode", help=explanation)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "anyio: run the coroutine test in an event loop of asyncio or trio."
    )
    if (
        config.pluginmanager.has_plugin("asyncio")
        and _is_auto_mode(config, "anyio_mode")
        and _is_auto_mode(config, "asyncio_mode")
    ):
        warning = pytest.PytestConfigWarning(
            "AnyIO auto mode has been enabled together with pytest-asyncio auto mode. This may "
            "cause unexpected behavior."
        )
        config.issue_config_time_warning(warning, 1)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> None:
    if not collector.istestfunction(obj, name):
        return
    # Under hypothesis the outer function is plain.
    inner = getattr(getattr(obj, "hypothesis", None), "inner_test", obj)
    if iscoroutinefunction(inner) and (
        _is_auto_mode(collector.config, "anyio_mode")
        or collector.get_closest_marker("anyio") is not None
        or any(mark.name == "anyio" for mark in getattr(obj, "pytestmark", ()))
    ):
        pytest.mark.usefixtures("anyio_backend")(obj)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Give `anyio_backend` to tests that other plugins have marked after their collection."""
    items: list[pytest.Item] = []
    for item in session.items:
        if isinstance(item, pytest.Function) and _was_missed(item):
            items += _with_backends(item)
        else:
            items.append(item)
    session.items[:] = items


def _was_missed(test: pytest.Function) -> bool:
    """Whether a coroutine test has the mark, and nothing to tell it which event loop to use."""
    if "anyio_backend" in test.fixturenames or test.get_closest_marker("anyio") is None:
        return False
    return iscoroutinefunction(test.function)


def _indices(item: pytest.Function) -> dict[str, int]:
    """Which of its parameters a test has, but for the backend."""
    indices: dict[str, int] = dict(item.callspec.indices) if hasattr(item, "callspec") else {}
    indices.pop("anyio_backend", None)
    return indices


def _with_backends(item: pytest.Function) -> list[pytest.Function]:
    """The test, collected again as one that uses the fixture: once for each backend."""
    if not any(
        mark.name == "usefixtures" and "anyio_backend" in mark.args
        for mark in getattr(item.function, "pytestmark", ())
    ):
        pytest.mark.usefixtures("anyio_backend")(item.function)
    collector: Any = item.parent
    found: list[pytest.Function] = []
    for again in collector._genfunctions(item.originalname, item.obj):
        if _indices(again) == _indices(item):
            for mark in item.own_markers:
                if mark not in again.own_markers:
                    again.add_marker(getattr(pytest.mark, mark.name)(*mark.args, **mark.kwargs))
            found.append(again)
    return found


@pytest.hookimpl(hookwrapper=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> Generator[None, Any, None]:
    func = fixturedef.func
    if "anyio_backend" not in request.fixturenames or not (
        isasyncgenfunction(func) or iscoroutinefunction(func)
    ):
        yield
        return

    # A method must see the instance of the test class that the test runs with.
    bound = func
    if ismethod(func) and type(func.__self__) is type(request.instance):
        bound = func.__func__.__get__(request.instance)
    wants_backend = "anyio_backend" in fixturedef.argnames

    def run_in_loop(anyio_backend: Any, **kwargs: Any) -> Iterator[Any]:
        name, options = extract_backend_and_options(anyio_backend)
        if wants_backend:
            kwargs["anyio_backend"] = anyio_backend
        with get_runner(name, options) as runner:
            if isasyncgenfunction(bound):
                yield from runner.run_asyncgen_fixture(bound, kwargs)
            else:
                yield runner.run_fixture(bound, kwargs)

    argnames = fixturedef.argnames
    fixturedef.func = run_in_loop
    if not wants_backend:
        fixturedef.argnames = (*argnames, "anyio_backend")
    try:
        yield
    finally:
        fixturedef.func = func
        fixturedef.argnames = argnames


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> bool | None:
    backend = pyfuncitem.funcargs.get("anyio_backend")
    if backend is None:
        return None
    name, options = extract_backend_and_options(backend)

    if hasattr(pyfuncitem.obj, "hypothesis"):
        _run_examples_in_loop(pyfuncitem.obj.hypothesis, name, options)
        return None  # hypothesis calls the test

    if not iscoroutinefunction(pyfuncitem.obj):
        return None
    kwargs = {arg: pyfuncitem.funcargs[arg] for arg in pyfuncitem._fixtureinfo.argnames}
    with get_runner(name, options) as runner:
        try:
            runner.run_test(pyfuncitem.obj, kwargs)
        except ExceptionGroup as group:
            # These end the session, and must not hide in a task group's error.
            for error in iterate_exceptions(group):
                if isinstance(error, (Exit, KeyboardInterrupt, SystemExit)):
                    raise error from group
            raise
    return True


def _run_examples_in_loop(handle: Any, name: str, options: dict[str, Any]) -> None:
    """Have hypothesis run each example of a coroutine test in the loop of this backend."""
    # The same function object comes back for the next backend, with our function in it.
    inner = getattr(handle.inner_test, "_anyio_inner_test", handle.inner_test)
    if not iscoroutinefunction(inner):
        return

    def run_example(*args: Any, **kwargs: Any) -> None:
        async def example() -> None:
            await inner(*args, **kwargs)

        with get_runner(name, options) as runner:
            runner.run_test(example, {})

    vars(run_example)["_anyio_inner_test"] = inner
    handle.inner_test = run_example


@pytest.fixture(scope="module", params=get_available_backends())
def anyio_backend(request: Any) -> Any:
    """The backend of the test, each of those installed in turn."""
    return request.param


@pytest.fixture
def anyio_backend_name(anyio_backend: Any) -> str:
    """The name of the backend."""
    return extract_backend_and_options(anyio_backend)[0]


@pytest.fixture
def anyio_backend_options(anyio_backend: Any) -> dict[str, Any]:
    """The options of the backend."""
    return extract_backend_and_options(anyio_backend)[1]


class FreePortFactory:
    """Finds ports that are free in IPv4 and IPv6, and gives none twice.

    Comes as the fixtures `free_tcp_port_factory` and `free_udp_port_factory`.
    """

    def __init__(self, kind: socket.SocketKind) -> None:
        self._kind = kind
        self._given: set[int] = set()

    @property
    def kind(self) -> socket.SocketKind:
        """SOCK_STREAM or SOCK_DGRAM."""
        return self._kind

    def __call__(self, family: socket.AddressFamily | None = None) -> int:
        """A port that is free in `family`, or in both families."""
        both = [socket.AF_INET] + [socket.AF_INET6] * socket.has_ipv6
        families = both if family is None else [family]
        port = 0
        while not port or port in self._given:
            port = self._free_in_all(families)
        self._given.add(port)
        return port

    def _free_in_all(self, families: list[socket.AddressFamily]) -> int:
        """A port that could be bound in each family, or 0: then it is taken in one of them."""
        port = 0
        with ExitStack() as stack:
            for family in families:
                sock = stack.enter_context(socket.socket(family, self._kind))
                try:
                    sock.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", port))
                except OSError:
                    return 0
                port = sock.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def free_tcp_port_factory() -> FreePortFactory:
    """A function that returns a new free TCP port at each call."""
    return FreePortFactory(socket.SOCK_STREAM)


@pytest.fixture
def free_tcp_port(free_tcp_port_factory: Callable[[], int]) -> int:
    """A free TCP port."""
    return free_tcp_port_factory()


@pytest.fixture(scope="session")
def free_udp_port_factory() -> FreePortFactory:
    """A function that returns a new free UDP port at each call."""
    return FreePortFactory(socket.SOCK_DGRAM)


@pytest.fixture
def free_udp_port(free_udp_port_factory: Callable[[], int]) -> int:
    """A free UDP port."""
    return free_udp_port_factory()
