"""Which file systems have to be polled: those that other machines change.

inotify reports what is done through this kernel. What another machine does to a share, or a host to
a folder of its guest, it never sees.
"""

from __future__ import annotations

import os

# As /proc/self/mountinfo names them. Plain "fuse" is left out: most of those are local.
_NAMES = """
    9p afs beegfs ceph cifs drvfs fuse.gcsfuse fuse.glusterfs fuse.grpcfuse fuse.juicefs
    fuse.rclone fuse.s3fs fuse.sshfs fuse.vmhgfs-fuse lustre ncpfs nfs nfs4 orangefs osxfs prl_fs
    smb3 smbfs vboxsf virtiofs vmhgfs
"""
POLLED = frozenset(_NAMES.split())
_MOUNTS = "/proc/self/mountinfo"


def needs_polling(path: bytes | str) -> bool:
    """Whether `path` is on such a file system. False where that cannot be told."""
    kind = file_system(path)
    return kind is not None and kind in POLLED


def file_system(path: bytes | str, mounts: str = _MOUNTS) -> str | None:
    """The type of the file system `path` is on, None when it cannot be told."""
    try:
        device = os.stat(path).st_dev
        with open(mounts, "rb") as file:
            text = file.read()
    except OSError:
        return None
    wanted = f"{os.major(device)}:{os.minor(device)}".encode()
    for line in text.splitlines():
        # id, parent, device, root, mount point, options, optional fields, "-", type, ...
        fields = line.split()
        if len(fields) > 6 and fields[2] == wanted and b"-" in fields[6:]:
            return os.fsdecode(fields[fields.index(b"-", 6) + 1])
    return None
