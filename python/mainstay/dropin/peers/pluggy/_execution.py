"""The call loop by its name, and how an old-style wrapper is run as a new-style one."""

from __future__ import annotations

from ._door import TEARDOWN_ADVICE, PluggyTeardownRaisedWarning, Result, door

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from typing import Any, NoReturn

    from ._door import HookImpl


_multicall = door.multicall


def run_old_style_hookwrapper(
    hook_impl: HookImpl,
    hook_name: str,
    args: Sequence[object],
    kwargs: Mapping[str, object] | None,
) -> Generator[None, object, object]:
    """Run an old-style wrapper, which is sent a Result, as a wrapper that is sent the value."""
    wrapper: Any = hook_impl.function(*args, **(kwargs or {}))
    for _ in wrapper:
        break
    else:
        _raise_wrapfail(wrapper, "did not yield")
    try:
        result = Result((yield), None)
    except BaseException as error:
        result = Result(None, error)
    try:
        wrapper.send(result)
    except StopIteration:
        pass
    except BaseException as error:
        _warn_teardown_exception(hook_name, hook_impl, error)
        raise
    else:
        _raise_wrapfail(wrapper, "has second yield")
    finally:
        wrapper.close()
    return result.get_result()


def _raise_wrapfail(wrap_controller: Any, msg: str) -> NoReturn:
    code = wrap_controller.gi_code
    raise RuntimeError(
        f"wrap_controller at {code.co_name!r} {code.co_filename}:{code.co_firstlineno} {msg}"
    )


def _warn_teardown_exception(hook_name: str, hook_impl: HookImpl, e: BaseException) -> None:
    import warnings

    # The frames between here and the call of the hook are those of the peer's own loop: this
    # function, the generator, the loop, the manager's method, the caller.
    text = (
        "A plugin raised an exception during an old-style hookwrapper teardown.\n"
        f"Plugin: {hook_impl.plugin_name}, Hook: {hook_name}\n"
        f"{type(e).__name__}: {e}\n{TEARDOWN_ADVICE}"
    )
    warnings.warn(PluggyTeardownRaisedWarning(text), stacklevel=6)


def __getattr__(name: str) -> Any:
    """The alias that only annotations use is made when somebody looks."""
    if name == "Teardown":
        from ._types import Teardown

        return Teardown
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
