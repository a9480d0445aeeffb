"""Watch files: run a program and restart it on changes, or any command of watchmedo.

mainstay watch --run "python app.py" [--exclude RULE]... [PATH]...
mainstay watch log|shell-command|auto-restart|tricks-from ...
"""

from __future__ import annotations

import shlex
import sys
from argparse import ArgumentParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace


def main(arguments: list[str]) -> int:
    """Runs it; returns 0 when it was ended by a signal, 1 when it cannot do what it was asked."""
    if not any(each == "--run" or each.startswith("--run=") for each in arguments):
        from mainstay.watch import watchmedo

        return watchmedo.main(arguments)
    parser = ArgumentParser(prog="mainstay watch", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--run", required=True, metavar="COMMAND", help="the program, as one text")
    parser.add_argument("--exclude", action="append", default=[], help="a rule as in .gitignore")
    parser.add_argument("--no-gitignore", action="store_true", help="do not heed .gitignore files")
    parser.add_argument("--quiet", type=float, default=0.2, help="seconds without a change (0.2)")
    parser.add_argument("--kill-after", type=float, default=10.0, help="seconds it has to end (10)")
    parser.add_argument("paths", nargs="*", default=["."], help="what is watched (default: .)")
    try:
        return _run(parser.parse_args(arguments))
    except (OSError, ValueError) as error:
        print(f"mainstay watch: {error}", file=sys.stderr)
        return 1


def _run(options: Namespace) -> int:
    import signal

    from mainstay.watch.events import (
        EVENT_TYPE_CLOSED,
        EVENT_TYPE_CREATED,
        EVENT_TYPE_DELETED,
        EVENT_TYPE_MOVED,
        FileSystemEvent,
    )
    from mainstay.watch.observers import Observer
    from mainstay.watch.tricks import AutoRestartTrick
    from mainstay.watch.utils import WatchdogShutdownError
    from mainstay.watch.watchmedo import _sleep_until_shutdown, end_on_signals

    kinds = {EVENT_TYPE_CLOSED, EVENT_TYPE_CREATED, EVENT_TYPE_DELETED, EVENT_TYPE_MOVED}

    class Restart(AutoRestartTrick):
        def on_any_event(self, event: FileSystemEvent) -> None:
            if event.event_type in kinds:
                super().on_any_event(event)

    command = shlex.split(options.run)
    if not command:
        raise ValueError(f"--run must name a program, got {options.run!r}")
    handler = Restart(
        command,
        stop_signal=signal.SIGTERM,
        kill_after=options.kill_after,
        debounce_interval=options.quiet,
        restart_on_command_exit=False,
    )
    observer = Observer()
    try:
        for path in options.paths:
            observer.schedule(
                handler,
                path,
                recursive=True,
                exclude=options.exclude,
                gitignore=not options.no_gitignore,
            )
        observer.start()
        end_on_signals()
        handler.start()
        _sleep_until_shutdown()
    except WatchdogShutdownError:
        pass
    finally:
        observer.stop()
        handler.stop()
    return 0
