"""Show what differs between two files."""

from mainstay.diff.commands import run


def main(arguments: list[str]) -> int:
    """Runs it with the arguments after its name."""
    return run("diff", arguments)
