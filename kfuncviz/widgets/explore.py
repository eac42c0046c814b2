# SPDX-License-Identifier: BSD-3-Clause
"""
Explore: open what a token holds
================================

The right explorer for a token somebody sent, alone or inside a mail.
"""

from __future__ import annotations

from kfuncviz.explorers.engine.tokens import find, opened
from kfuncviz.widgets.explorer import Explorer


def explore(token: str) -> Explorer:
    """The explorer a token was made in, showing what it showed.

    Where the gallery's case has changed since, the explorer says so.

    Parameters
    ----------
    token:
        A token, a link that ends in one, or a mail with one in it.

    Raises
    ------
    ScenarioError
        Where there is none, or it is damaged; the message says what is wrong.

    >>> from kfuncviz.api import Scenario
    >>> explore(Scenario("keep-id").link("https://example.org/", kind="gid")).state.kind
    'gid'
    """
    name, state, notice = opened(find(token) or token)
    shown = Explorer(name, state)
    if notice:
        shown.answer = shown.answer | {"notice": notice}
    return shown
