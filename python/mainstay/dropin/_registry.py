"""The peers mainstay can stand in for: one entry each, and the only place that names them.

Read at interpreter start whenever drop-in is on, so this module imports nothing.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Peer:
    """What is known of one peer. Values only; read from any thread, never written."""

    # Not a dataclass: importing `dataclasses` costs more than all of drop-in's start-up.
    __slots__ = ("deviations", "distribution", "name", "noun", "packages", "source", "version")

    def __init__(
        self,
        name: str,
        *,
        distribution: str,
        version: str,
        packages: "tuple[str, ...]",
        noun: str,
        source: str = "",
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
        self.deviations = deviations
        """Where a program can observe a difference, one short sentence each."""

    def __repr__(self) -> str:
        return f"Peer({self.name!r}, version={self.version!r}, noun={self.noun!r})"


_ENTRIES = (
    Peer(
        "pluggy",
        distribution="pluggy",
        version="1.7.0",
        packages=("pluggy",),
        noun="plugins",
        source="https://github.com/pytest-dev/pluggy",
        deviations=(
            "calls of hooks have no frames of their own in tracebacks, debuggers and profilers",
            "the warning about an old-style wrapper that raises points at the line that called the "
            "hook also while calls are monitored; with the peer it then points into the peer",
            "wrappers around one that yields twice are closed before the error reaches the caller; "
            "with the peer, when the error is let go of",
            "a class derived from PluginManager cannot derive from a second class that takes room "
            "in its objects, as dict, Exception, threading.local and classes with __slots__ do",
            "dir() of PluginManager names what only its instances have, such as trace; mocks "
            "specified by HookCaller take any arguments",
        ),
    ),
    Peer(
        "tenacity",
        distribution="tenacity",
        version="9.2.1",
        packages=("tenacity",),
        noun="retry",
        deviations=(
            "calls of one decorated function that run at once each count for themselves; with the "
            "peer, `statistics` shows a mixture of them",
            "an AsyncRetrying shared by several tasks keeps a state per `async for` loop; with the "
            "peer the loops disturb each other's counts and results",
            "a class derived from a controller, a built-in strategy, RetryCallState or "
            "AttemptManager cannot derive from a second class that takes room in its objects, as "
            "float, Exception, threading.local and classes with __slots__ do",
            "dir() of a controller class or a built-in strategy, and mocks specified by one, know "
            "the attributes that with the peer only instances have",
            "Future, DoAttempt, DoSleep and RetryAction patched in the module may have "
            "no effect on calls; RetryCallState and AttemptManager have",
            "set_result, set_exception and prepare_for_next_attempt patched in the class "
            "RetryCallState itself are not called; those of a subclass put in its place are, and "
            "so are patched methods of strategies and of Retrying",
        ),
    ),
)

PEERS: "dict[str, Peer]" = {peer.name: peer for peer in _ENTRIES}


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
    return tuple(peer for peer in PEERS.values() if peer.name in wanted or not wanted)
