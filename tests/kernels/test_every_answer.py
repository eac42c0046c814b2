# SPDX-License-Identifier: BSD-3-Clause
"""Every recorded answer of every kernel and filesystem: not one field may differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.recorded import differing, files


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name.removesuffix(".jsonl.gz"))
def test_every_answer_of_a_kernel_is_the_models(path: Path) -> None:
    found = differing(path)
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:10])
