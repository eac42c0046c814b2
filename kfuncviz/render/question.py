# SPDX-License-Identifier: BSD-3-Clause
"""
What a guess is told
====================

Right and wrong differ in sign, word and line, so that nobody needs to see a colour.  Vermillion is
the kernel's; a learner's error is dotted.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from kfuncviz.render.kit.markup import tag


def asked(text: str) -> str:
    """The question, as HTML."""
    return f"<b>{escape(text)}</b>"


def told(guess: str, correct: str, reason: str = "") -> str:
    """Whether a guess was right, and what is; ``reason`` is HTML.

    >>> told("16", "<32>")[-48:]
    '<b>≠ Your answer: 16. Right: &lt;32&gt;.</b></p>'
    """
    right = guess == correct
    said = f"✓ Right: {correct}." if right else f"≠ Your answer: {guess}. Right: {correct}."
    html = " ".join(filter(None, (f"<b>{escape(said)}</b>", reason)))
    kind = "right" if right else "wrong"
    return f'<p class="kfv-say {kind}" role="status" aria-live="polite">{html}</p>'


def readings(fair: Mapping[str, str]) -> str:
    """What may be read in an answer: each reading under the few words it comes down to, as HTML.

    >>> readings({"They stay.": "Few went."}).partition("<li>")[0]
    '<ul class="kfv-readings" aria-label="what may be read in it">'
    >>> readings({"They stay.": "Few went."})[-41:]
    '<li><b>They stay.</b> Few went.</li></ul>'
    """
    items = "".join(f"<li><b>{escape(lead)}</b> {escape(text)}</li>" for lead, text in fair.items())
    name = "what may be read in it"
    return tag("ul", items, class_="kfv-readings", aria_label=name) if items else ""
