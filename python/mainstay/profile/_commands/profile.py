"""run a program and say where its time goes

mainstay profile script.py argument
"""

import sys


def main(arguments: list[str]) -> int:
    """Runs `python -m mainstay.profile` with these arguments; the program says the exit code."""
    from mainstay.profile.__main__ import main as run

    sys.argv[:] = ["pyinstrument", *arguments]
    run()
    return 0
