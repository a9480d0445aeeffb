"""The exceptions a call keeps under `keep_exceptions`, and what the error at its end tells of them.

They are kept on the call's state, and let go when the call ends: an exception refers to the frames
it went through, and those to the state.
"""

from __future__ import annotations

from ._state import RetryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    # The number of an attempt, and what it raised.
    Entry: TypeAlias = tuple[int, BaseException]

__all__ = ["attach", "entries", "forget", "keep", "take"]

_LONGEST = 200  # characters of an exception's text in a note


def keep(retry_state: Any, most: int) -> None:
    """Keep what the attempt raised, if it did, and no more than `most` exceptions."""
    outcome = retry_state.outcome
    if outcome is None or not outcome.failed:
        return
    kept = [*entries(retry_state), (outcome.attempt_number, outcome.exception())]
    retry_state._kept = kept[-most:]


def entries(retry_state: Any) -> list[Entry]:
    """What is kept, oldest first."""
    return list(getattr(retry_state, "_kept", ()))


def forget(retry_state: Any) -> None:
    """Let go of what is kept."""
    if hasattr(retry_state, "_kept"):
        del retry_state._kept


def take(retry_state: Any, most: int) -> list[Entry]:
    """Keep what the last attempt raised as well, and hand everything over."""
    keep(retry_state, most)
    kept = entries(retry_state)
    forget(retry_state)
    return kept


def attach(error: BaseException, kept: list[Entry], retry_state: Any, most: int) -> None:
    """Give the error that ends a call its `exceptions`, and a note about the earlier ones."""
    outcome = retry_state.outcome
    # Under reraise the error may be another call's RetryError, which has exceptions of its own.
    if isinstance(error, RetryError) and error.last_attempt is outcome:
        error.exceptions = tuple(exception for _, exception in kept)  # type: ignore[attr-defined]
    earlier = [entry for entry in kept if entry[0] != outcome.attempt_number]
    add_note = getattr(error, "add_note", None)  # since 3.11
    if not earlier or add_note is None:
        return
    head = f"Earlier attempts of {_called(retry_state)}, kept by keep_exceptions={most}:"
    lines = [f"  attempt {number}: {_summary(exception)}" for number, exception in earlier]
    try:
        notes = getattr(error, "__notes__", None)
        if isinstance(notes, list) and not isinstance(error, RetryError):
            # One exception object may end many calls of a function: it tells of the newest. A
            # RetryError is made anew each time; its note is that of a call within this one.
            notes[:] = [note for note in notes if not str(note).startswith(head)]
        add_note("\n".join([head, *lines]))
    except Exception:
        pass  # an exception that takes no attributes goes without


def _called(retry_state: Any) -> str:
    if retry_state.fn is None and retry_state.retry_object._name is None:
        return "the block"
    name: str = retry_state.get_fn_name()
    return name


def _summary(exception: BaseException) -> str:
    """Type and text of an exception, on one line."""
    name = type(exception).__qualname__
    try:
        text = " ".join(str(exception).split())
    except Exception:  # a stranger's __str__
        return name
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 3]}..."
    return f"{name}: {text}" if text else name
