"""Messages under tags, for whoever sets a writer or a processor. Nothing is formatted otherwise."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias

    Writer: TypeAlias = Callable[[str], object]
    Processor: TypeAlias = Callable[[tuple[str, ...], tuple[Any, ...]], object]

__all__ = ["TagTracer", "TagTracerSub"]


class TagTracer:
    """The root of a tree of tracers. One writer for all of them, one processor per tags.

    `indent` counts the levels a message is moved to the right. Not for several threads at once.
    """

    def __init__(self) -> None:
        self._tags2proc: dict[tuple[str, ...], Processor] = {}
        self._writer: Writer | None = None
        self.indent = 0

    # The class of what get() returns; each door has its own.
    _sub: type[TagTracerSub]

    def get(self, name: str) -> TagTracerSub:
        """A tracer whose messages carry the tag `name`."""
        return self._sub(self, (name,))

    def setwriter(self, writer: Writer | None) -> None:
        """Hand every message, as text that ends in a newline, to `writer`; None to no one."""
        self._writer = writer

    def setprocessor(self, tags: str | tuple[str, ...], processor: Processor) -> None:
        """Hand messages with exactly these tags ("a:b" or a tuple) to `processor`, as objects."""
        if isinstance(tags, str):
            tags = tuple(tags.split(":"))
        else:
            assert isinstance(tags, tuple)
        self._tags2proc[tags] = processor

    def _processmessage(self, tags: tuple[str, ...], args: tuple[object, ...]) -> None:
        if args and self._writer is not None:
            self._writer(self._format_message(tags, args))
        if self._tags2proc:  # nobody's as a rule, and then tags need not be hashed
            processor = self._tags2proc.get(tags)
            if processor:
                processor(tags, args)

    def _format_message(self, tags: Sequence[str], args: Sequence[Any]) -> str:
        values: dict[Any, Any] = {}
        if isinstance(args[-1], dict):
            values, args = args[-1], args[:-1]
        indent = "  " * self.indent
        text = f"{indent}{' '.join([_text(arg) for arg in args])} [{':'.join(tags)}]\n"
        for name, value in values.items():
            shown = _shown(value)
            lines = shown.splitlines()
            # A carriage return alone is a break too: a terminal would write over the name.
            if not lines or lines == [shown]:
                text += f"{indent}    {name}: {shown}\n"
            else:
                text += f"{indent}    {name}:\n"
                text += "".join([f"{indent}      {line}\n" for line in lines])
        return text


class TagTracerSub:
    """Takes messages, any number of objects each, and passes them to `root` under its `tags`."""

    def __init__(self, root: TagTracer, tags: tuple[str, ...]) -> None:
        self.root = root
        self.tags = tags

    def __call__(self, *args: object) -> None:
        self.root._processmessage(self.tags, args)

    def get(self, name: str) -> TagTracerSub:
        """A tracer with one tag more."""
        return self.__class__(self.root, (*self.tags, name))


TagTracer._sub = TagTracerSub


def _shown(value: object) -> str:
    """`str` of a value, or its `repr` where that says more: enums, paths, and blanks in texts."""
    enum = sys.modules.get("enum")  # without it there is no member of one either
    if (enum is not None and isinstance(value, enum.Enum)) or isinstance(value, os.PathLike):
        return _text(value, repr)
    if (
        isinstance(value, str)
        and len(value.splitlines()) < 2
        and (not value or " " in value or not value.isprintable())
    ):
        return _text(value, repr)
    return _text(value)


def _text(value: object, how: Callable[[object], str] = str) -> str:
    """What `how` says of a value, fit for any writer; when that fails, who failed and in what."""
    try:
        text = how(value)
    except Exception as error:
        try:
            what = repr(error)
        except Exception:
            what = f"unpresentable {type(error).__name__}"
        text = (
            f"<[{what} raised in {how.__name__}()] "
            f"{type(value).__name__} object at 0x{id(value):x}>"
        )
    if text.isascii():
        return text
    # A lone surrogate would be refused by whatever encodes the text in the end.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
