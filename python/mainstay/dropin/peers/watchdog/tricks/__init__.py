from mainstay.dropin._mirror import mirror

from .. import events, utils  # noqa: F401 - importing it loads them

mirror(
    __name__,
    "mainstay.watch.tricks",
    (
        "AutoRestartTrick",
        "LoggerTrick",
        "ShellCommandTrick",
        "Trick",
        "echo_events",
        "kill_process",
        "logger",
    ),
)
