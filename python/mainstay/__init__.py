"""The utility belt of production Python as one native toolkit.

Each capability is a submodule that is loaded when it is imported: `from mainstay import retry`.

All native modules live in `mainstay/_native.<abi>.so`, one init function each
(docs/decisions/0005-one-shared-object.md). Python derives the init function from the last part of
a module's name, so the module is created under its capability's name and then given its own. That
is here and not in a module of its own because every process that imports a capability needs it.
"""

import _imp
import sys

# The import system's own modules, which every interpreter has loaded: `importlib` would cost more
# than the shared object itself.
from _frozen_importlib import ModuleSpec as _ModuleSpec
from _frozen_importlib_external import ExtensionFileLoader as _ExtensionFileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

__all__ = ["__version__"]

__version__ = "0.1.0"


def _shared_object() -> str:
    """The path of the shared object: beside this file, or where an editable build put it."""
    import os

    package = sys.modules["mainstay"]
    for folder in package.__path__:
        for suffix in _imp.extension_suffixes():
            path = os.path.join(folder, "_native" + suffix)
            if os.path.isfile(path):
                return path
    # An editable install keeps sources and builds apart and answers through its own finder.
    from importlib.util import find_spec

    spec = find_spec("mainstay._native")
    if spec is not None and spec.origin:
        return spec.origin
    wanted = " or ".join("_native" + suffix for suffix in _imp.extension_suffixes())
    raise ImportError(
        f"mainstay was built for another Python, or not built: found no {wanted} in "
        f"{list(package.__path__)}; install it for this interpreter with "
        f"'{sys.executable} -m pip install .' in mainstay's checkout"
    )


def _load(noun: str) -> "ModuleType":
    """Return `mainstay.<noun>._native`, loading it when this is the first call.

    Called by the capability's package while it is being imported, under its import lock.
    """
    name = f"mainstay.{noun}._native"
    loaded = sys.modules.get(name)
    if loaded is not None:
        return loaded
    path = _shared_object()
    module = _imp.create_dynamic(_ModuleSpec(noun, None, origin=path))
    loader = _ExtensionFileLoader(name, path)
    spec = _ModuleSpec(name, loader, origin=path)
    spec.has_location = True
    module.__name__ = name
    module.__package__ = f"mainstay.{noun}"
    module.__loader__ = loader
    module.__spec__ = spec
    module.__file__ = path
    sys.modules[name] = module
    vars(sys.modules[f"mainstay.{noun}"])["_native"] = module
    try:
        _imp.exec_dynamic(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _meant(name: str, known: "list[str]") -> str:
    """Which of the known names a misspelt one may stand for, as the end of a message."""
    if name.startswith("_"):  # tools ask for such names, and go without
        return ""
    from difflib import get_close_matches

    nearest = get_close_matches(name, known, n=1, cutoff=0.8)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""


def _serves_drop_in(peer: str) -> bool:
    """Whether drop-in's package of that name imports a capability; it takes no public names.

    All others get every name at the import: a first look may come in one thread while another
    forks, and the child would wait for the lock of the import for ever.
    """
    file = getattr(sys.modules.get(peer), "__file__", None) or ""
    return f"/mainstay/dropin/peers/{peer}/" in file


def _bring(here: "dict[str, Any]", home: str, names: "tuple[str, ...]") -> None:
    """Import `.home` for a module that was asked for one of `names`, and keep them all in it.

    `here` is that module's dict. What a program has put there by then stays.
    """
    found = vars(__import__(home, here, None, names, 1))
    for each in names:
        here.setdefault(each, found[each])
