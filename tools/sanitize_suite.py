"""The Python tests under address and undefined-behaviour sanitizers, as a suite.

    python tools/sanitize_suite.py [TARGET...]    what to hand to pytest; default: every capability
    python tools/sanitize_suite.py --some         every capability, fewer programs drawn at random
                                                  and no counts of memory (what ./test does)

The native modules are built with both sanitizers into an environment of their own, .cache/sanitize;
the interpreter is an ordinary one, so the runtime is preloaded and every allocation goes to malloc.
A finding ends the process that made it, which pytest reports as a crash. Leaks are not looked for
here: what an interpreter keeps until its end drowns them. `make leaks` does that.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from environments import environment, pytest_in
from nouns import native_modules, test_folders
from suite_support import CACHE, FEW_EXAMPLES, close

# As the preset asan-ubsan has them, as deep below the checkout: the compiler cache then has the
# engines of its build.
_SETTINGS = (
    "cmake.build-type=Debug",
    "cmake.define.CMAKE_CXX_FLAGS_DEBUG=-g1",
    "cmake.define.MAINSTAY_SANITIZE=address,undefined",
    "cmake.define.MAINSTAY_DEVELOPER=ON",
    "cmake.define.CMAKE_CXX_COMPILER=g++",  # its runtime is the one that is preloaded
    "install.strip=false",
    "build-dir=build/sanitized-{wheel_tag}",
)
_PROBE = """
import importlib, pathlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name.rpartition(".")[0])
maps = pathlib.Path("/proc/self/maps").read_text()
print("libasan" in maps and "libubsan" in maps, sys.modules[sys.argv[1]].__file__)
"""


def _runtime(name: str) -> str:
    """Return the path of a runtime library of the compiler."""
    command = ["g++", f"-print-file-name={name}"]
    path = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    if not Path(path).exists():
        raise SystemExit(f"g++ knows no {name}; install the sanitizers of GCC (libasan, libubsan)")
    return str(Path(path).resolve())


def main(arguments: list[str]) -> int:
    some = arguments == ["--some"]
    targets = test_folders() if some or not arguments else arguments
    base = Path(sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}")
    python = environment(base, CACHE / "sanitize", _SETTINGS)
    if python is None:
        print("the environment with sanitizers could not be made")
        return close(0, 1)
    # Beside both, the C++ runtime: the address sanitizer looks for it when the process starts.
    preloaded = [_runtime(name) for name in ("libasan.so", "libubsan.so", "libstdc++.so.6")]
    env = {
        **os.environ,
        "LD_PRELOAD": " ".join(preloaded),
        "PYTHONMALLOC": "malloc",
        "ASAN_OPTIONS": "detect_leaks=0:halt_on_error=1:abort_on_error=1",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    }
    if some:
        # Growth is counted without sanitizers; the calls it counts are in the other tests too.
        targets.append("--ignore-glob=*/test_memory.py")
        targets.append("--override-ini=faulthandler_timeout=300")
        env["MAINSTAY_EXAMPLES"] = str(FEW_EXAMPLES)
    done = subprocess.run(
        [python, "-c", _PROBE, *native_modules()],
        cwd=CACHE,
        env=env,
        check=False,
        capture_output=True,
        text=True,
    )
    print(done.stdout + done.stderr, flush=True)
    instrumented = subprocess.run(
        ["nm", "-D", "--undefined-only", done.stdout.split()[-1]] if done.stdout else ["false"],
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    if not done.stdout.startswith("True") or "__asan_" not in instrumented:
        print("mainstay is not instrumented in this environment, so nothing would be found")
        return close(0, 1)
    return close(*pytest_in(python, "sanitize", targets, env))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
