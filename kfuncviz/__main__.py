# SPDX-License-Identifier: BSD-3-Clause
"""``python -m kfuncviz``, where the command itself is not on the path."""

from __future__ import annotations

import sys

from kfuncviz.cli import main

sys.exit(main())
