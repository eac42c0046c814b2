# SPDX-License-Identifier: BSD-3-Clause
"""The README's picture is what the program draws; what it shows in Python and in a shell works."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import kfuncviz as kv

from .test_layers import LAYERS

PICTURES = {"light": "picture-light.svg", "dark": "picture-dark.svg"}


@pytest.mark.parametrize("theme", PICTURES)
def test_the_picture_is_drawn_by_the_program(root: Path, theme: str) -> None:
    drawn = kv.Scenario.load("three-kinds-of-nobody").to_svg(960, theme)
    stored = (root / "data" / "pictures" / PICTURES[theme]).read_text("utf-8")
    assert stored == drawn, "run: python tools/pictures.py"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_what_it_names_exists(root: Path, name: str) -> None:
    text = (root / name).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r'srcset="([^"]+)"', text):
        assert (root / target).exists(), target
    for path in re.findall(r"`((?:tests|tools|kfuncviz|data)/[\w/.]+)`", text):
        assert (root / path).exists(), path
    makefile = (root / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"(?:^ *|`)make ([a-z-]+)", text, re.MULTILINE))
    assert targets
    for target in targets:
        assert f"\n{target}:" in makefile, target
    for scenario in re.findall(r"kfuncviz (?:show|gallery) ([a-z0-9-]+)", text):
        assert scenario in kv.gallery()


def test_every_layer_is_explained(root: Path) -> None:
    text = (root / "CONTRIBUTING.md").read_text("utf-8")
    table = text.partition("| layer |")[2].partition("\n\n")[0]
    rows = [re.findall(r"`(\w+)`", row.split("|")[1]) for row in table.splitlines()[2:]]
    explained = [name for row in rows for name in row]
    there = {path.name.removesuffix(".py") for path in (root / "kfuncviz").iterdir()}
    assert {*explained} == there - {"__init__", "__main__", "__pycache__"}
    assert explained == [name for name in LAYERS if name in there]


def blocks(root: Path, language: str) -> list[str]:
    text = (root / "README.md").read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def values(source: str) -> list[Any]:
    """What the expressions of a program that stand alone come to, in order."""
    found: list[Any] = []
    names: dict[str, Any] = {"found": found}
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.Expr):
            keep = ast.Attribute(ast.Name("found", ast.Load()), "append", ast.Load())
            node.value = ast.Call(keep, [node.value], [])
    exec(compile(ast.fix_missing_locations(tree), "README.md", "exec"), names)  # noqa: S102
    return found


def test_the_python_it_shows_gives_what_it_says(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (source,) = blocks(root, "python")
    ids, _, _, explorer, both = values(source)
    assert f"# {ids[0]}, {ids[1]}; None where there is no row" in source
    assert kv.IdMap("0 100000 65536").down(65536) is None
    said = capsys.readouterr().out
    scenario = kv.Scenario.load("home-on-a-stick")
    assert said == f"{kv.who_owns(scenario, 'home/letter.txt')}\n{scenario.replay()}\n"
    assert max(map(len, str(kv.who_owns(scenario, "home/letter.txt")).splitlines())) <= 72
    assert isinstance(explorer, kv.OwnershipExplorer)
    file = scenario.open("home/letter.txt", via="stick")
    assert both == kv.kfuncs.bpf_get_file_vfs_ids(file)
    seen = scenario.who_owns("home/letter.txt", via="stick", by="root")
    assert both & 0xFFFFFFFF == seen.lanes[-1].id


def test_the_commands_it_shows_answer(root: Path, tmp_path: Path) -> None:
    (lines,) = (b.splitlines() for b in blocks(root, "sh") if b.startswith("kfuncviz "))
    (tmp_path / "case.yaml").write_text("ops:\n  - {op: stat, path: .}\n")
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    assert {line.split("kfuncviz ")[1].split()[0] for line in lines} == {
        *("gallery", "show", "diff", "check-map", "replay", "history", "compare-exposures"),
        *("convert", "doctor", "verify", "course", "drill"),
    }
    for line in lines:
        done = subprocess.run(
            ["sh", "-c", line], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        refused = "check-map" in line or "doctor" in line
        assert (done.returncode, done.stderr) == (int(refused), ""), line
        assert done.stdout, line


def test_the_extras_it_lists_are_those_there_are(root: Path) -> None:
    text = (root / "README.md").read_text("utf-8")
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    rows = dict(re.findall(r"^\| `'?kfuncviz(?:\[(\w+)\]')?` \|.*\| (.*) \|$", text, re.MULTILINE))
    assert rows.pop("all") == "all of these"
    extras = {extra: project["optional-dependencies"][extra] for extra in ("lab", "evidence")}
    wanted = extras | {"": project["dependencies"]}
    assert {
        extra: {canonicalize_name(n) for n in needs.split(", ")} for extra, needs in rows.items()
    } == {
        extra: {canonicalize_name(Requirement(line).name) for line in lines}
        for extra, lines in wanted.items()
    }
