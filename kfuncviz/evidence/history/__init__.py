# SPDX-License-Identifier: BSD-3-Clause
"""
History: kfuncs from release to release
=======================================

Births, changes, deaths, lifetimes and shares.
"""
