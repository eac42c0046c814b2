# SPDX-License-Identifier: BSD-3-Clause
"""
Exposure: who pays when the inside changes?
===========================================

The matrix of changes and ways to expose what changed.
"""
