"""Reads the engine's golden traces (engine/tests/retry/golden/README.md) for the Python loops."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "engine" / "tests" / "retry" / "golden"

_TOKEN = re.compile(r'"(?P<text>[^"]*)"|(?P<paren>[()])|(?P<word>[^\s()"]+)')
_STEP = re.compile(
    r'(?:(?P<kind>error|value) "(?P<text>[^"]*)"|(?P<again>again)) @(?P<at>\S+)'
    r"(?: -> (?P<verdict>.+))?$"
)


@dataclass
class Step:
    """What one attempt came to, when, and what must follow."""

    kind: str
    text: str
    at: float
    verdict: str


@dataclass
class Trace:
    """One trace: forms as nested lists, numbers as floats."""

    name: str
    stop: Any = field(default_factory=lambda: ["never"])
    wait: Any = field(default_factory=lambda: ["none"])
    when: Any = field(default_factory=lambda: ["exception"])
    random: list[float] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    end: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def read() -> list[Trace]:
    """Every trace of every file, by file name."""
    return [trace for path in sorted(FOLDER.glob("*.trace")) for trace in _read(path)]


def _read(path: Path) -> list[Trace]:
    traces: list[Trace] = []
    for line in path.read_text().splitlines():
        words = re.sub(r'#(?=(?:[^"]*"[^"]*")*[^"]*$).*', "", line).strip()
        if not words:
            continue
        keyword, _, rest = words.partition(" ")
        if keyword == "trace":
            traces.append(Trace(rest.strip()))
        elif keyword in ("stop", "wait", "when"):
            setattr(traces[-1], keyword, _form(rest))
        elif keyword == "random":
            traces[-1].random = [float(word) for word in rest.split()]
        elif keyword == "end":
            pairs = (word.split("=") for word in rest.split())
            traces[-1].end = {name: float(value) for name, value in pairs}
        else:
            traces[-1].steps.append(_step(words))
    return traces


def _step(words: str) -> Step:
    found = _STEP.match(words)
    assert found is not None, f"not an outcome: {words}"
    kind = found["kind"] or found["again"]
    return Step(kind, found["text"] or "", float(found["at"]), (found["verdict"] or "").strip())


class Text(str):
    """A quoted word of a form, as opposed to a bare one."""


def _form(text: str) -> Any:
    stack: list[list[Any]] = [[]]
    for token in _TOKEN.finditer(text):
        if token["paren"] == "(":
            stack.append([])
        elif token["paren"] == ")":
            done = stack.pop()
            stack[-1].append(done)
        elif token["word"] is None:
            stack[-1].append(Text(token["text"]))
        else:
            stack[-1].append(_number_or_word(token["word"]))
    assert len(stack) == 1 and len(stack[0]) == 1, f"not one form: {text}"
    return stack[0][0]


def _number_or_word(word: str) -> float | str:
    try:
        return float(word)
    except ValueError:
        return word
