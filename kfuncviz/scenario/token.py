# SPDX-License-Identifier: BSD-3-Clause
"""
Share tokens: a scenario in a line of text
==========================================

``kfv1.`` and then letters, digits, ``-`` and ``_`` only: safe in a mail, a URL and a shell.  Inside is
compressed JSON with a checksum.  Reading one runs no code, is bounded in size, and tells damage from
a token of another version.  White space and the ``>`` of a quoting mail program are ignored.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from kfuncviz.scenario.document import JSON_MAX, parse_text
from kfuncviz.scenario.problems import Problem, ScenarioError

PREFIX = "kfv1."
_TOKEN_MAX = 1 << 20
_CHECK = 4


def encode(document: Mapping[str, Any]) -> str:
    """The token of a scenario.

    >>> encode({"ops": []})
    'kfv1.q1bKLyhWsoqO1VFKzkhMy0m1UkosLk3KL0gtyQAA...'  # doctest: +SKIP
    >>> decode(encode({"ops": []}))
    {'ops': []}
    """
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    packer = zlib.compressobj(9, wbits=-15)
    packed = packer.compress(text) + packer.flush() + zlib.crc32(text).to_bytes(_CHECK, "big")
    return PREFIX + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode(token: str) -> Any:
    """The document in a token; raises :class:`ScenarioError` if it is damaged or hostile.

    >>> decode("kfv1.AAAA")
    Traceback (most recent call last):
        ...
    kfuncviz.scenario.problems.ScenarioError: token: damaged: too short
    """
    token = re.sub(r"[\s>]", "", token)
    if not token.startswith(PREFIX):
        version = re.match(r"kfv(\d{1,4})\.", token)
        if version:
            _fail(f"version {version[1]} of the format; this program reads version 1")
        _fail(f"it does not start with {PREFIX!r}")
    body = token.removeprefix(PREFIX)
    if len(body) > _TOKEN_MAX:
        _fail(f"{len(body)} characters; {_TOKEN_MAX} is the most")
    stray = re.search(r"[^A-Za-z0-9_-]", body)
    if stray:
        _fail(f"damaged: {stray[0]!r} at character {stray.start() + len(PREFIX) + 1}")
    if len(body) % 4 == 1:
        _fail("damaged: a character is missing at the end")
    packed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    return parse_text(_unpack(packed))


def _unpack(packed: bytes) -> bytes:
    if len(packed) <= _CHECK:
        _fail("damaged: too short")
    unpacker = zlib.decompressobj(wbits=-15)
    try:
        text = unpacker.decompress(packed[:-_CHECK], JSON_MAX)
    except zlib.error:
        _fail("damaged: it does not unpack")
    if unpacker.unconsumed_tail:
        _fail(f"it unpacks to more than {JSON_MAX} bytes")
    if not unpacker.eof:
        _fail("damaged: cut off")
    if zlib.crc32(text).to_bytes(_CHECK, "big") != packed[-_CHECK:]:
        _fail("damaged: the checksum does not match")
    return text


def _fail(text: str) -> None:
    raise ScenarioError([Problem("token", text)])
