"""Print one hash over the names and contents of files and folders: what the set-up's stamps hold.

    python tools/digest.py PATH...

Paths are taken relative to the checkout. What a run leaves behind (caches, compiled files) does not
count, a path that does not exist counts as absent: creating it changes the hash.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_LEFTOVERS = {"__pycache__", ".cache", ".mypy_cache", ".pytest_cache", ".hypothesis"}
_COMPILED = (".pyc", ".so", ".o", ".swp", "~")


def digest(root: Path, paths: Iterable[str]) -> str:
    """Return the hex digest of everything below `paths`, each relative to `root`.

    The running interpreter is part of it: what one Python has installed says nothing about another.
    """
    total = hashlib.sha256(f"{sys.version} {sys.prefix}".encode())
    for name in paths:
        for file in _files(root / name):
            total.update(b"\0%s\0" % os.fsencode(file.relative_to(root)))
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in _LEFTOVERS)
        for name in sorted(names):
            if not name.endswith(_COMPILED):
                yield Path(folder, name)


if __name__ == "__main__":
    print(digest(ROOT, sys.argv[1:]))
