# SPDX-License-Identifier: BSD-3-Clause
"""
The style of the exposure matrix
================================

Which cell is quiet and which is loud: "holds" is a hairline, "breaks" dashed and bold, "wrong"
hatched and thick, because a silent error is worse than a loud one.  Every sign also has a word and
a border of its own; colour only repeats them.
"""

from __future__ import annotations

from string import Template

from kfuncviz.render.kit.tokens import MONO, SANS, Theme, colours, stylesheet

#: Narrower than this, in CSS pixels, the table gives way to folds.
TABLE_FROM = 860

_SHEET = Template("""
$R { container-type: inline-size; font: 15px/1.4 $SANS; color: $ink; max-width: 1240px; }
$R :is(table, tr, th, td, ul, li, dl, dt, dd, h4, p) { margin: 0; padding: 0; border: 0; font-size: inherit; background: none; color: inherit; }
$R small { font-size: 13px; color: $muted; }
$R .cell { display: flex; flex-direction: column; align-items: center; justify-content: center; width: 100%; min-height: 48px; box-sizing: border-box; padding: 2px 1px; font: 13.5px/1.25 $SANS; color: $ink; background: $bg; border: 1px solid $hair; border-radius: 5px; margin: 0; }
$R .cell > span { padding: 0 1px; white-space: nowrap; }
$R .cell > span:first-child { font-size: 17px; line-height: 1.15; }
$R .adapts { background: $fs_t; border: 2px solid $fs_l; }
$R .rebuild { background: $caller_t; border: 2px solid $caller_l; }
$R .edit { background: $mount_t; border: 2px solid $mount_l; }
$R .partly { background: $bad_t; border: 3px dotted $bad_l; }
$R .breaks { background: $bad_t; border: 3px dashed $bad_l; font-weight: 700; }
$R .wrong { border: 4px solid $bad_l; font-weight: 700; background: repeating-linear-gradient(45deg, $bad_t 0 6px, $bg 6px 12px); }
$R .wrong > span { padding: 0 4px; background: $bg; border-radius: 3px; }
$R .not-there { border: 1px dotted $line; color: $muted; }
$R button.cell { cursor: pointer; }
$R button.cell:is(:hover, :focus-visible), $R td:has(.panel:popover-open) .cell { outline: 3px solid $ink; outline-offset: 1px; }
$R .key { display: grid; grid-template-columns: repeat(auto-fit, minmax(118px, 1fr)); gap: 8px; list-style: none; margin-bottom: 14px; }
$R .key li { list-style: none; text-align: center; }
$R table { width: 100%; border-collapse: separate; border-spacing: 4px; table-layout: fixed; }
$R caption { text-align: left; color: $muted; padding: 0 4px 8px; caption-side: top; font-style: normal; }
$R thead th { vertical-align: bottom; text-align: center; font-weight: 700; font-size: 13px; }
$R th:first-child { width: 20%; text-align: left; overflow-wrap: anywhere; }
$R tbody th { font-weight: 400; font-size: 14px; line-height: 1.25; vertical-align: middle; white-space: normal; padding-right: 6px; }
$R tbody th.about { width: auto; padding: 12px 0 4px; font-weight: 700; color: $ink; }
$R h4.about { margin: 14px 0 4px; font-weight: 700; }
$R tbody th b, $R summary b { font-family: $MONO; }
$R td { text-align: center; vertical-align: top; height: 1px; max-width: none; white-space: normal; }
$R .panel { text-align: left; max-width: min(880px, 92vw); box-sizing: border-box; padding: 16px 20px; border: 4px solid $ink; border-radius: 10px; background: $bg; color: $ink; font: 15px/1.45 $SANS; }
$R .panel h4 { font-size: 18px; font-weight: 700; margin-bottom: 6px; }
$R .panel p { margin-bottom: 8px; }
$R .panel dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 10px 20px; margin: 8px 0; }
$R .panel dt { font-weight: 700; color: $muted; }
$R .panel dd { display: block; }
$R details { border-bottom: 1px solid $hair; padding: 8px 0; }
$R summary { cursor: pointer; min-height: 36px; }
$R .narrow-form > p, $R details p { margin: 6px 0; color: $muted; }
$R details ul { list-style: none; }
$R details li { display: grid; grid-template-columns: 92px 1fr; gap: 10px; align-items: start; margin: 8px 0; list-style: none; overflow-wrap: anywhere; }
""")  # noqa: E501
_FORMS = (
    "@container (max-width:{less}px){{{root}.auto .wide-form{{display:none}}}}"
    "@container (min-width:{least}px){{{root}.auto .narrow-form{{display:none}}}}"
)


def sheet(theme: Theme, uid: str) -> str:
    """The CSS for the element with this id.

    >>> sheet("light", "x").count("#x") > 20, "var(--kfv-bad-l)" in sheet("lab", "x")
    (True, True)
    """
    values = {token.replace("-", "_"): value for token, value in colours(theme).items()}
    rules = _SHEET.substitute(values, R=f"#{uid}", SANS=SANS, MONO=MONO)
    forms = _FORMS.format(root=f"#{uid}", less=TABLE_FROM - 1, least=TABLE_FROM)
    return stylesheet(theme, uid) + rules + forms
