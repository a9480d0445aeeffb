"""The peers mainstay can stand in for. Each has one file in registry/; no list names them.

Read at interpreter start whenever drop-in is on, so this module imports nothing, and of the files
only those of the peers that are switched on.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "registry")


class Peer:
    """What is known of one peer. Values only; read from any thread, never written."""

    # Not a dataclass: importing `dataclasses` costs more than all of drop-in's start-up.
    __slots__ = (
        "deviations",
        "distribution",
        "entry_points",
        "name",
        "noun",
        "packages",
        "source",
        "version",
    )

    def __init__(
        self,
        name: str,
        *,
        distribution: str,
        version: str,
        packages: "tuple[str, ...]",
        noun: str,
        source: str = "",
        entry_points: str = "",
        deviations: "tuple[str, ...]" = (),
    ) -> None:
        self.name = name
        """How users choose it: `install("tenacity")`, `--only tenacity`."""
        self.distribution = distribution
        """Its name on the package index, as `importlib.metadata` spells it."""
        self.version = version
        """The release whose behaviour is the contract."""
        self.packages = packages
        """Its top-level import names; each is a package or module in `dropin/peers/`."""
        self.noun = noun
        """The capability that does the work: `mainstay.<noun>`."""
        self.source = source
        """Where its metadata says its source lives; empty where no program asks."""
        self.entry_points = entry_points
        """Its entry points, as `entry_points.txt` has them; empty without any."""
        self.deviations = deviations
        """Where a program can observe a difference, one short sentence each."""

    def __repr__(self) -> str:
        return f"Peer({self.name!r}, version={self.version!r}, noun={self.noun!r})"


class _Peers:
    """The peers by name, in alphabetical order; each is read from its file when it is asked for.

    A mapping without `collections.abc`, which would be imported for it.
    """

    __slots__ = ("_names", "_read")

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._read: dict[str, Peer] = {}

    def __iter__(self) -> "Iterator[str]":
        if not self._names:
            self._names = tuple(sorted(_files()))
        return iter(self._names)

    def __contains__(self, name: object) -> bool:
        return any(each == name for each in self)

    def __getitem__(self, name: str) -> Peer:
        if name not in self:
            raise KeyError(name)
        peer = self._read.get(name)
        if peer is None:
            module = __import__(f"mainstay.dropin.registry.{name}", None, None, ("PEER",))
            peer = self._read.setdefault(name, module.PEER)
        return peer

    def values(self) -> "tuple[Peer, ...]":
        """All peers, which reads the file of each."""
        return tuple(self[name] for name in self)


def _files() -> "list[str]":
    """The names of the files in registry/."""
    try:
        files = os.listdir(_FOLDER)
    except OSError:  # inside an archive, where install() will say that it cannot work
        from pkgutil import iter_modules

        return [module.name for module in iter_modules([_FOLDER])]
    return [file[:-3] for file in files if file.endswith(".py") and file[0] != "_"]


PEERS = _Peers()


def names_in(text: str) -> "tuple[str, ...]":
    """The names in a list of them, separated by commas, blanks or both; each once."""
    return tuple(dict.fromkeys(text.replace(",", " ").split()))


def known_in(text: str) -> "tuple[str, ...]":
    """Those names in such a list that are peers, in the list's order."""
    return tuple(name for name in names_in(text) if name in PEERS)


def select(names: "Iterable[object]") -> "tuple[Peer, ...]":
    """The peers of these names, in the registry's order, each once; all when there is no name.

    Raises UnknownPeerError (a ValueError) at the first unknown name, TypeError when a name is
    not a str.
    """
    wanted: set[str] = set()
    for name in names:
        if not isinstance(name, str):
            raise TypeError(
                f"peers are given by name, got {type(name).__name__} {name!r}; "
                f'write install("{next(iter(PEERS))}")'
            )
        if name not in PEERS:
            from mainstay.dropin import _refusal

            raise _refusal.UnknownPeerError(name)
        wanted.add(name)
    return tuple(PEERS[name] for name in PEERS if name in wanted or not wanted)
