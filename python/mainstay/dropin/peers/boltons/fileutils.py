"""boltons.fileutils: the names of mainstay.bolts.fileutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.fileutils", (
    "AtomicSaver", "DummyFile", "FULL_PERMS", "FilePerms", "RW_PERMS", "__all__",
    "atomic_rename", "atomic_save", "copy_tree", "copytree", "iter_find_files", "mkdir_p",
    "path_to_unicode", "replace", "rotate_file", "set_cloexec",
))
