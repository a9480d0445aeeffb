"""Paths as text: changing parts of them, and shortening and expanding the home folder."""

from __future__ import annotations

import os
from os.path import expanduser, expandvars, join, normpath, split, splitext
from typing import TypeAlias

__all__ = ["augpath", "expandpath", "shrinkuser"]

_Path: TypeAlias = "str | os.PathLike[str]"


def augpath(
    path: _Path,
    suffix: str = "",
    prefix: str = "",
    ext: str | None = None,
    base: str | None = None,
    dpath: _Path | None = None,
    multidot: bool = False,
) -> str:
    """`path` with other parts: `dpath/` + `prefix` + `base` + `suffix` + `ext`.

    What is None stays. `multidot` takes all from the first dot on as the extension.
    """
    folder, name = split(os.fspath(path))
    if multidot:
        stem, dot, rest = name.partition(".")
        extension = dot + rest
    else:
        stem, extension = splitext(name)
    stem = stem if base is None else base
    extension = extension if ext is None else ext
    folder = folder if dpath is None else os.fspath(dpath)
    return join(folder, f"{prefix}{stem}{suffix}{extension}")


def shrinkuser(path: _Path, home: str = "~") -> str:
    """The opposite of `os.path.expanduser`: `home` for the home folder, in a normal path."""
    shrunk = normpath(os.fspath(path))
    home_folder = expanduser("~")
    if shrunk == home_folder:
        return home
    if shrunk.startswith(home_folder + os.sep):
        return home + shrunk[len(home_folder) :]
    return shrunk


def expandpath(path: _Path) -> str:
    """`path` with its `~` and environment variables expanded; unknown ones stay."""
    return expandvars(expanduser(os.fspath(path)))
