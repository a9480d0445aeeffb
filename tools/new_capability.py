"""Write every slice of a new capability: `python tools/new_capability.py NOUN [--into ROOT]`.

What is written builds, tests and imports as it is; it adds up numbers, and is there to be replaced
part by part. The files are those of tools/template/, with NOUN in names and texts replaced. The
noun also gets its line in tools/layers/rules.py. Nothing is written when anything is in the way.
"""

from __future__ import annotations

import argparse
import keyword
import re
import sys
from pathlib import Path

from nouns import SHARED
from suite_support import ROOT

TEMPLATE = ROOT / "tools" / "template"
PLACEHOLDER = "NOUN"
RULES = Path("tools", "layers", "rules.py")
# Words that mean something else where a noun goes: folders, namespaces, modules, macros of
# compilers and of the C library.
_TAKEN = {"detail", "binding", "engine", "tests", "testing", "std", "mainstay", "main"}
_TAKEN |= {"linux", "unix", "i386", "errno", "stdin", "stdout", "stderr"}
_TAKEN.update(*SHARED.values())
# The keywords of C++20 that consist of lower-case letters and digits.
_CPP = """
    alignas alignof asm auto bitand bitor bool case catch char compl concept const consteval
    constexpr constinit decltype default delete do double enum explicit export extern false final
    float friend goto inline int long module mutable namespace new noexcept nullptr operator
    override private protected public register reinterpret requires short signed sizeof static
    struct switch template this throw true typedef typeid typename union unsigned using virtual void
    volatile xor
"""
_LONGEST = 30


def _targets() -> set[str]:
    """What `make` builds under a name of its own, which a noun would take away."""
    named = re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return set(named)


def why_not(noun: str) -> str | None:
    """Return why `noun` cannot name a capability, None when it can."""
    if not re.fullmatch(r"[a-z][a-z0-9]*", noun):
        return "a capability is one lower-case word of letters and digits, such as retry"
    if len(noun) > _LONGEST:
        return f"it has {len(noun)} letters, and {_LONGEST} are the most; choose a shorter noun"
    if keyword.iskeyword(noun) or noun in _TAKEN or noun in _CPP.split():
        return (
            "that word means something else in the tree, in Python or in C++; choose another noun"
        )
    if noun in _targets():
        return f"`make {noun}` does something else already; choose another noun"
    if noun in sys.stdlib_module_names:
        # Its test folder would shadow the module for whoever runs a file in it.
        return "the standard library has a module of that name; choose another noun"
    return None


def files(noun: str) -> dict[Path, bytes]:
    """Return what is to be written: relative paths and contents."""
    found = {}
    for path in sorted(TEMPLATE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = str(path.relative_to(TEMPLATE)).replace(PLACEHOLDER, noun)
            found[Path(name)] = path.read_bytes().replace(PLACEHOLDER.encode(), noun.encode())
    return found


def with_noun(rules: str, noun: str) -> str:
    """Return the text of tools/layers/rules.py with the noun in it."""
    if f'    "{noun}": (' in rules:
        return rules
    opening = rules.index("PEERS: dict[str")
    closing = rules.index("\n}\n", opening)
    return f'{rules[:closing]}\n    "{noun}": (),{rules[closing:]}'


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--into", type=Path, default=ROOT, metavar="ROOT", help="another tree")
    parser.add_argument("noun", nargs="?", metavar="NOUN")
    options = parser.parse_args()
    noun: str | None = options.noun
    root: Path = options.into
    if noun is None:
        parser.error("which capability? say make new NAME=toy")
    if reason := why_not(noun):
        parser.error(f"{noun!r} cannot be a capability: {reason}")
    written = files(noun)
    if there := [path for path in written if (root / path).exists()]:
        parser.error(f"{there[0]} exists already; remove it, or choose another noun")
    for path, content in written.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
        print(f"wrote {path}")
    rules = root / RULES
    rules.write_text(with_noun(rules.read_text(), noun))
    print(
        f"noted {noun} in {RULES}\n"
        f"next: make build, make {noun}; then replace what it does, part by part, give it its "
        f"peers in {RULES}, and rows in README.md and docs/cpp.md"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
