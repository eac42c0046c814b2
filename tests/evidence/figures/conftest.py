# SPDX-License-Identifier: BSD-3-Clause
"""Every question asked, every figure drawn and every SVG written, once."""

from __future__ import annotations

import pytest

from kfuncviz.evidence import QUESTIONS, Exhibit
from kfuncviz.evidence.figures.style import to_svg


@pytest.fixture(scope="session")
def shown() -> dict[str, Exhibit]:
    return {name: ask() for name, ask in QUESTIONS.items()}


@pytest.fixture(scope="session")
def svgs(shown: dict[str, Exhibit]) -> dict[str, str]:
    return {name: to_svg(exhibit.figure) for name, exhibit in shown.items()}
