"""Source packages of a release of Debian, through an apt of their own.

The release's index is read through a private apt configuration in a folder of ours, so the
machine's own lists stay as they are. Which archive is asked the machine knows: it is the one its
own apt gets Debian from. apt checks the index's signature and each file's hash.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


@dataclass(frozen=True)
class Source:
    """A source package: its `version` as Debian counts, and the archive of the unchanged
    sources."""

    package: str
    version: str
    archive: str
    sha256: str

    @property
    def key(self) -> tuple[int, ...]:
        """What orders versions of one package; good enough for the plain ones we ask for."""
        return tuple(int(number) for number in re.findall(r"\d+", self.version))


class NoArchiveError(Exception):
    """This machine cannot tell us about Debian's sources; the text says why and what to do."""


class DebianSources:
    """The source packages of a release, such as "sid"; `home` is a folder that only this uses."""

    def __init__(self, home: Path, release: str) -> None:
        self._home = home
        self._release = release
        self._env: dict[str, str] | None = None

    def records(self, packages: Iterable[str]) -> list[Source]:
        """Return what the index holds of these packages, oldest first. Raises NoArchiveError."""
        command = ["apt-cache", "showsrc", "--only-source", *packages]
        done = subprocess.run(
            command, env=self._ready(), capture_output=True, text=True, check=False
        )
        found = []
        for record in done.stdout.split("\n\n"):
            package = re.search(r"^Package: (\S+)$", record, re.MULTILINE)
            version = re.search(r"^Version: (\S+)$", record, re.MULTILINE)
            archive = re.search(
                r"^ ([0-9a-f]{64}) \d+ (\S+\.orig\.tar\.\w+)$", record, re.MULTILINE
            )
            if package and version and archive:
                found.append(Source(package[1], version[1], archive[2], archive[1]))
        return sorted(found, key=lambda source: source.key)

    def download(self, source: Source, into: Path) -> Path | None:
        """Bring the unchanged sources into the folder `into`; None when the archive has them no
        more.

        Debian's own part of the package may be gone; what is wanted is judged by its hash alone.
        """
        into.mkdir(parents=True, exist_ok=True)
        wanted = f"{source.package}={source.version}"
        command = ["apt-get", "source", "-q", "--download-only", "--only-source", wanted]
        subprocess.run(command, cwd=into, env=self._ready(), check=False)
        archive = into / source.archive
        if not archive.exists():
            return None
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        return archive if found == source.sha256 else None

    def _ready(self) -> dict[str, str]:
        """Return the environment in which apt sees these sources and nothing else, index read."""
        if self._env is not None:
            return self._env
        for folder in ("lists/partial", "cache/archives/partial"):
            (self._home / folder).mkdir(parents=True, exist_ok=True)
        line = f"deb-src [signed-by={_KEYRING}] {_archive()} {self._release} main\n"
        (self._home / "sources.list").write_text(line)
        settings = {
            "Dir::Etc::sourcelist": self._home / "sources.list",
            "Dir::Etc::sourceparts": self._home / "none",
            "Dir::State::lists": self._home / "lists",
            "Dir::Cache": self._home / "cache",
            # The folder is the caller's; the download user may not write there.
            "APT::Sandbox::User": "root",
        }
        text = "".join(f'{name} "{value}";\n' for name, value in settings.items())
        (self._home / "apt.conf").write_text(text)
        env = {**os.environ, "APT_CONFIG": str(self._home / "apt.conf")}
        if subprocess.run(["apt-get", "update", "-q"], env=env, check=False).returncode:
            raise NoArchiveError(
                "apt-get could not read the index of Debian's sources; its words are above"
            )
        self._env = env
        return env


def _archive() -> str:
    """Return where this machine's apt gets Debian from."""
    form = "$(ORIGIN) $(CODENAME) $(REPO_URI)"
    try:
        done = subprocess.run(
            ["apt-get", "indextargets", "--format", form],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise NoArchiveError(
            "apt-get was not found; Debian's source packages can be had on a Debian only"
        ) from None
    for line in done.stdout.splitlines():
        origin, codename, address = (*line.split(), "", "", "")[:3]
        if origin == "Debian" and "-" not in codename:  # not -security, -backports
            return address
    raise NoArchiveError(
        "this machine's apt knows no archive of Debian; add one to its sources, then update"
    )
