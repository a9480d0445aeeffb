"""Which nodes are left out: by path, glob, regular expression, type or callback.

One instance belongs to one DeepDiff or DeepHash; it holds the arguments in a form that is quick to
ask, and is false when nothing is ever left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .helper import (
    add_root_to_paths,
    convert_item_or_items_into_compiled_regexes_else_none,
    convert_item_or_items_into_set_else_none,
    separate_wildcard_and_exact_paths,
)

regexes = convert_item_or_items_into_compiled_regexes_else_none
Callback = Callable[[Any, Any], Any] | None


class PathFilters:
    """The filters of one comparison or hash."""

    exclude_regex_paths: list[Any] | None = None
    exclude_types: tuple[type, ...] = ()
    exclude_obj_callback: Callback = None
    exclude_obj_callback_strict: Callback = None
    include_obj_callback: Callback = None
    include_obj_callback_strict: Callback = None

    prefix_includes = False
    """Whether only what is below an included path is included, not what is above it (hashes)."""

    def __init__(
        self,
        exclude_paths: Any,
        include_paths: Any,
        exclude_globs: Any = None,
        include_globs: Any = None,
    ) -> None:
        exact, globs = separate_wildcard_and_exact_paths(
            convert_item_or_items_into_set_else_none(exclude_paths)
        )
        self.exclude_paths = add_root_to_paths(exact)
        self.exclude_globs = exclude_globs or globs
        exact, globs = separate_wildcard_and_exact_paths(
            convert_item_or_items_into_set_else_none(include_paths)
        )
        self.include_paths = add_root_to_paths(exact)
        self.include_globs = include_globs or globs
        # There may be many paths: they are looked for at once.
        self._in_one_text = "\0".join(self.include_paths or ())
        self._lengths = {len(path) for path in self.include_paths or ()}

    def __bool__(self) -> bool:
        return bool(
            self.exclude_paths
            or self.exclude_globs
            or self.include_paths
            or self.include_globs
            or self.exclude_regex_paths
            or self.exclude_types
            or self.exclude_obj_callback
            or self.exclude_obj_callback_strict
            or self.include_obj_callback
            or self.include_obj_callback_strict
        )

    @property
    def only_exact_paths(self) -> bool:
        """Whether there is nothing but a set of excluded paths."""
        rest = {**self.__dict__, "exclude_paths": None, "prefix_includes": False}
        return bool(self.exclude_paths) and not any(rest.values())

    @property
    def including(self) -> bool:
        """Whether only certain paths are looked at."""
        return bool(self.include_paths or self.include_globs)

    def _path_is_excluded(self, path: str | None) -> bool:
        if self.exclude_paths and path in self.exclude_paths:
            return True
        return any(glob.match(path) for glob in self.exclude_globs or ())

    def _path_is_included(self, path: str) -> bool:
        if not self.prefix_includes and path in self._in_one_text:
            return True
        included = self.include_paths or ()
        at = path.find("root")  # with which each of them begins
        while at >= 0 and not (at and self.prefix_includes):
            if any(path[at : at + length] in included for length in self._lengths):
                return True
            at = path.find("root", at + 1)
        return any(glob.match_or_is_ancestor(path) for glob in self.include_globs or ())

    def _matches_regex(self, path: str | None) -> bool:
        return path is not None and any(
            regex.search(path) for regex in self.exclude_regex_paths or ()
        )

    def skip_one(self, obj: Any, path: str) -> bool:
        """Whether a hash leaves out `obj`."""
        if self.including and path != "root":
            return not self._path_is_included(path)
        return (
            self._path_is_excluded(path)
            or self._matches_regex(path)
            or isinstance(obj, self.exclude_types)
            or bool(self.exclude_obj_callback and self.exclude_obj_callback(obj, path))
        )

    def skip_pair(self, t1: Any, t2: Any, path: str | None) -> bool:
        """Whether a comparison leaves out this pair.

        Where paths are included, they decide; an including callback has the last word.
        """
        excluded = self._path_is_excluded(path)
        inside = path != "root"
        if self.including and inside and not excluded:
            return path is None or not self._path_is_included(path)
        if self._matches_regex(path):
            return True
        if isinstance(t1, self.exclude_types) or isinstance(t2, self.exclude_types):
            return True
        ask = self.exclude_obj_callback
        if ask and (ask(t1, path) or ask(t2, path)):
            return True
        ask = self.exclude_obj_callback_strict
        if ask and (ask(t1, path) and ask(t2, path)):
            return True
        ask = self.include_obj_callback
        if ask and inside:
            return not (ask(t1, path) or ask(t2, path))
        ask = self.include_obj_callback_strict
        if ask and inside:
            return not (ask(t1, path) and ask(t2, path))
        return excluded

    def skip_report(self, path: str | None) -> bool:
        """Whether a change is not reported: the walk goes through the ancestors of a glob."""
        if not self.include_globs:
            return False
        path = path or ""
        if any(prefix in path for prefix in self.include_paths or ()):
            return False
        return not any(glob.match_or_is_descendant(path) for glob in self.include_globs)

    def skip_key(self, node: Any, key: Any) -> bool:
        """Whether a key of a dict is not even looked at."""
        if not self.including:
            return False
        path = node.path()
        key_path = f"{path}['{key}']"
        included = self.include_paths
        if included:
            if key_path in self._in_one_text:
                return False
            while node is not None:
                if node.path() in included:
                    return False
                node = node.up
        return not any(glob.match_or_is_ancestor(key_path) for glob in self.include_globs or ())
