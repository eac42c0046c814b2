# SPDX-License-Identifier: BSD-3-Clause
"""
What the call check knows: flags, rules, hooks, measured answers
================================================================

Everything here is read from ``data/verifier``; each row carries the releases it holds for and a
source.  The kfuncs themselves, and where pointers come from, are in `catalogue`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from kfuncviz.kfuncs.known import NotKnown, document, look_up, release, within
from kfuncviz.kfuncs.verifier.types import Arg, Kfunc, Program, Verdict

#: The releases the call check was read for.
RELEASES = (*(f"6.{n}" for n in range(4, 20)), *(f"7.{n}" for n in range(4)))


@dataclass(frozen=True)
class Flag:
    """A KF_ flag: when it existed, what it means, which rule of the check it drives.

    ``since`` is ``None`` for a flag no release defines; ``rule`` is ``None`` for one not checked
    here.
    """

    name: str
    bit: int | None
    since: str | None
    until: str | None
    meaning: str
    rule: str | None
    source: str

    def held_in(self, at: str) -> bool:
        """Whether that release defines the flag.

        >>> flags()["KF_TRUSTED_ARGS"].held_in("7.0"), flags()["KF_DEPRECATED"].held_in("6.12")
        (False, False)
        """
        return self.since is not None and within(at, self.since, self.until)


@dataclass(frozen=True)
class Rule:
    """One rule of the call check: what it asks, the log line of its refusal, where it was read.

    ``later`` holds the releases that changed the line, each with its new words.
    """

    id: str
    title: str
    asks: str
    message: str
    errno: str | None
    since: str
    until: str | None
    source: str
    note: str = ""
    later: tuple[tuple[str, str], ...] = ()

    def line(self, at: str) -> str:
        """The line of the log as that release words it.

        >>> [rules()["null"].line(at) for at in ("7.1", "7.2")]  # doctest: +NORMALIZE_WHITESPACE
        ['Possibly NULL pointer passed to trusted arg{arg}',
         'Possibly NULL pointer passed to trusted R{reg}']
        """
        words = [text for since, text in self.later if within(at, since, None)]
        return words[-1] if words else self.message


@dataclass(frozen=True)
class Hook:
    """The kfunc hook of a program type; types that share one cannot be registered apart.

    A type without a hook has ``None``: its programs may call what is registered for every type.
    """

    type: str
    hook: str | None
    since: str | None
    source: str


def covered(at: str) -> str:
    """The release without its point number, if the call check was read for it.

    >>> covered("6.12.43")
    '6.12'
    >>> covered("6.1")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: the call check is modelled for 6.4 to 7.3, not for '6.1': \
pointers carried other marks before 6.4, and nothing after 7.3 was read
    """
    major, minor = release(at)
    name, first, last = f"{major}.{minor}", RELEASES[0], RELEASES[-1]
    if name not in RELEASES:
        raise NotKnown(
            f"the call check is modelled for {first} to {last}, not for {at!r}: pointers carried "
            f"other marks before {first}, and nothing after {last} was read"
        )
    return name


@cache
def flags() -> dict[str, Flag]:
    """Every KF_ flag by name, KF_DEPRECATED included.

    >>> flags()["KF_RCU"].since, flags()["KF_DEPRECATED"].since
    ('6.2', None)
    """
    rows = document("verifier", "flags")["flags"]
    return {row["flag"]: Flag(name=row.pop("flag"), **row) for row in map(dict, rows)}


@cache
def rules() -> dict[str, Rule]:
    """Every rule of the call check by id, in no particular order of checking.

    >>> rules()["leak"].message
    'Unreleased reference id={id} alloc_insn={insn}'
    """
    rows = document("verifier", "rules")["rules"]
    return {
        row["id"]: Rule(**row | {"later": tuple(map(tuple, row.get("later", [])))}) for row in rows
    }


@cache
def hooks() -> dict[str, Hook]:
    """Every program type and its kfunc hook, if it has one.

    >>> hooks()["LSM"].hook == hooks()["TRACING"].hook, hooks()["SK_MSG"].hook
    (True, None)
    """
    return {row["type"]: Hook(**row) for row in document("verifier", "hooks")["hooks"]}


def program_type(name: str) -> str:
    """A program type as the data spells it; the BPF_PROG_TYPE_ prefix and case do not matter.

    >>> program_type("BPF_PROG_TYPE_LSM"), program_type("tracing")
    ('LSM', 'TRACING')
    >>> program_type("EXT")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: an EXT program is checked as the type of the program it \
replaces; name that type
    """
    if str(name).upper().removeprefix("BPF_PROG_TYPE_") == "EXT":
        raise NotKnown(
            "an EXT program is checked as the type of the program it replaces; name that type"
        )
    return look_up("program type", str(name).upper().removeprefix("BPF_PROG_TYPE_"), hooks()).type


def program_types() -> list[str]:
    """The program types; "UNSPEC" stands for all and is none.

    >>> program_types()[:3]
    ['XDP', 'SCHED_CLS', 'STRUCT_OPS']
    """
    return [name for name in hooks() if name != "UNSPEC"]


def measured_calls() -> list[dict[str, Any]]:
    """The calls a real kernel was asked about, a row each; what the verdicts call measured.

    >>> {row["release"] for row in measured_calls()}
    {'6.12'}
    """
    return [dict(row) for row in document("verifier", "measured")["calls"]]


def measured_call(fn: Kfunc, program: Program, args: tuple[Arg, ...], at: str) -> str | None:
    """Where a real kernel answered exactly this call, or ``None`` if none did."""
    for row in measured_calls():
        if (
            row["release"] == at
            and row["kfunc"] == fn.name
            and frozenset(row["flags"]) == fn.flags
            and row["program"] in (None, program.type)
            and row["attach"] in (None, program.attach)
            and args
            and (row["arg"], False) == (args[0].provenance, args[0].nullable)
            and all(arg.type == param.struct for arg, param in zip(args, fn.params, strict=True))
        ):
            return str(row["where"])
    return None


def measured_registration(types: frozenset[str], module: bool, at: str) -> str | None:
    """Where a real kernel answered exactly this registration, or ``None``."""
    for row in document("verifier", "measured")["registrations"]:
        if (row["release"], frozenset(row["types"]), row["module"]) == (at, types, module):
            return str(row["where"])
    return None


def verdict(
    rule: str,
    at: str,
    why: str,
    words: dict[str, str] | None = None,
    *,
    arg: int | None = None,
    where: str | None = None,
    notes: tuple[str, ...] = (),
) -> Verdict:
    """The verdict a rule gives, its log line filled in; ``where`` makes it a measured one.

    >>> verdict("leak", "6.12", "never given back", {"id": "1", "insn": "0"}).message
    'Unreleased reference id=1 alloc_insn=0'
    """
    row = rules()[rule]
    return Verdict(
        accept=rule == "passed",
        rule=rule,
        message=row.line(at).format(**(words or {})),
        why=why,
        release=at,
        measured=where is not None,
        since=row.since,
        until=row.until,
        source=f"{row.source}; measured: {where}" if where else row.source,
        arg=arg,
        notes=notes + ((row.note,) if row.note else ()),
    )
