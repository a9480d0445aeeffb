"""tqdm.contrib.logging: the names of mainstay.progress.contrib.logging."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.contrib.logging", (
    "_TqdmLoggingHandler", "_get_first_found_console_logging_handler",
    "_is_console_logging_handler", "contextmanager", "logging_redirect_tqdm", "std_tqdm",
    "tqdm_logging_redirect",
))
