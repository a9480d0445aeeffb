"""Jobs that a store keeps: functions it can import by name."""

from __future__ import annotations

from typing import Any

calls: list[Any] = []


def note(*args: Any, **kwargs: Any) -> dict[str, Any]:
    calls.append((args, kwargs))
    return {"args": list(args)}


def fail() -> None:
    raise ConnectionError("no answer")


def cut_off() -> None:
    raise SystemExit  # nothing is noted after this
