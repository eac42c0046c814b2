# SPDX-License-Identifier: BSD-3-Clause
"""
Which kfuncs are drawn, and what their lives were
=================================================

From the recorded rows and the changes computed from them to one line a life: born, changed, gone.
A name that came back has several lives.  The filters are plain arguments; what they kept, and how
a change was counted, stays with the table in ``.attrs`` so that the picture can say so.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import pandas as pd

Only = Literal["all", "changed", "gone"]
Counted = Literal["prototype", "terms"]
COLUMNS = ["kfunc", "born", "died", "changed", "renamed"]
_EVERY_TYPE = "UNSPEC"
_TERMS = ("prototype", "flags", "program_types")
CHANGED = {
    "prototype": "argument count or a type that a BPF program sees differs",
    "terms": "prototype (const and __suffix included), flags or program types differ",
}


def lives(
    rows: pd.DataFrame,
    changes: pd.DataFrame,
    *,
    renamed: AbstractSet[tuple[str, str]] = frozenset(),
    program_type: str = "",
    file: str = "",
    text: str = "",
    only: Only = "all",
    counted: Counted = "prototype",
) -> pd.DataFrame:
    """One row a life, oldest first: kfunc, born, died ("" while alive), changed, renamed.

    ``rows`` are those of ``evidence.kfuncs()``, oldest release first, ``changes`` those of
    ``evidence.changes()``, and ``renamed`` the deaths (kfunc, release) that left a successor under
    another name.  ``changed`` is a tuple of releases.  A kfunc is kept if, in one and the same
    release, it was open to ``program_type`` ("LSM"; UNSPEC is open to all), was defined in a file
    whose path begins with ``file`` ("fs/"), and has ``text`` in its name; ``only`` keeps those that
    changed, or that were gone at least once.  ``counted`` says what is a change: the prototype in
    substance, or any of its terms.

    Raises ValueError for a program type no row has, or an unknown ``only`` or ``counted``.

    >>> from kfuncviz import evidence
    >>> found = lives(evidence.kfuncs(), evidence.changes(), file="drivers/hid", only="gone")
    >>> found[["kfunc", "born", "died"]].values.tolist()
    [['hid_bpf_attach_prog', '6.3', '6.11']]
    """
    import pandas as pd

    _known("only", only, get_args(Only))
    _known("counted", counted, get_args(Counted))
    releases = list(dict.fromkeys(rows["release"]))
    names = _matching(rows, program_type, file, text)
    found = changes[changes["kfunc"].isin(names)]
    out = [life for _, part in found.groupby("kfunc") for life in _one(part, counted, renamed)]
    frame = pd.DataFrame(out, columns=COLUMNS)
    if only != "all":
        hits = frame["died"] != "" if only == "gone" else frame["changed"].map(bool)
        frame = frame[frame["kfunc"].isin(set(frame.loc[hits, "kfunc"]))]
    frame = _by_birth(frame, releases)
    frame.attrs.update(
        releases=releases, total=int(rows["kfunc"].nunique()), counted=counted,
        kept=_kept(program_type, file, text, only),
    )  # fmt: skip
    return frame


def _known(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise ValueError(f"{what} is {given!r}, must be one of {', '.join(known)}")


def program_types(rows: pd.DataFrame) -> list[str]:
    """The program types that rows name, sorted; UNSPEC stands for all of them and is left out.

    >>> from kfuncviz import evidence
    >>> program_types(evidence.kfuncs())[:3]
    ['CGROUP_SKB', 'CGROUP_SOCK_ADDR', 'KPROBE']
    """
    cells = set(rows["program_types"])
    named = {word.partition("(")[0] for cell in cells for word in cell.split("|") if word}
    return sorted(named - {_EVERY_TYPE})


def _matching(rows: pd.DataFrame, program_type: str, file: str, text: str) -> set[str]:
    kept = rows[rows["defined_in"].str.startswith(file)]
    kept = kept[kept["kfunc"].str.contains(text, regex=False)]
    if program_type:
        known = program_types(rows)
        if program_type not in known:
            raise ValueError(
                f"no kfunc is open to program type {program_type!r} by name; "
                f"there are: {', '.join(known)}"
            )
        opened = rf"\b(?:{program_type}|{_EVERY_TYPE})\b"
        kept = kept[kept["program_types"].str.contains(opened)]
    return set(kept["kfunc"])


def _one(
    events: pd.DataFrame, counted: Counted, renamed: AbstractSet[tuple[str, str]]
) -> list[tuple[str, str, str, tuple[str, ...], bool]]:
    """The lives of one kfunc from its events, which are in release order."""
    out, born, changed = [], "", list[str]()
    name = str(events["kfunc"].iloc[0])
    stamps = zip(events["event"], events["kind"], events["release"], strict=True)
    for event, kind, release in stamps:
        if event in ("born", "returned"):
            born, changed = release, []
        elif event == "died":
            out.append((name, born, release, tuple(changed), (name, release) in renamed))
            born = ""
        elif _counts(event, kind, counted) and release not in changed:
            changed.append(release)
    return [*out, (name, born, "", tuple(changed), False)] if born else out


def _counts(event: str, kind: str, counted: Counted) -> bool:
    if counted == "prototype":
        return event == "prototype" and kind == "substantial"
    return event in _TERMS and kind != "kernel_side"


def _by_birth(frame: pd.DataFrame, releases: list[str]) -> pd.DataFrame:
    """Sorted by first birth, then name; the lives of one kfunc stay together, oldest first."""
    place = {release: nth for nth, release in enumerate(releases)}
    own = frame["born"].map(place)
    first = own.groupby(frame["kfunc"]).transform("min")
    keys = frame.assign(first=first, own=own).sort_values(["first", "kfunc", "own"])
    return keys[COLUMNS].reset_index(drop=True)


def _kept(program_type: str, file: str, text: str, only: Only) -> str:
    """The filters in words; empty where nothing was filtered."""
    parts = [
        f"open to {program_type} programs" if program_type else "",
        f"defined under {file}" if file else "",
        f"with {text!r} in the name" if text else "",
        {"all": "", "changed": "that changed", "gone": "that were gone once"}[only],
    ]
    return ", ".join(part for part in parts if part)
