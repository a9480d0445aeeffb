"""Store: a file that keeps named jobs over restarts and crashes.

The file is a journal: a line per change, each with a checksum, appended by one write and, unless
told otherwise, brought to the disk before the program goes on. A torn last line is a change that
did not happen. Now and then the journal is written anew beside itself and put in its place.
"""

from __future__ import annotations

import datetime
import os
import sys
from _thread import allocate_lock

from ._errors import ScheduleError, ScheduleValueError
from ._window import Window

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    from ._job import Job
    from ._scheduler import Scheduler

_HEADER = b"mainstay schedule journal 1\n"
_SLACK = 1000  # lines beyond the jobs, after which the journal is written anew


class Store:
    """Keeps when named jobs run next, and what came of their last run: `Scheduler(store=Store(p))`.

    A job that is described again under its name, with the same words, goes on where it was; runs
    missed meanwhile are dealt with by its `misfire` option. `restore()` makes the others again:
    functions are kept by import path and arguments as JSON, nothing is pickled.

    With "at least once" a run is noted when it has ended: a program that is killed before runs it
    again. With "at most once" it is noted before it begins: one that is killed does not repeat it.
    `sync=False` leaves it to the system when changes reach the disk: that survives the end of the
    process, but not of the machine.

    One process at a time has a store, and may use it from all of its threads; a forked child may
    not. Write access to the file is control over what is run. Raises ScheduleError for a file that
    is in use, damaged or none of ours, OSError when it cannot be written.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        promise: Literal["at least once", "at most once"] = "at least once",
        sync: bool = True,
    ) -> None:
        if promise not in ("at least once", "at most once"):
            raise ScheduleValueError(
                f"promise is 'at least once' or 'at most once', got {promise!r}"
            )
        # So that no run imports them first; programs without a store need not pay.
        import json  # noqa: F401
        import zlib  # noqa: F401

        self.path = os.path.realpath(os.fsdecode(path))  # the program may change its folder
        self.promise = promise
        self._sync = sync
        self._lock = allocate_lock()
        self._pid = os.getpid()
        self._records: dict[str, dict[str, Any]] = {}
        self._lines = 0
        self._file = _open_locked(self.path)
        try:
            self._read()
        except BaseException:
            os.close(self._file)
            raise

    # --- what programs use ---

    def names(self) -> list[str]:
        """The names of the jobs it keeps, sorted."""
        return sorted(self._records)

    def drop(self, name: str) -> None:
        """Forgets a job by its name; KeyError when it has none of that name."""
        if name not in self._records:
            raise KeyError(name)
        self._write({"name": name, "gone": True})

    def restore(self, scheduler: Scheduler) -> list[Job]:
        """Makes the kept jobs again that the scheduler does not have, and returns them.

        Raises ScheduleError, when the others are made, for functions that are not there any more.
        """
        present = {job._options.name for job in scheduler.jobs if job._options is not None}
        made, lost = [], []
        for name in self.names():
            if name in present:
                continue
            if self._records[name]["next"] is None:
                self.drop(name)  # cut off in its last run, which is not to be repeated
            else:
                try:
                    made.append(_make(scheduler, name, self._records[name]))
                except (ImportError, AttributeError) as error:
                    lost.append(f"{name}: {error}")
        if lost:
            raise ScheduleError(
                "functions of kept jobs are not there any more; bring them back, or drop() the "
                f"jobs: {'; '.join(lost)}"
            )
        return made

    def close(self) -> None:
        """Gives the file free for another process. May be called again."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    # --- what schedulers tell it ---

    def adopt(self, job: Job) -> None:
        """Takes a job with a name that was registered, or lets it go on where it was."""
        assert job._options is not None and job._options.name is not None
        name = job._options.name
        described = _as_read(_describe(job))
        for other in job.scheduler.jobs:
            if other is not job and other._options is not None and other._options.name == name:
                raise ScheduleError(f"the scheduler has a job named {name!r} already; name it anew")
        kept = self._records.get(name)
        if kept is None or _words(kept["job"]) != _words(described):
            self._write({"name": name, "job": described, "next": job._planned})
            return
        if kept["job"] != described:
            self._write({**kept, "name": name, "job": described})
        if kept["next"] is not None:
            job._planned = kept["next"]
        if kept.get("last") is not None:
            job.last_run = datetime.datetime.fromtimestamp(kept["last"] / 1e6)
            job.last_result = kept["result"]

    def kept_run(self, job: Job) -> int | None:
        """When a job of this name and these words was to run next, if it is kept."""
        assert job._options is not None
        kept = self._records.get(job._options.name or "")
        same = kept is not None and _words(kept["job"]) == _words(_as_read(_describe(job)))
        return kept["next"] if kept is not None and same else None

    def describe_anew(self, job: Job) -> None:
        """A registered job was given a tag or a deadline."""
        self._change(job, {"job": _describe(job)})

    def write_start(self, job: Job, following: int | None) -> None:
        """A run of the job is about to begin."""
        if self.promise == "at most once":
            self._change(job, {"next": following})

    def write_done(self, job: Job, following: int | None, *, ran: bool = True) -> None:
        """A run has ended, or was skipped, and this one is next."""
        change: dict[str, Any] = {"next": following}
        if ran:
            now = datetime.datetime.now().timestamp()
            error = job.last_error
            change["last"] = int(now * 1e6)
            change["result"] = _shown(job.last_result)
            change["error"] = None if error is None else repr(error)
        self._change(job, change)

    def forget(self, job: Job) -> None:
        """The job was cancelled."""
        self._change(job, {"gone": True})

    # --- the journal ---

    def _change(self, job: Job, change: dict[str, Any]) -> None:
        name = job._options.name if job._options is not None else None
        if name is not None and name in self._records:
            self._write({"name": name, **change})

    def _write(self, change: dict[str, Any]) -> None:
        with self._lock:
            if self._pid != os.getpid():
                raise ScheduleError(
                    f"{self.path} belongs to the process that was forked from; open a store of its "
                    "own in the child"
                )
            if self._file < 0:
                raise ScheduleError(f"the store {self.path} is closed")
            if self._lines > _SLACK + 10 * len(self._records):
                self._rewrite()
            _append(self._file, _line(change), self._sync)
            self._apply(change)

    def _apply(self, change: dict[str, Any]) -> None:
        self._lines += 1
        name = change["name"]
        if change.get("gone"):
            self._records.pop(name, None)
        else:
            self._records.setdefault(name, {}).update(change)

    def _read(self) -> None:
        with open(self._file, "rb", closefd=False) as stream:
            content = stream.read()
        if not content.startswith(_HEADER):
            if not _HEADER.startswith(content):  # that would be one that was just begun
                raise ScheduleError(
                    f"{self.path} is no journal of jobs; give the path of another file"
                )
            os.ftruncate(self._file, 0)
            _append(self._file, _HEADER, self._sync)
            return
        good = len(_HEADER)
        lines = content[good:].split(b"\n")
        for number, line in enumerate(lines[:-1]):
            change = _parsed(line)
            if change is None:
                if any(_parsed(later) is not None for later in lines[number + 1 :]):
                    raise ScheduleError(
                        f"{self.path} is damaged in line {number + 2}; put a copy in its place, "
                        "or delete it to begin anew"
                    )
                break
            self._apply(change)
            good += len(line) + 1
        if good < len(content):  # torn by the end of the process that wrote it
            os.ftruncate(self._file, good)

    def _rewrite(self) -> None:
        """Writes what is known beside the journal, and puts it in its place."""
        beside = self.path + ".new"
        if os.path.exists(beside):
            os.unlink(beside)  # of a process that was killed here
        file = _open_locked(beside)
        lines = [_line({**record, "name": name}) for name, record in self._records.items()]
        try:
            _append(file, b"".join([_HEADER, *lines]), True)
            os.replace(beside, self.path)
        except BaseException:
            os.close(file)
            raise
        os.close(self._file)
        self._file, self._lines = file, len(lines)
        folder = os.open(os.path.dirname(os.path.abspath(self.path)), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _open_locked(path: str) -> int:
    import fcntl

    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(file)
            raise ScheduleError(
                f"{path} is in use by another process or store; close that"
            ) from error
        if os.path.exists(path) and os.path.samestat(os.fstat(file), os.stat(path)):
            return file
        os.close(file)  # the process that had it has just put another in its place


def _append(file: int, data: bytes, sync: bool) -> None:
    """One write; when the disk is full, none."""
    size = os.fstat(file).st_size
    try:
        if os.write(file, data) != len(data):
            raise OSError(28, "no space left for the journal of jobs")
        if sync:
            os.fsync(file)
    except BaseException:
        os.ftruncate(file, size)
        raise


def _line(change: dict[str, Any]) -> bytes:
    import json
    import zlib

    text = json.dumps(change, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _parsed(line: bytes) -> dict[str, Any] | None:
    import json
    import zlib

    text = line[9:]
    if line[:9] != b"%08x " % zlib.crc32(text):
        return None
    return json.loads(text)  # type: ignore[no-any-return]


def _shown(result: Any) -> Any:
    """The result itself where JSON has such values, else how it prints."""
    import json

    try:
        json.dumps(result, allow_nan=False)
    except (TypeError, ValueError):
        return repr(result)
    return result


# --- jobs as JSON and back ---

_FIELDS = ("interval", "latest", "unit", "start_day")
_KEPT_OPTIONS = ("on_error", "misfire", "grace", "timeout")


def _describe(job: Job) -> dict[str, Any]:
    """A job as JSON: when it runs, with which options, and what it calls."""
    import json

    assert job._options is not None
    when: dict[str, Any] = {name: getattr(job, name) for name in _FIELDS}
    zone = job.at_time_zone
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if zone is not None and not isinstance(name, str):
        raise ScheduleValueError(f"a kept job needs a zone with a name, got {zone!r}")
    when["at"] = None if job.at_time is None else job.at_time.isoformat()
    when["until"] = None if job.cancel_after is None else job.cancel_after.isoformat()
    when.update(zone=name, cron=job._cron, drift=job._drift, jitter=job._jitter)
    when["window"] = None if job._window is None else vars(job._window)
    own = job._options.own
    options = {key: own[key] for key in _KEPT_OPTIONS if own.get(key) is not None}
    if not isinstance(options.get("on_error", ""), str):
        raise ScheduleValueError("a kept job has no policy of its own; give it to the Scheduler")
    assert job.job_func is not None
    function: Any = job.job_func.func
    args, kwargs = list(job.job_func.args), dict(job.job_func.keywords)
    exact = [args, kwargs, sorted(job.tags, key=repr)]
    described = {
        "when": when,
        "options": options,
        "tags": sorted(job.tags, key=repr),
        "function": _path_of(function),
        "args": args,
        "kwargs": kwargs,
    }
    try:
        same = json.loads(json.dumps(exact, allow_nan=False)) == exact
    except (TypeError, ValueError):
        same = False
    if not same:
        raise ScheduleValueError(
            "arguments and tags of a kept job are what JSON has - texts, numbers, lists, dicts - "
            f"got {args!r}, {kwargs!r} and {job.tags!r}"
        )
    return described


def _as_read(described: dict[str, Any]) -> Any:
    """A description as it comes back from the file."""
    import json

    return json.loads(json.dumps(described))


def _words(described: dict[str, Any]) -> dict[str, Any]:
    """When a job runs; without its deadline, which may count from when it was described."""
    return {**described["when"], "until": None}


def _path_of(function: Any) -> str:
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    try:
        if _found(module, name) is function:
            return f"{module}:{name}"
    except (ImportError, AttributeError, TypeError, ValueError):
        pass
    raise ScheduleValueError(
        f"a kept job calls a function that can be imported by its name, got {function!r}"
    )


def _found(module: str, name: str) -> Any:
    __import__(module)
    found: Any = sys.modules[module]
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _make(scheduler: Scheduler, name: str, record: dict[str, Any]) -> Job:
    described = record["job"]
    when, options = described["when"], described["options"]
    function = _found(*described["function"].split(":"))
    given: Any = {**options, "name": name}
    job = scheduler._every_with(when["interval"], given)
    for field in _FIELDS:
        setattr(job, field, when[field])
    if when["cron"] is not None:
        job._cron = when["cron"]
    if when["window"] is not None:
        window = Window()
        vars(window).update(when["window"])
        job._restricted(window)
    if when["zone"] is not None:
        job.at_time_zone = when["zone"]
    if when["at"] is not None:
        job.at_time = datetime.time.fromisoformat(when["at"])
    if when["until"] is not None:
        job.cancel_after = datetime.datetime.fromisoformat(when["until"])
    job._drift, job._jitter = when["drift"], when["jitter"]
    return job.tag(*described["tags"]).do(function, *described["args"], **described["kwargs"])
