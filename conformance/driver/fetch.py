"""Brings the pinned archives here: by the ordinary package client, kept by hash, never trusted.

The client is given the hash too, because it may run a source distribution's build steps to
read its metadata: nothing runs that was not checked first. Every later use checks again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from driver.errors import CannotRun
from driver.recipe import Recipe

# No archive of a suite comes near these; a broken or hostile one stops here.
MAX_MEMBERS = 20_000
MAX_BYTES = 200_000_000


def fetch_source(recipe: Recipe, cache: Path) -> Path:
    """The source distribution of the pinned release, verified; downloads it when absent."""
    return _fetch(recipe, recipe.source_sha256, "--no-binary", cache)


def fetch_wheel(recipe: Recipe, cache: Path) -> Path:
    """The wheel of the pinned release, verified; downloads it when absent."""
    return _fetch(recipe, recipe.wheel_sha256, "--only-binary", cache)


def verify(path: Path, sha256: str) -> None:
    """Raise `CannotRun` unless the bytes of `path` have this hash."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        raise CannotRun(
            f"{path} has sha256 {found}, the recipe wants {sha256}; delete the file to have it "
            "fetched again, or correct the recipe if the release was raised on purpose"
        )


def extract_suite(archive: Path, recipe: Recipe, target: Path) -> None:
    """Copy the suite, and only it, out of the archive's top folder into `target`.

    The archive also holds the peer's own package, which must not lie beside the tests: it
    would be imported instead of the implementation under test.
    """
    for wanted in recipe.copy:
        if PurePosixPath(wanted).parts[0] in recipe.packages:
            raise CannotRun(
                f"recipe of {recipe.peer}: source.copy names {wanted}, a package of the peer, "
                "which would shadow the implementation under test; copy the tests only"
            )
    found = set()
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
        if len(members) > MAX_MEMBERS or sum(member.size for member in members) > MAX_BYTES:
            raise CannotRun(f"{archive} is larger than a suite may be; look at it by hand")
        for member in members:
            path = _path_below_top(member.name, archive)
            part = next((part for part in recipe.copy if path.is_relative_to(part)), None)
            if part is None or member.isdir():
                continue
            if not member.isfile():
                raise CannotRun(f"{archive}: {member.name} is a link or a device; not extracted")
            content = tar.extractfile(member)
            assert content is not None, "a regular file has content"
            destination = target.joinpath(*path.parts)
            destination.parent.mkdir(parents=True, exist_ok=True)
            with content, destination.open("wb") as out:
                shutil.copyfileobj(content, out)
            found.add(part)
    missing = sorted(set(recipe.copy) - found)
    if missing:
        raise CannotRun(f"{archive.name} holds no {', '.join(missing)}; correct source.copy")


def _path_below_top(name: str, archive: Path) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        raise CannotRun(f"{archive}: the member {name!r} points outside; archive refused")
    return PurePosixPath(*path.parts[1:])


def _fetch(recipe: Recipe, sha256: str, choice: str, cache: Path) -> Path:
    folder = cache / "archives" / sha256
    kept = sorted(folder.glob("*")) if folder.is_dir() else []
    if not kept:
        kept = [_download(recipe, sha256, choice, folder)]
    verify(kept[0], sha256)
    return kept[0]


def _download(recipe: Recipe, sha256: str, choice: str, folder: Path) -> Path:
    pinned = f"{recipe.distribution}=={recipe.version}"
    what = "source distribution" if choice == "--no-binary" else "wheel"
    print(f"fetching the {what} of {pinned}", flush=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        requirement = Path(scratch, "requirement.txt")
        requirement.write_text(f"{pinned} --hash=sha256:{sha256}\n", encoding="utf-8")
        landing = Path(scratch, "landing")
        pip(
            ["download", "--no-deps", "--require-hashes", choice, recipe.distribution]
            + ["--dest", str(landing), "-r", str(requirement)],
            f"{what} of {pinned} with sha256 {sha256} could not be fetched",
        )
        [archive] = landing.iterdir()
        verify(archive, sha256)
        # The rename is the commit: a run that is interrupted leaves no half an archive.
        if not folder.is_dir():
            os.replace(landing, folder)
    return folder / archive.name


def pip(arguments: list[str], complaint: str) -> None:
    """Run the package client of this interpreter; `complaint` opens the error when it fails."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise CannotRun(
            f"{complaint}; `{' '.join(command[1:])}` ended with {done.returncode}:\n{tail}"
        )
