# SPDX-License-Identifier: BSD-3-Clause
"""
Where a line was seen: on the host, or in a container
=====================================================

A listing made in a container shows other numbers than one made on the host.  Prompts tell them
apart, commands that go into a container, and words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_PROMPT = re.compile(
    r"\s*(?:\[?[\w.-]+@(?P<host>[\w.-]+)[^$#\n]*[$#]|(?P<path>[~/]\S* )?[$#]"
    r"|(?P<shell>\w*sh-[\d.]+)[$#])(?:[ \t]+|$)"
)
#: A host that is named as engines name containers.
_NAMELESS = re.compile("[0-9a-f]{12}")
_ENGINES = r"docker|podman|nerdctl|kubectl|crictl|incus|lxc|pct|oc"
_GOES_IN = re.compile(
    rf"\b(?:{_ENGINES})\b.*\b(?:exec|enter|attach|shell|run)\b"
    r"|\b(?:lxc-attach|machinectl shell|nsenter|systemd-nspawn|(?:podman|buildah) unshare)\b"
)
_TO_LOOK = re.compile(r"\b(?:ls|stat|getfacl|getcap|id|cat|find)\b")
_TO_STAY = re.compile(r"\b(?:ba|da|a|z)?sh\s*$|\bpct enter\b|\bmachinectl shell\b")
_LISTED = re.compile(r"\bls\b(?:\s+-\S+)*\s+([^\s-]\S*)\s*$")
_QUOTED = re.compile(r"^(?:>\s?)+")
_COMMAND = re.compile(
    r"(?:sudo )?(?:ls|stat|cat|id|grep|getfacl|getcap|uname|mount|unshare|nsenter|lxc-attach"
    rf"|{_ENGINES})\b(?!\.).*"
)
_INSIDE = re.compile(
    r"(?i)\b(?:in|inside|within|from)(?: of)?(?: the| my| a| this)?(?: \w+)? ?"
    r"(?:container|pod|guest|ct|lxc)\b|^\W*(?:inside|container|guest|pod)\W*$"
)
_OUTSIDE = re.compile(
    r"(?i)\bon (?:the |my )?(?:\w+ )?(?:host|node|server)\b|^\W*(?:host|outside)\W*$"
)


class Line(NamedTuple):
    """A line without its prompt.

    ``inside``: it was seen in a container, ``None``: nothing says where.  ``at`` is what the
    command above it was asked to list.
    """

    text: str
    inside: bool | None
    at: str


def lines(text: str) -> Iterator[Line]:
    r"""The lines of a text, and where each was seen; the marks of a quoting mail are left out.

    >>> list(lines("$ docker exec web ls -ln /data\n-rw-r--r-- 1 0 0 0 Jan 1 f\n$ ls"))[1:]
    [Line(text='-rw-r--r-- 1 0 0 0 Jan 1 f', inside=True, at='/data'),
     Line(text='ls', inside=False, at='')]
    """
    inside: bool | None = None
    stays, at = False, ""
    for quoted in text.splitlines():
        line = _QUOTED.sub("", quoted)
        prompt = _PROMPT.match(line)
        said = line[prompt.end() :].strip() if prompt else line.strip()
        command = prompt is not None or _COMMAND.fullmatch(said) is not None
        if said == "exit":
            inside = stays = False
        elif command and _GOES_IN.search(said):
            stays = _TO_STAY.search(said) is not None
            inside = stays or _TO_LOOK.search(said) is not None
        elif prompt and (prompt["shell"] or prompt["path"] == "/ " or _nameless(prompt)):
            inside = True
        elif command:
            inside = stays
        elif (told := place(said)) is not None:
            inside = told
        if command:
            listed = _LISTED.search(said)
            at = listed[1] if listed else ""
        yield Line(said, inside, at)


def _nameless(prompt: re.Match[str]) -> bool:
    return prompt["host"] is not None and _NAMELESS.fullmatch(prompt["host"]) is not None


def place(line: str) -> bool | None:
    """Whether a line says that what follows was seen inside, or outside; ``None``: neither.

    >>> place("In the container:"), place("on my host it shows"), place("0 1 1")
    (True, False, None)
    """
    if _INSIDE.search(line):
        return True
    return False if _OUTSIDE.search(line) else None
