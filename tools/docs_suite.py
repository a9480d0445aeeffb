"""Build the pages of docs/, warnings are errors: `python tools/docs_suite.py`.

Closes with the number of pages written. A build with warnings fails as one, however many there are.
"""

from __future__ import annotations

import shutil
import sys

from suite_support import ROOT, close, run


def main() -> int:
    pages = ROOT / "build" / "docs"
    doctrees = ROOT / "build" / "doctrees"
    # From nothing each time: a page that was deleted must not linger, and it takes seconds.
    for folder in (pages, doctrees):
        shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--nitpicky"]
    code = run([*command, "-q", "-b", "html", "-d", doctrees, ROOT / "docs", pages])
    generated = {"genindex.html", "search.html", "py-modindex.html"}
    written = [page for page in pages.rglob("*.html") if page.name not in generated]
    print(f"pages: build/docs/index.html and {max(len(written) - 1, 0)} more")
    return close(len(written) if code == 0 else 0, 0 if code == 0 and written else 1)


if __name__ == "__main__":
    raise SystemExit(main())
