"""Plugins in C and C++ for the tests: sources beside the engine's, built when a test needs them."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
OBJECTS = ROOT / "engine" / "tests" / "plugins" / "objects"


def build(source: Path, target: Path, *flags: str) -> Path:
    """Compile `source` into the shared object `target`.

    Raises:
        RuntimeError: there is no compiler, or it did not like the source.
    """
    is_c = source.suffix == ".c"
    compiler = next(
        filter(None, map(shutil.which, ("cc", "gcc") if is_c else ("c++", "g++"))), None
    )
    if compiler is None:
        raise RuntimeError("no C++ compiler found; on Debian: apt install g++")
    standard = "-std=c99" if is_c else "-std=c++20"
    command = [compiler, standard, "-O0", "-shared", "-fPIC", "-fvisibility=hidden", *flags]
    command += [f"-I{ROOT / 'engine'}", str(source), "-o", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")
    return target


def build_extension(source: Path, folder: Path) -> Path:
    """Compile an extension module for this interpreter; the folder goes on `sys.path`."""
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    include = sysconfig.get_paths()["include"]
    return build(source, folder / f"{source.stem}{suffix}", f"-I{include}")
