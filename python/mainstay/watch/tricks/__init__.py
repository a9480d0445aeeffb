"""Handlers that do something: log, run a shell command, restart a program.

A trick can be named in a file that `watchmedo tricks-from` reads; its options there are the
arguments of its class.
"""

from __future__ import annotations

import functools
import logging
import os
import signal
import subprocess
import threading
from typing import TYPE_CHECKING

from ..events import (
    EVENT_TYPE_CLOSED_NO_WRITE,
    EVENT_TYPE_OPENED,
    FileSystemEvent,
    PatternMatchingEventHandler,
)
from ..utils import echo, platform, renamed_attribute, resolve_renamed_argument
from ..utils.event_debouncer import EventDebouncer
from ..utils.process_watcher import ProcessWatcher

if TYPE_CHECKING:
    from ..utils import Seconds

logger = logging.getLogger("watchdog.tricks")
echo_events = functools.partial(echo.echo, write=lambda text: logger.info(text))

# Reading a file is no reason to act, and what a command reads would start it again.
_READING = frozenset({EVENT_TYPE_OPENED, EVENT_TYPE_CLOSED_NO_WRITE})


class Trick(PatternMatchingEventHandler):
    """What tricks derive from."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    @classmethod
    def generate_yaml(cls) -> str:
        """An entry for a file of tricks, to be filled in."""
        return f"""- {cls.__module__}.{cls.__name__}:
    patterns:
    - "**/*.py"
    - "**/*.js"
    ignore_patterns:
    - "**/version.py"
    ignore_directories: false
"""


class LoggerTrick(Trick):
    """Logs events at level INFO."""

    @echo_events
    def on_any_event(self, event: FileSystemEvent) -> None:
        pass


class ShellCommandTrick(Trick):
    """Runs a shell command for each event, other than those of reading.

    `${watch_src_path}`, `${watch_dest_path}`, `${watch_event_type}` and `${watch_object}` in
    `shell_command` are replaced; what replaces them is not quoted. With `wait_for_process` the
    command ends before the next event is handled; with `drop_during_process` events are dropped
    while it runs. `shell_executable` is the shell, `cwd` the folder it runs in.
    """

    def __init__(
        self,
        shell_command: str | None,
        *,
        patterns: list[str] | None = None,
        ignore_patterns: list[str] | None = None,
        ignore_directories: bool = False,
        wait_for_process: bool = False,
        drop_during_process: bool = False,
        shell_executable: str | None = None,
        cwd: str | None = None,
    ) -> None:
        super().__init__(
            patterns=patterns,
            ignore_patterns=ignore_patterns,
            ignore_directories=ignore_directories,
        )
        self.shell_command = shell_command
        self.wait_for_process = wait_for_process
        self.drop_during_process = drop_during_process
        self.shell_executable = shell_executable
        self.cwd = cwd
        self.process: subprocess.Popen[bytes] | None = None
        self._process_watchers: set[ProcessWatcher] = set()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in _READING:
            return
        if self.drop_during_process and self.is_process_running():
            return
        self.process = subprocess.Popen(
            self._command(event), shell=True, executable=self.shell_executable, cwd=self.cwd
        )
        if self.wait_for_process:
            self.process.wait()
            return
        watcher = ProcessWatcher(self.process, None)
        self._process_watchers.add(watcher)
        watcher.process_termination_callback = functools.partial(
            self._process_watchers.discard, watcher
        )
        watcher.start()

    def _command(self, event: FileSystemEvent) -> str:
        from string import Template  # of the standard library's start-up modules

        template = self.shell_command
        if template is None:
            template = 'echo "${watch_event_type} ${watch_object} ${watch_src_path}"'
            if event.dest_path:
                template = template[:-1] + ' to ${watch_dest_path}"'
        return Template(template).safe_substitute(
            watch_src_path=event.src_path,
            watch_dest_path=event.dest_path,
            watch_event_type=event.event_type,
            watch_object="directory" if event.is_directory else "file",
        )

    def is_process_running(self) -> bool:
        """Whether a command that was started has not ended yet."""
        running = self.process is not None and self.process.poll() is None
        return bool(self._process_watchers) or running


class AutoRestartTrick(Trick):
    """Runs a program and restarts it on events, other than those of reading.

    `start()` runs it, `stop()` ends it. To stop, `stop_signal` goes to the program and all it
    started; what is still there after `kill_after` seconds is killed. With a `debounce_interval`
    events have to stop coming for so many seconds first. A program that ends by itself is run
    again, unless `restart_on_command_exit` is false. Any thread may call the methods.
    """

    def __init__(
        self,
        command: list[str],
        *,
        patterns: list[str] | None = None,
        ignore_patterns: list[str] | None = None,
        ignore_directories: bool = False,
        stop_signal: signal.Signals | int = signal.SIGINT,
        kill_after: Seconds = 10,
        debounce_interval: Seconds | None = None,
        restart_on_command_exit: bool = True,
        debounce_interval_seconds: Seconds | None = None,
    ) -> None:
        interval: Seconds = resolve_renamed_argument(
            "debounce_interval_seconds",
            debounce_interval_seconds,
            "debounce_interval",
            debounce_interval,
            default=0,
        )
        if kill_after < 0:
            raise ValueError("kill_after must be non-negative.")
        if interval < 0:
            raise ValueError("debounce_interval must be non-negative.")
        super().__init__(
            patterns=patterns,
            ignore_patterns=ignore_patterns,
            ignore_directories=ignore_directories,
        )
        self.command = command
        self.stop_signal = int(stop_signal)
        self.kill_after = kill_after
        self.debounce_interval = interval
        self.restart_on_command_exit = restart_on_command_exit
        self.process: subprocess.Popen[bytes] | None = None
        self.process_watcher: ProcessWatcher | None = None
        self.event_debouncer: EventDebouncer | None = None
        self.restart_count = 0
        self._is_process_stopping = False
        self._is_trick_stopping = False
        self._stopping_lock = threading.RLock()
        self._restart_lock = threading.Lock()

    debounce_interval_seconds = renamed_attribute("debounce_interval_seconds", "debounce_interval")

    def start(self) -> None:
        """Runs the program."""
        if self.debounce_interval:
            self.event_debouncer = EventDebouncer(
                self.debounce_interval, lambda events: self._restart_process()
            )
            self.event_debouncer.start()
        self._start_process()

    def stop(self) -> None:
        """Ends the program for good, and waits for the threads that looked after it."""
        with self._stopping_lock:
            if self._is_trick_stopping:
                return
            self._is_trick_stopping = True
        watcher = self.process_watcher
        if self.event_debouncer is not None:
            self.event_debouncer.stop()
        self._stop_process()
        if self.event_debouncer is not None:
            self.event_debouncer.join()
        if watcher is not None:
            watcher.join()

    def _start_process(self) -> None:
        # A group of its own, so that the signals reach what it starts as well.
        flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        with self._stopping_lock:  # or stop() might not see it
            if self._is_trick_stopping:
                return
            self.process = subprocess.Popen(
                self.command, start_new_session=True, creationflags=flags
            )
        if self.restart_on_command_exit:
            self.process_watcher = ProcessWatcher(self.process, self._restart_process)
            self.process_watcher.start()

    def _stop_process(self) -> None:
        with self._stopping_lock:  # two threads may come here; one does it
            if self._is_process_stopping:
                return
            self._is_process_stopping = True
        try:
            if self.process_watcher is not None:
                self.process_watcher.stop()
                self.process_watcher = None
            if self.process is not None:
                self._end(self.process)
                self.process = None
        finally:
            self._is_process_stopping = False

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        try:
            kill_process(process.pid, self.stop_signal)
            process.wait(self.kill_after)
        except subprocess.TimeoutExpired:
            try:
                kill_process(process.pid, 9)
            except OSError:
                pass  # it ended meanwhile
            process.wait()
        except OSError:
            pass  # it had ended

    @echo_events
    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in _READING:
            return
        if self.event_debouncer is not None:
            self.event_debouncer.handle_event(event)
        else:
            self._restart_process()

    def _restart_process(self) -> None:
        with self._restart_lock:  # an event and the end of the program may come together
            if self._is_trick_stopping:
                return
            self._stop_process()
            self._start_process()
            self.restart_count += 1


def kill_process(pid: int, stop_signal: int) -> None:
    """Sends a signal to a process and all in its group. OSError when it has ended."""
    if platform.is_windows():
        # Only console events let a process clean up there; others end it at once.
        gentle = stop_signal in (signal.SIGINT, getattr(signal, "SIGBREAK", None))
        try:
            os.kill(pid, getattr(signal, "CTRL_BREAK_EVENT", 1) if gentle else stop_signal)
        except OSError:
            if not gentle:
                raise
            os.kill(pid, stop_signal)
    else:
        os.killpg(os.getpgid(pid), stop_signal)
