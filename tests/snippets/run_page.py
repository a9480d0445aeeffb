"""Runs the Python blocks of one page in one namespace: `python run_page.py < BLOCKS.json`.

A process of its own per page, so that a page cannot lean on another one or on the tests. Sleeping
is taken away (time.sleep, asyncio.sleep return at once), so that a snippet may show real waits.
Reads a list of {line, code, given, raises, file}; prints one JSON object per block: {line, error}.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import doctest
import io
import json
import math
import os
import sys
import time
import traceback
from typing import Any


def main() -> None:
    requests: list[dict[str, Any]] = json.load(sys.stdin)
    answers = os.fdopen(os.dup(1), "w")
    patient = asyncio.sleep

    async def no_wait(delay: float, result: object = None) -> object:
        # One without an end stays: what ends it is the point.
        return await patient(delay if delay == math.inf else 0, result)

    time.sleep = lambda seconds: None
    asyncio.sleep = no_wait  # type: ignore[assignment]
    namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
    for request in requests:
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            error = _run(request, namespace)
        said = output.getvalue()
        if error and said:
            error += f"\nit printed:\n{said}"
        print(json.dumps({"line": request["line"], "error": error}), file=answers, flush=True)


def _run(request: dict[str, Any], namespace: dict[str, Any]) -> str:
    """Return why the block is wrong, empty when it is right."""
    try:
        exec(compile(request["given"], "<given>", "exec"), namespace)
        if ">>> " in request["code"]:
            return _doctest(request, namespace)
        # Padded, so that a traceback names the line of the page.
        padded = "\n" * (request["line"] - 1) + request["code"]
        exec(compile(padded, request["file"], "exec", dont_inherit=True), namespace)
    except BaseException as error:
        if type(error).__name__ == request["raises"]:
            return ""
        return traceback.format_exc()
    return f"it was to raise {request['raises']}" if request["raises"] else ""


def _doctest(request: dict[str, Any], namespace: dict[str, Any]) -> str:
    test = doctest.DocTestParser().get_doctest(
        request["code"], namespace, request["file"], request["file"], request["line"] - 1
    )
    test.globs = namespace  # what an example defines, the next block may use
    said = io.StringIO()
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(optionflags=flags, verbose=False)
    failed = runner.run(test, out=said.write, clear_globs=False).failed
    return said.getvalue() if failed else ""


if __name__ == "__main__":
    main()
