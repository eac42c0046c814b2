# SPDX-License-Identifier: BSD-3-Clause
"""
What a tool chooses where nobody said
=====================================

The map a container has without a flag, the range that an engine or systemd finds by itself: one
that could be is taken, and said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kfuncviz.dialects.intermediate import engine
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Map, Parsed, Row
from kfuncviz.dialects.registry import parse
from kfuncviz.dialects.remarks import USUAL
from kfuncviz.dialects.subid import SubidRange
from kfuncviz.model.idmap import Extent

#: What useradd gives the first user.
USUAL_RANGE = SubidRange("me", 100000, 65536)
#: Where the kubelet's first range for a pod may begin: the ids below are the host's own.
_POD = 2 * USUAL
#: The first id of the user "containers" in podman's manual.
_AUTO = 2147483647
#: What systemd-nspawn says that it chooses itself, and the first of what it may choose.
PICKS, PICKED = ("pick:", "yes:", "managed:", "-U "), "524288"
#: A unit whose user is made when it starts, and the first id that may be its (systemd.exec(5)).
_DYNAMIC_USER, _DYNAMIC = re.compile(r"(?im)^\s*DynamicUser=(?:yes|true|on|1)\s*$"), 61184
#: A container of Proxmox with no rows of its own.
_UNPRIVILEGED = re.compile(r"(?i)\bunprivileged: ?1\b|\bunprivileged (?:lxc|ct|container)\b")
_RUN = re.compile(r"\b(podman|docker|nerdctl) run\b")


def picked(text: str) -> str:
    """What systemd-nspawn was told, with a range that it could have chosen."""
    chosen = re.sub(
        r"(?<=Users=)(?:pick|yes|managed)|(?<=users=)(?:pick|yes|managed)", PICKED, text
    )
    return re.sub(r"(?<=\s)-U\b", f"--private-users={PICKED}", chosen)


def default(
    text: str, options: Options, found: list[Parsed], assumed: list[str]
) -> Iterable[Parsed]:
    """The map a container has where its flags give none; what is taken is added to ``assumed``."""
    if any(map.sort == "namespace" for parsed in found for map in parsed.maps):
        return
    if any(problem for parsed in found for problem in parsed.problems):
        return
    settings = [said for parsed in found for said in parsed.settings]
    if any(said.startswith("hostUsers: false") for said in settings):
        assumed.append(f"the pod's ids are the host's from {_POD} on")
        rows = tuple(Row(kind, Extent(0, _POD, USUAL)) for kind in KINDS)
        yield Parsed("kubernetes", (Map("namespace", "the pod", rows),))
    elif any(said.startswith("auto: ") for said in settings):
        assumed.append(
            f"the range that auto finds is taken from {_AUTO} on, as podman's manual has it, and "
            f"{USUAL} ids long: podman sizes it by the image, 1024 at least"
        )
        rows = tuple(Row(kind, Extent(0, _AUTO, USUAL)) for kind in KINDS)
        yield Parsed("podman", (Map("namespace", "the container", rows),))
    elif _UNPRIVILEGED.search(text):
        assumed.append(f"no lxc.idmap: the container has {USUAL_RANGE.start} and more, as is usual")
        rows = tuple(Row(kind, Extent(0, *USUAL_RANGE[1:])) for kind in KINDS)
        yield Parsed("lxc", (Map("namespace", "the container", rows),))
    elif any(said.startswith("self: ") for said in settings):
        own = options.own or (1000, 1000)
        if _DYNAMIC_USER.search(text):
            own = (_DYNAMIC, _DYNAMIC)
            assumed.append(f"of 61184...65519, which DynamicUser takes from, it takes {_DYNAMIC}")
        assumed.append(f"the unit's user is {own[0]}:{own[1]}")
        pairs = [(kind, id) for kind, mine in zip(KINDS, own, strict=True) for id in {0, mine}]
        rows = tuple(Row(kind, Extent(id, id, 1)) for kind, id in sorted(pairs))
        runs_as = f"the service runs as {own[0]}:{own[1]} inside"
        yield Parsed("nspawn", (Map("namespace", "the service", rows),), settings=(runs_as,))
    elif options.rootless and options.own is not None:
        rows = tuple(engine(options))
        if re.search(r"(?i)docker|rootlesskit", text):
            yield parse("rootlesskit", "rootlesskit", options)
        else:
            assumed.append("no --userns and no --uidmap: the container has the engine's own map")
            yield Parsed("podman", (Map("namespace", "the container", rows),))
    elif not found and (run := _RUN.search(text)):
        assumed.append(f"{run[1]} maps nothing: ids inside are the host's")
        yield Parsed(run[1], settings=("no user namespace of its own: inside is outside",))
