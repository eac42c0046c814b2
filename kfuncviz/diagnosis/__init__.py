# SPDX-License-Identifier: BSD-3-Clause
"""
The doctor: people arrive with their own configuration
======================================================

Pieces of configuration and a question go in; the scenario that was understood, the answer hop by
hop, the likely mistake and a repair that was replayed come out.  Each part is a file: where a line
was seen, what a listing says, what a paste holds, what is asked, what a tool chooses, the file that
is asked about, what was understood, the answer, the mistakes, the repairs, and why a mount is
refused.

>>> from kfuncviz.diagnosis import doctor
>>> print(doctor("0 100000 65536", "a file owned by 1000 on the host").lost)
the caller's user ns loses uid 1000: no row of "0 100000 65536" holds it in column 2
"""

from __future__ import annotations

from kfuncviz.diagnosis.attempts import Attempt
from kfuncviz.diagnosis.conditions import Condition, conditions
from kfuncviz.diagnosis.diagnosis import Diagnosis, doctor, edited
from kfuncviz.diagnosis.findings import Finding
from kfuncviz.diagnosis.repairs import Repair
from kfuncviz.diagnosis.situation import Situation

__all__ = (
    "Attempt",
    "Condition",
    "Diagnosis",
    "Finding",
    "Repair",
    "Situation",
    "conditions",
    "doctor",
    "edited",
)
