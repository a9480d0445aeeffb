"""What the kernel alone takes: the system calls of set-up and snapshot in a loop in C.

No library can be faster with one thread; compiled when it is asked for.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from functools import cache

from benchmarks.watch.kit import folder

_SOURCE = r"""
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void walk(int queue, const char* path) {
  if (queue >= 0) {
    inotify_add_watch(queue, path, IN_CREATE | IN_DELETE | IN_MOVE | IN_DELETE_SELF | IN_ONLYDIR);
  }
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  char* entries = malloc(32768);
  long got;
  while ((got = syscall(SYS_getdents64, folder, entries, 32768)) > 0) {
    for (long at = 0; at < got;) {
      unsigned short size;
      memcpy(&size, entries + at + 16, 2);
      const char type = entries[at + 18];
      const char* name = entries + at + 19;
      at += size;
      if (!strcmp(name, ".") || !strcmp(name, "..")) continue;
      struct statx found;
      if (queue < 0) statx(folder, name, 0, STATX_BASIC_STATS, &found);
      if (type != DT_DIR) continue;
      char below[4096];
      snprintf(below, sizeof below, "%s/%s", path, name);
      walk(queue, below);
    }
  }
  free(entries);
  close(folder);
}

void look(const char* root) { walk(-1, root); }
int set_up(const char* root) {
  int queue = inotify_init1(IN_CLOEXEC);
  walk(queue, root);
  return queue;
}
"""


@cache
def library() -> ctypes.CDLL | None:
    """Its functions `look(root)` and `set_up(root)`, which returns a queue; None without a
    compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    target = os.path.join(folder(), "floor.so")
    command = [compiler, "-O2", "-shared", "-fPIC", "-x", "c", "-", "-o", target]
    subprocess.run(command, input=_SOURCE, text=True, check=True)
    return ctypes.CDLL(target)
