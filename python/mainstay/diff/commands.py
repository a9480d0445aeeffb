"""The commands diff, patch, grep and extract: for `mainstay` and, if click is there, as click's.

`run` is the whole of a command. Files are JSON, YAML, TOML, CSV, TSV or pickles, by their endings.
"""

from __future__ import annotations

import argparse
import os
import sys
from decimal import Decimal
from importlib import import_module
from pprint import pprint
from typing import Any

from ._options import (
    CUTOFF_DISTANCE_FOR_PAIRS_DEFAULT,
    CUTOFF_INTERSECTION_FOR_PAIRS_DEFAULT,
    logger,
)
from .delta import Delta
from .diff import DeepDiff
from .path import extract as extract_item
from .search import DeepSearch
from .serialization import load_path_content, pickle_dump, pickle_load, save_content_to_path

_FLAGS = (
    *("--get-deep-distance", "--ignore-order", "--ignore-string-type-changes"),
    *("--ignore-numeric-type-changes", "--ignore-type-subclasses", "--ignore-string-case"),
    *("--ignore-nan-inequality", "--report-repetition"),
)
_REPEATED = ("--exclude-paths", "--exclude-regex-paths")
_VALUES: dict[str, dict[str, Any]] = {
    "--cutoff-distance-for-pairs": {"type": float, "default": CUTOFF_DISTANCE_FOR_PAIRS_DEFAULT},
    "--cutoff-intersection-for-pairs": {
        "type": float,
        "default": CUTOFF_INTERSECTION_FOR_PAIRS_DEFAULT,
    },
    "--cache-size": {"type": int, "default": 0},
    "--cache-tuning-sample-size": {"type": int, "default": 0},
    "--cache-purge-level": {"type": int, "default": 1, "choices": (0, 1, 2)},
    "--math-epsilon": {"type": Decimal},
    "--group-by": {},
    "--log-frequency-in-sec": {"type": int, "default": 0},
    "--max-passes": {"type": int, "default": 10000000},
    "--max_diffs": {"type": int},
    "--threshold-to-diff-deeper": {"type": float, "default": 0.33},
    "--number-format-notation": {"choices": ("f", "e"), "default": "f"},
    "--progress-logger": {"choices": ("info", "error"), "default": "info"},
    "--significant-digits": {"type": int},
    "--truncate-datetime": {"choices": ("second", "minute", "hour", "day")},
    "--verbose-level": {"type": int, "default": 1, "choices": (0, 1, 2)},
}


def _path(text: str) -> str:
    if not os.path.exists(text):
        raise argparse.ArgumentTypeError(f"Path {text!r} does not exist.")
    return os.path.realpath(text)


def _parser(name: str, of_peer: bool) -> argparse.ArgumentParser:
    doc = {
        "diff": "What differs between two files.",
        "patch": "Apply to a file what `diff --create-patch` printed.",
        "grep": "Where in a file something is.",
        "extract": "What is at a path in a file, such as root['a'][0].",
    }[name]
    parser = argparse.ArgumentParser(f"{'deep' if of_peer else 'mainstay'} {name}", None, doc)
    add = parser.add_argument
    if name == "diff":
        add("t1", type=_path)
        add("t2", type=_path)
        for flag in _FLAGS:
            add(flag, action="store_true")
        for option, details in _VALUES.items():
            add(option, **details)
        add("--include-private-variables", action="store_true")
        add("--create-patch", action="store_true", help="print a delta for the command patch")
        views = ("tree", "colored", "colored_compact")
        if of_peer:
            add("--view", choices=views, default="tree")
        else:
            add("--view", choices=("report", *views), default="report")
            add("--key", help="match the items of lists by this field")
    elif name == "patch":
        add("path", type=_path)
        add("delta_path", type=_path)
        add("-b", "--backup", action="store_true", help="keep the old file as <path>.bak")
        add("--raise-errors", action="store_true")
        if not of_peer:
            add("--allow-pickle", action="store_true", help="read a delta that is a pickle")
    elif name == "grep":
        add("item")
        add("path", type=_path)
        add("-i", "--ignore-case", action="store_true")
        add("--exact-match", action="store_true")
        add("--verbose-level", **_VALUES["--verbose-level"])
    else:
        add("path_inside")
        add("path", type=_path)
    if name in ("diff", "grep"):
        for option in _REPEATED:
            add(option, action="append", default=[])
    add("--debug", action="store_true", help="show the traceback of an error")
    return parser


class _Failed(Exception):
    """An error with what was being done when it came."""


def run(name: str, arguments: list[str], of_peer: bool = False) -> int:
    """Run a command; returns its exit code, or raises SystemExit for wrong usage.

    `of_peer` is for the peer's own commands: deltas are pickles, results are JSON.
    """
    given = vars(_parser(name, of_peer).parse_args(arguments))
    debug = given.pop("debug")
    try:
        {"diff": _diff, "patch": _patch, "grep": _grep, "extract": _extract}[name](given, of_peer)
    except BrokenPipeError:
        raise
    except Exception as error:  # whatever a file or an option leads to: a message, no traceback
        if debug:
            raise
        print(error, file=sys.stderr)
        return 1
    return 0


def _load(path: str, name: str) -> Any:
    try:
        return load_path_content(path)
    except Exception as error:
        raise _Failed(f"Error when loading {name}: {error}") from error


def _diff(given: dict[str, Any], of_peer: bool) -> None:
    t1, t2 = (_load(given.pop(name), name) for name in ("t1", "t2"))
    create_patch = given.pop("create_patch")
    given["ignore_private_variables"] = not given.pop("include_private_variables")
    given["progress_logger"] = getattr(logger, given["progress_logger"])
    if create_patch:
        given["log_frequency_in_sec"] = 0  # progress would get into the patch
    view = given["view"]
    if view == "report":
        given.update(view="text", verbose_level=2)
    found = DeepDiff(t1, t2, **given)
    if create_patch:
        delta = Delta(found, serializer=pickle_dump if of_peer else None)
        sys.stdout.buffer.write(delta.dumps())
    elif view == "report":
        from ._report import report

        print(report(found, color=sys.stdout.isatty()))
    elif view == "tree":
        try:
            print(found.to_json(indent=2))
        except TypeError:  # a type that JSON does not know
            pprint(found, indent=2)
    else:
        print(found)


def _patch(given: dict[str, Any], of_peer: bool) -> None:
    path, delta_path = given["path"], given["delta_path"]
    pickles = of_peer or given.get("allow_pickle")
    try:
        delta = Delta(
            delta_path=delta_path,
            raise_errors=given["raise_errors"],
            deserializer=pickle_load if pickles else None,
        )
    except Exception as error:
        raise _Failed(f"Error when loading the patch (aka delta) {delta_path}: {error}") from error
    result = delta + _load(path, path)
    try:
        save_content_to_path(result, path, keep_backup=given["backup"])
    except Exception as error:
        raise _Failed(f"Error when saving {path}: {error}") from error


def _grep(given: dict[str, Any], of_peer: bool) -> None:
    content = _load(given["path"], given.pop("path"))
    given["case_sensitive"] = not given.pop("ignore_case")
    given["match_string"] = given.pop("exact_match")
    pprint(DeepSearch(content, given.pop("item"), **given), indent=2)


def _extract(given: dict[str, Any], of_peer: bool) -> None:
    content, path = _load(given["path"], given["path"]), given["path_inside"]
    try:
        found = extract_item(content, path)
    except (LookupError, TypeError, AttributeError) as error:
        if of_peer:
            raise
        raise _Failed(f"there is nothing at {path}: {type(error).__name__}: {error}") from error
    pprint(found, indent=2)


def _click_command(name: str) -> Any:
    click: Any = import_module("click")

    def command(arguments: tuple[str, ...]) -> None:
        sys.exit(run(name, list(arguments), of_peer=True))

    return click.Command(
        name,
        callback=command,
        params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
        help=f"As `deep {name}`.",
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )


def __getattr__(name: str) -> Any:
    """`diff`, `patch`, `grep`, `extract` and the group `cli`, as commands of click."""
    if name in ("diff", "patch", "grep", "extract"):
        command = _click_command(name)
    elif name == "cli":
        command = import_module("click").Group(
            "cli", help="Differences, deltas and searches in files."
        )
        for each in ("diff", "patch", "grep", "extract"):
            command.add_command(_click_command(each))
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = command
    return command
