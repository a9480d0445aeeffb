"""Tells whether a fresh interpreter like this one would switch drop-in on at its start.

Asked before a program is handed over to one (`mainstay run`, `install(children=True)`): a
program must never run on the installed peers while its user believes it runs on ours.
"""

from __future__ import annotations

import os
import sys

import mainstay
from mainstay.dropin import _path

_REMEDY = (
    "install mainstay into this interpreter with `python -m pip install mainstay`, or call "
    "mainstay.dropin.install() in the first lines of the program"
)


def why_not() -> str | None:
    """The reason why a fresh interpreter would not switch drop-in on; None when it would."""
    if sys.flags.no_site:
        return (
            "the interpreter runs with -S, which skips the start-up files that switch drop-in "
            "on; leave -S out, or call mainstay.dropin.install() in the first lines of the program"
        )
    directories = _startup_directories()
    if not any(_has_startup_file(directory) for directory in directories):
        return (
            "no start-up file mainstay.pth was found in the site directories of "
            f"{sys.executable or 'this interpreter'} ({', '.join(directories) or 'it has none'}); "
            f"{_REMEDY}"
        )
    if not _importable_at_startup():
        return (
            f"mainstay was imported from {os.path.dirname(mainstay.__file__ or '')}, which a "
            "fresh interpreter does not look at while it starts; leave that directory, or "
            f"{_REMEDY}"
        )
    return None


def _startup_directories() -> list[str]:
    import site

    found = list(site.getsitepackages())
    # Listed when it is looked at, that is unless -s, -I or the system's policy switched it off.
    if site.ENABLE_USER_SITE and site.USER_SITE:
        found.insert(0, site.USER_SITE)
    return found


def _has_startup_file(directory: str) -> bool:
    names = ("mainstay.pth", "mainstay.start") if sys.version_info >= (3, 15) else ("mainstay.pth",)
    return any(os.path.isfile(os.path.join(directory, name)) for name in names)


def _importable_at_startup() -> bool:
    """Whether this very package is found without the directory `python -m` and scripts add."""
    here = os.path.abspath(mainstay.__file__ or "")
    # Links are followed in the folder only: the file itself may be linked into a site directory.
    root = os.path.realpath(os.path.dirname(os.path.dirname(here)))
    added_for_the_program = 0 if getattr(sys.flags, "safe_path", False) else 1
    path = _path.textual(sys.path[added_for_the_program:])
    if any(os.path.realpath(entry) == root for entry in path):
        return True
    # An editable install may come by a finder instead of a path entry.
    for finder in sys.meta_path:
        find_spec = getattr(finder, "find_spec", None)
        if find_spec is None or getattr(finder, "__name__", "") == "PathFinder":
            continue
        spec = find_spec("mainstay", None)
        if spec is not None and os.path.abspath(spec.origin or "") == here:
            return True
    return False
