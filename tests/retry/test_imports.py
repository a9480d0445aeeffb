"""What an import brings, and what comes when one looks."""

from __future__ import annotations

import mainstay.retry
import pytest

from ..fresh import printed
from .doors import LENIENT, PEER

DROP_IN = "import mainstay.dropin; mainstay.dropin.install(); import sys, tenacity\n"


def test_every_name_of_the_capability_is_there() -> None:
    assert sorted({*dir(mainstay.retry)} & {*mainstay.retry.__all__}) == mainstay.retry.__all__
    program = "import mainstay.retry as r\nprint(*[n for n in r.__all__ if not getattr(r, n)])\n"
    assert printed(program) == [""]


def test_an_unknown_name_is_said_to_be_unknown() -> None:
    with pytest.raises(AttributeError, match=r"module 'mainstay\.retry' has no attribute 'nope'"):
        _ = mainstay.retry.nope  # type: ignore[attr-defined]


def test_a_name_that_is_nearly_one_is_said() -> None:
    nearly = "no attribute 'stop_after_attempts'; did you mean 'stop_after_attempt'[?]"
    with pytest.raises(AttributeError, match=nearly):
        _ = mainstay.retry.stop_after_attempts  # type: ignore[attr-defined]


def test_tracebacks_and_pickles_name_the_module_a_program_imports() -> None:
    program = (
        "from mainstay.retry import asyncio, testing\n"  # in whatever order
        "import mainstay.retry as r\n"
        "named = [type(each) if not hasattr(each, '__name__') else each\n"
        "         for each in (getattr(r, name) for name in r.__all__)]\n"
        "print(*{each.__module__ for each in named}, asyncio.AsyncRetrying.__module__)\n"
    )
    assert printed(program) == ["mainstay.retry mainstay.retry"]


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


DOORS = {
    "strict": "import mainstay.retry as api; strict = True\n",
    "lenient": f"{DROP_IN}api = tenacity; strict = False\n",
}


@pytest.mark.parametrize("door", DOORS)
def test_neither_door_imports_what_no_public_name_needs(door: str) -> None:
    heavy = ("asyncio", "difflib", "tornado", "trio", "typing")
    known = f"import sys\nprint(*sorted({{*sys.modules}} & set({heavy!r})))\n"
    assert printed(f"{DOORS[door]}api.retry(print)\n{known}") == printed(known)


# Names each import that begins from now on: another thread, or a parent at its fork, may hold the
# lock of such a module.
WATCHED = """
import sys
late = []
sys.addaudithook(lambda event, arguments: event == "import" and late.append(arguments[0]))

class Logger:
    def log(self, level, message, *arguments, **more): pass

class Odd:
    "Nearly a function."
    __code__ = Logger.log.__code__
    def __call__(self, state): return 0

class Overriding(api.Retrying):
    def _run_stop(self, state): super()._run_stop(state)

def fail(): raise OSError("down")
async def fail_async(): fail()
async def asleep(seconds): pass

def ended(call):
    try:
        coroutine = call()
        return coroutine.send(None) if hasattr(coroutine, "send") else coroutine
    except Exception as error:
        return f"{error} {error!r}"

three, quick = api.stop_after_attempt(3), {"sleep": lambda seconds: None}
POLICIES = [
    {},
    {"stop": three | api.stop_after_delay(1), "wait": api.wait_fixed(0) + api.wait_random()},
    {"stop": three & api.stop_before_delay(0), "wait": sum([api.wait_exponential_jitter()])},
    {"wait": api.wait_chain(api.wait_random_exponential(), api.wait_incrementing())},
    {"retry": api.retry_if_exception_type(OSError) | api.retry_if_result(bool), "reraise": True},
    {"retry": api.retry_if_exception_message(match="d") & api.retry_if_not_result(bool)},
    {"retry_error_callback": lambda state: repr(state) + state.get_fn_name()},
    {"stop": lambda state: state.attempt_number > 2, "wait": Odd()},
    {"wait": lambda state: 10**400, "before": api.before_log(Logger(), 1)},
    {"after": api.after_log(Logger(), 1), "before_sleep": api.before_sleep_log(Logger(), 1)},
    *([{"keep_exceptions": 2}, {"wait": lambda state: "soon"}] if strict else []),
]
for policy in POLICIES:
    policy = {"stop": three, **quick, **policy}
    for kind in (api.Retrying, Overriding):
        ended(lambda: kind(**policy)(fail))
        ended(lambda: kind(**policy).copy().wraps(fail).retry_with(stop=three)())
        def block():
            for attempt in kind(**policy):
                with attempt:
                    fail()
        ended(block)
    ended(api.retry(**policy)(fail))
    policy["sleep"] = asleep
    ended(api.retry(**policy)(fail_async))
    async def block():
        async for attempt in api.AsyncRetrying(**policy):
            with attempt:
                fail()
    ended(block)
print(*late)
"""


@pytest.mark.parametrize("door", DOORS)
def test_no_call_imports_anything(door: str) -> None:
    assert printed(DOORS[door] + WATCHED) == [""]


FORKING = """
import os, threading, time

def fail():
    try:
        api.Retrying(stop=api.stop_after_attempt(1))(int, "x")
    except api.RetryError as error:
        str(error), error.last_attempt.exception()

threading.Thread(target=lambda: [fail() for _ in iter(int, 1)], daemon=True).start()
child = os.fork()
if child == 0:
    fail()
    os._exit(0)
limit = time.monotonic() + 20
while (done := os.waitpid(child, os.WNOHANG)) == (0, 0) and time.monotonic() < limit:
    pass
if done == (0, 0):
    os.kill(child, 9)
print("hangs" if done == (0, 0) else "ends")
os._exit(0)
"""


@pytest.mark.parametrize("door", DOORS)
def test_a_child_forked_in_another_threads_first_failure_ends(door: str) -> None:
    quiet = "import warnings; warnings.simplefilter('ignore')\n"  # since 3.12: threads and fork
    assert printed(quiet + DOORS[door] + FORKING) == ["ends"]


def test_the_native_module_says_what_it_does_not_have() -> None:
    from mainstay.retry import _native

    unknown = r"^module 'mainstay\.retry\._native' has no attribute 'StopSometimes'$"
    with pytest.raises(AttributeError, match=unknown):
        _ = _native.StopSometimes  # type: ignore[attr-defined]


def test_a_strategy_is_of_the_peers_module() -> None:
    for module, name in ("stop", "stop_any"), ("wait", "wait_random"), ("retry", "retry_all"):
        program = (
            f"{DROP_IN}from tenacity import {module}\nimport pickle\n"
            f"found = sys.modules['tenacity.{module}'].{name}\n"
            f"print(found.__module__, found is tenacity.{name}, "
            f"pickle.loads(pickle.dumps(found)) is found)\n"
        )
        assert printed(program) == [f"tenacity.{module} True True"]


def test_a_strategy_that_a_program_replaced_stays_replaced() -> None:
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
    program = f"{DROP_IN}print('mainstay.retry._public' in sys.modules)\n"
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
