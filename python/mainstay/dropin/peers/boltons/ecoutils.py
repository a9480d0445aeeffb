"""boltons.ecoutils: the names of mainstay.bolts.ecoutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.ecoutils", (
    "CPU_COUNT", "ECO_VERSION", "HAVE_IPV6", "HAVE_THREADING", "HAVE_UCS4", "HAVE_URANDOM",
    "INSTANCE_ID", "IS_64BIT", "START_TIME_INFO", "dumps", "get_profile", "get_profile_json",
    "get_python_info", "getrandbits", "main",
), live=(
    "EXPAT_VERSION", "HAVE_READLINE", "OPENSSL_VERSION", "RLIMIT_FDS_HARD", "RLIMIT_FDS_SOFT",
    "SQLITE_VERSION", "TKINTER_VERSION", "ZLIB_VERSION",
))
