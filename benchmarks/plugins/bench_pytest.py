"""A whole run of pytest over 5,000 empty tests: what faster hooks are worth to a real program.

pytest makes about twenty hook calls per test; the rest of its time is its own, so that even hooks
that cost nothing would leave most of it.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness.case import Case
from benchmarks.harness.doors import DROPIN, STRICT, Door
from benchmarks.harness.processes import interpreters, time_of_children

TESTS = 5_000

# pytest's folder goes behind the site directory: it has a pluggy of its own, and one on PYTHONPATH
# would win over the drop-in. Fails when the run is not on the implementation it is to tell about.
PROGRAM = """\
import sys
whose, folder = sys.argv.pop(1), sys.argv.pop(1)
sys.path.append(folder)
import pluggy
assert ("/mainstay/dropin/peers/" in pluggy.__file__) == (whose == "drop-in"), pluggy.__file__
import pytest
sys.exit(pytest.main())
"""


def cases(door: Door) -> Iterator[Case]:
    """Where pytest was provided; it cannot run on the strict door."""
    if door.name == STRICT or not door.extras or not (door.extras / "pytest").is_dir():
        return
    options = ["-X", "mainstay_dropin=pluggy"] if door.name == DROPIN else []
    tests = [
        "-c",
        PROGRAM,
        door.name,
        str(door.extras / "pytest"),
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(_folder()),
    ]
    yield Case(
        f"a pytest run of {TESTS:,} empty tests",
        "processor time, from start to end",
        interpreters([*options, *tests, str(_folder())], None, quiet=True),
        slow=True,
        clock=time_of_children,
    )


def _folder() -> Path:
    """A folder with the tests, made once per process and removed at its end."""
    if not _made:
        folder = Path(tempfile.mkdtemp(prefix="empty-tests-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        text = "".join(f"def test_{number}():\n    pass\n\n" for number in range(TESTS))
        (folder / "test_empty.py").write_text(text, encoding="utf-8")
        _made.append(folder)
    return _made[0]


_made: list[Path] = []
