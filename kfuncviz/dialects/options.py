# SPDX-License-Identifier: BSD-3-Clause
"""
What a text does not say
========================

Who runs the tool, what /etc/subuid gives them, which version it is: without these some texts have
no meaning, and none is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

from kfuncviz.dialects.subid import SubidRange
from kfuncviz.model.uidgid import IdKind

Version = tuple[int, ...]


@dataclass(frozen=True)
class Options:
    """What is known besides the text.

    Parameters
    ----------
    own:
        uid and gid of whoever runs the tool.
    user:
        Their login name, as /etc/subuid has it.
    subuid, subgid:
        The ranges of both files, in the order of their lines.
    rootless:
        The engine runs without root: it has a namespace of its own between container and host.
    owner:
        uid and gid that own the directory a mount is made of.
    attached:
        The rows are attached to a mount, as ``idmap`` alone does with a container's map.
    manual:
        The text follows the words of the manual instead of the program.
    crun, util_linux:
        The version of a tool that has changed its reading.
    """

    own: tuple[int, int] | None = None
    user: str | None = None
    subuid: tuple[SubidRange, ...] = ()
    subgid: tuple[SubidRange, ...] = ()
    rootless: bool = False
    owner: tuple[int, int] | None = None
    attached: bool = False
    manual: bool = False
    crun: Version | None = None
    util_linux: Version | None = None

    def ranges(self, kind: IdKind) -> list[SubidRange]:
        """The ranges of whoever runs the tool: theirs by name or uid, else those of everybody.

        >>> Options(user="a", subuid=(SubidRange("a", 5, 1), SubidRange("b", 9, 1))).ranges("uid")
        [SubidRange(owner='a', start=5, count=1)]
        """
        all_ranges = self.subuid if kind == "uid" else self.subgid
        names = {self.user} if self.own is None else {self.user, str(self.own[0])}
        theirs = [each for each in all_ranges if each.owner in names]
        return theirs if self.user is not None or theirs else list(all_ranges)
