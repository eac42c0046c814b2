# SPDX-License-Identifier: BSD-3-Clause
"""
What users type: Scenario and who_owns
======================================

The names a notebook or a script uses.  Everything here is made of the layers below; nothing is
computed here.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from kfuncviz import render
from kfuncviz.dialects.commands import commands
from kfuncviz.explorers import ownership
from kfuncviz.explorers.engine import exports, tokens
from kfuncviz.model.fs import File
from kfuncviz.printable import printable
from kfuncviz.render.kit.markup import keeping_keys
from kfuncviz.scenario.checking.listing import show
from kfuncviz.scenario.checking.schema import a_path
from kfuncviz.scenario.checking.validate import refusals
from kfuncviz.scenario.load import Source, load
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.ask import answered, of_operation
from kfuncviz.scenario.problems import Problem, ScenarioError, unusable
from kfuncviz.scenario.reading import token
from kfuncviz.scenario.reading.values import plain
from kfuncviz.scenario.reading.written import json_of, yaml_of
from kfuncviz.scenario.replay import Replay, replay_traced


class Answer(Ownership):
    """An answer that prints well, in a terminal and in Jupyter."""

    @property
    def ids(self) -> list[int | None]:
        """The number in each lane, from the disk to the caller; ``None`` where there is none."""
        return [lane.id for lane in self.lanes]

    def __str__(self) -> str:
        return render.text(self)

    def _repr_html_(self) -> str:
        drawn = render.svg(self, theme="lab") + f"<p>{render.sentence_html(self)}</p>"
        return keeping_keys(drawn)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(str(self))


class Scenario:
    """A scenario: namespaces, a filesystem, mounts, callers and operations.

    ``document`` is its text as Python values; it may be changed, and whatever is asked next is
    asked of the changed one, after the same checks as when it was loaded.

    >>> s = Scenario({"callers": {"c": {"kuid": 1000, "kgid": 1000}},
    ...               "ops": [{"op": "create", "path": "f"}]})
    >>> s.replay().result["ops"][0]["disk"]["uid"]
    1000
    >>> Scenario.load(s.token()).document == s.document
    True
    """

    def __init__(self, document: Source, *, kernel: str | None = None) -> None:
        self.document: dict[str, Any] = load(tokens.resolved(document))
        if kernel is not None:
            settings = (self.document.get("settings") or {}) | {"kernel": kernel}
            self.document = load(self.document | {"settings": settings})
        self._checked: dict[str, Any] = plain(self.document)
        self._made: Machine | None = None

    def _sound(self) -> dict[str, Any]:
        """The document as it is now, checked again if it was changed."""
        if self._checked != self.document:
            self._checked = load(self.document)
        return self._checked

    @classmethod
    def load(cls, source: Source, *, kernel: str | None = None) -> Scenario:
        """A gallery scenario by name, a JSON or YAML file, a share token, or a document.

        A token is found also inside a mail.  One that an explorer made gives the scenario as it was
        shown there, with its question as the ``focus``.
        ``kernel`` asks an older release, e.g. ``"6.1"``; what differs between releases is in
        :data:`kfuncviz.model.releases.CHANGES`.
        Raises :class:`~kfuncviz.scenario.problems.ScenarioError` with every problem at once.
        """
        return cls(source, kernel=kernel)

    def save(self, path: str | Path) -> None:
        """Write the scenario to a file: YAML if it is named ``.yaml`` or ``.yml``, else JSON.

        Raises :class:`~kfuncviz.scenario.problems.ScenarioError`, and writes nothing, where the
        file could not be loaded again.
        """
        path = Path(path)
        write = yaml_of if path.suffix in (".yaml", ".yml") else json_of
        path.write_text(write(self._sound()), encoding="utf-8", newline="\n")

    def token(self) -> str:
        """A line of text that holds the whole scenario; ``Scenario.load`` reads it."""
        return token.encode(self._sound())

    def link(self, base: str = "", **question: Any) -> str:
        """An address that opens the explorer with this scenario: ``base``, ``#`` and a token.

        The question is :func:`who_owns`'s; by default the scenario's focus.

        >>> Scenario("keep-id").link("https://example.org/kit")[:30]
        'https://example.org/kit#kfv2.Q'
        """
        return f"{base}#{tokens.encode('ownership', self._state(**question))}"

    def _state(self, **question: Any) -> ownership.State:
        """What the explorer shows of this scenario, asked this question."""
        document = self._sound()
        scenario = tokens.named(document) or token.encode(document)
        asked = {"path": "."} | self._question(question.pop("path", None), question)
        return replace(ownership.first({**document, "focus": asked}), scenario=scenario)

    @property
    def refusals(self) -> list[Problem]:
        """What the kernel refuses of the scenario's maps, with the place and the errno."""
        return refusals(self._sound())

    @property
    def machine(self) -> Machine:
        """The model as set up, before any operation."""
        document = self._sound()
        if self._made is None or self._made.document is not document:
            self._made = Machine(document)
        return self._made

    def replay(self) -> Replay:
        """Run all operations; gives results and traces.

        Raises :class:`~kfuncviz.scenario.problems.ScenarioError` where that would take more than
        :class:`~kfuncviz.model.budget.Budget` allows.
        """
        return replay_traced(self._sound())

    def open(self, path: str, via: str | None = None) -> File:
        """An open file of the model: what set-up left on disk, no permission asked.

        Raises :class:`~kfuncviz.model.errors.KernelError`: ENOENT where there is nothing, EINVAL
        for a mount that the scenario has not.
        """
        machine = self.machine
        _check_path(path)
        mnt = machine.mount(via or machine.default_via)
        return File(machine.path_at(mnt, path, follow=True))

    def who_owns(
        self, path: str | None = None, *, op: int | None = None, **question: Any
    ) -> Answer:
        """The hop-by-hop answer; see :func:`who_owns`."""
        if op is not None:
            return Answer(**vars(of_operation(self._sound(), op, **question)))
        question = self._question(path, question)
        path = question.pop("path", None)
        if path is not None:
            _check_path(path)
        asked = {name: plain(value) for name, value in question.items()}
        return Answer(**vars(answered(self.machine, path, **asked)))

    def _question(self, path: str | None, question: dict[str, Any]) -> dict[str, Any]:
        """A question with what it leaves to the scenario's focus."""
        focus = dict(self.document.get("focus") or {})
        if path is None and not question:
            return focus
        if path is None and question.get("direction") in ("create", "chown"):
            usual = self.machine.default_via
            if question.get("via", usual) == focus.get("via", usual):
                path = focus.get("path")
        return question if path is None else {"path": path} | question

    def to_text(self, width: int = 72, **question: Any) -> str:
        """The picture and the trace as plain text for a mail, with a token and what made it."""
        told = render.text(self.who_owns(**question), width)
        written = None
        with suppress(ScenarioError):
            written = self.link(**({} if "op" in question else question)).removeprefix("#")
        return exports.signed(told, written, self.made, width)

    def to_svg(self, width: int = 1200, theme: str = "light", **question: Any) -> str:
        """The picture as an SVG document; its ``metadata`` says what made it."""
        drawn = render.svg(self.who_owns(**question), width, theme=theme)  # type: ignore[arg-type]
        return drawn.replace("</desc>", f"</desc><metadata>{self.made}</metadata>", 1)

    def to_commands(self, **question: Any) -> str:
        """What to type in a root shell to stand in this situation and ask its question."""
        focus = ownership.scenario(self._state(**question))["focus"]
        return commands(self._sound() | {"focus": focus})

    def to_html(self, path: str | Path | None = None, **question: Any) -> str:
        """The explorer with this scenario as one HTML file, at most 300 kB, which asks nobody.

        It answers every switch, kind, direction, file and id.  With ``path`` it is also written
        there; about which file of the scenario it asks first is a question of :meth:`page`.  Making
        it takes some seconds.
        """
        html = self.page(**question)
        if path is not None:
            Path(path).write_text(html, encoding="utf-8", newline="\n")
        return html

    def page(self, **question: Any) -> str:
        """The same file as text, about a question as :meth:`who_owns` takes it."""
        return exports.page("ownership", self._state(**question))

    @property
    def made(self) -> exports.Made:
        """What makes an export: the version, the kernel assumed, the last release of the data."""
        return exports.made(self._sound())

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        title = self.document.get("title") or "without a title"
        return f"<Scenario {printable(str(title), 80)}>"

    def _repr_html_(self) -> str:
        return self.who_owns()._repr_html_()


def _check_path(path: object) -> None:
    wanted = a_path(path)
    if wanted:
        raise unusable(f"{show(path)} is not {wanted}", "path")


def who_owns(scenario: Scenario | Source, path: str | None = None, **question: Any) -> Answer:
    """Who owns this file, seen from here?

    Parameters
    ----------
    scenario:
        A :class:`Scenario` or anything it can be loaded from.
    path, by, via, kind, direction, id, entry:
        The question, see :func:`kfuncviz.scenario.ownership.ask.answered`; by default the
        scenario's ``focus``, and to create or chown without a path that of the focus.  The answer's
        ``access`` says whether the caller gets there:
        ``access.err``, and ``access.why`` for the check that stops it.
    op:
        Instead of these, the number of an operation of the scenario (from 0): answered from the
        state before it, with its caller, mount and direction.

    >>> s = {"userns": {"M": {"uid_map": [[0, 10000, 1000]]}}, "mounts": {"m": {"userns": "M"}},
    ...      "setup": [{"type": "file", "path": "f", "kuid": 5}]}
    >>> who_owns(s, "f").ids
    [5, 10005, 10005]
    >>> who_owns(s, "f").access.err is None
    True
    """
    if not isinstance(scenario, Scenario):
        scenario = Scenario(scenario)
    return scenario.who_owns(path, **question)


def errnos(scenario: Scenario | Source) -> list[str | None]:
    """The errno of each operation of a scenario, by its name; ``None`` for what was done.

    ``scenario`` is a :class:`Scenario` or anything it can be loaded from.

    >>> errnos({"ops": [{"op": "create", "path": "f"}, {"op": "mkdir", "path": "f"}]})
    [None, 'EEXIST']
    """
    if not isinstance(scenario, Scenario):
        scenario = Scenario(scenario)
    return [op.err for op in scenario.replay().ops]
