"""Random specs give with random targets what they give on the peer: result, error, text, target.

`make differential` draws 20,000 cases; MAINSTAY_EXAMPLES=40000 with both tests makes the 50,000
that the page names. In every fifth case the spec is changed between two calls.
"""

from __future__ import annotations

import copy
import re
from random import Random
from typing import Any

import glom as peer
import mainstay.reach
from hypothesis import given
from hypothesis import strategies as st

from ..generated import exhaustively
from . import cases

NAMES = {library: cases.names(library) for library in (peer, mainstay.reach)}
_MODULE = re.compile(
    r"\b(glom|mainstay\.reach)\.(_errors|core|matching|mutation|reduction|grouping)\."
)
_ADDRESS = re.compile(r"0x[0-9a-f]+")


def text_of(error: BaseException) -> str:
    try:
        text = str(error)
    except (ValueError, RecursionError):
        return "(the peer cannot print it)"
    return _ADDRESS.sub("0x", _MODULE.sub("", text))


def shown(value: Any) -> str:
    try:
        return _ADDRESS.sub("0x", repr(value))
    except RecursionError:
        return "(contains itself)"


def outcome(library: Any, target: Any, spec: Any) -> Any:
    try:
        result = library.glom(target, spec)
        return "gave", shown(result)
    except Exception as error:
        return "raised", type(error).__name__, text_of(error)


def change(spec: Any, r: Random) -> None:
    """Changes one container or attribute of a spec; the same one on both sides."""
    if type(spec) is dict and spec:
        key = r.choice(list(spec))
        if r.random() < 0.5:
            spec[key] = "a"
        else:
            change(spec[key], r)
    elif type(spec) is list and spec:
        if r.random() < 0.5:
            spec[0] = "b"
        else:
            change(spec[0], r)
    elif type(spec) is tuple and spec:
        change(r.choice(spec), r)
    elif type(spec).__name__ == "Coalesce":
        spec.subspecs = (*spec.subspecs[1:], "a")
    elif type(spec).__name__ in ("Spec", "Match", "Auto"):
        if r.random() < 0.5:
            spec.spec = "a"
        else:
            change(spec.spec, r)


def both(seed: int, times: int) -> tuple[Any, Any, str]:
    r = Random(seed)
    target, text = cases.target(r), cases.spec(r)
    answers = []
    for library, names in NAMES.items():
        made: Any = "unmade"
        try:
            made = eval(text, dict(names))
        except Exception as error:
            answers.append([type(error).__name__, str(error)])
            continue
        own = copy.deepcopy(target)
        found = [outcome(library, own, made), shown(own)]
        for turn in range(1, times):
            change(made, Random(seed + turn))
            found += [outcome(library, own, made), shown(own)]
        answers.append(found)
    return answers[0], answers[1], f"{text}\n on {target!r}"


def explained(case: str, theirs: Any, ours: Any) -> bool:
    """The faults of the peer that we do not share."""
    text = str(theirs)
    if "(the peer cannot print it)" in text or "<exception str() failed>" in text:
        return True
    # What was caught below a child that passed is in the peer's trace.
    if "child shouldn't have passed" in text and "child shouldn't have passed" in str(ours):
        return True
    # The order in which a set is walked is in the peer's text.
    return "target missing expected keys" in text and "target missing expected" in str(ours)


@exhaustively
@given(st.integers(0, 2**64 - 1))
def test_random_specs_give_what_they_give_on_the_peer(seed: int) -> None:
    theirs, ours, case = both(seed, 1)
    assert theirs == ours or explained(case, theirs, ours), case


@exhaustively
@given(st.integers(0, 2**64 - 1))
def test_specs_that_are_changed_between_calls_are_read_anew(seed: int) -> None:
    theirs, ours, case = both(seed, 3)
    assert theirs == ours or explained(case, theirs, ours), case
