"""DeepSearch: where in an object something is - as a value, a part of a text, or in a path."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, MutableMapping
from typing import Any

from . import _native
from ._filters import PathFilters, regexes
from ._kinds import ipranges, kinds, strings
from ._sets import SetOrdered
from .helper import get_doc

logger = logging.getLogger("deepdiff.search")

doc = get_doc("search_doc.rst")
_MAX_WARNINGS = 10
_BUILTIN_CONTAINERS = frozenset([dict, list, tuple])


class DeepSearch(dict[str, Any]):
    """The paths of what matches `item`: `matched_values` and `matched_paths`.

    A text matches what contains it (with `match_string`: what equals it), whatever its case unless
    `case_sensitive`; with `use_regexp` it is a pattern. A path matches by its whole text. With
    `verbose_level=2` the values are given with their paths; without `strict_checking` a number
    also matches the text of it.

    >>> DeepSearch(["somewhere", {"x": "some place"}], "some", verbose_level=2)
    {'matched_values': {'root[0]': 'somewhere', "root[1]['x']": 'some place'}}
    """

    warning_num = 0

    def __init__(
        self,
        obj: Any,
        item: Any,
        exclude_paths: Any = (),
        exclude_regex_paths: Any = (),
        exclude_types: Any = (),
        verbose_level: int = 1,
        case_sensitive: bool = False,
        match_string: bool = False,
        use_regexp: bool = False,
        strict_checking: bool = True,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise ValueError(
                f"The following parameter(s) are not valid: {', '.join(kwargs)}\n"
                "The valid parameters are obj, item, exclude_paths, exclude_types,\n"
                "case_sensitive, match_string and verbose_level."
            )
        super().__init__()
        self.obj = obj
        self.case_sensitive = case_sensitive if isinstance(item, strings) else True
        if not self.case_sensitive and isinstance(item, str):
            item = item.lower()
        filters = PathFilters(None, None)
        given = PathFilters([p for p in exclude_paths if p.startswith("root")], None)
        filters.exclude_globs = given.exclude_globs
        filters.exclude_paths = given.exclude_paths
        filters.exclude_regex_paths = regexes(list(exclude_regex_paths))
        filters.exclude_types = tuple(exclude_types)
        self._filters = filters
        self.verbose_level = verbose_level
        self.use_regexp = use_regexp
        self.strict_checking = strict_checking
        self.match_string = match_string
        self._kinds = kinds()
        if not strict_checking and isinstance(item, (*self._kinds.numbers, *ipranges)):
            item = str(item)
        if use_regexp:
            try:
                item = re.compile(item)
            except TypeError as error:
                raise TypeError(
                    f"The passed item of {item} is not usable for regex: {error}"
                ) from None
        self._item = item
        self._text = str(item)
        for key in ("matched_paths", "matched_values"):
            self[key] = {} if verbose_level >= 2 else SetOrdered()
        self["unprocessed"] = []
        self._active: set[int] = {id(obj)}
        self._flags: Any = None
        if type(item) is str and not filters and not use_regexp:
            self._flags = (self.case_sensitive, match_string, strict_checking)
        self._search(obj, "root")
        for key in [key for key, found in self.items() if not found]:
            del self[key]

    def _report(self, kind: str, path: str, value: Any) -> None:
        found = self[kind]
        if isinstance(found, dict):
            found[path] = value
        else:
            found.add(path)

    def _enter(self, child: Any, path: str) -> None:
        """Search in `child`, unless the way there went through it."""
        if id(child) not in self._active:
            self._active.add(id(child))
            self._search(child, path)
            self._active.discard(id(child))

    def _search(self, obj: Any, path: str) -> None:
        item = self._item
        if self._flags and type(obj) in _BUILTIN_CONTAINERS:
            _native.search(self, obj, path, self._text, self._flags)
            return
        if self._filters and self._filters.skip_one(item, path):
            return
        is_text = isinstance(obj, strings)
        if is_text and isinstance(item, (*strings, re.Pattern)):
            self._search_text(obj, path)
        elif is_text and isinstance(item, self._kinds.numbers):
            return
        elif isinstance(obj, ipranges):
            self._search_text(str(obj), path)
        elif isinstance(obj, self._kinds.numbers):
            self._search_number(obj, path)
        elif isinstance(obj, MutableMapping):
            self._search_dict(obj, path)
        elif isinstance(obj, tuple):
            if hasattr(obj, "_asdict"):
                self._search_object(obj, path)
            else:
                self._search_iterable(obj, path)
        elif isinstance(obj, (set, frozenset)):
            if self.warning_num < _MAX_WARNINGS:
                logger.warning(
                    "Set item detected in the path."
                    "'set' objects do NOT support indexing. But DeepSearch will still report a "
                    "path."
                )
                self.warning_num += 1
            self._search_iterable(obj, path)
        elif isinstance(obj, Iterable) and not is_text:
            self._search_iterable(obj, path)
        else:
            self._search_object(obj, path)

    def _search_text(self, obj: Any, path: str) -> None:
        text = str(obj.lower() if not self.case_sensitive and isinstance(obj, str) else obj)
        if isinstance(self._item, re.Pattern):
            matched = bool(self._item.search(text))
        else:
            matched = self._text == text if self.match_string else self._text in text
        if matched:
            self._report("matched_values", path, obj)

    def _search_number(self, obj: Any, path: str) -> None:
        item = self._item
        if item == obj or (
            not self.strict_checking
            and (item == str(obj) or (self.use_regexp and item.search(str(obj))))
        ):
            self._report("matched_values", path, obj)

    def _search_dict(self, obj: Any, path: str, attributes: bool = False) -> None:
        for key in list(obj.keys()):
            child = obj[key]
            if id(child) in self._active:
                continue
            shown = f"'{key}'" if not attributes and isinstance(key, strings) else key
            child_path = f"{path}.{shown}" if attributes else f"{path}[{shown}]"
            text = child_path if self.case_sensitive else child_path.lower()
            found = self._text == text if self.match_string else self._text in text
            if found or (self.use_regexp and self._item.search(text)):
                self._report("matched_paths", child_path, child)
            self._enter(child, child_path)

    def _search_iterable(self, obj: Iterable[Any], path: str) -> None:
        for index, child in enumerate(obj):
            child_path = f"{path}[{index}]"
            if self._filters and self._filters.skip_one(child, child_path):
                continue
            cased = child.lower() if not self.case_sensitive and isinstance(child, str) else child
            if not self.use_regexp and cased == self._item:
                self._report("matched_values", child_path, child)
            else:
                self._enter(child, child_path)

    def _search_object(self, obj: Any, path: str) -> None:
        found = bool(obj == self._item)
        if found:
            self._report("matched_values", path, obj)
        if obj is None:
            return
        try:
            if isinstance(obj, tuple):
                attributes = obj._asdict()  # type: ignore[attr-defined]
            else:
                attributes = {
                    name: getattr(obj, name)
                    for name in dir(obj)
                    if not (name.startswith("__") and name.endswith("__"))
                }
        except AttributeError:
            try:
                names: Any = getattr(type(obj), "__slots__", None)
                if names is None:
                    raise AttributeError
                attributes = {name: getattr(obj, name) for name in names}
            except AttributeError:
                if not found:
                    self["unprocessed"].append(path)
                return
        self._search_dict(attributes, path, attributes=True)


class grep:
    """`obj | grep(item)` is `DeepSearch(obj, item)`; takes the same keywords."""

    def __init__(self, item: Any, **kwargs: Any) -> None:
        self.item = item
        self.kwargs = kwargs

    def __ror__(self, other: Any) -> DeepSearch:
        return DeepSearch(obj=other, item=self.item, **self.kwargs)
