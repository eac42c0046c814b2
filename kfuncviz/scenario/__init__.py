# SPDX-License-Identifier: BSD-3-Clause
"""
Scenarios: load, validate, replay, share
========================================

A scenario is a document that sets up user namespaces, a filesystem, mounts and callers, and makes
system calls.  The format is explained in ``data/scenario.md``.
"""
