# SPDX-License-Identifier: BSD-3-Clause
"""
The model: what Linux does with owners
======================================

Pure standard library, no input or output.  Modules carry the kernel's names and so do functions:
ids go in, results come out, and every helper called on the way can be recorded by
:func:`kfuncviz.model.trace.recording`.

Reading order: ``uidgid`` (the id types), ``idmap`` (one map), ``user_namespace``, ``cred``,
``mnt_idmapping``, ``fs`` (inodes and mounts), ``permission``, ``namei``, ``attr``, then the rest.
"""
