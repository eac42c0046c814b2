# SPDX-License-Identifier: BSD-3-Clause
"""
Ownership: who owns this file, seen from here?
==============================================

The picture with its lanes and hops, and the same answer as text, sentence and table.
"""
