"""The same package as `anyio`: lazy names, submodules, the pytest plugin's entry point, no cost."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def run_program(program: str, *, drop_in: bool = True) -> str:
    options = ["-X", "mainstay_dropin=anyio"] if drop_in else []
    clean = {name: value for name, value in os.environ.items() if name != "MAINSTAY_DROPIN"}
    done = subprocess.run(
        [sys.executable, *options, "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=clean,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_names_that_are_read_late_belong_to_the_peer() -> None:
    program = (
        "import anyio\n"
        "assert not hasattr(anyio, 'nothing_of_that_name')\n"
        "from mainstay import aio\n"
        "print(anyio.sleep.__module__, anyio.CancelScope, anyio.Event is aio.Event,\n"
        "      anyio.abc.UDPSocket.__module__, anyio.lowlevel.__name__, 'Lock' in dir(anyio))"
    )
    assert run_program(program) == (
        "anyio <class 'anyio.CancelScope'> True anyio.abc anyio.lowlevel True"
    )


def test_without_drop_in_they_belong_to_mainstay() -> None:
    program = "from mainstay import aio; print(aio.sleep.__module__, aio.abc.UDPSocket.__module__)"
    assert run_program(program, drop_in=False) == "mainstay.aio mainstay.aio.abc"


def test_uninstalling_gives_the_names_back() -> None:
    program = (
        "import mainstay.dropin as d\n"
        "d.install('anyio')\n"
        "import anyio; lock = anyio.Lock; first = lock.__module__\n"
        "d.uninstall('anyio')\n"
        "print(first, lock.__module__)"
    )
    assert run_program(program, drop_in=False) == "anyio mainstay.aio"


def test_what_is_patched_is_patched_in_both() -> None:
    program = (
        "import anyio._core._eventloop as mirror\n"
        "from mainstay.aio._core import _eventloop as home\n"
        "from unittest import mock\n"
        "with mock.patch('anyio._core._eventloop.current_time', return_value=5):\n"
        "    print(home.current_time(), mirror.current_time())\n"
        "print(home.current_time is mirror.current_time)"
    )
    assert run_program(program).splitlines() == ["5 5", "True"]


def test_the_plugin_is_found_by_its_entry_point() -> None:
    program = (
        "from importlib.metadata import entry_points\n"
        "[found] = [p for p in entry_points(group='pytest11') if p.name == 'anyio']\n"
        "print(found.load().__name__)"
    )
    assert run_program(program) == "anyio.pytest_plugin"


@pytest.mark.parametrize("name", ["mainstay.aio", "mainstay.aio.abc"])
def test_importing_loads_no_event_loop(name: str) -> None:
    heavy = ("asyncio", "trio", "ssl", "socket", "typing_extensions", "subprocess")
    program = f"import sys, {name}; print([m for m in {heavy!r} if m in sys.modules])"
    assert run_program(program, drop_in=False) == "[]"


@pytest.mark.skipif(sys.version_info >= (3, 11), reason="exception groups came with Python 3.11")
def test_without_exception_groups_the_import_says_what_to_install() -> None:
    program = (
        "import importlib.util as util\n"
        "util.find_spec = lambda name, package=None: None\n"
        "try:\n"
        "    import mainstay.aio\n"
        "except ImportError as error:\n"
        "    print(error)"
    )
    assert run_program(program, drop_in=False).endswith("pip install exceptiongroup")
