"""A process that changes files: at random, or as fast as it can.

    python writers.py

reads lines, does what each says and answers with a line: `random SEED COUNT FOLDER` makes COUNT
random changes, `burst NAME COUNT FOLDER` creates COUNT files. It imports nothing of what is tested.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
from contextlib import suppress

_NAMES = "abcdef"
_LONGEST = 600  # seconds


def change(chance: random.Random, root: str) -> None:
    """One change somewhere below `root`, unless another writer was faster."""
    folder = _any_folder(chance, root)
    path = os.path.join(folder, chance.choice(_NAMES))
    other = os.path.join(_any_folder(chance, root), chance.choice(_NAMES))
    kind = chance.randrange(10)
    with suppress(OSError):
        if kind < 2:
            os.mkdir(path)
        elif kind < 5:
            with open(path, "a") as file:
                file.write("x")
        elif kind < 7:
            os.rename(path, other)
        elif kind == 7:
            os.unlink(path)
        elif kind == 8:
            shutil.rmtree(path)
        elif chance.random() < 0.5:
            os.link(path, other)
        else:
            os.symlink(other, path)


def _any_folder(chance: random.Random, root: str) -> str:
    folder = root
    while chance.random() < 0.6:
        with suppress(OSError):
            below = [each.path for each in os.scandir(folder) if each.is_dir(follow_symlinks=False)]
            if below:
                folder = chance.choice(below)
                continue
        break
    return folder


def burst(name: str, count: int, folder: str) -> None:
    """Creates files one after the other."""
    for number in range(count):
        os.close(os.open(f"{folder}/{name}-{number}", os.O_CREAT | os.O_WRONLY, 0o600))


def main() -> None:
    for line in sys.stdin:
        what, name, count, folder = line.rstrip("\n").split(" ", 3)
        signal.alarm(_LONGEST)  # ends this process, and so the wait for what it prints
        if what == "random":
            chance = random.Random(name)
            for _ in range(int(count)):
                change(chance, folder)
        else:
            burst(name, int(count), folder)
        signal.alarm(0)
        print("done", flush=True)


if __name__ == "__main__":
    main()
