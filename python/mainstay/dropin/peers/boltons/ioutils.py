"""boltons.ioutils: the names of mainstay.bolts.ioutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.ioutils", (
    "BytesIO", "EINVAL", "IOBase", "MultiFileReader", "READ_CHUNK_SIZE", "SpooledBytesIO",
    "SpooledIOBase", "SpooledStringIO", "TemporaryFile", "is_text_fileobj",
))
