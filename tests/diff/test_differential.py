"""Random pairs with random keyword sets give on mainstay what they give on the peer.

tests/generated.py says how many of each kind. Where answers differ, `explained` names the fault of
the peer that we do not share, and at most one case in a thousand may be explained.
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random, SystemRandom
from typing import Any

import mainstay.diff
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..generated import USUAL, exhaustively
from . import answers, cases

deepdiff: Any = pytest.importorskip("deepdiff")  # not on a free-threaded build
pytest.importorskip("numpy")  # the peer measures numbers in another way without it


def test_random_pairs_and_keywords_give_what_they_give_on_the_peer() -> None:
    # 50,000 where the command asks for 20,000 programs: there are more keywords than elsewhere.
    drawn = int(os.environ.get("MAINSTAY_EXAMPLES") or USUAL)
    drawn = drawn * 5 // 2 if drawn > USUAL else drawn
    first = SystemRandom().randrange(2**40) if drawn > USUAL else 0
    used: Counter[str] = Counter()
    explained: Counter[str] = Counter()
    for seed in range(first, first + drawn):
        t1, t2, keywords = cases.case(Random(seed))
        used.update(list(keywords))
        theirs = answers.of_diff(deepdiff, t1, t2, keywords)
        ours = answers.of_diff(mainstay.diff, t1, t2, keywords)
        if theirs != ours:
            reason = answers.explained(deepdiff, mainstay.diff, t1, t2, keywords)
            assert reason, (seed, {name: (theirs[name], ours[name]) for name in theirs})
            explained[reason] += 1
    print(f"{drawn} cases; explained: {dict(explained)}; keywords: {used.most_common()}")
    assert explained.total() <= drawn / 1000 + 2
    assert min(used.values()) >= drawn // 100


@exhaustively
@given(st.integers(0, 2**64 - 1))
def test_random_objects_hash_as_on_the_peer(seed: int) -> None:
    r = Random(seed)
    item = cases.value(r, 4)
    keywords = cases.hash_keywords(r)

    def digest(library: object) -> object:
        return library.DeepHash(cases.copied(item), **keywords)  # type: ignore[attr-defined]

    def texts(library: object) -> object:
        hashes = digest(library)
        return sorted(str(value) for value in hashes.values())  # type: ignore[attr-defined]

    assert answers.outcome(lambda: texts(mainstay.diff)) == answers.outcome(lambda: texts(deepdiff))


@exhaustively
@given(st.integers(0, 2**64 - 1))
def test_random_searches_find_what_they_find_on_the_peer(seed: int) -> None:
    r = Random(seed)
    where, item = cases.value(r, 4), cases.scalar(r)
    keywords = cases.search_keywords(r)
    theirs = answers.outcome(lambda: deepdiff.DeepSearch(where, item, **keywords))
    assert answers.outcome(lambda: mainstay.diff.DeepSearch(where, item, **keywords)) == theirs


@exhaustively
@given(st.integers(0, 2**64 - 1))
def test_deltas_of_random_pairs_do_what_they_do_on_the_peer(seed: int) -> None:
    r = Random(seed)
    t1, t2 = cases.pair(r)
    keywords = r.choice([{}, {}, {"ignore_order": True, "report_repetition": True}])
    both = r.random() < 0.5

    def applied(library: object) -> object:
        diff = library.DeepDiff(cases.copied(t1), cases.copied(t2), **keywords)  # type: ignore[attr-defined]
        delta = library.Delta(diff, bidirectional=both)  # type: ignore[attr-defined]
        after = cases.copied(cases.copied(t1) + delta)
        # Behind an added container of one item the peer names rows of that kind wrongly.
        added = delta.diff.get("dictionary_item_added", {}).values()
        whole = not any(hasattr(value, "__len__") and len(value) == 1 for value in added)
        flat = delta.to_flat_dicts() if whole else []
        rows = [str(sorted(row.items(), key=str)) for row in flat]
        undone = cases.copied(after) - delta if both else None
        return (after, undone, sorted(rows))

    theirs = answers.outcome(lambda: applied(deepdiff))
    if theirs[0] == "raised":
        return  # the peer cannot
    ours = answers.outcome(lambda: applied(mainstay.diff))
    right = answers.plain(t2)
    if ours[1][0] == right != theirs[1][0]:
        return  # the peer puts an aligned tuple in a tuple at the place of the outer one
    assert ours == theirs


@exhaustively
@given(st.integers(0, 2**64 - 1))
def test_random_paths_are_read_as_on_the_peer(seed: int) -> None:
    r = Random(seed)
    parts = [
        "[1]",
        "['a']",
        '["b c"]',
        ".name",
        "[1.5]",
        "['x.y']",
        "[None]",
        "['it\"s']",
        "[b'k']",
    ]
    parts += [
        ".a_1",
        "['']",
        "[-3]",
        "[(1, 2)]",
        "['[0]']",
        "[",
        "]",
        "'",
        "..",
        "x",
        "[*]",
        "['__p']",
    ]
    path = "root" + "".join(r.choice(parts) for _ in range(r.randrange(6)))
    theirs = answers.outcome(lambda: deepdiff.parse_path(path, include_actions=True))
    ours = answers.outcome(lambda: mainstay.diff.parse_path(path, include_actions=True))
    assert theirs == ours, path
