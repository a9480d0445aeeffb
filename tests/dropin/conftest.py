"""Throw-away environments in which whole processes show what drop-in does.

Each is a virtual environment without pip, with mainstay linked into its site directory and the
start-up files copied there, so that the peer can be absent, present, or present in any version,
whatever the environment of the tests has.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import venv
from collections.abc import Callable
from pathlib import Path

import mainstay
import pytest

LIMIT = 120.0  # seconds; generous, only to end a hanging test


class Environment:
    """One virtual environment with mainstay in it and nothing else."""

    # Printed by a program: "ours", or the version of the peer it got, or "absent".
    whose = (
        "try:\n"
        "    import tenacity\n"
        "except ModuleNotFoundError:\n"
        "    print('absent')\n"
        "else:\n"
        "    print(getattr(tenacity, 'FAKE', 'ours'))\n"
    )

    @classmethod
    def whose_of(cls, *packages: str) -> str:
        """A program that prints the same for each of these packages, a line each."""
        return "".join(cls.whose.replace("tenacity", package) for package in packages)

    def __init__(self, root: Path, *, pip: bool = False) -> None:
        venv.EnvBuilder(symlinks=True, with_pip=pip).create(root)
        self.root = root
        self.python = str(root / "bin" / "python")
        self.site = next(root.glob("lib/python*/site-packages"))
        self.variables = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "MAINSTAY", "COV", "PYTEST"))
        }
        self._link_mainstay()

    def _link_mainstay(self) -> None:
        source = Path(mainstay.__file__).parent
        target = self.site / "mainstay"
        target.mkdir()
        for entry in source.iterdir():
            if entry.name not in ("__pycache__", "dropin"):
                (target / entry.name).symlink_to(entry)
        native = importlib.util.find_spec("mainstay._native")
        if native is not None and native.origin is not None:
            # An editable install keeps the shared object apart from the sources.
            link = target / Path(native.origin).name
            if not link.exists():
                link.symlink_to(native.origin)
        self.peers = target / "dropin" / "peers"
        self.entry = f"{self.peers}-switched-on"
        self.peers.mkdir(parents=True)
        self.registry = target / "dropin" / "registry"
        self.registry.mkdir()
        for part in ("dropin", "dropin/peers", "dropin/registry"):
            for entry in (source / part).iterdir():
                if entry.name not in ("__pycache__", "peers", "registry"):
                    (target / part / entry.name).symlink_to(entry)
        for name in ("mainstay.pth", "mainstay.start"):
            shutil.copy(source.parent / name, self.site / name)

    def run(
        self,
        *arguments: str | Path,
        cwd: Path | None = None,
        stdin: str | bytes = b"",
        **variables: str,
    ) -> subprocess.CompletedProcess[str]:
        """Runs this environment's interpreter to its end."""
        done = subprocess.run(
            [self.python, *map(str, arguments)],
            cwd=cwd or self.root,
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env={**self.variables, **variables},
            timeout=LIMIT,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def mainstay(
        self, *arguments: str | Path, cwd: Path | None = None, stdin: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs the command `mainstay`."""
        return self.run("-m", "mainstay", *arguments, cwd=cwd, stdin=stdin, **variables)

    def script(self, name: str, text: str) -> Path:
        """Writes a program below `programs/` and returns its path."""
        path = self.root / "programs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def install_fake_peer(
        self, version: str, *, into: Path | None = None, name: str = "tenacity"
    ) -> None:
        """Puts a package and the metadata of the peer into a site directory."""
        place = into or self.site
        package = place / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(f"FAKE = {version!r}\n")
        (package / "nap.py").write_text("FAKE = True\n")
        distribution = "toy_dist" if name == "toy" else name
        info = place / f"{distribution}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution.replace('_', '-')}\nVersion: {version}\n"
        )
        (info / "RECORD").write_text(f"{name}/__init__.py,,\n")
        (info / "top_level.txt").write_text(f"{name}\n")
        (info / "entry_points.txt").write_text(f"[fakes]\nfake = {name}.nap\n")

    def add_toy_peer(self) -> None:
        """Makes `toy` a second peer of this environment, so that there is something to choose.

        Tenacity and it are then all the peers there are.
        """
        (self.peers / "toy.py").write_text("")
        for file in self.registry.iterdir():
            if file.stem not in ("__init__", "tenacity"):
                file.unlink()
        (self.registry / "toy.py").write_text(
            "from mainstay.dropin._registry import Peer\n"
            "PEER = Peer('toy', distribution='toy-dist', version='1.0', "
            "packages=('toy',), noun='toy', deviations=('it is a toy',))\n"
        )


@pytest.fixture(scope="session")
def absent(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment without the peer. Shared: tests must not change its site directory."""
    return Environment(tmp_path_factory.mktemp("absent"))


@pytest.fixture(scope="session")
def present(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with a fake peer in version 1.2.3. Shared, not to be changed."""
    environment = Environment(tmp_path_factory.mktemp("present"))
    environment.install_fake_peer("1.2.3")
    return environment


@pytest.fixture
def make_environment(tmp_path: Path) -> Callable[[], Environment]:
    """Makes an environment of the test's own."""

    def make() -> Environment:
        return Environment(tmp_path / "environment")

    return make


@pytest.fixture(scope="session")
def make_shared_environment(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Environment]:
    """Makes environments that outlive one test."""

    def make(**options: bool) -> Environment:
        return Environment(tmp_path_factory.mktemp("shared"), **options)

    return make


@pytest.fixture(scope="session")
def test_packages() -> Path:
    """The site directory that pytest itself comes from."""
    return Path(pytest.__file__).parent.parent
