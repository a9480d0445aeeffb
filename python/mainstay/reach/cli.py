"""The command: what a spec gives for a document, as JSON.

`run` is the whole of `mainstay reach`. Under the peer's name `main` and `get_command` do the same;
where the package `face` is imported, as by programs that test the command with it, they use it.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from typing import Any

import mainstay.reach as names_of_specs

from ._errors import GlomError
from ._specs import Inspect
from .core import Path, glom

_OPTIONS: dict[str, dict[str, Any]] = {
    "--target-file": {"default": None, "help": "file with the data, or - for standard input"},
    "--target-format": {"default": "json", "help": "format of the data: json, yaml, toml, python"},
    "--spec-file": {"default": None, "help": "file with the spec"},
    "--spec-format": {
        "default": "python",
        "help": "format of the spec: json, python (literals), python-full (runs code!)",
    },
    "--indent": {"type": int, "default": 2, "help": "blanks of indentation; 0: one line"},
}
_FLAGS = {
    "--scalar": "print a single value without quotes and line break",
    "--debug": "debug errors interactively",
    "--inspect": "show how the spec is evaluated",
}


class _Usage(Exception):
    """Arguments or files that cannot be used; the text says which."""


def run(arguments: list[str], name: str = "mainstay reach") -> int:
    """Runs the command with the arguments after its name."""
    parser = argparse.ArgumentParser(prog=name, description="Print what a spec gives, as JSON.")
    parser.add_argument("words", nargs="*", metavar="[spec [target]]")
    for option, settings in _OPTIONS.items():
        parser.add_argument(option, **settings)
    for option, text in _FLAGS.items():
        parser.add_argument(option, action="store_true", help=text)
    options = vars(parser.parse_args(arguments))
    words = options.pop("words")
    if len(words) > 2:
        parser.error(f"at most a spec and a target are wanted, got {len(words)} arguments")
    try:
        return _show(words, **options)
    except _Usage as error:
        parser.error(str(error))


def get_command() -> Any:
    """The command as a `face.Command`; needs the package face."""
    import face  # type: ignore[import-untyped, import-not-found, unused-ignore]

    def glom_cli(
        posargs_: Any,
        target_file: Any,
        target_format: Any,
        spec_file: Any,
        spec_format: Any,
        indent: Any,
        scalar: Any,
        debug: Any,
        inspect: Any,
    ) -> int:
        try:
            return _show(
                posargs_ or (), target_file, target_format, spec_file, spec_format,
                indent, scalar, debug, inspect,
            )  # fmt: skip
        except _Usage as error:
            raise face.UsageError(str(error)) from error

    words = face.PosArgSpec(str, max_count=2, display={"label": "[spec [target]]"})
    command = face.Command(glom_cli, posargs=words)
    for option, settings in _OPTIONS.items():
        kind = settings.get("type", str)
        command.add(option, kind, missing=settings["default"], doc=settings["help"])
    for option, text in _FLAGS.items():
        command.add(option, parse_as=True, doc=text)
    return command


def main(argv: list[str]) -> int:
    """Runs the command with the arguments after the first, and answers its exit status."""
    if "face" in sys.modules:
        return get_command().run(argv) or 0
    return run(argv[1:], "glom")


def console_main() -> None:
    """The command of a process: ends it."""
    sys.exit(main(sys.argv))


def _show(
    words: Any,
    target_file: str | None,
    target_format: str,
    spec_file: str | None,
    spec_format: str,
    indent: int | None,
    scalar: bool,
    debug: bool,
    inspect: bool,
) -> int:
    spec_text, target_text = (*words, None, None)[:2]
    spec = _read_spec(_text_of("spec", spec_text, spec_file), spec_format)
    text = _text_of("target", target_text, target_file)
    if text == "-" or (not text and not sys.stdin.isatty()):
        text = sys.stdin.read()
    target = _read_target(text, target_format)
    if debug or inspect:
        interactive = not sys.stdin.closed
        spec = Inspect(
            spec,
            echo=inspect,
            recursive=inspect,
            breakpoint=inspect and interactive,
            post_mortem=debug and interactive,
        )
    try:
        result = glom(target, spec)
    except GlomError as error:
        print(f"{type(error).__name__}: {error}")
        return 1
    if scalar and (isinstance(result, (str, bytes)) or not hasattr(result, "__iter__")):
        print(result, end="")
        return 0
    try:
        print(json.dumps(result, indent=indent or None, sort_keys=True))
    except (TypeError, ValueError) as error:
        print(f"the result is not JSON: {error}; let the spec make it lists, objects and scalars")
        return 1
    return 0


def _text_of(what: str, text: str | None, file: str | None) -> str:
    if text and file:
        raise _Usage(f"expected {what} file or {what} argument, not both")
    if not file or (file == "-" and what == "target"):
        return file or text or ""
    try:
        with open(file, encoding="utf-8") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError) as error:
        raise _Usage(f"could not read {what} file {file!r}, got: {error}") from error


def _read_spec(text: str, kind: str) -> Any:
    if not text:
        return Path()
    if kind not in ("json", "python", "python-full"):
        raise _Usage("expected spec-format to be one of json, python, or python-full")
    try:
        if kind == "python-full":
            known = {name: getattr(names_of_specs, name) for name in names_of_specs.__all__}
            return eval(text, known)
        if kind == "json":
            return json.loads(text)
        return ast.literal_eval(text) if text[0] in "\"'[{(" else text  # a path needs no quotes
    except Exception as error:
        raise _Usage(
            f"could not read the spec {text[:80]!r} as {kind}, got: {error}; quote it for the shell"
        ) from error


def _read_target(text: str, kind: str) -> Any:
    if not text:
        return {}
    try:
        if kind == "json":
            return json.loads(text)
        if kind == "python":
            return ast.literal_eval(text)
        if kind == "toml":
            return _toml().loads(text)
        if kind in ("yaml", "yml"):
            return _yaml().safe_load(text)
    except _Usage:
        raise
    except Exception as error:
        raise _Usage(f"could not load target data, got: {type(error).__name__}: {error}") from error
    raise _Usage("expected target-format to be one of python, json, toml, or yaml")


def _toml() -> Any:
    try:
        import tomllib as toml  # type: ignore[import-not-found, unused-ignore]
    except ImportError:  # before Python 3.11
        try:
            import tomli as toml  # type: ignore[no-redef, import-not-found, unused-ignore]
        except ImportError as error:
            raise _Usage("TOML needs Python 3.11, or the package tomli: install it") from error
    return toml


def _yaml() -> Any:
    try:
        import yaml  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise _Usage("YAML needs the package PyYAML: install it") from error
    return yaml


if __name__ == "__main__":
    console_main()
