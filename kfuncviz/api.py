# SPDX-License-Identifier: BSD-3-Clause
"""
What users type: Scenario and who_owns
======================================

The names a notebook or a script uses.  Everything here is made of the layers below; nothing is
computed here.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from kfuncviz import render
from kfuncviz.model.fs import File
from kfuncviz.model.fs import Path as KernelPath
from kfuncviz.model.lookup import user_path_at
from kfuncviz.scenario.checking.validate import refusals
from kfuncviz.scenario.load import Source, load
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.ask import ownership
from kfuncviz.scenario.problems import Problem
from kfuncviz.scenario.reading import token
from kfuncviz.scenario.replay import Replay, replay_traced


class Answer(Ownership):
    """An answer that prints well, in a terminal and in Jupyter."""

    def __str__(self) -> str:
        return render.text(self)

    def _repr_html_(self) -> str:
        return render.svg(self, theme="lab") + f"<p>{render.sentence_html(self)}</p>"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(str(self))


class Scenario:
    """A scenario: namespaces, a filesystem, mounts, callers and operations.

    >>> s = Scenario({"callers": {"c": {"kuid": 1000, "kgid": 1000}},
    ...               "ops": [{"op": "create", "path": "f"}]})
    >>> s.replay().result["ops"][0]["disk"]["uid"]
    1000
    >>> Scenario.load(s.token()).document == s.document
    True
    """

    def __init__(self, document: Source, *, kernel: str | None = None) -> None:
        self.document: dict[str, Any] = load(document)
        if kernel is not None:
            settings = (self.document.get("settings") or {}) | {"kernel": kernel}
            self.document = load(self.document | {"settings": settings})

    @classmethod
    def load(cls, source: Source, *, kernel: str | None = None) -> Scenario:
        """A gallery scenario by name, a JSON or YAML file, a share token, or a document.

        ``kernel`` asks an older release, e.g. ``"6.1"``; what differs between releases is in
        :data:`kfuncviz.model.releases.CHANGES`.
        Raises :class:`~kfuncviz.scenario.problems.ScenarioError` with every problem at once.
        """
        return cls(source, kernel=kernel)

    def save(self, path: str | Path) -> None:
        """Write the scenario to a file: YAML if it is named ``.yaml`` or ``.yml``, else JSON."""
        path = Path(path)
        if path.suffix in (".yaml", ".yml"):
            import yaml

            text = yaml.safe_dump(self.document, sort_keys=False, default_flow_style=None)
        else:
            text = json.dumps(self.document, indent=1) + "\n"
        path.write_text(text, encoding="utf-8")

    def token(self) -> str:
        """A line of text that holds the whole scenario; ``Scenario.load`` reads it."""
        return token.encode(self.document)

    @property
    def refusals(self) -> list[Problem]:
        """What the kernel refuses of the scenario's maps, with the place and the errno."""
        return refusals(self.document)

    @cached_property
    def machine(self) -> Machine:
        """The model as set up, before any operation."""
        return Machine(self.document)

    def replay(self) -> Replay:
        """Run all operations; gives results and traces."""
        return replay_traced(self.document)

    def open(self, path: str, via: str | None = None) -> File:
        """An open file of the model: what set-up left on disk, no permission asked.

        Raises :class:`~kfuncviz.model.errors.KernelError` (ENOENT) where there is nothing.
        """
        machine = self.machine
        mnt = machine.mounts[via or machine.default_via]
        inode = user_path_at(machine.root, mnt, path, follow=True).inode
        return File(KernelPath(mnt, inode))

    def who_owns(self, path: str | None = None, **question: Any) -> Answer:
        """The hop-by-hop answer; see :func:`who_owns`."""
        if path is None and not question:
            question = dict(self.document.get("focus") or {})
            path = question.pop("path", None)
        return Answer(**vars(ownership(self.machine, path, **question)))

    def to_text(self, width: int = 72, **question: Any) -> str:
        """The picture and the trace as plain text for a mail."""
        return render.text(self.who_owns(**question), width)

    def to_svg(self, width: int = 1200, theme: str = "light", **question: Any) -> str:
        """The picture as an SVG document."""
        return render.svg(self.who_owns(**question), width, theme=theme)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return self.who_owns()._repr_html_()


def who_owns(scenario: Scenario | Source, path: str | None = None, **question: Any) -> Answer:
    """Who owns this file, seen from here?

    Parameters
    ----------
    scenario:
        A :class:`Scenario` or anything it can be loaded from.
    path, by, via, kind, direction, id:
        The question, see :func:`kfuncviz.scenario.ownership.ask.ownership`; by default the
        scenario's ``focus``.

    >>> s = {"userns": {"M": {"uid_map": [[0, 10000, 1000]]}}, "mounts": {"m": {"userns": "M"}},
    ...      "setup": [{"type": "file", "path": "f", "kuid": 5}]}
    >>> [lane.id for lane in who_owns(s, "f").lanes]
    [5, 10005, 10005]
    """
    if not isinstance(scenario, Scenario):
        scenario = Scenario(scenario)
    return scenario.who_owns(path, **question)
