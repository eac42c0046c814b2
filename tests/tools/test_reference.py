# SPDX-License-Identifier: BSD-3-Clause
"""The library's documentation: a page a module, every name that is typed, examples, no address."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

import kfuncviz as kv
from kfuncviz.model import idmap, write_map
from tests.browser.axe import violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest.importorskip("pdoc", reason="pdoc is not installed (it is in the extra `dev`)")
from tools import reference

SOME = ("kfuncviz", "kfuncviz.api", "kfuncviz.kfuncs", "kfuncviz.model", "kfuncviz.model.idmap",
        "kfuncviz.model.stat", "kfuncviz.model.write_map", "kfuncviz.widgets.bench")  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "reference"
    (out / "old").mkdir(parents=True)
    reference.write(out, SOME)
    return out


def page(folder: Path, name: str) -> str:
    return (folder / f"{name.replace('.', '/')}.html").read_text("utf-8")


def words(page: str) -> str:
    """What a page shows, without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def examples(docstring: str | None) -> Iterator[str]:
    yield from re.findall(r"^ *(?:>>>|\.\.\.) (.+)$", docstring or "", re.MULTILINE)


def test_every_file_of_the_library_has_a_page(root: Path) -> None:
    files = [
        path.relative_to(root).with_suffix("").as_posix().replace("/", ".")
        for path in (root / "kfuncviz").rglob("*.py")
        if path.name != "__main__.py"
    ]
    assert sorted(reference.modules()) == sorted(name.removesuffix(".__init__") for name in files)
    every = reference.rooms(reference.modules())
    assert [*every][:3] == ["kfuncviz", "kfuncviz.model", "kfuncviz.kfuncs"]
    assert [*every][-1] == "kfuncviz.cli"
    assert every["kfuncviz"] == [
        f"kfuncviz.{name}" for name in ("api", "extras", "nearest", "printable", "resources")
    ]
    listed = {*every, *(name for members in every.values() for name in members)}
    assert listed == {*reference.modules()}


def test_it_is_written_into_a_new_folder_with_links_that_lead_somewhere(folder: Path) -> None:
    assert not (folder / "old").exists()
    pages = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    assert pages == {f"{name.replace('.', '/')}.html" for name in (*SOME, "index")}
    index = (folder / "index.html").read_text("utf-8")
    links = set(re.findall(r'<a href="([^"#]+)"', index))
    assert {f"{name.replace('.', '/')}.html" for name in SOME} <= links
    assert "One map: struct uid_gid_map" in words(index)
    assert '"kfuncviz.model.idmap.map_id_down"' in (folder / "search.js").read_text("utf-8")


def test_every_name_that_is_typed_stands_there(folder: Path) -> None:
    for module in SOME:
        shown = page(folder, module)
        for name in getattr(import_module(module), "__all__", ()):
            assert f'<section id="{name}">' in shown, (module, name)
    assert 'id="Scenario.replay"' in page(folder, "kfuncviz.api")


def test_examples_and_sections_are_kept(folder: Path) -> None:
    shown = words(page(folder, "kfuncviz.model.write_map"))
    wanted = [*examples(write_map.__doc__), *examples(write_map.write_map.__doc__)]
    assert len(wanted) == 2
    for line in wanted:
        assert line in shown
    marked = page(folder, "kfuncviz.model.write_map")
    assert "<strong>Parameters</strong>" in marked
    assert "<li><strong>parent</strong>: The rows of the parent" in marked
    assert re.search(r"<li><strong>KernelError</strong>: .*EPERM for who may not", marked)
    first = [*examples(idmap.IdMap.down.__doc__)]
    assert all(line in words(page(folder, "kfuncviz.model.idmap")) for line in first)


def test_what_pdoc_would_not_find_is_there_and_what_nobody_wrote_is_not(folder: Path) -> None:
    note = re.search(r"(?m)^#: (.+)\n\w+ =", Path(idmap.__file__).read_text("utf-8"))
    assert note is not None
    assert note[1].partition("`")[0] in words(page(folder, "kfuncviz.model.idmap"))
    fields = page(folder, "kfuncviz.model.stat")
    assert "ForwardRef" not in fields
    assert "vfsuid_t" in words(fields)
    every = "".join(page(folder, name) for name in SOME)
    assert "Alias for field number" not in every
    assert "Create new instance" not in every
    assert not re.search(r":(class|func|mod|meth):`", every)
    assert f"kfuncviz {kv.__version__}" in every


def test_nothing_is_fetched(folder: Path) -> None:
    for file in folder.rglob("*.html"):
        text = file.read_text("utf-8")
        assert not re.search(r"""(?:src|@import|url\()\s*=?\s*["']?https?:""", text), file
        assert not re.search(r"<link[^>]+https?:", text), file
        assert set(re.findall(r'href="(https?://[^"]+)', text)) <= {"https://pdoc.dev"}, file


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_no_objection_and_a_name_is_found(
    chromium: Browser, folder: Path, scheme: Literal["light", "dark"]
) -> None:
    page = chromium.new_page(color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("index", "kfuncviz", "kfuncviz/model/write_map"):
        page.goto((folder / f"{name}.html").as_uri())
        assert violations(page) == [], name
    page.get_by_role("searchbox").fill("map_id_down")
    page.locator("main a[href$='idmap.html#map_id_down']").first.click(timeout=10_000)
    assert page.url.endswith("kfuncviz/model/idmap.html#map_id_down")
    assert all(address.startswith("file:") for address in asked)
    page.close()
