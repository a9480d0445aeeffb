"""`python -m mainstay.profile script.py`: runs a program and says where its time went.

The program runs as it would under `python`: with its arguments, its folder on the search path and
its exit code. Texts of options and errors are those that pyinstrument's users know.
"""

from __future__ import annotations

import fnmatch
import glob
import json
import optparse
import os
import runpy
import shutil
import sys
import time
from typing import Any, NoReturn, TextIO

from . import Profiler, __version__, renderers
from .session import Session
from .util import (
    USER_DATA_DIR,
    file_is_a_tty,
    file_supports_color,
    file_supports_unicode,
    object_with_import_path,
)

_KEPT_REPORTS = 10

_RENDERERS: dict[str, type[renderers.Renderer]] = {
    "text": renderers.ConsoleRenderer,
    "html": renderers.HTMLRenderer,
    "json": renderers.JSONRenderer,
    "speedscope": renderers.SpeedscopeRenderer,
    "pyisession": renderers.SessionRenderer,
    "session": renderers.SessionRenderer,  # its old name
    "pstats": renderers.PstatsRenderer,
}

# The first ending that fits says how an output file is written.
_ENDINGS = {
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".speedscope.json": "speedscope",
    ".json": "json",
    ".pyisession": "session",
    ".pstats": "pstats",
}


class OptionsParseError(Exception):
    """Options do not go together, or mean nothing."""


class ValueWithRemainingArgs:
    """The value of -m or -c, and the arguments of the program behind it."""

    def __init__(self, value: str, remaining_args: list[str]) -> None:
        self.value = value
        self.remaining_args = remaining_args


class CommandLineOptions:
    """The options, as the parser names them."""

    module: ValueWithRemainingArgs | None
    program: ValueWithRemainingArgs | None
    load: str | None
    load_prev: str | None
    from_path: bool | None
    hide_fnmatch: str | None
    show_fnmatch: str | None
    hide_regex: str | None
    show_regex: str | None
    show_all: bool
    output_html: bool
    outfile: str | None
    render_options: list[str] | None
    target_description: str
    unicode: bool | None
    color: bool | None
    renderer: str | None
    timeline: bool
    interval: float
    use_timing_thread: bool | None


def _take_the_rest(
    option: optparse.Option, opt: str, value: str, parser: optparse.OptionParser
) -> None:
    """Store an option's value with all arguments behind it: they are the program's."""
    assert option.dest is not None
    assert parser.rargs is not None and parser.largs is not None
    rest = [*parser.rargs, *parser.largs]
    del parser.rargs[:], parser.largs[:]
    setattr(parser.values, option.dest, ValueWithRemainingArgs(value, rest))


def _parser() -> optparse.OptionParser:
    version = ".".join(str(part) for part in sys.version_info[:3])
    parser = optparse.OptionParser(
        usage="usage: pyinstrument [options] scriptfile [arg] ...",
        version=f"pyinstrument {__version__}, on Python {version}",
    )
    parser.allow_interspersed_args = False
    add: Any = parser.add_option
    rest = {"action": "callback", "callback": _take_the_rest, "type": "string"}
    add(
        "--load",
        metavar="FILENAME",
        help="instead of running a script, load a profile session from a pyisession file",
    )
    add(
        "--load-prev",
        metavar="IDENTIFIER",
        help="instead of running a script, load a previous profile session as specified by an "
        "identifier",
    )
    add(
        "-m",
        dest="module",
        help="run library module as a script, like 'python -m module'",
        **rest,
    )
    add(
        "-c",
        dest="program",
        help="program passed in as string, like 'python -c \"...\"'",
        **rest,
    )
    add(
        "--from-path",
        action="store_true",
        help="(POSIX only) instead of the working directory, look for scriptfile in the PATH "
        "environment variable",
    )
    add("-o", "--outfile", help="save to <outfile>")
    add(
        "-r",
        "--renderer",
        help="how the report should be rendered. One of: 'text', 'html', 'json', 'speedscope', "
        "'pyisession', 'pstats', or python import path to a renderer class. Defaults to the "
        "appropriate format for the extension if OUTFILE is given, otherwise, defaults to 'text'.",
    )
    add(
        "-p",
        "--render-option",
        dest="render_options",
        action="append",
        metavar="RENDER_OPTION",
        help="options to pass to the renderer, in the format 'flag_name' or "
        "'option_name=option_value'. For example, to set the option 'time', pass '-p "
        "time=percent_of_total'. To pass multiple options, use the -p option multiple times. You "
        "can set processor options using dot-syntax, like '-p "
        "processor_options.filter_threshold=0'. option_value is parsed as a JSON value or a "
        "string.",
    )
    add(
        "--html",
        dest="output_html",
        action="store_true",
        default=False,
        help=optparse.SUPPRESS_HELP,
    )
    add(
        "-t",
        "--timeline",
        action="store_true",
        default=False,
        help="render as a timeline - preserve ordering and don't condense repeated calls",
    )
    add(
        "--target-description",
        default="Program: {args}",
        help="description text to display in the report. The placeholder '{args}' may be used to "
        "include the CLI arguments passed to the target script, including the script name. "
        "Default: 'Program: {args}'",
    )
    add(
        "--hide",
        dest="hide_fnmatch",
        metavar="EXPR",
        help="glob-style pattern matching the file paths whose frames to hide. Defaults to hiding "
        "non-application code",
    )
    add(
        "--hide-regex",
        metavar="REGEX",
        help="regex matching the file paths whose frames to hide. Useful if --hide doesn't give "
        "enough control.",
    )
    add(
        "--show",
        dest="show_fnmatch",
        metavar="EXPR",
        help="glob-style pattern matching the file paths whose frames to show, regardless of "
        "--hide or --hide-regex. For example, use --show '*/<library>/*' to show frames within a "
        "library that would otherwise be hidden.",
    )
    add(
        "--show-regex",
        metavar="REGEX",
        help="regex matching the file paths whose frames to always show. Useful if --show doesn't "
        "give enough control.",
    )
    add("--show-all", action="store_true", default=False, help="show everything")
    for name, what in (("unicode", "unicode"), ("color", "ansi color")):
        plain = "ascii" if name == "unicode" else "no color"
        add(f"--{name}", action="store_true", help=f"(text renderer only) force {what} text output")
        add(
            f"--no-{name}",
            dest=name,
            action="store_false",
            help=f"(text renderer only) force {plain} text output",
        )
    add(
        "-i",
        "--interval",
        type="float",
        default=0.001,
        help="Minimum time, in seconds, between each stack sample. Smaller values allow resolving "
        "shorter duration function calls but incur a greater runtime and memory consumption "
        "overhead. For longer running scripts, setting a larger interval reduces the memory "
        "consumption required to store the stack samples.",
    )
    add(
        "--use-timing-thread",
        action="store_true",
        help="Use a separate thread to time the interval between stack samples. This can reduce "
        "the overhead of sampling on some systems.",
    )
    return parser


def main() -> None:
    """Run the command with the arguments of `sys.argv`."""
    parser = _parser()
    if not sys.argv[1:]:
        parser.print_help()
        sys.exit(2)
    values, args = parser.parse_args()
    options: Any = values
    _check(parser, options, args)
    try:
        renderer_class = get_renderer_class(options)
    except OptionsParseError as error:
        _refuse(parser, str(error))
    file = sys.stdout
    if options.outfile:
        file = open(  # noqa: SIM115  # closed below; sys.stdout is not
            options.outfile,
            "w",
            encoding="utf-8",
            errors="surrogateescape",
            newline="" if renderer_class.output_is_binary else None,
        )
    try:
        renderer = create_renderer(renderer_class, options, output_file=file)
    except OptionsParseError as error:
        _refuse(parser, str(error))
    if renderer.output_is_binary and not options.outfile and file_is_a_tty(file):
        _refuse(
            parser, "Can't write binary output to a terminal. Redirect to a file or use --outfile."
        )
    ended_by: BaseException | None = None
    if options.load_prev:
        session = load_report_from_temp_storage(options.load_prev)
    elif options.load:
        session = Session.load(options.load)
    else:
        code, names, argv = _program(options, args)
        description = _description(parser, options.target_description, argv)
        # Sampled as a whole, whatever the context: there is no other one to leave out.
        profiler = Profiler(
            interval=options.interval,
            async_mode="disabled",
            use_timing_thread=options.use_timing_thread,
        )
        before = sys.argv[:]
        profiler.start(target_description=description)
        try:
            sys.argv[:] = argv
            exec(code, names, None)
        except (SystemExit, KeyboardInterrupt) as error:
            ended_by = error
        finally:
            sys.argv[:] = before
        session = profiler.stop()
    _write(renderer, session, file, to_file=bool(options.outfile))
    if ended_by is not None:
        raise ended_by


def _refuse(parser: optparse.OptionParser, why: str) -> NoReturn:
    parser.error(why)


def _check(parser: optparse.OptionParser, options: Any, args: list[str]) -> None:
    ways = [options.load, options.load_prev, options.module, options.program, args or None]
    chosen = sum(way is not None for way in ways)
    if chosen == 0:
        parser.print_help()
        sys.exit(2)
    if chosen > 1:
        _refuse(parser, "You can only specify one of --load, --load-prev, -m, or script arguments")
    if options.module is not None and options.from_path:
        _refuse(parser, "The options -m and --from-path are mutually exclusive.")
    if options.from_path and sys.platform == "win32":
        _refuse(parser, "--from-path is not supported on Windows")


def _program(options: Any, args: list[str]) -> tuple[str, dict[str, Any], list[str]]:
    """What to execute, with which names, and the program's sys.argv; sets the search path."""
    if options.program is not None:
        sys.path[0] = ""
        argv = ["-c", *options.program.remaining_args]
        return options.program.value, {"__name__": "__main__"}, argv
    if options.module is not None:
        if not (sys.path[0] and os.path.samefile(sys.path[0], ".")):
            sys.path[0] = os.path.abspath(".")
        name = options.module.value
        code = "run_module(modname, run_name='__main__', alter_sys=True)"
        names = {"run_module": runpy.run_module, "modname": name}
        return code, names, [name, *options.module.remaining_args]
    path: str | None = args[0]
    if options.from_path:
        path = shutil.which(args[0])
        if path is None:
            sys.exit(f"Error: program {args[0]} not found in PATH!")
    elif not os.path.exists(args[0]):
        sys.exit(f"Error: program {args[0]} not found!")
    assert path is not None
    sys.path[0] = os.path.dirname(path)
    code = "run_path(progname, run_name='__main__')"
    return code, {"run_path": runpy.run_path, "progname": path}, args


def _description(parser: optparse.OptionParser, template: str, argv: list[str]) -> str:
    try:
        return template.format(args=" ".join(argv))
    except KeyError as error:
        _refuse(parser, f"Unknown placeholder {error.args[0]!r} in --target-description")
    except IndexError:
        _refuse(parser, "Empty placeholder in --target-description")


def _write(renderer: renderers.Renderer, session: Session, file: TextIO, to_file: bool) -> None:
    if isinstance(renderer, renderers.HTMLRenderer) and not to_file and file_is_a_tty(file):
        path = renderer.open_in_browser(session)
        print(f"stdout is a terminal, so saved profile output to {path}")
    else:
        file.write(renderer.render(session))
        if to_file:
            file.close()
    if isinstance(renderer, renderers.ConsoleRenderer) and not to_file:
        _, identifier = save_report_to_temp_storage(session)
        print("To view this report with different options, run:")
        print(f"    pyinstrument --load-prev {identifier} [options]")
        print()


def compute_render_options(
    options: CommandLineOptions,
    renderer_class: type[renderers.Renderer],
    unicode_support: bool,
    color_support: bool,
) -> dict[str, Any]:
    """Return the keywords that make a renderer as the options say.

    `unicode_support` and `color_support` decide where the options do not. OptionsParseError when
    options contradict each other.
    """
    if options.hide_fnmatch is not None and options.hide_regex is not None:
        raise OptionsParseError("You can‘t specify both --hide and --hide-regex")  # noqa: RUF001
    if (options.show_fnmatch is not None) + (options.show_regex is not None) + options.show_all > 1:
        raise OptionsParseError("You can only specify one of --show, --show-regex and --show-all")
    hide, show = options.hide_regex, options.show_regex
    if options.hide_fnmatch is not None:
        hide = fnmatch.translate(options.hide_fnmatch)
    if options.show_fnmatch is not None:
        show = fnmatch.translate(options.show_fnmatch)
    elif options.show_all:
        show = ".*"
    made: dict[str, Any] = {}
    if issubclass(renderer_class, renderers.FrameRenderer):
        made["processor_options"] = {"hide_regex": hide, "show_regex": show}
    if issubclass(renderer_class, renderers.ConsoleRenderer):
        made["unicode"] = unicode_support if options.unicode is None else options.unicode
        made["color"] = color_support if options.color is None else options.color
    if options.timeline:
        made["timeline"] = True
    if options.show_all:
        made["show_all"] = True
    for option in options.render_options or ():
        name, is_set, text = option.partition("=")
        value: Any = True
        if is_set:
            try:
                value = json.loads(text)
            except json.JSONDecodeError:
                value = text
        _set_at_path(made, name, value)
    return made


def _set_at_path(target: dict[str, Any], path: str, value: Any) -> None:
    """Set `target["a"]["b"]` for the path "a.b"; OptionsParseError when there is no such dict."""
    *outer, name = path.split(".")
    for each in outer:
        target = target.get(each, {}) if isinstance(target, dict) else {}
        if not target:
            raise OptionsParseError(f"The render option {path} does not exist: it has no {each!r}")
    target[name] = value


def create_renderer(
    renderer_class: type[renderers.Renderer], options: CommandLineOptions, output_file: TextIO
) -> renderers.Renderer:
    """Return a renderer as the options say; OptionsParseError when it does not take them."""
    keywords = compute_render_options(
        options,
        renderer_class=renderer_class,
        unicode_support=file_supports_unicode(output_file),
        color_support=file_supports_color(output_file),
    )
    try:
        return renderer_class(**keywords)
    except (TypeError, renderers.Renderer.MisconfigurationError) as error:
        raise OptionsParseError(
            f"Failed to create {renderer_class.__name__}. Check your renderer options.\n  {error}\n"
        ) from error


def get_renderer_class(options: CommandLineOptions) -> type[renderers.Renderer]:
    """Return the class that the options ask for; OptionsParseError when there is none."""
    name = "html" if options.output_html else options.renderer
    if name is None and options.outfile:
        name = guess_renderer_from_outfile(options.outfile)
    name = name or "text"
    known = _RENDERERS.get(name)
    if known is not None:
        return known
    try:
        found: type[renderers.Renderer] = object_with_import_path(name)
    except (ValueError, ModuleNotFoundError, AttributeError) as error:
        raise OptionsParseError(
            f"Failed to find renderer with name {name!r}.\n"
            "Options are text, html, json, speedscope, pstats or a Python\n"
            "import path to a Renderer class.\n"
            "\n"
            f"Underlying error: {error}\n"
        ) from error
    return found


def guess_renderer_from_outfile(outfile: str) -> str | None:
    """Return the name of the renderer that a file's ending means."""
    name = os.path.basename(outfile).lower()
    return next((kind for ending, kind in _ENDINGS.items() if name.endswith(ending)), None)


def report_dir() -> str:
    """Return the folder of the last sessions; it is made when it is not there."""
    folder = os.path.join(USER_DATA_DIR, "reports")
    os.makedirs(folder, exist_ok=True)
    return folder


def load_report_from_temp_storage(identifier: str) -> Session:
    """Return a session that was kept; ends the program when there is none of that name."""
    try:
        return Session.load(os.path.join(report_dir(), identifier + ".pyisession"))
    except FileNotFoundError:
        sys.exit(f"pyinstrument: Couldn't find a profile with identifier {identifier}")


def save_report_to_temp_storage(session: Session) -> tuple[str, str]:
    """Keep a session among the last ones; returns its path and what --load-prev takes."""
    folder = report_dir()
    old = sorted(glob.glob(os.path.join(glob.escape(folder), "*.pyisession")), reverse=True)
    for path in old[_KEPT_REPORTS:]:
        os.remove(path)
    identifier = time.strftime("%Y-%m-%dT%H-%M-%S", time.localtime(session.start_time))
    path = os.path.join(folder, identifier + ".pyisession")
    session.save(path)
    return path, identifier


if __name__ == "__main__":
    main()
