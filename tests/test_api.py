# SPDX-License-Identifier: BSD-3-Clause
"""
Scenario and who_owns: what is asked, and how the answer is shown
=================================================================

What a question leaves to the focus, and an answer as text, as picture, as commands.  What can be
asked at all is tested in ``tests/scenario/test_api.py``, exports with the explorers' engine.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest
from IPython.lib.pretty import pretty

import kfuncviz as kv
from kfuncviz import render
from kfuncviz.dialects.commands import commands
from kfuncviz.explorers.engine.tokens import decode, find
from kfuncviz.render.kit.markup import keeping_keys
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.ask import ownership

# ------------------------------------------------------------------ what the focus is asked for

HELD: dict[str, Any] = {
    "userns": {"M": {"uid_map": [[0, 10000, 1000]], "gid_map": [[0, 20000, 1000]]}},
    "mounts": {"m": {"userns": "M"}, "w": {}},
    "setup": [{"type": "dir", "path": "d", "mode": "0777"},
              {"type": "file", "path": "d/f", "kuid": 5, "kgid": 6}],
    "focus": {"path": "d", "via": "m", "kind": "gid", "direction": "create"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ({}, HELD["focus"]),
        ({"path": "d/f"}, {"path": "d/f"}),
        ({"path": "d/f", "kind": "gid"}, {"path": "d/f", "kind": "gid"}),
        ({"kind": "gid"}, {"kind": "gid"}),
        ({"id": 7}, {"id": 7}),
        ({"direction": "read", "via": "m"}, {"direction": "read", "via": "m"}),
        ({"direction": "create", "via": "m"}, {"path": "d", "direction": "create", "via": "m"}),
        ({"direction": "chown", "via": "m", "id": 7},
         {"path": "d", "direction": "chown", "via": "m", "id": 7}),
        ({"direction": "create", "via": "w"}, {"direction": "create", "via": "w"}),
        ({"direction": "create", "via": "w", "path": "d"},
         {"direction": "create", "via": "w", "path": "d"}),
        ({"path": "d/f", "direction": "chown", "via": "m", "id": 7},
         {"path": "d/f", "direction": "chown", "via": "m", "id": 7}),
        ({"direction": "chown", "id": 7}, {"path": "d", "direction": "chown", "id": 7}),
    ],
)  # fmt: skip
def test_the_focus_says_what_a_question_leaves_open(
    question: dict[str, Any], asked: dict[str, Any]
) -> None:
    """To create or chown through its mount, the focus says where; all else is asked as it is."""
    found = kv.Scenario(HELD).who_owns(**question)
    assert found.as_dict() == ownership(Machine(HELD), **asked).as_dict()
    state = decode(kv.Scenario(HELD).link(**question)[1:])[1]
    assert state.path == asked.get("path", ".")
    shown = {name: getattr(state, name) for name in asked}
    assert shown == asked


def test_a_number_of_numpy_is_in_a_link_what_it_is_in_a_question() -> None:
    s = kv.Scenario("keep-id")
    link = s.link(id=np.int64(7), kind=np.str_("gid"))
    assert link == s.link(id=7, kind="gid")
    assert s.who_owns(id=np.int64(7)).as_dict() == s.who_owns(id=7).as_dict()


def test_the_usual_mount_is_the_one_of_a_focus_that_names_none() -> None:
    s = kv.Scenario(HELD | {"focus": {"path": "d"}})
    usual = s.machine.default_via
    for via in (usual, None):
        how = {} if via is None else {"via": via}
        found = s.who_owns(direction="create", **how)
        assert found.as_dict() == s.who_owns("d", direction="create", **how).as_dict()
    other = next(name for name in ("m", "w", "plain") if name != usual)
    root = s.who_owns(".", direction="create", via=other)
    assert s.who_owns(direction="create", via=other).as_dict() == root.as_dict()


def test_a_kernel_joins_the_settings_there_are() -> None:
    held = HELD | {"settings": {"protected_hardlinks": 0}}
    asked = {"protected_hardlinks": 0, "kernel": "6.1"}
    assert kv.Scenario(held, kernel="6.1").document["settings"] == asked
    assert kv.Scenario(HELD, kernel="6.1").document == HELD | {"settings": {"kernel": "6.1"}}


# ------------------------------------------------------------------ how an answer is shown


def test_an_answer_is_a_text_in_a_terminal_and_a_picture_with_its_sentence_in_a_notebook() -> None:
    s = kv.Scenario("keep-id")
    answer = s.who_owns()
    assert str(answer) == pretty(answer) == render.text(answer)
    assert str(s) == s.to_text() == s.to_text(72) != s.to_text(71)
    assert str(answer) not in (str(s), "")
    html = answer._repr_html_()
    assert s._repr_html_() == html
    svg, end, told = html.partition("</svg>")
    assert ET.fromstring(svg + end).tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(--jp-layout-color0," in svg  # the colours of the page it stands in
    assert "".join(ET.fromstring(told).itertext()) == render.sentence(answer)
    assert html == keeping_keys(html)


def test_a_text_whose_token_cannot_be_written_says_so() -> None:
    long = [{"type": "file", "path": str(n), "content": "c" * 60000} for n in range(150)]
    told = kv.Scenario({"setup": long}).to_text(60)
    assert "\n\nno token: too long for a mail\n\n" in told
    assert max(map(len, told.splitlines())) <= 60


def test_commands_and_pictures_are_of_the_question() -> None:
    s = kv.Scenario(HELD)
    assert s.to_commands() == commands(HELD)
    assert s.to_commands(path="d/f", via="w") != s.to_commands()
    assert s.to_commands(path="d/f", via="w").count("through w") == 1
    asked = {"path": "d/f", "kind": "gid", "via": "m"}
    for width, theme in ((400, "dark"), (1200, "light")):
        drawn = s.to_svg(width, theme, **asked)
        assert drawn.replace(f"<metadata>{s.made}</metadata>", "") == render.svg(
            s.who_owns(**asked), width, theme=theme
        )
    assert s.to_svg(**asked) == drawn
    assert kv.who_owns(s, "d/f").ids == kv.who_owns(HELD, "d/f").ids == [5, 10005, 10005]


def test_the_text_of_an_operation_carries_the_scenario() -> None:
    s = kv.Scenario("shifted-twice")
    assert find(s.to_text(op=1)) == s.link()[1:]
    assert find(s.to_text(kind="gid")) == s.link(kind="gid")[1:]
    assert f"\n  {s.link()[1:40]}" in s.to_text()


def test_a_scenario_is_named_by_its_title() -> None:
    s = kv.Scenario({"title": "Whose is it?"})
    assert repr(s) == "<Scenario Whose is it?>"
    s.document["title"] = 5  # not checked yet
    assert repr(s) == "<Scenario 5>"


@pytest.mark.parametrize("question", [{}, {"by": "root"}, {"kind": "gid"}])
@pytest.mark.parametrize("focus", [None, {}, {"kind": "gid"}, "absent"])
def test_where_the_focus_names_no_path_the_directory_itself_is_asked_about(
    focus: Any, question: dict[str, Any]
) -> None:
    document = HELD | {"focus": focus}
    if focus == "absent":
        del document["focus"]
    s = kv.Scenario(document)
    asked = question or (focus if isinstance(focus, dict) else {})
    assert s.who_owns(**question).as_dict() == s.who_owns(".", **asked).as_dict()
    assert s.link(**question) == s.link(path=".", **asked)
    assert decode(s.link(**question)[1:])[1].path == "."
    told = {"path": ".", "by": "root", "via": "m", "kind": "uid", "direction": "read"} | asked
    assert s.to_commands(**question) == commands(document | {"focus": told})
