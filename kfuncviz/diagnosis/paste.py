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
from dataclasses import dataclass, field, replace

from kfuncviz.diagnosis.listings import Shown, access_lists, shown
from kfuncviz.diagnosis.where import Line, lines, place
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
#: The most documents of one paste.
_DOCUMENTS_MAX = 50

_YAML = re.compile(
    r"(?im)^(?!(?:inside|outside|host|container|guest|pod):)\w+:\s*$|^kind:"
    r"|^([ \t]+)\w+:[ \t]*\n\1[ \t]+\w+:"
)
_JSON = re.compile(r"(?m)(?:(?<![^\n])|(?<=: ))[{\[]")
#: What no document of YAML goes on with.
_OBJECT = re.compile(r"(?m)^\{")
_PRETTY = str.maketrans("\u2018\u2019\u201c\u201d\u00a0\u202f", "''\"\"  ")
_PRETTY_DASH = re.compile("(?<!\\S)(?:[\u2013\u2014\u2212]{1,2}|-[\u2013\u2014])(?=[a-z])")
#: A line of a listing, of /etc/subuid or of id(1), which no document has.
_IN_NO_DOCUMENT = re.compile(
    r"[-dlcbps][r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-]|[a-z_][\w.-]*:\d+:\d+\s*$|uid=\d+\("
)
#: What stands around an answer and says nothing itself.
_IDLE = re.compile(
    r"total \d+|exit|\.\.\.|(?:sudo )?(?:ls|stat|cat|id|grep|getfacl|getcap|uname)\b[^:]*"
    r"|(?:sudo )?(?:mount(?: \| grep .*)?|findmnt\b.*)"
    r"|(?:sudo )?(?:docker|podman|nerdctl|kubectl|oc|incus|lxc|pct) (?:exec|enter|shell) .*"
    r"|(?:sudo )?(?:nsenter|lxc-attach|machinectl|(?:podman|buildah) unshare)\b.*"
    r"|(?:Size|Device|Access|Modify|Change|Birth|Context|File): .*"
    r"|(?:default:)?(?:user|group|mask|other):.*"
    r"|(?:arch|cores|features|hostname|memory|mp\d+|net\d+|onboot|ostype|rootfs|swap|unprivileged|tags"
    r"|startup|nameserver|searchdomain|protection|cpulimit|cpuunits|console|tty): .*"
)
#: Rows that somebody wrote to a map by hand.
_WRITTEN = re.compile(
    r"(?:echo|printf)\s+(?:-e\s+)?(?P<quote>[\"']?)(?P<rows>\d+ \d+ \d+)(?:\\n)?(?P=quote)\s*>+\s*"
    r"\S*/(?P<map>[ug]id_map)\b"
)
_BOTH_FILES = re.compile(
    r"(?m)^(?P<command>.*\bcat .{1,80}uid_map .{0,80}gid_map\b.*)\n"
    r"(?P<rows>(?:[ \t]*\d+[ \t]+\d+[ \t]+\d+[ \t]*\n?)+)"
)
#: What stands in a sentence as code.
_TICKED = re.compile("`([^`]{4,500})`")
_SLASHED = re.compile(r"(?:[ug]id_map[:=]?\s*)?\d+ \d+ \d+(?: / \d+ \d+ \d+)+")
_ADDED = re.compile(
    r"echo\s+[\"']?(?P<line>[A-Za-z_][\w.-]*:\d+:\d+)[\"']?\s*(?:>+|\|.*)\s*/etc/(?P<file>sub[ug]id)\b"
)
#: What newuidmap was told, at the end of what a tool says about it.
_REFUSED = re.compile(r"(?<=\S )new[ug]idmap \d+(?: \d+ \d+ \d+)+")
#: What somebody ran; the words of a question stand in it.
_RAN = re.compile(r"(?:sudo )?(?:chown|chmod|mkdir|touch|rm|rmdir|tee|cp|mv|echo|dd|install)\b.*")
#: A sentence that somebody wrote, and no tool.
_PROSE = re.compile(
    r"(?i)(?=.*\b(?:I|my|why|what|how|whose|who|does|can)\b)[A-Z].*[.?!:]"
    r"|(?=(?:\S+\s+){7})(?=.*\b(?:I|my|why|how|does|shows?|expected)\b)(?!.*\s--\w)"
    r"(?!(?:sudo )?(?:podman|docker|mount|lxc) )[A-Z].*"
)
#: Rows and options in the middle of a sentence.
_EMBEDDED = re.compile(
    r"X-mount\.idmap=(?:[ugb]:)?\d+:\d+:\d+(?: (?:[ugb]:)?\d+:\d+:\d+)*|\bb:\d+:\d+:\d+"
    r"|(?:sudo )?(?:podman|docker) run [^.?!]*\w|--(?:uidmap|gidmap|userns)[= ]\S*[^\s,.?]"
    r"|\b\d+ \d+ \d+\b|\b[a-z][\w-]*:\d+:\d+\b"
)
_HEAD = re.compile(r"(?:==> |cat )?/etc/(sub[ug]id)(?: <==|:)?")
_SUBID = re.compile(
    r"(?:(?:/etc/)?(?P<file>sub[ug]id)[:=]\s*)?(?P<line>(?![ugb]:)[A-Za-z_][\w.-]*:\d+:\d+)",
    re.ASCII,
)
_ID = re.compile(
    r"(?<![\w:,])uid=([0-9]{1,10})(?:\(([\w.-]*)\)|(?=\s+gid=))(?:\s+gid=([0-9]{1,10})\b)?"
)
_MINE = re.compile(r"(?i)\bmy (?:own )?(?:uid|user id) (?:is|=) ([0-9]{1,10})\b")
_MOUNTS = re.compile(r"\S+ on \S+ type (\w+) \(.*\)")
_KERNEL = re.compile(
    r"(?i)\b(?:linux|kernel)(?: version)?[ :]+(?:\S+ )?v?([0-9]{1,3}\.[0-9]{1,3})\b"
)
_RELEASE = re.compile(r"\s*([0-9]{1,3}\.[0-9]{1,3})\.\d+(?:-\S+)?\s*")
_TYPES = "|".join(sorted(map(re.escape, [*FILESYSTEMS, "cephfs", "overlayfs"]), key=len)[::-1])
_FILESYSTEM = re.compile(rf"(?i)\b(?:type|fstype|filesystem|on|fs)[ =:]+({_TYPES})\b|^({_TYPES})$")


@dataclass
class Paste:
    """The lines of a paste by what they are.

    ``blocks`` are texts of configuration, ``prose`` sentences, ``commands`` what somebody ran,
    ``idle`` what stands around an answer; ``own`` is who ran ``id``, with ``user`` as the name,
    ``runs_as`` who ``id`` said it is in a container; ``words`` is what is asked, ``strange`` a type
    of filesystem that nothing is known of.
    """

    blocks: list[str] = field(default_factory=list)
    subuid: list[SubidRange] = field(default_factory=list)
    subgid: list[SubidRange] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)
    words: str = ""
    errors: list[tuple[str, str]] = field(default_factory=list)
    own: tuple[int, int] | None = None
    runs_as: tuple[int, int] | None = None
    user: str | None = None
    kernel: str | None = None
    filesystem: str | None = None
    strange: str = ""


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
        for line, inside, at in _lines(paste, _document(paste, typed(text))):
            for piece in _pieces(paste, line):
                if head := _HEAD.fullmatch(piece):
                    file = head[1]
                elif _RAN.fullmatch(piece) and not errno_of(piece):
                    paste.commands.append(piece)
                elif _range(paste, piece, file) or _seen(paste, piece, inside, at):
                    continue
                elif _IDLE.fullmatch(piece):
                    paste.idle.append(piece)
                elif inside and (who := _ID.search(piece)):
                    paste.runs_as = int(who[1]), int(who[3] or who[1])
                elif not told_of(paste, piece) and not _is_heading(piece):
                    rest.append(piece)
        if any(rest):
            paste.blocks.append("\n".join(rest))
    return paste


def typed(text: str) -> str:
    """A text with the quotes, dashes and blanks of a keyboard where a program made them prettier.

    >>> typed("\N{EN DASH}\N{EN DASH}uidmap \N{LEFT DOUBLE QUOTATION MARK}0:1:1")
    '--uidmap "0:1:1'
    """
    return _PRETTY_DASH.sub("--", text.translate(_PRETTY))


def _pieces(paste: Paste, line: str) -> list[str]:
    """A line, or what of configuration stands in a sentence or in what a tool said."""
    pieces = [line]
    if _PROSE.fullmatch(line) and "`" not in line:
        paste.prose.append(line)
        pieces = embedded(line).splitlines()
    elif ticked := _TICKED.findall(line):
        paste.prose.append(line)
        pieces = [*ticked, *embedded(_TICKED.sub("", line)).splitlines()]
    elif said := _REFUSED.search(line):
        pieces = [" " * said.start() + said[0]]
    elif by_hand := _WRITTEN.search(line):
        pieces = [f"{by_hand['map']}: {by_hand['rows']}"]
    elif _SLASHED.fullmatch(line):
        pieces = [line.replace(" / ", "\n")]
    elif added := _ADDED.search(line):
        pieces = [f"/etc/{added['file']}:{added['line']}"]
    if pieces != [line]:
        told_of(paste, line)
    return pieces


def _is_heading(line: str) -> bool:
    """Whether a line only says where what follows was seen."""
    return place(line) is not None and re.search(r"\d", line) is None


def embedded(sentence: str) -> str:
    """The rows and options in a sentence, a line each; empty where there are none.

    >>> embedded("I have the map 0 100000 65536, and now?")
    '0 100000 65536'
    """
    return "\n".join(_EMBEDDED.findall(sentence))


def _document(paste: Paste, text: str) -> str:
    """Put documents of JSON, YAML or XML where they belong; returns the text around them."""
    pattern = _OBJECT if _YAML.search(text) else _JSON
    starts = [match.start() for match in pattern.finditer(text)]
    spans: list[tuple[int, int]] = []
    for start in starts[:_DOCUMENTS_MAX]:
        with suppress(ValueError, RecursionError):
            if not spans or start >= spans[-1][1]:
                length = json.JSONDecoder().raw_decode(text[start:])[1]
                spans.append((start, start + length))
    for start, end in reversed(spans):
        paste.blocks.append(text[start:end])
        text = text[:start] + text[end:]
    if is_document(text):
        lines_of = text.splitlines(keepends=True)
        beside = [line for line in lines_of if _IN_NO_DOCUMENT.match(line)]
        rest = "".join(line for line in lines_of if line not in beside)
        paste.blocks += filter(str.strip, re.split(r"(?m)^---[ \t]*$\n?", rest))
        text = "".join(beside)
    return text


def is_document(text: str) -> bool:
    r"""Whether a text is one document, not lines.

    >>> is_document("services:\n  web: {}"), is_document("me:100000:65536")
    (True, False)
    """
    return _YAML.search(text) is not None or re.search(r"(?m)^\s*[<{\[]", text) is not None


def _lines(paste: Paste, text: str) -> Iterator[Line]:
    """The lines without prompts, and where each was seen; access lists are put where they belong.

    Lines that a backslash continues are one, and so are those of stat(1) about one file.
    """
    text = re.sub(r"\\\n\s*", " ", text)
    text = _BOTH_FILES.sub(_apart, text)
    text = re.sub(r"(?m)^\s*File: (\S+).*\n(?:.*\n){1,2}?(?=\s*Access: \()", r"\1 ", text)
    for found, listed in access_lists(text):
        before = [line.inside for line in lines(text[: found.start()])]
        paste.shown.append(replace(listed, inside=before[-1] if before else None))
    return lines(_without(text, [found for found, _ in access_lists(text)]))


def _apart(found: re.Match[str]) -> str:
    """The rows of uid_map and of gid_map that one command showed, each under its name."""
    rows = found["rows"].splitlines()
    anew = [at for at, row in enumerate(rows) if at and row.split()[0] == rows[0].split()[0]]
    if len(anew) != 1:
        return found[0]
    uids, gids = rows[: anew[0]], rows[anew[0] :]
    return "\n".join([found["command"], "uid_map:", *uids, "gid_map:", *gids, ""])


def _without(text: str, parts: list[re.Match[str]]) -> str:
    for found in reversed(parts):
        text = text[: found.start()] + text[found.end() :]
    return text


def _range(paste: Paste, line: str, file: str) -> bool:
    """A line of /etc/subuid or /etc/subgid, also as grep shows it."""
    found = _SUBID.fullmatch(line)
    if found is None:
        return False
    ranges = paste.subgid if (found["file"] or file) == "subgid" else paste.subuid
    ranges += read_subids(found["line"].encode()).ranges
    return True


def _seen(paste: Paste, line: str, inside: bool | None, at: str) -> bool:
    """A file that was shown, in the directory that was listed."""
    found = shown(line, inside=inside)
    if found is not None:
        beside = found.path in (at, ".") or found.path.startswith("/") or not at
        path = found.path if beside else f"{at.rstrip('/')}/{found.path}"
        paste.shown.append(replace(found, path=path))
    return found is not None


def told_of(paste: Paste, line: str) -> bool:
    """Take what a line tells: an error, the answer of ``id``, a release, a type of filesystem."""
    found = False
    errno = errno_of(line)
    if errno:
        paste.errors.append((errno, short(line, 200)))
        found = True
    if who := _ID.search(line):
        paste.own, paste.user = (int(who[1]), int(who[3] or who[1])), who[2] or None
        found = True
    if release := _KERNEL.search(line) or _RELEASE.fullmatch(line):
        paste.kernel = release[1]
        found = True
    if kind := _FILESYSTEM.search(line):
        paste.filesystem = filesystem((kind[1] or kind[2]).lower()).name
        found = found or kind[0] == line
    if mounted := _MOUNTS.fullmatch(line):
        known = mounted[1] in FILESYSTEMS
        paste.filesystem = mounted[1] if known else paste.filesystem
        paste.strange = paste.strange if known else mounted[1]
        found = True
    if mine := _MINE.search(line):
        paste.own = int(mine[1]), int(mine[1])
    return found


def errno_of(text: str) -> str | None:
    """The errno that a text tells of, by its name or by what tools print for it.

    >>> errno_of("touch: cannot touch 'x': Value too large for defined data type")
    'EOVERFLOW'
    """
    for errno, message in MESSAGES.items():
        if re.search(rf"(?i)\b{errno}\b|{re.escape(message)}", text):
            return errno
    if re.search(r"new[ug]idmap: [ug]id range .* not allowed", text):
        return "EPERM"
    return "EOVERFLOW" if re.search("(?i)value too large", text) else None
