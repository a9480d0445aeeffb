"""show what a spec gives for JSON, YAML, TOML or Python data

mainstay reach "users.*.name" --target-file users.json
"""

from mainstay.reach.cli import run


def main(arguments: list[str]) -> int:
    """Prints what a spec gives as JSON; 1 for errors of the spec, 2 for wrong arguments."""
    return run(arguments)
