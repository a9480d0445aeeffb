"""Sessions drawn at random: reports are the peer's, natively and by frames in Python."""

from __future__ import annotations

import json
import marshal
from typing import Any

import mainstay.profile as ours
import pyinstrument as peer
from hypothesis import given
from hypothesis import strategies as st
from mainstay.profile import renderers as our_renderers
from mainstay.profile.session import Session
from pyinstrument import renderers as peer_renderers
from pyinstrument.session import Session as PeerSession

from ..generated import exhaustively

THREAD = "MainThread\x00<thread>\x001"
CODE = [
    "main\x00/app/main.py\x001",
    "load\x00/app/load.py\x0010",
    "run\x00/app/deep/run.py\x0020",
    "get\x00/env/lib/web/client.py\x0030",
    "send\x00/env/lib/web/wire.py\x0040",
    "pick\x00/env/lib/choose/__init__.py\x0050",
    "_find\x00<frozen importlib._bootstrap>\x00100",
    "<module>\x00<string>\x001",
    "cell\x00<ipython-input-3>\x001",
    "made\x00<attrs generated>\x001",
    "run_path\x00<frozen runpy>\x00201",
    "main\x00/env/lib/pyinstrument/__main__.py\x0029",
    "sleep\x00<built-in>\x000",
    "größe;\x00/app/ü.py\x003",
]
ATTRIBUTES = ["", "\x01l5", "\x01l6", "\x01cBox\x01l5", "\x01cTin\x01l5", "\x01l7\x01h1"]
LEAVES = ["[await]", "[out-of-context]"]

frames = st.builds(str.__add__, st.sampled_from(CODE), st.sampled_from(ATTRIBUTES))
stacks = st.builds(
    lambda code, leaf: [THREAD, *code, *leaf],
    st.lists(frames, max_size=7),
    st.lists(st.sampled_from(LEAVES), max_size=1),
)
seconds = st.sampled_from([0.0, 0.001, 0.0013, 0.002, 0.01, 0.3, 1 / 3, 2.5])
records = st.lists(st.tuples(stacks, seconds), max_size=12)


def sessions(drawn: list[Any], start: list[str]) -> tuple[Session, PeerSession]:
    """The same session of both."""
    given: dict[str, Any] = {
        "start_time": 1_700_000_000.5,
        "duration": 3.25,
        "min_interval": 0.001,
        "max_interval": 0.001,
        "sample_count": len(drawn),
        "start_call_stack": start,
        "target_description": 'a "test" ü',
        "cpu_time": 0.5,
        "sys_path": ["/app", "/env/lib"],
        "sys_prefixes": ["/env"],
    }
    return Session(frame_records=drawn, **given), PeerSession(frame_records=drawn, **given)


def keep(frame: Any, options: Any) -> Any:
    """A processor that changes nothing: with it Python does the work."""
    return frame


def without_ids(tree: Any, known: dict[str, int]) -> Any:
    """JSON with groups numbered in the order they come."""
    if isinstance(tree, list):
        return [without_ids(each, known) for each in tree]
    if isinstance(tree, dict):
        made = {name: without_ids(value, known) for name, value in tree.items()}
        if "group_id" in tree:
            made["group_id"] = known.setdefault(tree["group_id"], len(known))
        return made
    return tree


def read(kind: str, report: str) -> Any:
    """What a report says."""
    if kind == "PstatsRenderer":
        return marshal.loads(report.encode("utf-8", "surrogateescape"))
    if kind in ("JSONRenderer", "SpeedscopeRenderer"):
        return without_ids(json.loads(report), {})
    return report


OPTIONS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "ConsoleRenderer": st.fixed_dictionaries(
        {
            "unicode": st.booleans(),
            "color": st.booleans(),
            "short_mode": st.booleans(),
            "time": st.sampled_from(["seconds", "percent_of_total"]),
        }
    ),
    "JSONRenderer": st.just({}),
    "SpeedscopeRenderer": st.just({}),
    "PstatsRenderer": st.just({}),
}
common = st.fixed_dictionaries(
    {
        "show_all": st.booleans(),
        "timeline": st.booleans(),
        "processor_options": st.fixed_dictionaries(
            {},
            optional={
                "filter_threshold": st.sampled_from([0, 0.05, 0.3]),
                "hide_regex": st.sampled_from([".*main.*", ".*"]),
                "show_regex": st.sampled_from([".*wire.*", ".*"]),
            },
        ),
    }
)


def test_reports_say_what_the_peers_say() -> None:
    assert ours.__version__ == peer.__version__

    @exhaustively
    @given(records, st.lists(frames, max_size=3), st.sampled_from(list(OPTIONS)), st.data())
    def compare(drawn: Any, start: Any, kind: str, data: Any) -> None:
        options = {**data.draw(OPTIONS[kind]), **data.draw(common)}
        if kind == "ConsoleRenderer" and sum(time for _, time in drawn) > 0:
            options["flat"] = not options["timeline"] and data.draw(st.booleans())
            options["flat_time"] = data.draw(st.sampled_from(["self", "total"]))
        our_session, peer_session = sessions(drawn, [THREAD, *start])
        expected = read(kind, getattr(peer_renderers, kind)(**options).render(peer_session))
        native = getattr(our_renderers, kind)(**options)
        assert native._native_tree(our_session, type(native)) is not None
        assert read(kind, native.render(our_session)) == expected
        by_frames = getattr(our_renderers, kind)(**options)
        by_frames.processors.append(keep)
        assert read(kind, by_frames.render(our_session)) == expected

    compare()


def test_trees_and_resampled_sessions_are_the_peers() -> None:
    @exhaustively
    @given(records, st.lists(frames, max_size=3), st.booleans())
    def compare(drawn: Any, start: Any, trim: bool) -> None:
        our_session, peer_session = sessions(drawn, [THREAD, *start])
        our_root, peer_root = our_session.root_frame(trim), peer_session.root_frame(trim)
        assert (our_root is None) == (peer_root is None)
        if our_root is not None and peer_root is not None:
            assert our_root.to_json_str() == peer_root.to_json_str()
        assert our_session.resample(0.01).frame_records == (
            peer_session.resample(0.01).frame_records
        )
        twice = Session.combine(our_session, our_session)
        assert twice.frame_records == PeerSession.combine(peer_session, peer_session).frame_records

    compare()
