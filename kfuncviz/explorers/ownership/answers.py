# SPDX-License-Identifier: BSD-3-Clause
"""
Answers: who owns it, and what you may do
=========================================

Two answers with a bar each, solid or dashed for itself: what the maps say, and what the checks
say.  A call that is stopped names the first check that stopped it; one errno for all of them is
told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kfuncviz.explorers.element import button, element, event, words
from kfuncviz.explorers.operation.beside import decision
from kfuncviz.explorers.ownership.cases import Case
from kfuncviz.explorers.ownership.recorded import scenario
from kfuncviz.explorers.ownership.state import State
from kfuncviz.render.ownership import brief
from kfuncviz.render.ownership.marks import bold, to_html
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.verdicts import Standing, Verdict


def said(state: State, here: Case, kept: Case | None) -> str:
    """The owner in one sentence, marked: of one id, of uid and gid, or what differs from A."""
    if kept is not None and state.kept is not None:
        return _compared(state.kept, state, kept.ownership, here.ownership)
    if len(here.answers) == 1:
        return brief.marked(here.ownership)
    uid, gid = here.answers
    if uid.travel.lost is None and gid.travel.lost is None and uid.reading and not uid.unmade:
        return f"{brief.marked(uid)[:-1]}; gid {bold(gid.lanes[0].id)} is {_end(gid)}."
    if gid.travel.lost is not None and uid.travel.lost is not None:
        return f"{brief.marked(uid)} gid {_end(gid)}: {brief.face(gid)}."
    if gid.travel.lost is not None:
        return f"uid: {_end(uid)}. gid: {brief.marked(gid)}"
    return f"{brief.marked(uid)} gid: {_end(gid)}."


def _end(o: Ownership) -> str:
    """What stands at the end of the way."""
    end = o.lanes[o.travel.end]
    number = end.id if end.id is not None else end.shown
    return bold(o.err or (o.overflow if number is None else number))


def _compared(a: State, b: State, one: Ownership, two: Ownership) -> str:
    ends, faces = (_end(one), _end(two)), (brief.face(one), brief.face(two))
    differs = f" {differing(a, b)}"
    if ends[0] == ends[1]:
        if faces[0] == faces[1]:
            return f"Both show {ends[0]}.{differs}"
        return f"Both show {ends[0]}, and mean different things: A {faces[0]}, B {faces[1]}."
    shows = [
        "would show" if o.access is not None and o.access.unseen else "shows" for o in (one, two)
    ]
    return f"\N{NOT EQUAL TO} A {shows[0]} {ends[0]}, B {shows[1]} {ends[1]}.{differs}"


#: What two states can differ in, in words.
_PARTS = {
    "mount_idmapped": "the mount idmap", "in_container": "the caller's user ns",
    "fs_in_userns": "where the disk is mounted", "by": "the caller", "via": "the mount",
    "path": "the file", "id": "the id", "entry": "the entry", "kind": "the kind of id",
    "direction": "the direction", "kernel": "the kernel", "maps": "the rows",
}  # fmt: skip


def differing(a: State, b: State) -> str:
    """What two states differ in, in a sentence.

    >>> from kfuncviz.explorers.ownership.state import State
    >>> differing(State(), State(kernel="6.1"))
    'Only the kernel differs.'
    """
    parts = [word for name, word in _PARTS.items() if getattr(a, name) != getattr(b, name)]
    if not parts:
        return "Nothing differs yet."
    if len(parts) == 1:
        return f"Only {parts[0]} differs."
    return f"{', '.join(parts[:-1])} and {parts[-1]} differ.".capitalize()


def owner(state: State, here: Case, kept: Case | None) -> str:
    """The first answer, its bar dashed where an id is lost."""
    lost = any(o.travel.lost is not None for o in here.answers) and kept is None
    return _answer("owner", to_html(said(state, here, kept)), bad=lost)


def _answer(label: str, html: str, *, bad: bool) -> str:
    name = "kfv-answer-row kfv-bad" if bad else "kfv-answer-row"
    body = element("span", label, class_="kfv-label")
    said_ = element("div", element("p", html), class_="kfv-said")
    return element("div", body + said_, class_=name)


def may(state: State, here: Case, kept: Case | None) -> str:
    """The second answer: a chip for each call, and the first check that stops one, in words.

    Under them stands the decision about the call whose chip is selected.
    """
    stopped = any(verdict.access.err for verdict in here.verdicts)
    if kept is not None:
        rows = (("A", kept.verdicts), ("B", here.verdicts))
        body = "".join(_chips(verdicts, name) for name, verdicts in rows)
        why = ""
    else:
        body = _chips(here.verdicts, "", state.selection)
        why = element("p", words(reason(here)), class_="kfv-why")
        chosen = next((v for v in here.verdicts if _selects(v) == state.selection), None)
        if chosen is not None:
            why += decision(chosen.name, scenario(state), chosen.access.op)
    label = element("span", "you may", class_="kfv-label")
    name = "kfv-answer-row kfv-second" + (" kfv-bad" if stopped else "")
    return element("div", label + element("div", body + why, class_="kfv-may"), class_=name)


def _selects(verdict: Verdict) -> str:
    """The selection that a call's chip makes."""
    return f"call.{verdict.name}"


def _chips(verdicts: Sequence[Verdict], name: str, selection: str | None = None) -> str:
    errs = {verdict.access.err for verdict in verdicts}
    alike = len(errs) == 1
    told = not alike and not name
    chips = "".join(_chip(verdict, selection, told=told) for verdict in verdicts)
    once = next(iter(errs)) if alike and not name else None
    head = element("b", name) if name else ""
    tail = element("b", words(once), class_="kfv-errno") if once else ""
    return element("div", head + chips + tail, class_="kfv-chips")


def _chip(verdict: Verdict, selection: str | None, *, told: bool) -> str:
    """A call and its errno; where it can be selected, a button that shows its checks."""
    err = verdict.access.err
    errno = element("code", words(err)) if err and told else ""
    state = "refused" if err else "allowed"
    label = words(verdict.name) + (f" {errno}" if errno else "")
    look: dict[str, Any] = {
        "class_": f"kfv-chip kfv-{state}",
        "data_operation": verdict.access.op["op"],
        "title": f"{verdict.name}: {err or 'allowed'}",
    }
    if selection is None:
        return element("span", label, **look)
    key = f"chip-{verdict.name.replace(' ', '-')}"
    return button(
        label, key, data_event=event("select", _selects(verdict)),
        aria_expanded="true" if _selects(verdict) == selection else "false", **look,
    )  # fmt: skip


def reason(here: Case) -> str:
    """Why the first call that is stopped is stopped, in words of the model's check."""
    if not here.verdicts:
        return _nobody(here.ownership)
    first = next((v for v in here.verdicts if v.access.err), None)
    if first is None:
        return "Every check passes."
    why, rule = first.access.why, first.access.rule
    if why is not None:
        rule = replace(why, map=None, measured=True).words
        if first.access.err == "EOVERFLOW":
            return f"{rule[0].upper()}{rule[1:]}: {why.kind} {why.id} has no row in {why.map}."
    if first.at is None:
        return f"{rule[0].upper()}{rule[1:]}."
    return f"{_stood(first, first.at)}: {rule}."


def _nobody(o: Ownership) -> str:
    """Which mount or caller there is not, and why."""
    part, _, named = o.unmade.partition(".")
    ask = f"Nobody can ask through {named}" if part == "mounts" else f"{named} cannot ask"
    return f"{ask}: {o.err}, {o.access.rule}." if o.access else f"{ask}."


def _stood(verdict: Verdict, at: Standing) -> str:
    """Where a check stood, whose that is, and who you are."""
    elsewhere = at.path != verdict.access.op["path"] and verdict.access.op["op"] != "create"
    place = "the mount's root" if at.path == "." else at.path
    owner = f"owner {at.kuid} has no row here"
    if at.vfsuid is not None:
        owner = f"owner {at.vfsuid} in the mount"
    stopped = "Stopped at " if elsewhere else ""
    return f"{stopped}{place} ({at.mode:04o}; {owner}, you are {at.you})"
