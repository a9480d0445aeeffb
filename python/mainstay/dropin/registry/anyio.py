"""What is known of anyio."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "anyio",
    distribution="anyio",
    version="4.16.0",
    packages=("anyio",),
    noun="aio",
    entry_points="[pytest11]\nanyio = anyio.pytest_plugin\n",
    deviations=(
        "a cancelled scope does not poll: a task that awaits something which resists cancellation "
        "is cancelled again after pauses that grow from 1 ms to 100 ms",
        "acquire(), wait(), send() and receive() on asyncio return an awaitable that is no "
        "coroutine: one that is never awaited gives no warning",
        "loops without add_reader(), such as the proactor of Windows, are not supported",
    ),
)
