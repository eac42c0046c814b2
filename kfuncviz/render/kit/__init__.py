# SPDX-License-Identifier: BSD-3-Clause
"""
Kit: what every picture is made of
==================================

Colours and fonts (`tokens`), XML elements (`markup`), text that fits its box (`fit`, `paragraph`)
and text for a mail (`plain`).  A picture imports this room and no other picture.
"""
