"""The development install: `pip install -e .` links the checkout, and a change in it is live."""

from __future__ import annotations

from pathlib import Path

from .conftest import make_environment


def test_an_editable_install_follows_the_checkout(source_copy: Path, tmp_path: Path) -> None:
    environment = make_environment(tmp_path / "venv")
    environment.pip("install", "--no-deps", "--editable", source_copy)
    where = "import mainstay.retry as r; print(r.__file__)"
    assert Path(environment.run("-c", where).strip()).is_relative_to(source_copy)
    front = source_copy / "python" / "mainstay" / "__init__.py"
    front.write_text(front.read_text() + "\nfresh = 'as soon as it is written'\n")
    assert environment.run("-c", "import mainstay; print(mainstay.fresh)").startswith("as soon as")
