"""The new object as JSON in colours: red is what was there, green is what is there now."""

from __future__ import annotations

import json
from ast import literal_eval
from collections.abc import Iterator
from typing import Any

from .model import TextResult

RED = "\033[31m"
GREEN = "\033[32m"
RESET = "\033[0m"
_INDENT = "  "


class ColoredView:
    """Prints `t2` with the changes; `compact` folds what did not change."""

    def __init__(self, t2: Any, tree_result: Any, compact: bool = False) -> None:
        self.t2 = t2
        self.tree = tree_result
        self.compact = compact
        self.diff_paths = self._collect_diff_paths()

    def _collect_diff_paths(self) -> dict[Any, tuple[str, Any, Any]]:
        """For each path what happened there, with the old and the new value."""
        paths: dict[Any, tuple[str, Any, Any]] = {}
        for kind, items in TextResult(self.tree, verbose_level=2).items():
            if not isinstance(items, dict):
                continue
            for path, item in items.items():
                if kind in ("values_changed", "type_changes"):
                    at = item.get("new_path") or path
                    paths[at] = ("changed", item.get("old_value"), item.get("new_value"))
                elif kind in ("dictionary_item_added", "iterable_item_added"):
                    paths[path] = ("added", None, item)
                elif kind in ("dictionary_item_removed", "iterable_item_removed"):
                    paths[path] = ("removed", item, None)
        return paths

    def _format_value(self, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return f'"{value}"'
        if isinstance(value, (dict, list, tuple)):
            return json.dumps(value, default=str)
        return str(value)

    def _get_path_removed(self, path: str) -> dict[Any, Any]:
        """The children of `path` that were removed, by key."""
        removed = {}
        for key, (kind, old, _) in self.diff_paths.items():
            if kind == "removed" and key.startswith(f"{path}["):
                step = key[len(path) :]
                if step.count("[") == 1 and step.endswith("]"):
                    removed[literal_eval(step[1:-1])] = old
        return removed

    def _has_differences(self, path: str) -> bool:
        return any(each.startswith(f"{path}[") for each in self.diff_paths)

    def _colorize_json(self, obj: Any, path: str = "root", indent: int = 0) -> str:
        if path in self.diff_paths and path not in self._shown:
            kind, old, new = self.diff_paths[path]
            before = f"{RED}{self._format_value(old)}{RESET}"
            after = f"{GREEN}{self._format_value(new)}{RESET}"
            return {"changed": f"{before} -> {after}", "added": after, "removed": before}[kind]
        if isinstance(obj, (dict, list)) and self.compact and not self._has_differences(path):
            return "{...}" if isinstance(obj, dict) else "[...]"
        if isinstance(obj, dict):
            return self._block("{}", self._entries(obj, path, indent + 1), indent) if obj else "{}"
        if isinstance(obj, (list, tuple)):
            removed = self._get_path_removed(path)
            if not obj and not removed:
                return "[]"
            return self._block("[]", self._items(obj, removed, path, indent + 1), indent)
        return self._format_value(obj)

    def _block(self, brackets: str, lines: Iterator[str], indent: int) -> str:
        opening, closing = brackets[0], brackets[1]
        before = "\n" + _INDENT * (indent + 1)
        return f"{opening}{before}{f',{before}'.join(lines)}\n{_INDENT * indent}{closing}"

    def _entries(self, obj: dict[Any, Any], path: str, indent: int) -> Iterator[str]:
        def at(key: Any) -> str:
            return f"{path}['{key}']" if isinstance(key, str) else f"{path}[{key}]"

        for key, value in obj.items():
            text = f'"{key}": {self._colorize_json(value, at(key), indent)}'
            added = self.diff_paths.get(at(key), ("",))[0] == "added"
            yield f"{GREEN}{text}{RESET}" if added else text
        for key, value in self._get_path_removed(path).items():
            yield f'{RED}"{key}": {self._colorize_json(value, at(key), indent)}{RESET}'

    def _items(self, obj: Any, removed: dict[Any, Any], path: str, indent: int) -> Iterator[str]:
        self._shown.update(f"{path}[{index}]" for index in removed)
        gone = {index: f"{RED}{self._format_value(item)}{RESET}" for index, item in removed.items()}
        place = 0
        for index, value in enumerate(obj):
            while place in gone and place == next(iter(gone)):
                yield gone.pop(place)
                place += 1
            yield self._colorize_json(value, f"{path}[{index}]", indent)
            place += 1
        yield from gone.values()

    def __str__(self) -> str:
        self._shown: set[str] = set()  # paths of removed items that are not those of present ones
        return self._colorize_json(self.t2)

    def __iter__(self) -> Iterator[Any]:
        yield from self.tree.items()
