"""Which names a module of deepdiff has: the public ones of the face module of the same name."""

from importlib import import_module
from types import ModuleType

from mainstay.dropin._mirror import mirror


def mirror_own(name: str, private: str = "", *, live: str = "", without: str = "") -> None:
    """Makes the module `name` a mirror of the face module of that name.

    `private` names are copied as well, `live` ones are looked up when they are read.
    """
    home = f"mainstay.diff.{name.rpartition('.')[2]}"
    left_out = {"annotations", "TYPE_CHECKING", *live.split(), *without.split()}
    names = [
        each
        for each, value in vars(import_module(home)).items()
        if not (each.startswith("_") or each in left_out or isinstance(value, ModuleType))
        and not str(getattr(value, "__module__", "")).startswith("mainstay.diff._")
    ]
    mirror(name, home, (*names, *private.split()), live=tuple(live.split()))
