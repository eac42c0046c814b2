# SPDX-License-Identifier: BSD-3-Clause
"""
Mutation: change the code, run the tests that cover the change, see red
=======================================================================

``sites`` says what can be changed, ``covering`` which tests run which line, ``trial`` tries one
change; ``tools/mutants.py`` is the command.
"""
