# SPDX-License-Identifier: BSD-3-Clause
"""
Explorers: what a person looks at, as pure functions
====================================================

One file an explorer.  Each holds everything the screen shows in a frozen ``State`` and has two
functions: ``update(state, event)`` and ``frame(state)``.  Nothing here knows a browser or Jupyter.
"""
