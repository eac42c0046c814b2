# SPDX-License-Identifier: BSD-3-Clause
"""
Explorer: any explorer as a widget
==================================

The widget answers the page's questions and holds the token of what is shown; everything else is
the explorer's own, pure functions of :mod:`kfuncviz.explorers`.  The fields of the state are traits
with plain values, so that ``observe`` and ``link`` of ipywidgets work with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from html import escape
from typing import Any, ClassVar

import anywidget
import traitlets

from kfuncviz.explorers.engine import tokens
from kfuncviz.explorers.engine.ask import ask
from kfuncviz.explorers.engine.exports import page
from kfuncviz.explorers.engine.registry import explorer
from kfuncviz.front import module, stylesheet
from kfuncviz.printable import printable
from kfuncviz.render.kit.markup import keeping_keys

_WHY_STATIC = "This is a picture: no controls, for custom widgets cannot run here."
_SHORT = 160


class Part(traitlets.TraitType[Any, Any]):
    """A field of an explorer's state.  What is set goes through the explorer's ``update``."""

    def validate(self, obj: Explorer, value: Any) -> Any:
        """The value as the state holds it; TraitError where the explorer refuses it."""
        return obj.put(str(self.name), value)


class Explorer(anywidget.AnyWidget):
    """An explorer by its name in the registry, open at a state.

    Attributes
    ----------
    token:
        What is on screen, in a line of text; setting it opens that.
    state:
        The same as the explorer's own ``State``.

    Each field of the state is a trait besides, unless the explorer's ``TRAITS`` names only some.
    Setting one is what the page's control does.  A value that is refused leaves the last good
    state, says so in the explorer's own place, and raises ``traitlets.TraitError``.

    >>> from kfuncviz.explorers import ownership
    >>> shown = Explorer("ownership", ownership.first("home-on-a-stick"))
    >>> shown.mount_idmapped = False
    >>> shown.state.mount_idmapped, shown.token == tokens.encode("ownership", shown.state)
    (False, True)
    """

    _esm = module("comm")
    _css = stylesheet()
    token = traitlets.Unicode().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    ahead = traitlets.Bool(default_value=True).tag(sync=True)

    #: The width a first frame is made for: at first that of JupyterLab in a window of 1280 pixels,
    #: then the one last asked for.
    _usual_width: ClassVar[int] = 840

    def __init__(self, name: str, state: Any, **layout: Any) -> None:
        self._explorer, self._name = explorer(name), name
        token, width = tokens.encode(name, state), Explorer._usual_width
        (answer,) = ask(token, [], width)
        if "trouble" in answer:
            raise ValueError(answer["trouble"])
        super().__init__(token=token, answer=answer, width=width, **layout)
        named = getattr(self._explorer, "TRAITS", None)
        self._parts = tuple(named or (field.name for field in fields(self._explorer.State)))
        self.add_traits(**{part: Part() for part in self._parts})
        self._follow()
        self.observe(lambda _: self._follow(), "token")
        self.on_msg(self._hear)

    @property
    def state(self) -> Any:
        """Everything the screen shows."""
        return tokens.decode(self.token)[1]

    # ------------------------------------------------------------------------- from the page

    def _hear(self, _: Any, content: Mapping[str, Any], __: Any) -> None:
        """Answer a question or make a file; an empty message only wakes the line."""
        if not content:
            return
        reply = {"id": content.get("id")}
        try:
            if "html" in content:
                reply["html"] = page(*tokens.decode(content["html"]))
            else:
                reply["answers"] = ask(content["token"], content["events"], content["width"])
                Explorer._usual_width = content["width"]
        except (KeyError, TypeError, ValueError) as error:
            reply["trouble"] = printable(f"{type(error).__name__}: {error}", _SHORT)
        self.send(reply)

    @traitlets.validate("token")
    def _known(self, proposal: Any) -> Any:
        """A token of this explorer, and no other."""
        try:
            name, _ = tokens.decode(proposal["value"])
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None
        if name != self._name:
            raise traitlets.TraitError(f"the token opens {name!r}, and this is {self._name!r}")
        return proposal["value"]

    def _follow(self) -> None:
        """Set every part from the token, as one change."""
        state = self.state
        with self._quietly(), self.hold_trait_notifications():
            for part in self._parts:
                setattr(self, part, getattr(state, part))

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    # ------------------------------------------------------------------------- from Python

    def put(self, part: str, value: Any) -> Any:
        """Set one part of the state, as ``explorer.PART = value`` does; the value it then has.

        Raises ``traitlets.TraitError`` where the explorer refuses the value; it says why.
        """
        if self._quiet:
            return value
        before = self.state
        try:
            state = before
            for event in self._setting(before, part, value):
                state = self._explorer.update(state, event)
        except ValueError as error:
            raise traitlets.TraitError(f"{part}: {error}") from None
        held, kept = getattr(state, part), getattr(before, part)
        self.token = tokens.encode(self._name, state)
        if held == kept and _frozen(value) != kept:
            raise traitlets.TraitError(f"{part} stays {kept!r}: {self._why(state, part)}")
        return held

    def _setting(self, state: Any, part: str, value: Any) -> list[Mapping[str, Any]]:
        own = getattr(self._explorer, "setting", None)
        if own is not None:
            return list(own(state, part, value))
        return [{"type": "set", "target": part, "value": value}]

    def _why(self, state: Any, part: str) -> str:
        own = getattr(self._explorer, "why", None)
        told: str = "the explorer refuses it" if own is None else own(state, part)
        return told

    # ------------------------------------------------------------------------- without a page

    def draw(self, state: Any = None, width: int = 960) -> str:
        """A state (the one on screen) as a static picture with its sentence, as HTML."""
        state = self.state if state is None else state
        shown = self._explorer.frame(state, width)
        own = getattr(self._explorer, "draw", None)
        pictures = [html for html in shown.regions.values() if "<svg" in html]
        picture = "".join(pictures) if own is None else own(state, width)
        return f"{picture}<p>{escape(shown.sentence)}</p>"

    def __repr__(self) -> str:
        sentence = self._explorer.frame(self.state).sentence
        return printable(f"<{type(self).__name__} {self._name}: {sentence}>", _SHORT)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and for a page that has none the static picture with one line why."""
        data, about = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]  # it has a view
        why = f'<p class="kfv-static">{_WHY_STATIC}</p>'
        drawn = keeping_keys(self.draw() + why)
        return data | {"text/html": drawn}, about


def _frozen(value: Any) -> Any:
    """A value as a state would hold it."""
    if isinstance(value, Mapping):
        return tuple(value.items())
    return tuple(value) if isinstance(value, list) else value
