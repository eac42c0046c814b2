# SPDX-License-Identifier: BSD-3-Clause
"""
The bare wheel
==============

The wheel with PyYAML and nothing else, in an empty virtual environment and far from the checkout:
what it carries, that its command, its pictures and its replays are those of the checkout, and what
it says of the libraries it does without.  No network is asked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement

import kfuncviz as kv
from kfuncviz.cli import main
from kfuncviz.extras import EXTRAS

#: The command as an installer's script starts it.
COMMAND = """
from importlib.metadata import entry_points
(script,) = entry_points(group="console_scripts", name="kfuncviz")
raise SystemExit(script.load()())
"""
INSTALLED = """
from importlib.metadata import distributions, metadata
import json
found = metadata("kfuncviz")
names = sorted(d.metadata["Name"] for d in distributions())
print(json.dumps([names, found.get_all("Requires-Dist"), found.get_all("Provides-Extra")]))
"""
PICTURES = {
    "ownership": """
import kfuncviz as kv
s = kv.Scenario.load("root-gets-eoverflow")
print(s.to_svg(), s.to_text(), s._repr_html_(), kv.render.table(s.who_owns()))
""",
    "explorer": """
from kfuncviz.explorers import ownership
state = ownership.first("home-on-a-stick")
off = ownership.update(state, {"type": "set", "target": "mount_idmapped", "value": False})
print(ownership.frame(state), ownership.frame(off))
""",
    "bench": """
import kfuncviz as kv
from kfuncviz.kfuncs.verifier.catalogue import kfunc
from kfuncviz.render.bench import svg
f = kv.Scenario.load("home-on-a-stick").open("home/letter.txt", via="stick")
print(svg(kfunc("bpf_get_file_vfs_ids", "6.5"), kv.kfuncs.bpf_get_file_vfs_ids(f)))
""",
    "exposure": """
from kfuncviz.render.exposure import html
print(html())
""",
    "thread": """
from kfuncviz.kfuncs.thread import argument_map, messages
from kfuncviz.render.thread import argument_html, html
print(html(messages()), argument_html(argument_map()))
""",
    "lifetimes": """
from kfuncviz.evidence import lives
from kfuncviz.render.lifetimes import html
print(html(lives(only="gone")))
""",
}
COMMANDS = {
    "gallery": ["gallery"],
    "show": ["show", "three-kinds-of-nobody"],
    "picture": ["show", "keep-id", "--as", "svg"],
    "token": ["show", "keep-id", "--as", "token"],
    "check-map": ["check-map", "--as", "subuid", "--text", "me:100000:65536"],
    "refusal": ["check-map", "--as", "uid_map", "--text", "0 0 0"],
    "kfunc": ["kfunc", "bpf_get_file_xattr"],
    "history": ["history", "inode.i_uid"],
    "name's changes": ["compare-exposures", "vfs_unlink"],
    "compare-exposures": ["compare-exposures", "own-maps-6.8"],
    "verify": ["verify", "walked-mount", "--kernel", "6.18.15"],
}


class Bare(NamedTuple):
    """The Python of an environment that has the wheel and PyYAML."""

    python: Path
    folder: Path

    def run(self, code: str, *arguments: str) -> tuple[int, str, str]:
        """Exit status, standard output and standard error of some code."""
        done = subprocess.run(
            [self.python, "-I", "-c", code, *arguments],
            cwd=self.folder, env={"PYTHONUTF8": "1"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    (built,) = folder.glob("kfuncviz-*.whl")
    return built


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Bare:
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder / "venv", symlinks=os.name != "nt", with_pip=False)
    (site,) = folder.glob("venv/[Ll]ib/**/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    for file in distribution("PyYAML").files or ():
        target = site / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(Path(str(file.locate())).read_bytes())
    (python,) = [*folder.glob("venv/bin/python"), *folder.glob("venv/Scripts/python.exe")]
    return Bare(python, folder)


def here(code: str) -> str:
    """What the same code prints in this environment."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )  # fmt: skip
    return done.stdout


# ------------------------------------------------------------------- what it is


def test_it_carries_the_package_the_data_and_the_course(root: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    tops = {name.split("/")[0] for name in inside}
    assert tops == {"kfuncviz", wheel.name.removesuffix("-py3-none-any.whl") + ".dist-info"}
    written = [
        path
        for top in ("kfuncviz", "data", "notebooks")
        for path in (root / top).rglob("*")
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & {*path.parts}
        if path.name not in {"course.md", ".standing.json"}  # the start page of `make lab`,
        if path.parent.name != "rooms"  # and where its exits lead
    ]
    assert len(written) > 200
    for path in written:
        name = str(path.relative_to(root))
        packed = name if name.startswith("kfuncviz/") else f"kfuncviz/{name}"
        assert inside[packed] == path.read_bytes(), name
    assert any(name.endswith("licenses/LICENSE") for name in inside)


def test_it_needs_pyyaml_alone(bare: Bare) -> None:
    status, out, err = bare.run(INSTALLED)
    assert (status, err) == (0, "")
    installed, required, extras = json.loads(out)
    assert installed == ["PyYAML", "kfuncviz"]
    assert [r for r in required if "extra ==" not in r] == ["pyyaml<7,>=6.0.3"]
    assert set(extras) == {"all", "dev", "evidence", "lab"}


def test_what_brings_a_library_is_what_the_extras_say(bare: Bare) -> None:
    required = [Requirement(line) for line in json.loads(bare.run(INSTALLED)[1])[1]]

    def brought(extra: str) -> set[str]:
        return {r.name for r in required if r.marker and r.marker.evaluate({"extra": extra})}

    traitlets = {"traitlets"}  # anywidget and ipywidgets bring them
    assert brought("evidence") == set(EXTRAS["evidence"])
    assert brought("lab") == set(EXTRAS["lab"]) - traitlets
    assert brought("all") == brought("evidence") | brought("lab")


# ----------------------------------------------------------------- what it does


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_answers_as_in_the_checkout(
    bare: Bare, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    status = main(COMMANDS[name])
    out, err = capsys.readouterr()
    assert out + err
    assert bare.run(COMMAND, *COMMANDS[name]) == (status, out, err)


def test_it_tells_its_version(bare: Bare) -> None:
    assert bare.run(COMMAND, "--version") == (0, f"kfuncviz {kv.__version__}\n", "")


def test_it_replays_every_scenario_of_the_gallery(bare: Bare) -> None:
    scenarios = [kv.Scenario(name) for name in kv.gallery()]
    file = bare.folder / "gallery.jsonl"
    file.write_text("".join(json.dumps(s.document) + "\n" for s in scenarios))
    (bare.folder / "one.yaml").write_text("ops:\n  - {op: stat, path: .}\n")
    status, out, err = bare.run(COMMAND, "replay", str(file), "one.yaml")
    assert status == 0
    answers = [json.loads(line) for line in out.splitlines()]
    wanted = [s.replay().result for s in scenarios]
    wanted.append(kv.Scenario({"ops": [{"op": "stat", "path": "."}]}).replay().result)
    assert answers == json.loads(json.dumps(wanted))
    assert all(": note: " in line for line in err.splitlines())


@pytest.mark.parametrize("name", PICTURES)
def test_it_draws_the_pictures_of_the_checkout(bare: Bare, name: str) -> None:
    status, out, err = bare.run(PICTURES[name])
    assert (status, err) == (0, "")
    assert "<svg" in out or "<table" in out
    assert out == here(PICTURES[name])


def test_it_writes_the_course_out(root: Path, bare: Bare) -> None:
    status, out, err = bare.run(COMMAND, "course", "my course")
    assert (status, err) == (0, "")
    assert out.endswith("\nnext: pip install 'kfuncviz[all]', then jupyter lab 'my course'\n")
    written = {path.name: path.read_bytes() for path in (bare.folder / "my course").iterdir()}
    assert written == {p.name: p.read_bytes() for p in (root / "notebooks").glob("*.ipynb")}


# --------------------------------------------------------------- what it lacks


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import kfuncviz as kv; kv.OwnershipExplorer", "OwnershipExplorer needs anywidget: lab"),
        ("from kfuncviz import Question", "Question needs anywidget: lab"),
        ("import kfuncviz as kv; kv.widgets", "kfuncviz.widgets needs anywidget: lab"),
        ("import kfuncviz.widgets", "kfuncviz.widgets needs anywidget: lab"),
        ("import kfuncviz.widgets.question", "kfuncviz.widgets needs anywidget: lab"),
        (
            "import kfuncviz as kv; kv.evidence.survival()",
            "A table of the evidence needs pandas: evidence",
        ),
    ],
)
def test_what_is_missing_is_said_with_the_extra_that_brings_it(
    bare: Bare, code: str, said: str
) -> None:
    status, out, err = bare.run(code)
    assert (status, out) == (1, "")
    what, extra = said.split(": ")
    wanted = f"kfuncviz.extras.MissingLibrary: {what}: pip install 'kfuncviz[{extra}]'"
    assert err.splitlines()[-1] == wanted
    assert err.count("Error") == 0, "one error, not a chain of them"


def test_the_command_says_what_it_misses_in_one_line(bare: Bare) -> None:
    code = """
import kfuncviz as kv
from kfuncviz.cli import main, show
show.run_gallery = lambda _: kv.OwnershipExplorer("keep-id")
raise SystemExit(main(["gallery"]))
"""
    said = "kfuncviz: gallery needs anywidget: pip install 'kfuncviz[lab]'\n"
    assert bare.run(code) == (2, "", said)


def test_the_check_of_the_evidence_says_what_it_misses_in_one_line(bare: Bare) -> None:
    code = "import runpy\nrunpy.run_module('kfuncviz.evidence', run_name='__main__')"
    said = "Validation of the evidence needs pandera: pip install 'kfuncviz[evidence]'\n"
    assert bare.run(code, "--check") == (2, "", said)


def test_a_missing_library_is_an_import_error(bare: Bare) -> None:
    code = "import kfuncviz\ntry: kfuncviz.Question\nexcept ImportError as error: print(error.name)"
    assert bare.run(code) == (0, "anywidget\n", "")
