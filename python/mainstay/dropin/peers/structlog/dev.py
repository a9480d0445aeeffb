"""structlog.dev: the names of mainstay.log.dev."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log.dev", (
    "BLUE", "BRIGHT", "CYAN", "Column", "ColumnFormatter", "ColumnStyles", "Console",
    "ConsoleRenderer", "DIM", "GREEN", "KeyValueColumnFormatter", "LogLevelColumnFormatter",
    "MAGENTA", "MultipleConsoleRenderersConfiguredError", "NoConsoleRendererConfiguredError",
    "RED", "RED_BACK", "RESET_ALL", "RichTracebackFormatter", "Traceback", "YELLOW",
    "_ColorfulStyles", "_EVENT_WIDTH", "_IS_WINDOWS", "_NOTHING", "_PlainStyles", "__all__",
    "_colorful_styles", "_figure_out_exc_info", "_format_exception", "_has_colors",
    "_init_terminal", "_pad", "_plain_styles", "_use_colors", "better_exceptions",
    "better_traceback", "colorama", "default_exception_formatter",
    "default_monochrome_exception_formatter", "plain_traceback", "rich",
    "rich_monochrome_traceback", "rich_traceback", "set_exc_info", "sys", "warnings",
))
