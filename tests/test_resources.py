# SPDX-License-Identifier: BSD-3-Clause
"""Where the data and the notebooks of the project lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfuncviz import resources

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_data_and_notebooks_lie_beside_the_code_or_above_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "kfuncviz"
    package.mkdir()
    monkeypatch.setattr(resources, "__file__", str(package / "resources.py"))
    assert (resources.data_dir(), resources.notebooks_dir()) == (
        tmp_path / "data",
        tmp_path / "notebooks",
    )
    (package / "data").mkdir()
    (package / "notebooks").touch()  # only a folder counts
    assert (resources.data_dir(), resources.notebooks_dir()) == (
        package / "data",
        tmp_path / "notebooks",
    )
