# SPDX-License-Identifier: BSD-3-Clause
"""
Verifier: may this program call this kfunc, with this pointer?
==============================================================

`check` asks about one call, `rules` refuse, `program` follows a program step by step, with
`loader`, `lsm` and `iterators`, `walk` marks its pointers.  `catalogue` knows kfuncs and where
pointers come from, release by release, `registered` every kfunc of the history; `written` reads a
program's description, `shipped` holds the programs real kernels were asked about, `asked` is the
shortest way to a verdict.  `types` and `data` hold the vocabulary.

>>> hook = origin("file, handed to an LSM hook", "7.0")
>>> check_call(kfunc("bpf_get_file_vfs_ids", "7.0"), Program("LSM"), [hook], "7.0").accept
True
>>> answer("walked-mount", "6.18.15").line
'arg#0 is untrusted_ptr_ expected ptr_ or socket'
"""

from __future__ import annotations

from kfuncviz.kfuncs.verifier.asked import Asked, ask
from kfuncviz.kfuncs.verifier.catalogue import kfunc, kfunc_names, origin, origin_names
from kfuncviz.kfuncs.verifier.check import check_call, check_registration, result
from kfuncviz.kfuncs.verifier.data import RELEASES, measured_calls, program_types
from kfuncviz.kfuncs.verifier.program import (
    Address,
    Call,
    Cast,
    Load,
    NullTest,
    ProgramVerdict,
    Take,
    check_program,
)
from kfuncviz.kfuncs.verifier.shipped import KERNELS, Answer, Shipped, answer, shipped
from kfuncviz.kfuncs.verifier.types import Arg, Kfunc, Param, Program, Verdict
from kfuncviz.kfuncs.verifier.walk import handed, walk
from kfuncviz.kfuncs.verifier.written import BadProgram, read_program

__all__ = (
    "KERNELS",
    "RELEASES",
    "Address",
    "Answer",
    "Arg",
    "Asked",
    "BadProgram",
    "Call",
    "Cast",
    "Kfunc",
    "Load",
    "NullTest",
    "Param",
    "Program",
    "ProgramVerdict",
    "Shipped",
    "Take",
    "Verdict",
    "answer",
    "ask",
    "check_call",
    "check_program",
    "check_registration",
    "handed",
    "kfunc",
    "kfunc_names",
    "measured_calls",
    "origin",
    "origin_names",
    "program_types",
    "read_program",
    "result",
    "shipped",
    "walk",
)
