# SPDX-License-Identifier: BSD-3-Clause
"""
Writing scenario files
======================

The text of a document that these readers read back as the same document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kfuncviz.scenario.problems import unusable
from kfuncviz.scenario.reading.document import JSON_MAX, YAML_MAX


def json_of(document: Mapping[str, Any]) -> str:
    r"""A sound document in JSON, indented where that is not too long.

    >>> json_of({"ops": []})
    '{\n "ops": []\n}\n'
    """
    forms: tuple[dict[str, Any], ...] = (
        {"indent": 1},
        {"separators": (",", ":"), "ensure_ascii": False},
    )
    for form in forms:
        text = json.dumps(document, **form) + "\n"
        if len(text.encode()) <= JSON_MAX:
            return text
    raise unusable(f"more than {JSON_MAX} bytes of JSON, the most a scenario may have")


def yaml_of(document: Mapping[str, Any]) -> str:
    r"""A sound document in YAML, which may have fewer characters than JSON.

    >>> yaml_of({"title": "yes", "ops": []})
    "title: 'yes'\nops: []\n"
    """
    import yaml

    # YAML leaves out quotes at most, which are two characters of three; its writer is slow.
    if len(json.dumps(document, separators=(",", ":"), ensure_ascii=False)) <= 3 * YAML_MAX:
        text: str = yaml.safe_dump(document, sort_keys=False, default_flow_style=None)
        if len(text) <= YAML_MAX:
            return text
    what = f"more than {YAML_MAX} characters of YAML, the most a scenario may have"
    raise unusable(f"{what}: save it as .json, which may have {JSON_MAX} bytes")
