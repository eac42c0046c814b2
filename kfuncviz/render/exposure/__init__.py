# SPDX-License-Identifier: BSD-3-Clause
"""
Exposure: who pays when the inside changes?
===========================================

The matrix of changes and ways to expose what changed, as HTML (`picture`, made of `cells` and
`style`) and in words (`words`), with the contracts behind it.

>>> sentence(["own-maps-6.8"])
'1 change under 10 exposures: 8 hold, 1 partly, 1 breaks.'
"""

from __future__ import annotations

from kfuncviz.render.exposure.picture import html, panel
from kfuncviz.render.exposure.words import (
    cell_text,
    change_text,
    changes_text,
    contract_text,
    event_text,
    key_text,
    lifecycle_text,
    sentence,
    table,
    text,
)

__all__ = (
    "cell_text",
    "change_text",
    "changes_text",
    "contract_text",
    "event_text",
    "html",
    "key_text",
    "lifecycle_text",
    "panel",
    "sentence",
    "table",
    "text",
)
