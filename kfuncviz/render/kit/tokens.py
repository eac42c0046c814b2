# SPDX-License-Identifier: BSD-3-Clause
"""
Which colour, which font: the tokens of every picture
=====================================================

Colour only repeats what place and line already say.  Each place (disk, mount, intermediate
namespace, caller) has a *line* colour, which may carry text, and a *tint*, which carries only ink
or muted text.  Vermillion ("bad") means lost or refused and nothing else.
"""

from __future__ import annotations

from typing import Literal, get_args

from kfuncviz.printable import short

Theme = Literal["light", "dark", "lab"]

MONO = "ui-monospace,'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,monospace"
SANS = "system-ui,'DejaVu Sans',-apple-system,'Segoe UI',Roboto,sans-serif"

LIGHT: dict[str, str] = {
    "bg": "#FFFFFF", "panel": "#F6F5F2", "ink": "#1B1B1B", "muted": "#555555",
    "line": "#767676", "hair": "#D6D3CC",
    "fs-l": "#00704F", "fs-t": "#D5EFE7",
    "mount-l": "#8A5A00", "mount-t": "#FBEBCC",
    "mid-l": "#7B3F8C", "mid-t": "#F0E2F4",
    "caller-l": "#005A8E", "caller-t": "#D9EAF5",
    "bad-l": "#B34700", "bad-t": "#FDE8DC",
}  # fmt: skip

DARK: dict[str, str] = {
    "bg": "#111111", "panel": "#1C1C1C", "ink": "#F2F2F2", "muted": "#BDBDBD",
    "line": "#8C8C8C", "hair": "#3A3A3A",
    "fs-l": "#2FC49A", "fs-t": "#0B3327",
    "mount-l": "#E69F00", "mount-t": "#3A2A06",
    "mid-l": "#D59BE6", "mid-t": "#33203A",
    "caller-l": "#56B4E9", "caller-t": "#12303F",
    "bad-l": "#FF8A4C", "bad-t": "#42200E",
}  # fmt: skip

LAB_VARIABLE: dict[str, str] = {
    "bg": "--jp-layout-color0",
    "ink": "--jp-content-font-color1",
}


def colours(theme: Theme) -> dict[str, str]:
    """The value to paint each token with: a literal colour, or a CSS variable for "lab".

    >>> colours("light")["bad-l"], colours("lab")["bad-l"]
    ('#B34700', 'var(--kfv-bad-l)')
    """
    if theme not in get_args(Theme):
        raise ValueError(
            f"theme is {short(repr(theme))}, must be one of {', '.join(get_args(Theme))}"
        )
    if theme == "lab":
        return {token: f"var(--kfv-{token})" for token in LIGHT}
    return LIGHT if theme == "light" else DARK


def stylesheet(theme: Theme, uid: str) -> str:
    """The CSS a picture with the XML id ``uid`` needs: none with literal colours.

    In JupyterLab the body says which kind of theme is on and lends its background and ink;
    anywhere else the reader's own preference decides.

    >>> stylesheet("dark", "k1")
    ''
    """
    if theme != "lab":
        return ""
    light, dark = _variables(LIGHT), _variables(DARK)
    return (
        f"#{uid}{{{light}}}"
        f"@media (prefers-color-scheme:dark){{#{uid}{{{dark}}}}}"
        f'body[data-jp-theme-light="true"] #{uid}{{{light}}}'
        f'body[data-jp-theme-light="false"] #{uid}{{{dark}}}'
    )


def _variables(palette: dict[str, str]) -> str:
    return "".join(f"--kfv-{token}:{_value(token, hexa)};" for token, hexa in palette.items())


def _value(token: str, hexa: str) -> str:
    borrowed = LAB_VARIABLE.get(token)
    return f"var({borrowed},{hexa})" if borrowed else hexa
