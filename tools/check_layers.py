"""Check that every include and import keeps to the dependency law (tools/layers/rules.py).

    python tools/check_layers.py [ROOT]

Prints file:line and a remedy for each violation, then `N passed, N failed` counting files.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from layers import cpp, python
from suite_support import ROOT, close


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("root", nargs="?", type=Path, default=ROOT, help="another tree to check")
    root: Path = parser.parse_args().root
    files: list[str] = []
    guilty: set[str] = set()
    for language in (cpp, python):
        looked_at, violations = language.check(root)
        files += looked_at
        for violation in sorted(violations, key=lambda v: (v.file, v.line)):
            print(violation)
            guilty.add(violation.file)
    if not files:
        print(f"{root} holds no engine, binding or python files; was the right folder given?")
        return close(0, 1)
    return close(len(files) - len(guilty), len(guilty))


if __name__ == "__main__":
    raise SystemExit(main())
