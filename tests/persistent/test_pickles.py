"""Pickles from the peer load here and back, where a program uses the peer's name."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from mainstay.persistent import OrderedPMap, dq, l, m, pbag, s, v

from ..fresh import variables

MODULE = """
from pyrsistent import *


class Point(PClass):
    x = field(type=int)
    tags = pvector_field(str)


class Settings(PRecord):
    depth = field(type=int, factory=int)
    names = pmap_field(str, int)


class Ages(CheckedPMap):
    __key_type__ = str
    __value_type__ = int


def things():
    return [
        m(a=1, b=v(1, 2)), v(), v(1, "x"), s(1, 2), l(1, 2), dq(1, 2), pbag([1, 1]),
        Point(x=1, tags=["a"]), Settings(depth="3", names={"a": 1}), Ages({"a": 1}),
        pmap({i: i for i in range(100)}), pdeque([1, 2, 3], maxlen=2),
    ]
"""
DUMP = (
    "import pickle, shapes; pickle.dump(shapes.things(), open('things.pickle', 'wb'), {protocol})"
)
LOAD = """
import pickle, shapes, pyrsistent
loaded = pickle.load(open('things.pickle', 'rb'))
expected = shapes.things()
assert loaded == expected, (loaded, expected)
assert [type(each) for each in loaded] == [type(each) for each in expected]
print(pyrsistent.__file__)
"""


@pytest.mark.parametrize("protocol", [2, 5])
@pytest.mark.parametrize(
    "from_ours",
    [
        pytest.param(
            True,
            marks=pytest.mark.skipif(
                find_spec("pvectorc") is None,
                reason="a peer without its native vector reads no pickle of one that has it",
            ),
        ),
        False,
    ],
)
def test_pickles_go_from_the_peer_to_ours_and_back(
    tmp_path: Path, protocol: int, from_ours: bool
) -> None:
    (tmp_path / "shapes.py").write_text(MODULE)

    def run(program: str, *, ours: bool) -> str:
        options = ["-X", "mainstay_dropin=pyrsistent"] if ours else []
        return subprocess.run(
            [sys.executable, *options, "-c", program],
            cwd=tmp_path,
            env=variables(PYTHONPATH=str(tmp_path)),
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout

    run(DUMP.format(protocol=protocol), ours=from_ours)
    assert ("mainstay" in run(LOAD, ours=not from_ours)) is not from_ours


def test_collections_pickle_and_copy_under_our_own_name() -> None:
    for each in (m(a=1), v(1), s(1), l(1), dq(1), pbag([1]), OrderedPMap({"z": 1, "a": 2})):
        loaded = pickle.loads(pickle.dumps(each))
        assert type(loaded) is type(each)
        assert loaded == each
        assert copy.deepcopy(each) == each
