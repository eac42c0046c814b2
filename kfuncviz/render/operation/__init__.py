# SPDX-License-Identifier: BSD-3-Clause
"""
Operation: what the kernel checks before it makes a call
========================================================

The decision as a rail (`picture`), in words (`words`), made of the parts of `rail`.

>>> done = Rail("stat(f)", "c through m", "", "it is done", ())
>>> "allowed" in svg(done)
True
"""

from __future__ import annotations

from kfuncviz.render.operation.picture import svg
from kfuncviz.render.operation.rail import Card, Check, Rail
from kfuncviz.render.operation.words import sentence, table, text, which

__all__ = ("Card", "Check", "Rail", "sentence", "svg", "table", "text", "which")
