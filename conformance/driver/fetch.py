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
from collections.abc import Callable, Sequence
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
    hashes = (recipe.source_sha256,)

    def download(into: Path) -> Path:
        if recipe.debian:
            return _from_debian(recipe, cache, into)
        return _from_index(recipe, "source distribution", hashes, into)

    return _fetch(recipe.source_sha256, hashes, cache, download)


def fetch_wheel(recipe: Recipe, cache: Path) -> Path:
    """The wheel of the pinned release for this interpreter, verified; downloads it when absent."""
    hashes = recipe.wheel_sha256
    key = hashes[0]
    if len(hashes) > 1:  # which of them depends on the interpreter
        key = hashlib.sha256("\n".join((sys.version, *hashes)).encode()).hexdigest()
    return _fetch(key, hashes, cache, lambda into: _from_index(recipe, "wheel", hashes, into))


def verify(path: Path, hashes: Sequence[str]) -> None:
    """Raise `CannotRun` unless the bytes of `path` have one of these hashes."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found not in hashes:
        raise CannotRun(
            f"{path} has sha256 {found}, the recipe wants {' or '.join(hashes)}; delete the file "
            "to have it fetched again, or correct the recipe if the release was raised on purpose"
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


def _fetch(key: str, hashes: Sequence[str], cache: Path, download: Callable[[Path], Path]) -> Path:
    """The archive kept under `key`, or what `download` brings; it has one of `hashes`."""
    folder = cache / "archives" / key
    kept = sorted(folder.glob("*")) if folder.is_dir() else []
    if not kept:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            archive = download(Path(scratch))
            verify(archive, hashes)
            landing = Path(scratch, "landing")
            landing.mkdir()
            archive.rename(landing / archive.name)
            # The rename is the commit: a run that is interrupted leaves no half an archive.
            if not folder.is_dir():
                os.replace(landing, folder)
        kept = [folder / archive.name]
    verify(kept[0], hashes)
    return kept[0]


def _from_index(recipe: Recipe, what: str, hashes: Sequence[str], into: Path) -> Path:
    choice = "--only-binary" if what == "wheel" else "--no-binary"
    pinned = f"{recipe.distribution}=={recipe.version}"
    print(f"fetching the {what} of {pinned}", flush=True)
    requirement, target = into / "requirement.txt", into / "index"
    allowed = " ".join(f"--hash=sha256:{sha256}" for sha256 in hashes)
    requirement.write_text(f"{pinned} {allowed}\n", encoding="utf-8")
    pip(
        ["download", "--no-deps", "--require-hashes", choice, recipe.distribution, "--dest"]
        + [str(target), "-r", str(requirement)],
        f"{what} of {pinned} with sha256 {' or '.join(hashes)} could not be fetched",
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
