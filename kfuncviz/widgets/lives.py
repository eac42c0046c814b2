# SPDX-License-Identifier: BSD-3-Clause
"""
Lives: every kfunc on a line of its own, and the filters that choose among them
===============================================================================
"""

from __future__ import annotations

from collections.abc import Iterable

import ipywidgets as w

from kfuncviz.evidence.history.lives import every_program_type, lives
from kfuncviz.render import lifetimes
from kfuncviz.widgets.companion import bar
from kfuncviz.widgets.page import Drawn

_FOLDERS = ("fs/", "kernel/bpf/", "kernel/sched/", "mm/", "net/", "drivers/")


class LivesPanel(Drawn):
    """The lives of kfuncs, filtered.

    Parameters
    ----------
    chosen:
        What the filters say at first, under the names :func:`kfuncviz.evidence.lives` has for it.

    Attributes
    ----------
    filters:
        The controls, under the same names.

    >>> panel = LivesPanel(file="fs/")
    >>> panel.filters["text"].value = "bpf_get_file_xattr"
    >>> "1 kfunc, 5.13 to 7.3" in panel.picture.value
    True
    """

    def __init__(self, **chosen: str) -> None:
        self.filters = {
            "program_type": w.Dropdown(
                options=_or_any(every_program_type()), description="open to"
            ),
            "file": w.Dropdown(options=_or_any(_FOLDERS), description="under"),
            "text": w.Text(description="name has", continuous_update=False),
            "only": w.ToggleButtons(options=["all", "changed", "gone"], description="show"),
            "counted": w.ToggleButtons(options=["prototype", "terms"], description="changes of"),
        }
        for name, value in chosen.items():
            self.filters[name].value = value
        for control in self.filters.values():
            control.observe(self._paint, "value")
        super().__init__(self._lives, bar(*self.filters.values()))

    def _lives(self, width: int) -> str:
        picked = {name: control.value for name, control in self.filters.items()}
        found = lives(**picked)
        return lifetimes.html(found, width, limit=found.total)


def _or_any(names: Iterable[str]) -> list[tuple[str, str]]:
    return [("any", ""), *((name, name) for name in names)]
