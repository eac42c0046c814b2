# SPDX-License-Identifier: BSD-3-Clause
"""
Verifier: may this program call this kfunc, with this pointer?
==============================================================

`check` asks, `rules` refuse, `program` follows references from call to call, `catalogue` knows
kfuncs and where pointers come from, release by release; `types` and `data` hold the vocabulary.

>>> hook = origin("file, handed to an LSM hook", "7.0")
>>> check_call(kfunc("bpf_get_file_vfs_ids", "7.0"), Program("LSM"), [hook], "7.0").accept
True
"""

from __future__ import annotations

from kfuncviz.kfuncs.verifier.catalogue import kfunc, kfunc_names, origin, origin_names
from kfuncviz.kfuncs.verifier.check import check_call, check_registration, result
from kfuncviz.kfuncs.verifier.data import RELEASES, measured_calls, program_types
from kfuncviz.kfuncs.verifier.program import Call, ProgramVerdict, check_program
from kfuncviz.kfuncs.verifier.types import Arg, Kfunc, Param, Program, Verdict

__all__ = (
    "RELEASES",
    "Arg",
    "Call",
    "Kfunc",
    "Param",
    "Program",
    "ProgramVerdict",
    "Verdict",
    "check_call",
    "check_program",
    "check_registration",
    "kfunc",
    "kfunc_names",
    "measured_calls",
    "origin",
    "origin_names",
    "program_types",
    "result",
)
