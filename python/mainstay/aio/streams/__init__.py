"""Streams over other streams, over files, and in memory. A module is imported when it is read."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import buffered as buffered
    from . import file as file
    from . import memory as memory
    from . import stapled as stapled
    from . import text as text
    from . import tls as tls
else:
    from .._lazyimport import install_lazy_importer

    install_lazy_importer(__name__, {}, submodules="buffered file memory stapled text tls")
    del install_lazy_importer
