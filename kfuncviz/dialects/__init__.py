# SPDX-License-Identifier: BSD-3-Clause
"""
Dialects: how tools write maps
==============================

Real tools put the same three numbers in different orders.  Each module reads one syntax.
"""
