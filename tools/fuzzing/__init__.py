# SPDX-License-Identifier: BSD-3-Clause
"""
Fuzzing: hostile input without end
==================================

``inputs`` makes them from seeds, ``promises`` says what must hold whatever comes in;
``tools/fuzz.py`` is the command.
"""
