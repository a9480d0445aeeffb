"""Paths such as `root['a'][0].name`: reading them, writing them, following them, matching globs.

A parsed path is a tuple of `(element, action)`; the action is GET (`obj[element]`) or GETATTR.
"""

from __future__ import annotations

import logging
import re
from ast import literal_eval
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from . import _native

logger = logging.getLogger("deepdiff.path")

GETATTR = "GETATTR"
GET = "GET"
DEFAULT_FIRST_ELEMENT = ("root", GETATTR)
_DUNDER_MSG = "traversing dunder attributes is not allowed"
_ESCAPE = "\U0001d1c0"  # stands before each quote of a key that has quotes of both kinds

Element = tuple[Any, str]


class _WildcardToken:
    """`*` or `**` in a path; a key that is the text '*' is none."""

    def __init__(self, symbol: str) -> None:
        self._symbol = symbol

    def __repr__(self) -> str:
        return self._symbol

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _WildcardToken) and self._symbol == other._symbol

    def __hash__(self) -> int:
        return hash(("_WildcardToken", self._symbol))


SINGLE_WILDCARD = _WildcardToken("*")
MULTI_WILDCARD = _WildcardToken("**")


class PathExtractionError(ValueError):
    """A path that cannot be followed."""


class RootCanNotBeModified(ValueError):
    """The root has no parent in which it could be replaced."""


def _add_to_elements(elements: list[Element], elem: str, inside: Any) -> None:
    """Append what the text `elem` means; nothing for an empty or private one."""
    if not elem or elem.startswith("__"):
        return
    action = GETATTR if inside == "." else GET
    value: Any = elem
    if elem == "*":
        value = SINGLE_WILDCARD
    elif elem == "**":
        value = MULTI_WILDCARD
    else:
        quoted = elem[0] == elem[-1] and elem[0] in "\"'"
        literal = _ESCAPE not in elem and "\\" not in elem
        if literal:
            try:
                value = literal_eval(elem)
            except (ValueError, SyntaxError):
                literal = False
        if not literal and quoted:
            value = elem[1:-1].replace(_ESCAPE + "'", "'").replace(_ESCAPE + '"', '"')
    elements.append((value, action))


@lru_cache(maxsize=8192)
def parsed(path: str, root_element: Element | None = DEFAULT_FIRST_ELEMENT) -> tuple[Element, ...]:
    """The elements of a text; one who asks for many calls this with the path alone."""
    root = (root_element,) if root_element else ()
    elements = _native.parse_path(path)
    return root + (_read(path) if elements is None else elements)


def _read(path: str) -> tuple[Element, ...]:
    """The elements of any path: with literals of all kinds, wildcards and escaped quotes."""
    elements: list[Element] = []
    text, inside, quote, previous = "", "", "", ""

    def finish() -> None:
        nonlocal text
        _add_to_elements(elements, text, inside)
        text = ""

    for char in path[4:]:  # without "root"
        if previous == _ESCAPE:
            text += char
        elif quote:
            text += char
            if char == quote:
                quote = ""
                finish()
        elif char in "\"'":
            text += char
            quote = char
        elif char == "[" and inside != "[":
            if inside == ".":
                finish()
            text, inside = "", "["
        elif char == "." and inside != "[":
            if inside == ".":
                finish()
            text, inside = "", "."
        elif char == "]":
            finish()
            inside = ""
        else:
            text += char
        previous = char
    finish()
    return tuple(elements)


def _path_to_elements(path: Any, root_element: Any = DEFAULT_FIRST_ELEMENT) -> Any:
    """The elements of a path; what is a sequence already comes back as it is."""
    return path if isinstance(path, (tuple, list)) else parsed(path, root_element)


def check_elem(elem: Any) -> None:
    """Refuse to follow attributes such as `__class__`: a delta from outside could change code."""
    if isinstance(elem, str) and elem.startswith("__") and elem.endswith("__"):
        raise ValueError(_DUNDER_MSG)


_WIDEST_GAP = 10_000_000


def check_gap(items: int, path: Any) -> None:
    """Refuse to fill a list up to an index so far away that it would take all memory."""
    if items > _WIDEST_GAP:
        raise ValueError(f"{path} is {items} items behind the end of the list; that is refused")


def _get_nested_obj(obj: Any, elements: Iterable[Element], next_element: Any = None) -> Any:
    """The object at the end of the path."""
    for elem, action in elements:
        check_elem(elem)
        if action == GET:
            obj = obj[elem]
        elif action == GETATTR:
            obj = getattr(obj, elem)
    return obj


def _get_nested_obj_and_force(
    obj: Any, elements: Sequence[Element], next_element: Any = None
) -> Any:
    """The object at the end of the path; what is missing on the way is made."""
    above, above_elem, above_action = obj, None, GET
    last = len(elements) - 1
    for index, (elem, action) in enumerate(elements):
        check_elem(elem)
        if action == GETATTR:
            above, above_elem, above_action, obj = obj, elem, action, getattr(obj, elem)
            continue
        new: Any = [] if index == last and isinstance(next_element, int) else {}
        try:
            child = obj[elem]
        except KeyError:
            obj[elem] = child = new
        except IndexError:
            child = new
            if isinstance(elem, int) and isinstance(obj, list) and elem >= len(obj):
                check_gap(elem - len(obj), elem)
                obj.extend([None] * (elem - len(obj)))
                obj.append(child)
            elif obj == [] and above_elem:
                # The empty list was made on the way here, for what turns out to be a dict.
                obj = {elem: child}
                if above_action == GET:
                    above[above_elem] = obj
                else:
                    setattr(above, str(above_elem), obj)
            else:
                child = obj
        above, above_elem, above_action, obj = obj, elem, action, child
    return obj


def deepest_first(*changes: Mapping[Any, Any]) -> Iterator[list[dict[Any, Any]]]:
    """Changes by path, of those with equally long paths at a time.

    Paths of a keyed diff are those in the first object: they hold while no list above is changed.
    """
    lengths = [{path: len(_path_to_elements(path)) for path in each} for each in changes]
    for length in sorted({each for side in lengths for each in side.values()}, reverse=True):
        yield [
            {path: each[path] for path in each if side[path] == length}
            for each, side in zip(changes, lengths, strict=True)
        ]


def extract(obj: Any, path: Any) -> Any:
    """The item of `obj` at `path`.

    >>> extract({1: [{"2": "b"}, 3]}, "root[1][0]['2']")
    'b'
    """
    return _get_nested_obj(obj, _path_to_elements(path, root_element=None))


def parse_path(
    path: Any, root_element: Any = DEFAULT_FIRST_ELEMENT, include_actions: bool = False
) -> list[Any]:
    """The keys and attributes of a path as a list, on request with how each is got.

    >>> parse_path("root[1][2]['age']")
    [1, 2, 'age']
    """
    elements = _path_to_elements(path, root_element=root_element)
    elements = elements[1:] if root_element else elements
    if include_actions:
        return [{"element": element, "action": action} for element, action in elements]
    return [element[0] for element in elements]


def stringify_element(param: Any, quote_str: str | None = None) -> str:
    """A key that is a text, in quotes that it does not have itself."""
    if not isinstance(param, str):
        return repr(param if isinstance(param, bytes) else bytes(param))
    if "'" in param:
        if '"' in param and not quote_str:
            return '"' + re.sub("([\"'])", _ESCAPE + r"\1", param) + '"'
        return f'"{param}"'
    if '"' in param:
        return f"'{param}'"
    return param if quote_str is None else quote_str.format(param)


def stringify_path(
    path: Any, root_element: Any = DEFAULT_FIRST_ELEMENT, quote_str: str = "'{}'"
) -> str:
    """The text of a path that is given as keys, or as pairs of keys and actions.

    >>> stringify_path([1, 2, "age"])
    "root[1][2]['age']"
    """
    if not path:
        return str(root_element[0])
    try:
        has_actions = path[0][1] in {GET, GETATTR}
    except (KeyError, IndexError, TypeError):
        has_actions = False
    if not has_actions:
        path = [(path[0], root_element[1]), *((element, GET) for element in path[1:])]
    result = [str(root_element[0])]
    for element, action in path:
        if action != GET:
            result.append(f".{element}")
        elif isinstance(element, (str, bytes)):
            result.append(f"[{stringify_element(element, quote_str)}]")
        else:
            result.append(f"[{element}]")
    return "".join(result)


# [*], [**], .* and .** outside of quotes
_WILDCARD_RE = re.compile(r"\[\*\*?\]|\.\*\*?(?=[.\[]|$)")


def path_has_wildcard(path: str) -> bool:
    """Whether a path has `*` or `**` as one of its elements."""
    return bool(_WILDCARD_RE.search(path))


class GlobPathMatcher:
    """Tells which paths a pattern means: `*` is one element, `**` any number of them.

    Time is at most the product of both lengths. May be shared between threads.
    """

    def __init__(self, pattern_path: str) -> None:
        self.original_pattern = pattern_path
        self._pattern = _path_to_elements(pattern_path)[1:]

    def match(self, path_string: Any) -> bool:
        """Whether the pattern means this path."""
        return self._match_segments(_target(path_string), 0, 0, {}, allow_extra_target=False)

    def match_or_is_ancestor(self, path_string: Any) -> bool:
        """Whether the pattern means this path or may mean one below it."""
        target = _target(path_string)
        return self._match_segments(
            target, 0, 0, {}, allow_extra_target=False
        ) or self._could_match_descendant(target, 0, 0, {})

    def match_or_is_descendant(self, path_string: Any) -> bool:
        """Whether the pattern means this path or one above it."""
        return self._match_segments(_target(path_string), 0, 0, {}, allow_extra_target=True)

    def _match_segments(
        self,
        target: Sequence[Element],
        pi: int,
        ti: int,
        memo: dict[tuple[int, int], bool],
        allow_extra_target: bool,
    ) -> bool:
        key = (pi, ti)
        if key not in memo:
            pattern = self._pattern
            if pi == len(pattern):
                found = allow_extra_target or ti == len(target)
            elif pattern[pi][0] is MULTI_WILDCARD:
                found = any(
                    self._match_segments(target, pi + 1, each, memo, allow_extra_target)
                    for each in range(ti, len(target) + 1)
                )
            else:
                found = (
                    ti < len(target)
                    and _fits(pattern[pi][0], target[ti][0])
                    and self._match_segments(target, pi + 1, ti + 1, memo, allow_extra_target)
                )
            memo[key] = found
        return memo[key]

    def _could_match_descendant(
        self, target: Sequence[Element], pi: int, ti: int, memo: dict[tuple[int, int], bool]
    ) -> bool:
        key = (pi, ti)
        if key not in memo:
            pattern = self._pattern
            if pi == len(pattern) or ti == len(target):
                found = pi < len(pattern)
            elif pattern[pi][0] is MULTI_WILDCARD:
                found = self._could_match_descendant(
                    target, pi + 1, ti, memo
                ) or self._could_match_descendant(target, pi, ti + 1, memo)
            else:
                found = _fits(pattern[pi][0], target[ti][0]) and self._could_match_descendant(
                    target, pi + 1, ti + 1, memo
                )
            memo[key] = found
        return memo[key]


def _fits(pattern: Any, element: Any) -> bool:
    return pattern is SINGLE_WILDCARD or bool(pattern == element)


def _target(path: Any) -> Sequence[Element]:
    elements: Sequence[Element] = _path_to_elements(path or "root")[1:]
    return elements


def compile_glob_paths(paths: Iterable[str] | None) -> list[GlobPathMatcher] | None:
    """A matcher for each pattern; None for none."""
    return [GlobPathMatcher(path) for path in paths] if paths else None
