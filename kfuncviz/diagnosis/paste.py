# SPDX-License-Identifier: BSD-3-Clause
"""
What a paste holds
==================

People paste what they have: lines of /etc/subuid, the flags of a run, ``ls -ln``, ``stat``, ``id``,
the text of an error.  Every line goes to one place; what nothing is known of is kept as unread.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from kfuncviz.dialects.subid import SubidRange, read_subids
from kfuncviz.model.filesystems import FILESYSTEMS, filesystem
from kfuncviz.printable import short

#: What tools print for an errno.
MESSAGES = {
    "EOVERFLOW": "Value too large for defined data type",
    "EPERM": "Operation not permitted",
    "EACCES": "Permission denied",
    "EINVAL": "Invalid argument",
    "EBUSY": "Device or resource busy",
    "ENOSYS": "Function not implemented",
}
NOBODY = 65534
#: The most documents of one paste, and the longest line that shows a file.
_DOCUMENTS_MAX, _LINE_MAX = 50, 1000
_NAMES = {"root": 0, "nobody": NOBODY, "nogroup": NOBODY, "nfsnobody": NOBODY}

_PROMPT = re.compile(r"^\s*(?:[\w.-]+@[\w.-]+[^$#]*[$#]|(?:[~/]\S* )?[$#])\s+")
_YAML = re.compile(r"(?m)^\w+:\s*$|^kind:")
_JSON = re.compile(r"(?m)(?<![^\n])[{\[]")
#: What stands around an answer and says nothing itself.
_IDLE = re.compile(r"total \d+|(?:sudo )?(?:ls|stat|cat|id|grep|touch|getfacl|uname)\b[^:]*")
#: A sentence that somebody wrote, and no tool.
_PROSE = re.compile(r"(?i)(?=.*\b(?:I|my|why|what|how|whose|who|does|can)\b)[A-Z].*[.?!]")
#: Rows and options in the middle of a sentence.
_EMBEDDED = re.compile(
    r"X-mount\.idmap=(?:[ugb]:)?\d+:\d+:\d+(?: (?:[ugb]:)?\d+:\d+:\d+)*|\bb:\d+:\d+:\d+"
    r"|(?:sudo )?(?:podman|docker) run [^.?!]*\w|--(?:uidmap|gidmap|userns)[= ]\S*[^\s,.?]"
    r"|\b\d+ \d+ \d+\b|\b[a-z][\w-]*:\d+:\d+\b"
)
_HEAD = re.compile(r"(?:==> |cat )?/etc/(sub[ug]id)(?: <==|:)?")
_SUBID = re.compile(
    r"(?:/etc/(?P<file>sub[ug]id):)?(?P<line>(?![ugb]:)[A-Za-z_][\w.-]*:\d+:\d+)", re.ASCII
)
_LIST = re.compile(
    r"(?P<mode>[-dlcbps][r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-])[.+@]?\s+\d+\s+"
    r"(?P<uid>\S+)\s+(?P<gid>\S+)\s+.*?(?P<path>\S+)"
)
_STAT = re.compile(
    r"(?:(?P<path>\S+)\s+)?(?:Access:\s*\((?P<mode>\d{4})/.*?)?Uid:\s*\(\s*(?P<uid>\d+)/.*?Gid:\s*\(\s*(?P<gid>\d+)/.*"
)
_SHORT = re.compile(r"(?:ls|stat)\s[^:]*?(?P<path>\S+):\s*(?P<uid>[\w-]+)[\s:]+(?P<gid>[\w-]+)")
_ID = re.compile(r"uid=(\d+)\(?([\w.-]*)\)?\s+gid=(\d+)")
_KERNEL = re.compile(r"(?i)\b(?:linux|kernel)(?: version)?[ :]+(?:\S+ )?v?(\d+\.\d+)")
_RELEASE = re.compile(r"\s*(\d+\.\d+)\.\d+(?:-\S+)?\s*")
_TYPES = "|".join(sorted(map(re.escape, [*FILESYSTEMS, "cephfs", "overlayfs"]), key=len)[::-1])
_FILESYSTEM = re.compile(rf"(?i)\b(?:type|fstype|filesystem|on|fs)[ =:]+({_TYPES})\b|^({_TYPES})$")


@dataclass(frozen=True)
class Shown:
    """A file as ``ls -ln`` or ``stat`` showed it; an id is ``None`` where only a name stood."""

    path: str
    uid: int | None
    gid: int | None
    mode: int | None = None
    directory: bool = False


@dataclass
class Paste:
    """The lines of a paste by what they are.

    ``blocks`` are texts of configuration, ``prose`` sentences; ``own`` is who ran ``id``, with
    ``user`` as the name.
    """

    blocks: list[str] = field(default_factory=list)
    subuid: list[SubidRange] = field(default_factory=list)
    subgid: list[SubidRange] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    own: tuple[int, int] | None = None
    user: str | None = None
    kernel: str | None = None
    filesystem: str | None = None


def sorted_out(texts: Iterable[str]) -> Paste:
    r"""Every line of some texts, by what it is.

    >>> paste = sorted_out(["me:100000:65536\n-rw-r--r-- 1 1000 1000 0 Jan 1 00:00 letter"])
    >>> paste.subuid, paste.shown[0].uid
    ([SubidRange(owner='me', start=100000, count=65536)], 1000)
    """
    paste = Paste()
    for text in texts:
        file = "subuid"
        rest: list[str] = []
        for line in map(str.strip, _lines(_document(paste, text))):
            pieces = [line]
            if _PROSE.fullmatch(line):
                paste.prose.append(line)
                pieces = embedded(line).splitlines()
                _said(paste, line)
            for piece in pieces:
                if head := _HEAD.fullmatch(piece):
                    file = head[1]
                elif not (
                    _range(paste, piece, file)
                    or _seen(paste, piece)
                    or _said(paste, piece)
                    or _IDLE.fullmatch(piece)
                ):
                    rest.append(piece)
        if any(rest):
            paste.blocks.append("\n".join(rest))
    return paste


def embedded(sentence: str) -> str:
    """The rows and options in a sentence, a line each; empty where there are none.

    >>> embedded("I have the map 0 100000 65536, and now?")
    '0 100000 65536'
    """
    return "\n".join(_EMBEDDED.findall(sentence))


def _document(paste: Paste, text: str) -> str:
    """Put documents of JSON, YAML or XML where they belong; returns the text around them."""
    starts = [] if _YAML.search(text) else [match.start() for match in _JSON.finditer(text)]
    for start in reversed(starts[:_DOCUMENTS_MAX]):
        with suppress(ValueError, RecursionError):
            end = start + json.JSONDecoder().raw_decode(text[start:])[1]
            paste.blocks.append(text[start:end])
            text = text[:start] + text[end:]
    if is_document(text):
        paste.blocks.append(text)
        text = ""
    return text


def is_document(text: str) -> bool:
    r"""Whether a text is one document, not lines.

    >>> is_document("services:\n  web: {}"), is_document("me:100000:65536")
    (True, False)
    """
    return _YAML.search(text) is not None or re.search(r"(?m)^\s*[<{\[]", text) is not None


def _lines(text: str) -> Iterator[str]:
    """The lines without prompts, those that a backslash continues in one."""
    text = re.sub(r"\\\n\s*", " ", text)
    for line in re.sub(r"(?m)^\s*File: (\S+).*\n.*\n?(?=\s*Access:)", r"\1 ", text).splitlines():
        yield _PROMPT.sub("", line)


def _range(paste: Paste, line: str, file: str) -> bool:
    """A line of /etc/subuid or /etc/subgid, also as grep shows it."""
    found = _SUBID.fullmatch(line)
    if found is None:
        return False
    ranges = paste.subgid if (found["file"] or file) == "subgid" else paste.subuid
    ranges += read_subids(found["line"].encode()).ranges
    return True


def _seen(paste: Paste, line: str) -> bool:
    """A file that was shown."""
    if len(line) > _LINE_MAX:
        return False
    for pattern in (_LIST, _STAT, _SHORT):
        found = pattern.fullmatch(line)
        if found:
            parts = found.groupdict()
            mode = parts.get("mode") or ""
            paste.shown.append(
                Shown(
                    parts.get("path") or "file",
                    _id(parts["uid"]),
                    _id(parts["gid"]),
                    int(mode, 8) if mode.isdigit() else _mode(mode),
                    mode.startswith("d"),
                )
            )
            return True
    return False


def _id(text: str) -> int | None:
    return int(text) if text.isdigit() else _NAMES.get(text)


def _mode(text: str) -> int | None:
    """The bits of ``drwxr-xr-x``."""
    if not text:
        return None
    bits = sum(1 << 8 - at for at, letter in enumerate(text[1:10]) if letter not in "-ST")
    special = (text[3] in "sS", text[6] in "sS", text[9] in "tT")
    return bits | sum(bit << 11 - at for at, bit in enumerate(special))


def _said(paste: Paste, line: str) -> bool:
    """An error, the answer of ``id``, a kernel's release or a type of filesystem."""
    found = False
    errno = errno_of(line)
    if errno:
        paste.errors.append((errno, short(line, 200)))
        found = True
    if who := _ID.search(line):
        paste.own, paste.user = (int(who[1]), int(who[3])), who[2] or None
        found = True
    if release := _KERNEL.search(line) or _RELEASE.fullmatch(line):
        paste.kernel = release[1]
        found = True
    if kind := _FILESYSTEM.search(line):
        paste.filesystem = filesystem((kind[1] or kind[2]).lower()).name
        found = found or kind[0] == line
    return found


def errno_of(text: str) -> str | None:
    """The errno that a text tells of, by its name or by what tools print for it.

    >>> errno_of("touch: cannot touch 'x': Value too large for defined data type")
    'EOVERFLOW'
    """
    for errno, message in MESSAGES.items():
        if re.search(rf"(?i)\b{errno}\b|{re.escape(message)}", text):
            return errno
    return "EOVERFLOW" if re.search("(?i)value too large", text) else None
