"""Random events through random chains give the same on the peer: line, dict, tuple or error.

`make differential` draws 20,000 cases. No difference is explained away.
"""

from __future__ import annotations

import datetime
import re
from random import Random
from typing import Any

import mainstay.log
import structlog as peer
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from ..generated import exhaustively

LIBRARIES = (peer, mainstay.log)
_MODULE = re.compile(r"\b(structlog|mainstay\.log)\.\w+")
_ADDRESS = re.compile(r"0x[0-9a-f]+")
NOON = datetime.datetime(2026, 11, 30, 12, tzinfo=datetime.timezone.utc)

TEXTS = st.text(st.characters(codec=None), max_size=8) | st.sampled_from(
    [
        "",
        "a b",
        'say "hi"',
        "a=b",
        "back\\slash",
        "line\nend",
        "\x7f\x1f",
        "é",
        "漢",
        "😀",
        "\ud83d",
    ]
)
NUMBERS = (
    st.integers(-(2**70), 2**70)
    | st.floats()
    | st.sampled_from([0.1, 1e15, 1e16, 1e22, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308, -0.0])
)


class Known:
    def __structlog__(self) -> Any:
        return {"known": [1, (2, None)]}


class Unknown:
    def __repr__(self) -> str:
        return "<unknown 'é'>"


class Broken:
    def __repr__(self) -> str:
        raise LookupError("broken")


class Text(str):
    __slots__ = ()

    def __repr__(self) -> str:
        return "<a secret>"


class Number(int):
    def __repr__(self) -> str:
        return "<a number>"


class Sorted(dict[Any, Any]):
    def items(self) -> Any:
        return sorted(super().items(), key=str)


OBJECTS = st.sampled_from(
    [None, True, False, Known(), Unknown(), Text("t t"), Number(7), b"raw", {1, 2}, 2j, Known]
)
KEYS = st.text(st.characters(codec="ascii", exclude_categories=("Cs",)), max_size=6)
VALUES = st.recursive(
    TEXTS | NUMBERS | OBJECTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(KEYS | NUMBERS | st.sampled_from([None, True, (1,)]), inner, max_size=3)
        | st.dictionaries(KEYS, inner, max_size=3).map(Sorted)
    ),
    max_leaves=6,
)
# Also the keys that the library itself uses.
NAMES = st.sampled_from(
    ["event", "level", "timestamp", "exc_info", "stack", "exception", "positional_args"]
    + ["user", "host", "ключ"]
) | KEYS.filter(lambda key: key not in ("self", "method_name", "stack_info"))
EVENTS = st.dictionaries(NAMES, VALUES, max_size=6)


def links(library: Any, r: Random) -> list[Any]:
    p = library.processors
    stamps = [
        ("iso", True),
        ("iso", False),
        (None, True),
        ("%Y-%m-%d %H:%M:%S", False),
        ("%j", True),
    ]
    all_links = [
        lambda: library.contextvars.merge_contextvars,
        lambda: p.add_log_level,
        lambda: library.dev.set_exc_info,
        lambda: p.StackInfoRenderer(),
        lambda: p.format_exc_info,
        lambda: p.TimeStamper(*r.choice(stamps)),
        lambda: p.MaybeTimeStamper("iso"),
        lambda: p.EventRenamer("message", r.choice([None, "user"])),
        lambda: p.UnicodeDecoder(),
        lambda: p.UnicodeEncoder(),
        lambda: lambda logger, name, event: {**event, "foreign": name},
        lambda: library.stdlib.PositionalArgumentsFormatter(),
    ]
    return [r.choice(all_links)() for _ in range(r.randrange(6))]


def renderer(library: Any, r: Random) -> Any:
    p = library.processors
    order = r.choice([None, ["event", "user", "absent"]])
    pairs = {"sort_keys": r.random() < 0.3, "key_order": order, "drop_missing": r.random() < 0.5}
    flag = r.random() < 0.5
    options = r.choice([{}, {}, {}, {"sort_keys": True}, {"ensure_ascii": False}, {"default": str}])
    return r.choice(
        [
            lambda: p.JSONRenderer(**options),
            lambda: p.JSONRenderer(**options),
            lambda: p.LogfmtRenderer(**pairs, bool_as_flag=flag),
            lambda: p.KeyValueRenderer(**pairs, repr_native_str=flag),
            lambda: library.dev.ConsoleRenderer(colors=flag, sort_keys=not flag),
            lambda: lambda logger, name, event: event,
            lambda: lambda logger, name, event: ((event.pop("event", None),), event),
            lambda: lambda logger, name, event: 5,
        ]
    )()


def outcome(library: Any, call: Any) -> Any:
    """What a call gave; errors by class and text, without the names of modules."""
    try:
        return "gave", _ADDRESS.sub("0x", _MODULE.sub("", repr(call())))
    except Exception as error:
        # The words Python finds for what it cannot add are about its own operators.
        text = "" if isinstance(error, (TypeError, AttributeError)) else str(error)
        return "raised", type(error).__name__, _MODULE.sub("", text)


@exhaustively
# Of several variables the order is that of their hashes, which are addresses.
@given(EVENTS, EVENTS, st.dictionaries(KEYS, VALUES, max_size=1), VALUES, st.integers(0, 2**32))
def test_random_chains_give_what_they_give_on_the_peer(
    context: dict[str, Any], kw: dict[str, Any], bound: dict[str, Any], event: Any, seed: int
) -> None:
    answers = []
    for library in LIBRARIES:
        r = Random(seed)
        chain = [*links(library, r), renderer(library, r)]
        wrapper = library.make_filtering_bound_logger(r.choice(["notset", "error"]))
        if r.random() < 0.2:
            wrapper = library.stdlib.BoundLogger
        method = r.choice(["info", "warning", "error", "exception", "critical", "fatal"])
        args = r.choice([(), (), (), ("x",), ({"a": 1},)])
        wrapped = r.choice([library.ReturnLogger(), library.testing.CapturingLogger()])

        def call(
            library: Any = library,
            chain: Any = chain,
            wrapper: Any = wrapper,
            method: str = method,
            args: Any = args,
            wrapped: Any = wrapped,
        ) -> Any:
            made = library.wrap_logger(wrapped, chain, wrapper, **{}).bind(**context)
            with library.contextvars.bound_contextvars(**bound):
                given = getattr(made, method)(event, *args, **kw)
            return given, getattr(wrapped, "calls", None), dict(made._context)

        with time_machine.travel(NOON, tick=False):
            answers.append(outcome(library, call))
    assert answers[0] == answers[1]


@exhaustively
@given(EVENTS, st.integers(0, 2**32))
def test_random_events_are_rendered_as_by_the_peer(event: dict[str, Any], seed: int) -> None:
    answers = []
    for library in LIBRARIES:
        render = renderer(library, Random(seed))
        answers.append(outcome(library, lambda r=render: r(None, "info", dict(event))))
    assert answers[0] == answers[1]
