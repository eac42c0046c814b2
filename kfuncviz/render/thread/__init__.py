# SPDX-License-Identifier: BSD-3-Clause
"""
Thread: who argued what, and in answer to whom?
===============================================

Reply graph, list of replies and map of the argument.
"""
