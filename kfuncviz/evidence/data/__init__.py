# SPDX-License-Identifier: BSD-3-Clause
"""
Data: the recorded tables
=========================

Loaded once, checked against their schema.
"""
