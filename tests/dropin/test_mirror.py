"""A module under a peer's name and the face module it mirrors are one, whichever is looked at."""

from __future__ import annotations

import importlib
import pickle
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from unittest import mock

import pytest
from mainstay.dropin import _mirror

# A face of one package with a private module and a public submodule, and what mirrors it.
FILES = {
    "mainstay_toy/__init__.py": "",
    "mainstay_toy/face/__init__.py": (
        "from ._private import Thing\n"
        "LIMIT = 1\n"
        "count = 0\n"
        "def limit(): return LIMIT\n"
        "def step():\n"
        "    global count\n"
        "    count += 1\n"
        "    return count\n"
    ),
    "mainstay_toy/face/_private.py": "class Thing:\n    other: 'Thing'\n",
    "mainstay_toy/face/part.py": "from ._private import Thing\nclass Part: pass\n",
    "toypeer/__init__.py": (
        "from mainstay.dropin._mirror import mirror\n"
        "mirror(__name__, 'mainstay_toy.face', ('LIMIT', 'Thing', 'limit', 'step'), "
        "live=('count',))\n"
    ),
    "toypeer/part.py": (
        "from mainstay.dropin._mirror import mirror\n"
        "mirror(__name__, 'mainstay_toy.face.part', ('Part', 'Thing'))\n"
    ),
}


@pytest.fixture
def peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield importlib.import_module("toypeer")
    _mirror.restore({"toypeer"})
    for name in list(sys.modules):
        if name.partition(".")[0] in ("toypeer", "mainstay_toy"):
            del sys.modules[name]


def home() -> ModuleType:
    return sys.modules["mainstay_toy.face"]


def test_what_is_patched_on_the_mirror_changes_what_functions_of_the_home_see(
    peer: ModuleType,
) -> None:
    with mock.patch.object(peer, "LIMIT", 7):
        assert (peer.limit(), home().LIMIT) == (7, 7)
    assert (peer.limit(), peer.LIMIT, home().LIMIT) == (1, 1, 1)


def test_what_is_set_on_the_home_is_read_through_the_mirror(peer: ModuleType) -> None:
    home().LIMIT = 5
    assert peer.LIMIT == 5


def test_a_name_that_the_home_rebinds_is_read_live(peer: ModuleType) -> None:
    peer.step()
    peer.step()
    assert peer.count == 2
    peer.count = 40
    assert peer.step() == 41


def test_a_new_name_is_set_and_deleted_on_both(peer: ModuleType) -> None:
    peer.extra = 3
    assert home().extra == 3
    del peer.extra
    assert not hasattr(home(), "extra") and not hasattr(peer, "extra")


def test_a_name_that_is_not_listed_is_not_there(peer: ModuleType) -> None:
    with pytest.raises(AttributeError, match="module 'toypeer' has no attribute '_private'"):
        _ = peer._private


def test_submodules_stay_apart(peer: ModuleType) -> None:
    part = importlib.import_module("toypeer.part")
    face_part = sys.modules["mainstay_toy.face.part"]
    assert peer.part is part and home().part is face_part
    assert part is not face_part


def test_classes_have_the_name_of_the_peer_until_they_are_restored(peer: ModuleType) -> None:
    part = importlib.import_module("toypeer.part")
    assert (peer.Thing.__module__, peer.limit.__module__) == ("toypeer", "toypeer")
    assert part.Part.__module__ == "toypeer.part"
    assert type(pickle.loads(pickle.dumps(peer.Thing()))) is peer.Thing
    thing, limit = peer.Thing, peer.limit
    _mirror.restore({"toypeer"})
    assert thing.__module__ == "mainstay_toy.face._private"
    assert limit.__module__ == "mainstay_toy.face"


def test_type_hints_are_found_in_the_copy(peer: ModuleType) -> None:
    assert typing.get_type_hints(peer.Thing) == {"other": peer.Thing}


def test_reloading_the_mirror_reloads_the_home(peer: ModuleType) -> None:
    peer.step()
    before = peer.limit
    assert importlib.reload(peer) is peer
    assert peer.count == 0
    assert peer.limit is not before and peer.limit is home().limit


def test_dir_is_asked_of_a_home_that_answers_for_itself(peer: ModuleType) -> None:
    vars(home())["__dir__"] = lambda: ["step", "limit"]
    assert dir(peer) == dir(home()) == ["limit", "step"]


def test_dir_and_star_import_name_what_the_peer_has(peer: ModuleType) -> None:
    names = [name for name in dir(peer) if not name.startswith("__")]
    assert names == ["LIMIT", "Thing", "count", "limit", "step"]
    taken: dict[str, object] = {}
    exec("from toypeer import *", taken)
    assert {"LIMIT", "Thing", "limit", "step"} <= set(taken)
    assert "mirror" not in taken
