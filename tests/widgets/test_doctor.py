# SPDX-License-Identifier: BSD-3-Clause
"""The doctor in a notebook: what it opens with, and its parts as values."""

from __future__ import annotations

import pytest
import traitlets

import kfuncviz as kv
from kfuncviz.explorers import doctor as pure


def test_it_opens_with_a_paste_several_or_none() -> None:
    both = kv.DoctorExplorer(["X-mount.idmap=b:0:1000:1", "-rw-r--r-- 1 1000 1000 0 Jan 1 f"])
    assert both.diagnosis is not None
    assert both.diagnosis.repairs[0].text == "X-mount.idmap=b:1000:0:1"
    assert both.frame.sentence.startswith("Lost in the mount idmap")
    assert (kv.DoctorExplorer().text, kv.DoctorExplorer().question) == ("", "")
    asked = kv.DoctorExplorer(iter(["a", "b"]), "owned by 7?", layout={"width": "50%"})
    assert (asked.text, asked.question) == ("a\n\nb", "owned by 7?")
    assert asked.layout.width == "50%"
    assert asked.frame == pure.frame(asked.state, asked.width)
    assert kv.DoctorExplorer(state=pure.to_json(both.state)).state == both.state
    assert kv.explore(both.token).state == both.state
    with pytest.raises(ValueError, match="16384 is the most"):
        kv.DoctorExplorer("x" * 20_000)


def test_its_parts_are_values() -> None:
    shown = kv.DoctorExplorer("X-mount.idmap=b:0:1000:1", "owned by 1000")
    shown.repair = 0
    assert shown.state.repair == 0
    shown.edited = "setup: [{type: file, path: f, kuid: 7}]\nfocus: {path: f}"
    assert shown.diagnosis is not None
    assert shown.diagnosis.answers is not None
    assert shown.diagnosis.answers.uid.lanes[0].id == 7
    with pytest.raises(traitlets.TraitError, match="setup: 5 is a number, not a list"):
        shown.edited = "setup: 5"
    assert shown.edited.startswith("setup: [{")
    shown.edited = ""
    understood = pure.case(shown.state).scenario
    with pytest.raises(traitlets.TraitError, match="it is what was understood anyway"):
        shown.edited = understood
    shown.edited = "setup: [{type: file, path: f, kuid: 7}]\nfocus: {path: f}"
    shown.question = "owned by 0"
    assert shown.edited == ""
    with pytest.raises(traitlets.TraitError, match="no repair"):
        shown.repair = 7
    html = shown._repr_mimebundle_()[0]["text/html"]
    assert "<svg" in html
