# SPDX-License-Identifier: BSD-3-Clause
"""
The lives of what the wrappers stand on, and of the wrappers themselves
=======================================================================

The helpers of the idmapping as lives, like those of kfuncs, so that they can be drawn beside them:
one that is there in the first release may be older, and a change between 6.15 and 6.18 stands at
6.18, for the two releases between are not known by themselves.  The four wrappers of July 2023 were
never there; their lives are those they would have had, as the helpers of each release would have
had them written.
"""

from __future__ import annotations

from functools import cache

from kfuncviz.evidence.data.load import position, releases
from kfuncviz.evidence.history.lives import Life
from kfuncviz.evidence.idmap.helpers import at, helper_changes
from kfuncviz.evidence.idmap.wrappers import WRAPPERS, written

CORE = "core_idmap"


@cache
def helper_lives() -> tuple[Life, ...]:
    """The core helpers' lives, the oldest first, then by name.

    What changes is the signature in substance; an export or a const alone does not count.

    >>> [life[1:4] for life in helper_lives() if life.kfunc == "mnt_user_ns"]
    [('5.12', '6.3', ())]
    """
    first = releases()[0]
    open_ = {name: (first, list[str]()) for name, row in at(first).items() if row["group"] == CORE}
    out = []
    for change in helper_changes():
        if change.group != CORE:
            continue
        release = change.step.rpartition("..")[2]
        if change.event == "added":
            open_[change.helper] = (release, [])
        elif change.event == "removed":
            born, changed = open_.pop(change.helper)
            out.append(Life(change.helper, born, release, tuple(changed), False))
        elif change.kind == "substantial":
            open_[change.helper][1].append(release)
    out += [Life(name, born, "", tuple(changed), False) for name, (born, changed) in open_.items()]
    return tuple(sorted(out, key=lambda life: (position(life.born), life.kfunc)))


def wrapper_lives() -> tuple[tuple[Life, tuple[str, ...]], ...]:
    """The four wrappers as they would have lived, each with the releases that edited its body.

    >>> [(life.changed, edits) for life, edits in wrapper_lives()][1]
    (('6.2',), ())
    """
    first = releases()[0]
    out = []
    for wrapper in WRAPPERS:
        mine = [line for line in written() if line.wrapper == wrapper]
        changed = tuple(line.release for line in mine if line.verdict == "prototype changed")
        edits = tuple(line.release for line in mine if line.verdict == "body edited")
        out.append((Life(wrapper, first, "", changed, False), edits))
    return tuple(out)
