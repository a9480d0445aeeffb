from collections.abc import Callable
from typing import Any, final

@final
class Settings:
    """How a native walk compares. Not changed once it is made; may be shared by threads."""
    def __init__(self, *args: Any, **keywords: Any) -> None: ...

@final
class Changes:
    """What a native walk found. May be shared by threads."""
    def __len__(self) -> int: ...
    def nodes(self) -> list[tuple[str, Any]]:
        """The changes as pairs of a kind and a node."""
    def opcodes(self) -> list[tuple[Any, list[tuple[str, int, int, int, int]]]]:
        """Lists that were aligned: pairs of a node and opcodes."""
    def text(self) -> dict[str, Any] | None:
        """The text view as a dict; None if there are changes that Python writes."""

def compare(walk: Any, settings: Settings, node: Any, /) -> Changes: ...
def deep_copy(obj: Any, /) -> Any: ...
def parse_path(path: str, /) -> tuple[tuple[Any, str], ...] | None: ...
def apply_patch(document: str, patch: str, /) -> str: ...
def apply_values(
    root: Any, changes: dict[Any, Any], elements_of: Callable[[Any], Any], /
) -> dict[Any, Any]: ...
def digest_tree(hasher: Any, obj: Any, parent: str, flags: tuple[Any, ...], /) -> Any: ...
def search(
    searcher: Any, obj: Any, path: str, text: str, flags: tuple[bool, bool, bool], /
) -> None: ...
