# SPDX-License-Identifier: BSD-3-Clause
"""
Runs in the page's own Python; its value is what the page asks
==============================================================

A question is ``[token, events, width]``, answered as everywhere, or ``{"html": token}``.  To no
events the answer also says which explorer it is.
"""

from __future__ import annotations

import json
import sys

sys.path.insert(0, "/kit")

from kfuncviz.explorers.engine import exports, tokens
from kfuncviz.explorers.engine.ask import ask


def answered(question: str) -> str:
    """The answer to a question, both as JSON."""
    asked = json.loads(question)
    if isinstance(asked, dict):
        return json.dumps(exports.page(*tokens.decode(asked["html"])))
    token, events, width = asked
    answers = ask(token, events, width)
    if not events and "trouble" not in answers[0]:
        answers[0]["explorer"] = tokens.opened(token).name
    return json.dumps(answers)


answered  # noqa: B018
