# SPDX-License-Identifier: BSD-3-Clause
"""
Checking: is this document a scenario?
======================================

Every problem at once, each with its place, what is wrong and what would be right.
"""
