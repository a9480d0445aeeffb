"""Build a free-threaded Python from Debian's newest source package: `python tools/build_python.py`.

    --newest X.Y    the newest version of this series instead of the newest of all
    --offline       use what was built before, whatever is newer by now; fail when nothing was

Debian's unstable release carries Python within days of its release. Its source index is read
through a private apt configuration in .cache/python-ft/apt, so the machine's own lists stay as they
are; apt checks the index's signature and the archive's hash. The interpreter is installed into
.cache/python-ft/<version>, where tools/ft_suite.py finds it; version and hash are recorded in
its `source.txt`. What was built once is kept. An index may name packages that the archive does not
hold (yet, or any more): the next older one is taken, and `source.txt` says what was passed over.
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
# Without the GIL since 3.13; the end only bounds how many names of the local index are asked.
SERIES = [f"3.{minor}" for minor in range(13, 30)]
# Modules that pip and pytest cannot do without, and the Debian packages that make them build.
NEEDED = {"zlib": "zlib1g-dev", "ssl": "libssl-dev", "_ctypes": "libffi-dev"}


@dataclass(frozen=True)
class Source:
    """A source package: its `version` as Debian counts, and the archive of the sources."""

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


def _fetch(source: Source, env: dict[str, str], work: Path) -> bool:
    """Bring the package's files into `work`, checked by apt against the signed index."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    wanted = f"{source.package}={source.version}"
    command = ["apt-get", "source", "-q", "--download-only", "--only-source", wanted]
    return subprocess.run(command, cwd=work, env=env, check=False).returncode == 0


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
    env = _private_apt()
    if subprocess.run(["apt-get", "update", "-q"], env=env, check=False).returncode:
        return _fail("apt-get could not read the index of Debian's sources; see above")
    passed_over: list[Source] = []
    for source in reversed(_sources(env, [options.newest] if options.newest else SERIES)):
        target = HOME / source.version.rpartition("-")[0]
        if (target / "source.txt").exists():
            print(f"already built: {target}: {(target / 'source.txt').read_text().strip()}")
            return 0
        work = HOME / "work"
        if _fetch(source, env, work):
            return _build(source, work, target, passed_over)
        print(f"{source.package} {source.version} is in the index, but could not be fetched")
        passed_over.append(source)
    return _fail("the archive holds no Python that can be built without a GIL; see above")


if __name__ == "__main__":
    raise SystemExit(main())
