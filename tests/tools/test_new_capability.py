"""`make new NAME=toy`: what it writes builds, tests and imports; what it refuses it leaves
alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..fresh import variables

ROOT = Path(__file__).resolve().parents[2]
# Without these the new capability can be built: the others' tests and pages would only be copied.
NEEDED = (
    "CMakeLists.txt",
    "CMakePresets.json",
    "binding",
    "engine",
    "examples/cpp",
    "pyproject.toml",
    "python",
    "tools",
    "tests/benchmarks",
)


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    """Run a command that has to succeed; return what it printed."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        # CMake and Ninja are those of the environment, where the machine has none.
        env=variables(PATH=f"{sys.prefix}/bin{os.pathsep}{os.environ['PATH']}", **env),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree with the engines, bindings and faces of this one, and a new capability `toy`."""
    root = tmp_path_factory.mktemp("new") / "tree"
    root.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "*.so")
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=ignored, dirs_exist_ok=True)
        else:
            shutil.copy(source, root / name)
    run(sys.executable, ROOT / "tools" / "new_capability.py", "toy", "--into", root, cwd=root)
    return root


def test_it_has_every_slice_and_keeps_to_the_dependency_law(tree: Path) -> None:
    said = subprocess.run(
        [sys.executable, tree / "tools" / "check_shape.py", tree],
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    assert [line for line in said.splitlines() if line.startswith("toy")] == []
    run(sys.executable, tree / "tools" / "check_layers.py", tree, cwd=tree)


def test_its_engine_builds_and_passes_its_tests(tree: Path) -> None:
    build = tree / "build" / "engine"  # as deep as the preset's: the compiler cache has the rest
    run(
        "cmake", "-S", tree, "--preset", "asan-ubsan", "-B", build,
        "-DMAINSTAY_CAPABILITIES=toy", cwd=tree,
    )  # fmt: skip
    run("cmake", "--build", build, cwd=tree)
    said = run("ctest", "--test-dir", build, "--output-on-failure", cwd=tree)
    for name in ("toy.Total.AddsUp", "examples.toy"):
        assert name in said


def test_its_python_package_builds_imports_and_passes_its_tests(tree: Path) -> None:
    build = tree / "build" / "python"
    run(
        "cmake", "-S", tree, "-B", build, "-G", "Ninja", "-DMAINSTAY_CAPABILITIES=toy",
        "-DMAINSTAY_PYTHON=ON", "-DMAINSTAY_DEVELOPER=ON", f"-DPython_EXECUTABLE={sys.executable}",
        cwd=tree,
    )  # fmt: skip
    run("cmake", "--build", build, cwd=tree)
    (shared,) = (build / "binding").glob("_native*.so")
    shutil.copy(shared, tree / "python" / "mainstay")
    # The editable install of this checkout must not answer for the new tree.
    path = {"PYTHONPATH": str(tree / "python"), "PYTHONDONTWRITEBYTECODE": "1"}
    code = (
        "import sys\n"
        "sys.meta_path = [f for f in sys.meta_path if 'Scikit' not in type(f).__name__]\n"
        "from mainstay import toy; print(toy.__file__, toy.total([40, 2]))"
    )
    assert run(sys.executable, "-c", code, cwd=tree, **path).split() == [
        str(tree / "python" / "mainstay" / "toy" / "__init__.py"),
        "42",
    ]
    tests = (
        "\n".join(code.splitlines()[:2])
        + "\nimport pytest; raise SystemExit(pytest.main(sys.argv[1:]))"
    )
    said = run(
        sys.executable, "-c", tests, "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
        "tests/toy", cwd=tree, **path,
    )  # fmt: skip
    assert "5 passed" in said
    stubs = (
        "\n".join(code.splitlines()[:2]) + "\nfrom mypy import stubtest; sys.exit(stubtest.main())"
    )
    run(
        sys.executable, "-c", stubs, "--concise", "mainstay.toy._native",
        "--mypy-config-file", tree / "tools" / "stubtest" / "mypy.ini", cwd=tree,
        MYPYPATH=str(tree / "python"), **path,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("noun", "reason"),
    [
        ("retry", "exists already"),
        ("Toy", "one lower-case word"),
        ("my-toy", "one lower-case word"),
        ("json", "standard library"),
        ("base", "means something else"),
        ("lambda", "means something else"),
        ("delete", "means something else"),
        ("true", "means something else"),
        ("linux", "means something else"),
        ("errno", "means something else"),
        ("tools", "means something else"),
        ("build", "`make build` does something else"),
        ("fuzz", "`make fuzz` does something else"),
        ("a" * 31, "31 letters, and 30 are the most"),
    ],
)
def test_what_it_refuses_is_said_and_nothing_is_written(
    noun: str, reason: str, tmp_path: Path
) -> None:
    into = ROOT if noun == "retry" else tmp_path
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "new_capability.py", noun, "--into", into],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert reason in done.stderr
    assert list(tmp_path.iterdir()) == []
