# SPDX-License-Identifier: BSD-3-Clause
"""
devcontainer.json
=================

``runArgs`` are flags of the engine, podman's among them; ``remoteUser`` and ``containerUser`` say
as whom things run inside; unless ``updateRemoteUserUID`` is false, that user gets the number of
whoever opens the container, on Linux.

Mirrors the reference of containers.dev.  Comments and commas too many are as editors allow them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kfuncviz.dialects.dialect import Dialect, Inexpressible
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import Parsed
from kfuncviz.dialects.pieces import Piece
from kfuncviz.dialects.podman import read_words
from kfuncviz.dialects.reader import Reader, items
from kfuncviz.printable import short

# A text, closed or not, so that none is looked for twice; and what is blotted out outside of them.
_TEXT = r'("(?:[^"\\\n]|\\[^\n])*"?)'
_COMMENT = re.compile(rf"{_TEXT}|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_COMMA = re.compile(rf"{_TEXT}|,(?=\s*[}}\]])")
_USERS = ("remoteUser", "containerUser")


def _read(reader: Reader) -> None:
    text = reader.whole.text
    for pattern in (_COMMENT, _COMMA):
        text = pattern.sub(lambda match: match[1] or re.sub(r"[^\n]", " ", match[0]), text)
    reader.whole = Piece.of(text)
    document = reader.document()
    if not isinstance(document, Mapping):
        if not reader.problems:
            reader.problem(reader.whole, "is no object")
        return
    words = items(reader, document.get("runArgs"), "runArgs")
    read_words(reader, [Piece.of(str(word), path) for path, word in words])
    for name in _USERS:
        if isinstance(document.get(name), str):
            reader.setting(f"{name} {short(document[name])} is a user inside; it maps nothing")
    if document.get("updateRemoteUserUID", True) is not False:
        reader.setting("the remote user gets the number of whoever opens the container (on Linux)")


def _write(_parsed: Parsed, _options: Options) -> str:
    raise Inexpressible("devcontainer.json has no rows of its own: runArgs hold flags of podman")


DIALECTS = (
    Dialect(
        "devcontainer", "flags of podman in runArgs", "containers.dev reference", _read, _write,
        r"\"(?:remoteUser|containerUser|updateRemoteUserUID|runArgs)\"\s*:",
    ),
)  # fmt: skip
