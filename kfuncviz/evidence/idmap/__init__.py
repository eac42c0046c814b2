# SPDX-License-Identifier: BSD-3-Clause
"""
Idmap: how the idmapping API and its structures changed
=======================================================

Helpers, layouts, readers, the wrappers and other ways to the same answer.
"""
