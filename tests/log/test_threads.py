"""Threads, forks and exits: whole lines, free locks, and contexts that stay apart."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mainstay import log

from ..fresh import exits_under_daemon_threads, printed
from ..together import at_once, switching_often
from .conftest import json_chain

MakeLogger = Callable[..., Any]
WITH_FORK = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def test_threads_that_share_a_logger_write_whole_lines(logger: MakeLogger, target: Path) -> None:
    made = logger(shared="x" * 2000)

    def work() -> None:
        for number in range(200):
            made.bind(n=number).info("a line", text="é" * 50)

    with switching_often():
        at_once(*[work] * 4)
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert sorted(line["n"] for line in lines) == sorted(list(range(200)) * 4)


def test_threads_may_log_while_the_chain_and_the_context_change(logger: MakeLogger) -> None:
    chain = json_chain()
    made = log.wrap_logger(logger()._logger, chain, log.make_filtering_bound_logger("info")).bind()
    stop = threading.Event()

    def change() -> None:
        for number in range(2000):
            chain.insert(0, log.processors.add_log_level)
            made._context[str(number)] = number
            made._context.clear()
            del chain[0]
        stop.set()

    def work() -> None:
        while not stop.is_set():
            made.info("an event", n=1)

    with switching_often():
        at_once(change, work, work)


def test_threads_do_not_see_the_context_of_others() -> None:
    def work(name: str) -> Callable[[], None]:
        def run() -> None:
            for number in range(300):
                with log.contextvars.bound_contextvars(**{name: number}):
                    assert log.contextvars.get_contextvars() == {name: number}

        return run

    with switching_often():
        at_once(*[work(name) for name in "abcd"])


def test_loggers_of_one_file_share_one_lock_whoever_makes_them(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w", encoding="utf-8") as file:
        locks: list[Any] = []
        with switching_often():
            at_once(*[lambda: locks.append(log.WriteLogger(file)._lock)] * 8)
    assert len(set(map(id, locks))) == 1


@WITH_FORK
def test_a_child_forked_while_a_thread_logs_can_log() -> None:
    assert printed(
        "import os, threading\n"
        "from mainstay import log\n"
        "file = open(os.devnull, 'w')\n"
        "logger = log.WriteLogger(file)\n"
        "taken, done = threading.Event(), threading.Event()\n"
        "def hold():\n"
        "    with logger._lock:\n"
        "        taken.set()\n"
        "        done.wait()\n"
        "thread = threading.Thread(target=hold)\n"
        "thread.start()\n"
        "taken.wait()\n"
        "import warnings\n"
        "warnings.simplefilter('ignore')\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    import signal\n"
        "    signal.alarm(60)\n"
        "    logger.msg('from the child')\n"
        "    os._exit(7)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
        "done.set()\n"
        "thread.join()\n"
    ) == ["7"]


def test_the_interpreter_exits_while_daemon_threads_log() -> None:
    exits_under_daemon_threads(
        "import os\n"
        "from mainstay import log\n"
        "made = log.wrap_logger(log.WriteLogger(open(os.devnull, 'w')),\n"
        "    [log.processors.TimeStamper('iso'), log.processors.JSONRenderer()],\n"
        "    log.make_filtering_bound_logger('info')).bind(a=1)\n"
        "def work():\n"
        "    made.info('a line', n=1)\n"
    )


def test_importing_loads_neither_asyncio_nor_twisted() -> None:
    assert printed(
        "import sys\n"
        "from mainstay import log\n"
        "print(sorted({'asyncio', 'twisted'} & set(sys.modules)))\n"
    ) == ["[]"]


def test_loggers_that_refer_to_themselves_are_collected() -> None:
    import gc
    import weakref

    made: Any = log.make_filtering_bound_logger("info")(log.ReturnLogger(), [], {})
    made._context["itself"] = made
    gone = weakref.ref(made)
    del made
    gc.collect()
    assert gone() is None
