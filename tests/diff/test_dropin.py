"""Under deepdiff's name: the same classes, the peer's pickles, lazy imports."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from ..fresh import printed

ON = "import mainstay.dropin; mainstay.dropin.install('deepdiff')\n"


def test_classes_are_the_same_under_both_names_and_print_as_the_peers() -> None:
    lines = printed(
        ON + "import deepdiff, mainstay.diff\n"
        "print(deepdiff.DeepDiff is mainstay.diff.DeepDiff)\n"
        "print(deepdiff.DeepDiff.__module__, deepdiff.helper.SetOrdered.__module__)\n"
        "print(deepdiff.__version__)\n"
    )
    assert lines == ["True", "deepdiff.diff deepdiff.helper", "9.1.0"]


def test_deltas_are_pickles_under_the_peers_name_and_json_under_ours() -> None:
    lines = printed(
        ON + "import deepdiff, mainstay.diff\n"
        "diff = deepdiff.DeepDiff([1, 2], [1, 3, 4])\n"
        "print(deepdiff.Delta(diff).dumps()[:1], mainstay.diff.Delta(diff).dumps()[:1])\n"
        "print([1, 2] + deepdiff.Delta(deepdiff.Delta(diff).dumps()))\n"
    )
    assert lines == [repr(b"\x80") + " " + repr(b"{"), "[1, 3, 4]"]


@pytest.mark.skipif(not find_spec("deepdiff"), reason="no peer on a free-threaded build")
def test_pickled_deltas_go_from_the_peer_to_ours_and_back(tmp_path: object) -> None:
    make = (
        "import deepdiff, sys\n"
        "diff = deepdiff.DeepDiff([1, {2}, 'a'], [1, {3}, 'b', 'c'])\n"
        "print(deepdiff.Delta(diff, bidirectional=True).dumps().hex())\n"
    )
    read = (
        "import deepdiff\n"
        "delta = deepdiff.Delta(bytes.fromhex({!r}), bidirectional=True)\n"
        "print([1, {{2}}, 'a'] + delta, [1, {{3}}, 'b', 'c'] - delta)\n"
    )
    expected = ["[1, {3}, 'b', 'c'] [1, {2}, 'a']"]
    (theirs,), (ours,) = printed(make), printed(ON + make)
    assert printed(ON + read.format(theirs)) == expected
    assert printed(read.format(ours)) == expected


def test_importing_loads_neither_numpy_nor_pandas_nor_the_commands() -> None:
    lines = printed(
        "import sys, mainstay.diff\n"
        "wanted = 'numpy pandas polars pydantic click argparse dataclasses inspect asyncio'\n"
        "print([name for name in wanted.split() if name in sys.modules])"
    )
    assert lines == ["[]"]


def test_builtin_data_is_compared_without_asking_python(monkeypatch: object) -> None:
    program = (
        "from mainstay.diff import DeepDiff, _walk\n"
        "asked = []\n"
        "for name in dir(_walk.Walk):\n"
        "    if name.startswith('native_'):\n"
        "        setattr(_walk.Walk, name, lambda *a, name=name: asked.append(name))\n"
        "data = {'a': [{'id': n, 'x': [1.5, 'y', None, True]} for n in range(20)]}\n"
        "other = {'a': [{'id': n + n % 2, 'x': [1.5, 'z', None]} for n in range(20)]}\n"
        "for keywords in ({}, {'ignore_order': True}, {'verbose_level': 2}):\n"
        "    print(bool(DeepDiff(data, other, **keywords)), asked)\n"
    )
    assert printed(program) == ["True []"] * 3
