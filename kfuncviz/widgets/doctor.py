# SPDX-License-Identifier: BSD-3-Clause
"""
DoctorExplorer: what does my configuration do?
==============================================

The doctor in a notebook: its screen as a widget, the fields of its state as values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kfuncviz.diagnosis import Diagnosis
from kfuncviz.explorers import doctor as pure
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.widgets.explorer import Explorer


class DoctorExplorer(Explorer):
    """A paste box and the doctor's answer beside it.

    Parameters
    ----------
    texts:
        What to begin with, one text or several, as for :func:`kfuncviz.doctor`; none is an empty
        box.
    question:
        What is asked, in plain words.
    state:
        Instead of both, a state as :func:`kfuncviz.explorers.doctor.to_json` wrote it.

    Attributes
    ----------
    diagnosis, frame:
        What the doctor says of what is on screen, ``None`` where it cannot be understood, and how
        that is drawn.

    >>> explorer = DoctorExplorer("X-mount.idmap=b:0:1000:1", "owned by 1000, why nobody?")
    >>> explorer.diagnosis.repairs[0].text
    'X-mount.idmap=b:1000:0:1'
    """

    def __init__(
        self,
        texts: Iterable[str] | str = "",
        question: str = "",
        *,
        state: Mapping[str, Any] | None = None,
        **layout: Any,
    ) -> None:
        text = texts if isinstance(texts, str) else "\n\n".join(texts)
        first = pure.from_json({"text": text, "question": question} if state is None else state)
        super().__init__("doctor", first, **layout)

    @property
    def diagnosis(self) -> Diagnosis | None:
        """What the doctor says of the paste, or of the scenario as it was edited."""
        return pure.case(self.state).shown

    @property
    def frame(self) -> Frame:
        """The state as it is drawn, at the width of the page."""
        return pure.frame(self.state, self.width)
