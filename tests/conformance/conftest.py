"""A tiny peer made on the spot, so that the driver can be tested against known misbehaviour."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED_CACHE = Path(
    os.environ.get("MAINSTAY_CACHE")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "mainstay")
)
VERSION = "0.0.1"

# The tiny peer takes the name of a real one, because `mainstay run` stands in for real ones only.
PACKAGE = 'flavour = "tiny"\n'

RECIPE = """
[release]
distribution = "tenacity"
version = "{version}"
packages = ["tenacity"]
[source]
{kind}
sha256 = "{source}"
copy = {copy}
[wheel]
sha256 = "{wheel}"
[run]
requirements = ["pytest==9.2.0", "pytest-xdist==3.8.0"]
arguments = ["-q", "tests"]
timeout_seconds = {timeout}
workers = {workers}
{path}
{executables}
{passes}
[proof]
native = "mainstay.retry._native"
ours_inside = "{inside}"
[ledger]
limit = 1
"""


@dataclass(frozen=True)
class Outcome:
    """What the driver said: exit code, output, and the JSON result where it wrote one."""

    code: int
    output: str
    result: dict[str, Any] | None

    @property
    def closing_line(self) -> str:
        return self.output.splitlines()[-1]


class TinyPeer:
    """A peer whose suite is given as files; `run` calls the driver on it as a user would."""

    def __init__(self, folder: Path, suite: Mapping[str, str], **recipe: Any) -> None:
        self.cache = folder / "cache"
        self._recipes = folder / "recipes"
        recipes = self._recipes / "tenacity"
        recipes.mkdir(parents=True)
        self.source = _sdist(suite)
        wheel = _wheel()
        fields = {
            "version": VERSION,
            "source": hashlib.sha256(self.source).hexdigest(),
            "wheel": hashlib.sha256(wheel).hexdigest(),
            "copy": sorted({name.split("/")[0] for name in suite} - {"tenacity"}),
            "timeout": 120,
            "inside": "mainstay/dropin/peers",
            "kind": 'kind = "sdist"',
            "workers": 1,
            "passes": "",
            "path": "",
            "executables": "",
            **recipe,
        }
        self.source_sha256 = fields["source"]
        fields["copy"] = json.dumps(fields["copy"]).replace('": "', '" = "')
        self.expected = recipes / "expected.json"
        (recipes / "recipe.toml").write_text(RECIPE.format(**fields))
        self._ledger = recipes / "ledger.toml"
        self.write_ledger()
        if fields["kind"] == 'kind = "sdist"':
            self._keep(fields["source"], f"tenacity-{VERSION}.tar.gz", self.source)
        self._keep(fields["wheel"], f"tenacity-{VERSION}-py3-none-any.whl", wheel)
        # What pip installs for pytest itself is the same for every tiny peer.
        shared = SHARED_CACHE / "conformance" / "requirements"
        shared.mkdir(parents=True, exist_ok=True)
        (self.cache / "requirements").symlink_to(shared)

    def write_ledger(self, *entries: tuple[str, str]) -> None:
        """Excuse the given (test, kind) pairs."""
        text = "[[entry]]\ntest = {}\nkind = {}\nreason = 'as the test wants it'\n"
        lines = [text.format(json.dumps(test), json.dumps(kind)) for test, kind in entries]
        self._ledger.write_text("".join(lines))

    def run(self, *arguments: str, **env: str) -> Outcome:
        """Call the driver; its own environment is that of this test run, with `env` added."""
        command = [sys.executable, str(ROOT / "conformance" / "run.py"), "tenacity"]
        command += ["--recipes", str(self._recipes), "--cache", str(self.cache)]
        command += ["--results", str(self.cache), *arguments]
        done = subprocess.run(
            command,
            env={**os.environ, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        result = self.cache / "tenacity" / "result.json"
        said = json.loads(result.read_text()) if result.exists() else None
        return Outcome(done.returncode, done.stdout, said)

    def _keep(self, sha256: str, name: str, content: bytes) -> None:
        folder = self.cache / "archives" / sha256
        folder.mkdir(parents=True)
        (folder / name).write_bytes(content)


@pytest.fixture
def tiny_peer(tmp_path: Path) -> Callable[..., TinyPeer]:
    """Makes a tiny peer from the text of its one test module, or from several files."""

    def make(suite: str | Mapping[str, str], **recipe: Any) -> TinyPeer:
        files = {"tests/test_it.py": suite} if isinstance(suite, str) else suite
        return TinyPeer(tmp_path, files, **recipe)

    return make


def _sdist(suite: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, text in {"tenacity/__init__.py": PACKAGE, **suite}.items():
            member = tarfile.TarInfo(f"tenacity-{VERSION}/{name}")
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def _wheel() -> bytes:
    info = f"tenacity-{VERSION}.dist-info"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as wheel:
        wheel.writestr("tenacity/__init__.py", PACKAGE)
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tenacity\nVersion: {VERSION}\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return buffer.getvalue()
