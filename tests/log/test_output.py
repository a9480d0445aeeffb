"""Lines reach files as they do on the peer, whatever the file is; no line is lost or torn."""

from __future__ import annotations

import copy
import errno
import io
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mainstay import log

from ..fresh import printed, variables

MakeLogger = Callable[..., Any]


def test_lines_stand_behind_what_the_program_itself_wrote(target: Path) -> None:
    with target.open("w", encoding="utf-8") as file:
        logger = log.WriteLogger(file)
        file.write("first, ")
        logger.msg("é second")
        file.buffer.write(b"third, ")
        logger.msg("fourth")
    assert target.read_text(encoding="utf-8") == "first, é second\nthird, fourth\n"


def test_line_ends_are_those_of_the_file(target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="\r\n") as file:
        log.WriteLogger(file).msg("a line")
    assert target.read_bytes() == b"a line\r\n"


def test_line_ends_may_change_while_a_logger_has_the_file(target: Path) -> None:
    with target.open("w", encoding="utf-8") as file:
        logger = log.WriteLogger(file)
        logger.msg("one")
        file.reconfigure(newline="\r\n")  # type: ignore[attr-defined, unused-ignore]
        logger.msg("two")
    assert target.read_bytes() == b"one\ntwo\r\n"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "ascii"])
def test_encodings_are_those_of_the_file(target: Path, encoding: str) -> None:
    with target.open("w", encoding=encoding, errors="replace") as file:
        log.WriteLogger(file).msg("é")
    assert target.read_text(encoding=encoding) == "é\n".encode(encoding, "replace").decode(encoding)


def test_what_utf8_cannot_encode_is_the_files_error(target: Path) -> None:
    with target.open("w", encoding="utf-8") as file, pytest.raises(UnicodeEncodeError):
        log.WriteLogger(file).msg("\ud800")


def test_a_closed_file_is_an_error(target: Path) -> None:
    with target.open("w", encoding="utf-8") as file:
        logger = log.WriteLogger(file)
    with pytest.raises(ValueError, match="closed file"):
        logger.msg("too late")


@pytest.mark.parametrize("part", ["_write", "_flush", "_lock"])
def test_a_logger_without_one_of_its_parts_says_which(part: str) -> None:
    logger = log.WriteLogger(io.StringIO())
    delattr(logger, part)
    with pytest.raises(AttributeError, match=part):
        logger.msg("a line")


def test_a_signal_ends_a_write_that_waits_for_a_reader() -> None:
    lines = printed(
        """
import os, signal
from mainstay import log

def interrupt(*_):
    raise KeyboardInterrupt

reader, writer = os.pipe()
file = os.fdopen(writer, "w")
logger = log.WriteLogger(file)
signal.signal(signal.SIGALRM, interrupt)
try:
    signal.setitimer(signal.ITIMER_REAL, 0.05)  # once: a second one would end any write
    logger.msg("x" * 1_000_000)
except KeyboardInterrupt:
    print("interrupted", logger._lock.locked(), flush=True)
os._exit(0)
"""
    )
    assert lines == ["interrupted False"]


def test_a_full_device_is_an_error_and_the_lock_is_free_again() -> None:
    file = open("/dev/full", "w", encoding="utf-8")  # noqa: SIM115  # closing it fails
    logger = log.WriteLogger(file)
    with pytest.raises(OSError) as refused:
        logger.msg("a line")
    assert refused.value.errno == errno.ENOSPC
    assert not logger._lock.locked()
    with pytest.raises(OSError):  # it tries once more
        file.close()


def test_a_pipe_that_is_full_says_so_and_keeps_the_rest() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with os.fdopen(writer, "w", encoding="utf-8") as file, os.fdopen(reader, "rb") as other:
        logger = log.WriteLogger(file)
        line = "x" * 68_000  # more than a pipe holds, by less than a file keeps
        with pytest.raises(BlockingIOError):
            logger.msg(line)
        got = os.read(reader, 200_000)
        file.flush()
        got += os.read(reader, 200_000)
        assert got == line.encode() + b"\n"
        del other


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "bytes"
    with path.open("wb") as file:
        logger = log.BytesLogger(file, name="of bytes")
        logger.msg(b"\xff one")
        logger.msg(bytearray(b"two"))  # type: ignore[arg-type, unused-ignore]
    assert path.read_bytes() == b"\xff one\ntwo\n"


def test_old_pickles_of_a_bytes_logger_have_no_name() -> None:
    logger = log.BytesLogger.__new__(log.BytesLogger)
    logger.__setstate__("stdout")
    assert logger.name is None


def test_print_logger_prints_to_what_stdout_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    stdout = io.StringIO()
    logger = log.PrintLogger()
    if logger._file is sys.__stdout__ or logger._file is log._output.stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        logger.msg("a line")
        assert stdout.getvalue() == "a line\n"


def test_a_write_method_that_was_replaced_is_called(target: Path) -> None:
    written: list[str] = []
    with target.open("w", encoding="utf-8") as file:
        logger = log.WriteLogger(file)
        logger._write = written.append
        logger.msg("a line")
    assert written == ["a line\n"]
    assert target.read_text(encoding="utf-8") == ""


def test_a_files_own_class_is_asked_to_write(tmp_path: Path) -> None:
    class Shouting(io.TextIOWrapper):
        def write(self, text: str, /) -> int:
            return super().write(text.upper())

    path = tmp_path / "loud"
    with Shouting(path.open("wb"), encoding="utf-8") as file:
        log.WriteLogger(file).msg("a line")
    assert path.read_text(encoding="utf-8") == "A LINE\n"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_loggers_and_processors_pickle(protocol: int) -> None:
    wrapper: Any = log.make_filtering_bound_logger("info")
    p = log.processors
    chain: list[Any] = [
        p.TimeStamper("iso", utc=False, key="at"),
        p.KeyValueRenderer(key_order=["event"]),
        p.LogfmtRenderer(sort_keys=True),
        p.JSONRenderer(sort_keys=True),
    ]
    made = log.wrap_logger(log.PrintLogger(log._output.stdout), chain, wrapper).bind(a=1)
    again = pickle.loads(pickle.dumps(made, protocol))
    assert type(again) is type(made)
    assert again._context == {"a": 1}
    assert again._processors[0].key == "at"
    assert again._processors[3]({}, "", {"b": 1, "a": 2}) is not None
    assert [again._processors[i](None, "", {"event": "e", "b": 1, "a": 2}) for i in (1, 2, 3)] == [
        "event='e' b=1 a=2",
        "a=2 b=1 event=e",
        '{"a": 2, "b": 1, "event": "e"}',
    ]
    assert copy.copy(made) == made


def test_what_the_peer_pickled_can_be_read() -> None:
    program = """
import pickle, structlog as s
p = s.processors
wrapper = s.make_filtering_bound_logger("info")
chain = [p.TimeStamper("iso", key="at"), p.add_log_level, s.contextvars.merge_contextvars]
made = [p.KeyValueRenderer(), p.LogfmtRenderer(bool_as_flag=False), p.JSONRenderer(sort_keys=True)]
made.append(wrapper(s.PrintLogger(), chain, {"a": 1}))
print(pickle.dumps(made).hex())
"""
    pickled = printed(program)[0]
    read = f"""
import pickle, structlog as s
made = pickle.loads(bytes.fromhex({pickled!r}))
print([each(None, "info", {{"b": True, "a": 2}}) for each in made[:3]])
print(made[3]._context, made[3]._processors[0].key, s.twisted is not made, s.__version__)
"""
    done = subprocess.run(
        [sys.executable, "-m", "mainstay", "run", "-c", read],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env=variables(),
    )
    assert done.stdout.splitlines() == [
        "['b=True a=2', 'b=true a=2', '{\"a\": 2, \"b\": true}']",
        "{'a': 1} at True 26.1.0",
    ]
