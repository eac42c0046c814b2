# SPDX-License-Identifier: BSD-3-Clause
"""The bench: verdict, value and program, held against the verifier model and the wrappers."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz import kfuncs
from kfuncviz.api import Scenario
from kfuncviz.explorers import bench as b
from kfuncviz.explorers.bench.state import FLAGS, HOOKS, KFUNCS, POINTERS, TWO, another, mounts
from kfuncviz.explorers.bench.state import document as document_of
from kfuncviz.explorers.engine import exports
from kfuncviz.explorers.engine.tokens import decode, encode
from kfuncviz.kfuncs import verifier as v
from kfuncviz.scenario.load import gallery
from kfuncviz.scenario.replay import attempt
from tests.explorers.following import follow
from tests.render.drawn import page

WALKED = "file->f_path.mnt of a trusted file"
ASKED = [
    b.State(kfunc=kfunc, hook=hook, pointer=pointer, sleepable=sleepable, rcu=rcu, release=release)
    for kfunc, hook, pointer, (sleepable, rcu), release in itertools.product(
        KFUNCS, HOOKS, POINTERS, ((False, False), (True, False), (True, True)), ("6.12", "7.0"),
    )
]  # fmt: skip


def event(kind: str, target: Any, value: Any = None) -> dict[str, Any]:
    return {"type": kind, "target": target, "value": value}


def test_the_verdict_is_what_the_verifier_says_of_the_program_as_written() -> None:
    unknown = accepted = 0
    for state in ASKED[::5]:  # a fifth of them has every hook, pointer and kfunc
        here = b.case(state)
        if here.unknown:
            assert here.verdict is here.value is None
            unknown += 1
            continue
        said = v.answer(here.program, state.release)
        assert here.verdict is not None
        assert (here.verdict.accept, here.rests) == (said.accept, said.follows)
        if not said.accept:
            assert (here.verdict.rule, here.verdict.message) == (said.rule, said.line)
        accepted += said.accept
    assert accepted > 10
    assert unknown > 10


@pytest.mark.parametrize("release", v.RELEASES)
@pytest.mark.parametrize(
    ("kfunc", "source"),
    [
        ("bpf_get_file_vfs_ids", "file, handed to an LSM hook"),
        ("bpf_is_idmapped_mnt", WALKED),
        ("bpf_inode_into_vfs_ids", "file->f_inode of a trusted file"),
    ],
)
def test_the_program_at_file_open_is_the_call_that_was_asked_about(
    kfunc: str, source: str, release: str
) -> None:
    for sleepable in (False, True):
        asked = v.ask(kfunc, "LSM", source, release, sleepable=sleepable)
        here = b.case(b.State(kfunc=kfunc, release=release, sleepable=sleepable))
        assert here.verdict is not None
        assert (here.verdict.accept, here.verdict.rule) == (
            asked.verdict.accept, asked.verdict.rule,
        )  # fmt: skip
        assert [a.provenance for a in here.args] == [a.provenance for a in asked.args]


def test_what_a_kernel_was_seen_to_say_is_called_measured() -> None:
    iterator = b.State(kfunc="bpf_file_mnt_idmap", hook="iter/task_file", release="6.12")
    here = b.case(iterator)
    assert here.verdict is not None
    assert (here.verdict.accept, here.verdict.measured) == (True, True)
    assert "Debian 6.12" in here.verdict.source
    drawn = b.frame(iterator).regions["verdict"]
    assert "measured, 6.12" in drawn
    later = b.case(replace(iterator, release="6.13"))
    assert later.verdict is not None
    assert not later.verdict.measured
    flagged = b.case(b.State(hook="iter/task_file", release="6.12", flags="KF_TRUSTED_ARGS"))
    assert flagged.verdict is not None
    assert (flagged.verdict.rule, flagged.verdict.measured) == ("trusted-args", True)
    assert flagged.rests == ""
    assert "Debian 6.12" in " ".join(b.frame(iterator).text.split())
    assert "Debian 6.12" in drawn


def test_an_rcu_section_makes_what_is_walked_usable_where_the_program_sleeps() -> None:
    outside = b.State(kfunc="bpf_is_idmapped_mnt", release="6.17", sleepable=True)
    inside = replace(outside, rcu=True)
    assert [b.case(s).verdict.accept for s in (outside, inside)] == [False, True]  # type: ignore[union-attr]
    steps = b.case(inside).program["steps"]
    called = [step.get("call") for step in steps]
    assert called == [None, "bpf_rcu_read_lock", None, "bpf_is_idmapped_mnt",
                      "bpf_rcu_read_unlock"]  # fmt: skip


def test_what_is_taken_is_given_back() -> None:
    owned = b.case(b.State(pointer="owned", release="6.18"))
    assert owned.verdict is not None
    assert owned.verdict.accept
    called = [step["call"] for step in owned.program["steps"] if "call" in step]
    assert called == ["bpf_get_task_exe_file", "bpf_get_file_vfs_ids", "bpf_put_file"]
    assert owned.program["steps"][-1] == {"call": "bpf_put_file", "args": ["file"]}
    put = b.case(b.State(kfunc="bpf_put_file", pointer="owned", release="6.18"))
    assert put.program["steps"][-1] == {"call": "bpf_put_file", "args": ["file"]}
    assert put.verdict is not None
    assert put.verdict.accept
    got = b.case(b.State(kfunc="bpf_task_acquire", release="6.18")).program["steps"]
    assert got[-2:] == [{"test": "got"}, {"call": "bpf_task_release", "args": ["got"]}]
    hooks = b.case(b.State(kfunc="bpf_put_file", release="6.18"))
    assert hooks.verdict is not None
    assert hooks.verdict.rule == "release"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (b.State(kfunc="bpf_put_file", release="6.4"), "first registered in 6.12"),
        (b.State(hook="xdp"), "programs of type XDP get a context, no kernel pointer like 'file'"),
    ],
)
def test_what_is_not_known_is_said_instead(state: b.State, said: str) -> None:
    frame = b.frame(state)
    assert said in unescape(frame.regions["verdict"])
    assert not b.case(state).unknown.startswith("steps[")
    assert "<svg" not in frame.regions["bench"]
    assert frame.sentence.startswith("No answer: ")
    assert frame.table == [{"what": "no answer", "says": b.case(state).unknown}]
    assert said in unescape(b.draw(state))


# ------------------------------------------------------------------------ the kernel's side


@pytest.mark.parametrize("name", gallery())
def test_the_value_is_the_wrappers_and_stat_is_stats(name: str) -> None:
    state = b.first(name)
    found = document_of(state.scenario)
    for via in mounts(found)[-2:]:
        state = b.update(state, event("set", "via", via))
        here = b.case(state)
        if here.trouble:
            assert here.trouble == (
                "mount (the case is Linux 6.1): tmpfs can be idmapped only since 6.3"
            )
            assert b.frame(state).sentence.endswith(f"There is no such {here.trouble}.")
            continue
        file = Scenario(name).open(state.path, via=state.via)
        assert here.value == kfuncs.bpf_get_file_vfs_ids(file)
        asked = {"op": "stat", "path": state.path, "by": "root", "via": state.via}
        seen = attempt(found, asked).result["ret"]
        assert here.stat == (seen["uid"], seen["gid"])
        drawn = unescape(b.frame(state).regions["bench"])
        assert f"{here.value:#018x} = {here.value}" in drawn
        assert f"{here.stat[0]}:{here.stat[1]}" in b.frame(state).regions["verdict"]


def test_what_is_not_there_is_named_once() -> None:
    missing = b.case(b.State(path="nope"))
    assert missing.trouble.startswith("file: ENOENT: ")
    broken = {"userns": {"M": {"uid_map": [[0, 5, 9], [3, 5, 9]]}}}
    one = {"setup": [{"type": "file", "path": "f"}]}
    disk = b.first({**broken, **one, "fs": {"userns": "M"}})
    assert b.case(disk).trouble.startswith("filesystem: userns M could not be made: ")
    other = b.first({**broken, **one, "mounts": {"n": {}, "m": {"userns": "M"}}})
    said = b.case(replace(other, via="n", kfunc=TWO, idmap="m")).trouble
    assert said.startswith("mount: userns M could not be made: ")


def test_each_wrapper_returns_what_it_returns() -> None:
    file = Scenario("home-on-a-stick").open("home/letter.txt", via="stick")
    values = [b.case(b.State(kfunc=kfunc, release="6.12")).value for kfunc in KFUNCS]
    assert values[:4] == [
        True, kfuncs.bpf_file_mnt_idmap(file) and values[1], 1125 << 32 | 1125, 1125 << 32 | 1125,
    ]  # fmt: skip
    assert isinstance(values[1], kfuncs.MntIdmapPointer)
    assert values[4:] == [None] * 3


def test_there_is_a_value_only_where_the_call_loads() -> None:
    state = b.State(kfunc="bpf_is_idmapped_mnt", release="6.18")
    frame = b.frame(state)
    assert b.case(state).value is None
    assert "It would return" not in frame.regions["bench"]
    assert "Nothing runs, so there is no value" in frame.sentence
    assert "arg#0 is untrusted_ptr_ expected ptr_ or socket" in frame.regions["verdict"]
    loads = b.frame(replace(state, release="6.17"))
    assert "It would return" in loads.regions["bench"]


def test_the_wrong_idmap_is_one_click_away_and_nobody_notices() -> None:
    state = b.State()
    wrong = b.update(state, event("wrong", "idmap", True))
    assert (wrong.kfunc, wrong.idmap) == (TWO, "unmapped")
    here = b.case(wrong)
    assert here.verdict is not None
    assert here.verdict.accept
    assert here.value == 1000 << 32 | 1000
    assert here.stat == (1125, 1125)
    said = "another answer: the idmap passed is that of another file; nothing ties an idmap to an"
    assert said in b.frame(wrong).sentence
    right = b.update(wrong, event("wrong", "idmap", False))
    assert (right.kfunc, right.idmap) == (TWO, "")
    assert b.case(right).value == 1125 << 32 | 1125
    assert "the same." in b.frame(right).sentence
    alone = b.first({"setup": [{"type": "file", "path": "f"}]})
    assert another(alone) == ""
    pressed = r'data-key="wrong"[^>]*aria-disabled="true"'
    assert re.search(pressed, b.frame(alone).regions["kernel"])
    assert not re.search(pressed, b.frame(state).regions["kernel"])
    assert 'data-key="idmap"' in b.frame(wrong).regions["kernel"]
    assert 'data-key="idmap"' not in b.frame(state).regions["kernel"]


def test_a_lost_id_is_told_from_the_number_stat_has_for_it() -> None:
    lost = b.first("three-kinds-of-nobody")
    assert lost.path == "lost-in-mount"
    assert b.case(lost).value == (1 << 64) - 1
    assert "65534:65534, the number it has for what has no mapping" in b.frame(lost).sentence


# ---------------------------------------------------------------------------- the controls


def test_the_controls_ask_what_they_say() -> None:
    state = b.State()
    for target, value in (
        ("kfunc", "bpf_is_idmapped_mnt"), ("hook", "iter/task_file"), ("pointer", "cast"),
        ("release", "6.12"), ("flags", "KF_RCU"), ("sleepable", True), ("rcu", True),
        ("via", "plain"), ("path", "home"),
    ):  # fmt: skip
        after = b.update(state, event("set", target, value))
        assert getattr(after, target) == value
        assert b.change(state, after) == "edit"
        state = after
    assert b.change(state, b.update(state, event("fold", "table", True))) == "look"
    other = b.update(state, event("set", "scenario", "keep-id"))
    assert b.change(state, other) == "new"
    assert (other.kfunc, other.sleepable, other.via) == ("bpf_is_idmapped_mnt", True, "volume")
    assert b.from_json(b.to_json(state)) == state
    wrong = b.update(b.State(), event("wrong", "idmap", True))
    assert b.update(wrong, event("set", "via", "plain")).idmap == ""
    assert b.update(wrong, event("set", "idmap", "stick")).idmap == ""
    assert b.from_json(b.to_json(wrong)) == wrong


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        (event("set", "kfunc", "bpf_fly"), "'bpf_fly' is no kfunc"),
        (event("set", "release", "6.1"), "'6.1' is no release on the bench, "),
        (event("set", "hook", 5), "5 is no hook"),
        (event("set", "pointer", "found"), "'found' is no pointer"),
        (event("set", "flags", "KF_X"), "'KF_X' is no flag to ask with, "),
        (event("set", "sleepable", "yes"), "sleepable is true or false"),
        (event("set", "via", "sky"), "'sky' is no mount"),
        (event("set", "path", "sky"), "'sky' is no file"),
        (event("set", "idmap", "sky"), "'sky' is no mount"),
        (event("set", "colour", "red"), "'colour' is no part of the bench"),
        (event("wrong", "mount", True), "'mount' is no target"),
        (event("wrong", "idmap", 1), "value is true or false"),
        (event("fly", "a"), "'fly' is no kind of event"),
        (5, "an event is an object"),
    ],
)
def test_what_no_control_sends_is_refused_in_words(sent: Any, wrong: str) -> None:
    with pytest.raises(ValueError, match=re.escape(wrong)):
        b.update(b.State(), sent)


@pytest.mark.parametrize(
    ("part", "wrong"),
    [({"folds": 5}, "folds is a list"), ({"folds": ["x"]}, "'x' is no fold"),
     ({"scenario": 5}, "scenario is a text"), ({"mood": 1}, "'mood' is no part of a state"),
     ({"rcu": 1}, "rcu is true or false"), ({"path": "x"}, "'x' is no file")],
)  # fmt: skip
def test_a_state_somebody_wrote_is_checked_part_by_part(part: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        b.from_json(b.to_json(b.State()) | part)


def test_it_is_told_in_rows_72_columns_and_as_a_program_that_can_be_asked_again() -> None:
    state = b.State(kfunc=TWO, release="6.18", folds=b.FOLDS)
    frame = b.frame(state)
    assert frame.text.isascii()
    assert max(map(len, frame.text.splitlines())) <= 72
    told = {row["what"]: row["says"] for row in frame.table}
    assert told["verdict"] == "accepted"
    assert told["rests on"].startswith("no kernel was asked about this program")
    assert "stat shows" in told["the file"].lower()
    drawn = frame.regions["folds"]
    (written,) = re.findall(r'data-key="written">([^<]+)<', drawn)
    assert v.answer(json.loads(unescape(written)), "6.18").accept
    assert "kfuncviz verify FILE --kernel 6.18" in drawn
    for html in frame.regions.values():
        page(html)
    assert decode(encode("bench", state)) == ("bench", state)
    assert len(encode("bench", replace(state, folds=()))) <= 200
    assert Scenario(encode("bench", state)).document["focus"]["path"] == "home/letter.txt"


def test_a_page_of_recorded_frames_goes_between_the_releases() -> None:
    events = b.travels(b.State(release="6.4"))
    assert event("wrong", "idmap", True) in events
    releases = [e["value"] for e in events if e["target"] == "release"]
    assert releases == ["6.12", "6.17", "6.18", "7.0", "6.4"]
    assert b.opened(b.State()).folds == ("program", "table", "mail")
    assert b.extents(b.State()) == b.barred(b.State()) == []


SENT = st.one_of(
    st.builds(event, st.just("set"), st.just("kfunc"), st.sampled_from(KFUNCS)),
    st.builds(event, st.just("set"), st.just("hook"), st.sampled_from(tuple(HOOKS))),
    st.builds(event, st.just("set"), st.just("pointer"), st.sampled_from(tuple(POINTERS))),
    st.builds(event, st.just("set"), st.just("release"), st.sampled_from(v.RELEASES)),
    st.builds(event, st.just("set"), st.just("flags"), st.sampled_from(FLAGS)),
    st.builds(event, st.just("set"), st.sampled_from(("sleepable", "rcu")), st.booleans()),
    st.builds(event, st.just("set"), st.just("via"), st.sampled_from(("stick", "plain", "x"))),
    st.builds(event, st.just("wrong"), st.just("idmap"), st.booleans()),
    st.builds(event, st.just("fold"), st.sampled_from(b.FOLDS), st.booleans()),
    st.builds(event, st.text(max_size=5), st.text(max_size=5), st.text(max_size=5)),
)


@settings(max_examples=12)
@given(st.lists(SENT, max_size=6))
def test_any_events_lead_to_tokens_that_say_what_is_shown(events: list[Any]) -> None:
    for state, whole in follow("bench", b.State(), events):
        returns = b.case(state).value is not None
        assert ("It would return" in whole["bench"]) == returns


def test_a_page_that_works_by_itself_is_small_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    few = [event("set", "release", "6.18"), event("wrong", "idmap", True)]
    monkeypatch.setattr(b, "travels", lambda _: few)
    whole = exports.page("bench", b.State())
    assert "answers here" in whole
    assert len(whole.encode()) < exports.PAGE_MAX / 2


# ---------------------------------------------------------------------- as it is written down


HANDED = "argument file type struct file"
OTHERS = "current task; call bpf_get_task_exe_file args task into other; test other"
WALKS = "current task; load mm from task into mm; load exe_file from mm into other"
TAKEN = "current task; call bpf_get_task_exe_file args task into file; test file"


@pytest.mark.parametrize(
    ("state", "head", "steps"),
    [
        (b.State(), "LSM file_open", f"{HANDED}; call bpf_get_file_vfs_ids args file"),
        (b.State(hook="syscall"), "SYSCALL", f"{HANDED}; call bpf_get_file_vfs_ids args file"),
        (b.State(hook="xdp"), "XDP", f"{HANDED}; call bpf_get_file_vfs_ids args file"),
        (b.State(hook="lsm/file_permission", sleepable=True), "LSM file_permission sleepable",
         f"{HANDED}; call bpf_get_file_vfs_ids args file"),
        (b.State(kfunc="bpf_is_idmapped_mnt", hook="fentry/security_file_open", rcu=True),
         "TRACING fentry/security_file_open",
         (f"{HANDED}; call bpf_rcu_read_lock args ; load f_path.mnt from file into vfsmount; "
         "call bpf_is_idmapped_mnt args vfsmount; call bpf_rcu_read_unlock args ")),
        (b.State(kfunc=TWO, hook="iter/task_file"), "TRACING iter/task_file",
         (f"{HANDED}; test file; call bpf_file_mnt_idmap args file into idmap; "
         f"load f_inode from file into inode; call {TWO} args idmap,inode")),
        (b.State(kfunc=TWO, hook="lsm/file_alloc_security", pointer="cast"),
         "LSM file_alloc_security", (f"{HANDED}; cast struct file from file into made; "
         "call bpf_file_mnt_idmap args made into idmap; load f_inode from made into inode; "
         f"call {TWO} args idmap,inode")),
        (b.State(kfunc=TWO, pointer="number"), "LSM file_open", f"call {TWO} args 1,1"),
        (b.State(kfunc="bpf_file_mnt_idmap", pointer="owned"), "LSM file_open",
         f"{TAKEN}; call bpf_file_mnt_idmap args file; call bpf_put_file args file"),
        (b.State(kfunc="bpf_put_file", pointer="owned"), "LSM file_open",
         f"{TAKEN}; call bpf_put_file args file"),
        (b.State(kfunc="bpf_get_task_exe_file", pointer="number"), "LSM file_open",
         "call bpf_get_task_exe_file args 1 into got; test got; call bpf_put_file args got"),
        (b.State(kfunc="bpf_task_acquire", pointer="cast"), "LSM file_open",
         ("current task; cast struct task_struct from task into made; "
         "call bpf_task_acquire args made into got; test got; call bpf_task_release args got")),
        (b.State(kfunc=TWO, idmap="plain"), "LSM file_open",
         (f"{HANDED}; {OTHERS}; call bpf_file_mnt_idmap args other into idmap; "
         f"load f_inode from file into inode; call {TWO} args idmap,inode; "
         "call bpf_put_file args other")),
        (b.State(kfunc=TWO, idmap="plain", pointer="cast", release="6.11"), "LSM file_open",
         (f"{HANDED}; cast struct file from file into made; {WALKS}; call bpf_file_mnt_idmap args "
         f"other into idmap; load f_inode from made into inode; call {TWO} args idmap,inode")),
        (b.State(kfunc=TWO, idmap="plain", hook="iter/task_file", release="6.12"),
         "TRACING iter/task_file",
         (f"{HANDED}; test file; {WALKS}; call bpf_file_mnt_idmap args other into idmap; "
         f"load f_inode from file into inode; call {TWO} args idmap,inode")),
        (b.State(kfunc=TWO, idmap="plain", pointer="owned"), "LSM file_open",
         (f"{TAKEN}; argument other type struct file; call bpf_file_mnt_idmap args other "
         f"into idmap; load f_inode from file into inode; call {TWO} args idmap,inode; "
         "call bpf_put_file args file")),
        (b.State(kfunc=TWO, idmap="plain", pointer="owned", hook="xdp"), "XDP",
         (f"{TAKEN}; call bpf_file_mnt_idmap args file into idmap; "
         f"load f_inode from file into inode; call {TWO} args idmap,inode; "
         "call bpf_put_file args file")),
        (b.State(kfunc=TWO, idmap="plain", pointer="number"), "LSM file_open",
         f"call {TWO} args 1,1"),
        (b.State(kfunc="bpf_task_acquire", pointer="owned"), "LSM file_open",
         ("current task; call bpf_task_acquire args task into got; test got; "
         "call bpf_task_release args got")),
    ],
)  # fmt: skip
def test_the_program_is_written_down_step_by_step(state: b.State, head: str, steps: str) -> None:
    written = b.case(state).program
    told = ["sleepable"] * (written.get("sleepable") is True)
    assert " ".join([written["type"], *filter(None, [written.get("attach")]), *told]) == head
    lines = [
        " ".join(f"{key} {','.join(map(str, said)) if isinstance(said, list) else said}"
                 for key, said in step.items())
        for step in written["steps"]
    ]  # fmt: skip
    assert "; ".join(lines) == steps


@pytest.mark.parametrize(
    ("state", "provenances", "accepted"),
    [
        (b.State(hook="iter/task_file", release="6.12"), ["plain"], True),
        (b.State(kfunc=TWO, hook="fentry/security_file_open"), [], False),
        (b.State(kfunc=TWO, pointer="number"), ["scalar", "scalar"], False),
        (b.State(kfunc="bpf_task_acquire", pointer="cast"), ["untrusted"], False),
        (b.State(kfunc="bpf_put_file", pointer="owned"), ["acquired"], True),
        (b.State(kfunc="bpf_is_idmapped_mnt", release="6.18", flags="KF_TRUSTED_ARGS"),
         ["untrusted"], False),
    ],
)  # fmt: skip
def test_what_is_passed_is_marked_as_the_program_got_it(
    state: b.State, provenances: list[str], accepted: bool
) -> None:
    here = b.case(state)
    assert here.fn is not None
    assert here.verdict is not None
    assert ([arg.provenance for arg in here.args], here.verdict.accept) == (provenances, accepted)
    assert not any(arg.nullable for arg in here.args)
    assert (state.flags in here.fn.flags) == (state.flags != "none")
    ours = state.kfunc in KFUNCS[:4]
    assert (here.value is not None, here.stat is not None) == (ours and accepted, ours)


def test_what_is_folded_is_not_asked_again() -> None:
    assert b.case(b.State(release="6.12", folds=("mail",))) is b.case(b.State(release="6.12"))


def test_no_file_is_read_that_a_link_names(tmp_path: Path) -> None:
    there = tmp_path / "there.yaml"
    there.write_text("setup: [{type: file, path: f}]")
    assert b.first(there).path == "f"
    for ask in (
        lambda: b.update(b.State(), event("set", "scenario", str(there))),
        lambda: b.from_json({"scenario": str(there)}),
    ):
        with pytest.raises(ValueError, match="is no share token and no name in the gallery"):
            ask()
    token = b.first(there).scenario
    assert b.from_json({"scenario": token, "via": "plain", "path": "f"}) == b.first(there)
    assert b.update(b.State(), event("set", "scenario", token)) == b.first(there)


def test_a_scenario_is_met_at_its_focus_or_where_something_lies() -> None:
    inside = {
        "userns": {"M": {"uid_map": [[0, 5, 9]]}},
        "mounts": {"m": {"userns": "M", "subdir": "d/"}, "n": {}},
        "setup": [
            {"type": "symlink", "path": "d/link", "target": "g"},
            {"type": "dir", "path": "d"}, {"type": "file", "path": "d/g"},
            {"type": "file", "path": "other"},
        ],
    }  # fmt: skip
    at = b.first(inside)
    assert (at.via, at.path) == ("m", "g")
    assert b.first(inside | {"focus": {"via": "plain", "path": "other"}}).path == "other"
    assert (b.first({"mounts": {"n": {}}}).via, b.first({"mounts": {"n": {}}}).path) == ("n", ".")
    assert b.first({"setup": [{"type": "dir", "path": "d"}]}).via == "plain"
    assert b.first("home-on-a-stick") == b.first() == b.State()
    held = document_of(at.scenario)
    assert mounts(held) == ["m", "n", "plain"]
    assert another(at) == "n"
    assert another(replace(at, via="n")) == "m"
    through = b.update(at, event("set", "via", "plain"))
    assert (through.path, b.update(through, event("set", "via", "n")).path) == ("d", "d")
    kept = b.update(replace(through, path="d/g"), event("set", "via", "n"))
    assert (kept.via, kept.path) == ("n", "d/g")
    assert b.scenario(kept)["focus"] == {"path": "d/g", "via": "n", "by": "root"}
    assert b.scenario(kept)["setup"] == held["setup"]
    opened = b.update(replace(kept, rcu=True, folds=("mail",)), event("set", "scenario", "keep-id"))
    assert (opened.scenario, opened.rcu, opened.folds) == ("keep-id", True, ("mail",))


def test_a_scenario_of_ones_own_is_named_and_no_idmap_is_wrong_that_is_not_passed() -> None:
    untitled, titled = (
        b.first({"setup": [{"type": "dir", "path": "d"}]}),
        b.first({"title": "A < B"}),
    )
    for state, title in ((untitled, "this scenario"), (titled, "A < B"), (b.State(), None)):
        (kernel,) = page(b.frame(state).regions["kernel"])
        options = kernel.findall(".//select[@data-key='scenario']/option")
        assert len(options) == len(gallery()) + (title is not None)
        (chosen,) = [option for option in options if option.get("selected") is not None]
        assert chosen.get("value") == state.scenario
        assert title is None or chosen.text == title
    passed = b.update(b.State(), event("wrong", "idmap", True))
    other = b.update(passed, event("set", "kfunc", "bpf_get_file_vfs_ids"))
    pressed = [b.frame(state).regions["kernel"].count("Pass the right idmap")
               for state in (b.State(), passed, other)]  # fmt: skip
    assert pressed == [0, 1, 0]
    assert [b.travels(state)[-1]["value"] for state in (passed, other)] == [False, True]
    assert "nothing ties" not in b.frame(other).sentence


def test_what_a_recorded_page_of_the_bench_answers() -> None:
    asked = [(e["type"], e["target"], e["value"]) for e in b.travels(b.State(sleepable=True))]
    assert asked == [
        *(("set", "kfunc", name) for name in KFUNCS[:4]),
        *(("set", "pointer", name) for name in ("hook", "owned", "cast", "number")),
        ("set", "sleepable", False),
        *(("set", "release", release) for release in ("6.12", "6.17", "6.18", "7.0")),
        ("wrong", "idmap", True),
    ]
    assert b.travels(b.State(kfunc=TWO, idmap="plain"))[-1] == event("wrong", "idmap", False)
    assert b.from_json({"folds": ["save", "mail"]}).folds == ("mail", "save")
    assert b.TRAITS == ("scenario", "via", "path", "idmap", "kfunc", "hook", "pointer",
                        "sleepable", "rcu", "release", "flags")  # fmt: skip
