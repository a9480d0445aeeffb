"""Reports for people: what changed, grouped by the object it is in, old values before new ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .helper import notpresent
from .serialization import SerializationMixin

if TYPE_CHECKING:
    from .diff import DeepDiff

_RED, _GREEN, _DIM, _BOLD, _RESET = "\033[31m", "\033[32m", "\033[2m", "\033[1m", "\033[0m"
_KINDS = {
    "iterable_item_moved": "moved",
    "repetition_change": "repeated",
    "unprocessed": "not compared",
}


def _short(value: Any, width: int) -> str:
    text = repr(value)
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _lines(change: Any, kind: str, width: int) -> Iterator[tuple[str, str]]:
    """The lines of a change, each with its sign."""
    if kind in _KINDS:
        detail = _short(change.t2, width)
        if kind == "repetition_change":
            counts = change.additional["repetition"]
            detail = f"{detail} {counts['old_repeat']} -> {counts['new_repeat']} times"
        elif kind == "iterable_item_moved":
            detail = f"{detail} to {change.path(use_t2=True, force='fake', reporting_move=True)}"
        yield " ", f"{_KINDS[kind]}: {detail}"
        return
    if "diff" in change.additional:
        for line in change.additional["diff"].splitlines()[2:]:
            yield (line[0] if line[:1] in ("+", "-") else " "), line[1:]
        return
    types = kind == "type_changes"
    for sign, value in (("-", change.t1), ("+", change.t2)):
        if value is not notpresent:
            name = f" ({type(value).__name__})" if types else ""
            yield sign, _short(value, width) + name


def _printable(text: str) -> str:
    """`text` without what a terminal would obey, or an encoding refuse."""
    return "".join(c if c.isprintable() or c == "\t" else ascii(c)[1:-1] for c in text)


def report(diff: DeepDiff, *, color: bool = False, width: int = 100) -> str:
    """What `diff` found, for a terminal of `width` columns; `color` marks old and new values.

    >>> from mainstay.diff import DeepDiff
    >>> print(report(DeepDiff({"a": 1, "b": [1]}, {"a": 2, "b": [1, 5]})))
    root['a']
      - 1
      + 2
    root['b'][1]
      + 5
    1 changed, 1 added
    """
    if not isinstance(diff, SerializationMixin):
        raise TypeError(f"report() takes a DeepDiff, got {type(diff).__name__}")
    tree = diff.tree
    entries = []
    counts: dict[str, int] = {}
    for kind, changes in tree.items():
        if kind == "deep_distance":
            continue
        for change in changes:
            word = "added" if "added" in kind else "removed" if "removed" in kind else "changed"
            word = "moved" if kind == "iterable_item_moved" else word
            counts[word] = counts.get(word, 0) + 1
            entries.append((_printable(change.path(force="fake") or "root"), kind, change))
    if not entries:
        return "no differences"
    lines = []
    shown = None
    for path, kind, change in sorted(entries, key=lambda entry: _sort_key(entry[2])):
        if path != shown:
            lines.append(f"{_BOLD}{path}{_RESET}" if color else path)
            shown = path
        for sign, text in _lines(change, kind, width - 4):
            tint = {"-": _RED, "+": _GREEN}.get(sign, _DIM)
            line = f"{sign} {_printable(text)}"
            lines.append(f"  {tint}{line}{_RESET}" if color else f"  {line}")
    lines.append(", ".join(f"{counts[word]} {word}" for word in sorted(counts, reverse=True)))
    return "\n".join(lines)


def _sort_key(change: Any) -> list[tuple[int, Any]]:
    """Paths in the order of their keys: numbers before texts, 2 before 10."""
    keys = change.path(output_format="list")
    return [(0, key) if type(key) is int else (1, str(key)) for key in keys]
