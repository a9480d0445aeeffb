"""Mailboxes of the standard library for folders that cannot be written to.

A mailbox is for one thread at a time; other processes are kept out by its lock.
"""

from __future__ import annotations

import mailbox
import os
import shutil
import tempfile
from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["DEFAULT_MAXMEM", "mbox_readonlydir"]

DEFAULT_MAXMEM = 4 * 1024 * 1024  # bytes


class mbox_readonlydir(mailbox.mbox):
    """A `mailbox.mbox` that writes changes into its file instead of replacing the file.

    The new content is complete in memory, or beyond `maxmem` bytes in a temporary file, before the
    mailbox is touched; an interruption while it is copied can damage the mailbox.
    """

    def __init__(
        self,
        path: Any,
        factory: Callable[..., Any] | None = None,
        create: bool = True,
        maxmem: int = 1024 * 1024,
    ) -> None:
        super().__init__(path, factory, create)
        self.maxmem = maxmem

    def flush(self) -> None:
        """Write pending changes; closing the mailbox does this too."""
        box: Any = self  # the attributes of mailbox._singlefileMailbox are not declared
        mailbox_file = box._file
        if not box._pending:
            if box._pending_sync:
                _sync(mailbox_file)
                box._pending_sync = False
            return
        mailbox_file.seek(0, os.SEEK_END)
        size = mailbox_file.tell()
        if size != box._file_length:
            raise mailbox.ExternalClashError(
                f"Size of mailbox file changed (expected {box._file_length}, found {size})"
            )
        with tempfile.SpooledTemporaryFile(max_size=self.maxmem) as written:
            places = {}
            box._pre_mailbox_hook(written)
            for key, (start, stop) in sorted(box._toc.items()):
                mailbox_file.seek(start)
                box._pre_message_hook(written)
                begin = written.tell()
                _copy(mailbox_file, written, stop - start)
                places[key] = (begin, written.tell())
                box._post_message_hook(written)
            box._file_length = written.tell()
            written.seek(0)
            mailbox_file.seek(0)
            shutil.copyfileobj(written, mailbox_file)
            mailbox_file.truncate()
        _sync(mailbox_file)
        box._toc = places
        box._pending = box._pending_sync = False


def _copy(source: Any, target: Any, size: int) -> None:
    while size:
        block = source.read(min(size, 65536))
        if not block:
            return
        target.write(block)
        size -= len(block)


def _sync(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
