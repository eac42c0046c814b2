# SPDX-License-Identifier: BSD-3-Clause
"""Every question asked, and every figure drawn, once."""

from __future__ import annotations

import pytest

from kfuncviz.evidence import QUESTIONS, Exhibit


@pytest.fixture(scope="session")
def shown() -> dict[str, Exhibit]:
    return {name: ask() for name, ask in QUESTIONS.items()}
