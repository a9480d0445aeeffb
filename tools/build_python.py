"""Build a free-threaded Python from Debian's newest source package: `python tools/build_python.py`.

    --newest X.Y    the newest version of this series instead of the newest of all
    --offline       use what was built before, whatever is newer by now; fail when nothing was

Debian's unstable release carries Python within days of its release; tools/debian_sources.py reads
its index and brings the sources, checked. The interpreter is installed into
.cache/python-ft/<version>, where tools/ft_suite.py finds it; version and hash are recorded in
its `source.txt`. What was built once is kept. An index may name packages that the archive does not
hold (yet, or any more): the next older one is taken, and `source.txt` says what was passed over.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from debian_sources import DebianSources, NoArchiveError, Source
from suite_support import SHARED_CACHE, jobs, run

HOME = SHARED_CACHE / "python-ft"
# Without the GIL since 3.13; the end only bounds how many names of the local index are asked.
SERIES = [f"3.{minor}" for minor in range(13, 30)]
# Modules that pip and pytest cannot do without, and the Debian packages that make them build.
NEEDED = {"zlib": "zlib1g-dev", "ssl": "libssl-dev", "_ctypes": "libffi-dev"}


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


def _build(source: Source, work: Path, target: Path, passed_over: list[Source]) -> int:
    tree = work / "tree"
    tree.mkdir()
    # The unchanged sources, without Debian's patches: those arrange it within a Debian system.
    unpack = ["tar", "-xf", work / source.archive, "-C", tree, "--strip-components=1"]
    configure: list[str | Path] = [
        tree / "configure",
        f"--prefix={target}",
        "--disable-gil",
        "--disable-test-modules",
        "--with-ensurepip=install",
        "OPT=-DNDEBUG -O2 -g0",
    ]
    for step in (unpack, configure, ["make", f"-j{jobs()}"], ["make", "install"]):
        if code := run(["nice", *step], cwd=tree):
            return _fail(f"{step[0]} ended with exit code {code} in {tree}; its output is above")
    python = target / "bin" / "python3"
    lacking = [
        f"{module} ({package})"
        for module, package in NEEDED.items()
        if subprocess.run([python, "-c", f"import {module}"], check=False).returncode
    ]
    if lacking:
        shutil.rmtree(target)
        return _fail(
            f"the interpreter was built without {', '.join(lacking)}; install the packages in"
            " brackets and run this again"
        )
    lines = [f"{source.package} {source.version}", f"{source.sha256}  {source.archive}"]
    lines += [
        f"passed over, not in the archive: {other.package} {other.version}" for other in passed_over
    ]
    (target / "source.txt").write_text("\n".join(lines) + "\n")
    shutil.rmtree(work)
    return 0


def built() -> list[Path]:
    """Return the installations that were finished, oldest version first."""
    found = [path.parent for path in HOME.glob("*/source.txt")]
    return sorted(found, key=lambda path: [int(part) for part in re.findall(r"\d+", path.name)])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--newest", metavar="X.Y", choices=SERIES)
    parser.add_argument("--offline", action="store_true")
    options = parser.parse_args()
    if options.offline:
        if not (found := built()):
            return _fail(f"nothing was built in {HOME} yet; run this without --offline first")
        print(f"{found[-1]}: {(found[-1] / 'source.txt').read_text().strip()}")
        return 0
    if missing := [name for name in ("apt-get", "gcc", "make", "tar") if not shutil.which(name)]:
        return _fail(f"{', '.join(missing)} not found; this script wants a Debian with a compiler")
    sources = DebianSources(HOME / "apt", "sid")
    series = [options.newest] if options.newest else SERIES
    try:
        newest_first = list(reversed(sources.records(f"python{one}" for one in series)))
    except NoArchiveError as error:
        return _fail(str(error))
    passed_over: list[Source] = []
    for source in newest_first:
        target = HOME / source.version.rpartition("-")[0]
        if (target / "source.txt").exists():
            print(f"already built: {target}: {(target / 'source.txt').read_text().strip()}")
            return 0
        work = HOME / "work"
        shutil.rmtree(work, ignore_errors=True)
        if sources.download(source, work):
            return _build(source, work, target, passed_over)
        print(f"{source.package} {source.version} is in the index, but could not be fetched")
        passed_over.append(source)
    return _fail("the archive holds no Python that can be built without a GIL; see above")


if __name__ == "__main__":
    raise SystemExit(main())
