# SPDX-License-Identifier: BSD-3-Clause
"""The site: no link leads nowhere, nothing is brought from elsewhere; what JupyterLite gets."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

import nbformat
import pytest

from kfuncviz import render
from kfuncviz.api import Scenario
from kfuncviz.explorers.engine import tokens
from kfuncviz.explorers.engine.registry import EXPLORERS
from kfuncviz.scenario.load import gallery
from tools.chapters import Chapter, Code, Shown, Text, chapters, read
from tools.page.inputs import Missing
from tools.page.prepare import Python
from tools.site import course, documents, inputs, lite, shell, write

#: What a page brings with it, and by which attribute; a link is followed by the reader alone.
BRINGS = {"script": "src", "link": "href", "img": "src", "source": "srcset", "iframe": "src"}
STUB = Python({"loader": b"l", "kit": b"k"}, ())


class Found(HTMLParser):
    """The ids of a page, its links, and what it brings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.brings: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.add(str(given["id"]))
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        if tag in BRINGS and given.get(BRINGS[tag]):
            self.brings.append(str(given[BRINGS[tag]]))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of it but JupyterLite, without recorded frames, and without a chapter that was run."""
    out = tmp_path_factory.mktemp("site")
    write.pages(out, STUB, [read(notebook) for notebook in chapters()], "nothing")
    return out


@pytest.fixture(scope="module")
def found(site: Path) -> dict[str, Found]:
    pages = sorted(site.rglob("*.html"))
    return {p.relative_to(site).as_posix(): Found(p.read_text("utf-8")) for p in pages}


def test_every_link_leads_somewhere_on_the_site_or_is_followed_by_the_reader(
    site: Path, found: dict[str, Found]
) -> None:
    lost = []
    for at, page in found.items():
        for link in page.links:
            path, anchor = urldefrag(link)
            parts = urlsplit(path)
            if parts.scheme:
                assert parts.scheme in ("https", "http"), (at, link)
                continue
            there = (site / at).parent / parts.path if parts.path else site / at
            name = there.resolve().relative_to(site).as_posix()
            if name in ("lite/lab/index.html", "lite/notebooks/index.html", "reference/index.html"):
                continue
            ids = found[name].ids if name in found else set()
            if not there.is_file() or (
                anchor and not anchor.startswith("kfv") and anchor not in ids
            ):
                lost.append((at, link))
    assert lost == []


def test_a_page_brings_nothing_from_elsewhere_and_may_ask_nobody(
    site: Path, found: dict[str, Found]
) -> None:
    for at, page in found.items():
        for brought in page.brings:
            assert brought == "data:," or ((site / at).parent / brought).is_file(), (at, brought)
        text = (site / at).read_text("utf-8")
        (allowed,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
        assert allowed.startswith("default-src 'none'; ")
        assert set(re.findall(r"[\w-]+:", allowed)) == {"data:", "blob:"}
    asked = re.findall(r"https?://[^/\"'\s)]+", (site / "assets/site.css").read_text("utf-8"))
    assert set(asked) <= {"http://www.w3.org"}, "the name of SVG is no address"


def test_every_room_is_one_step_away_and_said_to_be_the_one(
    found: dict[str, Found], site: Path
) -> None:
    for at, page in found.items():
        text = (site / at).read_text("utf-8")
        assert {shell.relative(room, at) for room in shell.ROOMS} <= set(page.links)
        current = re.findall(r'<a href="([^"]*)" aria-current="true">', text)
        room = at.partition("/")[0]
        assert [
            ((site / at).parent / to).resolve().relative_to(site).parts[0] for to in current
        ] == [room]


def test_every_explorer_has_a_page_that_opens_with_it(site: Path) -> None:
    for name in ("", *(name for name in EXPLORERS if name != "course")):
        at = f"explorers/{name}.html" if name else "index.html"
        text = (site / at).read_text("utf-8")
        shown = {tokens.decode(token)[0] for token in re.findall(r'data-token="([^"]*)"', text)}
        assert shown == {name or "ownership"}
        assert text.count("data-drawn") == 2
        links = re.findall(r'href="([^"]*)" data-explorer="(\w+)" data-question="[^"]+"', text)
        assert [there for _, there in links] == [*EXPLORERS]
        assert re.findall(r'data-explorer="(\w+)"[^>]* aria-current', text) == [name or "ownership"]


def test_every_case_has_its_picture_its_file_its_text_and_the_address_that_opens_it(
    site: Path, found: dict[str, Found]
) -> None:
    text = (site / "gallery/index.html").read_text("utf-8")
    opened = [
        tokens.decode(link.partition("#")[2])
        for link in found["gallery/index.html"].links
        if link.startswith("../explorers/ownership.html#")
    ]
    assert [state.scenario for _, state in opened] == gallery()
    for case in ("keep-id", "maps-the-kernel-refuses"):
        scenario = Scenario(case)
        for theme in ("light", "dark"):
            drawn = (site / f"gallery/{case}-{theme}.svg").read_text("utf-8")
            assert drawn == scenario.to_svg(800, theme)
        assert (site / f"gallery/{case}.txt").read_text("utf-8") == scenario.to_text()
        assert Scenario.load(site / f"data/scenarios/{case}.yaml").document == scenario.document
        card = text.partition(f'<section id="{case}"')[2].partition("</section>")[0]
        assert f'alt="{render.sentence(scenario.who_owns())}"'.replace("'", "&#x27;") in card
        assert f"../data/scenarios/{case}.yaml" in card


def test_what_pages_share_is_the_front_end_and_python(site: Path) -> None:
    packed = gzip.decompress((site / "assets/python.bin").read_bytes())
    assert packed.endswith(b"lk")
    for name, call in (("explorer", "openPyodide(["), ("chapter", "enliven(article")):
        program = (site / f"assets/{name}.js").read_text("utf-8")
        assert call in program
        assert "export async function opened" in json.loads(
            re.search(r'^const WORKER = (".*"), SETUP = ".*";$', program, re.MULTILINE)[1]  # type: ignore[index]
        )
        assert 'new URL("python.bin", import.meta.url)' in program


def test_a_chapter_that_needs_pandas_says_so_first_on_its_page_and_in_its_notebook(
    tmp_path: Path,
) -> None:
    notebook = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_markdown_cell("# What was?"), nbformat.v4.new_code_cell("table()"),
        nbformat.v4.new_code_cell("x = 1"),
    ])  # fmt: skip
    path = tmp_path / "03-what-was.ipynb"
    nbformat.write(notebook, path)
    shown = (Text("# What was?"), Shown("<b>old</b>"), Code("table()", shows=True),
             Code("x = 1", shows=False))  # fmt: skip
    for pandas in (False, True):
        out = tmp_path / str(pandas)
        out.mkdir()
        chapter = Chapter("03", "What was?", path, shown, pandas)
        index, (at, page) = course.pages([chapter])
        assert at == "course/03-what-was.html"
        assert (
            "As recorded, since running them needs pandas: the figures of 03" in index[1]
        ) is pandas
        assert ("kfv-recorded" in page) is pandas
        assert ("(where its figures stay as recorded" in page) is pandas
        assert 'href="../lite/notebooks/index.html?path=03-what-was.ipynb"' in page
        course.notebooks([chapter], out)
        written = nbformat.read(out / path.name, as_version=4)
        nbformat.validate(written)
        told = [
            cell.source.startswith("**Running this chapter needs pandas") for cell in written.cells
        ]
        assert told == ([False, True, False, False] if pandas else [False] * 3)
        outputs = [cell.outputs for cell in written.cells if cell.cell_type == "code"]
        raw = json.loads((out / path.name).read_text("utf-8"))["cells"]
        trusted = [c["metadata"].get("trusted") for c in raw if c["cell_type"] == "code"]
        assert trusted == [pandas or None, None]
        assert outputs[1] == []
        assert [o.data["text/html"] for o in outputs[0]] == (["<b>old</b>"] if pandas else [])


def test_documents_keep_their_places(site: Path) -> None:
    for name in documents.DOCUMENTS:
        page = (site / documents.address(name)).read_text("utf-8")
        heading = re.search("^# (.*)$", (documents.ROOT / name).read_text("utf-8"), re.MULTILINE)
        assert heading is not None
        assert re.sub(
            "<[^>]+>", "", page.partition("<h1")[2].partition(">")[2].partition("</h1>")[0]
        )
        index = (site / "docs/index.html").read_text("utf-8")
        assert shell.relative(documents.address(name), "docs/index.html") in index
    for path in (documents.ROOT / "data").rglob("*.csv*"):
        assert (site / path.relative_to(documents.ROOT)).read_bytes() == path.read_bytes()


# ------------------------------------------------------------------------------------- JupyterLite


def wheel(folder: Path, name: str, needs: list[str], *modules: str) -> Path:
    path = folder / f"{name.replace('-', '_')}-1.0-py3-none-any.whl"
    told = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    told += "".join(f"Requires-Dist: {need}\n" for need in needs)
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(f"{name.replace('-', '_')}-1.0.dist-info/METADATA", told)
        for module in modules:
            out.writestr(module, "")
    return path


def test_the_lock_file_says_of_wheels_what_they_need_in_a_browser(tmp_path: Path) -> None:
    first = wheel(
        tmp_path, "Some_Thing",
        ["other>=1", "psutil; sys_platform != 'emscripten'", "absent", "more; extra == 'all'"],
        "some/__init__.py", "some/deep/x.py", "single.py", "some_thing-1.0.data/scripts/run.py",
    )  # fmt: skip
    wheel(tmp_path, "other", [])
    wheel(tmp_path, "psutil", [])
    wheel(tmp_path, "more", [])
    wheel(tmp_path, "anywidget", [])
    wheel(tmp_path, "kfuncviz", ["other", 'anywidget; extra == "lab"', 'more; extra == "all"'])
    made = lite.packages(tmp_path.glob("*.whl"))
    thing = made["some-thing"]
    assert (thing["imports"], thing["depends"]) == (["single", "some"], ["other"])
    assert thing["sha256"] == hashlib.sha256(first.read_bytes()).hexdigest()
    assert thing["file_name"] == first.name
    assert made["kfuncviz"]["depends"] == ["other", "anywidget"]


def test_yaml_is_a_wheel_of_pure_python(tmp_path: Path) -> None:
    lite.yaml_wheel(tmp_path)
    (made,) = tmp_path.glob("pyyaml-*-py3-none-any.whl")
    code = "import yaml; print(yaml.__file__); assert yaml.safe_load('a: [1]') == {'a': [1]}"
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(made)!r}); {code}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.startswith(str(made))
    with zipfile.ZipFile(made) as inside:
        (record,) = (n for n in inside.namelist() if n.endswith("/RECORD"))
        lines = [line.split(",") for line in inside.read(record).decode().splitlines()]
        assert {name for name, _, _ in lines} == {*inside.namelist()}
        for name, digest, size in lines[:-1]:
            data = inside.read(name)
            raw = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            assert (digest, int(size)) == (f"sha256={raw}", len(data))
    assert lite.packages([made])["pyyaml"]["imports"] == ["yaml"]


def test_jupyterlite_is_told_to_ask_nobody() -> None:
    told = lite.settings()
    assert "://" not in json.dumps(told)
    own: Any = told["jupyter-config-data"]["litePluginSettings"]
    assert own["@jupyterlite/pyodide-kernel-extension:kernel"]["disablePyPIFallback"] is True


# ------------------------------------------------------------------------------------------- inputs


def test_what_is_brought_is_named_with_its_hash() -> None:
    for name in ("lite", "browser"):
        lock = (inputs.HERE / f"{name}.lock").read_text("utf-8")
        entries = re.split(r"\n(?=\S)", lock.strip())
        asked = re.findall(
            "^[a-z][a-z-]*", (inputs.HERE / f"{name}.in").read_text("utf-8"), re.MULTILINE
        )
        assert {*asked} <= {entry.partition("==")[0] for entry in entries}
        assert all("--hash=sha256:" in entry for entry in entries)


def test_inputs_are_brought_once_and_what_cannot_be_had_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    fails = True

    def answer(command: tuple[Any, ...], **_: Any) -> None:
        asked.append(command)
        if fails:
            raise subprocess.CalledProcessError(1, command, "", "noise\nERROR: no index")

    monkeypatch.setattr(inputs.subprocess, "run", answer)
    with pytest.raises(Missing, match=r"^what the site is made of cannot be brought: ERROR: no"):
        inputs.lite(tmp_path)
    fails = False
    environment = inputs.lite(tmp_path)
    assert [command[1:3] for command in asked[1:]] == [("-m", "venv"), ("-m", "pip")]
    assert inputs.there(tmp_path) is False
    assert inputs.wheels(tmp_path) == inputs.wheels(tmp_path)
    assert inputs.there(tmp_path) is True
    assert (inputs.lite(tmp_path), len(asked)) == (environment, 4)
    assert asked[3][0] == environment / "bin/python"
    for command, lock in ((asked[2], "lite.lock"), (asked[3], "browser.lock")):
        assert {"--require-hashes", "--no-deps", f"-r{inputs.HERE / lock}"} <= {*command}
    assert {"--only-binary=:all:", "--python-version=3.14"} <= {*asked[3]}
