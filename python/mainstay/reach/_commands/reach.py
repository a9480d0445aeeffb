"""take JSON, YAML, TOML or Python data apart: `mainstay reach "users.*.name" --target-file a.json`"""

from mainstay.reach.cli import run


def main(arguments: list[str]) -> int:
    """Prints what a spec gives as JSON; 1 for errors of the spec, 2 for wrong arguments."""
    return run(arguments)
