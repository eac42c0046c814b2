# SPDX-License-Identifier: BSD-3-Clause
"""
A folder that any web server can serve: ``make site``
=====================================================

``inputs`` brings what is not ours, ``lite`` builds JupyterLite with the library in it, the other
files write pages; ``write`` puts them together.  Nothing on the site asks for anything elsewhere.
"""
