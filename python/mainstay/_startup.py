"""Switches drop-in on while an interpreter starts; called by mainstay.pth and mainstay.start.

Asked for by `-X mainstay_dropin=NAMES` on the command line, which always counts and wins, or by
the variable MAINSTAY_DROPIN, which is not read under -E and -I. Both hold names of peers,
separated by commas or blanks, and nothing else: never a path, never code.

Runs inside every interpreter of the environment, before the program: it must not raise, must
not import more than it needs, and says at most one line per finding, on stderr.
"""

import os
import sys

OPTION = "mainstay_dropin"
VARIABLE = "MAINSTAY_DROPIN"

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-, ")

_ran = False


def activate() -> None:
    """Switches the peers on that option or variable name. Never raises; acts once a process."""
    global _ran
    if _ran:  # a start-up line runs twice in a virtual environment
        return
    _ran = True
    try:
        _activate()
    except Exception as error:
        _note(f"drop-in stays off: {type(error).__name__}: {error}")


def _activate() -> None:
    source, names = _asked()
    if not names:
        return
    from mainstay import dropin

    for name in names:
        try:
            dropin.install(name)
        except dropin.AlreadyImportedError as error:
            _note(
                f"{name} is not replaced: another start-up file already imported it from "
                f"{error.path or 'an unknown place'}"
            )
        except ValueError:
            _note(
                f"{source} names {_short(name)}, which is no peer; it is ignored (known: "
                f"{', '.join(dropin.available())})"
            )


def _asked() -> "tuple[str, tuple[str, ...]]":
    """Who asks, and for which names."""
    option = sys._xoptions.get(OPTION)
    if option is True:
        from mainstay.dropin import available

        return f"-X {OPTION}", available()
    if option is not None:
        return f"-X {OPTION}", _names(f"-X {OPTION}", str(option))
    if sys.flags.ignore_environment:
        return VARIABLE, ()
    return VARIABLE, _names(VARIABLE, os.environ.get(VARIABLE, ""))


def _names(source: str, text: str) -> "tuple[str, ...]":
    if not _LETTERS.issuperset(text):
        _note(
            f"{source}={_short(text)} is ignored: it may hold only names of peers (a-z, 0-9, _ "
            "and -), separated by commas or blanks"
        )
        return ()
    return tuple(dict.fromkeys(text.replace(",", " ").split()))


def _short(text: str) -> str:
    """Whatever a stranger put into the environment, as a few harmless characters."""
    longest = 60
    return ascii(text if len(text) <= longest else text[: longest - 3] + "...")


def _note(text: str) -> None:
    if sys.stderr is None:  # then print() would choose standard output
        return
    try:
        print("mainstay:", " ".join(text.split()), file=sys.stderr)
    except (OSError, ValueError):
        pass  # a closed or broken stream must not keep the program from starting
