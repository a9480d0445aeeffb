"""Everything that speaks for one capability: `python tools/proof.py CAPABILITY [PART...]`.

Runs part after part and prints each closing line, then a table and the sum; `--list` names them.
Several are suites of ./test, cut down to the capability. The others take long or need what ./test
does not: 20,000 generated programs, the Python tests under sanitizers, 100,000 calls on a
debug interpreter, every interpreter of the machine, a free-threaded build.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from nouns import capabilities, peers_of
from suite_support import ROOT, close
from suites import Suite, run_all, table

EXAMPLES = 20_000


def parts(noun: str) -> Iterator[Suite]:
    """Yield the parts of the proof of one capability, in the order they are run."""
    tests = f"tests/{noun}"

    def part(name: str, tool: str, *arguments: str, **env: str) -> Suite:
        settings = [f"{key}={value}" for key, value in env.items()]
        script = str(ROOT / "tools" / tool)
        # One after the other, so that each has the machine to itself.
        return Suite(name, ("env", *settings, sys.executable, script, *arguments), processors=2)

    def python(name: str, *targets: str, **env: str) -> Suite:
        parallel = ("-n", "2", "--dist", "loadfile" if targets == (tests,) else "load")
        return part(name, "pytest_suite.py", f"{noun}-{name}", *parallel, *targets, **env)

    yield python("python", tests)
    for preset in ("asan-ubsan", "tsan-clang"):
        yield part(f"engine-{preset}", "ctest_suite.py", preset, "--only", noun)
    yield part("sanitize", "sanitize_suite.py", tests)
    if (ROOT / tests / "test_threads.py").exists():
        yield part("threads", "stress_suite.py", f"{tests}/test_threads.py")
    if (ROOT / tests / "test_recursion.py").exists():
        yield python("recursion", f"{tests}/test_recursion.py")
    if (ROOT / tests / "leaks.py").exists():
        yield part("leaks", "leak_suite.py", f"tests.{noun}.leaks")
    for peer in peers_of(noun):
        command = (sys.executable, str(ROOT / "conformance" / "run.py"), peer)
        yield Suite(f"conformance-{peer}", command, processors=2)
    yield part("typing", "typing_suite.py")
    yield python("packaging", "tests/packaging")
    yield python("snippets", "tests/snippets")
    if (ROOT / tests / "test_differential.py").exists():
        yield python(
            "differential", f"{tests}/test_differential.py", MAINSTAY_EXAMPLES=str(EXAMPLES)
        )
    yield part("interpreters", "interpreters.py")
    yield part("free-threaded", "ft_suite.py")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="name the parts, run nothing")
    parser.add_argument("capability", choices=capabilities())
    parser.add_argument("parts", nargs="*", metavar="PART")
    options = parser.parse_args()
    known = {part.name: part for part in parts(options.capability)}
    if options.list:
        print("\n".join(known))
        return 0
    if unknown := [name for name in options.parts if name not in known]:
        parser.error(f"unknown part {', '.join(unknown)}; there are {', '.join(known)}")
    results = run_all([known[name] for name in options.parts or known])
    print(f"\n{table(results)}\n")
    return close(sum(each.passed for each in results), sum(each.failed for each in results))


if __name__ == "__main__":
    raise SystemExit(main())
