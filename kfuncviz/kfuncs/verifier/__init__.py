# SPDX-License-Identifier: BSD-3-Clause
"""
Verifier: may this program call this kfunc, with this pointer?
==============================================================

`check` asks, `rules` refuse, `catalogue` knows kfuncs and origins of pointers by release.
"""
