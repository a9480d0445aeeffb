"""The loop for Tornado's generator coroutines. Imported only where Tornado is already in use."""

from __future__ import annotations

import sys
from typing import Any

from tornado import gen

from . import _loop
from ._loop import BaseRetrying, named_function, unset
from ._state import DoAttempt, DoSleep

__all__ = ["TornadoRetrying"]


class TornadoRetrying(BaseRetrying):
    """A policy for functions made with `tornado.gen.coroutine`."""

    @gen.coroutine  # type: ignore[untyped-decorator, unused-ignore]
    def __call__(self, fn: Any = unset, /, *args: Any, **kwargs: Any) -> Any:
        """Call `fn` until it succeeds or the policy gives up; returns a Tornado future."""
        if fn is unset:
            fn = named_function(kwargs)
        if not self.enabled:
            result = yield fn(*args, **kwargs)
            return result
        retry_state = self._new_call(fn, args, kwargs)
        while True:
            do = self.iter(retry_state=retry_state)
            if isinstance(do, DoAttempt):
                try:
                    result = yield fn(*args, **kwargs)
                except BaseException:  # the policy decides
                    retry_state.set_exception(sys.exc_info())
                else:
                    retry_state.set_result(result)
            elif isinstance(do, DoSleep):
                retry_state.prepare_for_next_attempt()
                switch = _loop.switch
                if switch is None:
                    yield self.sleep(do)
                else:
                    switch.skip(retry_state, do)
                    yield gen.moment
            else:
                return do
