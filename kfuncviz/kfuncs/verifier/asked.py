# SPDX-License-Identifier: BSD-3-Clause
"""
A call, with a pointer from a named place
=========================================

The shortest way to a verdict: name a kfunc, a program type and one of the places of
:func:`kfuncviz.kfuncs.verifier.origin_names`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kfuncviz.kfuncs.verifier.catalogue import kfunc, origin
from kfuncviz.kfuncs.verifier.check import check_call, result
from kfuncviz.kfuncs.verifier.types import Arg, Kfunc, Program, Verdict


@dataclass(frozen=True)
class Asked:
    """A call and what the verifier says of it."""

    fn: Kfunc
    args: tuple[Arg, ...]
    verdict: Verdict


def ask(
    name: str, program: str, source: str, release: str, *flags: str, sleepable: bool = False
) -> Asked:
    """May a program of this type call this kfunc with the pointer it gets from there?

    A kfunc of two parameters is given what ``bpf_file_mnt_idmap()`` returned first.

    :param source: one of the places of ``origin_names()``.
    :param flags: KF_ flags to ask as if the kfunc carried them as well.
    :param sleepable: whether the program can sleep.
    :raises NotKnown: for a name, a release or a mark outside the data.

    >>> walked = "file->f_path.mnt of a trusted file"
    >>> [ask("bpf_is_idmapped_mnt", "LSM", walked, at).verdict.accept for at in ("6.17", "6.18")]
    [True, False]
    """
    fn = kfunc(name, release)
    fn = replace(fn, flags=fn.flags | set(flags))
    args = [replace(origin(source, release, sleepable=sleepable), origin=source)]
    if len(fn.params) == 2:
        args.insert(0, result(kfunc("bpf_file_mnt_idmap", release), release))
    attach = "iter/task_file" if "iter/task_file" in source else ""
    asking = Program(program, sleepable=sleepable, attach=attach)
    return Asked(fn, tuple(args), check_call(fn, asking, args, release))
