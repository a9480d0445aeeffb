"""Apply to a file what diff --create-patch printed."""

from mainstay.diff.commands import run


def main(arguments: list[str]) -> int:
    """Runs it with the arguments after its name."""
    return run("patch", arguments)
