# SPDX-License-Identifier: BSD-3-Clause
"""
Heads: the controls that stand in the picture's header
======================================================

A control lives where its thing is: over each lane what is chosen there, over each gap the switch of
its map, the heads of its columns and its rows, always there and always live; and the field for the
traced id where the way starts.  Places are those of the picture (`render.ownership.form`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, cast

from kfuncviz.explorers.element import (
    chooser,
    element,
    event,
    exact,
    options,
    switch,
    words,
)
from kfuncviz.explorers.ownership.cases import (
    Case,
    Refusal,
    callers,
    files,
    idle,
    mounts,
)
from kfuncviz.explorers.ownership.state import SWITCHES, State
from kfuncviz.model.uidgid import IdKind
from kfuncviz.render.kit.fit import clean, width
from kfuncviz.render.kit.markup import number
from kfuncviz.render.ownership import labels
from kfuncviz.render.ownership.blocks import segments, spans_of_lanes
from kfuncviz.render.ownership.form import PILL, READING, Form
from kfuncviz.render.ownership.headers import BESIDE, ROWS_TOP
from kfuncviz.render.ownership.icons import SHAPES
from kfuncviz.render.ownership.reach import would_be
from kfuncviz.scenario.ownership.answer import Lane, Ownership
from kfuncviz.scenario.ownership.travel import Hop, HopKey
from kfuncviz.scenario.variation import Place

_SWITCH: Mapping[HopKey, str] = {place: name for name, place in SWITCHES.items()}
#: The type of a lane's role, what a chip has around its word, and its pen.
_TYPE, _CHIP, _PEN_WIDE = 13, 25, 15
#: How many edges of blocks an id field is told.
_MOST_EDGES = 64
#: Pixels of dragging that cross a whole block.
_DRAG = 120


class Shown(NamedTuple):
    """What a header is made of: the state, its case, and what was refused, by target.

    ``kinds`` are those whose rows are shown; the second of two trails has no ``controls``.
    """

    state: State
    case: Case
    refused: Mapping[str, Refusal]
    kinds: tuple[IdKind, ...]
    controls: bool = True

    @property
    def o(self) -> Ownership:
        """The answer that is drawn, the lower one of two."""
        return self.case.answers[-1]


def heads(shown: Shown, form: Form) -> str:
    """All of the header, in the order lanes and gaps stand in."""
    o, out = shown.o, []
    for k in range(len(o.lanes)):
        out.append(_lane(shown, form, k))
        if k == o.travel.start:
            out += [id_field(shown, form), id_refusal(shown, form)]
        if k < len(o.hops):
            out.append(_hop(shown, form, k))
    return element("div", "".join(out), class_="kfv-header")


def _place(left: float, across: float, **more: float) -> str:
    """Where something stands, as a style."""
    sides = {"left": left, "width": across} | more
    return ";".join(f"{name}:{number(value)}px" for name, value in sides.items())


# ------------------------------------------------------------------------------- lanes


def names(o: Ownership, form: Form, lanes: Iterable[int]) -> str:
    """The names of lanes that only the state compared with has."""
    return element("div", "".join(
        element("div", _name(o.lanes[k], form), class_="kfv-lane",
                style=_place(form.left[k], form.lane))
        for k in lanes
    ), class_="kfv-header")  # fmt: skip


def _name(lane: Lane, form: Form) -> str:
    name = element("span", words(labels.lane_name(lane, small=form.small)))
    return element("div", icon(lane) + name, class_="kfv-name")


def _lane(shown: Shown, form: Form, k: int) -> str:
    body = (
        _name(shown.o.lanes[k], form)
        + (choose(shown, k) or element("div", "", class_="kfv-nothing"))
        + role(shown, form, k)
    )
    return element("div", body, class_="kfv-lane", style=_place(form.left[k], form.lane))


def icon(lane: Lane) -> str:
    """The drawing of a place, in its colour."""
    return (
        f'<svg class="kfv-icon kfv-of-{lane.key}" viewBox="0 0 20 20" aria-hidden="true">'
        f'<path d="{SHAPES[lane.key]}"/></svg>'
    )


def choose(shown: Shown, k: int) -> str:
    """What is chosen on a lane: the file on the disk, the mount, the caller; else nothing."""
    state, o = shown.state, shown.o
    if not shown.controls:
        return ""
    key = o.lanes[k].key
    if key == "mount":
        names = {name: name for name in mounts(state)}
        body = options(names, state.via)
        return chooser("mount", "via", event("set", "via", "$value"), body)
    if key == "caller":
        names = {name: name for name in callers(state)}
        return chooser("caller", "by", event("set", "by", "$value"), options(names, state.by))
    return _file(state) if key == "fs" and k == 0 else ""


def _file(state: State) -> str:
    there = files(state)
    chosen = f"{state.entry or 'owner'} {state.path}"
    owners = {value: label for value, label in there.items() if value.startswith("owner ")}
    others = {value: label for value, label in there.items() if value not in owners}
    body = options(owners, chosen)
    if others:
        body += element("optgroup", options(others, chosen), label="entries")
    disk = (
        {"disk host": "mounted by the host"}
        if state.fs_in_userns
        else {"disk userns": "mounted in a user ns"}
    )
    body += element("optgroup", options(disk, ""), label="the filesystem")
    name = "directory" if state.direction == "create" else "file"
    return chooser(name, "file", event("set", "file", "$value"), body)


def role(shown: Shown, form: Form, k: int) -> str:
    """Whether the way starts or is answered on a lane, and what kind of number it has.

    Where there is no room for the latter it is told on hover.
    """
    o, chip = shown.o, labels.chip(shown.o, k)
    would = chip == labels.ANSWER and would_be(o)
    said = "would be" if would else chip
    pen = _PEN if chip == labels.START and _typable(shown) else ""
    look = {labels.START: None, labels.ANSWER: "kfv-answer"}.get(chip or "", "kfv-would")
    word = element("em", said + pen, class_="kfv-would" if would else look) if said else ""
    sub = o.lanes[k].sub
    of_one = len(shown.kinds) == 1
    told = sub.rpartition(" \N{MIDDLE DOT} ")[2] if of_one else ""
    chip_wide = width(said, _TYPE, mono=False, bold=True) + _CHIP if said else 0
    if said and chip_wide + (_PEN_WIDE if pen else 0) + width(told, _TYPE, mono=False) > form.lane:
        told = ""
    return element("div", word + element("span", words(told)), class_="kfv-role",
                   title=sub if of_one else None)  # fmt: skip


_PEN = (
    '<svg class="kfv-icon kfv-pen" viewBox="0 0 20 20" aria-hidden="true">'
    '<path d="M3,17l1,-4l9,-9l3,3l-9,9z"/></svg>'
)


def _typable(shown: Shown) -> bool:
    """Whether there is one number the way starts with, which can be typed over."""
    start = shown.o.lanes[shown.o.travel.start]
    return (
        shown.state.kind != "both"
        and shown.state.kept is None
        and start.id is not None
        and not shown.o.unmade
    )


def id_field(shown: Shown, form: Form | None) -> str:
    """The field for the traced id, on its pill."""
    if not _typable(shown):
        return ""
    o, state = shown.o, shown.state
    lane = o.lanes[o.travel.start]
    draft, refused = dict(state.drafts).get("id"), shown.refused.get("id")
    edges, block = _edges(o)
    place = {}
    if form is not None:
        left = form.left[o.travel.start]
        style = _place(left + 7, form.lane - 14, top=READING - PILL / 2 + 2, height=PILL - 4)
        place = {"style": f"{style};font-size:{number(form.pill_type)}px"}
    return element(
        "input", type="text", inputmode="numeric", autocomplete="off", class_="kfv-id",
        value=str(lane.id) if draft is None else draft, data_id=True, data_key="id",
        data_event=event("typed", "id", "$value"), data_edges=edges,
        data_drag={"per": max(1, (block[1] - block[0]) // _DRAG), "first": 0, "last": 4294967294},
        data_escape=event("draft", "id") if refused else None,
        aria_label=f"{lane.name}: {o.kind} to trace",
        aria_invalid="true" if refused else None,
        aria_description=described(refused), **place,
    )  # fmt: skip


def id_refusal(shown: Shown, form: Form | None) -> str:
    """Why what is typed in the field is no id that can be asked about."""
    refused = shown.refused.get("id")
    if refused is None or not _typable(shown):
        return ""
    style = ""
    if form is not None:
        left = form.left[shown.o.travel.start]
        style = _place(left - 2, form.lane + 60, top=READING + PILL / 2 + 4)
    return refusal(refused, "id", style)


def _edges(o: Ownership) -> tuple[list[int], tuple[int, int]]:
    """The edges of the blocks nearest to where the way starts, and the block around it."""
    start = o.travel.start
    here = o.lanes[start].id or 0
    parts = segments(spans_of_lanes(o)[start])
    ends = {edge for part in parts for edge in (part.first, min(part.stop, 4294967295) - 1)}
    near = sorted(sorted(ends, key=lambda edge: abs(edge - here))[:_MOST_EDGES])
    block = next((p for p in parts if p.first <= here < p.stop), parts[0])
    return near, (block.first, block.stop)


# -------------------------------------------------------------------------------- hops


def _hop(shown: Shown, form: Form, h: int) -> str:
    hop = shown.o.hops[h]
    left, across = form.right[h] + BESIDE, form.gutter - 2 * BESIDE
    body = element("div", title(shown, h, small=form.small), class_="kfv-title")
    body += _columns(shown, h, small=form.small) + rows(shown, h, small=form.small)
    name = f"kfv-hop kfv-of-{hop.key}"
    name += " kfv-both" if len(shown.kinds) > 1 else ""
    name += " kfv-four" if form.small else ""
    return element("div", body, class_=name, style=_place(left, across))


def title(shown: Shown, h: int, *, small: bool) -> str:
    """The switch of a map with its name, or the name alone of a map that is always there."""
    hop = shown.o.hops[h]
    name = labels.hop_name(hop, small=small)
    if hop.key not in _SWITCH or not shown.controls:
        return element("b", words(name))
    return _switch(shown, hop.key, name, labels.hop_name(hop, small=False))


def _switch(shown: Shown, key: HopKey, label: str, name: str) -> str:
    field = _SWITCH[key]
    blocked = shown.case.blocked is not None and key == "mount"
    on = getattr(shown.state, field) and not blocked
    sends = event("set", field, False if blocked else not on)
    nothing = field in idle(shown.state)
    return switch(label, name, sends, on=on, idle=nothing, key=field)


def _columns(shown: Shown, h: int, *, small: bool) -> str:
    """The heads of a map's columns at the ends where they live; how many rows between them."""
    hop = shown.o.hops[h]
    if hop.nop:
        return ""
    left, right = labels.column_tags(hop)
    middle = hidden_mount(shown, h, "idmap")
    if not (middle or small) and len(shown.kinds) == 1:
        # a namespace between makes four lanes, which are small
        many = len(shown.case.rows[cast("Place", hop.key), shown.kinds[0]] or ())
        middle = element("span", f"{many} row{'s' if many != 1 else ''}")
    return element("div", f"<code>{left}</code>{middle}<code>{right}</code>", class_="kfv-columns")


def hidden_mount(shown: Shown, h: int, label: str) -> str:
    """The switch of a mount's map that has no hop of its own: it stands with the filesystem's."""
    own = any(hop.key == "mount" for hop in shown.o.hops)
    if own or shown.o.hops[h].key != "fs" or not shown.controls:
        return ""
    return _switch(shown, "mount", label, "mount idmap")


def rows(shown: Shown, h: int, *, small: bool) -> str:
    """The rows of a map as a field, or that there is none; both maps where both ids are asked."""
    hop = shown.o.hops[h]
    if hop.key == "mid":
        fixed = "\n".join(labels.row_text(row) for row in hop.rows)
        return _field(hop, fixed, f"mid.{shown.kinds[0]}", None, fixed=True)
    place: Place = hop.key
    out = []
    for nth, kind in enumerate(shown.kinds):
        text = map_text(shown, place, kind)
        target = f"{place}.{kind}"
        style = f"top:{number(ROWS_TOP + 24 * nth)}px" if len(shown.kinds) > 1 else ""
        if text is None:
            out.append(element("div", _no_rows(shown, hop, small=small), class_="kfv-norows",
                               style=style or None))  # fmt: skip
            continue
        out.append(_field(hop, text, target, shown.refused.get(target), style))
    if place == "mount" and shown.case.blocked is not None:
        out.append(refusal(shown.case.blocked, "mount"))
    return "".join(out)


def map_text(shown: Shown, place: Place, kind: IdKind) -> str | None:
    """What stands in the field of a map: what was refused, or its rows; ``None`` for no map."""
    if place == "mount" and shown.case.blocked is not None:
        return None
    of_map = shown.case.rows[place, kind]
    if of_map is None:
        return None
    draft = dict(shown.state.drafts).get(f"{place}.{kind}")
    return "\n".join(labels.row_text(tuple(r)) for r in of_map) if draft is None else draft  # type: ignore[arg-type]


def _no_rows(shown: Shown, hop: Hop, *, small: bool) -> str:
    if hop.key == "mount" and shown.case.blocked is not None:
        return "not possible here" if not small else "not here"
    return "no map" if small else "no map: same number"


def _field(
    hop: Hop,
    text: str,
    target: str,
    refused: Refusal | None,
    style: str = "",
    *,
    fixed: bool = False,
) -> str:
    """The rows of a map; those of a map that cannot be edited here are only read."""
    lines = text.split("\n")
    size = f"--n:{len(lines)};--c:{max(map(len, lines))};{style}"
    first, second = labels.columns(hop.key)
    kind = target.partition(".")[2]
    name = f"{hop.name}, {kind} rows: col 1 {first}, col 2 {second}, count"
    field = element(
        "textarea", exact(text), class_="kfv-rows", data_key=f"rows-{target}",
        data_event=None if fixed else event("typed", target, "$value"),
        data_escape=event("draft", target) if refused else None,
        readonly=fixed, spellcheck="false", autocomplete="off", rows="1",
        aria_label=name, aria_invalid="true" if refused else None,
        aria_description=described(refused), style=size,
    )  # fmt: skip
    return field + (refusal(refused, target) if refused else "")


def refusal(refused: Refusal, target: str, style: str = "") -> str:
    """Why something is not in force, in its place."""
    head = f"<b>\N{BALLOT X} {words(refused.errno)}</b> " if refused.errno else "\N{BALLOT X} "
    still = ""
    if target != "mount":
        still = "<br><span>Still drawn: the last the kernel takes. Esc restores it.</span>"
    return element(
        "div", f"{head}{words(refused.rule)}{still}", class_="kfv-refuse", role="alert",
        style=style or None,
    )  # fmt: skip


def described(refused: Refusal | None) -> str | None:
    """The same beside the field's name, for who does not see the card."""
    return None if refused is None else clean(f"{refused.errno or ''} {refused.rule}".strip())
