# SPDX-License-Identifier: BSD-3-Clause
"""
A stick for a room without a network: ``make stick``
====================================================

``targets`` names the machines it can be for, ``wheels`` brings what they need, ``readme`` is the
screen that whoever finds the stick reads, ``__main__`` writes the folder.
"""
