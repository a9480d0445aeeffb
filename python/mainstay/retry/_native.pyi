"""What the engine decides for mainstay.retry. Written by hand, checked against the build."""

from typing import Any, Final, final

OUTCOME_NONE: Final[int]
OUTCOME_VALUE: Final[int]
OUTCOME_ERROR: Final[int]
OUTCOME_TRY_AGAIN: Final[int]

ASK_BEFORE: Final[int]
ASK_ATTEMPT: Final[int]
ASK_RETRY: Final[int]
ASK_GIVE_BACK: Final[int]
ASK_AFTER: Final[int]
ASK_WAIT: Final[int]
ASK_STOP: Final[int]
ASK_GIVE_UP: Final[int]
ASK_RECORD: Final[int]
ASK_BEFORE_SLEEP: Final[int]
ASK_SLEEP: Final[int]

@final
class Turn:
    def __new__(cls, kind: int, /) -> Turn: ...
    @property
    def ask(self) -> int: ...
    def done(self) -> int: ...
    def answer(self, value: Any, /) -> int: ...

class StopAfterAttempt:
    def __call__(self, retry_state: Any) -> Any: ...

class StopAfterDelay:
    def __call__(self, retry_state: Any) -> Any: ...

class StopBeforeDelay:
    def __call__(self, retry_state: Any) -> Any: ...

class StopNever:
    def __call__(self, retry_state: Any) -> Any: ...

class StopWhenEventSet:
    def __call__(self, retry_state: Any) -> Any: ...

class StopAny:
    def __call__(self, retry_state: Any) -> Any: ...

class StopAll:
    def __call__(self, retry_state: Any) -> Any: ...

class WaitFixed:
    def __call__(self, retry_state: Any) -> Any: ...

class WaitRandom:
    def __call__(self, retry_state: Any) -> Any: ...

class WaitIncrementing:
    def __call__(self, retry_state: Any) -> Any: ...

class WaitExponential:
    def __call__(self, retry_state: Any) -> Any: ...

class WaitRandomExponential:
    def __call__(self, retry_state: Any) -> Any: ...

class WaitExponentialJitter:
    def __call__(self, retry_state: Any) -> Any: ...

class WaitChain:
    def __call__(self, retry_state: Any) -> Any: ...

class WaitCombine:
    def __call__(self, retry_state: Any) -> Any: ...

class WaitException:
    def __call__(self, retry_state: Any) -> Any: ...
