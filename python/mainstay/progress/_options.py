"""The options of the command: name, type and meaning, and the texts made from them."""

from __future__ import annotations

OPTIONS = (
    ("desc", "str", "text before the bar"),
    ("total", "int or float", "what 100 % is"),
    ("leave", "bool", "keep the bar at the end; default: True"),
    ("ncols", "int", "width of the line; 0 for no bar; default: that of the terminal"),
    ("mininterval", "float", "seconds between two drawings at least; default: 0.1"),
    ("maxinterval", "float", "seconds a drawing may be late; default: 10"),
    ("miniters", "int or float", "counts between two looks at the clock; default: by the rate"),
    ("ascii", "bool or str", "draw in ASCII, or in these characters"),
    ("disable", "bool", "draw nothing; default: False"),
    ("unit", "str", "what is counted; default: it"),
    ("unit_scale", "bool or int or float", "show 12.3k, or multiply; default: False"),
    ("dynamic_ncols", "bool", "follow the width of the terminal; default: False"),
    ("smoothing", "float", "weight of the newest rate, 0 for the average; default: 0.3"),
    ("bar_format", "str", "format of the line, over l_bar, bar, r_bar and others"),
    ("initial", "int or float", "where counting begins; default: 0"),
    ("position", "int", "line of the bar; default: the first free one"),
    ("postfix", "dict or *", "text behind the bar; only in programs"),
    ("unit_divisor", "float", "step of the prefixes; default: 1000"),
    ("write_bytes", "bool", "encode what is drawn; default: False"),
    ("lock_args", "tuple", "how the lock is asked for; only in programs"),
    ("nrows", "int", "lines that all bars may take; default: those of the terminal"),
    ("colour", "str", "a name, or #rrggbb"),
    ("delay", "float", "seconds before the first drawing; default: 0"),
)

EXTRA = (
    ("delim", "chr", r"what ends a record; default: \n; \0 for null"),
    ("buf_size", "int", "bytes per block with --delim or --bytes; default: 256"),
    ("bytes", "bool", "count bytes, not records"),
    ("tee", "bool", "write the data above the bar too"),
    ("update", "bool", "records are numbers to add"),
    ("update_to", "bool", "records are numbers to set"),
    ("null", "bool", "write the data nowhere"),
    ("manpath", "str", "folder to write the manual page to"),
    ("comppath", "str", "folder to write the completion for bash to"),
    ("log", "str", "CRITICAL, FATAL, ERROR, WARN, WARNING, INFO, DEBUG or NOTSET; default: INFO"),
)

_BOTH = (("help", "bool", "print this help and exit"), ("version", "bool", "print the version"))


def _spelt(name: str, kind: str) -> str:
    option = "--" + name.replace("_", "-")
    return option if kind == "bool" else f"{option}=<{name}>"


def help_text() -> str:
    """What --help prints below the usage."""
    lines = ["", "Options:", "  -h, --help", "  -v, --version"]
    for name, kind, meaning in OPTIONS + EXTRA:
        lines += [f"  {_spelt(name, kind)}  : {kind}", f"      {meaning}"]
    return "\n".join(lines)


def man_page(version: str) -> str:
    """The manual page, in troff."""
    lines = [
        f'.TH "TQDM" "1" "" "{version}" "User Commands"',
        ".SH NAME",
        r"tqdm \- progress of what passes through a pipe",
        ".SH SYNOPSIS",
        r"tqdm [\fIoptions\fR]",
        ".SH DESCRIPTION",
        "Copies standard input to standard output and draws a bar to standard error.",
        ".SH OPTIONS",
    ]
    for name, kind, meaning in _BOTH + OPTIONS + EXTRA:
        spelt = _spelt(name, kind).replace("-", r"\-")
        escaped = meaning.replace("\\", r"\e")
        lines += [".TP", rf"\fB{spelt}\fR", escaped]
    return "\n".join(lines) + "\n"


def completion() -> str:
    """The completion for bash."""
    known = OPTIONS + EXTRA
    words = " ".join(sorted(f"--{name}" for name, _, _ in known + _BOTH))
    asking = "|".join(f"--{name}" for name, kind, _ in known if kind != "bool" and name != "log")
    return f"""_tqdm() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}"
  case "${{COMP_WORDS[COMP_CWORD-1]}}" in
    --log) words="CRITICAL FATAL ERROR WARN WARNING INFO DEBUG NOTSET" ;;
    {asking}) return ;;
    *) words="{words} -h -v" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -F _tqdm tqdm
"""
