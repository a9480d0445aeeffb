"""Brings the pinned archives here: by the ordinary package clients, kept by hash, never trusted.

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
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from debian_sources import DebianSources, NoArchiveError

from driver.errors import CannotRun
from driver.recipe import Recipe

# No archive of a suite comes near these; a broken or hostile one stops here.
MAX_MEMBERS = 20_000
MAX_BYTES = 200_000_000


def fetch_source(recipe: Recipe, cache: Path) -> Path:
    """The archive that holds the suite of the pinned release, verified; downloads it when
    absent."""
    if recipe.debian:
        return _fetch(recipe.source_sha256, cache, lambda into: _from_debian(recipe, cache, into))
    return _fetch(
        recipe.source_sha256, cache, lambda into: _from_index(recipe, "source distribution", into)
    )


def fetch_wheel(recipe: Recipe, cache: Path) -> Path:
    """The wheel of the pinned release, verified; downloads it when absent."""
    return _fetch(recipe.wheel_sha256, cache, lambda into: _from_index(recipe, "wheel", into))


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
    for place in recipe.copy.values():
        if PurePosixPath(place).parts[:1] and PurePosixPath(place).parts[0] in recipe.packages:
            raise CannotRun(
                f"recipe of {recipe.peer}: source.copy names {place}, a package of the peer, "
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
            place = PurePosixPath(recipe.copy[part], path.relative_to(part))
            if place.is_absolute() or ".." in place.parts:
                raise CannotRun(f"recipe of {recipe.peer}: {place} is outside of the run folder")
            destination = target.joinpath(*place.parts)
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


def _fetch(sha256: str, cache: Path, download: Callable[[Path], Path]) -> Path:
    """The archive of this hash: the one that was kept, or what `download` puts into a folder."""
    folder = cache / "archives" / sha256
    kept = sorted(folder.glob("*")) if folder.is_dir() else []
    if not kept:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            archive = download(Path(scratch))
            verify(archive, sha256)
            landing = Path(scratch, "landing")
            landing.mkdir()
            archive.rename(landing / archive.name)
            # The rename is the commit: a run that is interrupted leaves no half an archive.
            if not folder.is_dir():
                os.replace(landing, folder)
        kept = [folder / archive.name]
    verify(kept[0], sha256)
    return kept[0]


def _from_index(recipe: Recipe, what: str, into: Path) -> Path:
    choice, sha256 = {
        "source distribution": ("--no-binary", recipe.source_sha256),
        "wheel": ("--only-binary", recipe.wheel_sha256),
    }[what]
    pinned = f"{recipe.distribution}=={recipe.version}"
    print(f"fetching the {what} of {pinned}", flush=True)
    requirement, target = into / "requirement.txt", into / "index"
    requirement.write_text(f"{pinned} --hash=sha256:{sha256}\n", encoding="utf-8")
    pip(
        ["download", "--no-deps", "--require-hashes", choice, recipe.distribution, "--dest"]
        + [str(target), "-r", str(requirement)],
        f"{what} of {pinned} with sha256 {sha256} could not be fetched",
    )
    [archive] = target.iterdir()
    return archive


def _from_debian(recipe: Recipe, cache: Path, into: Path) -> Path:
    assert recipe.debian is not None, "asked for by the recipe"
    package, version, release = recipe.debian
    print(f"fetching Debian's source package {package} {version}", flush=True)
    sources = DebianSources(cache / "debian" / release, release)
    try:
        known = sources.records([package])
        wanted = [source for source in known if source.version == version]
        archive = sources.download(wanted[0], into / "debian") if wanted else None
    except NoArchiveError as error:
        raise CannotRun(f"recipe of {recipe.peer}: {error}") from None
    if archive is None:
        there = ", ".join(source.version for source in known) or "none"
        raise CannotRun(
            f"recipe of {recipe.peer}: Debian {release} has no {package} {version} to fetch; "
            f"its index has {there}; raise version and sha256 in the recipe on purpose"
        )
    return archive


def pip(arguments: list[str], complaint: str) -> None:
    """Run the package client of this interpreter; `complaint` opens the error when it fails."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise CannotRun(
            f"{complaint}; `{' '.join(command[1:])}` ended with {done.returncode}:\n{tail}"
        )
