"""Threads, forks, exits, streams that go away, clocks that are patched, defaults from variables."""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from mainstay.progress import TqdmDeprecationWarning, TqdmKeyError
from mainstay.progress.std import EMA, TqdmDefaultWriteLock, tqdm

from ..fresh import exits_under_daemon_threads, printed, variables
from ..together import LIMIT, at_once, switching_often
from .programs import Clock, Terminal


def test_updates_from_many_threads_are_all_counted(screen: Terminal) -> None:
    bar = tqdm(total=40_000, file=screen)

    def work() -> None:
        for _ in range(10_000):
            bar.update()

    with switching_often():
        at_once(*[work] * 4)
    assert bar.n == 40_000
    bar.close()


def test_bars_of_many_threads_come_and_go(screen: Terminal) -> None:
    def work() -> None:
        for _ in range(50):
            for _ in tqdm(range(3), file=screen, leave=False, mininterval=0):
                pass

    with switching_often():
        at_once(*[work] * 4)
    assert not list(tqdm._instances)


def test_a_bar_shared_by_threads_can_be_iterated_and_updated(screen: Terminal) -> None:
    bar = tqdm(range(20_000), file=screen)
    loop = iter(bar)
    taken: list[int] = []

    def take() -> None:
        for each in loop:
            taken.append(each)

    with switching_often():
        at_once(take, take)
    assert sorted(taken) == list(range(20_000))
    assert bar.disable is True


def test_threads_may_begin_a_loop_together(screen: Terminal) -> None:
    class Slow:
        def __iter__(self) -> Iterator[int]:
            both_are_here.wait(LIMIT)
            return items

    both_are_here, items, taken = threading.Barrier(2), iter(range(1000)), []
    bar = tqdm(Slow(), file=screen)
    loop = iter(bar)
    at_once(*[lambda: taken.extend(loop)] * 2)
    assert sorted(taken) == list(range(1000))
    assert bar.n == 1000


def test_a_fork_while_a_thread_draws_leaves_the_lock_of_processes_usable() -> None:
    lines = printed(
        """
import io, os, threading
from mainstay.progress import tqdm

bar = tqdm(total=9, file=io.StringIO())
held, forked = threading.Event(), threading.Event()

def hold():
    with tqdm.get_lock():
        held.set()
        forked.wait()

thread = threading.Thread(target=hold)
thread.start()
held.wait()
child = os.fork()
if child == 0:
    bar.refresh()
    os._exit(0)
forked.set()
thread.join()
os.waitpid(child, 0)
free = tqdm.get_lock().acquire(timeout=5)
print(free)
os._exit(0)
"""
    )
    assert lines == ["True"]


def test_a_lock_that_is_not_held_refuses_to_be_let_go() -> None:
    with pytest.raises(RuntimeError, match="un-acquired"):
        TqdmDefaultWriteLock().release()


def test_the_child_of_a_fork_draws_while_a_thread_of_the_parent_holds_the_lock() -> None:
    held, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with TqdmDefaultWriteLock.th_lock:
            held.set()
            leave.wait(LIMIT)

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    assert held.wait(LIMIT)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with tqdm(total=1, file=io.StringIO()) as bar:
                bar.update()
                # The monitor's thread was the parent's.
                code = 0 if tqdm.monitor is not None and tqdm.monitor.is_alive() else 2
        finally:
            os._exit(code)
    deadline = time.monotonic() + LIMIT
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, 9)
            pytest.fail("the child hangs")
        leave.wait(0.01)
    leave.set()
    thread.join(LIMIT)
    assert os.waitstatus_to_exitcode(ended[1]) == 0


@pytest.mark.parametrize("how", ["pass", "raise SystemExit(0)", "os._exit(0)"])
def test_the_interpreter_exits_with_bars_open_and_the_monitor_running(how: str) -> None:
    program = f"""
import io, os, sys
from mainstay.progress import tqdm
bars = [tqdm(range(9), file=io.StringIO()) for _ in range(3)]
loops = [iter(bar) for bar in bars]
for loop in loops:
    next(loop)
print(tqdm.monitor.is_alive(), flush=True)
{how}
"""
    assert printed(program) == ["True"]


def test_the_interpreter_exits_while_daemon_threads_are_in_loops() -> None:
    exits_under_daemon_threads("""
import io
from mainstay.progress import tqdm
screen = io.StringIO()
def work():
    for _ in tqdm(range(5), file=screen, mininterval=0):
        pass
""")


def test_a_stream_that_is_closed_or_gone_quiets_the_bar(screen: Terminal) -> None:
    for _ in tqdm(range(5), file=screen, mininterval=0, miniters=1):
        screen.close()

    class Gone(Terminal):
        left = 3

        def write(self, s: str) -> int:
            self.left -= 1
            if self.left < 0:
                raise OSError(5, "Input/output error")
            return super().write(s)

    bar = tqdm(total=5, file=Gone(), mininterval=0, miniters=1)
    for _ in range(5):
        bar.update()
    assert bar.miniters == float("inf")
    bar.close()


def test_other_errors_of_a_stream_are_raised_and_the_lock_is_free_again() -> None:
    class Full(Terminal):
        full = False

        def write(self, s: str) -> int:
            if self.full:
                raise OSError(28, "No space left on device")
            return super().write(s)

    file = Full()
    bar = tqdm(total=5, file=file)
    file.full = True
    with pytest.raises(OSError, match="No space left"):
        bar.refresh()
    with pytest.raises(OSError, match="No space left"):
        bar.clear()
    free: list[bool] = []

    def try_lock() -> None:
        free.append(tqdm.get_lock().acquire(False))
        tqdm.get_lock().release()

    at_once(try_lock)
    assert free == [True]
    file.full = False
    bar.close()


def test_a_busy_lock_skips_the_drawing_when_asked_to(screen: Terminal) -> None:
    bar = tqdm(total=5, file=screen, lock_args=(False,))
    assert bar.refresh(lock_args=(False,)) is True
    skipped: list[object] = []
    with tqdm.get_lock():
        at_once(lambda: skipped.append(bar.refresh(lock_args=(False,))))
    assert skipped == [False]
    bar.close()


def test_time_that_is_patched_is_the_time_of_bars(screen: Terminal) -> None:
    with time_machine.travel(1_000_000, tick=False) as traveller:
        bar = tqdm(total=10, file=screen)
        assert bar.start_t == 1_000_000
        traveller.shift(3600)
        assert bar.update() is True
        loop = iter(tqdm(range(9), file=screen))
        next(loop)
        traveller.shift(60)
        next(loop)
        bar.close()
        del loop
    assert "1:00:00" in screen.getvalue()
    assert "1/9 [01:00" in screen.getvalue()


def test_defaults_come_from_variables_with_their_types() -> None:
    program = """
import os, subprocess, sys
code = '''
import sys
from mainstay.progress import tqdm
sys.stderr = sys.stdout
bar = tqdm(total=3)
print(repr((bar.ncols, bar.miniters, bar.unit, bar.mininterval)))
bar.disable = True
'''
more = dict(TQDM_NCOLS="30", TQDM_MINITERS="2.5", TQDM_UNIT="B", TQDM_MININTERVAL="7", TQDM_X="1")
print(subprocess.run([sys.executable, "-c", code], env=os.environ | more, check=True, text=True,
                     timeout=60, stdout=subprocess.PIPE).stdout.splitlines()[-1])
"""
    assert printed(program)[-1].endswith("(30, 2.5, 'B', 7.0)")


def test_arguments_that_do_not_exist_are_refused(screen: Terminal) -> None:
    with pytest.raises(TqdmKeyError, match=r"Unknown argument\(s\): {'colr': 'red'}"):
        tqdm(total=1, file=screen, colr="red")
    with pytest.raises(TqdmDeprecationWarning):
        tqdm(total=1, file=screen, nested=True)
    assert "Use `position` instead" in screen.getvalue()


def test_an_average_takes_numbers_only() -> None:
    average = EMA(0.5)
    assert (average(), average.calls) == (0, 0)
    assert average(4) == pytest.approx(4)
    with pytest.raises(TypeError):
        average("x")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        EMA("x")  # type: ignore[arg-type]


def test_importing_makes_no_lock_and_loads_little() -> None:
    program = """
import sys
before = set(sys.modules)
import mainstay.progress
print(sorted({"multiprocessing", "asyncio", "concurrent.futures", "numpy", "pandas", "tkinter",
              "matplotlib", "IPython", "unittest"} & (set(sys.modules) - before)))
from mainstay.progress.std import TqdmDefaultWriteLock
print(hasattr(TqdmDefaultWriteLock, "mp_lock"))
print(set(mainstay.progress.__all__) - set(vars(mainstay.progress)))
"""
    assert printed(program) == ["[]", "False", "set()"]


def test_the_shapes_of_the_benchmarks_go_the_native_way(screen: Terminal) -> None:
    entered: list[str] = []

    def note(frame: Any, event: str, argument: object) -> None:
        if event == "call":
            entered.append(frame.f_code.co_name)

    bar = tqdm(total=1000, file=screen)
    loop = iter(tqdm(range(1000), file=screen))
    next(loop)
    fields = bar.format_dict
    sys.setprofile(note)
    try:
        for _ in range(500):
            bar.update()
            next(loop)
        tqdm.format_meter(**fields)
        tqdm.format_meter(**{**fields, "bar_format": "{desc}: {percentage:3.0f}%|{bar:20}|"})
        bar.set_postfix(loss=0.25, step=3, refresh=False)
    finally:
        sys.setprofile(None)
    bar.close()
    del loop
    # A slow machine may draw meanwhile.
    assert set(entered) <= {"set_postfix", "_draw", "refresh", "display", "__str__"} | {
        "format_dict",
        "print_status",
        "close",
        "_decr_instances",
    }
    assert "_update" not in entered
    assert "_walk" not in entered


@pytest.mark.filterwarnings("ignore:clamping frac")
def test_lines_of_any_values_are_those_of_python(screen: Terminal) -> None:
    from mainstay.progress._meter import interval_text, meter_text

    for n, total, elapsed, rate in [
        (10**20, None, 3, None),
        (3, 10**400, 1.5, 2),
        (-2, 10, 1, None),
        (float("nan"), 5, 1, None),
        (0.1, 0.7, 1e9, 1e-9),
        (5, 0, 0, 0),
        (True, 3, 1, None),
    ]:
        for more in ({}, {"ncols": 40, "ascii": True}, {"unit_scale": True}, {"unit_scale": 3}):
            values: dict[str, Any] = {"n": n, "total": total, "elapsed": elapsed, "rate": rate}
            try:
                wanted: Any = meter_text(**values, **more)
            except (OverflowError, ValueError) as error:
                with pytest.raises(type(error)):
                    tqdm.format_meter(**values, **more)
            else:
                assert tqdm.format_meter(**values, **more) == wanted
    for seconds in (0, 59.99, -61, 3600 * 1000, 2**60, True):
        assert tqdm.format_interval(seconds) == interval_text(seconds)
    lone = "\ud800" * 3
    assert "\ud800" in tqdm.format_meter(1, 3, 1, prefix=lone)


def test_the_command_counts_what_passes() -> None:
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", "from mainstay.progress.cli import main; main()", "--bytes"],
        input=b"x" * 5000,
        capture_output=True,
        timeout=LIMIT,
        check=True,
        env=variables(),
    )
    assert done.stdout == b"x" * 5000
    assert b"4.88kB" in done.stderr


def test_a_clock_that_stands_draws_nothing_again(screen: Terminal) -> None:
    clock = Clock()
    bar = tqdm(total=5, file=screen)
    bar._time = clock
    bar.start_t = bar.last_print_t = clock()
    before = screen.getvalue()
    bar.update(3)
    assert screen.getvalue() == before
    bar.close()
