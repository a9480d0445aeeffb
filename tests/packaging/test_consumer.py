"""A project of another team finds the installed engine and links it, across compilers too."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .conftest import install_engine, run

PROJECT = Path(__file__).with_name("consumer")
CLANG = "clang++-14"

needs_clang = pytest.mark.skipif(shutil.which(CLANG) is None, reason=f"{CLANG} is not installed")


def build_and_run(prefix: Path, compiler: str, work: Path) -> None:
    run(
        [
            *("cmake", "-G", "Ninja", "-S", PROJECT, "-B", work, "-DCMAKE_BUILD_TYPE=Release"),
            *(f"-DCMAKE_CXX_COMPILER={compiler}", f"-DCMAKE_PREFIX_PATH={prefix}"),
            "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF",
        ],
        prefix,
    )
    run(["cmake", "--build", work], prefix)
    run([work / "consumer"], work)


def test_a_program_links_what_its_own_compiler_built(engine_install: Path, tmp_path: Path) -> None:
    build_and_run(engine_install, "g++", tmp_path)


@pytest.mark.skipif(shutil.which("pkg-config") is None, reason="pkg-config is not installed")
def test_a_program_compiles_by_hand_with_what_pkg_config_says(
    engine_install: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [described] = engine_install.rglob("mainstay-retry.pc")
    monkeypatch.setenv("PKG_CONFIG_PATH", str(described.parent))
    flags = run(
        ["pkg-config", "--cflags", "--libs", "mainstay-plugins", "mainstay-retry"], tmp_path
    )
    program = tmp_path / "plain"
    source = PROJECT / "plain.cpp"
    run(["g++", "-std=c++20", "-Wall", "-Werror", source, *flags.split(), "-o", program], tmp_path)
    run([program], tmp_path)


@needs_clang
def test_a_program_of_clang_links_what_gcc_built(engine_install: Path, tmp_path: Path) -> None:
    build_and_run(engine_install, CLANG, tmp_path)


@needs_clang
def test_a_program_of_gcc_links_what_clang_built(engine_sources: Path, tmp_path: Path) -> None:
    # Two capabilities, not optimised, say it for all: what matters is how names and types are laid
    # out.
    settings = ("-DMAINSTAY_CAPABILITIES=plugins;retry", "-DCMAKE_BUILD_TYPE=None")
    prefix = install_engine(engine_sources, tmp_path, f"-DCMAKE_CXX_COMPILER={CLANG}", *settings)
    build_and_run(prefix, "g++", tmp_path / "consumer")
