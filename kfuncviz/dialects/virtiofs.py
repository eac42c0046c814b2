# SPDX-License-Identifier: BSD-3-Clause
"""
virtiofs: libvirt's <idmap> and virtiofsd
=========================================

``<uid start="INSIDE" target="OUTSIDE" count="COUNT"/>`` and ``--uid-map :INSIDE:OUTSIDE:COUNT:``
are the namespace the daemon runs in.  ``--translate-uid map:GUEST:HOST:COUNT`` ties ids of the
guest to ids on the host's disk, both ways; ``host:`` has them in the other order and, as
``guest:``, ``squash-…`` and ``forbid-guest:``, one way alone.

Mirrors libvirt's domain format and virtiofsd's README.
"""

from __future__ import annotations

from kfuncviz.dialects.dialect import Dialect, both, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Parsed
from kfuncviz.dialects.pieces import Piece, flags
from kfuncviz.dialects.reader import Reader
from kfuncviz.dialects.words import span
from kfuncviz.model.uidgid import IdKind

_ELEMENT = r"<(?P<kind>[ug]id)\b(?P<attributes>[^<>]*)/?>"
_ATTRIBUTE = r"\b(?P<name>start|target|count)\s*=\s*[\"'](?P<value>[^\"']*)[\"']"
_FLAGS: dict[str, IdKind] = {"--uid-map": "uid", "--gid-map": "gid"}
_TRANSLATE: dict[str, IdKind] = {"--translate-uid": "uid", "--translate-gid": "gid"}
_ONE_WAY = {
    "guest": "guest {0} is stored as host {1}, and not read back",
    "host": "host {0} is read as guest {1}, and not stored back",
    "squash-guest": "guest {0} is all stored as host {1}",
    "squash-host": "host {0} is all read as guest {1}",
    "forbid-guest": "guest {0} may store nothing",
}


def _read_libvirt(reader: Reader) -> None:
    daemon = reader.map("namespace", "virtiofsd")
    for element in reader.whole.found(_ELEMENT):
        found = {
            each["name"].text: each["value"] for each in element["attributes"].found(_ATTRIBUTE)
        }
        (kind,) = (kind for kind in KINDS if kind == element["kind"].text)
        missing = [name for name in ("start", "target", "count") if name not in found]
        if missing:
            reader.problem(element["attributes"], f"<{kind}> has no {', no '.join(missing)}")
            continue
        pieces = [found[name] for name in ("start", "target", "count")]
        names = ("start", "target", "count")
        row = [reader.number(*each) for each in zip(pieces, names, strict=True)]
        if None not in row:
            reader.add(daemon, (kind,), row, [*map(reader.place, pieces)])


def _write_libvirt(parsed: Parsed, _options: Options) -> str:
    found = both(the_map(parsed, "namespace", "libvirt"), "libvirt")
    lines = [
        f'  <{kind} start="{row.first}" target="{row.lower_first}" count="{row.count}"/>\n'
        for kind, rows in zip(KINDS, found, strict=True)
        for row in rows
    ]
    return f"<idmap>\n{''.join(lines)}</idmap>\n"


def _read(reader: Reader) -> None:
    words = reader.whole.words()
    for name, value in flags(words, _FLAGS):
        daemon = reader.map("namespace", "virtiofsd")
        separator = value.text[:1]
        if not separator or separator.isalnum() or not value.text.endswith(separator):
            reader.problem(value, "want :INSIDE:OUTSIDE:COUNT: with the same character around")
            continue
        row = value.strip(separator)
        reader.triple(daemon, (_FLAGS[name],), row, ("INSIDE", "OUTSIDE"), separator=separator)
    for name, value in flags(words, _TRANSLATE):
        _translate(reader, _TRANSLATE[name], value)


def _translate(reader: Reader, kind: IdKind, value: Piece) -> None:
    how, colon, _ = value.text.partition(":")
    rest = value.cut(len(how) + 1, len(value.text))
    if how == "map" and colon:
        share = reader.map("mount", "the share", kernel=False)
        reader.triple(share, (kind,), rest, ("GUEST", "HOST"), swapped=True)
        return
    read = [reader.number(piece, "an id or count") for piece in rest.split(":")]
    numbers = [number for number in read if number is not None]
    if how not in _ONE_WAY or len(numbers) != (2 if how == "forbid-guest" else 3):
        known = ", ".join(["map", *_ONE_WAY])
        reader.problem(value, f"want TYPE:ID:ID:COUNT (forbid-guest:ID:COUNT), TYPE one of {known}")
        return
    first, second, count = numbers[0], numbers[1], numbers[-1]
    to = span(second, count if how in ("guest", "host") else 1)
    reader.setting(f"{kind}s: {_ONE_WAY[how].format(span(first, count), to)}")


def _write(parsed: Parsed, _options: Options) -> str:
    map = the_map(parsed, None, "virtiofsd")
    words = []
    for kind in KINDS:
        for first, second, count in map.extents(kind):
            words.append(
                f"--translate-{kind}=map:{second}:{first}:{count}"
                if map.sort == "mount"
                else f"--{kind}-map :{first}:{second}:{count}:"
            )
    return " ".join(["virtiofsd", *words]) + "\n"


DIALECTS = (
    Dialect(
        "libvirt", "start, target, count: INSIDE OUTSIDE COUNT", "libvirt's domain format",
        _read_libvirt, _write_libvirt, r"<[ug]id\b[^<>]*\bstart\s*=",
    ),
    Dialect(
        "virtiofsd", "map:GUEST:HOST:COUNT (MOUNT DISK COUNT), --uid-map :INSIDE:OUTSIDE:COUNT:",
        "virtiofsd's README", _read, _write,
        r"--translate-[ug]id\b|--[ug]id-map\b|\bvirtiofsd\b",
    ),
)  # fmt: skip
