# SPDX-License-Identifier: BSD-3-Clause
"""
Reading: from text to a document
================================

JSON, YAML, lines and share tokens, each with bounds and an error that names the place.
"""
