# SPDX-License-Identifier: BSD-3-Clause
"""
A toy explorer: one of every control, and an answer that a child can check
==========================================================================

An id has ``add`` added while the switch is on.  An id under 100 has no answer; ``add`` is typed as
a number, and what is none stays a draft.  Nothing in it is about files or kernels, so that whatever
works here works for any explorer.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from html import escape
from typing import Any

from kfuncviz.explorers.engine import registry
from kfuncviz.explorers.engine.frame import Barred, Frame
from kfuncviz.model.uidgid import LAST_ID

NAME = "board"
CALLS = 3
MOST = 999_999
COLOURS = ("red", "green", "blue")


@dataclass(frozen=True)
class State:
    on: bool = True
    add: int = 1000
    id: int | None = None
    colour: str = "red"
    step: int = CALLS
    draft: str | None = None
    folds: tuple[str, ...] = ()


def install() -> None:
    """Make the toy known to the engine of this process."""
    registry.EXPLORERS = types.MappingProxyType({NAME: __name__, **registry.EXPLORERS})


def first(source: Any = None) -> State:
    return State() if source is None else State(add=source)


def update(state: State, event: Mapping[str, Any]) -> State:
    kind, target, value = (event.get(part) for part in ("type", "target", "value"))
    match kind, target, value:
        case "set", "on", bool():
            return replace(state, on=value, step=CALLS)
        case "set", "colour", str() if value in COLOURS:
            return replace(state, colour=value)
        case "typed", "add", str():
            if value.isdecimal() and len(value) < 7:
                return replace(state, add=int(value), draft=None, step=CALLS)
            return replace(state, draft=value)
        case "typed", "id", "":
            return replace(state, id=None, step=CALLS)
        case "typed", "id", str() if value.isdecimal() and int(value) <= MOST:
            return replace(state, id=int(value), step=CALLS)
        case "step", "back" | "next" | "first" | "last", None:
            by = {"back": -1, "next": 1, "first": -CALLS, "last": CALLS}[target]
            return replace(state, step=min(max(state.step + by, 0), CALLS))
        case "fold", "more", bool():
            return replace(state, folds=("more",) if value else ())
        case "fail", None, None:
            raise ValueError("this one always fails")
    raise ValueError(f"no control sends {event}")


def change(before: State, after: State) -> str:
    looks = {"step": after.step, "folds": after.folds, "draft": after.draft}
    return "look" if replace(before, **looks) == after else "edit"


def extents(state: State) -> list[tuple[int, int]]:
    if state.id is None:
        return []
    return [(0, 99) if state.id < 100 else (100, MOST)]


def scenario(state: State) -> None:
    return None


def travels(state: State) -> list[dict[str, Any]]:
    def event(kind: str, target: str | None, value: Any = None) -> dict[str, Any]:
        return {"type": kind, "target": target, "value": value}

    steps = [event("step", way) for way in ("first", "back", "next", "last")]
    colours = [event("set", "colour", colour) for colour in COLOURS]
    folds = [event("fold", "more", shown) for shown in (True, False)]
    return [*steps, *colours, *folds, event("set", "on", not state.on)]


def barred(state: State) -> list[Barred]:
    return [Barred(MOST + 1, LAST_ID, f"more than {MOST}")]


def to_json(state: State) -> dict[str, Any]:
    return asdict(state) | {"folds": list(state.folds)}


def from_json(data: Any) -> State:
    return State(**{**data, "folds": tuple(data.get("folds", ()))})


def setting(state: State, name: str, value: Any) -> list[dict[str, Any]]:
    if name in ("id", "add"):
        text = "" if value is None else str(value)
        return [{"type": "typed", "target": name, "value": text}]
    if name == "step":
        way = "next" if value > state.step else "back"
        return [{"type": "step", "target": way, "value": None}] * abs(value - state.step)
    return [{"type": "set", "target": name, "value": value}]


def why(state: State, name: str) -> str:
    return f"{state.draft!r} is no number"


def said(state: State) -> str:
    if state.id is None:
        return "No id is asked about."
    if state.id < 100:
        return f"{state.id} has no answer."
    return f"{state.id} becomes {state.id + (state.add if state.on else 0)}."


def frame(state: State, width: int = 960) -> Frame:
    regions = {
        "head": _head(state),
        "picture": _picture(state, width),
        "say": f"<p class='kfv-say'>{escape(said(state))}</p>",
        "steps": _steps(state),
        "rows": _rows(state) if state.on else "",
        "more": "<details data-key='more'><summary data-key='more-s' "
        f"{_on('fold', 'more', '$checked')}>more</summary><p>{state.colour}</p></details>",
    }
    return Frame(regions, said(state), [{"id": str(state.id)}], said(state))


def _on(kind: str, target: str | None, value: Any = None) -> str:
    event = json.dumps({"type": kind, "target": target, "value": value})
    return f'data-event="{escape(event)}"'


def _head(state: State) -> str:
    text = "" if state.id is None else str(state.id)
    colours = "".join(
        f"<option{' selected' if name == state.colour else ''}>{name}</option>" for name in COLOURS
    )
    verbs = "".join(
        f'<button type="button" data-key="{verb}" data-do="{verb}">{verb}</button>'
        for verb in ("undo", "redo", "reset", "present")
    )
    saves = "".join(
        f'<button type="button" data-key="save-{kind}" data-do="save" data-as="{kind}" '
        f'data-from="drawing" data-name="toy.{kind}" data-note="toy 1.0">save {kind}</button>'
        for kind in ("svg", "png", "html")
    )
    return (
        f'<button type="button" role="switch" data-key="on" aria-checked="{str(state.on).lower()}" '
        f"{_on('set', 'on', '$checked')}>add</button>"
        f'<label>id <input type="text" data-key="id" data-id="" data-when="input" value="{text}" '
        f'min="0" max="999999" data-edges="[0, 99, 100, 1000]" {_on("typed", "id", "$value")} '
        f'data-drag=\'{{"per": 10, "first": 100, "last": 9999}}\'></label>'
        f'<label>colour <select data-key="colour" {_on("set", "colour", "$value")}>'
        f"{colours}</select></label>{verbs}{saves}"
        f'<button type="button" data-key="copy" data-do="copy" data-from="sentence">copy</button>'
        f'<button type="button" data-key="fail" {_on("fail", None)}>fail</button>'
    )


def _picture(state: State, width: int) -> str:
    colour = {"red": "#b34700", "green": "#00704f", "blue": "#005a8e"}[state.colour]
    number = "none" if state.id is None else str(state.id)
    return (
        f'<svg data-key="drawing" viewBox="0 0 {width} 80" width="{width}" height="80" role="img">'
        f'<rect data-key="box" x="4" y="4" width="{width // 2}" height="60" fill="{colour}" '
        f'tabindex="0" role="button" {_on("set", "colour", "blue")}></rect>'
        f'<text x="20" y="44" fill="#ffffff" font-size="24">{number}</text></svg>'
    )


def _steps(state: State) -> str:
    out = []
    for name, hot, at_end in (
        ("first", "", state.step == 0), ("back", "[", state.step == 0),
        ("next", "]", state.step == CALLS), ("last", "", state.step == CALLS),
    ):  # fmt: skip
        way = {"next": " data-forward", "back": " data-back"}.get(name, "")
        off = ' aria-disabled="true"' if at_end else ""
        out.append(
            f'<button type="button" data-key="{name}" data-hotkey="{hot}"{way}{off} '
            f"{_on('step', name)}>{name}</button>"
        )
    return "".join(out) + f'<span data-key="sentence">call {state.step} of {CALLS}</span>'


def _rows(state: State) -> str:
    text = state.draft if state.draft is not None else str(state.add)
    bad = state.draft is not None
    note = f'<p role="alert">{escape(why(state, "add"))}</p>' if bad else ""
    return (
        f'<textarea data-key="add" rows="2" aria-label="add" aria-invalid="{str(bad).lower()}" '
        f"{_on('typed', 'add', '$value')}>{escape(text)}</textarea>{note}"
    )


def opened(state: State) -> State:
    """There is nothing to unfold that a record has."""
    return state
