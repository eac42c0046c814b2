# SPDX-License-Identifier: BSD-3-Clause
"""
OwnershipExplorer: who owns this file, seen from here?
======================================================

Switches, a file or an id, a direction and three maps as text around one picture.  Every change
makes a new :class:`~kfuncviz.widgets.view.View`; a view the kernel would refuse leaves the last
picture on screen and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from typing import Any

import ipywidgets as w

from kfuncviz import render
from kfuncviz.api import Scenario
from kfuncviz.model.errors import KernelError
from kfuncviz.scenario.load import Source, gallery, load
from kfuncviz.scenario.reading.token import encode
from kfuncviz.widgets import fragments
from kfuncviz.widgets.companion import Companion
from kfuncviz.widgets.view import (
    PLACES,
    Frame,
    Refused,
    View,
    first_view,
    frame,
    parse_id,
    reachable,
    switched,
)

_DIRECTIONS = [("Read: disk → caller", "read"), ("Create: disk ← caller", "create"),
               ("chown: disk ← id", "chown")]  # fmt: skip
_OWN = "(this scenario)"


class OwnershipExplorer(w.VBox):  # type: ignore[misc]
    """An explorer of one scenario, or of the whole gallery.

    Parameters
    ----------
    scenario:
        A :class:`~kfuncviz.api.Scenario` or anything it can be loaded from; by default the first
        scenario of the gallery.

    Attributes
    ----------
    view, frame:
        The question shown and its answer.

    >>> explorer = OwnershipExplorer("home-on-a-stick")
    >>> explorer.mount_idmapped.value = False
    >>> explorer.frame.ownership.lanes[-1].id
    1000
    """

    def __init__(self, scenario: Scenario | Source | None = None, **layout: Any) -> None:
        names = gallery()
        if scenario is None:
            scenario = names[0] if names else {}
        document = scenario.document if isinstance(scenario, Scenario) else load(scenario)
        self._own = document
        self._quiet = 0
        self._past: list[View] = []
        self._future: list[View] = []
        self._step: int | None = None
        self._make_controls(names, scenario if scenario in names else None)
        self.companion = Companion()
        self.companion.observe(lambda _: self._paint(), "width")
        self.companion.on_msg(lambda _, message, __: self._step_by(int(message.get("step", 0))))
        self.view: View
        self.frame: Frame
        self._open(document)
        super().__init__(self._rows(), **layout)
        self.add_class("kfv-explorer")

    # ------------------------------------------------------------------- controls

    def _make_controls(self, names: list[str], chosen: str | None) -> None:
        own = [] if chosen else [_OWN]
        self.scenario = w.Dropdown(
            options=[*own, *names], value=chosen or _OWN, description="scenario",
            style={"description_width": "auto"}, layout={"width": "max-content"},
        )  # fmt: skip
        self.mount_idmapped = self._checkbox("mount idmap", "mount_idmapped")
        self.in_container = self._checkbox("caller in container", "in_container")
        self.fs_in_userns = self._checkbox("filesystem in a user ns", "fs_in_userns")
        self.path = self._dropdown("file", lambda v: replace(self.view, path=v, id=None))
        self.by = self._dropdown("caller", lambda v: switched(self.view, by=v))
        self.via = self._dropdown("mount", self._through)
        self.id = w.Text(
            description="or id", placeholder="e.g. 1000", continuous_update=False,
            style={"description_width": "auto"}, layout={"width": "170px"},
        )  # fmt: skip
        self.kind = w.ToggleButtons(options=["uid", "gid"], tooltips=["owner", "group"])
        self.direction = w.ToggleButtons(options=_DIRECTIONS)
        self.maps = {
            place: w.Textarea(continuous_update=False, layout={"width": "100%"}, rows=3)
            for place in PLACES
        }
        self.map_titles = {place: w.HTML() for place in PLACES}
        self.map_notes = {place: w.HTML() for place in PLACES}
        self.map_boxes = {place: self._map_box(place) for place in PLACES}
        for name in ("picture", "notice", "say", "now", "about", "more", "id_error"):
            setattr(self, name, w.HTML())
        self.steps = {
            name: w.Button(description=name, tooltip=tip)
            for name, tip in (("First", "to the start"), ("Back", "one call back, key ["),
                              ("Next", "one call on, key ]"), ("Last", "to the answer"))
        }  # fmt: skip
        self.undo, self.redo, self.reset = (
            w.Button(description=name, tooltip=tip)
            for name, tip in (("Undo", "take the last change back"), ("Redo", "make it again"),
                              ("Reset", "as the scenario was"))
        )  # fmt: skip
        self._connect()

    def _checkbox(self, label: str, switch: str) -> Any:
        box = w.Checkbox(description=label, indent=False)
        box.observe(lambda c: self._ask(lambda: switched(self.view, **{switch: c["new"]})), "value")
        return box

    def _dropdown(self, label: str, change: Callable[[Any], View]) -> Any:
        box = w.Dropdown(
            options=["-"], description=label, style={"description_width": "auto"},
            layout={"width": "max-content", "max_width": "260px"},
        )  # fmt: skip
        box.observe(lambda c: self._ask(lambda: change(c["new"])), "value")
        return box

    def _map_box(self, place: Any) -> Any:
        box = w.VBox([self.map_titles[place], self.maps[place], self.map_notes[place]])
        box.add_class("kfv-map")
        box.add_class(place)
        return box

    def _connect(self) -> None:
        self.scenario.observe(self._choose, "value")
        self.id.observe(self._type_id, "value")
        self.kind.observe(lambda c: self._ask(lambda: replace(self.view, kind=c["new"])), "value")
        self.direction.observe(
            lambda c: self._ask(lambda: replace(self.view, direction=c["new"], id=None)), "value"
        )
        for place, text in self.maps.items():
            text.observe(lambda c, p=place: self._ask(lambda: self._with_map(p, c["new"])), "value")
        for name, by in (("First", -10_000), ("Back", -1), ("Next", 1), ("Last", 10_000)):
            self.steps[name].on_click(lambda _, by=by: self._step_by(by))
        self.undo.on_click(lambda _: self._travel(self._past, self._future))
        self.redo.on_click(lambda _: self._travel(self._future, self._past))
        self.reset.on_click(lambda _: self._ask(lambda: first_view(self.view.document)))

    def _rows(self) -> list[Any]:
        self.picture.add_class("kfv-fig")

        def bar(*items: Any) -> Any:
            box = w.Box(items)
            box.add_class("kfv-bar")
            return box

        maps = w.Box([self.map_boxes[place] for place in PLACES])
        maps.add_class("kfv-maps")
        return [
            bar(self.scenario, self.by, self.via, self.undo, self.redo, self.reset),
            self.about,
            bar(self.direction, self.kind),
            bar(self.path, self.id, self.mount_idmapped, self.in_container, self.fs_in_userns),
            self.id_error,
            self.notice,
            self.picture,
            self.say,
            bar(*self.steps.values(), self.now),
            maps,
            self.more,
            self.companion,
        ]

    # ------------------------------------------------------------------- questions

    def _open(self, document: Any) -> None:
        self._past, self._future = [], []
        self.view = first_view(document)
        self.frame = frame(self.view)
        self._settle()

    def _choose(self, change: Any) -> None:
        if not self._quiet:
            self._open(self._own if change["new"] == _OWN else load(change["new"]))

    def _through(self, via: str) -> View:
        there = reachable(self.view.document, via)
        path = self.view.path if self.view.path in there else there[0]
        return replace(switched(self.view, via=via), path=path)

    def _with_map(self, place: Any, text: str) -> View:
        return replace(self.view, maps={**self.view.maps, (place, self.view.kind): text})

    def _type_id(self, change: Any) -> None:
        if self._quiet:
            return
        try:
            id = parse_id(change["new"])
        except ValueError as error:
            self.id_error.value = (
                f'<div class="kfv-bad-box" role="alert">✗ {escape(str(error))}</div>'
            )
            return
        self._ask(lambda: replace(self.view, id=id))

    def _ask(self, question: Callable[[], View]) -> None:
        """Put a new question; keep the last answer on screen if the kernel refuses it."""
        if self._quiet:
            return
        view = question()
        if view.stack.by != self.view.stack.by or view.stack.via != self.view.stack.via:
            view = self._as_found(view)
        try:
            answer = frame(view)
        except KernelError as error:
            self._refuse(error)
            return
        if view != self.view:
            self._past.append(self.view)
            self._future.clear()
        self.view, self.frame = view, answer
        self._settle()

    def _as_found(self, view: View) -> View:
        """Another caller or mount comes with its own maps, as the scenario has them."""
        found = first_view({**view.document, "focus": {"by": view.stack.by, "via": view.stack.via}})
        return replace(view, stack=replace(found.stack, fs_in_userns=view.stack.fs_in_userns))

    def _travel(self, source: list[View], target: list[View]) -> None:
        if source:
            target.append(self.view)
            self.view = source.pop()
            self.frame = frame(self.view)
            self._settle()

    def _refuse(self, error: KernelError) -> None:
        self.notice.value = fragments.kept_notice()
        if isinstance(error, Refused):
            self.map_notes[error.place].value = fragments.map_refusal(error)
            self.map_boxes[error.place].add_class("refused")
        else:
            self.id_error.value = fragments.map_refusal(error)

    # -------------------------------------------------------------------- painting

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Set controls without asking a new question."""
        self._quiet += 1
        try:
            yield
        finally:
            self._quiet -= 1

    def _settle(self) -> None:
        """Bring every control in line with the view, then paint."""
        view, stack = self.view, self.view.stack
        document = view.document
        with self._quietly():
            self.by.options = [*(document.get("callers") or {}), "root"]
            self.via.options = [*(document.get("mounts") or {}), "plain"]
            self.by.value, self.via.value = stack.by, stack.via
            there = reachable(document, stack.via)
            self.path.options = there
            self.path.value = view.path if view.path in there else there[0]
            self.path.disabled = view.direction != "read"
            self.id.value = "" if view.id is None else str(view.id)
            self.kind.value, self.direction.value = view.kind, view.direction
            self.mount_idmapped.value = stack.mount_idmapped
            self.mount_idmapped.disabled = stack.via == "plain"
            self.in_container.value = stack.in_container
            self.in_container.disabled = stack.by == "root"
            self.fs_in_userns.value = stack.fs_in_userns
            for place in PLACES:
                self._settle_map(place)
        self.undo.disabled, self.redo.disabled = not self._past, not self._future
        self.notice.value = self.id_error.value = ""
        self._step = None
        self._paint()

    def _settle_map(self, place: Any) -> None:
        rows = self.frame.rows[place]
        self.maps[place].value = "" if rows is None else fragments.map_text(rows)
        self.maps[place].layout.display = "none" if rows is None else ""
        self.maps[place].rows = min(max(len(rows or ()), 2), 8)
        self.map_boxes[place].layout.display = "none" if rows is None and place == "fs" else ""
        self.map_boxes[place].remove_class("refused")
        nested = place == "caller" and self.frame.nested
        self.map_titles[place].value = fragments.map_title(place, nested=nested)
        self.map_notes[place].value = fragments.map_echo(place, rows, nested=nested)

    def _step_by(self, by: int) -> None:
        calls = len(self.frame.ownership.calls)
        at = calls if self._step is None else self._step
        self._step = min(max(at + by, 0), calls)
        self._paint()

    def _paint(self) -> None:
        o = self.frame.ownership
        calls = len(o.calls)
        at = calls if self._step is None else self._step
        hops = len({call.hop for call in o.calls[:at] if call.hop is not None})
        drawn = None if at == calls else hops
        self.picture.value = render.svg(o, max(self.companion.width, 286), theme="lab", step=drawn)
        self.say.value = fragments.say(render.sentence_html(o), bad=o.travel.lost is not None)
        call = o.calls[at - 1].line if at else "start"
        self.now.value = (
            f'<span class="kfv-note">call {at} of {calls}</span> '
            f'<span class="kfv-now">{escape(call)}</span>'
        )
        for name, off in (("First", at == 0), ("Back", at == 0), ("Next", at == calls),
                          ("Last", at == calls)):  # fmt: skip
            self.steps[name].disabled = off
        self.about.value = fragments.about(self.view.document)
        self.more.value = self._details(o, at)

    def _details(self, o: Any, at: int) -> str:
        def fold(title: str, body: str, state: str = "") -> str:
            return f"<details{state}><summary>{title}</summary>{body}</details>"

        width = max(self.companion.width, 286)
        return "".join(
            (
                fold("The same as a table", render.table_html(o), " open"),
                fold("Every call, in kernel order", fragments.trace(o, at)),
                fold("How much of the id space is that?", render.strip(o, width, theme="lab")),
                fold("As text for a mail", f"<pre>{escape(render.text(o))}</pre>"),
                fold(
                    "This scenario in one line",
                    f"<pre>{encode(dict(self.frame.document))}</pre>",
                ),
            )
        )
