"""Find where in a file something is."""

from mainstay.diff.commands import run


def main(arguments: list[str]) -> int:
    """Runs it with the arguments after its name."""
    return run("grep", arguments)
