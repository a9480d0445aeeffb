"""`%pyinstrument code` and `%%pyinstrument`: profile a line or a cell, and show the report."""

from __future__ import annotations

import ast
import asyncio
import html
import threading
from typing import Any

from IPython import get_ipython  # type: ignore
from IPython.core.magic import (  # type: ignore
    Magics,
    line_cell_magic,
    magics_class,
    no_var_expand,
)
from IPython.core.magic_arguments import (  # type: ignore
    argument,
    magic_arguments,
    parse_argstring,
)
from IPython.display import IFrame, display  # type: ignore

from .. import Profiler, renderers
from ..__main__ import compute_render_options
from ..frame import Frame
from ..frame_ops import delete_frame_from_tree
from ..processors import ProcessorOptions

_active_profiler: Profiler | None = None

_ASYNC_NEEDED = (
    "To enable asyncio mode, use {}%%pyinstrument --async_mode=enabled{}\n"
    "Note that due to IPython limitations this will run in a separate thread!"
)
_FILES_OF_IPYTHON = (
    "IPython/core/interactiveshell.py",
    "IPython/terminal/interactiveshell.py",
    "IPython/core/async_helpers.py",
    "IPython/terminal/ipapp.py",
    "traitlets/config/application.py",
    "ipython/IPython/__init__.py",
    "ipykernel/zmqshell",
    "pyinstrument/magic/magic.py",
    "mainstay/profile/magic/magic.py",
)


def _get_active_profiler() -> Profiler | None:
    """Return the profiler of the cell that runs: what is put into the cell asks for it."""
    return _active_profiler


class InterruptSilently(Exception):
    """The cell was interrupted: no further one is to run, and its traceback was shown."""


class _Surround(ast.NodeTransformer):
    """Puts the start and the stop of the profiler around a cell, and keeps its last value."""

    def __init__(self, description: str) -> None:
        self._description = description

    def visit_Module(self, node: ast.Module) -> ast.Module:
        # Names that no program can write; the magic deletes them afterwards.
        get, result = "mainstay-profiler", "mainstay-result"
        start = ast.parse(
            f"from {__name__} import _get_active_profiler as __get__\n"
            f"__get__().start(target_description={self._description!r})"
        )
        stop = ast.parse("__get__().stop()")
        for part in (start, stop):
            for each in ast.walk(part):
                if isinstance(each, ast.Name) and each.id == "__get__":
                    each.id = get
                if isinstance(each, ast.alias):
                    each.asname = get
        body = list(node.body)
        after: list[ast.stmt] = []
        if body and isinstance(body[-1], ast.Expr):
            kept = ast.Name(result, ast.Store())
            body[-1] = ast.Assign([kept], body[-1].value)
            after = [ast.Expr(ast.Name(result, ast.Load()))]
        guarded = ast.Try([*start.body, *body], [], [], stop.body)
        return ast.fix_missing_locations(ast.Module([guarded, *after], node.type_ignores))


_RENDER_OPTION = (
    "options to pass to the renderer, in the format 'flag_name' or 'option_name=option_value'. For "
    "example, to set the option 'time', pass '-p time=percent_of_total'. To pass multiple options, "
    "use the -p option multiple times. You can set processor options using dot-syntax, like '-p "
    "processor_options.filter_threshold=0'. option_value is parsed as a JSON value or a string."
)


_ARGUMENTS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (
        ("-p", "--render-option"),
        {"dest": "render_options", "action": "append", "metavar": "RENDER_OPTION", "type": str}
        | {"help": _RENDER_OPTION},
    ),
    (("--show-regex",), {"metavar": "REGEX", "help": "regex of file paths to always show"}),
    (
        ("--show",),
        {"dest": "show_fnmatch", "metavar": "EXPR", "help": "glob of file paths to show"},
    ),
    (("--interval",), {"type": float, "default": 0.001, "help": "seconds between samples"}),
    (("--show-all",), {"action": "store_true", "help": "show all frames, those of IPython too"}),
    (("--async_mode",), {"default": "disabled", "help": "see Profiler.async_mode"}),
    (("--height", "-h"), {"default": 400, "help": "output height"}),
    (("--timeline",), {"type": bool, "default": False, "help": "calls in the order of time"}),
    (("code",), {"type": str, "nargs": "*", "help": "as a line magic: the code to profile"}),
    (
        ("--hide",),
        {"dest": "hide_fnmatch", "metavar": "EXPR", "help": "glob of file paths to hide"},
    ),
    (("--hide-regex",), {"metavar": "REGEX", "help": "regex of file paths to hide"}),
]


def _as_magic(function: Any) -> Any:
    made = no_var_expand(line_cell_magic(function))
    for flags, options in reversed(_ARGUMENTS):
        made = argument(*flags, **options)(made)
    return magic_arguments()(made)


class PyinstrumentMagic(Magics):  # type: ignore[misc]
    """The magic. One of a shell."""

    def pyinstrument(self, line: str, cell: str | None = None) -> None:
        """Run a line or a cell under the profiler, and show its report."""
        global _active_profiler
        args = parse_argstring(self.pyinstrument, line)
        args.unicode = args.color = True  # a notebook shows both
        shell = get_ipython()
        if not shell:
            raise RuntimeError("couldn't get ipython shell instance")
        code = cell or line
        if not code:
            return
        if _active_profiler is not None and _active_profiler.is_running:
            _active_profiler.stop()  # a run that was interrupted
        profiler = _active_profiler = Profiler(args.interval, args.async_mode)
        kind = "Cell" if cell else "Line in cell"
        result = self._run(shell, code, f"{kind} [{shell.execution_count}]", args.async_mode)
        error = result.error_in_exec
        if isinstance(error, RuntimeError) and "event loop is already running" in str(error):
            plain, rich = _ASYNC_NEEDED.format("`", "`"), _ASYNC_NEEDED.format("<pre>", "</pre>")
            display({"text/plain": plain, "text/html": rich}, raw=True)
            return
        if isinstance(error, KeyboardInterrupt):
            self._end_silently(shell)
        if profiler.last_session is not None:
            self._show(profiler, args)
        _active_profiler = None

    pyinstrument = _as_magic(pyinstrument)

    def _run(self, shell: Any, code: str, description: str, async_mode: str) -> Any:
        surround = _Surround(description)
        shell.ast_transformers.append(surround)
        try:
            if async_mode == "disabled":
                return shell.run_cell(code)
            return self.run_cell_async(shell, code)
        finally:
            shell.ast_transformers.remove(surround)
            for name in [each for each in shell.user_ns if each.startswith("mainstay-")]:
                del shell.user_ns[name]

    def _end_silently(self, shell: Any) -> None:
        """Raise InterruptSilently, of which the shell shows nothing."""
        before = shell.CustomTB, shell.custom_exceptions

        def show_nothing(*_: Any, **__: Any) -> None:
            shell.CustomTB, shell.custom_exceptions = before

        shell.set_custom_exc((InterruptSilently,), show_nothing)
        raise InterruptSilently

    def _show(self, profiler: Profiler, args: Any) -> None:
        page = renderers.HTMLRenderer(show_all=args.show_all, timeline=args.timeline)
        page.preprocessors.append(strip_ipython_frames_processor)
        source = html.escape(profiler.output(page))
        frame = IFrame(
            src="data:text/html, Loading…",
            width="100%",
            height=args.height,
            extras=['style="resize: vertical"', f'srcdoc="{source}"'],
        )
        text = renderers.ConsoleRenderer(
            **compute_render_options(
                args, renderers.ConsoleRenderer, unicode_support=True, color_support=True
            )
        )
        text.processors.append(strip_ipython_frames_processor)
        shown = {"text/html": frame._repr_html_(), "text/plain": profiler.output(text)}
        display(shown, raw=True)

    def run_cell_async(self, ip: Any, code: str) -> Any:
        """Run a cell that awaits, on an event loop in another thread; returns its result."""
        before = asyncio.get_event_loop()
        loop = asyncio.new_event_loop()
        try:
            threading.Thread(target=loop.run_forever).start()
            asyncio.set_event_loop(loop)
            running = ip.run_cell_async(code, transformed_cell=ip.transform_cell(code))
            return asyncio.run_coroutine_threadsafe(running, loop).result()
        finally:
            loop.call_soon_threadsafe(loop.stop)
            asyncio.set_event_loop(before)


magics_class(PyinstrumentMagic)


def strip_ipython_frames_processor(frame: Frame | None, options: ProcessorOptions) -> Frame | None:
    """Remove the frames of IPython itself: what they call stays."""
    if frame is None:
        return None
    for each in reversed(list(frame.walk())):
        file = each.file_path or ""
        if each is not frame and any(part in file for part in _FILES_OF_IPYTHON):
            delete_frame_from_tree(each, replace_with="children")
    return frame
