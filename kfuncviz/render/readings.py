# SPDX-License-Identifier: BSD-3-Clause
"""
Readings: what may fairly be read in an answer about the evidence
=================================================================

More than one reading for each answer, from `data/questions`; shown with the answer, never before.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from kfuncviz.kfuncs.known import document, look_up
from kfuncviz.render.kit.markup import tag


def fair_readings(name: str) -> dict[str, str]:
    """What may be read in an answer about the evidence: texts under the words they come down to.

    Raises NotKnown for a name that data/questions/readings.json does not have.

    >>> list(fair_readings("names-gone"))
    ['Names rarely go.', 'They do go.']
    """
    return look_up("readings", name, document("questions", "readings")["readings"])


def readings(fair: Mapping[str, str]) -> str:
    """The readings as HTML, each under the few words it comes down to.

    >>> readings({"They stay.": "Few went."}).partition("<li>")[0]
    '<ul class="kfv-readings" aria-label="what may be read in it">'
    >>> readings({"They stay.": "Few went."})[-41:]
    '<li><b>They stay.</b> Few went.</li></ul>'
    """
    items = "".join(f"<li><b>{escape(lead)}</b> {escape(text)}</li>" for lead, text in fair.items())
    return tag("ul", items, class_="kfv-readings", aria_label="what may be read in it")
