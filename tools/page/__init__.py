# SPDX-License-Identifier: BSD-3-Clause
"""
The whole kit as one page: ``make page``
========================================

``inputs`` brings Pyodide, ``kit`` says what of the project goes in, ``prepare`` packs both (Pyodide
itself tries out what is needed and compiles it), ``sheet`` writes the page.
"""
