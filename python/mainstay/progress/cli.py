"""A bar over what passes through a pipe: `cat big | python -m tqdm --bytes | gzip > big.gz`."""

from __future__ import annotations

import logging
import re
import sys
from ast import literal_eval
from typing import Any

from ._errors import TqdmKeyError, TqdmTypeError
from ._options import EXTRA, OPTIONS, completion, help_text, man_page
from .std import tqdm
from .version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["main"]

log = logging.getLogger("tqdm.cli")

_USAGE = "Usage:\n  tqdm [--help | options]\n"
_ESCAPE = re.compile(r"\\\w+")
_DEFAULT_DELIMITER = b"\\n"  # as it is typed: lines, read by the stream itself


def cast(val: str, typ: str) -> Any:
    """The text of an option as its type, such as "int or float"; TqdmTypeError when it is none."""
    log.debug((val, typ))
    for each in typ.split(" or "):
        try:
            return _cast_to(val, each)
        except (ValueError, SyntaxError):
            continue
    raise TqdmTypeError(f"{val} : {typ}")


def _cast_to(value: str, kind: str) -> Any:
    if kind == "bool" and value in ("True", "", "False"):
        return value != "False"
    if kind == "chr":
        if len(value) == 1:
            return value.encode()
        if _ESCAPE.fullmatch(value):
            return literal_eval(f'"{value}"').encode()
    if kind == "str":
        return value
    if kind == "int":
        return int(value)
    if kind == "float":
        return float(value)
    raise ValueError(value)


def _ignore(_: Any) -> None:
    """A callback that does nothing."""


def posix_pipe(
    fin: Any,
    fout: Any,
    delim: bytes = _DEFAULT_DELIMITER,
    buf_size: int = 256,
    callback: Callable[[Any], object] = _ignore,
    callback_len: bool = True,
) -> None:
    """Copy `fin` to `fout`, `buf_size` bytes at a time, and tell `callback`.

    Without `delim` it is told the bytes of each block; with it 1 per record, or the record itself
    when not `callback_len`.
    """
    rest = b""
    while block := fin.read(buf_size):
        fout.write(block)
        if not delim:
            callback(len(block))
            continue
        *records, rest = (rest + block).split(delim)
        for record in records:
            callback(1 if callback_len else record)
    if rest:
        callback(1 if callback_len else rest)
    getattr(fout, "flush", lambda: None)()


def _parse(argv: list[str]) -> dict[str, str]:
    """Options and their texts: `--name=text`, or `--name` and all up to the next option."""
    found: dict[str, str] = {}
    name = ""
    for each in argv:
        if each.startswith("-") and len(each) > 1:
            name, _, value = each.lstrip("-").partition("=")
            found[name] = value
        elif name:
            found[name] = f"{found[name]} {each}".strip()
    return found


def _log_level(argv: list[str]) -> str:
    for at, each in enumerate(argv):
        if each == "--log":
            return argv[at + 1]
        if each.startswith("--log="):
            return each[len("--log=") :]
    return "INFO"


def _arguments(argv: list[str], fp: Any) -> dict[str, Any]:
    """The arguments of the bar and of the pipe."""
    kinds = {name: kind for name, kind, _ in OPTIONS + EXTRA}
    found: dict[str, Any] = {"file": fp}
    options = _parse(argv)
    log.debug(options)
    options.pop("log", None)
    for option, value in options.items():
        name = option.replace("-", "_")
        if name not in kinds:
            raise TqdmKeyError(repr(name))
        found[name] = cast(value, kinds[name])
    log.debug("args:%s", found)
    if sum(bool(found.get(each)) for each in ("bytes", "update", "update_to")) > 1:
        raise TqdmKeyError("Can only have one of --bytes --update --update_to")
    return found


class _Null:
    """Where --null sends the output."""

    @staticmethod
    def write(_: Any) -> None:
        """Drop it."""


class _Tee:
    """Where --tee sends the output: also above the bar."""

    def __init__(self, out: Any, fp: Any) -> None:
        self._out, self._fp = out, fp
        self._above = getattr(fp, "buffer", fp)

    def write(self, block: bytes) -> None:
        """Write it to both."""
        with tqdm.external_write_mode(file=self._fp):
            self._above.write(block)
        self._out.write(block)


def main(fp: Any = None, argv: list[str] | None = None) -> None:
    """Run the command: `argv` are its arguments, `fp` is where the bar goes, `sys.stderr`."""
    fp = sys.stderr if fp is None else fp
    argv = sys.argv[1:] if argv is None else argv
    logging.basicConfig(
        level=getattr(logging, _log_level(argv)),
        format="%(levelname)s:%(module)s:%(lineno)d:%(message)s",
    )
    if "-v" in argv or "--version" in argv:
        sys.stdout.write(__version__ + "\n")
        sys.exit(0)
    if "-h" in argv or "--help" in argv:
        sys.stdout.write(_USAGE + help_text() + "\n")
        sys.exit(0)
    if argv and not argv[0].startswith("--"):
        sys.stderr.write(f"Error:Unknown argument:{argv[0]}\n{_USAGE}")
    try:
        options = _arguments(argv, fp)
    except Exception:
        # The data goes through in any case: the pipe may be in the middle of something.
        fp.write("\nError:\n" + _USAGE)
        for each in sys.stdin:
            sys.stdout.write(each)
        raise
    own = {name: options.pop(name) for name, _, _ in EXTRA if name in options}
    if "manpath" in own or "comppath" in own:
        _write_resources(own)
        sys.exit(0)
    _run(own, options, fp)


def _write_resources(own: dict[str, Any]) -> None:
    from pathlib import Path

    for option, name, text in (
        ("manpath", "tqdm.1", man_page(__version__)),
        ("comppath", "tqdm_completion.sh", completion()),
    ):
        if option in own:
            path = Path(own[option]) / name
            path.write_text(text)
            log.info("written:%s", path)


def _run(own: dict[str, Any], options: dict[str, Any], fp: Any) -> None:
    stdin: Any = getattr(sys.stdin, "buffer", sys.stdin)
    stdout: Any = _Null() if own.get("null") else getattr(sys.stdout, "buffer", sys.stdout)
    if own.get("tee"):
        stdout = _Tee(stdout, fp)
    size, delim = own.get("buf_size", 256), own.get("delim", _DEFAULT_DELIMITER)
    if own.get("bytes"):
        options = {"unit": "B", "unit_scale": True, "unit_divisor": 1024, **options}
        with tqdm(**options) as bar:
            posix_pipe(stdin, stdout, b"", size, bar.update)
        return
    counts = not (own.get("update") or own.get("update_to"))
    if counts and delim == _DEFAULT_DELIMITER:
        write = stdout.write
        for line in tqdm(stdin, **options):
            write(line)
        return
    with tqdm(**options) as bar:

        def advance(record: bytes) -> None:
            number = literal_eval(record.decode())
            bar.update(number if own.get("update") else number - bar.n)

        if delim != _DEFAULT_DELIMITER:
            told = bar.update if counts else advance
            posix_pipe(stdin, stdout, delim, size, told, counts)
            return
        for record in stdin:
            stdout.write(record)
            advance(record)
