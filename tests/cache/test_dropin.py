"""Under drop-in: the peer's names and defaults, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import pickle
from fractions import Fraction
import diskcache, mainstay.cache
from diskcache import Cache, Deque, FanoutCache, Index, Timeout, core

assert issubclass(Cache, mainstay.cache.Cache) and Timeout is mainstay.cache.Timeout
assert (Cache.__module__, Timeout.__module__) == ("diskcache.core", "diskcache.core")
assert Cache is core.Cache and diskcache.__version__ == "5.6.3"
with FanoutCache("fanout", shards=2) as fanout:
    fanout[Fraction(1, 3)] = Fraction(1, 2)  # pickles, as the peer does
    assert fanout[Fraction(1, 3)] == Fraction(1, 2)
    assert type(fanout.cache("below")) is Cache and type(fanout.deque("d")) is Deque
    copy = pickle.loads(pickle.dumps(fanout))
    assert copy[Fraction(1, 3)] == Fraction(1, 2)
for made in (Deque([Fraction(1, 2)], "deque"), Index("index", a=Fraction(1, 2))):
    assert type(made.cache) is Cache and len(made) == 1
    assert b"diskcache" in pickle.dumps(made)
class Mine(Cache):
    def get(self, key, default=None, **options):
        return super().get(key.lower(), default, **options)
mine = Mine("mine", timeout=1)
mine["key"] = 1
assert mine["KEY"] == 1
mine.close()
import stat, os
assert stat.S_IMODE(os.stat("mine").st_mode) == 0o755 & ~os.umask(0)
print("done")
"""


def test_programs_of_the_peer_run(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mainstay", "run", "--only", "diskcache", "-c", PROGRAM]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "done\n", done.stderr
