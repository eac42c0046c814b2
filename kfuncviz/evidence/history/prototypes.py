# SPDX-License-Identifier: BSD-3-Clause
"""
How two C prototypes of the same function differ
================================================

Answers one question: would a BPF program that declared the old prototype have
to be edited for the new one? A changed argument count, type or return type is
`substantial`; a changed `const` is `const_only`; a changed `__suffix` of an
argument's name (the verifier reads those) is `annotation_only`; spelling alone
(typedefs of one type, plain argument names, address space marks such as __user,
which BTF leaves out) is no change at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_SAME = {
    "__u8": "u8",
    "uint8_t": "u8",
    "__u16": "u16",
    "__u32": "u32",
    "uint32_t": "u32",
    "unsigned": "u32",
    "unsigned int": "u32",
    "__u64": "u64",
    "uint64_t": "u64",
    "unsigned long long": "u64",
    "__s32": "s32",
    "int": "s32",
    "__s64": "s64",
    "long long": "s64",
    "long long int": "s64",
    "long long unsigned int": "u64",
    "long int": "long",
    "long unsigned int": "unsigned long",
    "unsigned long int": "unsigned long",
}
_TYPE_WORDS = frozenset(" ".join([*_SAME, *_SAME.values()]).split())
_WORD = re.compile(r"[A-Za-z_]\w*")
_ADDRESS_SPACE = re.compile(r"\b__(user|rcu|percpu|iomem|kernel)\b")
_CALLBACK = re.compile(r"\(\s*\*?\s*([A-Za-z_]\w*)\s*\)\s*\(")


@dataclass(frozen=True)
class Argument:
    """One argument: its type without spelling differences, and its `__suffix` words."""

    type: str
    annotations: tuple[str, ...]


@dataclass(frozen=True)
class Prototype:
    """A parsed prototype: return type and arguments, in order."""

    returns: str
    arguments: tuple[Argument, ...]


def _canonical(text: str) -> str:
    words = " ".join(re.sub(r"\s*\*\s*", " * ", _ADDRESS_SPACE.sub("", text)).split())
    tail = ""
    while words.endswith("*"):
        words, tail = words[:-1].rstrip(), tail + "*"
    const = "const " if words.startswith("const ") or words.endswith(" const") else ""
    words = re.sub(r"^const | const$", "", words)
    return const + _SAME.get(words, words) + tail


def _split(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip() not in ("", "void")]


def _argument(text: str) -> Argument:
    callback = _CALLBACK.search(text)
    if callback:
        name = callback[1]
        inner = text[callback.end() : text.rindex(")")]
        returns = _canonical(text[: callback.start()])
        kinds = ", ".join(_argument(part).type for part in _split(inner))
        return Argument(f"{returns} (*)({kinds})", _annotations(name))
    text = text.replace("[]", "").strip()
    words = _WORD.findall(text)
    name = words[-1] if len(words) > 1 and text.endswith(words[-1]) else ""
    plain = name and words[-2] not in ("struct", "enum", "union") and name not in _TYPE_WORDS
    if not plain:
        return Argument(_canonical(text), ())
    return Argument(_canonical(text[: len(text) - len(name)]), _annotations(name))


def _annotations(name: str) -> tuple[str, ...]:
    return tuple(sorted(name.split("__")[1:]))


@cache
def parse(prototype: str) -> Prototype:
    """Parse `type name(arguments)`.

    >>> parse("int f(const char *name__str, u32 n)").arguments[0]
    Argument(type='const char*', annotations=('str',))
    """
    head, _, rest = prototype.partition("(")
    name = _WORD.findall(head)[-1]
    returns = _canonical(head[: head.rindex(name)])
    return Prototype(returns, tuple(map(_argument, _split(rest[: rest.rindex(")")]))))


def _bare(text: str) -> str:
    return re.sub(r"\bconst ", "", text)


def _substance(old: Prototype, new: Prototype) -> str | None:
    if len(old.arguments) != len(new.arguments):
        return "arg_count"
    if _bare(old.returns) != _bare(new.returns):
        return "return_type"
    for before, after in zip(old.arguments, new.arguments, strict=True):
        if _bare(before.type) != _bare(after.type):
            if "(*)" in before.type or "(*)" in after.type:
                return "callback_type"
            return "pointer_type" if "*" in before.type + after.type else "integer_type"
    return None


def difference(before: str, after: str) -> tuple[str, str] | None:
    """How `after` differs from `before`, as (group, detail), or None if it does not.

    Groups: `substantial` (detail: arg_count, return_type, pointer_type, integer_type,
    callback_type), `annotation_only`, `const_only`. A change of several sorts is named
    after the gravest.

    >>> difference("int f(void *p)", "int f(const void *p)")
    ('const_only', 'const_qualifier')
    >>> difference("int f(void *p)", "int f(void *p, u32 p__sz)")
    ('substantial', 'arg_count')
    >>> difference("int f(s32 a)", "s32 f(int b)") is None
    True
    """
    old, new = parse(before), parse(after)
    detail = _substance(old, new)
    if detail:
        return "substantial", detail
    if [a.annotations for a in old.arguments] != [a.annotations for a in new.arguments]:
        return "annotation_only", "annotation_suffix"
    return None if old == new else ("const_only", "const_qualifier")
