"""The command `watchmedo`: logs events, runs commands on events, restarts programs.

Also `mainstay watch ...`, and `python -m watchdog` under drop-in.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import time
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from .utils import WatchdogShutdownError, load_class
from .version import VERSION_STRING

if TYPE_CHECKING:
    from argparse import _SubParsersAction
    from collections.abc import Callable, Iterable

    from .events import FileSystemEventHandler
    from .observers import ObserverType
    from .observers.api import BaseObserver

CONFIG_KEY_TRICKS = "tricks"
CONFIG_KEY_PYTHON_PATH = "python-path"

Argument = tuple[list[str], Any]


class HelpFormatter(RawDescriptionHelpFormatter):
    """Keeps the lines of texts, without the indentation they have in the source, and leaves an
    empty line after each."""

    def __init__(self, *args: Any, max_help_position: int = 6, **kwargs: Any) -> None:
        kwargs["max_help_position"] = max_help_position
        super().__init__(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def _split_lines(self, text: str, width: int) -> list[str]:
        return (dedent(text).strip() + "\n\n").splitlines()


cli = ArgumentParser(formatter_class=HelpFormatter)
cli.add_argument("-V", "--version", action="version", version=VERSION_STRING)
subparsers = cli.add_subparsers(dest="top_command", title="subcommands")
command_parsers: dict[str, ArgumentParser] = {}


def argument(*name_or_flags: str, **kwargs: Any) -> Argument:
    """An option for `command`, written as for `ArgumentParser.add_argument`."""
    return list(name_or_flags), kwargs


def command(
    args: Iterable[Argument],
    *,
    parent: _SubParsersAction[ArgumentParser] = subparsers,
    cmd_aliases: list[str] | None = None,
) -> Callable[[Callable[[Namespace], None]], Callable[[Namespace], None]]:
    """Makes a function a subcommand: its name with dashes, its docstring the help."""

    def decorator(func: Callable[[Namespace], None]) -> Callable[[Namespace], None]:
        name = func.__name__.replace("_", "-")
        text = dedent(func.__doc__ or "")
        parser = parent.add_parser(
            name,
            aliases=cmd_aliases or [],
            description=text,
            help=text.partition("\n")[0].strip() or None,
            formatter_class=HelpFormatter,
        )
        command_parsers.update(dict.fromkeys((name, *(cmd_aliases or ())), parser))
        verbosity = parser.add_mutually_exclusive_group()
        for short, long, step in (("-q", "--quiet", -1), ("-v", "--verbose", 1)):
            verbosity.add_argument(short, long, dest="verbosity", action="append_const", const=step)
        for flags, options in args:
            parser.add_argument(*flags, **options)
        parser.set_defaults(func=func)
        return func

    return decorator


def option(flags: str, text: str, **settings: Any) -> Argument:
    """The same with the flags as one text; the first long one names the attribute."""
    return argument(*flags.split(), help=text, **settings)


def flag(flags: str, text: str, **settings: Any) -> Argument:
    """An option without a value."""
    return option(flags, text, action="store_true", **settings)


_PATTERNS = (
    option("-p --patterns --pattern", "Only paths that match one of a;b, as **/*.py", default="**"),
    option("-i --ignore-patterns --ignore-pattern", "No paths that match one of a;b", default=""),
    flag("-D --ignore-directories", "No events of directories"),
    flag("-R --recursive", "Watch what is below the directories as well"),
)
_INTERVAL = option("--timeout --interval", "Seconds between two polls", default=1.0, type=float)
_POLLING = flag("--debug-force-polling", "[debug] Use polling")
_FORCED = (
    _POLLING,
    flag("--debug-force-kqueue", "[debug] Use kqueue (not here)"),
    flag("--debug-force-winapi", "[debug] Use Windows (not here)"),
    flag("--debug-force-fsevents", "[debug] Use macOS (not here)"),
    flag("--debug-force-inotify", "[debug] Use Linux inotify"),
)
_DIRECTORIES = option("directories", "What to watch (default: '.')", nargs="*", default=".")
_PYTHON_PATH = option("--python-path", f"Folders to import from (a{os.pathsep}b)", default=".")


_COMMAND = """
The shell command that is run for events. These are replaced in it:

  ${watch_src_path}    the path
  ${watch_dest_path}   the new path, of what was moved
  ${watch_event_type}  what happened
  ${watch_object}      'file' or 'directory'

Write it in single quotes, or your own shell replaces them before:

  --command='echo "${watch_src_path}"'
"""


def path_split(pathname_spec: str, *, separator: str = os.pathsep) -> list[str]:
    """The paths in a list like that of PATH."""
    return pathname_spec.split(separator)


def add_to_sys_path(pathnames: list[str], *, index: int = 0) -> None:
    """Inserts folders into `sys.path`, in their order, before place `index`."""
    sys.path[index:index] = pathnames


def load_config(tricks_file_pathname: str) -> dict[str, Any]:
    """Reads a file of tricks, which is YAML. Needs PyYAML."""
    import yaml  # type: ignore[import-untyped, unused-ignore]

    with open(tricks_file_pathname, "rb") as file:
        config: dict[str, Any] = yaml.safe_load(file.read())
    return config


def parse_patterns(
    patterns_spec: str, ignore_patterns_spec: str, *, separator: str = ";"
) -> tuple[list[str], list[str]]:
    """The patterns in two lists of them."""
    ignored = ignore_patterns_spec.split(separator) if ignore_patterns_spec else []
    return patterns_spec.split(separator), ignored


def observe_with(
    observer: BaseObserver,
    event_handler: FileSystemEventHandler,
    pathnames: Iterable[str],
    *,
    recursive: bool,
) -> None:
    """Watches until WatchdogShutdownError is raised in this thread."""
    for pathname in set(pathnames):
        observer.schedule(event_handler, pathname, recursive=recursive)
    observer.start()
    _sleep_until_shutdown()
    observer.stop()
    observer.join()


def _sleep_until_shutdown() -> None:
    try:
        while True:
            time.sleep(1)
    except WatchdogShutdownError:
        return


def schedule_tricks(
    observer: BaseObserver, tricks: list[dict[str, Any]], pathname: str, *, recursive: bool
) -> None:
    """Schedules the tricks of a file for `pathname`, or where a trick says itself."""
    for trick in tricks:
        for name, options in trick.items():
            handler = load_class(name)(**options)
            where = getattr(handler, "source_directory", None) or pathname
            observer.schedule(handler, where, recursive=recursive)


def _observer_class(args: Namespace) -> ObserverType:
    """The kind of observer that the options ask for."""
    for name in ("kqueue", "winapi", "fsevents"):
        if getattr(args, f"debug_force_{name}", False):
            raise SystemExit(
                f"watchmedo: {name} is not available here; use --debug-force-polling or neither"
            )
    if args.debug_force_polling:
        from .observers.polling import PollingObserver

        return PollingObserver
    if getattr(args, "debug_force_inotify", False):
        from .observers.inotify import InotifyObserver

        return InotifyObserver
    from .observers import Observer

    return Observer


@command(
    [
        option("files", "Files of tricks", nargs="*"),
        _PYTHON_PATH,
        _INTERVAL,
        flag("--recursive", "Watch what is below the directories as well (always)", default=True),
        *_FORCED,
    ],
    cmd_aliases=["tricks"],
)
def tricks_from(args: Namespace) -> None:
    """Run the tricks that files name."""
    make_observer = _observer_class(args)
    add_to_sys_path(path_split(args.python_path))
    observers = []
    for file in args.files:
        observer = make_observer(timeout=args.timeout)
        if not os.path.exists(file):
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), file)
        config = load_config(file)
        if CONFIG_KEY_TRICKS not in config:
            raise KeyError(f"No {CONFIG_KEY_TRICKS!r} key specified in {file!r}.")
        if CONFIG_KEY_PYTHON_PATH in config:
            add_to_sys_path(config[CONFIG_KEY_PYTHON_PATH])
        folder = os.path.dirname(file) or os.path.relpath(os.getcwd())
        schedule_tricks(observer, config[CONFIG_KEY_TRICKS], folder, recursive=args.recursive)
        observer.start()
        observers.append(observer)
    _sleep_until_shutdown()
    for observer in observers:
        observer.unschedule_all()
        observer.stop()
    for observer in observers:
        observer.join()


@command(
    [
        option("trick_paths", "Classes of tricks, as package.module.Class", nargs="*"),
        _PYTHON_PATH,
        option("--append-to-file", "Append to this file, or print"),
        flag("-a --append-only", "Print what can be appended, without the keys before it"),
    ],
    cmd_aliases=["generate-tricks-yaml"],
)
def tricks_generate_yaml(args: Namespace) -> None:
    """Write a file of tricks, to be filled in."""
    import yaml

    paths = path_split(args.python_path)
    add_to_sys_path(paths)
    content = "".join(load_class(each).generate_yaml() for each in args.trick_paths)
    header = yaml.dump({CONFIG_KEY_PYTHON_PATH: paths}) + f"{CONFIG_KEY_TRICKS}:\n"
    file = args.append_to_file
    if file is None:
        sys.stdout.write(content if args.append_only else header + content)
        return
    if not os.path.exists(file):
        content = header + content
    with open(file, "a", encoding="utf-8") as stream:
        stream.write(content)


@command([_DIRECTORIES, *_PATTERNS, _INTERVAL, *_FORCED])
def log(args: Namespace) -> None:
    """Log events."""
    from .tricks import LoggerTrick

    patterns, ignored = parse_patterns(args.patterns, args.ignore_patterns)
    handler = LoggerTrick(
        patterns=patterns,
        ignore_patterns=ignored,
        ignore_directories=args.ignore_directories,
    )
    observer = _observer_class(args)(timeout=args.timeout)
    observe_with(observer, handler, args.directories, recursive=args.recursive)


@command(
    [
        _DIRECTORIES,
        option("-c --command", _COMMAND),
        *_PATTERNS,
        _INTERVAL,
        flag("-w --wait", "Wait for the command before the next event", dest="wait_for_process"),
        flag("-W --drop", "Drop events while the command runs", dest="drop_during_process"),
        option("-s --shell-executable --shell", "The shell that runs it (default: the system's)"),
        option("-C --cwd", "The folder it runs in"),
        _POLLING,
    ]
)
def shell_command(args: Namespace) -> None:
    """Run a shell command for events."""
    from .tricks import ShellCommandTrick

    args.command = args.command or None
    patterns, ignored = parse_patterns(args.patterns, args.ignore_patterns)
    handler = ShellCommandTrick(
        args.command,
        patterns=patterns,
        ignore_patterns=ignored,
        ignore_directories=args.ignore_directories,
        wait_for_process=args.wait_for_process,
        drop_during_process=args.drop_during_process,
        shell_executable=args.shell_executable,
        cwd=args.cwd,
    )
    observer = _observer_class(args)(timeout=args.timeout)
    observe_with(observer, handler, args.directories, recursive=args.recursive)


@command(
    [
        option("command", "The program to run"),
        option("command_args", "Its arguments, after -- if they have dashes", nargs="*"),
        option(
            "-d --directory", "What to watch, again and again", dest="directories", action="append"
        ),
        *_PATTERNS,
        _INTERVAL,
        option("--signal", "The signal that stops the program", default="SIGINT"),
        _POLLING,
        option("--kill-after", "Seconds it has to stop in", default=10.0, type=float),
        option("--debounce-interval", "Seconds without events first", default=0.0, type=float),
        option(
            "--no-restart-on-command-exit",
            "Do not run it again when it ends by itself",
            dest="restart_on_command_exit",
            default=True,
            action="store_false",
        ),
    ]
)
def auto_restart(args: Namespace) -> None:
    """Run a program and restart it on events."""
    import signal

    from .tricks import AutoRestartTrick

    make_observer = _observer_class(args)
    name = args.signal
    patterns, ignored = parse_patterns(args.patterns, args.ignore_patterns)
    handler = AutoRestartTrick(
        [args.command, *args.command_args],
        patterns=patterns,
        ignore_patterns=ignored,
        ignore_directories=args.ignore_directories,
        stop_signal=getattr(signal, name) if name.startswith("SIG") else int(name),
        kill_after=args.kill_after,
        debounce_interval=args.debounce_interval,
        restart_on_command_exit=args.restart_on_command_exit,
    )
    end_on_signals()
    handler.start()
    try:
        observer = make_observer(timeout=args.timeout)
        observe_with(observer, handler, args.directories or ["."], recursive=args.recursive)
    except WatchdogShutdownError:
        pass
    finally:
        handler.stop()


def end_on_signals() -> None:
    """Has the signals that end a program raise WatchdogShutdownError in the main thread, once."""
    import signal

    names = ("SIGTERM", "SIGINT", "SIGHUP")
    signals = [getattr(signal, each) for each in names if hasattr(signal, each)]

    def shut_down(_signal: int, _frame: object) -> None:
        for each in signals:  # a second one must not end the clean-up
            signal.signal(each, signal.SIG_IGN)
        raise WatchdogShutdownError

    for each in signals:
        signal.signal(each, shut_down)


class LogLevelError(Exception):
    """-q and -v were given more often than there are levels."""


def _get_log_level_from_args(args: Namespace) -> str:
    verbosity = sum(args.verbosity or [])
    if verbosity < -1:
        raise LogLevelError("-q/--quiet may be specified only once.")
    if verbosity > 2:
        raise LogLevelError("-v/--verbose may be specified up to 2 times.")
    if args.top_command == "log" and not args.verbosity:
        return "INFO"
    return ("ERROR", "WARNING", "INFO", "DEBUG")[1 + verbosity]


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    logging.basicConfig(level=logging.INFO)
    args = cli.parse_args() if arguments is None else cli.parse_args(arguments)
    if args.top_command is None:
        cli.print_help()
        return 1
    try:
        level = _get_log_level_from_args(args)
    except LogLevelError as error:
        print(f"Error: {error}", file=sys.stderr)
        command_parsers[args.top_command].print_help()
        return 1
    logging.getLogger("watchdog").setLevel(level)
    try:
        args.func(args)
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
