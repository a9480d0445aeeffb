"""Print what is at a path in a file."""

from mainstay.diff.commands import run


def main(arguments: list[str]) -> int:
    """Runs it with the arguments after its name."""
    return run("extract", arguments)
