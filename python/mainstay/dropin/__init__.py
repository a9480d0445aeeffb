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

from mainstay.dropin._install import (
    AlreadyImportedError,
    available,
    install,
    installed,
    uninstall,
)

__all__ = ["AlreadyImportedError", "available", "install", "installed", "uninstall"]
