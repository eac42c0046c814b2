# SPDX-License-Identifier: BSD-3-Clause
"""The front end's files: joined into one module, held to rules, and their pure parts under node."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from kfuncviz import front

HERE = Path(front.__file__).parent
FILES = sorted(HERE.glob("*.js"))
SHEETS = sorted((HERE / "style").glob("*.css"))
DECLARED = r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)"
#: What no file of ours does, and why not.
NEVER = {
    r"\bvar\b": "let or const",
    r"[^=!]==[^=]|!=[^=]": "=== or !==",
    r"\beval\b|new Function": "text is no program",
    r"\bconsole\.": "the reader has no console",
    r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon": "a page asks its transport alone",
    r"https?://(?!www\.w3\.org/|in-this-file\.invalid/)": "nothing is loaded from elsewhere",
    r"localStorage|sessionStorage|document\.cookie": "the token holds everything",
    r"</script": "a module stands inside a page",
    r"\t|[ ]$": "spaces, and none at the end",
}


def source(name: str) -> str:
    return (HERE / f"{name}.js").read_text("utf-8")


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("no node here: the browser tests alone check the front end's program")
    return found


@pytest.mark.parametrize("transport", front.TRANSPORTS)
def test_a_module_has_no_name_twice_and_is_one(node: str, transport: str, tmp_path: Path) -> None:
    module = front.module(transport)
    names = Counter(re.findall(DECLARED, module, re.MULTILINE))
    assert [name for name, times in names.items() if times > 1] == []
    assert names["Explorer"] == 1
    assert re.findall(r"^import\b.*", module, re.MULTILINE) == []
    exports = re.findall(r"^export\b.*", module, re.MULTILINE)
    assert exports == (["export default { render };"] if transport == "comm" else [])
    (tmp_path / "module.mjs").write_text(module, "utf-8")
    run = subprocess.run(
        [node, "--check", str(tmp_path / "module.mjs")], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_a_module_holds_what_it_imports_and_no_other_transport() -> None:
    assert "function comm(" in front.module("comm")
    assert "function recorded(" not in front.module("comm")
    assert "async function openRecorded(" in front.module("recorded")
    assert "function openPyodide(" in front.module("pyodide")
    assert all("const history = { MOST, start, edit" in front.module(t) for t in front.TRANSPORTS)
    assert front.worker() == source("worker")
    assert len(front.module("comm")) < 45_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_keeps_the_rules(path: Path) -> None:
    text = path.read_text("utf-8")
    found = [
        f"{number}: {line.strip()} ({why})"
        for number, line in enumerate(text.splitlines(), 1)
        for rule, why in NEVER.items()
        if re.search(rule, line)
    ]
    assert found == []
    assert max(map(len, text.splitlines())) <= 110
    assert len(text.splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_a_file_imports_is_there_and_used(path: Path) -> None:
    text = path.read_text("utf-8")
    for names, file in re.findall(
        r'^import \{ ([^}]*) \} from "\./(\w+)\.js";', text, re.MULTILINE
    ):
        exported = re.findall(
            r"^export (?:\w+ )*?(?:function|const|class) (\w+)", source(file), re.MULTILINE
        )
        for name in names.split(", "):
            assert name in exported, f"{name} is not in {file}.js"
            assert len(re.findall(rf"\b{name}\b", text)) > 1, f"{name} is not used"


def test_what_a_file_declares_is_used_somewhere() -> None:
    texts = {path.stem: path.read_text("utf-8") for path in FILES}
    everywhere = "\n".join([*texts.values(), Path(__file__).with_name("pure.test.mjs").read_text()])
    dead = [
        f"{file}: {name}"
        for file, text in texts.items()
        for name in re.findall(DECLARED, text, re.MULTILINE)
        if len(re.findall(rf"\b{name}\b", everywhere)) < 2
    ]
    by_pages = {"recorded: openRecorded", "pyodide: openPyodide"}
    assert set(dead) <= by_pages | {"history: fork"}  # the shared sequences call that


def test_the_stylesheet_is_every_sheet_in_order() -> None:
    whole = front.stylesheet()
    places = [whole.index(sheet.read_text("utf-8")) for sheet in SHEETS]
    assert places == sorted(places)
    assert SHEETS[0].name == "10-kit.css"
    assert whole.count("{") == whole.count("}")
    assert "@import" not in whole
    for rooms, last in ((("ownership",), []), (("doctor",), ["doctor"]),
                        (("kfuncviz", "learn", "drill"), ["learn"])):  # fmt: skip
        wanted = [s for s in SHEETS if s.name < "40" or s.stem.partition("-")[2] in last]
        assert len(wanted) == 4 + len(last)
        assert front.stylesheet(*rooms) == "\n".join(s.read_text("utf-8") for s in wanted)


@pytest.mark.parametrize("sheet", ["10-kit.css", "20-front.css"])
def test_every_class_that_is_styled_is_used(root: Path, sheet: str) -> None:
    styled = set(re.findall(r"\.(kfv-[\w-]+)", (HERE / "style" / sheet).read_text("utf-8")))
    sources = [p for p in (root / "kfuncviz").rglob("*") if p.suffix in {".py", ".js"}]
    used = "\n".join(path.read_text("utf-8") for path in sources)
    assert [name for name in styled if not re.search(rf"\b{name}\b", used)] == []


def test_there_is_no_other_transport() -> None:
    with pytest.raises(ValueError, match="'front' is no transport; there is: comm, recorded"):
        front.module("front")


def test_the_pure_parts_under_node(node: str, root: Path) -> None:
    run = subprocess.run(
        [node, "--test", "tests/front/pure.test.mjs"],
        cwd=root,
        env=os.environ
        | {"KFV_FRONT": str(HERE), "KFV_SEQUENCES": str(root / "tests/explorers/history.json")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    written = Path(__file__).with_name("pure.test.mjs").read_text("utf-8")
    assert f"# pass {len(re.findall('^test[(]', written, re.MULTILINE))}" in run.stdout
