# SPDX-License-Identifier: BSD-3-Clause
"""
Engine: what all explorers share
================================

An explorer is three pure things: a frozen ``State``, ``update(state, event)`` and
``frame(state, width)``.  The engine writes a state as a token, answers what an event would show,
and finds the ids that share a frame.  It knows no explorer but by the names of
:mod:`~kfuncviz.explorers.engine.registry`.
"""
