# SPDX-License-Identifier: BSD-3-Clause
"""
Frame: what the bench looks like
================================

Regions in the order of the page: ``ask`` (which kfunc), ``kernel`` (the file behind its mount),
``program`` (where it hangs and how it got its pointer), ``verdict``, ``bench`` (the value, where
there is one, and the call), ``folds`` and ``token``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version

from kfuncviz.explorers.around import copied, dressed, folds, saving, tools
from kfuncviz.explorers.bench.case import Case, case
from kfuncviz.explorers.bench.events import SWITCHES
from kfuncviz.explorers.bench.state import (
    FLAGS,
    HOOKS,
    KFUNCS,
    POINTERS,
    TWO,
    State,
    another,
    document,
    mounts,
    paths,
    wrong,
)
from kfuncviz.explorers.element import button, chooser, element, event, options, switch, words
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.kfuncs import split_vfs_ids
from kfuncviz.kfuncs.verifier import RELEASES, Verdict
from kfuncviz.render import bench as picture
from kfuncviz.render.kit.frame import clamp
from kfuncviz.render.kit.plain import plain, wrap
from kfuncviz.render.kit.tabular import table_html
from kfuncviz.scenario.load import gallery

REGIONS = ("ask", "kernel", "program", "verdict", "bench", "folds", "token")
NAME, ROOM = "bench", "kfv-bench"
TITLE = "What would the wrapper return, and may this program call it?"
_RETURNS = {
    "bpf_is_idmapped_mnt": "yes or no", "bpf_file_mnt_idmap": "opaque pointer",
    TWO: "u64, two ids", "bpf_get_file_vfs_ids": "u64, two ids",
}  # fmt: skip
_SWITCHES = {"sleepable": "may sleep", "rcu": "in an RCU section"}


def frame(state: State, width: int = 960) -> Frame:
    """What a state looks like, drawn ``width`` pixels wide."""
    here, across = case(state), clamp(width)
    regions = {
        "ask": _ask(state),
        "kernel": _kernel(state),
        "program": _program(state),
        "verdict": _verdict(state, here),
        "bench": _drawn(here, across - 4),
        "folds": _folds(state, here),
    }
    told = dressed(NAME, state, regions, across, ROOM)
    return Frame(told, sentence(here), table(here), text(here))


def draw(state: State, width: int = 960) -> str:
    """The static picture of a state, for a page without controls."""
    return _drawn(case(state), width) or element("p", words(sentence(case(state))))


def _drawn(here: Case, width: int) -> str:
    if here.known is None:
        return ""
    fn, verdict = here.known
    return picture.svg(fn, here.value, verdict, here.args, width=width, theme="lab",
                       standalone=False)  # fmt: skip


# -------------------------------------------------------------------------------- in words


def sentence(here: Case) -> str:
    """What the bench says, in a few sentences."""
    if here.known is None:
        return f"No answer: {here.unknown}."
    fn, verdict = here.known
    said = picture.sentence(fn, here.value, verdict)
    return f"{said} {_beside(here, verdict)}".strip()


def _beside(here: Case, verdict: Verdict) -> str:
    """The file's side: what stat shows, or why there is nothing to show."""
    if here.trouble:
        return f"There is no such {here.trouble}."
    if here.stat is None:
        return ""
    shown = f"stat shows root of the host {here.stat[0]}:{here.stat[1]}"
    if not verdict.accept:
        return f"Nothing runs, so there is no value; {shown}."
    if isinstance(here.value, bool) or not isinstance(here.value, int):
        return f"Of this file {shown}."
    ids = split_vfs_ids(here.value)
    end = "the same" if (ids.uid, ids.gid) == here.stat else "another answer"
    if None in ids:
        end = "the number it has for what has no mapping"
    if here.wrong:
        end += (
            ": the idmap passed is that of another file; nothing ties an idmap to an inode, and "
            "the wrapper cannot notice"
        )
    return f"{shown[0].upper()}{shown[1:]}, {end}."


def _rests(here: Case, verdict: Verdict) -> str:
    """Where and when it was measured, or else what it was worked out from."""
    return verdict.source if verdict.measured else here.rests or verdict.source


def table(here: Case) -> list[dict[str, str]]:
    """Every answer as rows of "what" and "says"."""
    if here.known is None:
        return [{"what": "no answer", "says": here.unknown}]
    fn, verdict = here.known
    rows = picture.table(fn, here.value, verdict, here.args)
    rows += [{"what": "rests on", "says": _rests(here, verdict)}]
    beside = _beside(here, verdict)
    return [*rows, {"what": "the file", "says": beside}] if beside else rows


def text(here: Case) -> str:
    """The rows as ASCII text of at most 72 columns."""
    lines: list[str] = []
    for row in table(here):
        lines += wrap(plain(f"{row['what']}: {row['says']}"), 72, then="    ")
    return "\n".join(lines) + "\n"


# ------------------------------------------------------------------------------ the screen


def _ask(state: State) -> str:
    """The question, and the kfunc it is asked of."""
    chosen = "".join(
        button(
            f"<b>{name}</b><span>{_RETURNS[name]}</span>", f"kfunc-{name}",
            data_event=event("set", "kfunc", name),
            aria_pressed="true" if name == state.kfunc else "false",
        )
        for name in KFUNCS[:4]
    )  # fmt: skip
    real = [name for name in KFUNCS if name not in _RETURNS]
    offered = {"": "a real kfunc, for contrast", **{name: name for name in real}}
    sends = event("set", "kfunc", "$value")
    named = state.kfunc if state.kfunc in real else ""
    if named:
        del offered[""]
    others = chooser("a real kfunc", "kfunc", sends, options(offered, named))
    head = element("div", element("h2", TITLE) + tools(), class_="kfv-top")
    return head + element("div", chosen, class_="kfv-kfuncs", role="group",
                          aria_label="the wrappers") + others  # fmt: skip


def _field(label: str, target: str, offered: Mapping[str, str], chosen: str) -> str:
    control = chooser(label, target, event("set", target, "$value"), options(offered, chosen))
    return element("label", element("span", label) + control, class_="kfv-of")


def _kernel(state: State) -> str:
    """The kernel's side: the file behind its mount, and whose idmap is passed."""
    found = document(state.scenario)
    cases = {name: str(document(name)["title"]) for name in gallery()}
    cases.setdefault(state.scenario, str(found.get("title") or "this scenario"))
    through = {each: each for each in mounts(found)}
    parts = [
        _field("case", "scenario", cases, state.scenario),
        _field("opened through", "via", through, state.via),
        _field("file", "path", {each: each for each in paths(found, state.via)}, state.path),
    ]
    if state.kfunc == TWO:
        parts.append(_field("idmap of", "idmap", through, state.idmap or state.via))
    turned, idle = wrong(state), not another(state)
    label = "Pass the right idmap" if turned else "Pass the wrong idmap"
    parts.append(
        button(label, "wrong", data_event=event("wrong", "idmap", not turned),
               aria_disabled="true" if idle else None, class_="kfv-wrong",
               title="the idmap of another mount than the one the file was opened through")
    )  # fmt: skip
    return _side("The kernel's side", parts)


def _program(state: State) -> str:
    """The program's side: where it hangs, how it got its pointer, whether it may sleep."""
    hooks = {name: f"{name} ({hook.hands})" for name, hook in HOOKS.items()}
    parts = [
        _field("hook", "hook", hooks, state.hook),
        _field("pointer", "pointer", POINTERS, state.pointer),
        _field("release", "release", {each: each for each in RELEASES}, state.release),
        _field("as if it had", "flags", {each: each for each in FLAGS}, state.flags),
    ]
    for name in SWITCHES:
        on = bool(getattr(state, name))
        parts.append(
            switch(_SWITCHES[name], _SWITCHES[name], event("set", name, not on), on=on, idle=False,
                   key=name)
        )  # fmt: skip
    return _side("The program's side", parts)


def _side(title: str, parts: list[str]) -> str:
    return element("h3", title) + element("div", "".join(parts), class_="kfv-args")


def _verdict(state: State, here: Case) -> str:
    """The verdict first: the badge, the verifier's own line, and what both rest on."""
    if here.known is None:
        return element("p", f"<b>No answer.</b> {words(here.unknown)}", class_="kfv-unknown")
    _, verdict = here.known
    said = "✓ accepted" if verdict.accept else "✗ rejected"
    name = "kfv-badge" if verdict.accept else "kfv-badge kfv-no"
    parts = element("b", said, class_=name)
    parts += element("code", words(verdict.message)) if verdict.message else ""
    parts += element("span", words(f"{verdict.basis}, {state.release}"))
    out = element("p", parts, class_="kfv-verdict")
    out += element("p", words(f"Rests on: {_rests(here, verdict)}."), class_="kfv-small")
    beside = _beside(here, verdict)
    return out + (element("p", words(beside), class_="kfv-stat") if beside else "")


def _folds(state: State, here: Case) -> str:
    note = f"kfuncviz {version('kfuncviz')}, rules of Linux {state.release}"
    bodies = {
        "program": ("As a program", lambda: _as_program(state, here)),
        "table": ("Table", lambda: table_html(table(here), "the bench, row by row")),
        "mail": ("Text for a mail", lambda: copied(text(here), "mail")),
        "save": ("Save", lambda: saving(NAME, note, draw(state, 844) if here.verdict else "")),
    }  # fmt: skip
    return folds(bodies, state.folds)


def _as_program(state: State, here: Case) -> str:
    """The program as the command reads it, and how to ask it there."""
    if not here.program:
        return element("p", words(f"There is no program: {here.unknown}."))
    asked = f"kfuncviz verify FILE --kernel {state.release}"
    return element("p", asked) + copied(json.dumps(here.program, indent=1), "written")
