# SPDX-License-Identifier: BSD-3-Clause
"""
Bench: what would the wrapper return, and may this program call it?
===================================================================

Value and verdict in one picture.
"""
