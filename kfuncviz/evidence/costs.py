# SPDX-License-Identifier: BSD-3-Clause
"""
The recorded changes of one name, as changes of the exposure matrix
====================================================================

The matrix lists changes worth a row.  Any other recorded change of a kfunc, of a function with a
map argument, of a member, a hook or a tracepoint can be asked the same question: here it is put
into the same form, so that :func:`kfuncviz.kfuncs.contracts.follows` answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from kfuncviz.evidence import index
from kfuncviz.evidence.data.load import Row, cited, position, registered, releases, rows, tag
from kfuncviz.evidence.history import diffs, lives
from kfuncviz.evidence.history.prototypes import difference, parse
from kfuncviz.evidence.idmap import helpers
from kfuncviz.evidence.idmap.layouts import recorded_releases
from kfuncviz.kfuncs.contracts import Change, Facet, changes

_CONVERTED = "callers in the tree, where there were any, were converted with it"
_NOTHING = "nothing to convert"
#: Structures that are no kernel object to be trusted: memory, iterators, locks, a context.
_NO_OBJECT = re.compile(r"bpf_(dynptr|iter|res_spin|list|rb)|__sk_buff|xdp_md")
#: What the kernel called a type, and what programs declare.
_SPELT = {"bpf_dynptr_kern": "bpf_dynptr", "sk_buff": "__sk_buff", "xdp_buff": "xdp_md"}
_MODULES = {"": "nobody", "EXPORT_SYMBOL": "every module", "EXPORT_SYMBOL_GPL": "GPL modules"}


def listed(name: str) -> list[Change]:
    """The changes of the matrix that speak of a name or, as a rule, reached it; oldest first.

    >>> [change.id for change in listed("inode.i_uid")]
    ['inode-uid-6.19']
    >>> [change.id for change in listed("vfs_create")]
    ['vfs-takes-userns-5.12', 'vfs-takes-idmap-6.3', 'vfs-create-6.19']
    """
    asked = re.compile(rf"(?<![\w.]){re.escape(index.plain(name))}(?!\w|\.\w)")
    ruled = _ruled(index.plain(name))
    return [changes()[id] for id, text in _said().items() if id in ruled or asked.search(text)]


def _ruled(name: str) -> set[str]:
    """The rules of 7.0 and 7.3 that a kfunc came under; none of the tests' own did."""
    at = registered()
    return {
        id
        for id, old, new, reached in (
            ("trusted-default-7.0", "6.19", "7.0", came_under_the_default),
            ("perfmon-7.3", "7.2", "7.3", _asks_for_perfmon),
        )
        if name in at[old] and name in at[new] and reached(at[old][name], at[new][name])
    }


def came_under_the_default(old: Row, new: Row) -> bool:
    """Whether a kfunc's rows of 6.19 and 7.0 say that the rule of trusted arguments reached it.

    It takes a pointer to a kernel object, and no flag asked more of it before or less after: an
    upper bound, as arguments of other sorts have rules of their own.

    >>> at = registered()
    >>> came_under_the_default(at["6.19"]["css_rstat_updated"], at["7.0"]["css_rstat_updated"])
    True
    """
    flags = diffs.words(old["flags"])
    if flags & {"KF_TRUSTED_ARGS", "KF_RCU", "KF_RELEASE"} or "KF_RCU" in diffs.words(new["flags"]):
        return False
    arguments = old["bpf_visible_prototype"].partition("(")[2]
    return any(not _NO_OBJECT.match(name) for name in re.findall(r"struct (\w+) \*", arguments))


def _asks_for_perfmon(old: Row, new: Row) -> bool:
    return "KF_PERFMON" in diffs.words(new["flags"]) - diffs.words(old["flags"])


@cache
def _said() -> dict[str, str]:
    """What each change says, and the names its rows are about."""
    return {id: _words(change) for id, change in changes().items()}


def _words(change: Change) -> str:
    named = (" ".join(where.values()) for _, where in change.rows)
    return " ".join([change.title, change.what, *(f.what for f in change.facets), *named])


def computed(name: str) -> list[Change]:
    """The recorded changes of a name that the matrix does not list, oldest first.

    :raises UnknownName: for a name no table knows.

    >>> [(change.release, change.facets[0].kind) for change in computed("vfs_mkdir")]
    [('6.3', 'prototype'), ('6.19', 'prototype')]
    """
    asked = index.plain(name)
    kind = index.known().get(asked)
    if kind is None:
        raise index.unknown(name)
    reads = {"kfunc": _of_kfunc, "function": _of_function, "member": _of_member,
             "traced": _of_traced}  # fmt: skip
    found = reads[kind](asked) if kind in reads else ()
    taken = {change.release for change in listed(asked)}
    return [change for change in found if change.release not in taken]


def _change(
    name: str, release: str, facet: Facet, in_tree: str, sources: tuple[str, ...], note: str = ""
) -> Change:
    return Change(
        id=f"{name.replace('.', '-').replace('_', '-')}-{release}",
        release=release,
        about="elsewhere" if facet.surface in ("kfunc", "tracepoint") else "inside",
        title=f"{name}: {facet.kind}",
        what=f"{facet.what}.",
        facets=(facet,),
        in_tree=in_tree,
        sources=sources,
        rows=(),
        note=note,
    )


def _of_kfunc(name: str) -> Iterator[Change]:
    mine = (life for life in lives.every_life(tests=True) if life.kfunc == name)
    renamed = {life.died for life in mine if life.renamed}
    for change in diffs.changes(tests=True):
        if change.kfunc != name:
            continue
        facet = _kfunc_facet(change, renamed=change.release in renamed)
        if facet:
            at = change.previous if change.event == "died" else change.release
            lead = f"{tag(change.release)} against {tag(change.previous)}"
            source = f"{lead}: {cited(registered(tests=True)[at][name])}"
            yield _change(name, change.release, facet, _CONVERTED, (source,))


def _kfunc_facet(change: diffs.KfuncChange, *, renamed: bool) -> Facet | None:
    """What a change of a kfunc did to who calls it; None where nobody outside can notice."""
    name = f"{change.kfunc}()"
    if change.event == "died":
        return Facet("kfunc", "renamed" if renamed else "removed", f"{name} is gone")
    if change.event == "prototype" and change.kind in ("substantial", "const_only"):
        return _prototype_facet(name, change.before, change.after)
    if change.event == "flags" and change.kind in ("stricter", "mixed"):
        perfmon = "KF_PERFMON" in change.detail
        return Facet("kfunc", "capability" if perfmon else "stricter",
                     f"{name} has other flags: {change.detail}")  # fmt: skip
    if change.event == "moved":
        return Facet("kfunc", "moved", f"{name} is defined in {change.after}")
    return None


def _prototype_facet(name: str, before: str, after: str) -> Facet | None:
    """By the types a program declares: 6.11 wrote them into the kernel's own prototypes."""
    spelt = before
    for kernel, program in _SPELT.items():
        spelt = re.sub(rf"\b{kernel}\b", program, spelt) if program in after else spelt
    kind, detail = difference(spelt, after) or ("", "")
    if kind == "const_only":
        return Facet("kfunc", "const", f"{name} differs in const alone: {after}")
    if kind == "substantial":
        sort = "integer" if detail == "integer_type" else "arguments"
        return Facet("kfunc", sort, f"{before} became {after}")
    return None


def _of_function(name: str) -> Iterator[Change]:
    for change in helpers.helper_changes():
        if change.helper == name and change.event != "added":
            facet = _function_facet(change)
            release = change.step.rpartition("..")[2]
            window = (
                f"somewhere from {change.step.replace('..', ' to ')}" if ".." in change.step else ""
            )
            lead = f"{tag(release)}: history table idmap_api, {change.source}"
            yield _change(name, release, facet, _CONVERTED, (lead,), window)


def _function_facet(change: helpers.HelperChange) -> Facet:
    name = f"{change.helper}()"
    if change.event == "removed":
        return Facet("function", "removed", f"{name} is gone")
    if change.event == "export":
        was, now = (text.replace("none", "") for text in change.detail.split(" -> "))
        kind = "withdrawn" if not now else "gpl-only" if was and "GPL" in now else "added"
        return Facet("export", kind, f"{name} is open to {_MODULES[now]}, was to {_MODULES[was]}")
    if change.kind == "const_only":
        return Facet("function", "const", f"{name} differs in const alone: {change.after}")
    return Facet(
        "function", _shape(change.before, change.after), f"{change.before} became {change.after}"
    )


def _shape(before: str, after: str) -> str:
    """Whether arguments went, so that reading the last one is refused, or only differ."""
    if "(" not in before or "(" not in after:
        return "prototype"
    was, now = parse(before).arguments, parse(after).arguments
    return "fewer-arguments" if len(now) < len(was) else "prototype"


def _of_member(name: str) -> Iterator[Change]:
    """Moves between the releases whose BTF was recorded; a gap between them is said."""
    taken = {position(change.release) for change in listed(name)}
    spans = {
        release: dict(span.told)
        for span in index.recorded(name).spans
        for release in releases()[position(span.first) : position(span.last) + 1]
    }
    for old, new in pairwise(recorded_releases()):
        was, now = spans.get(old), spans.get(new)
        if was is None or was == now or taken & set(range(position(old) + 1, position(new) + 1)):
            continue
        if "offset" not in was or (now is not None and "offset" not in now):
            continue
        if now is None:
            facet = Facet("member", "removed", f"{name} is gone")
        elif not _places(was) & _places(now):
            facet = Facet(
                "member", "moved", f"{name} is at offset {now['offset']}, was at {was['offset']}"
            )
        else:
            continue
        notes = []
        if position(new) - position(old) > 1:
            notes.append(f"somewhere after {old}: no layout between was recorded")
        if not _builders(old) & _builders(new):
            notes.append("the two kernels were built by different people, which alone can do this")
        source = (
            f"{tag(new)} against {tag(old)}: history table btf_layouts (read in the .BTF of "
            f"{', '.join(_blobs(new))} and {', '.join(_blobs(old))})"
        )
        yield _change(name, new, facet, _NOTHING, (source,), "; ".join(notes))


def _places(told: Mapping[str, str]) -> set[str]:
    """Offsets of a member in the builds of a release that were read."""
    return set(told["offset"].split(", "))


def _blobs(release: str) -> list[str]:
    return [row["blob"] for row in rows("btf_blobs") if row["release"] == release]


def _builders(release: str) -> set[str]:
    return {blob.split(maxsplit=1)[1] for blob in _blobs(release)}


def _of_traced(name: str) -> Iterator[Change]:
    for row in rows("traced"):
        if row["name"] == name:
            became = f"{row['before']} became {row['after']}"
            facet = {
                "tracepoint": Facet("tracepoint", "removed", f"{name} is gone"),
                "member": Facet("member", "removed", f"{name}: {became}"),
                "LSM hook": Facet("function", _shape(row["before"], row["after"]), became),
            }[row["kind"]]
            commit = f"commit {row['commit']}; " if row["commit"] else ""
            source = f"v{row['release']}, {commit}{row['source']}"
            yield _change(name, row["release"], facet, _CONVERTED, (source,))
