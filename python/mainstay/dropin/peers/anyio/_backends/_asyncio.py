from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._backends._asyncio",
    live=(
        "AsyncIOBackend",
        "AsyncIOTaskInfo",
        "CancelScope",
        "CapacityLimiter",
        "ConnectedUNIXDatagramSocket",
        "Event",
        "Lock",
        "Process",
        "Semaphore",
        "TCPSocketListener",
        "TaskGroup",
        "TestRunner",
        "UNIXDatagramSocket",
        "UNIXSocketListener",
        "UNIXSocketStream",
        "_SignalReceiver",
        "_task_states",
        "backend_class",
    ),
)
