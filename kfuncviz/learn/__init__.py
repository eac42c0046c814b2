# SPDX-License-Identifier: BSD-3-Clause
"""
Learn: questions that know what you thought
===========================================

The course as data (`data/course`): a question asks something of a scenario, and the model is its
key.  A wrong reading is a function too: it gives the scenario that its reader has in mind, and the
same model answers that one.  So a wrong answer can be told by name and drawn beside the true one.
`matters` are what else can be asked: a wrapper, the verifier, a promise, a count, the thread; and a
decision (`weighing`) is told what speaks for and against it, and never that it is right or wrong.
"""
