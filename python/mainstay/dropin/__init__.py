"""Makes `import tenacity` (and later peers) resolve to mainstay, for this process, reversibly.

Nothing is installed under another package's name: one entry that leads to the peers' spelling is
put on `sys.path`, directly before the first site directory. A module of your own beside the
program, in the working directory or on PYTHONPATH therefore wins by the natural order; only what
would come from site-packages, or from nowhere, is replaced.

    import mainstay.dropin
    mainstay.dropin.install("tenacity")     # before the first import of the peer
    import tenacity                         # ours
    mainstay.dropin.uninstall()             # the next import finds the installed one

`mainstay run app.py` does the same from outside, for a program that is not to be changed.
docs/decisions/0003-dropin.md says why it works this way, and where it ends.

All functions may be called from any thread.
"""

from mainstay.dropin._install import available, install, installed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mainstay.dropin._refusal import AlreadyImportedError
    from mainstay.dropin._uninstall import uninstall

__all__ = ["AlreadyImportedError", "available", "install", "installed", "uninstall"]


def __getattr__(name: str) -> "Any":
    """What a process that only switches drop-in on has no need for, imported when looked at."""
    homes = {"AlreadyImportedError": "_refusal", "uninstall": "_uninstall"}
    if name not in homes:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    here = globals()
    return here.setdefault(name, getattr(__import__(homes[name], here, None, (name,), 1), name))
