"""immutable(): a named tuple with set()."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable
from typing import Any

__all__ = ["immutable"]

_SOURCE = """\
class {name}(namedtuple("ImmutableBase", {members!r})):
    __slots__ = ()

    def __repr__(self):
        return super({name}, self).__repr__().replace("ImmutableBase", type(self).__name__)

    def set(self, **kwargs):
        if not kwargs:
            return self
        if strangers := set(kwargs) - {{*{members!r}}}:
            raise AttributeError("'%s' is not a member" % ", ".join(strangers))
        if frozen := set(kwargs) & {{*{frozen!r}}}:
            raise AttributeError("Cannot set frozen members %s" % ", ".join(frozen))
        return type(self).__new__(type(self), *map(kwargs.pop, {members!r}, self))
"""


def immutable(
    members: str | Iterable[str] = "", name: str = "Immutable", verbose: bool = False
) -> Any:
    """Return a class of named tuples that can be changed by set(), but for members named `like_`.

    `verbose` prints the source of the class.
    """
    if isinstance(members, str):
        members = members.replace(",", " ").split()
    members = list(members)
    frozen = [member for member in members if member.endswith("_")]
    source = _SOURCE.format(name=name, members=members, frozen=frozen)
    if verbose:
        print(source)
    namespace: dict[str, Any] = {"namedtuple": namedtuple, "__name__": "pyrsistent_immutable"}
    try:
        exec(source, namespace)
    except SyntaxError as error:
        raise SyntaxError(f"{error}:\n{source}") from error
    return namespace[name]
