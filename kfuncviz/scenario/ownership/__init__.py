# SPDX-License-Identifier: BSD-3-Clause
"""
Ownership: one id followed between the disk and a caller
========================================================

`ask` runs the helpers of the kernel, `answer` is what they said.
"""
