"""One capability through all layers: `python tools/capability.py NOUN`.

Its engine tests (GCC), its Python tests, its peers' own suites; stops at the first that fails.
"""

from __future__ import annotations

import sys

from nouns import capabilities, peers_of
from suite_support import ROOT, Command, run


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in capabilities():
        print(f"name one capability: {', '.join(capabilities())}")
        return 2
    noun = arguments[0]
    python, tools = sys.executable, ROOT / "tools"
    steps: list[Command] = [[python, tools / "ctest_suite.py", "dev", "--only", noun]]
    if (ROOT / "tests" / noun).is_dir():
        steps.append([python, tools / "pytest_suite.py", noun, ROOT / "tests" / noun])
    steps += [[python, ROOT / "conformance" / "run.py", peer] for peer in peers_of(noun)]
    return next((code for step in steps if (code := run(step))), 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
