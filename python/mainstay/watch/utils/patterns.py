"""Which paths match glob patterns.

A pattern matches a whole path, as `PurePath.full_match` of Python 3.13 does: `*` and `?` stay
within a name, `**` is any number of folders, `[...]` is a choice of characters. Without
`case_sensitive` letters are compared in lower case and `\\` separates as `/` does.

Patterns are compiled once and kept; the matching is native.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .._native import Globs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@lru_cache(maxsize=512)
def _compile(patterns: tuple[str, ...], case_sensitive: bool, tail: bool) -> Callable[[str], bool]:
    return Globs(patterns, case_sensitive=case_sensitive, tail=tail).match


def compiled(
    patterns: Iterable[str] | None, case_sensitive: bool, match: str = "full"
) -> Callable[[str], bool]:
    """Whether one of `patterns` matches, as a function of the path; None is all paths."""
    if patterns is None:
        return _everything
    return _compile(tuple(patterns), case_sensitive, match == "tail")


def _everything(path: str) -> bool:
    return True


def conflicts(
    what: str, included: Iterable[str], excluded: Iterable[str], case_sensitive: bool
) -> None:
    """ValueError when something is asked for and ignored at once."""
    wanted, ignored = set(included), set(excluded)
    if not case_sensitive:
        wanted = {each.lower() for each in wanted}
        ignored = {each.lower() for each in ignored}
    common = wanted & ignored
    if common:
        raise ValueError(f"conflicting {what} `{common}` included and excluded")


def _match_path(
    raw_path: str,
    included_patterns: Iterable[str],
    excluded_patterns: Iterable[str],
    *,
    case_sensitive: bool,
) -> bool:
    """Whether a path matches one of the first patterns and none of the second."""
    conflicts("patterns", included_patterns, excluded_patterns, case_sensitive)
    return compiled(included_patterns, case_sensitive)(raw_path) and not (
        excluded_patterns and compiled(excluded_patterns, case_sensitive)(raw_path)
    )


def filter_paths(
    paths: Iterable[str],
    *,
    included_patterns: Iterable[str] | None = None,
    excluded_patterns: Iterable[str] | None = None,
    case_sensitive: bool = True,
) -> Iterator[str]:
    """Yields the paths that match one of `included_patterns` and none of `excluded_patterns`.

    None includes every path, and excludes none. ValueError when a pattern is in both.
    """
    included = ["**"] if included_patterns is None else list(included_patterns)
    excluded = [] if excluded_patterns is None else list(excluded_patterns)
    for path in paths:
        if _match_path(path, included, excluded, case_sensitive=case_sensitive):
            yield path


def match_any_paths(
    paths: Iterable[str],
    *,
    included_patterns: Iterable[str] | None = None,
    excluded_patterns: Iterable[str] | None = None,
    case_sensitive: bool = True,
) -> bool:
    """Whether `filter_paths` would yield one of the paths."""
    found = filter_paths(
        paths,
        included_patterns=included_patterns,
        excluded_patterns=excluded_patterns,
        case_sensitive=case_sensitive,
    )
    return any(found)
