# SPDX-License-Identifier: BSD-3-Clause
"""
Runs in the page's own Python; its value is what the page asks
==============================================================

A question is ``[token, events, width]``, answered as everywhere, ``{"html": token}``, or
``{"standing": tokens}``.  To no events the answer also says which explorer it is.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

sys.path.insert(0, "/kit")

from kfuncviz.explorers.engine import exports, tokens
from kfuncviz.explorers.engine.ask import ask
from kfuncviz.explorers.engine.registry import explorer
from kfuncviz.learn import rail


def answered(question: str) -> str:
    """The answer to a question, both as JSON."""
    asked = json.loads(question)
    if "html" in asked:
        return json.dumps(exports.page(*tokens.decode(asked["html"])))
    if "standing" in asked:
        return json.dumps(standing(asked["standing"]))
    token, events, width = asked
    answers = ask(token, events, width)
    if not events and "trouble" not in answers[0]:
        answers[0]["explorer"] = tokens.opened(token).name
    return json.dumps(answers)


def standing(shown: list[str]) -> str:
    """The course's map, as a token, with what questions and exercises of these states were told."""
    told = {}
    for name, state in map(tokens.decode, shown):
        judged = explorer(name).judged(state) if name in {"question", "exercise"} else None
        if judged:
            told[f"{name} {getattr(state, name)}"] = judged.state == "right"
    return tokens.encode("course", replace(rail.first(told), links="page"))


answered  # noqa: B018
