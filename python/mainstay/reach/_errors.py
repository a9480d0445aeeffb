"""Errors of reach, and the trace of targets and specs that their texts show.

Every error is a `GlomError`; one that a callable of the program raised becomes a class of both its
own type and GlomError. A trace is written when the text is read: until then an error keeps the
scopes of its call, as in the peer. Errors copy; they pickle with their text and what of their
arguments pickles. One error must not be changed by two threads at once.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from collections.abc import Iterable, MutableMapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ._repr import _MISSING, CHILD_ERRORS, CUR_ERROR, LAST_CHILD_SCOPE, bbrepr

if TYPE_CHECKING:
    from collections import ChainMap

    from .core import Path, TType

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def _trace_width() -> int:
    for stream in (sys.__stdout__, sys.__stderr__):
        try:
            columns = os.get_terminal_size(stream.fileno()).columns if stream else 0
        except (OSError, ValueError, AttributeError):
            continue
        if columns:
            break
    else:
        columns = 80
    return max(min(columns, 110) - 2, 50)


TRACE_WIDTH = _trace_width()


class GlomError(Exception):
    """Base of all errors that reach raises."""

    _scope: Any = None
    _wrapped: BaseException | None = None
    _finalized_str: str | None = None

    @classmethod
    def wrap(cls, exc: BaseException) -> BaseException:
        """An error of both the type of `exc` and GlomError; `exc` where that cannot be made."""
        kind = type(exc)
        try:
            wrapper: GlomError = _wrapper_type(kind)(*exc.args)
            wrapper._wrapped = exc
        except Exception:
            return exc
        return wrapper

    def _finalize(self, scope: Any, wrapped: BaseException) -> None:
        # The scope of a native run is made when the text is read: until then its levels.
        self._scope, self._wrapped = scope, wrapped

    def get_message(self) -> str:
        """The text without the trace."""
        return super().__str__()

    def __str__(self) -> str:
        if self._finalized_str is None:
            if self._scope is None or self._wrapped is None:
                return self.get_message()
            if isinstance(self._scope, tuple):
                from .core import scope_of

                self._scope = scope_of(self._scope)
            self._finalized_str = "\n".join(
                [
                    "error raised while processing, details below.",
                    " Target-spec trace (most recent last):",
                    format_target_spec_trace(self._scope, self._wrapped),
                    *_last_lines(self._wrapped),
                ]
            )
        return self._finalized_str

    def __copy__(self) -> GlomError:
        # Not by calling the class: __init__ of a subclass may take other arguments than args.
        made = type(self).__new__(type(self), *self.args)
        made.args = self.args
        made.__dict__.update(self.__dict__)
        return made

    def __reduce__(self) -> Any:
        state = {key: value for key, value in self.__dict__.items() if key != "_scope"}
        state.pop("_wrapped", None)
        if self._scope is not None:
            state["_finalized_str"] = str(self)
        kept = {key: _portable(value) for key, value in state.items()}
        return _restore, (_unwrapped(type(self)), tuple(map(_portable, self.args)), kept)


def _wrapper_type(kind: type[BaseException]) -> Any:
    bases = (GlomError,) if issubclass(GlomError, kind) else (kind, GlomError)
    names = {"__module__": GlomError.__module__, "_wraps": kind}
    return type(f"GlomError.wrap({kind.__name__})", bases, names)


def _unwrapped(kind: type) -> tuple[bool, type]:
    wraps = vars(kind).get("_wraps")
    return (True, wraps) if wraps is not None else (False, kind)


def _portable(value: Any) -> Any:
    """`value`, or its repr where it does not pickle: an error has to arrive, with its text."""
    try:
        pickle.dumps(value)
    except Exception:
        return bbrepr(value)
    return value


def _restore(kind: tuple[bool, type], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    wrapped, cls = kind
    cls = _wrapper_type(cls) if wrapped else cls
    made: Any = cls.__new__(cls, *args)
    made.args = args
    made.__dict__.update(state)
    return made


def _last_lines(error: BaseException) -> list[str]:
    """The traceback below the last frame of this package: what the program's own code did."""
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    lines = text.strip().splitlines()
    for at in range(len(lines) - 1, -1, -1):
        if _PACKAGE in lines[at]:
            rest = lines[at + 1 :]
            while rest and rest[0].startswith("    "):  # its source lines, and marks below them
                del rest[0]
            return rest
        if lines[at].startswith("Traceback (most recent call last):"):
            return lines[at + 1 :]
    return lines


class _Level:
    """One line pair of a trace: a scope, what it looked at, how it failed, its failed branches."""

    __slots__ = ("branches", "error", "scope", "spec", "target")

    def __init__(self, scope: MutableMapping[Any, Any], branches: list[Any]) -> None:
        from .core import Spec, T

        self.scope, self.branches = scope, branches
        self.spec, self.target, self.error = scope[Spec], scope[T], scope.get(CUR_ERROR)


def _unpack_stack(scope: ChainMap[Any, Any], only_errors: bool = True) -> list[_Level]:
    stack: list[_Level] = []
    level = scope.maps[0]
    while LAST_CHILD_SCOPE in level:
        child = level[LAST_CHILD_SCOPE]
        failed = level[CHILD_ERRORS]
        # Scopes are compared by identity: comparing them by value would compare targets.
        linear = len(failed) == 1 and failed[0] is child
        stack.append(_Level(level, [] if linear else failed))
        if not linear and any(each is child for each in failed):
            break
        level = child.maps[0]
    else:
        stack.append(_Level(level, []))
    for upper, lower in pairwise(stack):
        if upper.error is lower.error:  # shown where it came from
            upper.error = None
    if only_errors:
        while len(stack) > 1 and stack[-1].error is None:
            stack.pop()
    return stack


def _format_trace_value(value: Any, limit: int) -> str:
    try:
        text = bbrepr(value).replace("\\'", "'")
    except Exception as error:  # too deep, or changed by another thread meanwhile
        text = f"<{type(value).__name__} that cannot be printed: {type(error).__name__}>"
    if len(text) <= limit:
        return text
    try:
        end = f"... (len={len(value)})"
    except Exception:
        end = "..."
    return text[: limit - len(end)] + end


def format_target_spec_trace(
    scope: ChainMap[Any, Any],
    root_error: BaseException | None,
    width: int = TRACE_WIDTH,
    depth: int = 0,
    prev_target: Any = _MISSING,
    last_branch: bool = True,
) -> str:
    """The lines `Target:` and `Spec:` from `scope` down to where `root_error` came from."""
    start = " " + "|" * depth
    tick = "| " if depth else "- "
    lines: list[str] = []
    error_last = False

    def add(mark: str, label: str, value: Any) -> None:
        head = f"{start}{mark}{label}: "
        lines.append(head + _format_trace_value(value, width - len(head)))

    for level in _unpack_stack(scope):
        if level.target is not prev_target:
            add(tick, "Target", level.target)
        prev_target = level.target
        add("+ " if level.branches else tick, "Spec", level.spec)
        for at, branch in enumerate(level.branches, 1):
            last = at == len(level.branches) and last_branch
            lines.append(
                format_target_spec_trace(branch, root_error, width, depth + 1, prev_target, last)
            )
        error_last = level.error is not None and level.error is not root_error
        if error_last:
            text = "".join(traceback.format_exception_only(type(level.error), level.error))
            lines.append(start + tick + text[:-1])
    if depth:
        lines[0] = _mark(lines[0], depth, "\\")
        if not last_branch or error_last:
            lines[-1] = _mark(lines[-1], depth, "X")
    return "\n".join(lines)


def _mark(line: str, depth: int, mark: str) -> str:
    return line[: depth + 1] + mark + line[depth + 2 :]


def format_oneline_trace(scope: ChainMap[Any, Any]) -> str:
    """The trace in one line: `/spec!type of a new target<path>` for each step."""
    from .core import Path, TType

    parts: list[str] = []
    previous: Any = _MISSING
    for level in _unpack_stack(scope, only_errors=False):
        spec = level.spec
        parts.append("/" + (bbrepr(spec) if type(spec) in (TType, Path) else type(spec).__name__))
        if level.target != previous:
            parts.append("!" + type(level.target).__name__)
        if Path in level.scope:
            parts.append("<" + "->".join(map(str, level.scope[Path])) + ">")
        previous = level.target
    return "".join(parts)


class PathAccessError(GlomError, AttributeError, KeyError, IndexError):
    """A part of a path could not be read: `exc` says why, at `path`, part `part_idx`."""

    def __init__(self, exc: BaseException, path: Path | TType, part_idx: int) -> None:
        self.exc = exc
        self.path = path
        self.part_idx = part_idx

    def get_message(self) -> str:
        from .core import Path

        path = self.path if isinstance(self.path, Path) else Path(self.path)
        part = path.values()[self.part_idx]
        return (
            f"could not access {part!r}, part {self.part_idx!r} of {self.path!r},"
            f" got error: {self.exc!r}"
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.exc!r}, {self.path!r}, {self.part_idx!r})"


class PathAssignError(GlomError):
    """A value could not be set: `exc` says why, at `path`, under `dest_name`."""

    _verb = "assign"

    def __init__(self, exc: BaseException, path: Any, dest_name: Any) -> None:
        self.exc = exc
        self.path = path
        self.dest_name = dest_name

    def get_message(self) -> str:
        return (
            f"could not {self._verb} {self.dest_name!r} on object at {self.path!r},"
            f" got error: {self.exc!r}"
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.exc!r}, {self.path!r}, {self.dest_name!r})"


class PathDeleteError(PathAssignError):
    """A value could not be deleted; has what `PathAssignError` has."""

    _verb = "delete"


class CoalesceError(GlomError):
    """No alternative of a `Coalesce` had a value; `skipped` is what each of them gave."""

    def __init__(self, coal_obj: Any, skipped: list[Any], path: Any) -> None:
        self.coal_obj = coal_obj
        self.skipped = skipped
        self.path = path

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.coal_obj!r}, {self.skipped!r}, {self.path!r})"

    def get_message(self) -> str:
        coalesce = self.coal_obj
        if isinstance(coalesce, str):  # it did not pickle
            return f"no valid values found by {coalesce}"
        got = ", ".join(
            type(each).__name__
            if isinstance(each, coalesce.skip_exc)
            else f"<skipped {type(each).__name__}>"
            for each in self.skipped
        )
        text = f"no valid values found. Tried {tuple(coalesce.subspecs)!r} and got ({got})"
        if coalesce.skip is not _MISSING:
            text += f", skip set to {coalesce.skip!r}"
        if coalesce.skip_exc is not GlomError:
            text += f", skip_exc set to {coalesce.skip_exc!r}"
        return text if self.path is None else f"{text} (at path {self.path!r})"


class BadSpec(GlomError, TypeError):
    """A spec that cannot be used where it stands."""


class UnregisteredTarget(GlomError):
    """No handler for the operation `op` on targets of `target_type`."""

    def __init__(self, op: str, target_type: type, type_map: dict[type, Any], path: Any) -> None:
        self.op = op
        self.target_type = target_type
        self.type_map = type_map
        self.path = path
        super().__init__(op, target_type, type_map, path)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.op!r}, <type {self.target_type.__name__!r}>,"
            f" {self.type_map!r}, {self.path!r})"
        )

    def get_message(self) -> str:
        if not self.type_map:
            return (
                f"glom() called without registering any types for operation '{self.op}'. see"
                " glom.register() or Glommer's constructor for details."
            )
        known = ", ".join(
            sorted(each.__name__ for each, handler in self.type_map.items() if handler)
        )
        text = (
            f"target type {self.target_type.__name__!r} not registered for {self.op!r},"
            f" expected one of registered types: ({known})"
        )
        return f"{text} (at {self.path!r})" if self.path else text


def finished(error: BaseException, scope: Any) -> BaseException:
    """What a call raises for `error`: a copy, or a wrapper, that knows the scopes of the call."""
    if isinstance(error, GlomError):
        # A copy, so that the frames of the interpreter are not shown below `raise`.
        made: BaseException = error.__copy__()
    else:
        made = GlomError.wrap(error)
    if isinstance(made, GlomError):
        made._finalize(scope, error)
    return made


def names_of(types: Iterable[type]) -> Any:
    """One name as a text, several as a tuple of texts: how checks print types."""
    names = tuple(each.__name__ for each in types)
    return names[0] if len(names) == 1 else names
