# SPDX-License-Identifier: BSD-3-Clause
"""What stands around the picture, read back: heads, echoes, refusals, folds and the calls."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.model.trace import READ_AT
from kfuncviz.render import question
from kfuncviz.render.ownership import controls
from kfuncviz.scenario.ownership.answer import Call

NASTY = "<b>&\"'"


def plain(html: str) -> str:
    """What a reader sees of some HTML."""
    return unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize(
    ("place", "title", "first", "second"),
    [
        ("fs", "filesystem's user ns", "inside", "outside"),
        ("mount", "mount idmap", "disk", "mount"),
        ("caller", "caller's user ns", "inside", "outside"),
    ],
)
def test_a_maps_columns_are_named_the_same_in_head_echo_and_speech(
    place: Any, title: str, first: str, second: str
) -> None:
    name = f"{title}, rows: col 1 {first}, col 2 {second}, count"
    assert controls.map_name(place) == name
    head = controls.map_heads(place)
    assert f'data-name="{name}"' in head
    assert plain(head).split(title)[1].split() == ["col", "1", "col", "2", "count", first, second]
    assert plain(controls.map_echo(place, [(5, 7, 1), (10, 20, 3)])) == (
        f"reads: {first} 5 is {second} 7; {first} 10…12 is {second} 20…22"
    )


def test_heads_stand_over_their_columns() -> None:
    upper, lower = plain(controls.map_heads("mount")).removeprefix("mount idmap").split("\n")
    row = controls.map_text([(4294967294, 1, 65536)])
    ends = [len(row[: row.index(number)] + number) for number in ("4294967294", " 1", "65536")]
    assert [upper.index(word) + len(word) for word in ("col 1", "col 2", "count")] == ends
    assert [lower.index(word) + len(word) for word in ("disk", "mount")] == ends[:2]
    assert controls.map_text([(0, 1, 2), (3, 4, 5)]).split("\n") == [
        f"{a:>10} {b:>10} {c:>10}" for a, b, c in ((0, 1, 2), (3, 4, 5))
    ]


def test_three_rows_are_told_and_the_others_counted() -> None:
    rows = [(n, n, 1) for n in range(5)]
    assert "more" not in plain(controls.map_echo("mount", rows[:3]))
    told = plain(controls.map_echo("mount", rows))
    assert told.endswith("disk 2 is mount 2 and 2 more rows")
    assert plain(controls.map_echo("mount", None)) == "none: every number passes unchanged"
    assert plain(controls.map_echo("mount", [])) == "never written: no number passes"


def test_a_refusal_says_errno_and_rule_and_is_an_alert() -> None:
    told = controls.refusal("EINVAL", NASTY)
    assert plain(told) == f"✗ EINVAL {NASTY}"
    assert 'role="alert"' in told
    assert "<b>✗ EINVAL</b>" in told
    assert plain(controls.refusal(None, NASTY)) == f"✗ {NASTY}"


def test_what_is_said_of_a_scenario_is_escaped_and_folded() -> None:
    document = {"title": NASTY, "notes": f"one {NASTY}\ntwo", "source": f"a {NASTY}"}
    told = controls.about(document, shown=False)
    assert plain(told) == f"{NASTY}one {NASTY}twoSource: a {NASTY}"
    assert told.startswith('<details data-fold="about"><summary><b>')
    assert told.count("<br>") == 2
    assert controls.about(document, shown=True).startswith('<details data-fold="about" open>')
    assert plain(controls.about({"source": "s"}, shown=True)).endswith("ownSource: s")
    assert controls.about({}, shown=True) == "<b>A scenario of your own</b>"


def test_a_sentence_is_dashed_where_the_id_is_lost() -> None:
    assert controls.say("<b>1</b>", lost=False) == (
        '<p class="kfv-say" role="status" aria-live="polite"><b>1</b></p>'
    )
    assert 'class="kfv-say bad"' in controls.say("", lost=True)


CALLS = (
    Call("<outer>", f"a, {NASTY}", "<v1>", 0, "fs/<stat>.c", "6.1&", "https://example.org/?a&b"),
    Call("inner", "k1", "", 1, "kernel/user_namespace.c", "1.2", "https://example.org/i"),
)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_the_call_on_screen(at: int) -> None:
    lines = ["start", f"<outer>(a, {NASTY}) = <v1>", "inner(k1)"]
    assert plain(controls.now(CALLS, at)) == f"call {at} of 2 {lines[at]}"
    items = controls.call_list(CALLS, at).split("<li")[1:]
    marked = [number for number, item in enumerate(items, 1) if ' aria-current="step"' in item]
    assert marked == ([at] if at else [])


def test_a_call_that_no_kernel_was_asked_about_says_so() -> None:
    call = replace(CALLS[1], answer="k1", measured=False)
    said = " = k1 (follows the source, no such kernel was asked)"
    assert call.line == f"inner(k1){said}"
    assert f"inner(k1){said}" in plain(controls.call_list([call], 0))


def test_every_call_shows_its_file_and_section_and_links_to_its_definition() -> None:
    first, second = controls.call_list(CALLS, 0).split("<li")[1:]
    assert plain("<li" + first) == f"<outer>(a, {NASTY}) = <v1> fs/<stat>.c, semantics 6.1&"
    assert plain("<li" + second) == "inner(k1) kernel/user_namespace.c, semantics 1.2"
    assert re.findall('href="([^"]*)"', first) == ["https://example.org/?a&amp;b"]
    assert re.findall('<a [^>]*rel="noopener">(.*?)</a>', first) == ["&lt;outer&gt;"]
    assert ["margin-left:0.0em" in first, "margin-left:1.4em" in second] == [True, True]


def test_the_classes_and_roles_that_style_sheet_and_screen_reader_need() -> None:
    """Written out once: the style sheet and the companion's program look for these names."""
    heads = f"{'col 1':>10} {'col 2':>10} {'count':>10}\n{'disk':>10} {'mount':>10}"
    assert controls.map_heads("mount") == (
        '<b data-name="mount idmap, rows: col 1 disk, col 2 mount, count">mount idmap</b>'
        f'<div class="kfv-heads" aria-hidden="true">{heads}</div>'
    )
    assert controls.note("<i>so</i>") == '<span class="kfv-note"><i>so</i></span>'
    assert controls.map_echo("mount", [(1, 2, 1)]) == controls.note(
        'reads: disk <span class="kfv-code">1</span> is mount <span class="kfv-code">2</span>'
    )
    assert controls.refusal(None, "so") == '<div class="kfv-bad-box" role="alert">✗ so</div>'
    assert controls.kept() == (
        '<div class="kfv-bad-box"><b>✗ The last edit was refused.</b> '
        "The picture still shows the last state the kernel would accept.</div>"
    )
    assert controls.about({"title": "t", "notes": "n"}, shown=False) == controls.fold(
        "about", "<b>t</b>", '<div class="kfv-note">n</div>', shown=False
    )
    assert controls.fold("mail", "a", "b", shown=True) == (
        '<details data-fold="mail" open><summary>a</summary>b</details>'
    )
    assert controls.fold("mail", "a", "b", shown=False).startswith('<details data-fold="mail">')
    assert controls.say("so", lost=True) == (
        '<p class="kfv-say bad" role="status" aria-live="polite">so</p>'
    )
    assert controls.now(CALLS, 2) == (
        controls.note("call 2 of 2") + ' <span class="kfv-now">inner(k1)</span>'
    )
    link = '<a href="https://example.org/i" target="_blank" rel="noopener">inner</a>'
    where = controls.note("kernel/user_namespace.c, semantics 1.2")
    legend = controls.note("k: kernel id; v: id in the mount; u: id in a user namespace; -1: no id")
    read = controls.note(
        f"Names lead to where they were read: Linux {READ_AT}, whichever kernel is asked."
    )
    assert controls.call_list(CALLS[1:], 1) == (
        f'<div class="kfv-trace">{legend} {read}<ol class="kfv-code">'
        f'<li class="now" aria-current="step" style="margin-left:1.4em">{link}(k1) {where}</li>'
        "</ol></div>"
    )
    assert controls.call_list((), 0) == (
        f'<div class="kfv-trace">{legend} {read}<ol class="kfv-code"></ol></div>'
    )


def test_the_calls_of_an_answer_are_all_there_in_kernel_order() -> None:
    o = kv.who_owns("home-on-a-stick")
    items = controls.call_list(o.calls, len(o.calls)).split("<li")[1:]
    assert len(items) == len(o.calls) > 3
    for call, item in zip(o.calls, items, strict=True):
        assert plain("<li" + item) == f"{call.line} {call.file}, semantics {call.section}"
        assert call.url in item
    assert 'class="now"' in items[-1]


def test_right_and_wrong_are_told_apart() -> None:
    right, wrong = question.told("<a>", "<a>", "<i>so</i>"), question.told("b", "<a>")
    assert plain(right) == "✓ Right: <a>. so"
    assert plain(wrong) == "≠ Your answer: b. Right: <a>."
    assert 'class="kfv-say right"' in right
    assert 'class="kfv-say wrong"' in wrong
    assert "<i>so</i>" in right
    assert plain(question.asked(NASTY)) == NASTY
