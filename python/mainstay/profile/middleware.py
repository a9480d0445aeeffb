"""Django middleware that profiles requests, by the settings PYINSTRUMENT_*."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from django.conf import settings  # type: ignore
from django.http import HttpResponse  # type: ignore
from django.utils.deprecation import MiddlewareMixin  # type: ignore
from django.utils.module_loading import import_string  # type: ignore

from . import Profiler
from .renderers import HTMLRenderer, Renderer
from .session import Session

_LONGEST_PATH = 100
_FILE = "{total_time:.3f}s {path} {timestamp:.0f}.{ext}"


def _setting(name: str, default: Any = None) -> Any:
    return getattr(settings, f"PYINSTRUMENT_{name}", default)


def get_renderer(path: str | None) -> Renderer:
    """Return a renderer of the class that `path` names, by default one of web pages.

    ImportError when there is no such class, ValueError when it is no renderer.
    """
    if not path:
        return HTMLRenderer()
    try:
        renderer = import_string(path)()
    except ImportError:
        print(f"Unable to import the class: {path}")
        raise
    if not isinstance(renderer, Renderer):
        raise ValueError(f"Renderer should subclass: {Renderer}")
    return renderer


class ProfilerMiddleware(MiddlewareMixin):  # type: ignore[misc]
    """Profiles requests that carry `?profile`, and all of them with PYINSTRUMENT_PROFILE_DIR.

    PYINSTRUMENT_SHOW_CALLBACK, a function or its path, says for which requests. The report takes
    the place of the response, or goes into that folder.
    """

    def process_request(self, request: Any) -> None:
        """Start a profiler for the request when it is to be profiled."""
        wanted = _setting("SHOW_CALLBACK")
        if isinstance(wanted, str):
            wanted = import_string(wanted)
        if callable(wanted) and not wanted(request):
            return
        if self._asks(request) or _setting("PROFILE_DIR"):
            request.profiler = Profiler(interval=_setting("INTERVAL", 0.001))
            request.profiler.start()

    def process_response(self, request: Any, response: Any) -> Any:
        """Stop it; returns the report in place of the response when it was asked for."""
        if not hasattr(request, "profiler"):
            return response
        session = request.profiler.stop()
        renderer = get_renderer(_setting("PROFILE_DIR_RENDERER"))
        output = renderer.render(session)
        folder = _setting("PROFILE_DIR")
        if folder:
            os.makedirs(folder, exist_ok=True)
            path = os.path.join(folder, self._file_name(request, session, renderer))
            with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
                file.write(output)
        if not self._asks(request):
            return response
        if not isinstance(renderer, HTMLRenderer):
            output = HTMLRenderer().render(session)
        return HttpResponse(output)

    def _asks(self, request: Any) -> bool:
        return _setting("URL_ARGUMENT", "profile") in request.GET

    def _file_name(self, request: Any, session: Session, renderer: Renderer) -> str:
        made = _setting("FILENAME_CALLBACK")
        if callable(made):
            name = made(request, session, renderer)
            if not isinstance(name, str):
                raise ValueError("Filename callback return value should be a string")
            return name
        path = request.get_full_path().replace("/", "_")[:_LONGEST_PATH]
        if sys.platform in ("win32", "cygwin"):
            path = path.replace("?", "_qs_")
        template: str = _setting("FILENAME", _FILE)
        return template.format(
            total_time=session.duration,
            path=path,
            timestamp=time.time(),
            ext=renderer.output_file_extension,
        )
