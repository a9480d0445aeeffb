"""Finds the fenced code blocks of a Markdown text, and what a comment before one says about it.

<!-- snippet: skip REASON -->      the next block is not run; it is counted and listed
<!-- snippet: raises ERROR -->     the next block ends with this exception
<!-- snippet: given CODE -->       run before the next block, unseen; may have many lines
<!-- snippet: complete -->         the next C++ block is a whole program (one with a main is anyway)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,})(?P<language>[\w+-]*)[^\n]*$")
_REMARK = re.compile(r"<!--\s*snippet:\s*(?P<word>\w+)(?P<text>.*?)-->", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block; `line` is that of its first line of code, counted from 1."""

    language: str
    line: int
    code: str
    given: str = ""
    raises: str = ""
    skip: str = ""
    complete: bool = False


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of `text` in order. A fence that is never closed is an error."""
    lines = text.splitlines()
    number = remarks_from = 0
    while number < len(lines):
        opening = _FENCE.match(lines[number])
        if not opening:
            number += 1
            continue
        start = number + 1
        closing = re.compile(rf"^ *{re.escape(opening['ticks'][0])}{{{len(opening['ticks'])},}} *$")
        end = next((n for n in range(start, len(lines)) if closing.match(lines[n])), None)
        if end is None:
            raise ValueError(f"line {number + 1}: the fence is never closed")
        width = len(opening["indent"])
        code = "\n".join(
            line[width:] if line[:width].isspace() else line for line in lines[start:end]
        )
        remarks = _remarks("\n".join(lines[remarks_from:number]), number)
        yield Block(opening["language"].lower(), start + 1, code + "\n", **remarks)
        number = remarks_from = end + 1


def _remarks(text: str, line: int) -> dict[str, str | bool]:
    """Return what the remarks since the block before say; one that is misspelt is an error."""
    found: dict[str, str | bool] = {}
    for remark in _REMARK.finditer(text):
        word, said = remark["word"], remark["text"]
        if word == "complete":
            found["complete"] = True
        elif word in ("skip", "raises") and said.strip():
            found[word] = said.strip()
        elif word == "given":
            found["given"] = said.strip("\n ") + "\n"
        else:
            raise ValueError(
                f"before line {line + 1}: 'snippet: {word}{said}' is not understood; wanted "
                "skip REASON, raises ERROR, given CODE or complete"
            )
    return found
