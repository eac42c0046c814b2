# SPDX-License-Identifier: BSD-3-Clause
"""
What every test shares
======================

Random tests have no deadline of their own (machines differ) and print how to replay a failure;
figures are drawn without a screen.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "Agg")
settings.register_profile("kfuncviz", deadline=None, print_blob=True)
settings.load_profile("kfuncviz")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout: the directory that holds ``pyproject.toml``."""
    return Path(__file__).resolve().parent.parent
