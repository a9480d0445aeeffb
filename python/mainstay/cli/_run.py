"""`mainstay run`: starts a program in a fresh interpreter that has drop-in switched on.

The program replaces this process (POSIX), under the very command line plain Python would get
plus one -X option. So `__main__`, arguments, standard streams, signals, exit code and tracebacks
are Python's own; nothing of mainstay stands between the program and its caller.

Imports next to nothing: whatever happens here is paid before the program starts.
"""

from __future__ import annotations

import os
import sys

from mainstay.dropin import _reach, _refusal, _registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn

VARIABLE = "MAINSTAY_DROPIN"
OPTION = "mainstay_dropin"

_USAGE = "mainstay run [--only A,B] [--except C] (SCRIPT | -m MODULE | -c CODE | -) [ARGUMENT ...]"

_HELP = f"""\
usage: {_USAGE}

Runs a Python program with mainstay in place of its peers. The program runs exactly as under
`python`: same arguments, streams, signals, exit code and tracebacks.

what to run:
  SCRIPT       a file, or a directory or archive with a __main__.py
  -m MODULE    a module, as in `python -m MODULE`
  -c CODE      a piece of code
  -            the program comes from standard input
Everything after it belongs to the program.

options:
  --only A,B   replace these peers only
  --except C   replace all peers but these
  -h, --help   print this text and exit
Peers: {", ".join(_registry.PEERS)}.

A module of your own with a peer's name (beside the program, or on PYTHONPATH) is never replaced.
Child Python processes inherit the choice through the variable {VARIABLE}, which is written
anew here: the command line wins over a value that is already set. Options for the interpreter go
before: `python -O -m mainstay run SCRIPT`. Under -I and -E the program itself still runs on
mainstay, but its children do not read the variable and run without.

exit code: the program's own; 2 when nothing could be run.

examples:
  mainstay run app.py --port 8000
  mainstay run -m pytest -q tests
  mainstay run --only tenacity -m uvicorn shop.web:app
  echo 'import tenacity; print(tenacity.__file__)' | mainstay run -
"""


class Refusal(Exception):
    """Nothing can be run; the text says why and what to do."""


def main(arguments: list[str]) -> int:
    """Replaces this process by the program; returns (with 2 or 0) only when it does not."""
    try:
        names, program = parse(arguments)
        if not program:
            print(_HELP, end="")
            return 0
        if not sys.executable:
            raise Refusal(
                "the path of the Python interpreter is unknown here (sys.executable is empty); "
                "start mainstay with `python -m mainstay run ...`"
            )
        reason = _reach.why_not()
        if reason is not None:
            raise Refusal(f"the program would run without drop-in: {reason}")
    except Refusal as refusal:
        print(f"mainstay run: {refusal}", file=sys.stderr)
        return 2
    choice = ",".join(names)
    command = [sys.executable, *interpreter_options(), "-X", f"{OPTION}={choice}", *program]
    return _become(command, {**os.environ, VARIABLE: choice})


def parse(arguments: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Splits into the names of the chosen peers and the program with its own arguments.

    The program is empty when help was asked for. Raises Refusal.
    """
    only: list[str] = []
    excluded: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if word in ("-h", "--help"):
            return (), []
        if name in ("--only", "--except"):
            if not equals:
                if not rest:
                    raise Refusal(f"{name} wants names of peers after it, got nothing; {_known()}")
                value = rest.pop(0)
            found = _registry.names_in(value)
            if not found:
                raise Refusal(f"{name} wants names of peers, got {value!r}; {_known()}")
            (only if name == "--only" else excluded).extend(found)
            continue
        return _choose(only, excluded), _program(word, rest)
    raise Refusal(f"nothing to run; usage: {_USAGE}")


def _choose(only: Iterable[str], excluded: Iterable[str]) -> tuple[str, ...]:
    try:
        chosen = [peer.name for peer in _registry.select(only)]
        left_out = [peer.name for peer in _registry.select(excluded)] if excluded else []
    except _refusal.UnknownPeerError as error:
        raise Refusal(str(error)) from None
    names = tuple(name for name in chosen if name not in left_out)
    if not names:
        raise Refusal(
            "--only and --except leave no peer to replace; choose at least one, or run the "
            f"program with plain python; {_known()}"
        )
    return names


def _program(word: str, rest: list[str]) -> list[str]:
    for option, what in (("-m", "the name of a module"), ("-c", "a piece of code")):
        if word == option and not rest:
            raise Refusal(f"{option} wants {what} after it, got nothing; usage: {_USAGE}")
        if word.startswith(option):
            return [word, *rest]
    if word == "-":
        return [word, *rest]
    if word.startswith("-"):
        raise Refusal(
            f"unknown option {word}; options for the interpreter go before, as in "
            f"`python {word} -m mainstay run SCRIPT`; options for the program go after it"
        )
    if not os.path.exists(word):
        hint = "" if os.sep in word or "." in word else f"; for a module write -m {word}"
        if word in _registry.PEERS:
            hint = f"; names of peers are written together, as in --only {_both(word)}"
        raise Refusal(f"there is no script {word!r} in {_here()}; check the path{hint}")
    return [word, *rest]


def _both(name: str) -> str:
    """A list of names with this one in it, for an example."""
    others = [other for other in _registry.PEERS if other != name]
    return ",".join([*others[:1], name])


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "the current directory (which no longer exists)"


def _known() -> str:
    return f"known peers: {', '.join(_registry.PEERS)}"


def interpreter_options() -> list[str]:
    """The options this interpreter was started with, to be given to the program's."""
    flags = sys.flags
    # Not from the standard library: the function there is private, drops -u and most -X options,
    # and lives in `subprocess`, whose import alone takes as long as all of `mainstay run`.
    found = [
        f"-{letter * count}"
        for letter, count in (
            ("b", flags.bytes_warning),
            ("B", flags.dont_write_bytecode),
            ("d", flags.debug),
            ("i", flags.inspect),
            ("O", flags.optimize),
            ("q", flags.quiet),
            ("u", int(bool(getattr(sys.stdout, "write_through", False)))),
            ("v", flags.verbose),
        )
        if count
    ]
    if flags.isolated:
        found.append("-I")
    else:
        found += ["-E"] * flags.ignore_environment + ["-s"] * flags.no_user_site
        found += ["-P"] * bool(getattr(flags, "safe_path", False))
    for option in _warning_options():
        found += ["-W", option]
    for name, value in sys._xoptions.items():
        if name != OPTION:
            found += ["-X", name if value is True else f"{name}={value}"]
    return found


def _warning_options() -> list[str]:
    """Those given by -W: the environment's, and those other options imply, come by themselves."""
    implied = (
        [] if sys.flags.ignore_environment else os.environ.get("PYTHONWARNINGS", "").split(",")
    )
    if sys.flags.dev_mode:
        implied.append("default")
    if sys.flags.bytes_warning:
        implied.append(("default" if sys.flags.bytes_warning == 1 else "error") + "::BytesWarning")
    found = list(sys.warnoptions)
    for option in implied:
        if option in found:
            found.remove(option)
    return found


def _become(command: list[str], environment: dict[str, str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    if sys.platform == "win32":
        # There exec() returns to the caller at once and leaves the program without a console.
        return _wait_for(command, environment)
    _exec(command, environment)


def _exec(command: list[str], environment: dict[str, str]) -> NoReturn:
    try:
        os.execve(command[0], command, environment)
    except (OSError, ValueError) as error:
        # ValueError: a null byte in an argument; OSError: too long an argument list, a lost file.
        print(
            f"mainstay run: the interpreter {command[0]} could not be started: {error}; "
            "check that it exists and that the arguments are not too long",
            file=sys.stderr,
        )
        sys.exit(2)


def _wait_for(command: list[str], environment: dict[str, str]) -> int:
    import signal
    import subprocess

    # Ctrl-C reaches both processes; the program decides, and its exit code is ours.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.call(command, env=environment)
