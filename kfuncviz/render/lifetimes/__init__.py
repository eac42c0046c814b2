# SPDX-License-Identifier: BSD-3-Clause
"""
Lifetimes: how long do kfuncs live, and what changes?
=====================================================

One line a kfunc on an axis of releases.
"""
