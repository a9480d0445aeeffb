"""Let the formatters decide the layout: `python tools/format.py [--check]`.

ruff for Python, clang-format for C++, on the files git knows and new ones it does not ignore.
--check (the suite `style`) changes nothing, names what would change, reports what ruff's linter
finds, and closes with the count of files.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path

from suite_support import ROOT, close, run, tool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--check", action="store_true", help="change nothing, say what would change"
    )
    check: bool = parser.parse_args().check
    if missing := [name for name in ("ruff", "clang-format") if not shutil.which(tool(name))]:
        print(
            f"{' and '.join(missing)} not found; make setup installs what requirements/dev.txt has"
        )
        return 2
    python, cpp = _files(".py", ".pyi"), _files(".cpp", ".hpp", ".h")
    ruff = [tool("ruff"), "format", "--quiet"]
    clang_format = [tool("clang-format"), "--style=file"]
    if not check:
        print(f"{len(python)} Python and {len(cpp)} C++ files", flush=True)
        codes = [
            subprocess.run([*ruff, *python], check=False).returncode if python else 0,
            subprocess.run([*clang_format, "-i", *cpp], check=False).returncode if cpp else 0,
        ]
        return max(codes)
    # File by file: the count of files is the point, and both tools answer in milliseconds.
    bad = [file for file in python if _differs([*ruff, "--check", file])]
    bad += [file for file in cpp if _differs([*clang_format, "--dry-run", "--Werror", file])]
    for file in bad:
        print(f"{file.relative_to(ROOT)}: not as its formatter would lay it out; run make format")
    linted = run([tool("ruff"), "check", "--output-format", "concise", "."]) == 0
    return close(len(python) + len(cpp) - len(bad) + linted, len(bad) + (not linted))


def _files(*endings: str) -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    files = [ROOT / name for name in listed.decode().split("\0") if name.endswith(endings)]
    return sorted(file for file in files if file.exists())


def _differs(command: list[str | Path]) -> bool:
    words = [str(word) for word in command]
    return subprocess.run(words, check=False, capture_output=True).returncode != 0


if __name__ == "__main__":
    raise SystemExit(main())
