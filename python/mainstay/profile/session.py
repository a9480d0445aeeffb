"""A session: what a profiler recorded, and how it is kept, joined and thinned out.

A session that was just recorded holds its samples natively; `frame_records`, the list of stacks,
is made when it is first looked at, and counts from then on. Not for several threads at once.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from ._native import Samples, Tree
from .frame import Frame
from .frame_ops import FrameRecordType
from .native import to_frames
from .typing import PathOrStr


class Session:
    """The stacks that were seen, each with the seconds it stands for, and the circumstances.

    Times are in seconds; `start_time` counts from the epoch. `start_call_stack` is where the
    profiler was started: reports begin there.
    """

    def __init__(
        self,
        frame_records: list[FrameRecordType] | Samples,
        start_time: float,
        duration: float,
        min_interval: float,
        max_interval: float,
        sample_count: int,
        start_call_stack: list[str],
        target_description: str,
        cpu_time: float,
        sys_path: list[str],
        sys_prefixes: list[str],
    ) -> None:
        self._records = frame_records
        self.start_time = start_time
        self.duration = duration
        self.min_interval = min_interval
        self.max_interval = max_interval
        self.sample_count = sample_count
        self.start_call_stack = start_call_stack
        self.target_description = target_description
        self.cpu_time = cpu_time
        self.sys_path = sys_path
        self.sys_prefixes = sys_prefixes
        self._short_file_path_cache: dict[str, str] = {}

    @property
    def frame_records(self) -> list[FrameRecordType]:
        """The stacks, texts from the thread to the innermost frame, and the seconds of each."""
        if isinstance(self._records, Samples):
            self._records = self._records.records()
        return self._records

    @frame_records.setter
    def frame_records(self, value: list[FrameRecordType]) -> None:
        self._records = value

    def _samples(self) -> Samples:
        return self._records if isinstance(self._records, Samples) else Samples(self._records)

    def _record_count(self) -> int:
        return len(self._records)

    @staticmethod
    def load(filename: PathOrStr) -> Session:
        """Read a session that `save` wrote."""
        with open(filename, encoding="utf-8", errors="surrogatepass") as file:
            return Session.from_json(json.load(file))

    def save(self, filename: PathOrStr) -> None:
        """Write the session to a file, as JSON."""
        with open(filename, "wb") as file:
            file.writelines(self._json_parts())

    def _json_parts(self) -> tuple[bytes, bytes, bytes]:
        """`json.dumps(self.to_json())` in three parts; the records are written natively."""
        about = json.dumps(self.to_json(include_frame_records=False))
        return f'{about[:-1]}, "frame_records": '.encode(), self._samples().json(), b"}"

    def to_json(self, include_frame_records: bool = True) -> dict[str, Any]:
        """Return the session as what JSON knows."""
        result = {name: getattr(self, name) for name in _DESCRIPTION}
        if include_frame_records:
            result["frame_records"] = self.frame_records
        return result

    @staticmethod
    def from_json(json_dict: dict[str, Any]) -> Session:
        """Return the session that `to_json` described; KeyError when a part is missing."""
        given = {name: json_dict[name] for name in _DESCRIPTION if name not in _LATER}
        for name, otherwise in _LATER.items():  # files of old releases do not have them
            given[name] = json_dict[name] if name in json_dict else otherwise()
        given["cpu_time"] = given["cpu_time"] or 0
        return Session(json_dict["frame_records"], **given)

    def _with(self, records: list[FrameRecordType] | Samples, **changed: Any) -> Session:
        """A session with other records, and a description that differs by `changed`."""
        same = {name: getattr(self, name) for name in _DESCRIPTION}
        return Session(records, **{**same, **changed})

    @staticmethod
    def combine(session1: Session, session2: Session) -> Session:
        """Return a session with the samples of both, those of the earlier one first.

        Reports that sum up are right for it; as a line of time it means nothing.
        """
        if session1.start_time > session2.start_time:
            session1, session2 = session2, session1
        records: list[FrameRecordType] | Samples
        if isinstance(session1._records, Samples) and isinstance(session2._records, Samples):
            records = Samples()
            records.extend(session1._records)
            records.extend(session2._records)
        else:
            records = session1.frame_records + session2.frame_records
        new_paths = [each for each in session2.sys_path if each not in session1.sys_path]
        return session1._with(
            records,
            duration=session1.duration + session2.duration,
            cpu_time=session1.cpu_time + session2.cpu_time,
            sample_count=session1.sample_count + session2.sample_count,
            min_interval=min(session1.min_interval, session2.min_interval),
            max_interval=max(session1.max_interval, session2.max_interval),
            sys_path=session1.sys_path + new_paths,
            sys_prefixes=list(dict.fromkeys([*session1.sys_prefixes, *session2.sys_prefixes])),
        )

    @staticmethod
    def current_sys_prefixes() -> list[str]:
        """Return the folders of this Python and its environment."""
        return [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]

    def root_frame(self, trim_stem: bool = True) -> Frame | None:
        """Return the call tree, in the order of time; None when there are no samples.

        With `trim_stem` it begins where the profiler was started, or at the first branch.
        """
        return to_frames(self._tree(trim_stem), self)

    def _tree(self, trim_stem: bool = True) -> Tree:
        return self._samples().tree(self.start_call_stack if trim_stem else None)

    def _is_plain(self) -> bool:
        """Whether `root_frame` is that of this class: then the tree need not become frames."""
        return type(self).root_frame is _ROOT_FRAME and "root_frame" not in vars(self)

    def shorten_path(self, path: str) -> str:
        """Return a file's path as seen from the nearest folder of `sys_path`."""
        known = self._short_file_path_cache.get(path)
        if known is not None:
            return known
        result = path
        if os.sep in path:  # else no path at all: <built-in>
            for folder in self.sys_path:
                try:
                    candidate = os.path.relpath(path, folder)
                except ValueError:
                    continue  # another drive of Windows
                if not result or candidate.count(os.sep) < result.count(os.sep):
                    result = candidate
        self._short_file_path_cache[path] = result
        return result

    @staticmethod
    def _resample_frame_records(
        frame_records: Sequence[FrameRecordType], interval: float
    ) -> list[FrameRecordType]:
        """Keep one stack per interval; it stands for the time since the one before."""
        result: list[tuple[list[str], float]] = []
        passed = 0.0
        for stack, time in frame_records:
            passed += time
            if passed >= interval:
                result.append((stack, passed))
                passed %= interval
        return result

    def resample(self, interval: float) -> Session:
        """Return a session with at most one sample per `interval` seconds."""
        records = self._resample_frame_records(self.frame_records, interval)
        return self._with(
            records, sample_count=len(records), min_interval=interval, max_interval=interval
        )


# What a session is described by, in the order files have it.
_DESCRIPTION = (
    "start_time",
    "duration",
    "min_interval",
    "max_interval",
    "sample_count",
    "start_call_stack",
    "target_description",
    "cpu_time",
    "sys_path",
    "sys_prefixes",
)
_LATER: dict[str, Callable[[], Any]] = {
    "min_interval": lambda: 0.001,
    "max_interval": lambda: 0.001,
    "sys_path": lambda: sys.path,
    "sys_prefixes": Session.current_sys_prefixes,
}
_ROOT_FRAME = Session.root_frame
