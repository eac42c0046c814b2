# SPDX-License-Identifier: BSD-3-Clause
"""
OwnershipExplorer: who owns this file, seen from here?
======================================================

The controls and regions of :mod:`kfuncviz.explorers.ownership` in a notebook.  A control sends its
event, and everything on screen is set from the state that comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ipywidgets as w

from kfuncviz.api import Scenario
from kfuncviz.explorers import history
from kfuncviz.explorers import ownership as pure
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.scenario.load import Source, gallery
from kfuncviz.scenario.variation import Place
from kfuncviz.widgets.companion import Companion, bar

_DIRECTIONS = {
    "Read: disk → caller": "read",
    "Create: disk ← caller": "create",
    "chown: disk ← id": "chown",
}
_OWN = "(this scenario)"
_MAP_ROWS = (2, 8)


class OwnershipExplorer(w.VBox):  # type: ignore[misc]
    """An explorer of one scenario, or of the whole gallery.

    Parameters
    ----------
    scenario:
        A :class:`~kfuncviz.api.Scenario` or anything it can be loaded from; by default the first
        scenario of the gallery.
    state:
        Instead of a scenario, a state as :func:`kfuncviz.explorers.ownership.to_json` wrote it:
        the explorer opens with what was on screen then.

    Attributes
    ----------
    state, case, frame:
        What is on screen, the model's answer to it, and how that is drawn.

    >>> explorer = OwnershipExplorer("home-on-a-stick")
    >>> explorer.mount_idmapped.value = False
    >>> explorer.case.ownership.lanes[-1].id
    1000
    """

    def __init__(
        self,
        scenario: Scenario | Source | None = None,
        *,
        state: Mapping[str, Any] | None = None,
        **layout: Any,
    ) -> None:
        source = scenario.document if isinstance(scenario, Scenario) else scenario
        if state is None:
            first = pure.first(gallery()[0] if source is None else source)
        else:
            first = pure.from_json(state)
        self._past = history.start(first)
        self._quiet = False
        self._make_controls(first)
        self.companion = Companion()
        self.companion.observe(lambda _: self._paint(), "width")
        self.companion.on_msg(lambda _, event, __: self._hear(event))
        self._paint()
        super().__init__(self._rows(), **layout)
        self.add_class("kfv-explorer")

    @property
    def state(self) -> pure.State:
        """Everything the screen shows."""
        return self._past.now

    @property
    def case(self) -> pure.Case:
        """The model's answer; KernelError where the kernel refuses the question as it stands."""
        return pure.case(self.state)

    @property
    def frame(self) -> Frame:
        """The state as it is drawn, at the width of the page."""
        return pure.frame(self.state, self.companion.drawn_width)

    # ------------------------------------------------------------------- controls

    def _make_controls(self, first: pure.State) -> None:
        own = [] if first.scenario in gallery() else [(_OWN, first.scenario)]
        names = [(name, name) for name in gallery()]
        self.scenario = self._dropdown("scenario", [*own, *names])
        self.by = self._dropdown("caller")
        self.via = self._dropdown("mount")
        self.path = self._dropdown("file")
        self.kind = w.ToggleButtons(options=["uid", "gid"], tooltips=["owner", "group"])
        self.direction = w.ToggleButtons(options=[*_DIRECTIONS.items()])
        self.mount_idmapped = w.Checkbox(description="mount idmap", indent=False)
        self.in_container = w.Checkbox(description="caller in container", indent=False)
        self.fs_in_userns = w.Checkbox(description="filesystem in a user ns", indent=False)
        self.id = w.Text(
            description="or id", placeholder="e.g. 1000", continuous_update=False,
            style={"description_width": "auto"}, layout={"width": "170px"},
        )  # fmt: skip
        self.maps = {place: w.Textarea(continuous_update=False) for place in pure.PLACES}
        self.regions = {name: w.HTML() for name in pure.REGIONS}
        self.map_boxes = {place: self._map_box(place) for place in pure.PLACES}
        self.steps = {
            name: w.Button(description=name.capitalize(), tooltip=tip)
            for name, tip in (("first", "to the start"), ("back", "one call back, key ["),
                              ("next", "one call on, key ]"), ("last", "to the answer"))
        }  # fmt: skip
        self.undo, self.redo, self.reset = (
            w.Button(description=name, tooltip=tip)
            for name, tip in (("Undo", "take the last change back"), ("Redo", "make it again"),
                              ("Reset", "as the scenario was"))
        )  # fmt: skip
        self._connect()

    def _dropdown(self, label: str, options: Any = ()) -> Any:
        return w.Dropdown(
            options=options, description=label, style={"description_width": "auto"},
            layout={"width": "max-content", "max_width": "260px"},
        )  # fmt: skip

    def _map_box(self, place: Place) -> Any:
        heads, note = self.regions[f"heads-{place}"], self.regions[f"note-{place}"]
        self.maps[place].layout.width = "100%"
        box = w.VBox([heads, self.maps[place], note])
        box.add_class("kfv-map")
        box.add_class(place)
        return box

    def _connect(self) -> None:
        for target in (*pure.CHOICES, *pure.SWITCHES):
            control = getattr(self, target)
            control.observe(lambda c, t=target: self._tell("set", t, c["new"]), "value")
        self.id.observe(lambda c: self._tell("typed", "id", c["new"]), "value")
        for place, text in self.maps.items():
            text.observe(
                lambda c, p=place: self._tell("typed", f"{p}.{self.state.kind}", c["new"]), "value"
            )
        for name, button in self.steps.items():
            button.on_click(lambda _, n=name: self._hear({"type": "step", "target": n}))
        for name in ("undo", "redo", "reset"):
            getattr(self, name).on_click(lambda _, n=name: self._hear({"type": n}))

    def _rows(self) -> list[Any]:
        self.regions["picture"].add_class("kfv-fig")
        maps = w.Box([self.map_boxes[place] for place in pure.PLACES])
        maps.add_class("kfv-maps")
        return [
            bar(self.scenario, self.by, self.via, self.undo, self.redo, self.reset),
            self.regions["about"],
            bar(self.direction, self.kind),
            bar(self.path, self.id, *(getattr(self, name) for name in pure.SWITCHES)),
            self.regions["note-id"],
            self.regions["notice"],
            self.regions["picture"],
            self.regions["say"],
            bar(*self.steps.values(), self.regions["now"]),
            maps,
            self.regions["folds"],
            self.companion,
        ]

    # --------------------------------------------------------------------- events

    def _tell(self, kind: str, target: str, value: Any) -> None:
        if not self._quiet:
            self._hear({"type": kind, "target": target, "value": value})

    def _hear(self, event: dict[str, Any]) -> None:
        """Take one event; a fold is open on the page already, so nothing is painted for it."""
        self._past = pure.advance(self._past, event)
        if event["type"] != "fold":
            self._paint()

    # -------------------------------------------------------------------- painting

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Set controls without sending events."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def _paint(self) -> None:
        """Bring every control and region in line with the state."""
        regions = self.frame.regions
        for name, html in regions.items():
            self.regions[name].value = html
        _mark(self.id, "refused", on=bool(regions["note-id"]))
        with self._quietly():
            self._set_controls()

    def _set_controls(self) -> None:
        state, idle, texts = self.state, pure.idle(self.state), pure.texts(self.state)
        offered = pure.choices(state)
        for target in ("by", "via", "path"):
            getattr(self, target).options = offered[target]
        for target in (*pure.CHOICES, *pure.SWITCHES):
            control = getattr(self, target)
            control.value = getattr(state, target)
            control.disabled = target in idle
        self.id.value = texts["id"]
        drafts = dict(state.drafts)
        for place in pure.PLACES:
            target = f"{place}.{state.kind}"
            self._set_map(place, texts[target], refused=target in drafts)
        for name, button in self.steps.items():
            _mark(button, "kfv-off", on=name in idle)
        _mark(self.undo, "kfv-off", on=not self._past.past)
        _mark(self.redo, "kfv-off", on=not self._past.future)

    def _set_map(self, place: Place, text: str | None, *, refused: bool) -> None:
        area, box = self.maps[place], self.map_boxes[place]
        area.value = text or ""
        area.rows = min(max(area.value.count("\n") + 1, _MAP_ROWS[0]), _MAP_ROWS[1])
        area.layout.display = "none" if text is None else ""
        box.layout.display = "none" if text is None and place == "fs" else ""
        _mark(box, "refused", on=refused)


def _mark(widget: Any, name: str, *, on: bool) -> None:
    """Give a widget a class, or take it away."""
    (widget.add_class if on else widget.remove_class)(name)
