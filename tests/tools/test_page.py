# SPDX-License-Identifier: BSD-3-Clause
"""The page: Pyodide held to its hash, the files of the kit, and how they are laid out."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import struct
import zipfile
from pathlib import Path

import pytest

from kfuncviz.explorers.engine import tokens
from kfuncviz.explorers.engine.ask import ask
from kfuncviz.explorers.engine.moving import steady
from kfuncviz.explorers.engine.registry import EXPLORERS
from kfuncviz.scenario.load import gallery
from tools.chapters import Chapter, Text, html
from tools.page import __main__ as command
from tools.page import inputs, prepare, sheet
from tools.page.kit import kit


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(kit())) as whole:
        return {name: whole.read(name) for name in whole.namelist()}


def integrity(data: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def npm(folder: Path, body: str) -> None:
    """A program of that name that does what a test wants."""
    program = folder / "npm"
    program.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    program.chmod(0o755)


def test_the_package_is_named_with_its_version_and_hash() -> None:
    assert inputs.PYODIDE.file == f"pyodide-{inputs.PYODIDE.version}.tgz"
    assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", inputs.PYODIDE.integrity)


def test_a_package_with_another_hash_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm(tmp_path, 'printf x > "pyodide-$(echo "$3" | cut -d@ -f2).tgz"')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(inputs.Missing, match=r"^pyodide-\S+\.tgz is not the file whose sha512"):
        inputs.pyodide(tmp_path / "cache")
    assert [*(tmp_path / "cache").iterdir()] == []
    file = tmp_path / "good"
    file.write_bytes(b"good")
    inputs.held_to(inputs.PYODIDE._replace(integrity=integrity(b"good")), file)


def test_what_npm_cannot_bring_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(inputs.Missing, match=r"there is no npm \(it comes with node\) to bring it"):
        inputs.pyodide(tmp_path / "cache")
    npm(tmp_path, "exit 3")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(inputs.Missing, match=r"could not bring pyodide-\S+ \(exit status 3\)"):
        inputs.pyodide(tmp_path / "cache")


def test_a_package_is_brought_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tarfile

    (tmp_path / "package").mkdir()
    (tmp_path / "package/pyodide.mjs").write_text("1", "utf-8")
    with tarfile.open(tmp_path / "made.tgz", "w:gz") as packed:
        packed.add(tmp_path / "package", "package")
    made = inputs.PYODIDE._replace(integrity=integrity((tmp_path / "made.tgz").read_bytes()))
    monkeypatch.setattr(inputs, "PYODIDE", made)
    npm(tmp_path, f'cp {tmp_path}/made.tgz {made.file}; echo "$3" >> {tmp_path}/asked')
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    for _ in range(2):
        folder = inputs.pyodide(tmp_path / "cache")
        assert (folder / "pyodide.mjs").read_text("utf-8") == "1"
    assert (tmp_path / "asked").read_text("utf-8") == f"pyodide@{made.version}\n"


def test_the_kit_is_the_library_its_data_and_yaml(files: dict[str, bytes], root: Path) -> None:
    rooms = {name.split("/")[1] for name in files if name.count("/") > 1}
    assert {"model", "kfuncs", "scenario", "explorers", "front", "data"} <= rooms
    assert not {"cli", "widgets"} & rooms
    for name in ("kfuncviz/__init__.py", "kfuncviz/front/style/10-kit.css", "yaml/loader.py",
                 "kfuncviz/front/recorded.js", "kfuncviz/data/scenarios/keep-id.yaml"):  # fmt: skip
        assert name in files
    assert files["kfuncviz/model/idmap.py"] == (root / "kfuncviz/model/idmap.py").read_bytes()
    assert not [name for name in files if "__main__" in name or "/pictures/" in name]
    (told,) = (name for name in files if name.endswith("/METADATA"))
    assert f"Version: {told.split('-')[1].removesuffix('.dist')}".encode()[:12] in files[told]


def test_parts_are_laid_out_as_the_worker_reads_them() -> None:
    text = sheet.packed({"one": b"some", "two": b"", "three": b"by"})
    data = gzip.decompress(base64.b64decode(text))
    (length,) = struct.unpack("<I", data[:4])
    assert json.loads(data[4 : 4 + length]) == [["one", 4], ["two", 0], ["three", 2]]
    assert data[4 + length :] == b"someby"


def test_without_node_nothing_is_built_and_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(inputs.Missing, match=r"^node is needed to build the page"):
        prepare.python(tmp_path)
    monkeypatch.setattr(command, "pyodide", lambda: tmp_path)
    monkeypatch.setattr("sys.argv", ["page", str(tmp_path / "page.html")])
    with pytest.raises(SystemExit) as stopped:
        command.main()
    assert stopped.value.code == "kfuncviz: node is needed to build the page, and it is not here"
    assert capsys.readouterr().out == ""
    assert [*tmp_path.iterdir()] == []


def test_the_page_and_what_is_not_in_it_are_written_and_a_page_too_large_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = prepare.Python({"kit": b"k"}, ("turtle.py", "idlelib/a.py"))
    monkeypatch.setattr(command, "pyodide", lambda: tmp_path)
    monkeypatch.setattr(command, "python", lambda _: inside)
    monkeypatch.setattr(command, "page", lambda payload, says: f"{says}\n{payload}")
    out = tmp_path / "dist" / "page.html"
    monkeypatch.setattr("sys.argv", ["page", str(out)])
    command.main()
    assert out.read_text().endswith(f"\n{sheet.packed(inside.parts)}")
    assert f"Pyodide {inputs.PYODIDE.version} (MPL-2.0)" in out.read_text()
    assert (tmp_path / "dist/page.left-out.txt").read_text() == "turtle.py\nidlelib/a.py\n"
    assert "0.00 MB" in capsys.readouterr().out
    monkeypatch.setattr(command, "PAGE_MAX", 10)
    with pytest.raises(SystemExit, match="the page is larger than 0 MB"):
        command.main()


@pytest.fixture(scope="module")
def course() -> list[Chapter]:
    """Three chapters of a sentence each."""
    return [
        Chapter(number, f"{number} & why?", Path("x.ipynb"), (Text(f"# {number}\n\n[on]({on})"),))
        for number, on in [("00", "09-x.ipynb"), ("09", "a.csv"), ("10", "00-x.ipynb")]
    ]


@pytest.fixture(scope="module")
def made(course: list[Chapter]) -> str:
    return sheet.page("PAYLOAD", "no Python in this file", "nothing", course)


def test_the_page_links_to_every_explorer_and_case_and_names_nothing_elsewhere(made: str) -> None:
    listed = made[made.index('<nav id="links"') : made.index("</nav>")]
    links = re.findall(r'<a href="#(kfv[^"]*)"', listed)
    opened = [tokens.decode(token) for token in links]
    assert [name for name, _ in opened[: len(EXPLORERS)]] == [*EXPLORERS]
    assert [state.scenario for _, state in opened[len(EXPLORERS) :]] == gallery()
    current = re.findall(r'data-explorer="(\w+)" data-question="([^"]*)" aria-current', made)
    assert current == [("ownership", "Who owns this file, seen from here?")]
    assert '<h2 id="question">Who owns this file, seen from here?</h2>' in made
    assert set(re.findall(r"https?://[^/\"'\s<)]*", made)) <= {
        "http://www.w3.org", "https://in-this-file.invalid", "https://git.kernel.org",
    }  # fmt: skip
    shown = links[[*EXPLORERS].index("ownership")]
    for place, width in sheet.WIDTHS.items():
        _, drawn = made.split(f'<div id="{place}" class="kfv-explorer">')
        picture = ask(shown, [], width)[0]["regions"]["picture"]
        assert drawn.index(steady(picture)) < 60_000
        assert f'id="record-{place}" data-token="{shown}"' in made
    assert made.rindex('id="payload">PAYLOAD<') > made.rindex("openPyodide(")


def test_what_needs_python_is_listed_apart_from_the_course(made: str) -> None:
    computed, course = made[made.index('<div id="computed">') :].split("</div>", 1)
    assert computed.count('href="#kfv2.') == len(EXPLORERS) + len(gallery())
    listed = course[: course.index("</nav>")]
    assert re.findall(r'value="(\d+)"><a href="([^"]+)" data-chapter="(\d\d)">([^<]+)', listed) == [
        (str(int(number)), f"#chapter-{number}", number, f"{number} &amp; why?")
        for number in ("00", "09", "10")
    ]


def test_the_course_is_packed_and_each_chapter_leads_to_its_neighbours(
    made: str, course: list[Chapter]
) -> None:
    (text,) = re.findall(r'id="chapters">([^<]*)<', made)
    bodies = json.loads(gzip.decompress(base64.b64decode(text)))
    assert [*bodies] == ["00", "09", "10"]
    for chapter in course:
        assert bodies[chapter.number].startswith(html(chapter, "#chapter-{}".format))
    nav = '<nav aria-label="Before and next">'
    sides = {
        n: re.findall(r'href="(.*?)">(.*?)<', body.split(nav)[1]) for n, body in bodies.items()
    }
    assert sides == {
        "00": [("#chapter-09", "Next: 09 09 &amp; why?")],
        "09": [
            ("#chapter-00", "Before: 00 00 &amp; why?"),
            ("#chapter-10", "Next: 10 10 &amp; why?"),
        ],
        "10": [("#chapter-09", "Before: 09 09 &amp; why?")],
    }
    assert 'href="#chapter-09">on<' in bodies["00"]


def test_an_explorer_is_called_by_the_title_of_its_module() -> None:
    assert sheet.about("ownership") == ("Ownership", "Who owns this file, seen from here?")
