# SPDX-License-Identifier: BSD-3-Clause
"""
Figures of the evidence: tables in, matplotlib Figures out
==========================================================

Object-oriented throughout (no pyplot, no global state). matplotlib is imported when a
figure is drawn, never by `import kfuncviz.evidence`.
"""
