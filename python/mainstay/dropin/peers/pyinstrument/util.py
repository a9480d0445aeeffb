"""pyinstrument.util: the names of mainstay.profile.util."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.util", (
    "USER_DATA_DIR", "_user_data_dir", "file_is_a_tty", "file_supports_color",
    "file_supports_unicode", "format_float_with_sig_figs", "object_with_import_path", "strtobool",
    "truncate", "unwrap",
))
