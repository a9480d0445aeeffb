from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.watch.utils.platform",
    (
        "PLATFORM_BSD",
        "PLATFORM_DARWIN",
        "PLATFORM_LINUX",
        "PLATFORM_UNKNOWN",
        "PLATFORM_WINDOWS",
        "__platform__",
        "get_platform_name",
        "is_bsd",
        "is_darwin",
        "is_linux",
        "is_windows",
    ),
)
