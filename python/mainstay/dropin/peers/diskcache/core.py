from mainstay.cache import core
from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.cache.core",
    (
        "Constant",
        "DBNAME",
        "DEFAULT_SETTINGS",
        "ENOVAL",
        "EVICTION_POLICY",
        "METADATA",
        "MODE_BINARY",
        "MODE_NONE",
        "MODE_PICKLE",
        "MODE_RAW",
        "MODE_TEXT",
        "UNKNOWN",
        "Disk",
        "EmptyDirWarning",
        "JSONDisk",
        "Timeout",
        "UnknownFileWarning",
        "args_to_key",
        "full_name",
    ),
)


class Cache(core.Cache):
    pickle = "allow"
    _directory_mode = 0o755
