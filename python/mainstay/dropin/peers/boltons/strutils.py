"""boltons.strutils: the names of mainstay.bolts.strutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.strutils", (
    "ANSI_SEQUENCES", "DEACCENT_MAP", "DeaccenterDict", "HASHTAG_RE", "HTMLParser",
    "HTMLTextExtractor", "Mapping", "MultiReplace", "__all__", "a10n", "args2cmd", "args2sh",
    "asciify", "bytes2human", "camel2under", "cardinalize", "complement_int_list", "ellipsize",
    "escape_shell_args", "find_hashtags", "format_int_list", "gunzip_bytes", "gzip_bytes",
    "html2text", "human_readable_list", "indent", "int_ranges_from_int_list", "is_ascii",
    "is_uuid", "iter_splitlines", "multi_replace", "ordinalize", "parse_int_list", "pluralize",
    "removeprefix", "singularize", "slugify", "split_punct_ws", "strip_ansi", "under2camel",
    "unit_len", "unwrap_text",
))
