# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz verify
===============

What the verifier of a kernel says of a BPF program: loaded or refused, the line of its log, the
rule that decided, and whether that very kernel was seen to say so.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from kfuncviz.cli.input import Unreadable, read
from kfuncviz.cli.output import REFUSED, UNUSABLE, complain, complain_all
from kfuncviz.nearest import meant
from kfuncviz.printable import printable
from kfuncviz.scenario.problems import ScenarioError

if TYPE_CHECKING:
    from kfuncviz.kfuncs.verifier import Answer

_READ_MAX = 1 << 16
_NARROW = 72
_FORMAT = """\
a PROGRAM is an object (JSON or YAML):
  type       its program type: LSM, TRACING, STRUCT_OPS, XDP ...
  attach     where it hangs: "file_open" for LSM; "tp_btf/NAME", "fentry/NAME",
             "fexit/NAME", "fmod_ret/NAME" or "iter/NAME" for TRACING;
             "OPS/NAME" for STRUCT_OPS
  sleepable  true for BPF_F_SLEEPABLE; false if left out
  caps       what the loader has, of CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN,
             CAP_SYS_ADMIN, CAP_SYS_BOOT; the first three if left out
  steps      what it does, in order; each one of
    {"argument": NAME, "type": "struct file"}       what the hook hands over
    {"current": NAME}                               bpf_get_current_task_btf()
    {"load": "f_path.mnt", "from": NAME, "into": NAME}
    {"address": "f_path", "from": NAME, "into": NAME}
    {"cast": "struct inode", "from": NAME, "into": NAME}   bpf_rdonly_cast()
    {"given": MARK, "type": "struct file", "null": false, "into": NAME}
               a pointer marked trusted, acquired, rcu, plain or untrusted
    {"test": NAME}                                  goes on where it is not NULL;
               the other way out of a program is not followed
    {"call": KFUNC, "args": [...], "into": NAME}
               args: a NAME, a number, null for a register never set,
               "stack" for the program's own memory, "fitting" for a
               string, dynptr, iterator or context as the kfunc wants it

example:
  {"type": "LSM", "attach": "file_open", "steps": [
    {"argument": "file", "type": "struct file"},
    {"load": "f_path.mnt", "from": "file", "into": "mnt"},
    {"call": "bpf_is_idmapped_mnt", "args": ["mnt"]}]}

Exit status: 0 the verifier accepts, 1 it refuses, 2 the input could not be used.
"""


def add_to(commands: Any) -> None:
    """Add the sub-command to the command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "verify",
        help="what the verifier says of a BPF program",
        description="Say whether a kernel's verifier takes a BPF program that calls kfuncs.",
        epilog=_FORMAT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("program", nargs="?", metavar="PROGRAM",
                        help="a file, - for standard input, or the number or name of a program "
                        "that kernels were asked about")  # fmt: skip
    parser.add_argument("--kernel", metavar="RELEASE", help="which kernel, like 6.18 or 6.18.15")
    parser.add_argument("--as", dest="form", choices=("json", "text"), default="json",
                        help="the answer as one JSON object (the default) or in words")  # fmt: skip
    parser.add_argument("--list", action="store_true", dest="listed",
                        help="list the programs that kernels were asked about")  # fmt: skip
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the answer; 0 where the verifier accepts, 1 where it refuses, 2 for unusable input."""
    from kfuncviz.kfuncs.verifier import BadProgram, answer

    if arguments.listed:
        return _list(arguments)
    missing = "a PROGRAM" if arguments.program is None else "--kernel"
    if arguments.program is None or arguments.kernel is None:
        complain(f"{missing} is missing; kfuncviz verify --help shows what is wanted")
        return UNUSABLE
    try:
        said = answer(_program(arguments.program), arguments.kernel)
    except ScenarioError as error:
        complain_all(error, arguments.program)
        return UNUSABLE
    except BadProgram as error:
        complain(str(error), arguments.program)
        return UNUSABLE
    except LookupError as error:
        complain(str(error.args[0]))
        return UNUSABLE
    print(_words(said) if arguments.form == "text" else json.dumps(asdict(said)))
    return 0 if said.accept else REFUSED


def _program(name: str) -> Any:
    """The name of a program of the record, or the description in a file."""
    from kfuncviz.kfuncs.verifier.shipped import programs
    from kfuncviz.scenario.reading.document import parse_text

    names = [one.name for one in programs()]
    if name in names or (name.isascii() and name.isdigit()):
        return name
    try:
        return parse_text(read(name, _READ_MAX))
    except Unreadable as error:
        near = "" if Path(name).parent.name else meant(name, names)
        raise Unreadable(error.name, f"{error.reason}{near}") from None


def _list(arguments: argparse.Namespace) -> int:
    from kfuncviz.kfuncs.verifier.shipped import programs

    if arguments.program is not None or arguments.kernel is not None:
        complain("--list stands alone")
        return UNUSABLE
    for one in programs():
        print(f"{one.case:2} {one.name:24} {one.title}")
    return 0


def _words(said: Answer) -> str:
    """The answer in sentences of at most 72 columns; the verifier's line as it is."""
    verb = "accepts" if said.accept else "refuses"
    basis = "measured" if said.measured else "modelled"
    lines = [f"The verifier of {said.kernel} {verb} the program ({basis})."]
    if not said.accept:
        lines += [f"  {said.line or '(no line of a log: the verifier was not asked)'}"]
        lines += [f"Rule {said.rule}, {said.errno}."]
    paragraphs = [f"Why: {said.why}.", f"Basis: {said.follows}."]
    paragraphs += [f"Mark: {mark}." for mark in said.marks]
    paragraphs += [f"Note: {note}." for note in said.notes]
    lines += map(_filled, paragraphs)
    return "\n".join(lines)


def _filled(text: str) -> str:
    return fill(printable(text), _NARROW, break_long_words=False, break_on_hyphens=False)
