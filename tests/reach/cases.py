"""Random targets and specs, written once and made with either library.

A spec is a text of Python in which the library's names stand, so that both make it anew and cases
print as what a program would say. What the two differ in on purpose is not drawn; the registry of
the drop-in lists it.
"""

from __future__ import annotations

from collections import OrderedDict
from random import Random
from types import SimpleNamespace
from typing import Any

KEYS = ["a", "b", "c", "d", "0", "1", "x y", "é"]


class Thing:
    """An object with attributes, a property that raises, and no repr of an address."""

    __slots__ = ("a", "b")

    def __init__(self, a: Any, b: Any) -> None:
        self.a, self.b = a, b

    def __repr__(self) -> str:
        return f"Thing({', '.join(repr(getattr(self, name, None)) for name in 'ab')})"

    def __eq__(self, other: object) -> bool:
        return type(other) is Thing and repr(self) == repr(other)

    __hash__ = None  # type: ignore[assignment]

    @property
    def c(self) -> Any:
        raise ValueError("no c")

    def double(self, value: Any = 1) -> Any:
        return value * 2


def scalar(r: Random) -> Any:
    return r.choice([0, 1, 2, -1, 1.5, "", "a", "text", None, True, b"b", 10**20])


def target(r: Random, depth: int = 4) -> Any:
    kind = r.random()
    if depth == 0 or kind < 0.15:
        return scalar(r)
    if kind < 0.6:
        chosen = r.sample(KEYS, r.randrange(1, 5))
        return {key: target(r, depth - 1) for key in chosen}
    if kind < 0.85:
        row = target(r, depth - 1)
        rows = [row if r.random() < 0.5 else target(r, depth - 1) for _ in range(r.randrange(4))]
        return rows if r.random() < 0.8 else tuple(rows)
    if kind < 0.92:
        return Thing(target(r, depth - 1), target(r, depth - 1))
    if kind < 0.96:
        return SimpleNamespace(a=target(r, depth - 1), d=scalar(r))
    return OrderedDict((key, target(r, depth - 1)) for key in r.sample(KEYS, 2))


def path(r: Random) -> str:
    parts = [r.choice(KEYS + ["a", "b"]) for _ in range(r.randrange(1, 4))]
    if r.random() < 0.15:
        parts[r.randrange(len(parts))] = r.choice(["*", "*", "**"])
    return ".".join(parts)


def t(r: Random) -> str:
    text = "T"
    for _ in range(r.randrange(4)):
        text += r.choice(
            [".a", ".b", ".c", "['a']", "['b']", "[0]", "[-1]", "[1:]", ".__star__()"]
            + [".double()", ".double(2)", ".values()", "[T['a']]", ".get('a')"]
        )
    if r.random() < 0.15:
        text = (
            f"({text}) {r.choice(['+', '-', '*', '/', '%', '&', '|', '^', '**'])} {r.choice('012')}"
        )
    return text if r.random() < 0.95 else f"~{text}"


def value(r: Random) -> str:
    """An argument: mostly a constant, now and then a container or a spec."""
    return r.choice(
        ["None", "0", "'n'", "1.5", "()", "[]", "{}", "['a', 1]", "{'k': [T]}", "T", "SKIP"]
        + ["Val('v')", "'a.b'", "('a', 2)", "Spec('a')"]
    )


def spec(r: Random, depth: int = 3) -> str:
    kind = r.randrange(20)
    if depth == 0 or kind < 5:
        return t(r) if r.random() < 0.3 else repr(path(r))
    below = lambda: spec(r, depth - 1)  # noqa: E731
    if kind < 8:
        keys = r.sample(["k", "l", "m", "T['a']", "Spec('b')"], r.randrange(1, 4))
        keys = [key if "(" in key or "[" in key else repr(key) for key in keys]
        return "{" + ", ".join(f"{key}: {below()}" for key in keys) + "}"
    if kind < 10:
        return f"[{below()}]"
    if kind < 13:
        return "(" + "".join(below() + ", " for _ in range(r.randrange(1, 4))) + ")"
    if kind == 13:
        return r.choice(["len", "str", "list", "even", "skip_none", "stop_at_two", "fails", "sum"])
    if kind == 14:
        more = ""
        if r.random() < 0.6:
            more += f", default={value(r)}"
        if r.random() < 0.3:
            more += f", skip={r.choice(['None', '(0, 1)', 'even', repr('')])}"
        if r.random() < 0.2:
            more += f", skip_exc={r.choice(['Exception', 'KeyError', '(ValueError, KeyError)'])}"
        return f"Coalesce({below()}, {below()}{more})"
    if kind == 15:
        default = r.choice(["", f", default={value(r)}"])
        return f"Match({pattern(r, depth)}{default})"
    if kind == 16:
        return r.choice(
            [
                f"Val({r.choice(['1', '[1]', 'None', 'SKIP'])})",
                f"Spec({below()})",
                f"Auto({below()})",
                f"Pipe({below()}, {below()})",
            ]
        )
    if kind == 17:
        return r.choice(
            [f"Iter({below()}).map({below()}).all()", f"Iter().filter({below()}).all()"]
            + [f"Check({below()}, type=int, default=SKIP)", f"Fill({{'f': {t(r)}}})"]
            + [f"Sum({below()})", f"Flatten({below()})", f"Group([{below()}])", "Count()"]
        )
    if kind == 18:
        missing = r.choice(["", "", ", missing=dict", ", missing=list"])
        place = r.choice([repr(path(r)), t(r)])
        return r.choice(
            [f"Assign({place}, {value(r)}{missing})", f"Delete({place}, ignore_missing=True)"]
            + [f"Delete({place})", f"Assign({place}, Spec({below()}){missing})"]
        )
    return r.choice(
        [f"(S(v={below()}), {{'s': S.v, 'p': {below()}}})", f"(A.w, {below()}, S.w)"]
        + [f"Switch([({pattern(r, 1)}, {below()}), ({below()}, {below()})])"]
        + [f"Or({below()}, {below()}, default={value(r)})", f"And({below()}, {below()})"]
        + [f"(Iter({below()}), {r.choice(['list', 'Coalesce(list, default=1)'])}, {below()})"]
        + [f"Ref('n', {below()})", f"Merge({below()})", f"Group({{{t(r)}: First()}})"]
        + [f"Not({below()})", f"Invoke(str).specs({below()})", f"Call(str, args=({t(r)},))"]
    )


def pattern(r: Random, depth: int = 3) -> str:
    kind = r.randrange(12)
    if depth == 0 or kind < 4:
        return r.choice(
            ["int", "str", "object", "dict", "list", "None", "'a'", "0", "1", "even", "fails"]
            + ["M > 0", "M == 'a'", "M", "(M != 2) & int", "Regex('a.*')", "M(T['a']) == 1", "bool"]
        )
    below = lambda: pattern(r, depth - 1)  # noqa: E731
    if kind < 8:
        keys = r.sample(
            [
                "'a'",
                "'b'",
                "Optional('c')",
                "Optional('d', default=3)",
                "str",
                "'0'",
                "Required(str)",
            ],
            r.randrange(4),
        )
        return "{" + ", ".join(f"{key}: {below()}" for key in keys) + "}"
    if kind == 8:
        return f"[{', '.join(below() for _ in range(r.randrange(3)))}]"
    if kind == 9:
        return r.choice([f"({below()}, {below()})", "frozenset([int, str])", "{int, str}"])
    if kind == 10:
        return f"{r.choice(['Or', 'And'])}({below()}, {below()})"
    return r.choice([f"Not({below()})", f"Auto({spec(r, 1)})", f"Switch({{{below()}: {t(r)}}})"])


def even(value: Any) -> Any:
    return value % 2 == 0


def fails(value: Any) -> Any:
    raise ZeroDivisionError("it fails")


def names(library: Any) -> dict[str, Any]:
    """What the texts of specs may name, of one library."""
    found = {name: value for name, value in vars(library).items() if not name.startswith("_")}
    grouping = __import__(f"{library.__name__}.grouping", fromlist=["Group"])
    reduction = __import__(f"{library.__name__}.reduction", fromlist=["Count"])

    def skip_none(value: Any) -> Any:
        return library.SKIP if value is None else value

    def stop_at_two(value: Any) -> Any:
        return library.STOP if value == 2 else value

    return {
        **found,
        "Group": grouping.Group,
        "First": grouping.First,
        "Count": reduction.Count,
        "even": even,
        "fails": fails,
        "skip_none": skip_none,
        "stop_at_two": stop_at_two,
    }
