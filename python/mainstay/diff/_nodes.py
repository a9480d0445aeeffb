"""Node: where a walk is - a pair of objects, and how it was reached from the pair above.

A node is light; the walk makes one per pair it enters and keeps those that changed. Its `DiffLevel`
is made when user code is to see it, and then counts: what a callback changes there is read back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import model
from .helper import notpresent
from .model import ChildRelationship, Step, join_steps

_ON_FIRST, _ON_SECOND, BOTH = 1, 2, 3


class Node:
    """A pair on the way of a walk."""

    __slots__ = (
        "_additional",
        "_level",
        "_moved_above",
        "_relation",
        "_sides",
        "_text",
        "moved",
        "param1",
        "param2",
        "t1",
        "t2",
        "up",
        "verbose_level",
    )

    def __init__(
        self,
        t1: Any,
        t2: Any,
        up: Node | None = None,
        relation: type[ChildRelationship] = ChildRelationship,
        param1: Any = None,
        param2: Any = None,
        verbose_level: int = 1,
    ) -> None:
        self.t1 = t1
        self.t2 = t2
        self.up = up
        self.param1 = param1
        self.param2 = param1 if param2 is None else param2
        self.moved = False
        self.verbose_level: int = verbose_level if up is None else up.verbose_level
        self._relation = relation
        self._moved_above = up is not None and up.moved
        # On which sides there was something when the node was reached.
        self._sides = (t1 is not notpresent) | (t2 is not notpresent) << 1
        self._additional: dict[str, Any] | None = None
        self._level: Any = None
        self._text: Any = None

    @property
    def additional(self) -> dict[str, Any]:
        """What is known beside the two values."""
        if self._additional is None:
            self._additional = {}
        return self._additional

    def _chain(self) -> list[Node]:
        """The nodes from the one below the root to this one."""
        chain = []
        node = self
        while node.up is not None:
            chain.append(node)
            node = node.up
        chain.reverse()
        return chain

    def _steps(self, use_t2: bool, reporting_move: bool) -> Iterator[Step]:
        for node in self._chain():
            if not node._sides:
                return
            second = use_t2 ^ (node._moved_above and not reporting_move)
            if not node._sides & (_ON_SECOND if second else _ON_FIRST):
                second = not second
            yield node._relation, node.param2 if second else node.param1

    def path(
        self,
        force: str | None = None,
        use_t2: bool = False,
        reporting_move: bool = False,
        get_parent_too: bool = False,
    ) -> Any:
        """As `DiffLevel.path`."""
        plain = force is None and not (use_t2 or reporting_move or get_parent_too)
        if plain and self._text is not None:
            return self._text
        if plain and self.up is not None and self.up._text is not None and not self._moved_above:
            param = self.param1 if self._sides & _ON_FIRST else self.param2
            step = self._relation.step(param) if self._sides else ""
            self._text = None if step is None else self.up._text + step
            return self._text
        parent, last, result = join_steps(self._steps(use_t2, reporting_move), force)
        result = None if result is None else f"root{result}"
        if get_parent_too:
            return None if parent is None else f"root{parent}", last, result
        if plain:
            self._text = result
        return result

    def level(self) -> Any:
        """The `DiffLevel` of this node, at the end of a chain of its own."""
        if self._level is not None:
            return self._level
        above: list[Node] = []
        node = self
        while node.up is not None and node._level is None:
            above.append(node)
            node = node.up
        if node._level is not None:
            level = node._level.copy()
        else:
            level = model.DiffLevel(node.t1, node.t2, verbose_level=self.verbose_level)
        self._tell(level, node)
        for below in reversed(above):
            parent = level
            level = parent.create_deeper(
                below.t1, below.t2, below._relation, below.param1, below.param2
            )
            if not below._sides & _ON_SECOND:
                parent.t2_child_rel = None
            level.additional = dict(below._additional or ())
            if below._moved_above:
                parent.additional["moved"] = True
            else:  # it may have been said since of the level that was copied
                parent.additional.pop("moved", None)
        level.additional = self.additional
        self._level = level
        return level

    @staticmethod
    def _tell(level: Any, node: Node) -> None:
        if node._additional and not level.additional:
            level.additional = dict(node._additional)

    def refresh(self) -> None:
        """Read back what user code changed in the level it was given."""
        if self._level is not None:
            self.t1, self.t2 = self._level.t1, self._level.t2

    def set_values(self, t1: Any, t2: Any) -> None:
        """Compare, and report, these in the place of the two values."""
        self.t1, self.t2 = t1, t2
        if self._level is not None:
            self._level.t1, self._level.t2 = t1, t2
