# SPDX-License-Identifier: BSD-3-Clause
"""
Widgets: controls around what the model computed
================================================

Explorers for notebooks.  They hold a question and show its answer; no mapping is computed here or
in the browser.
"""

from importlib import import_module

from kfuncviz.extras import needed_by

with needed_by("kfuncviz.widgets"):
    import_module("anywidget")
