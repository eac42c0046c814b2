# SPDX-License-Identifier: BSD-3-Clause
"""
Without a kfunc: other ways to the same answer, and where each stops working
============================================================================

Is this mount idmapped, and whose file is this seen through it?  Nobody needs a kfunc to ask.  Each
:class:`Way` says what it compares, what must hold before it can, and who described or defined it;
:func:`verdicts` says release by release what becomes of it, from the recorded structures and
helpers.  `kfuncviz.evidence.idmap.ask` asks one about a file of the model.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import history_dir, position, releases
from kfuncviz.evidence.errors import EvidenceError, LayoutNotRecorded, offered
from kfuncviz.evidence.idmap.helpers import at
from kfuncviz.evidence.idmap.layouts import layout
from kfuncviz.evidence.idmap.readers import core_reader, fixed_offset_reader

if TYPE_CHECKING:
    import pandas as pd

#: The release the thread of July 2023 talked about: what a script of that day was written for.
WRITTEN = "6.5"
#: When statmount(2) came, with a flag for idmapped mounts but without their rows.
STATMOUNT = "6.8"
Standing = Literal[
    "works", "depends on the build", "yes or no only", "fails to load", "silently wrong",
    "not there", "not recorded",
]  # fmt: skip


class WayVerdict(NamedTuple):
    """What becomes of a way on one release, and why."""

    release: str
    verdict: Standing
    reason: str


@dataclass(frozen=True)
class Way:
    """A way to ask without a kfunc.

    ``compares`` is what it looks at, ``needs`` what must hold first, ``cannot`` what it can never
    say, ``sources`` where it was described, defined or measured; kept in data/history/ways.json.
    """

    id: str
    title: str
    compares: str
    needs: tuple[str, ...]
    cannot: str
    sources: tuple[str, ...]


@cache
def _ways() -> dict[str, Way]:
    text = (history_dir() / "ways.json").read_text(encoding="utf-8")
    return {
        row["id"]: Way(
            row["id"],
            row["title"],
            row["compares"],
            tuple(row["needs"]),
            row["cannot"],
            tuple(row["sources"]),
        )
        for row in json.loads(text)["ways"]
    }


def ways() -> list[Way]:
    """Every way to ask without a kfunc, the thread's own first.

    >>> [way.id for way in ways()]
    ['pointer', 'core', 'offsets', 'statmount', 'stat']
    """
    return list(_ways().values())


def way(name: str) -> Way:
    """One way by its id.

    >>> way("statmount").title
    'statmount(2)'
    >>> way("pointr")
    Traceback (most recent call last):
        ...
    kfuncviz.evidence.errors.EvidenceError: no way 'pointr'; near: pointer
    """
    known = _ways()
    if name not in known:
        raise EvidenceError(f"no way {name!r}; {offered(name, known)}")
    return known[name]


def verdict(name: str, release: str, written: str = WRITTEN) -> WayVerdict:
    """What becomes of a way on one release, written for another, and why.

    Raises UnknownRelease or EvidenceError for a name outside the data.

    >>> verdict("core", "6.8").verdict, verdict("core", "6.8", written="6.8").verdict
    ('fails to load', 'works')
    >>> verdict("statmount", "6.12").reason
    'the rows of the map are reported since 6.15'
    """
    position(written)
    position(release)
    judge = {
        "pointer": _pointer,
        "core": _core,
        "offsets": _offsets,
        "statmount": _statmount,
        "stat": _stat,
    }[way(name).id]
    return WayVerdict(release, *judge(release, written))


def verdicts(name: str, written: str = WRITTEN) -> list[WayVerdict]:
    """One way on every release, oldest first.

    >>> [found.verdict for found in verdicts("pointer") if found.release in ("6.1", "6.2")]
    ['fails to load', 'depends on the build']
    """
    return [verdict(name, release, written) for release in releases()]


def spans(name: str, written: str = WRITTEN) -> pd.DataFrame:
    """`verdicts` with neighbouring releases of one verdict merged: first, last, verdict, reason.

    >>> spans("core").iloc[:, :3].values.tolist()
    [['5.12', '6.1', 'fails to load'], ['6.2', '6.7', 'works'], ['6.8', '7.3', 'fails to load']]
    """
    found = verdicts(name, written)
    runs = [list(run) for _, run in groupby(found, key=lambda each: each.verdict)]
    out = [(run[0].release, run[-1].release, *run[0][1:]) for run in runs]
    return noted(
        frame(out, ["first", "last", "verdict", "reason"]),
        title=f"Without a kfunc: {way(name).title}, written for {written}",
        n=f"{len(found)} releases",
        period=f"{releases()[0]} to {releases()[-1]}",
        definition="whether it starts and reads what it means to read; x86-64 layouts",
        source="data/history/btf_layouts.csv.gz, idmap_structs.csv.gz, idmap_api.csv.gz",
    )


def _pointer(release: str, written: str) -> tuple[Standing, str]:
    symbol, member = _not_idmapped(written)
    if symbol not in at(release):
        return "fails to load", f"{release} has no {symbol} to compare with"
    if member not in layout(release, "vfsmount"):
        held = next(name for name in ("mnt_userns", "mnt_idmap") if name != member)
        return "fails to load", f"struct vfsmount has {held}, not {member}, at {release}"
    return "depends on the build", (
        f"{symbol} and vfsmount.{member} are there; the symbol's address must be visible and the "
        "hooked function not inlined (6.12 of Debian: runs; one 6.18.44 build: cannot start)"
    )


def _not_idmapped(written: str) -> tuple[str, str]:
    """The object a mount without idmap points to, and the member that points, at a release."""
    if "nop_mnt_idmap" in at(written):
        return "nop_mnt_idmap", "mnt_idmap"
    return "init_user_ns", "mnt_userns"


def _core(release: str, written: str) -> tuple[Standing, str]:
    try:
        found = core_reader(written, release)
    except LayoutNotRecorded as gap:
        return "not recorded", str(gap)
    return ("works" if found.verdict == "works" else "fails to load"), found.reason


def _offsets(release: str, written: str) -> tuple[Standing, str]:
    try:
        found = fixed_offset_reader(written, release)
    except LayoutNotRecorded as gap:
        return "not recorded", str(gap)
    return ("works" if found.verdict == "works" else "silently wrong"), found.reason


def _statmount(release: str, _written: str) -> tuple[Standing, str]:
    if "statmount_mnt_idmap" in at(release):
        return "works", "statmount(2) reports the flag and the rows"
    if position(release) >= position(STATMOUNT):
        return "yes or no only", "the rows of the map are reported since 6.15"
    return "not there", f"statmount(2) exists since {STATMOUNT}"


def _stat(release: str, _written: str) -> tuple[Standing, str]:
    return "works", f"uAPI: the same call, with the same meaning, on {release}"
