# SPDX-License-Identifier: BSD-3-Clause
"""What leaves the kit: what made it, its token, and a page that asks nobody."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from kfuncviz import front
from kfuncviz.api import Scenario
from kfuncviz.evidence.data.load import releases
from kfuncviz.explorers import ownership
from kfuncviz.explorers.engine import exports, recorded, registry
from kfuncviz.explorers.engine.exports import Made, made, page, signed
from kfuncviz.explorers.engine.tokens import decode, encode, find
from kfuncviz.model.releases import NEWEST
from kfuncviz.scenario.load import load
from kfuncviz.scenario.reading import token as packing
from tests.explorers.engine import toy
from tests.explorers.scenarios import SCENARIO

EVIL = "<img onerror=alert(1)>\u202e</script>\x1b[2J\n" + "x" * 10_000
BY = Made("1.2", "6.1.192", "7.3")


@pytest.fixture(autouse=True)
def _the_toy_is_an_explorer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "EXPLORERS", {**registry.EXPLORERS, "toy": toy.__name__})


def test_what_made_it_is_version_kernel_and_data() -> None:
    here = version("kfuncviz")
    assert made(None) == made({}) == (here, str(NEWEST), releases()[-1])
    assert made({"settings": {"kernel": "6.12"}}).kernel.startswith("6.12.")
    assert str(BY) == "kfuncviz 1.2; kernel assumed: Linux 6.1.192; data to Linux 7.3"


# ------------------------------------------------------------------------------ text


@pytest.mark.parametrize("letters", [60, 69, 70, 71, 139, 140, 141, 400])
@pytest.mark.parametrize("id", ["", "~7", "~4294967294"])
def test_a_token_in_a_mail_keeps_its_id_whole(letters: int, id: str) -> None:
    token = "kfv2." + "A" * (letters - 5) + id
    lines = signed("It is yours.\n\n", token, BY).splitlines()
    assert lines[:3] == ["It is yours.", "", "token, for kfuncviz show - or kfuncviz.explore"]
    assert lines[-2:] == ["", str(BY)]
    assert all(len(line) <= 72 for line in lines)
    parts = [line.strip() for line in lines[3:-2]]
    assert "".join(parts) == token
    assert parts[-1].endswith(id)
    assert parts[-1] != id
    assert all(len(part) == 70 for part in parts[:-2])


def test_a_token_too_long_for_a_mail_is_left_out() -> None:
    long = "kfv2." + "A" * (exports.TOKEN_SHOWN - 5)
    assert "  AAAA" in signed("x", long, BY)
    for none in (long + "A", None):
        assert signed("x", none, BY).splitlines()[2] == "no token: too long for a mail"


def test_narrow_lines_stay_narrow() -> None:
    text = signed("x", encode("ownership", ownership.first("keep-id")), made({}), 48)
    assert max(map(len, text.splitlines())) <= 48


# ------------------------------------------------------------------------------ page


def record_of(html: str) -> dict[str, Any]:
    (packed,) = re.findall(r'<script type="text/plain" id="record">(.*?)</script>', html)
    record: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return record


def test_a_page_holds_its_first_frame_its_record_and_its_program() -> None:
    state = toy.State(id=5)
    html = page("toy", state)
    assert record_of(html) == json.loads(
        json.dumps(recorded.record("toy", state, exports.PAGE_WIDTH))
    )
    drawn = re.findall(r'<div data-region="(\w+)">(.*?)</div>', html)
    assert [name for name, _ in drawn] == ["switch", "picture", "say"]
    assert ">5</tspan>" in dict(drawn)["picture"]
    assert 'class="kfv-explorer"' in html
    assert front.stylesheet("ownership") in html
    assert front.module("recorded") in html
    assert 'await openRecorded(document.getElementById("explorer")' in html
    assert html.count("</script>") == 2
    assert str(made(None)) in html
    assert f"kfuncviz.explore(&quot;{encode('toy', state)}&quot;)" in html
    assert "every id." in html
    assert page("toy", state) == html


PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:">
<title>{title}</title>
<style>{css}
body {{ margin: 12px auto; padding: 0 12px; max-width: 852px; }}
.kfv-folds details:has(> summary[data-unrecorded]), \
.kfv-walk [data-unrecorded] {{ display: none; }}</style>
<main id="explorer" class="kfv-explorer">{regions}</main>
<footer class="kfv-note">
<p>{told} Nothing is sent anywhere. {go_on}</p>
<p>{made}</p>
</footer>
<script type="text/plain" id="record">{record}</script>
<script type="module">
{js}
await openRecorded(document.getElementById("explorer"), document.getElementById("record"));
</script>
</html>
"""
EVERY = "Every switch, direction and file answers here, uid and gid"


def test_a_page_line_by_line() -> None:
    state = toy.State(id=5, remark="\N{SECTION SIGN} 7")
    html = page("toy", state)
    (packed,) = re.findall(r'id="record">(.*?)</script>', html)
    (regions,) = re.findall(r"<main[^>]*>(.*?)</main>", html)
    call = f"import kfuncviz; kfuncviz.explore(&quot;{encode('toy', state)}&quot;)"
    assert html == PAGE.format(
        title="toy", css=front.stylesheet("toy"), regions=regions, record=packed, made=made(None),
        told=f"{EVERY}, and every id. What is grey needs the full kit.",
        go_on=f"To go on in the full kit: <code>{call}</code> in a notebook.",
        js=front.module("recorded"),
    )  # fmt: skip
    raw = base64.b64decode(packed)
    assert raw[4:9] == bytes([0, 0, 0, 0, 2]), "of no time, and as small as gzip makes it"
    text = gzip.decompress(raw).decode()
    assert text == json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)


def test_a_page_of_a_case_has_its_title_its_kernel_and_its_rules() -> None:
    old = load("keep-id") | {"title": "<Who> owns it \u202e?", "settings": {"kernel": "6.1"}}
    large = {**old, "notes": " ".join(str(n * n * 7919 % 100_003) for n in range(1200))}
    whole, none = (
        "To go on in the full kit: <code>",
        "In the full kit the scenario's own file opens",
    )
    for document, go_on in ((old, whole), (large, f"{none} it.</p>")):
        html = exports._page("ownership", ownership.first(document), {}, "It is so.")
        assert "<title>&lt;Who&gt; owns it ?</title>" in html
        assert f"<style>{front.stylesheet('ownership')}\nbody" in html
        assert f"<p>It is so. Nothing is sent anywhere. {go_on}" in html
        assert "kernel assumed: Linux 6.1.192" in html
    rules = front.stylesheet("bench")
    assert rules != front.stylesheet("ownership")
    assert rules in exports._page("bench", registry.explorer("bench").State(), {}, "")


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_a_token_of_so_many_characters_opens_it_from_a_page(
    more: int, fits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "t" * (exports.TOKEN_SHOWN + more)
    monkeypatch.setattr(exports, "encode", lambda *_: token)
    assert (token in exports._go_on("toy", toy.State())) == fits


def test_a_page_asks_nobody() -> None:
    html = page("toy", toy.State())
    assert "default-src &#x27;none&#x27;" in html or "default-src 'none'" in html
    outside = set(re.findall(r"https?://[\w.-]+", html))
    assert outside <= {"http://www.w3.org", "https://in-this-file.invalid"}
    assert "<link" not in html
    assert not re.search(r"<script[^>]* src|<img|url\(http", html)


def test_what_does_not_fit_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    long = " ".join(str(n * n * 7919 % 100_003) for n in range(600))
    monkeypatch.setattr(toy, "opened", lambda s: replace(s, remark=long) if s.id is None else s)
    whole = page("toy", toy.State())
    monkeypatch.setattr(exports, "PAGE_MAX", len(whole.encode()) - 1)
    shut = page("toy", toy.State())
    assert record_of(shut)["id"] is not None
    assert not any(long in piece for piece in record_of(shut)["pieces"])
    assert any(long in piece for piece in record_of(whole)["pieces"])
    assert f"<p>{EVERY}, and every id. Steps, table and what is grey need the full kit. " in shut
    monkeypatch.setattr(toy, "opened", lambda s: s)
    whole = page("toy", toy.State())
    monkeypatch.setattr(exports, "PAGE_MAX", len(whole.encode()) - 1)
    less = page("toy", toy.State())
    assert record_of(less)["id"] is None
    assert f"<p>{EVERY}. Ids, and what is grey, need the full kit. Nothing" in less
    assert len(record_of(less)["states"]) > 1
    monkeypatch.setattr(exports, "PAGE_MAX", 1)
    still = page("toy", toy.State())
    assert len(record_of(still)["states"]) == 1
    assert "<p>This case is too large for one file: here it stands still. Nothing" in still
    monkeypatch.setattr(exports, "PAGE_MAX", len(whole.encode()))
    assert page("toy", toy.State()) == whole
    monkeypatch.setattr(recorded, "MOST_FRAMES", 12)
    tried = []
    monkeypatch.setattr(exports, "record", lambda *a: tried.append(a[3]) or recorded.record(*a))
    assert record_of(page("toy", toy.State()))["id"] is None
    assert tried == ["ids", "events"], "with folds shut there are as many frames"


def test_hostile_words_are_words_in_a_page_a_text_and_a_picture() -> None:
    title, file = EVIL[:190], EVIL[:50].replace("/", "")
    setup = [{"type": "file", "path": file, "kuid": 1, "kgid": 1}]
    document = {**SCENARIO, "title": title, "notes": EVIL, "source": EVIL[:1990], "setup": setup}
    monster = Scenario(document)
    html = exports._page("ownership", ownership.first(document), {}, "")
    picture, text = monster.to_svg(path=file), monster.to_text(path=file)
    for drawn in (html, picture, text):
        assert "onerror=alert" in drawn
        assert "\u202e" not in drawn
        assert "\x1b" not in drawn
    assert "<img" not in html + picture
    assert html.count("</script>") == 2
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 72


# ---------------------------------------------------------------------------- Scenario


def test_a_link_opens_what_was_asked() -> None:
    s = Scenario("home-on-a-stick")
    assert s.link() == "#" + encode("ownership", ownership.first("home-on-a-stick"))
    link = s.link("https://example.org/kit", path="home", kind="gid", via="stick", by="you", id=7)
    base, _, token = link.partition("#")
    assert base == "https://example.org/kit"
    _, state = decode(token)
    assert (state.scenario, state.path, state.kind, state.id) == (
        "home-on-a-stick",
        "home",
        "gid",
        7,
    )
    assert len(token) <= 200
    own = Scenario(SCENARIO)
    assert decode(own.link(by="h")[1:])[1].scenario == packing.encode(SCENARIO)
    assert decode(own.link(by="h")[1:])[1].path == "."
    entry = Scenario("acl-with-a-strange-number").link()
    assert decode(entry[1:])[1].entry == "user:986"


def test_a_gallery_scenario_is_known_by_what_it_says() -> None:
    copied = Scenario(load("keep-id") | {"focus": {"path": "."}})
    assert decode(copied.link()[1:])[1].scenario == "keep-id"
    changed = Scenario(load("keep-id"))
    changed.document["setup"] = []
    assert decode(changed.link()[1:])[1].scenario.startswith("kfv1.")


def test_every_export_says_what_made_it(tmp_path: Path) -> None:
    s = Scenario("keep-id", kernel="6.12")
    assert s.made.kernel.startswith("6.12.")
    told = str(s.made)
    assert s.to_text().endswith(f"\n\n{told}\n")
    assert f"</desc><metadata>{told}</metadata>" in s.to_svg()
    assert s.to_svg(op=None) == s.to_svg()
    token = find(s.to_text())
    assert token is not None
    assert Scenario(token).document == s.document


def test_the_text_for_a_mail_carries_the_question() -> None:
    s = Scenario("keep-id")
    token = find("> " + s.to_text(kind="gid", path=".").replace("\n", "\n> "))
    assert token is not None
    assert decode(token)[1].kind == "gid"
    assert Scenario(token).who_owns().kind == "gid"
    asked = find(s.to_text(op=0)) if s.document.get("ops") else None
    assert asked is None or decode(asked)[1] == ownership.first("keep-id")


def test_a_page_is_written_and_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(exports, "page", lambda name, state: asked.append((name, state)) or "é\n")
    assert Scenario("keep-id").to_html(tmp_path / "case.html", kind="gid") == "é\n"
    assert (tmp_path / "case.html").read_bytes() == "é\n".encode()
    assert Scenario("keep-id").to_html() == "é\n"
    assert [state.kind for _, state in asked] == ["gid", "uid"]
    assert {name for name, _ in asked} == {"ownership"}


def test_a_token_from_an_explorer_without_a_scenario_is_no_scenario() -> None:
    with pytest.raises(ValueError, match="it opens the explorer 'toy', which shows no scenario"):
        Scenario(encode("toy", toy.State()))
