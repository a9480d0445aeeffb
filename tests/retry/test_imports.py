"""What an import brings, and what comes when one looks."""

from __future__ import annotations

import mainstay.retry
import pytest

from ..fresh import printed
from .doors import LENIENT, PEER

DROP_IN = "import mainstay.dropin; mainstay.dropin.install('tenacity'); import sys, tenacity\n"


def test_every_name_of_the_capability_is_there() -> None:
    assert sorted({*dir(mainstay.retry)} & {*mainstay.retry.__all__}) == mainstay.retry.__all__
    program = "import mainstay.retry as r\nprint(*[n for n in r.__all__ if not getattr(r, n)])\n"
    assert printed(program) == [""]


def test_an_unknown_name_is_said_to_be_unknown() -> None:
    with pytest.raises(AttributeError, match=r"module 'mainstay\.retry' has no attribute 'nope'"):
        _ = mainstay.retry.nope  # type: ignore[attr-defined]


def test_a_name_that_a_program_replaced_stays_replaced() -> None:
    program = (
        "import mainstay.retry as r\n"
        "r.stop_never = 'mine'\n"
        "print(r.stop_after_attempt(2), r.stop_never)\n"
    )
    assert printed(program) == ["stop_after_attempt(max_attempt_number=2) mine"]


def test_a_star_import_brings_all_of_it() -> None:
    program = "from mainstay.retry import *\nprint(AsyncRetrying.__name__, wait_none())\n"
    assert printed(program) == ["AsyncRetrying wait_none()"]


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
        bare = printed(f"import sys\n{known}")
        assert printed(program + known) == bare


# What a program that retries by the names most programs use makes the interpreter read.
NAMES = "retry, retry_if_exception_type, stop_after_attempt, wait_exponential, RetryError"
COMMON = {"mainstay", "mainstay.retry", "mainstay.retry._native"}
LOOPS = {f"mainstay.retry.{name}" for name in ("_conditions", "_loop", "_state")}
REGISTERED = (".registry.tenacity",)
OURS = "print(*sorted(n for n in sys.modules if n.partition('.')[0] in ('mainstay', 'tenacity')))"


def test_the_strict_door_imports_nothing_that_few_programs_use() -> None:
    program = f"import sys\nfrom mainstay.retry import {NAMES}\nretry(print)\n{OURS}"
    parts = "_checks", "_policy", "_retry", "_stop", "_value", "_wait"
    wanted = COMMON | LOOPS | {f"mainstay.retry.{name}" for name in parts}
    assert printed(program) == [" ".join(sorted(wanted))]


def test_drop_in_imports_nothing_that_few_programs_use() -> None:
    program = f"{DROP_IN}from tenacity import {NAMES}\nretry(print)\n{OURS}"
    parts = "", ".nap", ".retry", ".stop", ".wait"
    switching = "", "._path", "._registry", ".registry", *REGISTERED
    wanted = COMMON | LOOPS | {f"tenacity{name}" for name in parts}
    wanted |= {f"mainstay.dropin{name}" for name in switching}
    assert printed(program) == [" ".join(sorted(wanted))]


def test_types_of_strategies_are_made_when_one_looks() -> None:
    program = (
        f"{DROP_IN}from tenacity import {NAMES}\n"
        "from mainstay.retry import _native\n"
        "made = lambda: [n for n in ('StopAfterAttempt', 'StopAny', 'RetryAll') "
        "if n in vars(_native)]\n"
        "print(*made())\n"
        "both = tenacity.stop_never | tenacity.stop_never\n"
        "print(*made(), isinstance(both, _native.StopAny), _native.StopAny is _native.StopAny)\n"
    )
    assert printed(program) == ["StopAfterAttempt", "StopAfterAttempt StopAny True True"]


def test_the_native_module_says_what_it_does_not_have() -> None:
    from mainstay.retry import _native

    unknown = r"^module 'mainstay\.retry\._native' has no attribute 'StopSometimes'$"
    with pytest.raises(AttributeError, match=unknown):
        _ = _native.StopSometimes  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="an attribute has a str for a name, got 1"):
        vars(_native)["__getattr__"](1)


def test_a_strategy_that_comes_late_is_of_the_peers_module() -> None:
    for module, name in ("stop", "stop_any"), ("wait", "wait_random"), ("retry", "retry_all"):
        program = (
            f"{DROP_IN}from tenacity import {module}\nimport pickle\n"
            f"late = sys.modules['tenacity.{module}'].{name}\n"
            f"print(late.__module__, late is tenacity.{name}, "
            f"pickle.loads(pickle.dumps(late)) is late)\n"
        )
        assert printed(program) == [f"tenacity.{module} True True"]


def test_a_late_strategy_that_a_program_replaced_stays_replaced() -> None:
    program = (
        f"{DROP_IN}from tenacity.stop import stop_never\n"
        "sys.modules['tenacity.stop'].stop_any = lambda *stops: 'mine'\n"
        "print(stop_never | stop_never, (stop_never & stop_never).__class__.__name__)\n"
    )
    assert printed(program) == ["mine stop_all"]


def test_strategies_combine_after_drop_in_was_switched_off() -> None:
    program = (
        f"{DROP_IN}from tenacity import stop_never, wait_none, retry_if_result\n"
        "mainstay.dropin.uninstall()\n"
        "for both in stop_never | stop_never, wait_none() + wait_none(), "
        "retry_if_result(bool) & retry_if_result(bool):\n"
        "    print(type(both).__name__)\n"
    )
    assert printed(program) == ["stop_any", "wait_combine", "retry_all"]


@pytest.mark.parametrize("module", ["stop", "wait", "retry"])
def test_a_star_import_of_a_module_of_the_peer_brings_all_of_it(module: str) -> None:
    program = (
        f"{DROP_IN}from tenacity.{module} import *\nprint(*[n for n in "
        f"sys.modules['tenacity.{module}'].__all__ if n not in globals()])\n"
    )
    assert printed(program) == [""]
    assert {*LENIENT.module(module).__all__} <= {*dir(LENIENT.module(module))}


def test_under_drop_in_the_strict_door_is_not_made() -> None:
    program = f"{DROP_IN}print('mainstay.retry._policy' in sys.modules)\n"
    assert printed(program) == ["False"]


def test_what_the_peer_has_after_its_import_is_there_when_one_looks() -> None:
    parts = "asyncio", "before", "after", "before_sleep", "nap", "stop", "wait", "_utils"
    names = [*PEER.api.__all__, *parts]
    program = f"{DROP_IN}print(*[n for n in {names!r} if getattr(tenacity, n, None) is None])\n"
    assert printed(program) == [""]
    assert {*names} <= {*dir(LENIENT.api)}


def test_hooks_that_do_nothing_are_pickled_by_the_module_they_belong_to() -> None:
    for name in ("before", "after"):
        hook = getattr(LENIENT.api, f"{name}_nothing")
        assert (hook.__module__, hook.__qualname__) == (f"tenacity.{name}", f"{name}_nothing")
        assert getattr(LENIENT.module(name), f"{name}_nothing") is hook
