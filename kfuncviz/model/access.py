# SPDX-License-Identifier: BSD-3-Clause
"""
Read, write, execute
====================

The three permissions as the kernel asks for them (``MAY_READ``, ...), as a mode or an ACL writes
them (``rwx``), and in words.  One table; everything that shows or reads them uses it.

Mirrors the ``MAY_*`` masks of ``include/linux/fs.h``.
"""

from __future__ import annotations

MAY_EXEC, MAY_WRITE, MAY_READ = 1, 2, 4

#: What a caller asks of an inode: a mask of MAY_* bits.
MayMask = int

#: The letter of each permission in a mode or an ACL entry.
RWX = {"r": MAY_READ, "w": MAY_WRITE, "x": MAY_EXEC}
_WORDS = {MAY_READ: "read", MAY_WRITE: "write", MAY_EXEC: "execute"}
_NAMES = {MAY_READ: "MAY_READ", MAY_WRITE: "MAY_WRITE", MAY_EXEC: "MAY_EXEC"}

#: All three bits.
MAY_ALL = MAY_READ | MAY_WRITE | MAY_EXEC


def perm_bits(text: str) -> MayMask:
    """The bits of ``"r-x"``; letters may be missing or stand in any order.

    >>> perm_bits("r-x"), perm_bits("xr"), perm_bits("")
    (5, 5, 0)
    """
    return sum(bit for letter, bit in RWX.items() if letter in text)


def perm_text(bits: MayMask) -> str:
    """The bits as ``"r-x"``.

    >>> perm_text(5)
    'r-x'
    """
    return "".join(letter if bits & bit else "-" for letter, bit in RWX.items())


def may_names(mask: MayMask) -> str:
    """A mask by the kernel's names, ``"0"`` for none of the three.

    >>> may_names(MAY_WRITE | MAY_EXEC)
    'MAY_WRITE|MAY_EXEC'
    """
    return "|".join(name for bit, name in _NAMES.items() if mask & bit) or "0"


def in_words(mask: MayMask) -> str:
    """A mask in words, for the rule of a refusal.

    >>> in_words(MAY_READ | MAY_WRITE)
    'read/write'
    """
    return "/".join(word for bit, word in _WORDS.items() if mask & bit)
