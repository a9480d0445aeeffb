"""tqdm.utils: the names of mainstay.progress.utils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.utils", (
    "CUR_OS", "CallbackIOWrapper", "Comparable", "DisableOnWriteError", "FormatReplace",
    "IS_NIX", "IS_WIN", "ObjectWrapper", "RE_ANSI", "SimpleTextIOWrapper",
    "_environ_cols_wrapper", "_is_ascii", "_is_utf", "_screen_shape_wrapper",
    "_supports_unicode", "_term_move_up", "_text_width", "colorama", "disp_len", "disp_trim",
    "east_asian_width", "envwrap", "partial", "partialmethod", "signature", "warn",
    "wraps",
))
