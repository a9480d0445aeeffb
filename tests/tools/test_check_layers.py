"""tools/check_layers.py on small trees: what the law allows passes, what it forbids is named by
line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

CHECK = Path(__file__).resolve().parents[2] / "tools" / "check_layers.py"

GOOD = {
    "engine/mainstay/base/time.hpp": "#pragma once\n#include <chrono>\n",
    "engine/mainstay/codec/codec.hpp": '#include "mainstay/base/time.hpp"\n',
    "engine/mainstay/cache/cache.hpp": '#include "mainstay/codec/codec.hpp"\n',
    "engine/mainstay/cache/detail/slot.hpp": '#include "mainstay/cache/cache.hpp"\n',
    "engine/tests/cache/cache_test.cpp": (
        '#include <gtest/gtest.h>\n#include "hostile.hpp"\n#include "mainstay/cache/cache.hpp"\n'
    ),
    "engine/tests/cache/hostile.hpp": "#pragma once\n",
    "examples/cpp/cache.cpp": "#include <mainstay/cache/cache.hpp>\n",
    "binding/support/python.hpp": "#include <Python.h>\n",
    "binding/support/ref.hpp": '#include "binding/support/python.hpp"\n',
    "binding/cache/module.cpp": (
        '#include "binding/support/ref.hpp"\n#include "mainstay/cache/cache.hpp"\n'
        '#include "mainstay/base/time.hpp"\n'
    ),
    "python/mainstay/__init__.py": (
        "import importlib\n\ndef capability():\n    import mainstay.retry\n"
    ),
    "python/mainstay/retry/__init__.py": "from mainstay.retry._stop import stop\n",
    "python/mainstay/retry/_stop.py": (
        "from typing import TYPE_CHECKING\nfrom mainstay import _load\n"
        "if TYPE_CHECKING:\n    import trio\n"
    ),
    "python/mainstay/cache/__init__.py": "",
    "python/mainstay/dropin/__init__.py": "",
    "python/mainstay/dropin/peers/tenacity/__init__.py": (
        "import mainstay.retry\nfrom tenacity import stop\ntry:\n    import tornado\n"
        "except ImportError:\n    tornado = None\n"
    ),
    "python/mainstay/dropin/peers/tenacity/stop.py": "from mainstay.retry import stop\n",
}


def check(root: Path, files: Mapping[str, str]) -> tuple[int, list[str]]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    done = subprocess.run(
        [sys.executable, CHECK, root], check=False, capture_output=True, text=True
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_a_lawful_tree_passes_and_every_file_is_counted(tmp_path: Path) -> None:
    assert check(tmp_path, GOOD) == (0, [f"{len(GOOD)} passed, 0 failed"])


@pytest.mark.parametrize(
    ("file", "text", "line", "complaint"),
    [
        (
            "engine/mainstay/base/hash.hpp",
            '#include "mainstay/cache/cache.hpp"',
            1,
            "base is the floor",
        ),
        ("engine/mainstay/base/hash.hpp", '#include "../cache/cache.hpp"', 1, "base is the floor"),
        (
            "engine/mainstay/base/hash.hpp",
            "// x\n#  include <Python.h>",
            2,
            "only the binding knows",
        ),
        (
            "engine/mainstay/base/hash.hpp",
            '#include "binding/support/ref.hpp"',
            1,
            "without Python",
        ),
        (
            "engine/mainstay/base/hash.hpp",
            '#include "mainstay/base/no.hpp"',
            1,
            "no file of this tree",
        ),
        ("engine/mainstay/log/log.hpp", '#include "mainstay/cache/cache.hpp"', 1, "codec and base"),
        ("engine/mainstay/retry/stop.hpp", '#include "mainstay/cache/cache.hpp"', 1, "base only"),
        ("engine/mainstay/codec/x.hpp", '#include "mainstay/cache/cache.hpp"', 1, "base only"),
        ("engine/mainstay/codec/x.hpp", "#include <cpython/object.h>", 1, "only the binding knows"),
        (
            "engine/tests/cache/x_test.cpp",
            '/*\n*/\n#include "Python.h"',
            3,
            "only the binding knows",
        ),
        (
            "engine/mainstay/cache/x.hpp",
            '#include "../../tests/cache/hostile.hpp"',
            1,
            "not part of it",
        ),
        ("examples/cpp/x.cpp", '#include "binding/support/ref.hpp"', 1, "without Python"),
        ("binding/support/gil.hpp", "#include <Python.h>", 1, "binding/support/python.hpp"),
        ("binding/cache/x.cpp", "#include <frameobject.h>", 1, "binding/support/python.hpp"),
        (
            "binding/support/gil.hpp",
            '#include "mainstay/cache/cache.hpp"',
            1,
            "serves every capability",
        ),
        (
            "binding/support/gil.hpp",
            '#include "binding/cache/module.cpp"',
            1,
            "serves every capability",
        ),
        (
            "binding/retry/x.cpp",
            '#include "binding/cache/module.cpp"',
            1,
            "through binding/support",
        ),
        ("binding/retry/x.cpp", '#include "mainstay/cache/cache.hpp"', 1, "engine retry and base"),
        ("python/mainstay/retry/x.py", "import os\nimport mainstay.cache", 2, "knows another's"),
        ("python/mainstay/retry/x.py", "from mainstay import cache", 1, "knows another's"),
        ("python/mainstay/retry/x.py", "from mainstay import watch", 1, "knows another's"),
        ("python/mainstay/retry/x.py", "from ..cache import Cache", 1, "knows another's"),
        ("python/mainstay/retry/x.py", "def f():\n    from .. import cache", 2, "knows another's"),
        ("python/mainstay/retry/x.py", "import mainstay.dropin", 1, "above every capability"),
        ("python/mainstay/retry/x.py", "def f():\n    import tenacity", 2, "never needs a peer"),
        ("python/mainstay/watch/__init__.py", "import requests", 1, "nothing beyond CPython"),
        ("python/mainstay/_x.py", "from mainstay.retry import stop", 1, "only its user pays"),
        ("python/mainstay/retry/x.py", "def f(:", 1, "cannot be parsed"),
        (
            "python/mainstay/dropin/peers/tenacity/x.py",
            "from mainstay.cache import Cache",
            1,
            "mainstay.retry only",
        ),
        ("python/mainstay/dropin/peers/tenacity/x.py", "import pluggy", 1, "its own capability"),
        (
            "python/mainstay/dropin/peers/tenacity/x.py",
            "import mainstay.dropin",
            1,
            "do not know it",
        ),
        ("python/mainstay/dropin/peers/unheard/x.py", "import os", 1, "no known peer"),
    ],
)
def test_a_forbidden_edge_is_named_with_file_line_and_reason(
    tmp_path: Path, file: str, text: str, line: int, complaint: str
) -> None:
    code, output = check(tmp_path, {**GOOD, file: text + "\n"})
    assert code == 1
    assert output[0].startswith(f"{file}:{line}: ")
    assert complaint in output[0]
    assert output[1:] == [f"{len(GOOD)} passed, 1 failed"]


def test_an_include_cycle_is_shown_as_a_path(tmp_path: Path) -> None:
    loop = {
        "engine/mainstay/base/a.hpp": '#include "mainstay/base/b.hpp"\n',
        "engine/mainstay/base/b.hpp": '#include "mainstay/base/a.hpp"\n',
    }
    code, output = check(tmp_path, loop)
    assert code == 1
    assert "a.hpp -> engine/mainstay/base/b.hpp -> engine/mainstay/base/a.hpp" in output[0]


def test_a_module_cycle_counts_only_imports_made_when_loading(tmp_path: Path) -> None:
    lazy = {
        "python/mainstay/retry/_a.py": "from mainstay.retry import _b\n",
        "python/mainstay/retry/_b.py": "def f():\n    from mainstay.retry import _a\n",
    }
    assert check(tmp_path, lazy) == (0, ["2 passed, 0 failed"])
    code, output = check(tmp_path, {"python/mainstay/retry/_b.py": "from . import _a\n"})
    assert code == 1
    assert "mainstay.retry._a -> mainstay.retry._b -> mainstay.retry._a" in output[0]


def test_an_empty_tree_is_a_failure_not_a_success(tmp_path: Path) -> None:
    code, output = check(tmp_path, {})
    assert code == 1
    assert output[-1] == "0 passed, 1 failed"


def test_an_integration_may_import_what_it_integrates_unless_it_is_loaded_unasked(
    tmp_path: Path,
) -> None:
    asked = {
        "python/mainstay/retry/_loop.py": (
            "def tornado():\n    from mainstay.retry import _tornado\n"
        ),
        "python/mainstay/retry/_tornado.py": "import tornado\n",
    }
    assert check(tmp_path, asked) == (0, ["2 passed, 0 failed"])
    code, output = check(
        tmp_path,
        {
            "python/mainstay/retry/__init__.py": "from mainstay.retry import _loop\n",
            "python/mainstay/retry/_loop.py": "from mainstay.retry import _tornado\n",
        },
    )
    assert code == 1
    assert output[0].startswith("python/mainstay/retry/_tornado.py:1: imports tornado when loaded")


def test_a_header_may_end_with_its_bodies_from_detail(tmp_path: Path) -> None:
    bodies = {
        "engine/mainstay/base/a.hpp": '#include "mainstay/base/detail/a_bodies.hpp"\n',
        "engine/mainstay/base/detail/a_bodies.hpp": '#include "mainstay/base/a.hpp"\n',
    }
    assert check(tmp_path, bodies) == (0, ["2 passed, 0 failed"])
