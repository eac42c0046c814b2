# SPDX-License-Identifier: BSD-3-Clause
"""
Opening: the very case of a question in an explorer
===================================================

A call opens the operation explorer, where that explorer comes to the same end; the way of an id
opens the ownership explorer.
"""

from __future__ import annotations

from dataclasses import replace

from kfuncviz.explorers import operation, ownership
from kfuncviz.explorers.engine.tokens import encode, named
from kfuncviz.explorers.operation.arguments import operation_of
from kfuncviz.learn.item import Item
from kfuncviz.learn.judge import Judgement
from kfuncviz.learn.key import OK, Asked, Document, key, of_operation
from kfuncviz.model.errors import KernelError
from kfuncviz.scenario.replay import attempt


def token(item: Item, judged: Judgement) -> str:
    """What opens the case that was judged, with whatever was built in it; empty where nothing does.

    Of something that could not be built nothing opens: the scenario itself may hold the solution.

    >>> from kfuncviz.learn.course import question
    >>> from kfuncviz.learn.judge import judge
    >>> token(question("00.1"), judge(question("00.1"), "0"))[:5]
    'kfv2.'
    """
    about = judged.about or item.about
    document = judged.built if item.built else item.scenario
    if not document:
        return ""
    try:
        return _operation(document, about) or _ownership(document, about)
    except (KernelError, ValueError):
        return ""


def _operation(document: Document, about: Asked) -> str:
    """The call that is asked about, if it ends there as it ends after the calls before it."""
    if about.op is None or not about.result.endswith(".err"):
        return ""
    begun, op = operation.first(named(document) or document), document["ops"][about.op]
    asked = operation_of(op, op.get("by") or begun.by, op.get("via") or begun.via)
    if asked is None:
        return ""
    alone = attempt(document, {**op, "by": asked["by"], "via": asked["via"]})
    if (alone.err or OK) != key(document, about):
        return ""
    return encode("operation", operation.State(begun.scenario, **asked))


def _ownership(document: Document, about: Asked) -> str:
    """The way of the id that is asked about."""
    way = of_operation(document, about)
    asked = {part: getattr(way, part) for part in _FOCUS if getattr(way, part) is not None}
    focus = {**(document.get("focus") or {}), **asked} if about.result else asked
    state = ownership.first({**document, "focus": focus})
    scenario = ownership.first(named(document) or document).scenario
    return encode("ownership", replace(state, scenario=scenario))


#: What of a question says how the ownership explorer opens.
_FOCUS = ("path", "by", "via", "kind", "direction", "id", "entry")
