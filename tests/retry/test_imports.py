"""What an import brings, and what comes when one looks."""

from __future__ import annotations

import subprocess
import sys

import mainstay.retry
import pytest

from .doors import LENIENT, PEER


def run(program: str) -> list[str]:
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout.splitlines()


DROP_IN = "import mainstay.dropin; mainstay.dropin.install(); import sys, tenacity\n"


def test_every_name_of_the_capability_is_there() -> None:
    assert sorted({*dir(mainstay.retry)} & {*mainstay.retry.__all__}) == mainstay.retry.__all__
    program = "import mainstay.retry as r\nprint(*[n for n in r.__all__ if not getattr(r, n)])\n"
    assert run(program) == [""]


def test_an_unknown_name_is_said_to_be_unknown() -> None:
    with pytest.raises(AttributeError, match=r"module 'mainstay\.retry' has no attribute 'nope'"):
        _ = mainstay.retry.nope  # type: ignore[attr-defined]


def test_a_name_that_a_program_replaced_stays_replaced() -> None:
    program = (
        "import mainstay.retry as r\n"
        "r.stop_never = 'mine'\n"
        "print(r.stop_after_attempt(2), r.stop_never)\n"
    )
    assert run(program) == ["stop_after_attempt(max_attempt_number=2) mine"]


def test_a_star_import_brings_all_of_it() -> None:
    program = "from mainstay.retry import *\nprint(AsyncRetrying.__name__, wait_none())\n"
    assert run(program) == ["AsyncRetrying wait_none()"]


def test_neither_door_imports_what_only_some_programs_use() -> None:
    heavy = "asyncio", "concurrent.futures", "inspect", "logging", "typing", "re", "random"
    for program in (
        "import sys\nfrom mainstay.retry import retry, stop_after_attempt\nretry(print)\n",
        f"{DROP_IN}tenacity.retry(print)\n",
        # Strategies among the parts of a policy are not looked at by `inspect` either.
        "import sys\nfrom mainstay.retry import retry, stop_never, wait_none\n"
        "retry(stop=stop_never, wait=wait_none())(print)\n",
    ):
        known = f"print(*sorted({{*sys.modules}} & set({heavy!r})))\n"
        bare = run(f"import sys\n{known}")
        assert run(program + known) == bare


def test_under_drop_in_the_strict_door_is_not_made() -> None:
    program = f"{DROP_IN}print('mainstay.retry._policy' in sys.modules)\n"
    assert run(program) == ["False"]


def test_what_the_peer_has_after_its_import_is_there_when_one_looks() -> None:
    parts = "asyncio", "before", "after", "before_sleep", "nap", "stop", "wait", "_utils"
    names = [*PEER.api.__all__, *parts]
    program = f"{DROP_IN}print(*[n for n in {names!r} if getattr(tenacity, n, None) is None])\n"
    assert run(program) == [""]
    assert {*names} <= {*dir(LENIENT.api)}


def test_hooks_that_do_nothing_are_pickled_by_the_module_they_belong_to() -> None:
    for name in ("before", "after"):
        hook = getattr(LENIENT.api, f"{name}_nothing")
        assert (hook.__module__, hook.__qualname__) == (f"tenacity.{name}", f"{name}_nothing")
        assert getattr(LENIENT.module(name), f"{name}_nothing") is hook
