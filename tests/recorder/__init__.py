# SPDX-License-Identifier: BSD-3-Clause
"""Asks the running kernel what a scenario's operations do."""
