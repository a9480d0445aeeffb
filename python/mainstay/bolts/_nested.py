"""Nested data: rebuild it (`remap`), search it (`research`), reach into it (`get_path`).

All three keep their state on their own stack, so depth costs no recursion. They hold nothing
between calls; what they walk must not be changed by another thread meanwhile.
"""

from __future__ import annotations

from _collections_abc import ItemsView, Mapping, Sequence, Set

from . import _native
from ._sentinels import Sentinel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Path = tuple[Any, ...]

_UNSET: Any = Sentinel("_UNSET", __name__)
_EVENTS = ("visit", "enter", "exit")


def default_visit(path: Path, key: Any, value: Any) -> Any:
    """Keeps the item as it is."""
    return key, value


def default_enter(path: Path, key: Any, value: Any) -> Any:
    """An empty container of the value's class and its items; False for what is no container.

    Mappings, sequences and sets are containers; texts and bytes are none.
    """
    if isinstance(value, (str, bytes)):
        return value, False
    if isinstance(value, Mapping):
        return value.__class__(), ItemsView(value)
    if isinstance(value, (Sequence, Set)):
        return value.__class__(), enumerate(value)
    return value, False


def default_exit(path: Path, key: Any, old_parent: Any, new_parent: Any, new_items: Any) -> Any:
    """The new container, filled; one that cannot be filled is made again, full."""
    if isinstance(new_parent, Mapping):
        new_parent.update(new_items)  # type: ignore[attr-defined]
        return new_parent
    if isinstance(new_parent, Sequence):
        fill = "extend"
    elif isinstance(new_parent, Set):
        fill = "update"
    else:
        raise RuntimeError(f"unexpected iterable type: {type(new_parent)!r}")
    values = [value for _, value in new_items]
    method = getattr(new_parent, fill, None)
    if method is None:
        make: Any = new_parent.__class__
        return make(values)
    method(values)
    return new_parent


def remap(
    root: Any,
    visit: Callable[[Path, Any, Any], Any] = default_visit,
    enter: Callable[[Path, Any, Any], Any] = default_enter,
    exit: Callable[[Path, Any, Any, Any, Any], Any] = default_exit,
    cache: bool = True,
    **kwargs: Any,
) -> Any:
    """A rebuilt copy of nested data.

    `visit(path, key, value)` is called for each item once its children are done; it returns the new
    (key, value), True to keep the item or False to drop it. `enter(path, key, value)` returns an
    empty container and the items to walk, or False in their place. `exit(path, key, old, new,
    items)` returns what the container becomes.

    With `cache` an object that occurs several times is rebuilt once, so cycles end. An item whose
    visit raises is kept when `reraise_visit` is False. `trace` prints all events, or those named.

    >>> remap({"a": None, "b": [1, None]}, lambda path, key, value: value is not None)
    {'b': [1]}
    """
    for name, function in (("visit", visit), ("enter", enter), ("exit", exit)):
        if not callable(function):
            raise TypeError(f"{name} expected callable, not: {function!r}")
    reraise = kwargs.pop("reraise_visit", True)
    trace = kwargs.pop("trace", ())
    if trace is True:
        trace = _EVENTS
    elif isinstance(trace, str):
        trace = (trace,)
    if not isinstance(trace, (tuple, list, set)):
        raise TypeError(f"trace expected tuple of event names, not: {trace!r}")
    if kwargs:
        raise TypeError(f"unexpected keyword arguments: {kwargs.keys()!r}")
    if enter is default_enter and exit is default_exit and not trace:
        asked = None if visit is default_visit else visit
        return _native.remap(root, asked, cache, reraise, enter, exit)
    return _remap(root, visit, enter, exit, cache, reraise, trace)


class _Frame:
    """A container that is being rebuilt."""

    __slots__ = ("inside", "items", "key", "new", "old", "path", "results")

    def __init__(self, path: Path, key: Any, old: Any, new: Any, items: Any, inside: Path) -> None:
        self.path = path
        self.key = key
        self.old = old
        self.new = new
        self.inside = inside
        self.items = iter(items)
        self.results: list[Any] = []


def _remap(
    root: Any, visit: Any, enter: Any, exit: Any, cache: bool, reraise: bool, trace: Any
) -> Any:
    done: dict[int, Any] = {}
    frames: list[_Frame] = []
    path: Path = ()
    key, value = None, root
    while True:
        # Down: the item becomes a frame, or stays a value.
        entered = None
        if cache and id(value) in done:
            value = done[id(value)]
        else:
            entered = _enter(path, key, value, enter, "enter" in trace)
        if entered is not None:
            new, items = entered
            done[id(value)] = new
            inside = path if value is root else (*path, key)
            # A list: items may be an iterator over what a callback changes.
            frames.append(_Frame(path, key, value, new, list(items) if items else (), inside))
        elif not frames:
            outside = _Frame((), None, root, None, (), ())
            _visit(outside, key, value, visit, reraise, "visit" in trace)
            if not outside.results:
                return root
            raise TypeError(f"expected remappable root, not: {root!r}")
        else:
            _visit(frames[-1], key, value, visit, reraise, "visit" in trace)
        # Along: the next item of the innermost frame that has one; frames without one are left.
        while (item := next(frames[-1].items, _UNSET)) is _UNSET:
            frame = frames.pop()
            value = _exit(frame, exit, "exit" in trace)
            done[id(frame.old)] = value
            if not frames:
                return value
            _visit(frames[-1], frame.key, value, visit, reraise, "visit" in trace)
        key, value = item
        path = frames[-1].inside


def _enter(path: Path, key: Any, value: Any, enter: Any, traced: bool) -> Any:
    if traced:
        print(" .. remap enter:", path, "-", key, "-", value)
    answer = enter(path, key, value)
    if traced:
        print(" .. remap enter result:", answer)
    try:
        new, items = answer
    except TypeError:
        raise TypeError(
            f"enter should return a tuple of (new_parent, items_iterator), not: {answer!r}"
        ) from None
    return None if items is False else (new, items)


def _visit(frame: _Frame, key: Any, value: Any, visit: Any, reraise: bool, traced: bool) -> None:
    item = (key, value)
    if visit is not default_visit:
        if traced:
            print(" .. remap visit:", frame.inside, "-", key, "-", value)
        try:
            answer = visit(frame.inside, key, value)
        except Exception:
            if reraise:
                raise
            answer = True
        if answer is not True:
            item = answer
        if traced:
            print(" .. remap visit result:", "<drop>" if answer is False else item)
        if answer is False:
            return
    frame.results.append(item)


def _exit(frame: _Frame, exit: Any, traced: bool) -> Any:
    if traced:
        print(
            " .. remap exit:", frame.path, "-", frame.key, "-", frame.old, "-", frame.new, "-",
            frame.results,
        )  # fmt: skip
    value = exit(frame.path, frame.key, frame.old, frame.new, frame.results)
    if traced:
        print(" .. remap exit result:", value)
    return value


class PathAccessError(KeyError, IndexError, TypeError):
    """A path that leads nowhere: `exc` is what `seg` of `path` raised."""

    def __init__(self, exc: Exception, seg: Any, path: Any) -> None:
        self.exc = exc
        self.seg = seg
        self.path = path

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self.exc!r}, {self.seg!r}, {self.path!r})"

    def __str__(self) -> str:
        return f"could not access {self.seg!r} from path {self.path!r}, got error: {self.exc!r}"


def _step(value: Any, seg: Any, path: Any) -> Any:
    try:
        return value[seg]
    except (KeyError, IndexError) as error:
        raise PathAccessError(error, seg, path) from error
    except TypeError as error:
        # Either a text in place of an index, or a value that cannot be indexed.
        try:
            seg = int(seg)
            return value[seg]
        except (ValueError, KeyError, IndexError, TypeError):
            reason: Exception = error
            if getattr(value, "__iter__", None) is None and not hasattr(value, "__getitem__"):
                reason = TypeError(f"{type(value).__name__!r} object is not indexable")
            raise PathAccessError(reason, seg, path) from error


_native.adopt(_step, PathAccessError)
get_path = _native.get_path


def research(
    root: Any,
    query: Callable[[Path, Any, Any], Any] = lambda path, key, value: True,
    reraise: bool = False,
    enter: Callable[[Path, Any, Any], Any] = default_enter,
) -> list[tuple[Path, Any]]:
    """A list of (path, value) of all values in nested data for which the query is true.

    A query that raises counts as false unless `reraise`. `enter` is that of `remap`.

    >>> research({"a": {"b": 1, "c": (2, "d")}}, lambda path, key, value: isinstance(value, int))
    [(('a', 'b'), 1), (('a', 'c', 0), 2)]
    """
    if not callable(query):
        raise TypeError(f"query expected callable, not: {query!r}")
    if enter is default_enter:
        return _native.research(root, query, reraise, enter)
    found: list[tuple[Path, Any]] = []

    def ask(path: Path, key: Any, value: Any) -> Any:
        try:
            if query(path, key, value):
                found.append(((*path, key), value))
        except Exception:
            if reraise:
                raise
        return enter(path, key, value)

    remap(root, enter=ask, cache=False)
    return found
