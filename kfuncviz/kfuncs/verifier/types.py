# SPDX-License-Identifier: BSD-3-Clause
"""
The vocabulary of a kfunc call check
====================================

A :class:`Program` calls a :class:`Kfunc` with one :class:`Arg` per parameter; the check answers
with a :class:`Verdict`.  What an argument *is* matters less than where it came from: its
provenance.

========== ===================================================================================
trusted    handed in by the hook, or reached through a member the verifier knows to stay valid
acquired   returned by a KF_ACQUIRE kfunc and not yet released: the program owns a reference
rcu        valid until the RCU read-side section ends
plain      a typed pointer without any mark: neither vouched for nor known to be bad
untrusted  made by a cast, read through a union or outside any RCU section, or kept after one
scalar     a number
null       the number 0, which is NULL where a pointer is wanted
memory     the program's own stack
fitting    bytes, a string, a dynptr, an iterator or the context, just as the kfunc wants it
unset      a register the program never wrote, or that a call before wrote over
========== ===================================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, get_args

from kfuncviz.kfuncs.known import unknown

Provenance = Literal[
    "trusted",
    "acquired",
    "rcu",
    "plain",
    "untrusted",
    "scalar",
    "null",
    "memory",
    "fitting",
    "unset",
]
ParamKind = Literal["object", "scalar", "memory"]

#: Values that point to no kernel structure.
UNTYPED = ("scalar", "null", "memory", "fitting", "unset")

_OBJECT = re.compile(r"(?:const )?(struct \w+) \*")
#: What the verifier follows by other rules than a kernel object's: dynptrs, iterators, lists, locks
#: and the program's own context.
_MEMORY = re.compile(
    r"struct (?:bpf_(?:dynptr(?:_kern)?|iter_\w+|list_\w+|rb_\w+|wq|timer|task_work|res_spin_lock|"
    r"sock_addr_kern|sock_ops_kern)|__sk_buff|xdp_md)"
)
#: The same, where the parameter's name says so.
_BY_NAME = re.compile(r"\w+__(?:ign|alloc|map|str|uninit|irq_flag|refcounted_kptr|k|iter|arena)")


@dataclass(frozen=True)
class Param:
    """One parameter of a kfunc.

    >>> Param("file", "const struct file *").struct, Param("pid", "s32").kind
    ('struct file', 'scalar')
    """

    name: str
    type: str
    nullable: bool = False

    @property
    def struct(self) -> str:
        """The structure pointed to, without ``const``; empty for anything else."""
        match = _OBJECT.fullmatch(self.type)
        return match[1] if match else ""

    @property
    def kind(self) -> ParamKind:
        """``object``: a kernel structure; ``memory``: bytes, strings, dynptrs, iterators."""
        if "*" not in self.type:
            return "scalar"
        special = _MEMORY.fullmatch(self.struct) or _BY_NAME.fullmatch(self.name)
        return "object" if self.struct and not special else "memory"

    @property
    def is_buffer(self) -> bool:
        """Whether plain bytes are wanted, of which any will do."""
        return self.kind == "memory" and not self.struct and not self.name.endswith("__str")

    @property
    def ignored(self) -> bool:
        """Whether the verifier lets anything through here: the name ends in ``__ign``."""
        return self.name.endswith("__ign")


@dataclass(frozen=True)
class Kfunc:
    """A kfunc as one release registers it, or as somebody proposed it.

    ``program_types`` are what the id set was registered for ("UNSPEC" is every type);
    ``filter`` is the list a registration filter lets through, ``None`` without a filter: "LSM" is
    a program type, "STRUCT_OPS(binfmt_misc_ops)" the programs of a type that attach there,
    "STRUCT_OPS(binfmt_misc_ops/load)" those of one operation, "STRUCT_OPS(Qdisc_ops/?)" those
    where it depends on the operation in a way that is not modelled, "LSM(!socket_sendmsg)" all but
    those that attach there.
    ``status`` is "proposed" for functions no release ever registered.
    """

    name: str
    params: tuple[Param, ...]
    ret: str
    flags: frozenset[str] = frozenset()
    program_types: frozenset[str] = frozenset({"UNSPEC"})
    filter: frozenset[str] | None = None
    status: Literal["proposed", "merged"] = "merged"
    since: str | None = None
    until: str | None = None
    source: str = ""
    note: str = ""

    @property
    def ret_struct(self) -> str:
        """The structure the result points to; empty when it does not."""
        return Param("", self.ret).struct

    def prototype(self) -> str:
        """The declaration in C, on one line.

        >>> Kfunc("bpf_put_file", (Param("file", "struct file *"),), "void").prototype()
        'void bpf_put_file(struct file *file)'
        """
        params = ", ".join(_declared(p.type, p.name) for p in self.params) or "void"
        return f"{_declared(self.ret, self.name)}({params})"


def _declared(ctype: str, name: str) -> str:
    return f"{ctype}{name}" if ctype.endswith("*") else f"{ctype} {name}"


@dataclass(frozen=True)
class Program:
    """A BPF program as far as the call check looks at it.

    ``attach`` is where it hangs: "file_open" for LSM, "tp_btf/cgroup_mkdir" or "iter/task_file" for
    TRACING, "binfmt_misc_ops/load" for STRUCT_OPS.
    ``rcu_section`` says the call stands between bpf_rcu_read_lock and unlock; a program that
    cannot sleep is inside such a section all the time.

    >>> Program("LSM").in_rcu, Program("LSM", sleepable=True).in_rcu
    (True, False)
    """

    type: str
    sleepable: bool = False
    attach: str = ""
    rcu_section: bool = False
    caps: frozenset[str] = frozenset({"CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN"})

    @property
    def in_rcu(self) -> bool:
        """Whether a pointer marked ``rcu`` is valid at the call."""
        return self.rcu_section or not self.sleepable

    @property
    def perfmon(self) -> bool:
        """Whether the loader may read kernel memory, as CAP_SYS_ADMIN stands for CAP_PERFMON."""
        return bool({"CAP_PERFMON", "CAP_SYS_ADMIN"} & self.caps)


@dataclass(frozen=True)
class Arg:
    """A value a program passes: its provenance, the structure it points to, whether it may be NULL.

    ``inside`` is the structure and the member whose address it is, if a program took one:
    the verifier goes on knowing such a pointer as the outer structure.

    >>> Arg("trusted", "struct file")
    Arg(provenance='trusted', type='struct file', nullable=False, origin='')
    """

    provenance: Provenance
    type: str = ""
    nullable: bool = False
    origin: str = ""
    inside: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def outer(self) -> str:
        """The structure the verifier knows the pointer by."""
        return self.inside[0] if self.inside else self.type

    def __post_init__(self) -> None:
        if self.provenance not in get_args(Provenance):
            raise unknown("provenance", self.provenance, get_args(Provenance))
        if (self.type == "") != (self.provenance in UNTYPED):
            need = "no structure" if self.type else "a structure, like 'struct file'"
            raise ValueError(
                f"an argument marked {self.provenance!r} has {need}; got {self.type!r}"
            )


@dataclass(frozen=True)
class Verdict:
    """What the verifier says about one call, and on which ground.

    ``message`` is the line of the verifier's log, empty when it accepts.  ``measured`` is true
    only if a real kernel gave exactly this answer to exactly this call; otherwise the answer is
    modelled from the source.  ``since``/``until`` bound the releases the deciding rule holds for.
    """

    accept: bool
    rule: str
    message: str
    why: str
    release: str
    measured: bool = False
    since: str | None = None
    until: str | None = None
    source: str = ""
    arg: int | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def basis(self) -> str:
        """The word to print beside the verdict: "measured" or "modelled"."""
        return "measured" if self.measured else "modelled"
