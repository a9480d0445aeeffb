"""A description of this process and its machine, ready for JSON: `python -m` prints it.

What needs other modules, such as versions of libraries, is found when it is first asked for.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import random
import socket
import struct
import sys
import time
from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "ECO_VERSION",
    "INSTANCE_ID",
    "START_TIME_INFO",
    "dumps",
    "get_profile",
    "get_profile_json",
    "get_python_info",
    "getrandbits",
    "main",
]

ECO_VERSION = "1.1.0"

getrandbits = random.SystemRandom().getrandbits
HAVE_URANDOM = True
INSTANCE_ID = f"{getrandbits(128):032x}"

IS_64BIT = struct.calcsize("P") > 4
HAVE_UCS4 = True
HAVE_THREADING = True
HAVE_IPV6 = socket.has_ipv6
CPU_COUNT = os.cpu_count() or 0

START_TIME_INFO = {
    "time_utc": str(datetime.datetime.now(datetime.timezone.utc)),
    "time_utc_offset": -time.timezone / 3600.0,
}


def _version(module: str, attribute: str) -> Callable[[], str]:
    """A version that a module names; empty if this Python was built without it."""

    def find() -> str:
        try:
            return str(getattr(__import__(module, fromlist=[attribute]), attribute))
        except ImportError:
            return ""

    return find


def _open_files_limit(index: int) -> Callable[[], int]:
    def find() -> int:
        try:
            import resource
        except ImportError:
            return 0
        return resource.getrlimit(resource.RLIMIT_NOFILE)[index]

    return find


_FOUND_LATER: dict[str, Callable[[], Any]] = {
    "EXPAT_VERSION": _version("xml.parsers.expat", "EXPAT_VERSION"),
    "HAVE_READLINE": lambda: bool(_version("readline", "__name__")()),
    "OPENSSL_VERSION": _version("ssl", "OPENSSL_VERSION"),
    "RLIMIT_FDS_HARD": _open_files_limit(1),
    "RLIMIT_FDS_SOFT": _open_files_limit(0),
    "SQLITE_VERSION": _version("sqlite3", "sqlite_version"),
    "TKINTER_VERSION": _version("tkinter", "TkVersion"),
    "ZLIB_VERSION": _version("zlib", "ZLIB_VERSION"),
}


def __getattr__(name: str) -> Any:
    if name not in _FOUND_LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = _FOUND_LATER[name]()
    return value


def _known(name: str) -> Any:
    """The constant of this module, found now if it was not yet."""
    namespace = globals()
    return namespace[name] if name in namespace else __getattr__(name)


def get_python_info() -> dict[str, Any]:
    """What `get_profile` says about Python."""
    from .strutils import escape_shell_args

    build = platform.python_build()
    return {
        "bin": sys.executable,
        "argv": escape_shell_args(sys.argv),
        "version": " ".join(sys.version.split()),
        "version_info": list(sys.version_info),
        "compiler": platform.python_compiler(),
        "build_date": build[1],
        "features": {
            "openssl": _known("OPENSSL_VERSION"),
            "expat": _known("EXPAT_VERSION"),
            "sqlite": _known("SQLITE_VERSION"),
            "tkinter": _known("TKINTER_VERSION"),
            "zlib": _known("ZLIB_VERSION"),
            "unicode_wide": HAVE_UCS4,
            "readline": _known("HAVE_READLINE"),
            "64bit": IS_64BIT,
            "ipv6": HAVE_IPV6,
            "threading": HAVE_THREADING,
            "urandom": HAVE_URANDOM,
        },
    }


def _try(find: Callable[[], str]) -> str:
    try:
        return find()
    except Exception:
        return ""


def _linux_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except (AttributeError, OSError):
        return {}


def _umask() -> str:
    # The only way to read it is to set it; other threads see that for a moment.
    mask = os.umask(0)
    os.umask(mask)
    return oct(mask)


def get_profile(**kwargs: Any) -> dict[str, Any]:
    """User, machine, system and Python as a dict ready for JSON.

    `scrub=True` puts `-` in the place of what identifies a person or a machine, without asking for
    it: user, hosts, working folder, arguments and the path of Python.
    """
    scrub = kwargs.pop("scrub", False)
    if kwargs:
        raise TypeError(f"unexpected keyword arguments: {kwargs.keys()!r}")

    def private(find: Callable[[], str]) -> str:
        return "-" if scrub else _try(find)

    def user() -> str:
        import getpass

        return getpass.getuser()

    release = _linux_release()
    uname = dict(zip(platform.uname()._fields, platform.uname(), strict=False))
    uname["processor"] = platform.uname().processor
    python = get_python_info()
    if scrub:
        uname["node"] = python["bin"] = python["argv"] = "-"
    return {
        "username": private(user),
        "guid": INSTANCE_ID,
        "hostname": private(socket.gethostname),
        "hostfqdn": private(socket.getfqdn),
        "uname": uname,
        "linux_dist_name": release.get("NAME", ""),
        "linux_dist_version": release.get("VERSION_ID", ""),
        "cpu_count": CPU_COUNT,
        "fs_encoding": sys.getfilesystemencoding(),
        "ulimit_soft": _known("RLIMIT_FDS_SOFT"),
        "ulimit_hard": _known("RLIMIT_FDS_HARD"),
        "cwd": private(os.getcwd),
        "umask": _umask(),
        "python": python,
        **START_TIME_INFO,
        "_eco_version": ECO_VERSION,
    }


def dumps(val: Any, indent: int | None) -> str:
    """`val` as JSON with sorted keys."""
    return json.dumps(val, sort_keys=True, indent=indent or None)


def get_profile_json(indent: bool = False) -> str:
    """The profile as JSON."""
    return dumps(get_profile(), 2 if indent else None)


def main() -> None:
    """Print the profile."""
    print(get_profile_json(indent=True))


if __name__ == "__main__":
    main()
