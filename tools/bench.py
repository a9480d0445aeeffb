"""Run the benchmarks of one capability, or of all: `python tools/bench.py [CAPABILITY]`.

The engine's (engine/bench/, nanoseconds of the engine alone) and the package's (benchmarks/, the same
script on the peer and on mainstay). Prints figures; judges nothing.
"""

from __future__ import annotations

import argparse
import os
import sys

from ctest_suite import build_environment
from suite_support import ROOT, jobs, run, tool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("capability", nargs="?", default="*", help="default: every one")
    capability: str = parser.parse_args().capability or "*"
    engine = sorted((ROOT / "engine" / "bench").glob(f"{capability}.cpp"))
    package = sorted((ROOT / "benchmarks").glob(f"{capability}/bench_*.py"))
    if not engine and not package:
        parser.error(f"no benchmarks for {capability}; see engine/bench/ and benchmarks/")
    codes = []
    if engine:
        env = build_environment()
        cmake = tool("cmake")
        codes.append(run([cmake, "--preset", "bench"], env=env))
        build = [cmake, "--build", "--preset", "bench", "--parallel", str(jobs())]
        codes.append(run(build, env=env))
        for source in engine:
            for path in (ROOT / "build" / "bench").rglob(f"mainstay_{source.stem}_bench"):
                if path.is_file() and os.access(path, os.X_OK):
                    codes.append(run([path]))
    codes += [run([sys.executable, script]) for script in package]
    return 1 if any(codes) else 0


if __name__ == "__main__":
    raise SystemExit(main())
