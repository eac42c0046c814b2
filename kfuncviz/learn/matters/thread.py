# SPDX-License-Identifier: BSD-3-Clause
"""
Who holds what in the thread
============================

A position of the argument map, or one of the thirteen mails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from kfuncviz.kfuncs.known import look_up
from kfuncviz.kfuncs.thread import Claim, Evidence, Message, argument_map, message, messages
from kfuncviz.learn.matters.matter import Plain, Slip

Of = Literal["by", "message", "side", "then"]
#: Whether a fact could be checked at the time of the thread.
THEN, LATER = "could be checked then", "came later"


@dataclass(frozen=True)
class Thread(Plain):
    """A ``claim`` of the argument map by its id, a ``mail`` by its number, or a ``fact`` by its id.

    ``of``: who holds it (``by``), the number of the ``message`` it stands in, or its ``side``.
    Of a mail it is who wrote it, or the number of the mail it answers (``message``); of a fact
    whether it could be checked ``then``.
    """

    voice: ClassVar[str] = "The thread"

    claim: str = ""
    mail: int = 0
    fact: str = ""
    of: Of = "by"

    def __post_init__(self) -> None:
        if sum(map(bool, (self.claim, self.mail, self.fact))) != 1:
            raise ValueError("the thread is asked about a claim, a mail or a fact, one of them")
        if (self.of == "then") != bool(self.fact):
            raise ValueError("of a fact it is asked whether it could be checked 'then'")
        if self.of == "side" and self.mail:
            raise ValueError("a claim has a side, a mail has none")

    def key(self) -> str:
        """A name, a number (two, with a comma, where it stands in both), a side, or a time."""
        if self.fact:
            return THEN if self._fact().then else LATER
        if self.mail:
            found = message(self.mail)
            return found.author if self.of == "by" else str(found.reply_to or "none")
        claim = self._claim()
        if self.of == "by":
            return " and ".join(claim.by)
        if self.of == "side":
            return argument_map().sides[claim.side]
        return ", ".join(map(str, claim.messages))

    def choices(self) -> tuple[str, ...]:
        """Whoever wrote, every side, or both times."""
        if self.fact:
            return THEN, LATER
        if self.of == "by":
            return tuple(dict.fromkeys(mail.author for mail in messages()))
        return tuple(argument_map().sides.values()) if self.of == "side" else ()

    def slips(self) -> Iterator[Slip]:
        """What the other people, and the other mails, hold instead."""
        if self.of in ("side", "then"):
            return
        for mail in self._others():
            answer = mail.author if self.of == "by" else str(mail.n)
            yield Slip("another mail", answer, f"Message {mail.n}, by {mail.author}, says: "
                       f"{mail.position}", "Here it is another one.")  # fmt: skip

    def told(self) -> Iterator[str]:
        """The position in our own words, and the ids of its mails; a fact with its sources."""
        if self.fact:
            yield self._fact().text
            yield f"Source: {'; '.join(self._fact().sources)}."
            return
        if self.claim:
            yield self._claim().text
        for mail in self._mails():
            if self.mail:
                yield mail.position
            yield f"Message {mail.n}, {mail.author}, {mail.date[:10]}: {mail.url}"

    def _claim(self) -> Claim:
        return look_up("claim", self.claim, argument_map().claims)

    def _fact(self) -> Evidence:
        return look_up("fact", self.fact, argument_map().evidence)

    def _mails(self) -> list[Message]:
        return [message(n) for n in (self._claim().messages if self.claim else (self.mail,))]

    def _others(self) -> list[Message]:
        """The first mail of everybody else, or every other mail."""
        own = self._mails()
        if self.of == "message":
            answers = self.key().split(", ")
            return [mail for mail in messages() if str(mail.n) not in answers]
        first = {mail.author: mail for mail in reversed(messages())}
        return [mail for name, mail in first.items() if name not in {each.author for each in own}]
