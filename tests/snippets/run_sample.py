"""Runs one sample of a founding text as a program: `python run_sample.py FILE`, prints what it did
as JSON.

The samples call services that do not exist. Here they do, flaky but deterministic: each call fails
twice and then succeeds. Sleeping is recorded instead of done, and an endless loop that sleeps ends
as by Ctrl-C. After the sample, every retried
function it defined is called, so that the policy it shows is really exercised; plugins it only
defined are registered, and each hook is called again.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import inspect
import io
import json
import os
import random
import sys
import time
import types
from typing import Any

slept: list[float] = []
# More than any retry of the samples sleeps; a loop that goes on is one that the reader ends.
PATIENCE = 100


class RequestException(OSError):
    """What the stand-in for the HTTP library raises."""


class Flaky:
    """Fails twice with `error`, succeeds with `answer`, and starts over."""

    def __init__(self, error: type[Exception], answer: object) -> None:
        self.error, self.answer, self.calls = error, answer, 0

    def __call__(self, *arguments: object, **options: object) -> object:
        self.calls += 1
        if self.calls % 3:
            raise self.error(f"call {self.calls} fails")
        return self.answer


def _stage() -> None:
    """Put the services the samples speak of where they look for them."""
    response = types.SimpleNamespace(
        raise_for_status=lambda: None, json=lambda: {"status": "ok"}, status_code=200, text="ok"
    )
    http: Any = types.ModuleType("requests")
    http.RequestException = RequestException
    http.get = Flaky(RequestException, response)
    sys.modules["requests"] = http
    services: Any = builtins
    services.call_flaky_service = Flaky(ConnectionError, {"answer": 42})

    def no_sleep(delay: float) -> None:
        slept.append(delay)
        if len(slept) == PATIENCE:
            raise KeyboardInterrupt

    async def no_wait(delay: float, result: object = None) -> object:
        slept.append(delay)
        return result

    os.makedirs("watched_folder", exist_ok=True)
    time.sleep = no_sleep
    asyncio.sleep = no_wait  # type: ignore[assignment]
    random.seed(7)


def main(file: str) -> None:
    _stage()
    namespace: dict[str, Any] = {"__name__": "sample"}
    said = io.StringIO()
    outcomes: dict[str, str] = {}
    with contextlib.redirect_stdout(said):
        with open(file, encoding="utf-8") as source:
            outcomes["sample"] = _outcome(
                lambda: exec(compile(source.read(), file, "exec"), namespace)
            )
        for name, function in list(namespace.items()):
            if hasattr(function, "retry_with"):
                arguments = [f"https://{name}.invalid/"] * len(
                    inspect.signature(function).parameters
                )
                outcomes[name] = _outcome(lambda f=function, a=arguments: f(*a))
        for name, manager in list(namespace.items()):
            if hasattr(manager, "add_hookspecs") and not isinstance(manager, type):
                outcomes.update(_hooks(name, manager, namespace))
    print(json.dumps({"outcomes": outcomes, "said": said.getvalue(), "slept": slept}))


def _hooks(name: str, manager: Any, namespace: dict[str, Any]) -> dict[str, str]:
    """Register what plugins are left, and call each hook with something for each argument."""
    known = {type(plugin) for plugin in manager.get_plugins()}
    mark = f"{manager.project_name}_impl"
    for plugin in list(namespace.values()):
        if not isinstance(plugin, type) or plugin in known:
            continue
        if any(hasattr(value, mark) for value in vars(plugin).values()):
            manager.register(plugin())
    calls = {}
    for hook_name, hook in vars(manager.hook).items():
        arguments = dict.fromkeys(hook.spec.argnames, "again")
        calls[f"{name}.{hook_name}"] = _outcome(lambda h=hook, a=arguments: h(**a))
    return calls


def _outcome(call: Any) -> str:
    try:
        answer = call()
        if inspect.iscoroutine(answer):
            answer = asyncio.run(answer)
    except (Exception, KeyboardInterrupt) as error:
        return f"raises {type(error).__name__}"
    return repr(answer)


if __name__ == "__main__":
    main(sys.argv[1])
