# SPDX-License-Identifier: BSD-3-Clause
"""
What is prepared for other people's machines: Binder and the publishing of the site

Neither can be tried here.  What can be is what they would read.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

REPO2DOCKER = shutil.which("jupyter-repo2docker")
#: Any of these at the top level is looked at before environment.yml, or instead of it.
BEFORE = {
    "binder", ".binder", "Dockerfile", "default.nix", "Project.toml", "REQUIRE", "install.R",
    "runtime.txt",
}  # fmt: skip


def detected(folder: Path) -> str:
    """What repo2docker would build from a folder: its log and its Dockerfile."""
    command = [str(REPO2DOCKER), "--no-build", "--debug", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def test_binder_is_told_one_version_of_python(root: Path) -> None:
    assert not BEFORE & {path.name for path in root.iterdir()}
    conda = yaml.safe_load((root / "environment.yml").read_text("utf-8"))
    assert [d for d in conda["dependencies"] if str(d).startswith("python")] == ["python=3.13"]


@pytest.mark.skipif(REPO2DOCKER is None, reason="no jupyter-repo2docker on the path (pip has it)")
def test_repo2docker_chooses_what_environment_yml_says(root: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    seen.mkdir()
    for path in root.iterdir():
        if path.is_file():
            shutil.copy(path, seen)
    made = detected(seen)
    assert "Building conda environment for python=3.13\n" in made
    whole, update = made.index("COPY --chown=0:0 src/"), made.index('--file "environment.yml"')
    assert whole < update, "the checkout has to be there before it is installed"
    text = (root / "environment.yml").read_text("utf-8")
    ranged = text.replace("python=3.13", "python>=3.11,<3.15")
    (seen / "environment.yml").write_text(ranged, "utf-8")
    assert "for python=3.13" not in detected(seen), "a range would do: environment.yml says no"


@pytest.fixture
def workflow(root: Path) -> dict[str, Any]:
    text = (root / ".github" / "workflows" / "site.yml").read_text("utf-8")
    assert "UNTRIED" in text
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def test_the_site_that_is_built_is_the_one_that_is_published(workflow: dict[str, Any]) -> None:
    build, publish = workflow["jobs"]["build"], workflow["jobs"]["publish"]
    steps = build["steps"]
    (made,) = (
        at for at, step in enumerate(steps) if step.get("run") == "make site PROFILE=offline"
    )
    (up,) = (at for at, step in enumerate(steps) if "upload-pages-artifact" in str(step))
    assert made < up
    assert steps[up]["with"]["path"] == "dist/site"
    assert publish["needs"] == "build"
    assert publish["permissions"] == {"pages": "write", "id-token": "write"}
    assert workflow["permissions"] == {"contents": "read"}
    for step in steps + publish["steps"]:
        assert re.fullmatch(r"actions/[\w-]+@v\d+", step.get("uses", "actions/none@v0"))


def test_make_can_build_the_site_it_is_told_to(root: Path) -> None:
    makefile = (root / "Makefile").read_text("utf-8")
    assert re.search(r"^site: venv ", makefile, re.MULTILINE)
    assert "dist/site" in (root / "tools" / "site" / "__main__.py").read_text("utf-8")


def test_the_python_that_publishes_is_one_of_ours(root: Path, workflow: dict[str, Any]) -> None:
    (python,) = re.findall(r"python-version': '([\d.]+)'", str(workflow))
    conda = (root / "environment.yml").read_text("utf-8")
    assert f"- python={python}\n" in conda
