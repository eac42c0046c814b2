# SPDX-License-Identifier: BSD-3-Clause
"""
Beside: one call's decision, shown in another explorer
======================================================

What stands under a call that another explorer only names: the checks in few words, and a token that
opens the call in the operation explorer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfuncviz.explorers.element import button, element, words
from kfuncviz.explorers.engine.tokens import encode, named
from kfuncviz.explorers.operation.arguments import operation_of
from kfuncviz.explorers.operation.case import answered
from kfuncviz.explorers.operation.changes import Situation
from kfuncviz.explorers.operation.errnos import panel
from kfuncviz.explorers.operation.state import State
from kfuncviz.scenario.reading import token


def token_of(document: Mapping[str, Any], op: Mapping[str, Any]) -> str:
    """The token that opens a call of a scenario in the operation explorer.

    ``op`` names caller and mount.

    >>> call = {"op": "stat", "path": ".", "by": "root", "via": "plain"}
    >>> token_of({}, call).startswith("kfv2.")
    True
    """
    plain = {part: value for part, value in document.items() if part not in ("focus", "ops")}
    fields = operation_of(op, op["by"], op["via"])
    return encode("operation", State(named(document) or token.encode(plain), **(fields or {})))


def decision(title: str, document: Mapping[str, Any], op: Mapping[str, Any]) -> str:
    """The decision about a call as HTML, and how to go on in the operation explorer."""
    here = answered(Situation(document, op["by"], op["via"]), op)
    held = element("span", words(token_of(document, op)), data_key="call-token", hidden=True)
    go = button("Copy a token of it", "copy-call", data_do="copy", data_from="call-token")
    how = element("p", "It opens in the operation explorer: <code>kfuncviz.explore(token)</code>")
    return element("div", panel(title, here, how + held + go), class_="kfv-op")
