"""The command `mainstay`: picks the subcommand and imports nothing else.

`mainstay run` replaces this process within milliseconds, so the other subcommands' imports
(argparse, ast, json) must not be paid for here.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_HELP = """\
usage: mainstay [--version] [--help] COMMAND ...

Native stand-ins for the small libraries a Python program is built on.

commands:
  run      run a program with mainstay in place of its peers, without changing a line of it
  doctor   tell what a program imports, what would be replaced, and what behaves differently
{commands}
options:
  --version   print the version and exit
  -h, --help  print this text and exit

`mainstay COMMAND --help` explains a command and gives examples.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code (2: the command line was not understood).

    `arguments` are those after the program's name; None takes them from `sys.argv`. On POSIX
    `run` does not return: the program takes the place of this process.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    first = given[0] if given else ""
    if first == "run":
        from mainstay.cli import _run

        return _run.main(given[1:])
    if first == "doctor":
        from mainstay.cli import _doctor

        return _doctor.main(given[1:])
    if first in ("-h", "--help"):
        print(_help(), end="")
        return 0
    if first in ("-V", "--version"):
        from mainstay import __version__

        print(f"mainstay {__version__}")
        return 0
    if not first:
        print(_help(), end="", file=sys.stderr)
        return 2
    if first.isidentifier() and not first.startswith("_"):
        from mainstay.cli import _commands

        module = _commands.find(first)
        if module is not None:
            return module.main(given[1:])
    hint = ""
    if first.endswith(".py"):
        hint = f"; to run a program, write `mainstay run {first}`"
    print(
        f"mainstay: unknown command {first!r}, wanted run, doctor or a capability's own{hint}; "
        "`mainstay --help` lists them",
        file=sys.stderr,
    )
    return 2


def _help() -> str:
    from mainstay.cli import _commands

    lines = [f"  {name:<8} {summary}\n" for name, summary in _commands.summaries()]
    return _HELP.format(commands="".join(lines))
