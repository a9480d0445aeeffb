"""Build a free-threaded Python from Debian's newest source package: `python tools/build_python.py`.

    --newest X.Y    the newest version of this series instead of the newest of all

Debian's unstable release carries Python within days of its release. Its source index is read
through a private apt configuration in .cache/python-ft/apt, so the machine's own lists stay as they
are; apt checks the index's signature and the archive's hash. The interpreter is installed into
.cache/python-ft/<version>, where tools/interpreters.py finds it; version and hash are recorded in
its `source.txt`. What was built once is kept.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from suite_support import CACHE, jobs, run

HOME = CACHE / "python-ft"
ARCHIVE = "http://deb.debian.org/debian"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# Without the GIL since 3.13; the upper end only bounds how many names of the local index are asked.
SERIES = [f"3.{minor}" for minor in range(13, 30)]
# Modules that pip, pytest and asyncio cannot do without, and Debian's packages that make them build.
NEEDED = {"zlib": "zlib1g-dev", "ssl": "libssl-dev", "_ctypes": "libffi-dev"}


@dataclass(frozen=True)
class Source:
    """A source package: its `version` as Debian counts, and the archive of the unchanged sources."""

    package: str
    version: str
    archive: str
    sha256: str

    @property
    def key(self) -> tuple[int, ...]:
        return tuple(int(number) for number in re.findall(r"\d+", self.version))


def _private_apt() -> dict[str, str]:
    """Return the environment in which apt sees the sources of Debian unstable and nothing else."""
    home = HOME / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    (home / "sources.list").write_text(f"deb-src [signed-by={KEYRING}] {ARCHIVE} sid main\n")
    settings = {
        "Dir::Etc::sourcelist": home / "sources.list",
        "Dir::Etc::sourceparts": home / "none",
        "Dir::State::lists": home / "lists",
        "Dir::Cache": home / "cache",
        "APT::Sandbox::User": "root",  # the folder is the caller's; the download user may not write
    }
    text = "".join(f'{name} "{value}";\n' for name, value in settings.items())
    (home / "apt.conf").write_text(text)
    return {**os.environ, "APT_CONFIG": str(home / "apt.conf")}


def _sources(env: dict[str, str], series: list[str]) -> list[Source]:
    """Return what the index holds of `series`, oldest first."""
    names = [f"python{one}" for one in series]
    done = subprocess.run(
        ["apt-cache", "showsrc", "--only-source", *names],
        env=env,
        check=False,
        capture_output=True,
        text=True,
    )
    found = []
    for record in done.stdout.split("\n\n"):
        package = re.search(r"^Package: (\S+)$", record, re.MULTILINE)
        version = re.search(r"^Version: (\S+)$", record, re.MULTILINE)
        archive = re.search(r"^ ([0-9a-f]{64}) \d+ (\S+\.orig\.tar\.\w+)$", record, re.MULTILINE)
        if package and version and archive:
            found.append(Source(package[1], version[1], archive[2], archive[1]))
    return sorted(found, key=lambda source: source.key)


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


def _build(source: Source, env: dict[str, str], target: Path) -> int:
    work = HOME / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    wanted = f"{source.package}={source.version}"
    if subprocess.run(
        ["apt-get", "source", "--download-only", "--only-source", wanted],
        cwd=work,
        env=env,
        check=False,
    ).returncode:
        return _fail(f"apt-get could not fetch the source package {wanted}; see above")
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
    record = f"{wanted}\n{source.sha256}  {source.archive}\n{ARCHIVE} sid\n"
    (target / "source.txt").write_text(record)
    shutil.rmtree(work)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--newest", metavar="X.Y", choices=SERIES)
    options = parser.parse_args()
    if missing := [name for name in ("apt-get", "gcc", "make", "tar") if not shutil.which(name)]:
        return _fail(f"{', '.join(missing)} not found; this script wants a Debian with a compiler")
    env = _private_apt()
    if subprocess.run(["apt-get", "update", "-q"], env=env, check=False).returncode:
        return _fail("apt-get could not read the index of Debian's sources; see above")
    found = _sources(env, [options.newest] if options.newest else SERIES)
    if not found:
        return _fail("the index of Debian's sources has no Python that can be built without a GIL")
    source = found[-1]
    target = HOME / source.version.rpartition("-")[0]
    if (target / "source.txt").exists():
        print(f"already built from {source.package} {source.version}: {target}")
        return 0
    return _build(source, env, target)


if __name__ == "__main__":
    raise SystemExit(main())
