# SPDX-License-Identifier: BSD-3-Clause
"""
Checking: is this document a scenario?
======================================

Every fault at once, each with its place, what is wrong and what would be right.
"""
