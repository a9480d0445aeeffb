"""Commands that belong to a capability, found by their files: no list names them.

`mainstay cache ...` is `main(arguments)` in `mainstay/cache/_commands/cache.py`; the first line of
its docstring stands in `mainstay --help`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol, cast

import mainstay

if TYPE_CHECKING:
    from collections.abc import Iterator


class Command(Protocol):
    """A module of a command."""

    def main(self, arguments: list[str]) -> int:
        """Runs it with the arguments after its name; returns the exit code, 2 for wrong usage."""
        ...


def find(name: str) -> Command | None:
    """The module of the command `name`, imported; None when no capability has one."""
    for noun, command, _file in _files():
        if command == name:
            from importlib import import_module

            return cast("Command", import_module(f"mainstay.{noun}._commands.{command}"))
    return None


def summaries() -> Iterator[tuple[str, str]]:
    """Names and first lines of the docstrings, without importing a command."""
    import ast

    for _noun, command, file in _files():
        with open(file, encoding="utf-8") as stream:
            text = ast.get_docstring(ast.parse(stream.read())) or ""
        yield command, text.partition("\n")[0].rstrip(".")


def _files() -> Iterator[tuple[str, str, str]]:
    """Capability, name and file of each command, in alphabetical order of the commands."""
    found = []
    for folder in mainstay.__path__:
        for noun in os.listdir(folder):
            commands = os.path.join(folder, noun, "_commands")
            if os.path.isdir(commands):
                found += [
                    (file[:-3], noun, os.path.join(commands, file))
                    for file in os.listdir(commands)
                    if file.endswith(".py") and not file.startswith("_")
                ]
    for command, noun, file in sorted(found):
        yield noun, command, file
