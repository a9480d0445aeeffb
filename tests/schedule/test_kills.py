"""A schedule of busy jobs is killed at random, again and again, and keeps its promise.

20 kills for each promise; MAINSTAY_KILLS=1000 asks for so many. Each run appends the time it was
due to a file. Missed runs are made up for, so that "at least once" leaves no time out, and "at most
once" has none twice.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from ..fresh import variables
from ..together import LIMIT

KILLS = int(os.environ.get("MAINSTAY_KILLS") or 20)
PERIOD = 0.02

PROGRAM = """
import os, sys
from mainstay import schedule

path, promise = sys.argv[1:]
log = os.open(path + ".log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def work(name):
    job, = (job for job in scheduler.jobs if job._options.name == name)
    os.write(log, f"{name} {round(job.due.timestamp() * 1e6)}\\n".encode())

scheduler = schedule.Scheduler(
    store=schedule.Store(path, promise=promise, sync=False), misfire=10**6, grace=0, drift=False
)
for name in ("a", "b", "c"):
    scheduler.every(PERIOD, name=name).seconds.do(work, name)
print("ready", flush=True)
schedule.Runner(scheduler, max_running=2).run()
"""


@pytest.mark.parametrize("promise", ["at least once", "at most once"])
def test_a_killed_schedule_keeps_its_promise(tmp_path: Path, promise: str) -> None:
    path = tmp_path / "jobs"
    command = [sys.executable, "-c", PROGRAM.replace("PERIOD", str(PERIOD)), str(path), promise]
    chance = random.Random(promise)
    for _ in range(KILLS):
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=variables()) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            try:
                process.wait(chance.random() * 10 * PERIOD)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            assert process.wait(LIMIT) == -signal.SIGKILL
    runs: dict[str, list[int]] = {}
    for line in (tmp_path / "jobs.log").read_text().splitlines():
        name, due = line.split()
        runs.setdefault(name, []).append(int(due))
    assert sorted(runs) == ["a", "b", "c"]
    for due in runs.values():
        steps = {after - before for before, after in pairwise(sorted(set(due)))}
        assert len(due) > KILLS
        if promise == "at least once":
            assert steps == {PERIOD * 1e6}
        else:
            assert len(set(due)) == len(due)
            assert all(step % (PERIOD * 1e6) == 0 for step in steps)
